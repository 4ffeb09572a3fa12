"""Vector tiles for other maps: areas, complaints and counted squares, made by the database."""

import hashlib
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache

from pyproj import Transformer
from pyproj.exceptions import ProjError
from sqlalchemy import text
from sqlalchemy.orm import Session

from geo_portal.city.facts import CityFacts
from geo_portal.errors import NotFound
from geo_portal.insights.cells import COUNTED
from geo_portal.insights.drawn_before import drawn_before
from geo_portal.insights.viewport import STEPS, place_of

LAYERS = ("jurisdictions", "complaints", "cells")
DEEPEST = 22
# From here on single complaints; above it a grid from the kept counts.
SINGLES_FROM_ZOOM = 13
# More dots than this in a tile hide one another, and take longer to draw than a tile may.
MOST_SINGLES = 2_000
_EXTENT = 4_096
# 32 x 32 cells in a tile are as fine as an eye can tell apart.
_FINER = 5
_KEPT_ZOOMS = (9, 13, 17, 20)

_AREAS = text("""
    WITH tile AS (SELECT ST_TileEnvelope(:z, :x, :y) AS box)
    SELECT ST_AsMVT(drawn, 'jurisdictions', 4096, 'geom', 'id') FROM (
        SELECT area.id, level, code, name, population,
            ST_AsMVTGeom(ST_Transform(ST_SimplifyPreserveTopology(border, :tolerance), 3857), box)
                AS geom
        FROM jurisdictions AS area JOIN tile ON border && ST_Transform(box, 4326)
        WHERE edition_id = :edition
    ) AS drawn WHERE geom IS NOT NULL
""")
# The box comes as numbers: of a box that it has to work out first the planner expects anything.
_SINGLES = text("""
    WITH found AS (
        SELECT id, code, light, category_code AS category, submitted_at, point
        FROM complaints
        WHERE point && ST_MakeEnvelope(:west, :south, :east, :north, 4326) AND NOT sensitive
        LIMIT :most + 1
    )
    SELECT ST_AsMVT(drawn, 'complaints', 4096, 'geom', 'id'), count(*) FROM (
        SELECT id, code, light, category, 1 AS count,
            extract(epoch FROM submitted_at)::bigint AS submitted_at,
            ST_MakePoint(floor((cell_px(ST_X(point))::bigint - :left) * 4096.0 / :side),
                floor((cell_py(ST_Y(point))::bigint - :top) * 4096.0 / :side)) AS geom
        FROM found
    ) AS drawn
""")
_HOW_MANY = text(
    f"WITH counted AS ({COUNTED}) SELECT sum(n) FROM counted WHERE NOT sensitive"  # noqa: S608
)
# Places are kept in steps of the web-mercator square, so a tile's own are a shift away.
_GRID = text(f"""
    WITH counted AS ({COUNTED}),
    per_cell AS (
        SELECT sum(n)::integer AS count, sum(px) / sum(n) AS px, sum(py) / sum(n) AS py,
            sum(n) FILTER (WHERE light IN ('waiting', 'progress'))::integer AS open
        FROM counted WHERE NOT sensitive
        GROUP BY x >> :shift, y >> :shift HAVING sum(n) > 0
    )
    SELECT ST_AsMVT(drawn, 'complaints', 4096, 'geom') FROM (
        SELECT count, coalesce(open, 0) AS open, ST_MakePoint(
            floor((px - :left) * 4096.0 / :side), floor((py - :top) * 4096.0 / :side)) AS geom
        FROM per_cell
    ) AS drawn
""")  # noqa: S608  A part of ours.
_SQUARES = text(f"""
    WITH counted AS ({COUNTED}),
    per_square AS (
        SELECT floor(x::float8 / :times)::integer AS x, floor(y::float8 / :times)::integer AS y,
            sum(n)::integer AS count
        FROM counted WHERE NOT sensitive
        GROUP BY 1, 2 HAVING sum(n) > 0
    )
    SELECT ST_AsMVT(drawn, 'cells', 4096, 'geom') FROM (
        SELECT count, CAST(:cell_m AS integer) AS cell_m, ST_AsMVTGeom(ST_Transform(ST_MakeEnvelope(
            x * :cell_m, y * :cell_m, (x + 1) * :cell_m, (y + 1) * :cell_m, :srid), 3857),
            ST_TileEnvelope(:z, :x, :y)) AS geom
        FROM per_square
    ) AS drawn WHERE geom IS NOT NULL
""")  # noqa: S608  A part of ours.


@dataclass(frozen=True)
class Tile:
    """A tile's bytes; `etag` is the same as long as they are."""

    content: bytes

    @property
    def etag(self) -> str:
        return hashlib.sha256(self.content).hexdigest()[:20]


