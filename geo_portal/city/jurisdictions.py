"""Which areas a place lies in, and what of the city's own stands close by."""

from dataclasses import dataclass

from sqlalchemy import text
from sqlalchemy.orm import Session

from geo_portal.geometry import LonLat


@dataclass(frozen=True, slots=True)
class Area:
    """A jurisdiction of the edition in force."""

    id: int
    level: str
    code: str
    name: str


@dataclass(frozen=True, slots=True)
class NearbyAsset:
    """Something that owns its place whatever the polygon says, and how far it is."""

    kind: str
    owner: str | None
    name: str | None
    distance_m: float


# ST_Covers, not ST_Contains: a point on the border is in. Two neighbours then both say yes, and
# of the areas of one level the smaller wins, then the lower code.
_CONTAINING = """
    SELECT DISTINCT ON (level.rank) area.id, area.level, area.code, area.name{more}
    FROM jurisdiction_pieces AS piece
    JOIN jurisdictions AS area ON area.id = piece.jurisdiction_id
    JOIN levels AS level ON level.code = area.level
    WHERE piece.edition_id = (SELECT id FROM editions WHERE status = 'active')
      AND ST_Covers(piece.border, ST_SetSRID(ST_MakePoint(:lon, :lat), 4326))
    ORDER BY level.rank, area.area_m2, area.code
"""
CONTAINING = _CONTAINING.format(more="")
# The same, and whether everything around the place lies in that area too.
CONTAINING_AROUND = _CONTAINING.format(
    more=""",
        ST_Covers(piece.border, ST_Expand(
            ST_SetSRID(ST_MakePoint(:lon, :lat), 4326), :width, :height)) AS whole"""
)

NEARBY = """
    SELECT kind, owner, name, ST_Distance(place::geography, here) AS distance_m
    FROM assets, (SELECT ST_SetSRID(ST_MakePoint(:lon, :lat), 4326)::geography AS here) AS pin
    WHERE ST_DWithin(place::geography, here, :reach_m)
    ORDER BY distance_m
    LIMIT 20
"""


def containing(session: Session, place: LonLat) -> list[Area]:
    """The areas of the edition in force that cover `place`, coarse to fine, one per level.

    Empty when the place lies outside every area.
    """
    rows = session.execute(text(CONTAINING), {"lon": place.lon, "lat": place.lat})
    return [Area(*row) for row in rows]


_CONTAINING_EACH = text("""
    SELECT DISTINCT ON (pin.number, level.rank)
           pin.number, area.id, area.level, area.code, area.name
    FROM unnest(CAST(:lons AS float8[]), CAST(:lats AS float8[]))
         WITH ORDINALITY AS pin (lon, lat, number)
    JOIN jurisdiction_pieces AS piece
      ON ST_Covers(piece.border, ST_SetSRID(ST_MakePoint(pin.lon, pin.lat), 4326))
    JOIN jurisdictions AS area ON area.id = piece.jurisdiction_id
    JOIN levels AS level ON level.code = area.level
    WHERE piece.edition_id = (SELECT id FROM editions WHERE status = 'active')
    ORDER BY pin.number, level.rank, area.area_m2, area.code
""")


def containing_each(session: Session, places: list[LonLat | None]) -> list[list[Area]]:
    """`containing` for many places in one query; None among `places` lies nowhere."""
    asked = {
        "lons": [place.lon if place else None for place in places],
        "lats": [place.lat if place else None for place in places],
    }
    found: list[list[Area]] = [[] for _ in places]
    for number, *area in session.execute(_CONTAINING_EACH, asked):
        found[number - 1].append(Area(*area))
    return found
