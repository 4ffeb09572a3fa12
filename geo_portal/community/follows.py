"""Who wants to hear of reports that are not there yet: by kind, area, drawn shape or radius."""

import json
from datetime import datetime
from typing import Any

from sqlalchemy import text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from geo_portal.accounts.people import Person
from geo_portal.city.facts import CityFacts
from geo_portal.city.gazetteer import area as find_area
from geo_portal.community.hearing import leave_token
from geo_portal.community.tables import Subscription
from geo_portal.database import AnyRow
from geo_portal.errors import Conflict, Invalid, NotFound
from geo_portal.geometry import LonLat

MOST_PER_PERSON = 50
LONGEST_NAME = 100  # characters
LONGEST_SHAPE = 50_000  # characters of GeoJSON
MOST_CORNERS = 1_000
LARGEST_KM2 = 10_000.0
LEAST_RADIUS_M, MOST_RADIUS_M = 50.0, 20_000.0


class NotAShape(Invalid):
    """What was drawn is no area that a report could lie in."""


_KEEP = """
    INSERT INTO subscriptions (person_id, kind, category_code, area_level, area_code, shape, name,
        since)
    SELECT :person, :kind, :category, :level, :code, made.shape, :name, :now
    FROM (SELECT {shape} AS shape) AS made
    RETURNING id, ST_NPoints(shape) AS corners, ST_Area(shape::geography) / 1e6 AS km2,
        ST_IsEmpty(shape) AS nothing
"""
_SHAPES = {
    "category": "CAST(NULL AS geometry)",
    "area": "(SELECT border FROM jurisdictions WHERE id = :area)",
    # What crosses itself is mended; only what has an inside is kept of it.
    "drawn": "ST_CollectionExtract(ST_MakeValid(ST_SetSRID(ST_GeomFromGeoJSON(:drawn), 4326)), 3)",
    "around": "ST_Buffer(ST_SetSRID(ST_MakePoint(:lon, :lat), 4326)::geography, :radius)::geometry",
}


def follow_category(
    session: Session, city: CityFacts, person: Person, category: str, now: datetime
) -> int:
    """Hear of every report of a kind; the follow's number. Raises `Invalid` or `Conflict`."""
    _check_category(city, category)
    name = city.categories[category].name(person.language)
    return _keep(session, person, "category", name, now, category=category)


def follow_area(
    session: Session,
    city: CityFacts,
    person: Person,
    level: str,
    code: str,
    now: datetime,
    category: str | None = None,
) -> int:
    """Hear of every report in an area as its border is today, of one kind only if given."""
    _check_category(city, category)
    found = find_area(session, city, level, code)
    kept = {"level": level, "code": code, "area": found.id}
    return _keep(session, person, "area", found.name, now, category=category, **kept)


def follow_drawn(
    session: Session,
    city: CityFacts,
    person: Person,
    geojson: str,
    name: str,
    now: datetime,
    category: str | None = None,
) -> int:
    """Hear of every report in a shape: GeoJSON of a polygon or several, EPSG:4326.

    Raises `NotAShape` for what is none, has too many corners or is larger than a province.
    """
    _check_category(city, category)
    drawn = _read_shape(geojson)
    try:
        with session.begin_nested():
            return _keep(session, person, "drawn", name, now, category=category, drawn=drawn)
    except DBAPIError as unreadable:
        raise _no_shape() from unreadable


def follow_around(
    session: Session,
    city: CityFacts,
    person: Person,
    place: LonLat,
    radius_m: float,
    name: str,
    now: datetime,
    category: str | None = None,
) -> int:
    """Hear of every report within `radius_m` metres of a place."""
    _check_category(city, category)
    if not LEAST_RADIUS_M <= radius_m <= MOST_RADIUS_M:
        raise Invalid(
            "The distance must lie between {least} and {most} metres.",
            field="radius_m",
            least=round(LEAST_RADIUS_M),
            most=round(MOST_RADIUS_M),
        )
    circle = {"lon": place.lon, "lat": place.lat, "radius": radius_m}
    return _keep(session, person, "around", name, now, category=category, **circle)


