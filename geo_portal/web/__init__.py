"""The door for people: pages that work without script, and maps where a map is the point."""

from geo_portal.web import (
    account,
    areas,
    brand,
    complaint_list,
    complaints,
    contest,
    contractors,
    departments,
    desk,
    desk_bulk,
    desk_case,
    desk_moves,
    desk_templates,
    desk_views,
    evidence,
    feedback,
    followers,
    heatmap,
    home,
    installing,
    knowledge,
    photos,
    pulse,
    report,
    report_card,
    sign_in,
    sign_in_provider,
    sign_in_staff,
)
from geo_portal.web.files import mount_static
from geo_portal.web.own_browser import note_staff_device
from geo_portal.web.refusals import refused

routers = (
    brand.router,
    home.router,
    installing.router,
    report.router,
    report_card.router,
    complaint_list.router,
    complaints.router,
    feedback.router,
    followers.router,
    contest.router,
    contractors.router,
    evidence.router,
    areas.router,
    heatmap.router,
    departments.router,
    knowledge.router,
    desk.router,
    # Their addresses must be tried before those of a single case.
    desk_bulk.router,
    desk_views.router,
    desk_templates.router,
    desk_case.router,
    desk_moves.router,
    photos.router,
    pulse.router,
    sign_in.router,
    sign_in_staff.router,
    sign_in_provider.router,
    account.router,
)

__all__ = ["mount_static", "note_staff_device", "refused", "routers"]
