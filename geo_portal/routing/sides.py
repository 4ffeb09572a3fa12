"""How probable each area, and each nearby asset's ground, is for a place that may be off.

The accuracy of a position is the radius that holds 68 % of a two-dimensional Gaussian, as Android
states it (android.location.Location.getAccuracy). Distances from its middle then follow a Rayleigh
distribution, P(R ≤ r) = 1 − exp(−r² / 2σ²), so σ = accuracy / √(−2 ln 0.32) = accuracy / 1.5096.
The probability of a polygon is the mass inside it, counted on `POINTS` points of equal mass laid
out as sunflower seeds (Vogel 1979, Mathematical Biosciences 44): the same for the same place.
"""

import math
from dataclasses import dataclass
from functools import cache

import numpy as np
import shapely
from numpy.typing import NDArray

from geo_portal.city.facts import CityFacts
from geo_portal.city.jurisdictions import Area, NearbyAsset
from geo_portal.city.neighbourhood import Neighbourhood, Part
from geo_portal.city.survey import Survey

POINTS = 400
SIGMAS_PER_ACCURACY = math.sqrt(-2 * math.log(1 - 0.68))


@dataclass(frozen=True)
class Ground:
    """Where the place may lie: these areas, within reach of these assets; `share` is 0 to 1."""

    areas: tuple[Area, ...]
    assets: tuple[NearbyAsset, ...]
    share: float


def grounds(seen: Survey) -> tuple[Ground, ...]:
    """Every ground the place may lie in, likeliest first; shares sum to 1.

    Places beyond the city's edge are left out when the pin itself lies inside.
    """
    around = seen.around
    if around is None:
        return (Ground(seen.areas, seen.assets, 1.0),)
    xy = seeds() * (around.accuracy_m / SIGMAS_PER_ACCURACY) + (around.x, around.y)
    areas, lies_in = _areas_by_level(seen, xy)
    reached = _within_reach(seen.city, around, xy)
    alike = np.concatenate([lies_in, reached.within], axis=1)
    _, group = np.unique(alike, axis=0, return_inverse=True)
    found = [
        _ground(group.ravel() == number, areas, lies_in, reached)
        for number in range(group.max() + 1)
    ]
    kept = [one for one in found if one.areas] if seen.areas else found
    total = sum(one.share for one in kept)
    return tuple(
        Ground(one.areas, one.assets, one.share / total)
        for one in sorted(kept, key=lambda one: -one.share)
    )


@cache
def seeds() -> NDArray[np.float64]:
    """Points of equal mass of a Gaussian with σ = 1, in rows of x and y."""
    number = np.arange(POINTS)
    radius = np.sqrt(-2 * np.log(1 - (number + 0.5) / POINTS))
    angle = number * math.pi * (3 - math.sqrt(5))
    return np.column_stack([radius * np.cos(angle), radius * np.sin(angle)])


def border_m(seen: Survey) -> float | None:
    """Metres from the place to the nearest border of its finest area; None when none is near."""
    if seen.around is None or not seen.areas:
        return None
    own = [part.shape for part in seen.around.parts if part.area == seen.areas[-1]]
    if not own:
        return None
    edge = shapely.boundary(shapely.union_all(own))
    found = float(shapely.distance(edge, shapely.Point(seen.around.x, seen.around.y)))
    # The parts are cut at a box; what is as far as its edge is no border.
    return round(found, 1) if found < seen.around.look_m * 0.95 else None


def _areas_by_level(seen: Survey, xy: NDArray[np.float64]) -> tuple[list[Area], NDArray[np.int64]]:
    """The areas met, and for each point and level the number of the one it lies in, or −1."""
    around = seen.around
    assert around  # noqa: S101  Asked by the only caller.
    levels: dict[int, list[Part]] = {}
    for part in around.parts:
        levels.setdefault(part.rank, []).append(part)
    moving = {parts[0].area.level for parts in levels.values()}
    areas = [area for area in seen.areas if area.level not in moving]
    columns = {area.level: np.full(len(xy), number) for number, area in enumerate(areas)}
    for parts in levels.values():
        columns[parts[0].area.level] = _smallest(parts, areas, xy)
    ordered = [columns[level.code] for level in seen.city.levels if level.code in columns]
    return areas, np.column_stack(ordered or [np.full(len(xy), -1)])


def _smallest(parts: list[Part], areas: list[Area], xy: NDArray[np.float64]) -> NDArray[np.int64]:
    """As where a pin is looked up: of overlapping areas the smaller wins, then the lower code."""
    lies_in = np.full(len(xy), -1)
    for part in sorted(parts, key=lambda one: (one.area_m2, one.area.code), reverse=True):
        if part.area not in areas:
            areas.append(part.area)
        inside = shapely.intersects_xy(part.shape, xy[:, 0], xy[:, 1])
        lies_in[inside] = areas.index(part.area)
    return lies_in


@dataclass(frozen=True)
class _Reached:
    """For each point its distance to each asset, and which of the rules' reaches hold it."""

    assets: tuple[NearbyAsset, ...]
    distances: NDArray[np.float64]
    within: NDArray[np.int64]
    near: NDArray[np.bool_]


def _within_reach(city: CityFacts, around: Neighbourhood, xy: NDArray[np.float64]) -> _Reached:
    points = shapely.points(xy)
    assets = tuple(asset for asset, _ in around.assets)
    distances = np.empty((len(xy), len(assets)))
    near = np.zeros((len(xy), len(assets)), bool)
    within = []
    for number, (asset, shape) in enumerate(around.assets):
        distances[:, number] = shapely.distance(shape, points)
        reaches = {rule.near_m for rule in city.rules if rule.near_asset == asset.kind}
        for reach in reaches - {None}:
            inside = distances[:, number] <= (reach or 0.0)
            within.append(inside)
            near[:, number] |= inside
    columns = np.column_stack(within) if within else np.zeros((len(xy), 0))
    return _Reached(assets, distances, columns.astype(np.int64), near)


def _ground(
    those: NDArray[np.bool_], areas: list[Area], lies_in: NDArray[np.int64], reached: _Reached
) -> Ground:
    first = int(np.argmax(those))
    # Within one ground every point is on the same side of every reach, so their mean is too.
    means = reached.distances[those].mean(axis=0) if reached.assets else np.empty(0)
    near = [
        NearbyAsset(asset.kind, asset.owner, asset.name, float(mean))
        for asset, mean, inside in zip(reached.assets, means, reached.near[first], strict=True)
        if inside
    ]
    return Ground(
        tuple(areas[number] for number in lies_in[first].tolist() if number >= 0),
        tuple(sorted(near, key=lambda asset: asset.distance_m)),
        float(those.mean()),
    )
