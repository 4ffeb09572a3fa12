"""The sheet the island is drawn on: metres around its middle, and how they become degrees.

Everything is drawn in metres (x east, y north) and only turned into degrees when a file is
written, so that a width is a width. Noise is a sum of sines with fixed phases: the same on every
machine, unlike a random stream that a new library version may change. Sines, roots and solvers
differ in the last digit between processors, so what is drawn on is rounded first.
"""

import csv
import json
import math
from collections.abc import Iterable, Sequence
from pathlib import Path
from random import Random
from typing import Any

import numpy as np
import shapely
from pyproj import Transformer
from scipy.interpolate import CubicSpline
from shapely.geometry import LineString, mapping
from shapely.geometry.base import BaseGeometry

METRIC_SRID = 32748
MIDDLE = (106.93, -9.12)  # open Indian Ocean; the nearest real land is 140 km away

_to_metres = Transformer.from_crs(4326, METRIC_SRID, always_xy=True)
_to_degrees = Transformer.from_crs(METRIC_SRID, 4326, always_xy=True)
_ORIGIN = _to_metres.transform(*MIDDLE)

Points = Sequence[tuple[float, float]]


def degrees(shape: BaseGeometry, digits: int = 6) -> BaseGeometry:
    """The same shape in EPSG:4326, rounded (6 digits: 11 cm, 5 digits: 1.1 m)."""

    def turn(xy: np.ndarray) -> np.ndarray:
        lon, lat = _to_degrees.transform(xy[:, 0] + _ORIGIN[0], xy[:, 1] + _ORIGIN[1])
        return np.round(np.column_stack([lon, lat]), digits)

    return shapely.transform(shape, turn)


def sheet(shape: BaseGeometry) -> BaseGeometry:
    """A shape in EPSG:4326 put back on the drawing sheet, in metres."""

    def turn(lonlat: np.ndarray) -> np.ndarray:
        east, north = _to_metres.transform(lonlat[:, 0], lonlat[:, 1])
        return np.column_stack([east - _ORIGIN[0], north - _ORIGIN[1]])

    return shapely.transform(shape, turn)


def lon_lat(x: float, y: float) -> tuple[float, float]:
    """One place in degrees, six digits."""
    lon, lat = _to_degrees.transform(x + _ORIGIN[0], y + _ORIGIN[1])
    return round(float(lon), 6), round(float(lat), 6)


def dice(subject: str) -> Random:
    """A random stream of its own per subject, so that one change does not move everything."""
    return Random(f"pulau-contoh/{subject}")


def noise(x: np.ndarray, y: np.ndarray, wavelength_m: float, subject: str) -> np.ndarray:
    """Smooth noise, about -1 to 1, with detail at the wavelength and three octaves below."""
    stream = dice(f"noise/{subject}")
    total = np.zeros(np.shape(x))
    for octave in range(4):
        for _ in range(5):
            turn, phase = stream.uniform(0, math.tau), stream.uniform(0, math.tau)
            k = math.tau / (wavelength_m / 2**octave) * stream.uniform(0.75, 1.3)
            wave = np.sin(k * (np.cos(turn) * x + np.sin(turn) * y) + phase)
            total = total + wave * 0.6**octave
    return np.round(total / 5.5, 7)


def curve(points: Points, *, closed: bool = False, step_m: float = 25.0) -> np.ndarray:
    """A smooth line through hand-set points, as an (n, 2) array with a point every step."""
    way = np.array([*points, points[0]] if closed else points, dtype=float)
    if len(way) == 2:
        way = np.array([way[0], way.mean(axis=0), way[1]])
    # The square root of the distance (centripetal) keeps uneven points from making loops.
    travelled = np.concatenate([[0], np.cumsum(np.hypot(*np.diff(way, axis=0).T) ** 0.5)])
    spline = CubicSpline(travelled, way, bc_type="periodic" if closed else "natural")
    length = float(np.hypot(*np.diff(way, axis=0).T).sum())
    ticks = np.linspace(0, travelled[-1], max(3, int(length / step_m)) + 1)
    return np.round(spline(ticks), 4)


def wandering(
    points: Points, subject: str, sway_m: float, wavelength_m: float, detail_m: float = 1.2
) -> LineString:
    """A line through the points that wanders a little, with its ends kept in place."""
    line = curve(points, step_m=15)
    ease = np.minimum(1, np.minimum(np.arange(len(line)), np.arange(len(line))[::-1]) / 14)
    for axis in (0, 1):
        sway = noise(line[:, 0].copy(), line[:, 1].copy(), wavelength_m, f"{subject}/{axis}")
        line[:, axis] += sway * sway_m * ease
    return LineString(line).simplify(detail_m)


def write_features(
    path: Path,
    features: Iterable[tuple[BaseGeometry, dict[str, Any]]],
    sheet_digits: int | None = 6,
) -> None:
    """Write a GeoJSON file, one feature a line, so that a change can be read in a diff.

    `sheet_digits` None: the shapes are in degrees already, as borders are.
    """
    lines = []
    for shape, facts in features:
        placed = shape if sheet_digits is None else degrees(shape, sheet_digits)
        lines.append(
            _compact({"type": "Feature", "properties": facts, "geometry": mapping(placed)})
        )
    path.parent.mkdir(parents=True, exist_ok=True)
    head = '{"type":"FeatureCollection","features":[\n'
    path.write_text(head + ",\n".join(lines) + "\n]}\n", encoding="utf-8")


def write_rows(path: Path, columns: list[str], rows: Iterable[Sequence[Any]]) -> None:
    """Write a CSV file with plain line ends."""
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(columns)
        writer.writerows(rows)


def _compact(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))
