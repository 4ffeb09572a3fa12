"""An area's page: its border, its figures, who works there, and what is reported."""

from fastapi import APIRouter, Request, Response

from geo_portal import clock
from geo_portal.city.gazetteer import area as find_area
from geo_portal.city.gazetteer import areas_of_level, areas_within, finest_level
from geo_portal.city.services import serving
from geo_portal.community.announcements import holding_in
from geo_portal.complaints.figures import figures
from geo_portal.complaints.find import ComplaintFilter, find
from geo_portal.geometry import LonLat
from geo_portal.http import CityDep, ReaderDep, SessionDep
from geo_portal.web.map_facts import map_facts
from geo_portal.web.pages import page
from geo_portal.web.shown import shown

router = APIRouter(include_in_schema=False)

LISTED = 15


@router.get("/areas")
def area_list(request: Request, session: SessionDep, city: CityDep, words: ReaderDep) -> Response:
    """All areas of the finest level, by the area they belong to."""
    finest = finest_level(city)
    found = areas_of_level(session, city, finest.code) if finest else []
    return page(
        request,
        "areas.html",
        lang=words.lang,
        city=city,
        areas=found,
        map_facts=map_facts(session, city),
    )


@router.get("/areas/{level}/{code}")
def area_page(
    request: Request, level: str, code: str, session: SessionDep, city: CityDep, words: ReaderDep
) -> Response:
    """One area."""
    now = clock.now()
    area = find_area(session, city, level, code)
    wanted = ComplaintFilter(areas=(f"{level}:{code}",)).checked(session, city)
    served = serving(session, LonLat(area.lon, area.lat))
    return page(
        request,
        "area.html",
        lang=words.lang,
        city=city,
        area=area,
        announcements=holding_in(session, area.id, now),
        within=areas_within(session, area.id),
        figures=figures(session, now, area_ids=wanted.area_ids),
        offices=[found.office or found.department for found in served.departments],
        reports=shown(session, find(session, wanted, limit=LISTED).rows, city, words, now),
        map_facts=map_facts(session, city),
    )
