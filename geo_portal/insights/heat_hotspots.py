"""Hot and cold spots: Getis-Ord Gi* on the cells, corrected for looking at so many of them."""

from dataclasses import replace

import numpy as np
import shapely
from numpy.typing import NDArray
from scipy.stats import false_discovery_control
from sqlalchemy import text
from sqlalchemy.orm import Session

from geo_portal.city.facts import CityFacts
from geo_portal.errors import TooMuch
from geo_portal.insights.heat_grid import all_within, middles, neighbours
from geo_portal.insights.heatmap import HeatCell, HeatMap

# Adjusted probabilities below which a spot counts as hot or cold, and its grade.
GRADES = ((0.01, 2), (0.05, 1))
_MOST_CELLS = 60_000
_OUTLINE = text("""
    SELECT ST_AsBinary(ST_Transform(border, :srid)) FROM jurisdictions
    WHERE edition_id = :edition AND level = (SELECT code FROM levels ORDER BY rank LIMIT 1)
""")


def hotspots(session: Session, city: CityFacts, counted: HeatMap) -> HeatMap:
    """Per cell a grade: 2 and 1 hot, -2 and -1 cold, at 1 % and 5 % (Benjamini-Hochberg).

    Cells of the city without reports take part as zeros. A cell and all that touch it make its
    neighbourhood; significance is by Gi*'s normal approximation, two-sided. What cannot be told
    from chance is left out. Raises `TooMuch` for too many cells.
    """
    at = _lattice(session, city, counted)
    if len(at) > _MOST_CELLS:
        raise TooMuch("That would be {cells} squares; take larger ones.", cells=len(at))
    counts = {(cell.x, cell.y): cell.count for cell in counted.cells}
    numbers = np.array([counts.get(place, 0) for place in at], dtype=float)
    # All alike, or too few to have neighbours: nothing stands out.
    if len(at) < 3 or numbers.std() == 0:
        return replace(counted, cells=[])
    z, probability = _gi_star(counted, at, numbers)
    adjusted = false_discovery_control(probability, method="bh")
    cells = [
        HeatCell(*place, counts.get(place, 0), _grade(float(q), float(score)), float(score))
        for place, q, score in zip(at, adjusted, z, strict=True)
        if q < GRADES[-1][0]
    ]
    return replace(counted, cells=cells, beside=counted.total - sum(cell.count for cell in cells))


def _grade(q: float, z: float) -> float:
    grade = next(grade for limit, grade in GRADES if q < limit)
    return float(grade if z > 0 else -grade)


def _lattice(session: Session, city: CityFacts, counted: HeatMap) -> list[tuple[int, int]]:
    """Every cell of the city, and those outside that have reports."""
    edition = city.edition.id if city.edition else None
    rows = session.scalars(_OUTLINE, {"edition": edition, "srid": counted.srid}).all()
    found = {(cell.x, cell.y) for cell in counted.cells}
    if rows:
        outline = shapely.union_all(shapely.from_wkb([bytes(row) for row in rows]))
        at = all_within(counted.shape, counted.cell_m, shapely.bounds(outline))
        inside = shapely.contains_xy(outline, middles(counted.shape, at, counted.cell_m))
        found |= {(int(x), int(y)) for x, y in at[inside]}
    return sorted(found)


def _gi_star(
    counted: HeatMap, at: list[tuple[int, int]], numbers: NDArray[np.float64]
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    # They take two seconds to import; only who asks for hot spots waits for them.
    from esda.getisord import G_Local
    from libpysal.graph import Graph

    position = {place: index for index, place in enumerate(at)}
    around = {
        index: [position[place] for place in neighbours(counted.shape, x, y) if place in position]
        for (x, y), index in position.items()
    }
    weights = Graph.from_dicts(around)
    found = G_Local(numbers, weights, star=True, transform="B", permutations=0)
    z = np.nan_to_num(np.asarray(found.Zs, dtype=float))
    one_sided = np.nan_to_num(np.asarray(found.p_norm, dtype=float), nan=0.5)
    return z, np.clip(2 * one_sided, 0, 1)
