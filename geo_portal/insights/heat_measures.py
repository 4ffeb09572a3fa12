"""Turns counts per cell into what a planner asks: a rate, a change, a time, a significance."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime

import numpy as np
from numpy.typing import NDArray
from sqlalchemy.orm import Session

from geo_portal.city.facts import CityFacts
from geo_portal.city.gazetteer import reach
from geo_portal.complaints.find import ComplaintFilter
from geo_portal.insights.heat_change import change
from geo_portal.insights.heat_density import density
from geo_portal.insights.heat_ground import residents_of, street_km_of
from geo_portal.insights.heat_hotspots import hotspots
from geo_portal.insights.heat_lived import days_until_fixed, satisfaction
from geo_portal.insights.heat_method import HeatMethod
from geo_portal.insights.heat_reporting import adjusted
from geo_portal.insights.heatmap import LARGEST_M, HeatCell, HeatMap, heat_map, next_larger
from geo_portal.insights.map import MOST_SCANNED
from geo_portal.insights.viewport import Viewport

# Rates of fewer reports than this are as good as chance, and drawn hatched.
FEWEST_FOR_A_RATE = 5
_FEWEST_RESIDENTS = 1.0
_SHORTEST_KM = 0.02
_WHOLE_CITY = 6_000


@dataclass(frozen=True)
class Asked:
    """What a measure may look at."""

    session: Session
    wanted: ComplaintFilter
    city: CityFacts
    now: datetime
    method: HeatMethod
    most_scanned: int


def measured_map(
    session: Session,
    wanted: ComplaintFilter,
    city: CityFacts,
    now: datetime,
    method: HeatMethod,
    *,
    viewport: Viewport | None = None,
    most_cells: int | None = None,
    most_scanned: int = MOST_SCANNED,
) -> HeatMap:
    """The heat map of a `checked` method; counts and measures alike, as `heat_map` says.

    A measure other than the count is always worked out for the whole city and then cut to the
    viewport, so that it says the same wherever one looks.
    """
    if method.measure == "count":
        return heat_map(
            session,
            wanted,
            city,
            now,
            cell_m=method.cell_m,
            shape=method.shape,
            viewport=viewport,
            most_cells=most_cells,
            most_scanned=most_scanned,
        )
    asked = Asked(session, wanted, city, now, method, most_scanned)
    found = _measured(asked, most_cells and _WHOLE_CITY)
    while most_cells and len((seen := _in_view(found, viewport)).cells) > most_cells:
        if found.cell_m >= LARGEST_M:
            break
        larger = next_larger(found.cell_m, len(seen.cells) / most_cells)
        asked = replace(asked, method=replace(method, cell_m=larger))
        found = _measured(asked, _WHOLE_CITY)
    return replace(_in_view(found, viewport), wanted_m=method.cell_m)


def _measured(asked: Asked, most_cells: int | None) -> HeatMap:
    counted = heat_map(
        asked.session,
        asked.wanted,
        asked.city,
        asked.now,
        cell_m=asked.method.cell_m,
        shape=asked.method.shape,
        most_cells=most_cells,
        most_scanned=asked.most_scanned,
    )
    asked = replace(asked, method=replace(asked.method, cell_m=counted.cell_m))
    found = _MEASURES[asked.method.measure](asked, counted)
    cells = sorted(found.cells, key=lambda cell: (-cell.shown, -cell.count, cell.x, cell.y))
    return replace(found, cells=cells, measure=asked.method.measure)


def _per_capita(asked: Asked, counted: HeatMap) -> HeatMap:
    residents = residents_of(asked.session, asked.city, counted)
    return _rates(counted, residents / 1000, _FEWEST_RESIDENTS / 1000)


def _per_km(asked: Asked, counted: HeatMap) -> HeatMap:
    return _rates(counted, street_km_of(asked.session, counted), _SHORTEST_KM)


def _rates(counted: HeatMap, of: NDArray[np.float64], least: float) -> HeatMap:
    cells = [
        replace(cell, value=cell.count / per, unsure=cell.count < FEWEST_FOR_A_RATE)
        for cell, per in zip(counted.cells, of.tolist(), strict=True)
        if per >= least
    ]
    beside = counted.total - sum(cell.count for cell in cells)
    return replace(counted, cells=cells, beside=beside)


def _density(asked: Asked, counted: HeatMap) -> HeatMap:
    around = reach(asked.session, asked.city)
    return density(counted, asked.method.bandwidth_m or counted.cell_m, around)


def _change(asked: Asked, counted: HeatMap) -> HeatMap:
    def count(wanted: ComplaintFilter) -> HeatMap:
        return heat_map(
            asked.session,
            wanted,
            asked.city,
            asked.now,
            cell_m=asked.method.cell_m,
            shape=asked.method.shape,
            most_scanned=asked.most_scanned,
        )

    return replace(change(asked.wanted, asked.now, count), wanted_m=counted.wanted_m)


def _hotspots(asked: Asked, counted: HeatMap) -> HeatMap:
    return hotspots(asked.session, asked.city, counted)


def _days(asked: Asked, counted: HeatMap) -> HeatMap:
    cells, complete = days_until_fixed(
        asked.session, asked.wanted, asked.city, asked.now, asked.method, asked.most_scanned
    )
    return _lived(counted, cells, complete=complete)


def _satisfaction(asked: Asked, counted: HeatMap) -> HeatMap:
    cells, complete = satisfaction(
        asked.session, asked.wanted, asked.city, asked.method, asked.most_scanned
    )
    return _lived(counted, cells, complete=complete)


def _adjusted(asked: Asked, counted: HeatMap) -> HeatMap:
    cells, complete = adjusted(
        asked.session, asked.wanted, asked.city, asked.now, asked.method, asked.most_scanned
    )
    return _lived(counted, cells, complete=complete)


def _lived(counted: HeatMap, cells: list[HeatCell], *, complete: bool) -> HeatMap:
    """What was looked for one by one holds no sensitive complaints."""
    return replace(counted, cells=cells, complete=complete, left_out=None)


_MEASURES: dict[str, Callable[[Asked, HeatMap], HeatMap]] = {
    "density": _density,
    "per_capita": _per_capita,
    "per_km": _per_km,
    "change": _change,
    "hotspots": _hotspots,
    "days": _days,
    "satisfaction": _satisfaction,
    "adjusted": _adjusted,
}


def _in_view(found: HeatMap, viewport: Viewport | None) -> HeatMap:
    if viewport is None or not found.cells:
        return found
    corners = found.corners()
    low, high = corners.min(axis=1), corners.max(axis=1)
    seen = np.zeros(len(corners), dtype=bool)
    for box in viewport.boxes:
        beyond = (high < (box.west, box.south)).any(axis=1)
        beyond |= (low > (box.east, box.north)).any(axis=1)
        seen |= ~beyond
    cells = [cell for cell, is_seen in zip(found.cells, seen.tolist(), strict=True) if is_seen]
    return replace(found, cells=cells)
