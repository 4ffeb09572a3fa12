"""The door for apps and for our own maps: JSON and GeoJSON under /api/v1."""

from geo_portal.api import audit, complaints, health, photos, places, routing
from geo_portal.api.map import router as map_router

routers = (
    complaints.router,
    audit.router,
    map_router,
    routing.router,
    places.router,
    photos.router,
    health.router,
)
