"""The busiest squares of a heat map, said in words for who cannot see or click the map."""

from dataclasses import dataclass

from sqlalchemy.orm import Session

from geo_portal.city.gazetteer import nearest
from geo_portal.city.jurisdictions import Area, containing_each
from geo_portal.geometry import LonLat
from geo_portal.insights.heatmap import HeatMap

MOST = 10


@dataclass(frozen=True)
class BusySquare:
    """A square's count, its middle, the areas around that (coarse to fine) and a name nearby."""

    count: int
    middle: LonLat
    areas: list[Area]
    near: str | None


def busiest(session: Session, found: HeatMap) -> list[BusySquare]:
    """At most `MOST`, busiest first. A landmark too far to say where the square is, is left out."""
    middles = [
        LonLat(float(lon), float(lat)) for lon, lat in found.corners()[:MOST, :4].mean(axis=1)
    ]
    areas = containing_each(session, list(middles))
    return [
        BusySquare(cell.count, middle, around, _named(session, middle, found.cell_m))
        for cell, middle, around in zip(found.cells, middles, areas, strict=False)
    ]


def _named(session: Session, middle: LonLat, cell_m: int) -> str | None:
    close = nearest(session, middle)
    return close.name if close and close.distance_m <= cell_m else None
