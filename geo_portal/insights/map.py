"""The map of complaints: single ones where there are few, counted rings where there are many."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from geoalchemy2.functions import ST_X, ST_Y
from sqlalchemy import Row, func, select
from sqlalchemy.orm import Session

from geo_portal.complaints.find import ComplaintFilter
from geo_portal.complaints.states import LIGHTS
from geo_portal.complaints.tables import Complaint
from geo_portal.geometry import LonLat
from geo_portal.insights.cells import Rectangle, counted
from geo_portal.insights.selection import Selection, selection
from geo_portal.insights.viewport import STEPS, Viewport, box_around, place_of

# What keeps a reply under 300 KB: a ring takes about 150 bytes, a single one about 200.
MOST_CELLS = 1_000
MOST_SINGLES = 500
# A cell is a quarter of a map tile wide, 64 pixels: two rings side by side do not touch.
FINER_THAN_TILES = 2
SINGLES_FROM_ZOOM = 17
# What may be looked at one by one for one picture.
MOST_FOR_DETAIL = 5_000
MOST_SCANNED = 200_000
# A word that stands in every report is no choice; the first ones show as much.
MOST_SCANNED_FOR_WORDS = 20_000

_KEPT_ZOOMS = (9, 13, 17)
_KEPT_ZOOMS_OF_EVERYTHING = (9, 13, 17, 20)

_CELLS = counted("""
    SELECT x >> :shift AS x, y >> :shift AS y, light,
           sum(n)::bigint AS n, sum(ids)::bigint AS ids,
           sum(px)::float8 AS px, sum(py)::float8 AS py
    FROM counted
    WHERE NOT sensitive AND (CAST(:lights AS varchar[]) IS NULL OR light = ANY(:lights))
    GROUP BY 1, 2, 3
    HAVING sum(n) > 0
