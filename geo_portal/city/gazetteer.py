"""Places without a map: how far the city reaches, its areas, their streets and landmarks."""

from dataclasses import dataclass

from sqlalchemy import text
from sqlalchemy.orm import Session

from geo_portal.city.facts import CityFacts, Named
from geo_portal.database import AnyRow
from geo_portal.errors import NotFound
from geo_portal.geometry import Box, LonLat

# An area without a street named is known to within its own size.
_AREA_COLUMNS = """
    area.id, area.level, area.code, area.name, area.population, area.area_m2,
    parent.level AS parent_level, parent.code AS parent_code, parent.name AS parent_name,
    ST_X(area.label_point) AS lon, ST_Y(area.label_point) AS lat,
    sqrt(area.area_m2 / pi()) AS radius_m,
    ST_XMin(area.border) AS west, ST_YMin(area.border) AS south,
    ST_XMax(area.border) AS east, ST_YMax(area.border) AS north
    FROM jurisdictions AS area
    LEFT JOIN jurisdictions AS parent ON parent.id = area.parent_id
"""
_EXTENT = text("""
    SELECT ST_XMin(whole), ST_YMin(whole), ST_XMax(whole), ST_YMax(whole)
    FROM (SELECT ST_Extent(border) AS whole FROM jurisdictions WHERE edition_id = :edition) AS city
    WHERE whole IS NOT NULL
""")
_AREAS = text(f"""
    SELECT {_AREA_COLUMNS}
    WHERE area.edition_id = :edition AND area.level = :level
    ORDER BY parent.name NULLS FIRST, area.name
""")
_ONE_AREA = text(f"""
    SELECT {_AREA_COLUMNS}
    WHERE area.edition_id = :edition AND area.level = :level AND area.code = :code
""")
_CHILDREN = text("""
    SELECT level, code, name FROM jurisdictions WHERE parent_id = :parent ORDER BY name
""")
_STREETS = text("""
    SELECT place.id, place.name, place.kind, ST_X(place.point) AS lon, ST_Y(place.point) AS lat
    FROM named_places AS place
    JOIN jurisdictions AS area ON ST_Covers(area.border, place.point)
    WHERE area.edition_id = :edition AND area.level = :level AND area.code = :code
    ORDER BY place.name
    LIMIT 500
""")
_NEAREST = text("""
    SELECT name, ST_Distance(point::geography, here::geography) AS distance_m
    FROM named_places, (SELECT ST_SetSRID(ST_MakePoint(:lon, :lat), 4326) AS here) AS pin
    ORDER BY point <-> here
    LIMIT 1
""")
# Farther away a landmark no longer says where something is.
NEAR_M = 400.0


@dataclass(frozen=True)
class NearestPlace:
    """The closest street or landmark that has a name."""

    name: str
    distance_m: float


_reach: dict[tuple[str, int], Box] = {}


def reach(session: Session, city: CityFacts) -> Box | None:
    """The box around all areas of the edition in force; None for a city without borders."""
    if city.edition is None:
        return None
    key = (str(session.get_bind().engine.url), city.edition.id)
    if key not in _reach:
        found = session.execute(_EXTENT, {"edition": city.edition.id}).one_or_none()
        if found is None:
            return None
        _reach[key] = Box(*found)
    return _reach[key]


def finest_level(city: CityFacts) -> Named | None:
    """The level of the smallest areas, the ones people know as theirs."""
    return city.levels[-1] if city.levels else None


# Almost every page offers the areas, and borders that reach far take long to be measured.
_levels: dict[tuple[str, str], tuple[tuple[object, ...], list[AnyRow]]] = {}


def areas_of_level(session: Session, city: CityFacts, level: str) -> list[AnyRow]:
    """All areas of a level in force with their parents' names, by parent and name.

    Remembered by the process for as long as the city's facts hold.
    """
    key = (str(session.get_bind().engine.url), level)
    version, known = _levels.get(key, (None, []))
    if version != city.version:
        edition = city.edition.id if city.edition else None
        known = list(session.execute(_AREAS, {"edition": edition, "level": level}))
        _levels[key] = (city.version, known)
    return list(known)


def area(session: Session, city: CityFacts, level: str, code: str) -> AnyRow:
    """One area in force; raises `NotFound`. `radius_m` is that of a circle of its size."""
    asked = {
        "edition": city.edition.id if city.edition else None,
        "level": level,
        "code": code,
    }
    found = session.execute(_ONE_AREA, asked).one_or_none()
    if found is None:
        raise NotFound("This city has no area “{code}” of that kind.", code=code)
    return found


def areas_within(session: Session, area_id: int) -> list[AnyRow]:
    """The next finer areas of one, by name; empty for the finest."""
    return list(session.execute(_CHILDREN, {"parent": area_id}))


def streets_in(session: Session, city: CityFacts, level: str, code: str) -> list[AnyRow]:
    """Named places inside an area, by name, at most 500; empty when the pack names none."""
    asked = {
        "edition": city.edition.id if city.edition else None,
        "level": level,
        "code": code,
    }
    return list(session.execute(_STREETS, asked))


def nearest(session: Session, place: LonLat) -> NearestPlace | None:
    """The closest named place within `NEAR_M` metres."""
    row = session.execute(_NEAREST, {"lon": place.lon, "lat": place.lat}).one_or_none()
    return NearestPlace(*row) if row and row.distance_m <= NEAR_M else None
