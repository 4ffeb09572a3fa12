"""The door for apps and for our own maps: JSON and GeoJSON under /api/v1."""

from geo_portal.api import (
    areas,
    audit,
    changes,
    complaints,
    directory,
    health,
    ogc,
    photos,
    places,
    questions,
    routing,
    statistics,
    tiles,
)
from geo_portal.api.events import router as events_router
from geo_portal.api.heatmap import router as heatmap_router
from geo_portal.api.map import router as map_router

routers = (
    complaints.router,
    questions.router,
    audit.router,
    events_router,
    changes.router,
    directory.router,
    map_router,
    heatmap_router,
    routing.router,
    places.router,
    areas.router,
    statistics.router,
    photos.router,
    tiles.router,
    ogc.router,
    health.router,
)