""")


@dataclass(frozen=True)
class Single:
    """One complaint on the map."""

    code: str
    light: str
    category: str | None
    place: LonLat


@dataclass(frozen=True)
class Ring:
    """Several complaints of one cell, at their middle; `by_light` has only lights that occur."""

    count: int
    by_light: dict[str, int]
    place: LonLat


@dataclass(frozen=True)
class MapPicture:
    """What a viewport shows; `complete` is False when there was too much to look through.

    Complaints of sensitive categories are on no map.
    """

    singles: list[Single]
    rings: list[Ring]
    complete: bool = True


def draw(
    session: Session, wanted: ComplaintFilter, viewport: Viewport, zoom: int, now: datetime
) -> MapPicture:
    """The map at a web-mercator `zoom`, at most `MOST_CELLS` rings and single complaints.

    Rings count whole cells, also of a cell that the viewport only touches, so that they do not
    change while the map is moved. `wanted` must have been `checked`; its box is not looked at.
    """
    chosen = selection(session, wanted, now)
    finest = _finest(viewport, zoom)
    rows, cell_zoom, complete = _rows(session, chosen, wanted, viewport, finest)
    if zoom >= SINGLES_FROM_ZOOM and 0 < sum(row.n for row in rows) <= MOST_SINGLES:
        return MapPicture(_singles_in(session, wanted, viewport, cell_zoom), [], complete)
    return _picture(session, rows, complete)


def touched(viewport: Viewport, zoom: int) -> tuple[Rectangle, ...]:
    """The cells that are drawn; viewports that touch the same ones get the same picture."""
    return tuple(viewport.cells(_finest(viewport, zoom)))


def _finest(viewport: Viewport, zoom: int) -> int:
    return viewport.zoom_for(min(zoom + FINER_THAN_TILES, STEPS - 8), MOST_CELLS)


def _rows(
    session: Session, chosen: Selection, wanted: ComplaintFilter, viewport: Viewport, finest: int
) -> tuple[list[Row[Any]], int, bool]:
    """Counts per cell and light, the zoom of the cells, and whether they are all there are."""
    kept = _KEPT_ZOOMS_OF_EVERYTHING if chosen.is_everything else _KEPT_ZOOMS
    zoom = min(finest, kept[-1])
    rows: list[Row[Any]] = []
    for cells in viewport.cells(zoom) if chosen.slices else []:
        rows += _kept(session, chosen, cells, zoom, kept)
    if finest > zoom and sum(row.n for row in rows) <= MOST_FOR_DETAIL:
        # Finer than what is kept, and few enough to be looked at one by one.
        chosen, zoom, rows = Selection((), (wanted,), wanted.lights), finest, []
    complete = True
    for scan in chosen.scans:
        for cells in viewport.cells(zoom):
            found = _looked_for(session, scan, cells, zoom)
            complete = complete and sum(row.n for row in found) < most_scanned(scan)
            rows += found
    return rows, zoom, complete


def _kept(
    session: Session, chosen: Selection, cells: Rectangle, zoom: int, kept: Sequence[int]
) -> list[Row[Any]]:
    source = next(known for known in kept if known >= zoom)
    shift = source - zoom
    asked = {
        "slices": list(chosen.slices),
        "lights": list(chosen.lights) or None,
        "shift": shift,
        "grid": f"z{source}",
        "west": cells.west << shift,
        "north": cells.north << shift,
        "east": ((cells.east + 1) << shift) - 1,
        "south": ((cells.south + 1) << shift) - 1,
    }
    return list(session.execute(_CELLS, asked))


def _looked_for(
    session: Session, scan: ComplaintFilter, cells: Rectangle, zoom: int
) -> list[Row[Any]]:
    """The same rows by looking at complaints, at most `most_scanned` of them."""
    px, py = func.cell_px(ST_X(Complaint.point)), func.cell_py(ST_Y(Complaint.point))
    in_cells = replace(scan, box=box_around(cells, zoom))
    looked_at = (
        select(Complaint.id, Complaint.light, px.label("px"), py.label("py"))
        .where(*in_cells.conditions(), ~Complaint.sensitive)
        .limit(most_scanned(scan))
        .subquery()
    )
    x = looked_at.c.px.op(">>")(STEPS - zoom).label("x")
    y = looked_at.c.py.op(">>")(STEPS - zoom).label("y")
    per_cell = select(
        x,
        y,
        looked_at.c.light,
        func.count().label("n"),
        func.sum(looked_at.c.id).label("ids"),
        func.sum(looked_at.c.px).label("px"),
        func.sum(looked_at.c.py).label("py"),
    ).group_by(x, y, looked_at.c.light)
    # A condition on the cells would make the planner expect a single row, and sort them all.
    return [row for row in session.execute(per_cell) if cells.holds(row.x, row.y)]


def most_scanned(scan: ComplaintFilter, patience: int = MOST_SCANNED) -> int:
    """How many complaints are looked at; only who has more `patience` than a page waits for all."""
    if scan.words and patience <= MOST_SCANNED:
        return min(patience, MOST_SCANNED_FOR_WORDS)
    return patience


def _picture(session: Session, rows: Iterable[Row[Any]], complete: bool) -> MapPicture:
    by_cell: dict[tuple[int, int], list[Row[Any]]] = {}
    for row in rows:
        by_cell.setdefault((row.x, row.y), []).append(row)
    alone, rings = [], []
    for in_cell in by_cell.values():
        if sum(row.n for row in in_cell) == 1:
            # The sum of the ids of one complaint is its id.
            alone.append(int(in_cell[0].ids))
        else:
            rings.append(_ring(in_cell))
    return MapPicture(_singles(session, Complaint.id.in_(alone)) if alone else [], rings, complete)


def _ring(in_cell: list[Row[Any]]) -> Ring:
    # Once through: a city's map has a thousand of these.
    count, px, py = 0, 0.0, 0.0
    by_light = dict.fromkeys(LIGHTS, 0)
    for row in in_cell:
        by_light[row.light] += row.n
        count, px, py = count + row.n, px + row.px, py + row.py
    return Ring(count, {k: n for k, n in by_light.items() if n}, place_of(px / count, py / count))


def _singles_in(
    session: Session, wanted: ComplaintFilter, viewport: Viewport, zoom: int
) -> list[Single]:
    found: list[Single] = []
    for cells in viewport.cells(zoom):
        in_cells = replace(wanted, box=box_around(cells, zoom))
        found += _singles(session, *in_cells.conditions())
    return found[:MOST_SINGLES]


def _singles(session: Session, *conditions: Any) -> list[Single]:
    rows = session.execute(
        select(
            Complaint.code,
            Complaint.light,
            Complaint.category_code,
            ST_X(Complaint.point),
            ST_Y(Complaint.point),
        )
        .where(*conditions, ~Complaint.sensitive)
        .order_by(Complaint.id)
        .limit(MOST_CELLS)
    )
    return [Single(code, light, kind, LonLat(lon, lat)) for code, light, kind, lon, lat in rows]
