"""The busiest squares of a heat map, said in words for who cannot see or click the map."""

from dataclasses import dataclass

from sqlalchemy.orm import Session

from geo_portal.city.gazetteer import nearest
from geo_portal.city.jurisdictions import Area, containing_each
from geo_portal.geometry import LonLat
from geo_portal.insights.classes import readable
from geo_portal.insights.heat_legend import TWO_SIDED, HeatLegend
from geo_portal.insights.heatmap import HeatCell, HeatMap
from geo_portal.translation import Translator

MOST = 10


@dataclass(frozen=True)
class BusySquare:
    """A cell, its middle, the areas around that (coarse to fine) and a name nearby.

    `share` is its part of the most, in per cent, for a bar; None for a measure with two sides.
    """

    cell: HeatCell
    share: float | None
    middle: LonLat
    areas: list[Area]
    near: str | None

    def said(self, legend: HeatLegend, words: Translator) -> str:
        """Its number; where that is a grade, the grade's words."""
        if legend.graded:
            return legend.labels[legend.class_of(self.cell.shown)]
        return words.number(readable(self.cell.shown))


def busiest(session: Session, found: HeatMap) -> list[BusySquare]:
    """At most `MOST`, busiest first. A landmark too far to say where the square is, is left out."""
    middles = [
        LonLat(float(lon), float(lat)) for lon, lat in found.corners()[:MOST, :-1].mean(axis=1)
    ]
    areas = containing_each(session, list(middles))
    return [
        BusySquare(cell, _share(found, cell), middle, around, _named(session, middle, found.cell_m))
        for cell, middle, around in zip(found.cells, middles, areas, strict=False)
    ]


def _share(found: HeatMap, cell: HeatCell) -> float | None:
    most = found.cells[0].shown
    return None if found.measure in TWO_SIDED or most <= 0 else 100 * cell.shown / most


def _named(session: Session, middle: LonLat, cell_m: int) -> str | None:
    close = nearest(session, middle)
    return close.name if close and close.distance_m <= cell_m else None
