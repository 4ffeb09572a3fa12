"""The door for other software: Open311 GeoReport v2, updates, bulk and inquiry, in XML and JSON."""

from geo_portal.open311 import bulk, discovery, filing, inquiry, requests, services, tokens, updates
from geo_portal.open311.discovery import the_rest
from geo_portal.open311.refusals import is_here, refused, refused_plainly

routers = (
    discovery.router,
    services.router,
    bulk.router,
    requests.router,
    filing.router,
    tokens.router,
    updates.router,
    inquiry.router,
    the_rest,
)

__all__ = ["is_here", "refused", "refused_plainly", "routers"]
