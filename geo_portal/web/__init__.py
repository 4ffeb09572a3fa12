"""The door for people: pages that work without script, and maps where a map is the point."""

from geo_portal.web import (
    areas,
    brand,
    complaint_list,
    complaints,
    contest,
    contractors,
    evidence,
    feedback,
    followers,
    home,
    installing,
    knowledge,
    photos,
    report,
    report_card,
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
    knowledge.router,
    photos.router,
)

__all__ = ["mount_static", "note_staff_device", "refused", "routers"]
