"""The door for apps and for our own maps: JSON and GeoJSON under /api/v1."""

from geo_portal.api import complaints, health, photos, places, routing

routers = (complaints.router, routing.router, places.router, photos.router, health.router)
