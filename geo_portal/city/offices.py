"""Where the city can be visited: offices and facilities, open or not, the nearest first."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import text
from sqlalchemy.orm import Session

from geo_portal.city.calendar import WEEKDAYS
from geo_portal.city.facts import CityFacts, Named
from geo_portal.city.opening import Opening, calendar_for, opening
from geo_portal.database import AnyRow
from geo_portal.errors import NotFound
from geo_portal.geometry import LonLat

MOST_LISTED = 200


@dataclass(frozen=True)
class Visited(Named):
    """A place to go to; `distance_m` is None when nobody said from where, `week` its hours by day.

    `kind` is empty for an office. `week` holds (weekday, opens, closes) of the open days; it is
    empty for a place that never closes.
    """

    kind: str
    kind_names: dict[str, str]
    eligibility: dict[str, str]
    features: tuple[str, ...]
    parent: str | None
    address: str | None
    phone: str | None
    email: str | None
    url: str | None
    place: LonLat | None
    distance_m: float | None
    opening: Opening
    week: tuple[tuple[str, str, str], ...] = field(default=())

    def kind_name(self, lang: str) -> str:
        return Named(self.kind, self.kind_names).name(lang) if self.kind_names else ""

    def for_whom(self, lang: str) -> str:
        """Who may use it; empty for everybody."""
        return Named("", self.eligibility).name(lang)


_HERE = "ST_SetSRID(ST_MakePoint(CAST(:lon AS float8), CAST(:lat AS float8)), 4326)"
_OFFICES = text(f"""
    SELECT code, '' AS kind, CAST('{{}}' AS jsonb) AS kind_names, names,
           CAST('{{}}' AS jsonb) AS eligibility, CAST('{{}}' AS varchar[]) AS features,
           parent_code AS parent, address, phone, email, CAST(NULL AS varchar) AS url, hours,
           ST_X(point) AS lon, ST_Y(point) AS lat,
           ST_Distance(point::geography, {_HERE}::geography) AS distance_m
    FROM departments
    WHERE active AND (CAST(:codes AS text[]) IS NULL OR code = ANY(:codes))
    ORDER BY distance_m, code
    LIMIT :most
""")  # noqa: S608 — both parts are our own
_FACILITIES = text(f"""
    SELECT code, kind, kind_names, names, eligibility, features, CAST(NULL AS varchar) AS parent,
           address, phone, CAST(NULL AS varchar) AS email, url, hours,
           ST_X(point) AS lon, ST_Y(point) AS lat,
           ST_Distance(point::geography, {_HERE}::geography) AS distance_m
    FROM facilities
    WHERE CAST(:kind AS text) IS NULL OR kind = :kind
    ORDER BY point <-> {_HERE}, kind, code
    LIMIT :most
""")  # noqa: S608 — both parts are our own
_KINDS = text("""
    SELECT DISTINCT ON (kind) kind, kind_names FROM facilities ORDER BY kind, code
""")
_NEAREST_OF_EACH = text(f"""
    SELECT DISTINCT ON (kind) code, kind, kind_names, names, eligibility, features,
           CAST(NULL AS varchar) AS parent, address, phone, CAST(NULL AS varchar) AS email, url,
           hours, ST_X(point) AS lon, ST_Y(point) AS lat,
           ST_Distance(point::geography, {_HERE}::geography) AS distance_m
    FROM facilities ORDER BY kind, point <-> {_HERE}
""")  # noqa: S608 — both parts are our own


def offices(
    session: Session,
    city: CityFacts,
    now: datetime,
    here: LonLat | None = None,
    codes: list[str] | None = None,
) -> list[Visited]:
    """Departments and offices, the nearest to `here` first; with `codes` only those."""
    asked = _asked(here) | {"codes": codes, "most": MOST_LISTED}
    return [_visited(row, city, now) for row in session.execute(_OFFICES, asked)]


def office(session: Session, city: CityFacts, now: datetime, code: str) -> Visited:
    """One office; raises `NotFound`."""
    found = offices(session, city, now, codes=[code])
    if not found:
        raise NotFound("This city has no department “{code}”.", code=code[:40])
    return found[0]


def facilities(
    session: Session,
    city: CityFacts,
    now: datetime,
    here: LonLat | None = None,
    kind: str | None = None,
    most: int = MOST_LISTED,
) -> list[Visited]:
    """Facilities, of one kind or all, the nearest to `here` first."""
    asked = _asked(here) | {"kind": kind or None, "most": most}
    return [_visited(row, city, now) for row in session.execute(_FACILITIES, asked)]


def nearest_of_each_kind(
    session: Session, city: CityFacts, now: datetime, here: LonLat
) -> list[Visited]:
    """Of every kind of facility the nearest one, the nearest of all first."""
    found = [_visited(row, city, now) for row in session.execute(_NEAREST_OF_EACH, _asked(here))]
    return sorted(found, key=lambda one: one.distance_m or 0.0)


def kinds(session: Session) -> list[Named]:
    """The kinds of facility that the city has."""
    return [Named(kind, names) for kind, names in session.execute(_KINDS)]


def _asked(here: LonLat | None) -> dict[str, Any]:
    return {"lon": here.lon if here else None, "lat": here.lat if here else None}


def _visited(row: AnyRow, city: CityFacts, now: datetime) -> Visited:
    return Visited(
        code=row.code,
        names=row.names,
        kind=row.kind,
        kind_names=row.kind_names,
        eligibility=row.eligibility,
        features=tuple(row.features),
        parent=row.parent,
        address=row.address,
        phone=row.phone,
        email=row.email,
        url=row.url,
        place=LonLat(row.lon, row.lat) if row.lon is not None else None,
        distance_m=row.distance_m,
        opening=opening(row.hours, city.calendar, now),
        week=_week(row.hours, city),
    )


def _week(written: str | None, city: CityFacts) -> tuple[tuple[str, str, str], ...]:
    if written == "always":
        return ()
    hours = calendar_for(written, city.calendar).hours
    # The database keeps a city's hours in no order.
    return tuple(
        (day, f"{hours[day][0]:%H:%M}", f"{hours[day][1]:%H:%M}")
        for day in WEEKDAYS
        if day in hours
    )
