"""A person's own page for the community: points, how they are seen, what they follow and keep."""

from typing import Annotated

from fastapi import APIRouter, Form, Request, Response
from fastapi.responses import RedirectResponse

from geo_portal import clock
from geo_portal.accounts.people import Person
from geo_portal.accounts.permissions import NotSignedIn
from geo_portal.city.facts import CityFacts
from geo_portal.city.gazetteer import areas_of_level
from geo_portal.community import bookmarks, follows, profiles
from geo_portal.community.points import Points, points_of
from geo_portal.community.profiles import SHOWN_AS_WORDS, Seen
from geo_portal.database import AnyRow
from geo_portal.errors import Invalid
from geo_portal.geometry import LonLat
from geo_portal.http import CityDep, PersonDep, ReaderDep, SessionDep
from geo_portal.web.map_facts import map_facts
from geo_portal.web.pages import page
from geo_portal.web.shown import shown

router = APIRouter(include_in_schema=False, prefix="/account")

Typed = Annotated[str, Form()]


@router.get("/follows")
def own_page(
    request: Request, session: SessionDep, city: CityDep, words: ReaderDep, asking: PersonDep
) -> Response:
    """Everything that the community knows of the person, for nobody else's eyes."""
    me = _signed_in(asking)
    return page(
        request,
        "account-community.html",
        lang=words.lang,
        city=city,
        me=me,
        points=points_of(session, [me.id]).get(me.id, Points()),
        seen=profiles.seen(session, me.id),
        shown_as=SHOWN_AS_WORDS,
        follows=follows.mine(session, me),
        kept=shown(session, bookmarks.kept(session, me), city, words, clock.now()),
        areas=_areas(session, city),
        map_facts=map_facts(session, city),
    )


@router.post("/profile")
def choose_profile(
    session: SessionDep, asking: PersonDep, shown_as: Typed = "", name_to_offices: Typed = ""
) -> Response:
    """Keep how the person wants to be seen."""
    wanted = Seen(shown_as, name_to_offices == "yes")
    profiles.choose(session, _signed_in(asking), wanted, clock.now())
    return _back("#seen")


@router.post("/follows")
def add_follow(
    session: SessionDep,
    city: CityDep,
    asking: PersonDep,
    area: Typed = "",
    category: Typed = "",
    shape: Typed = "",
    lon: Typed = "",
    lat: Typed = "",
    radius_m: Typed = "",
    name: Typed = "",
) -> Response:
    """Follow what was drawn, else what lies around a place, else an area, else a kind."""
    me, now, kind = _signed_in(asking), clock.now(), category or None
    if shape.strip():
        follows.follow_drawn(session, city, me, shape, name, now, kind)
    elif lon.strip() and lat.strip():
        place, radius = LonLat(_number(lon), _number(lat)), _number(radius_m or "500")
        follows.follow_around(session, city, me, place, radius, name, now, kind)
    elif area:
        level, _, code = area.partition(":")
        follows.follow_area(session, city, me, level, code, now, kind)
    elif kind:
        follows.follow_category(session, city, me, kind, now)
    else:
        raise Invalid("Please choose an area, a kind of problem, or both.", field="area")
    return _back("#follows")


@router.post("/follows/{number}/leave")
def leave_follow(number: int, session: SessionDep, asking: PersonDep) -> Response:
    """Follow it no more."""
    follows.leave(session, _signed_in(asking), number, clock.now())
    return _back("#follows")


def _signed_in(asking: Person | None) -> Person:
    if asking is None:
        raise NotSignedIn("Please sign in first.")
    return asking


def _number(typed: str) -> float:
    try:
        return float(typed.replace(",", "."))
    except ValueError:
        raise Invalid("“{typed}” is no number.", field="radius_m", typed=typed[:20]) from None


def _areas(session: SessionDep, city: CityFacts) -> list[tuple[str, list[AnyRow]]]:
    """The areas of every level, the finest first, with the level's code."""
    return [
        (level.code, areas_of_level(session, city, level.code)) for level in reversed(city.levels)
    ]


def _back(part: str) -> Response:
    return RedirectResponse(f"/account/follows{part}", status_code=303)
