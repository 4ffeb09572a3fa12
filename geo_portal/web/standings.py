"""The community's page of areas: what is likely of each, instead of who comes first."""

from fastapi import APIRouter, Request, Response

from geo_portal import clock
from geo_portal.city.gazetteer import finest_level
from geo_portal.community.area_standing import LOOK_BACK, standings
from geo_portal.http import CityDep, ReaderDep, SessionDep
from geo_portal.translation import N_
from geo_portal.web.pages import page

router = APIRouter(include_in_schema=False)

TENDENCIES = {
    "more": N_("More in time than usual"),
    "fewer": N_("Fewer in time than usual"),
    "usual": N_("As in the whole city"),
    "unknown": N_("Too few to say"),
}


@router.get("/community")
def standings_page(
    request: Request, session: SessionDep, city: CityDep, words: ReaderDep
) -> Response:
    """By name: an order by figures would be read as a ranking that they cannot bear."""
    finest = finest_level(city)
    return page(
        request,
        "community.html",
        lang=words.lang,
        city=city,
        level=finest.code if finest else "",
        standings=standings(session, city, clock.now()),
        tendencies=TENDENCIES,
        days=LOOK_BACK.days,
    )
