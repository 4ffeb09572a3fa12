"""The front door: report, look up, and what is going on nearby."""

from datetime import timedelta

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse

from geo_portal import clock
from geo_portal.community.announcements import holding
from geo_portal.community.incidents import emergencies
from geo_portal.complaints.figures import figures, fixed_lately
from geo_portal.complaints.find import ComplaintFilter, areas_of, find
from geo_portal.http import CityDep, ReaderDep, SessionDep
from geo_portal.routing.reasons import category_name
from geo_portal.web.map_facts import map_facts
from geo_portal.web.pages import page
from geo_portal.web.shown import photo_url, shown

router = APIRouter(include_in_schema=False)

LISTED = 12
ANNOUNCED = 3
LATELY = timedelta(days=30)


@router.get("/")
def home(request: Request, session: SessionDep, city: CityDep, words: ReaderDep) -> HTMLResponse:
    """The map of the city with the newest reports, three figures and the latest fixes."""
    now = clock.now()
    lately = ComplaintFilter(since=now - LATELY)
    newest = find(session, lately, limit=LISTED).rows
    fixes = fixed_lately(session, now)
    names = {area.id: area.name for area in areas_of(session, [_finest(fix) for fix in fixes])}
    return page(
        request,
        "home.html",
        lang=words.lang,
        city=city,
        map_facts=map_facts(session, city),
        emergencies=emergencies(session, now),
        announcements=holding(session, now, ANNOUNCED),
        since=(now - LATELY).strftime("%Y-%m-%dT%H:00:00Z"),
        reports=shown(session, newest, city, words, now),
        figures=figures(session, now, days=LATELY.days),
        fixes=[
            {
                "url": f"/c/{fix.code}",
                "category": category_name(city, fix.category_code, words.gettext, words.lang),
                "area": names.get(_finest(fix), ""),
                "closed_at": fix.closed_at,
                "before": photo_url(fix.before_key, "small"),
                "after": photo_url(fix.after_key, "small"),
            }
            for fix in fixes
        ],
    )


def _finest(row: object) -> int:
    ids = row.jurisdiction_ids  # type: ignore[attr-defined]
    return ids[-1] if ids else 0
