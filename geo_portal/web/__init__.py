"""The door for people: pages that work without script, and maps where a map is the point."""

from geo_portal.web import (
    areas,
    brand,
    complaint_list,
    complaints,
    desk,
    desk_bulk,
    desk_case,
    desk_moves,
    desk_templates,
    desk_views,
    home,
    installing,
    knowledge,
    photos,
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
    knowledge.router,
    desk.router,
    # Their addresses must be tried before those of a single case.
    desk_bulk.router,
    desk_views.router,
    desk_templates.router,
    desk_case.router,
    desk_moves.router,
    photos.router,
)

__all__ = ["mount_static", "refused", "routers"]