def _check_category(city: CityFacts, category: str | None) -> None:
    if category is not None and category not in city.categories:
        raise Invalid(
            "There is no {what} “{code}” here.", field="category", what="category", code=category
        )


def _read_shape(geojson: str) -> str:
    """The bare polygon of what was drawn, from whatever it is wrapped in."""
    if len(geojson) > LONGEST_SHAPE:
        raise _no_shape()
    try:
        told = json.loads(geojson)
        while isinstance(told, dict) and told.get("type") in ("FeatureCollection", "Feature"):
            told = told["features"][0] if "features" in told else told["geometry"]
        if not isinstance(told, dict) or told.get("type") not in ("Polygon", "MultiPolygon"):
            raise _no_shape()
        for lon, lat in _corners(told["coordinates"]):
            LonLat(lon, lat)
    except (ValueError, KeyError, IndexError, TypeError, RecursionError):
        raise _no_shape() from None
    return json.dumps({"type": told["type"], "coordinates": told["coordinates"]})


def _corners(coordinates: Any) -> list[tuple[float, float]]:
    """Every corner of nested rings."""
    if isinstance(coordinates[0], (int, float)):
        return [(float(coordinates[0]), float(coordinates[1]))]
    return [corner for part in coordinates for corner in _corners(part)]


def _no_shape() -> NotAShape:
    return NotAShape(
        "This is no area that we can read. Draw it anew with three corners or more, no larger "
        "than a province.",
        field="shape",
    )


def _keep(
    session: Session, person: Person, kind: str, name: str, now: datetime, **told: Any
) -> int:
    _refuse_too_many(session, person)
    shown = " ".join(name.split())[:LONGEST_NAME]
    if not shown:
        raise Invalid("Please give the place a name that you will know again.", field="name")
    blank = {"category": None, "level": None, "code": None}
    given = blank | told | {"person": person.id, "kind": kind, "name": shown, "now": now}
    made = session.execute(text(_KEEP.format(shape=_SHAPES[kind])), given).one()
    if kind == "drawn" and (made.nothing or made.corners > MOST_CORNERS or made.km2 > LARGEST_KM2):
        raise _no_shape()
    return int(made.id)


def _refuse_too_many(session: Session, person: Person) -> None:
    if len(mine(session, person)) >= MOST_PER_PERSON:
        raise Conflict(
            "You follow {limit} places and kinds already. Leave one before you add another.",
            limit=MOST_PER_PERSON,
        )


_MINE = text("""
    SELECT id, kind, name, category_code, area_level, area_code, since,
        ST_AsGeoJSON(ST_SimplifyPreserveTopology(shape, 0.0005), 5) AS shape
    FROM subscriptions WHERE person_id = :person AND left_at IS NULL ORDER BY id
""")


def mine(session: Session, person: Person) -> list[AnyRow]:
    """What a person follows beside single reports, in the order in which they began."""
    return list(session.execute(_MINE, {"person": person.id}))


def leave(session: Session, person: Person, number: int, now: datetime) -> None:
    """Hear of it no more; raises `NotFound` for what is not theirs. Twice does no harm."""
    found = session.get(Subscription, number)
    if found is None or found.person_id != person.id:
        raise NotFound("You do not follow this.")
    found.left_at = found.left_at or now
    session.flush()


def behind_token(session: Session, number: int, token: str) -> str:
    """What the follow behind a link in a message is called; raises `NotFound` for a wrong link."""
    return _behind(session, number, token).name


def leave_by_token(session: Session, number: int, token: str, now: datetime) -> str:
    """The same from a link in a message, without signing in; what it was called."""
    found = _behind(session, number, token)
    found.left_at = found.left_at or now
    session.flush()
    return found.name


def _behind(session: Session, number: int, token: str) -> Subscription:
    found = session.get(Subscription, number)
    if found is None or token != leave_token(number):
        raise NotFound("This link is not complete. Copy all of it from the message.")
    return found
