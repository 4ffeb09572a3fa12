"""The door for people: pages that work without script, and maps where a map is the point."""

from geo_portal.web import (
    account,
    answer,
    areas,
    audit,
    brand,
    complaint_list,
    complaints,
    home,
    installing,
    knowledge,
    messages,
    photos,
    report,
    report_card,
    sign_in,
    sign_in_provider,
    sign_in_staff,
    unfollow,
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
    photos.router,
    audit.router,
    answer.router,
    unfollow.router,
    messages.router,
    sign_in.router,
    sign_in_staff.router,
    sign_in_provider.router,
    account.router,
)

__all__ = ["mount_static", "refused", "routers"]
