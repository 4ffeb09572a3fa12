"""The door for apps and for our own maps: JSON and GeoJSON under /api/v1."""

from geo_portal.api import (
    areas,
    audit,
    changes,
    complaints,
    directory,
    health,
    photos,
    places,
    routing,
    statistics,
)
from geo_portal.api.heatmap import router as heatmap_router
from geo_portal.api.map import router as map_router

routers = (
    complaints.router,
    audit.router,
    changes.router,
    directory.router,
    map_router,
    heatmap_router,
    routing.router,
    places.router,
    areas.router,
    statistics.router,
    photos.router,
    health.router,
)