def tile(
    session: Session, city: CityFacts, layer: str, z: int, x: int, y: int, now: datetime
) -> Tile:
    """One Mapbox vector tile; empty bytes where nothing is. Raises `NotFound`.

    `complaints` are counted points above zoom `SINGLES_FROM_ZOOM`, and where there are too many
    to draw; sensitive ones are in no layer.
    """
    if layer not in LAYERS:
        raise NotFound("There is no layer “{layer}” here.", layer=layer[:40])
    if not 0 <= z <= DEEPEST or not (0 <= x < 1 << z and 0 <= y < 1 << z):
        raise NotFound("There is no such tile.")

    def drawn() -> bytes:
        if layer == "jurisdictions":
            return _areas(session, city, z, x, y)
        if layer == "cells":
            return _squares(session, city, z, x, y)
        return _complaints(session, z, x, y)

    return Tile(drawn_before(session, ("tile", city.version, layer, z, x, y), now, drawn))


def _areas(session: Session, city: CityFacts, z: int, x: int, y: int) -> bytes:
    # Half a pixel of the tile: what is lost cannot be seen.
    asked = {"z": z, "x": x, "y": y, "tolerance": 360 / (1 << z) / 512 / 2}
    edition = city.edition.id if city.edition else None
    return bytes(session.scalar(_AREAS, asked | {"edition": edition}) or b"")


def _complaints(session: Session, z: int, x: int, y: int) -> bytes:
    if z >= SINGLES_FROM_ZOOM and _how_many(session, z, x, y) <= MOST_SINGLES:
        asked = _edges(z, x, y) | {"most": MOST_SINGLES}
        content, number = session.execute(_SINGLES, asked).one()
        if number <= MOST_SINGLES:
            return bytes(content or b"")
    return _grid(session, z, x, y)


def _how_many(session: Session, z: int, x: int, y: int) -> int:
    """By the kept counts; of a tile smaller than their cells what the whole cell has."""
    source = next((kept for kept in _KEPT_ZOOMS if kept >= z), _KEPT_ZOOMS[-1])
    finer, coarser = max(source - z, 0), max(z - source, 0)
    asked = {
        "slices": ["all"],
        "grid": f"z{source}",
        "west": (x << finer) >> coarser,
        "east": ((x + 1 << finer) - 1) >> coarser,
        "north": (y << finer) >> coarser,
        "south": ((y + 1 << finer) - 1) >> coarser,
    }
    return int(session.scalar(_HOW_MANY, asked) or 0)


def _edges(z: int, x: int, y: int) -> dict[str, float]:
    """The tile's edges in degrees, and its corner and side in steps of the mercator square."""
    side = 1 << (STEPS - z)
    low, high = place_of(x * side, (y + 1) * side), place_of((x + 1) * side, y * side)
    box = {"west": low.lon, "south": low.lat, "east": high.lon, "north": high.lat}
    return box | {"left": x * side, "top": y * side, "side": side}


def _grid(session: Session, z: int, x: int, y: int) -> bytes:
    wanted = min(z + _FINER, _KEPT_ZOOMS[-1])
    source = next(kept for kept in _KEPT_ZOOMS if kept >= wanted)
    to_source, side = source - z, 1 << (STEPS - z)
    cells = 1 << max(to_source, 0)
    asked = {
        "slices": ["all"],
        "grid": f"z{source}",
        "west": x * cells,
        "east": (x + 1) * cells - 1,
        "north": y * cells,
        "south": (y + 1) * cells - 1,
        "shift": source - wanted,
        "left": x * side,
        "top": y * side,
        "side": side,
    }
    return bytes(session.scalar(_GRID, asked) or b"")


def _squares(session: Session, city: CityFacts, z: int, x: int, y: int) -> bytes:
    source_m = 250 if z >= 11 else 1_000
    # Above, several together: a square is never smaller than a 128th of a tile.
    times = max(1, 1 << max(0, 8 - z))
    edges = _edges_m(city.metric_srid, z, x, y)
    if edges is None:
        return b""
    west, south, east, north = (int(max(-2e9, min(2e9, edge / source_m))) for edge in edges)
    asked = {
        "slices": ["all"],
        "grid": f"m{source_m}",
        "west": (west // times - 1) * times,
        "east": (east // times + 2) * times - 1,
        "north": (south // times - 1) * times,
        "south": (north // times + 2) * times - 1,
        "times": times,
        "cell_m": source_m * times,
        "srid": city.metric_srid,
        "z": z,
        "x": x,
        "y": y,
    }
    return bytes(session.scalar(_SQUARES, asked) or b"")


def _edges_m(srid: int, z: int, x: int, y: int) -> tuple[float, float, float, float] | None:
    """The tile's edges in metres of the city's CRS; None where that cannot say."""
    side = 1 << (STEPS - z)
    low, high = place_of(x * side, (y + 1) * side), place_of((x + 1) * side, y * side)
    if z < 3:
        # Hardly any metric CRS holds a quarter of the world: the city's whole grid is asked.
        return -2e12, -2e12, 2e12, 2e12
    try:
        edges: tuple[float, float, float, float] = _to_metres(srid).transform_bounds(
            low.lon, low.lat, high.lon, high.lat
        )
    except ProjError:
        return None
    return edges if all(abs(edge) < 1e12 for edge in edges) else None


@lru_cache(maxsize=4)
def _to_metres(srid: int) -> Transformer:
    return Transformer.from_crs(4326, srid, always_xy=True)
