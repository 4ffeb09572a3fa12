"""The door for people: pages that work without script, and maps where a map is the point."""

from geo_portal.web import (
    areas,
    brand,
    complaint_list,
    complaints,
    departments,
    heatmap,
    home,
    installing,
    knowledge,
    photos,
    pulse,
    report,
    report_card,
)
from geo_portal.web.files import mount_static
from geo_portal.web.refusals import refused

routers = (
    brand.router,
    home.router,
    installing.router,
    report.router,
    report_card.router,
    complaint_list.router,
    complaints.router,
    areas.router,
    heatmap.router,
    departments.router,
    knowledge.router,
    photos.router,
    pulse.router,
)

__all__ = ["mount_static", "refused", "routers"]
