"""Making one area's shape fit to be asked, and saying everything that was done to it."""

from dataclasses import dataclass, field

import numpy as np
import shapely
from pyproj import Geod
from shapely import MultiPolygon, Polygon
from shapely.affinity import translate
from shapely.geometry.base import BaseGeometry
from shapely.validation import explain_validity

_EARTH = Geod(ellps="WGS84")
# A repair that moves more than this share of an area should be looked at by a person.
NOTABLE_CHANGE = 0.001
# Splinters left behind by a repair; nobody can stand in one.
SPLINTER_M2 = 1.0


@dataclass
class Repaired:
    """A valid border, or None when nothing could be made of the shape; and what was done."""

    border: MultiPolygon | None
    done: list[str] = field(default_factory=list)
    notable: bool = False


def repair(shape: BaseGeometry | None) -> Repaired:
    """Turn any shape into a valid two-dimensional multipolygon in EPSG:4326."""
    if shape is None or shape.is_empty:
        return Repaired(None, ["it has no shape"], notable=True)
    if not np.isfinite(shapely.get_coordinates(shape)).all():
        return Repaired(None, ["its coordinates are not all numbers"], notable=True)
    done = []
    if shape.has_z:
        shape = shapely.force_2d(shape)
        done.append("heights were dropped")
    polygons = polygons_of(shape)
    if not polygons:
        return Repaired(None, [f"it is a {shape.geom_type}, not an area"], notable=True)
    if len(polygons) < _parts(shape):
        done.append("points and lines beside the areas were dropped")
    repaired = Repaired(None, done)
    _validate(MultiPolygon(polygons), repaired)
    if repaired.border is not None:
        repaired.border = _cut_at_antimeridian(repaired.border, repaired.done)
    return repaired


def area_m2(shape: BaseGeometry) -> float:
    """Square metres on the ellipsoid of a shape in EPSG:4326."""
    return sum(abs(_EARTH.geometry_area_perimeter(part)[0]) for part in polygons_of(shape))


def polygons_of(shape: BaseGeometry) -> list[Polygon]:
    """The polygons in a shape of any kind, however deep; points and lines are left out."""
    if isinstance(shape, Polygon):
        return [] if shape.is_empty else [shape]
    return [part for inner in getattr(shape, "geoms", []) for part in polygons_of(inner)]


def _parts(shape: BaseGeometry) -> int:
    inner = getattr(shape, "geoms", None)
    return 1 if inner is None else sum(_parts(part) for part in inner)


def _validate(border: MultiPolygon, repaired: Repaired) -> None:
    if border.is_valid:
        repaired.border = border
        return
    why = explain_validity(border).split("[")[0].strip().lower()
    before = area_m2(border)
    made = shapely.make_valid(border, method="structure", keep_collapsed=False)
    parts = [part for part in polygons_of(made) if area_m2(part) >= SPLINTER_M2]
    if not parts:
        repaired.done.append(f"it could not be repaired ({why})")
        repaired.notable = True
        return
    splinters = len(polygons_of(made)) - len(parts)
    repaired.border = MultiPolygon(parts)
    after = area_m2(repaired.border)
    change = abs(after - before) / max(before, after, 1e-9)
    repaired.notable |= change > NOTABLE_CHANGE
    repaired.done.append(
        f"it was invalid ({why}) and was repaired; its area went from "
        f"{before:,.0f} m² to {after:,.0f} m² ({change:.2%})"
    )
    if splinters:
        repaired.done.append(f"{splinters} splinters under {SPLINTER_M2:.0f} m² were dropped")


def _cut_at_antimeridian(border: MultiPolygon, done: list[str]) -> MultiPolygon:
    """Split at 180°: a border that runs on beyond it, or leaps across the whole map to -180°."""
    west, _, east, _ = border.bounds
    if west < -360 or east > 360:  # no degrees at all; `areas.read_areas` says so
        return border
    parts = [_unrolled(part) for part in border.geoms]
    if west >= -180 and east <= 180 and parts == list(border.geoms):
        return border
    whole = shapely.union_all(parts)
    pieces: list[Polygon] = []
    for turn in (-1, 0, 1):
        strip = shapely.box(-180 + 360 * turn, -90, 180 + 360 * turn, 90)
        inside = shapely.intersection(whole, strip)
        pieces += [translate(part, xoff=-360 * turn) for part in polygons_of(inside)]
    done.append("it crosses the 180th meridian and was split there")
    return MultiPolygon(polygons_of(shapely.union_all(pieces)))


def _unrolled(part: Polygon) -> Polygon:
    """A polygon wider than half the world really crosses the antimeridian the short way."""
    west, _, east, _ = part.bounds
    if east - west <= 180:
        return part

    def eastward(xy: np.ndarray) -> np.ndarray:
        return np.column_stack([np.where(xy[:, 0] < 0, xy[:, 0] + 360, xy[:, 0]), xy[:, 1]])

    return shapely.transform(part, eastward)
