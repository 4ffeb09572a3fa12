"""What the maps show under the pins: land, water, green, built, roads, rails, names."""

from collections import defaultdict
from pathlib import Path
from typing import Any

import shapely
from shapely import ops
from shapely.geometry import MultiLineString, Point
from shapely.geometry.base import BaseGeometry

from drawing import areas, landmarks
from drawing.areas import metres_of
from drawing.coast import land
from drawing.greens import grounds, woods
from drawing.ground import write_features
from drawing.roads import rails, roads
from drawing.streets import network, streets
from drawing.towns import closeness
from drawing.wards import WARDS
from drawing.waters import lakes, streams, water_surface

Feature = tuple[BaseGeometry, dict[str, Any]]
GREENS = ("forest", "mangrove", "park", "cemetery")


def write(folder: Path) -> None:
    """Write all layers; five digits (about a metre) are enough to draw with."""
    write_features(folder / "land.geojson", [(areas.city(), {"kind": "land"})], sheet_digits=None)
    layers = {
        "water": _water(),
        "green": _green(),
        "built": _built(),
        "roads": _roads(),
        "rail": [(line, {"name": name}) for name, line in rails()],
        "labels": _labels(),
    }
    for name, features in layers.items():
        write_features(folder / f"{name}.geojson", features, sheet_digits=5)


def _water() -> list[Feature]:
    still = list(lakes().items())
    flowing = water_surface().difference(ops.unary_union([shape for _, shape in still]))
    kept = flowing.intersection(land().buffer(30)).simplify(1.2)
    found: list[Feature] = [(kept, {"kind": "river", "name": None})]
    return found + [(shape.simplify(2), {"kind": "lake", "name": name}) for name, shape in still]


def _green() -> list[Feature]:
    found: list[Feature] = [(woods().simplify(4), {"kind": "wood", "name": None})]
    return found + [
        (ground.shape.simplify(2), {"kind": ground.kind, "name": ground.name})
        for ground in grounds()
        if ground.kind in GREENS
    ]


def _built() -> list[Feature]:
    """Blocks where people live closely, and the plots of the big institutions."""
    faces = shapely.get_parts(shapely.polygonize([network()]))
    middles = shapely.centroid(faces)
    close = closeness(shapely.get_x(middles), shapely.get_y(middles))
    lived_in = faces[(close > 0.2) & (shapely.area(faces) < 60_000 + 90_000 * (close > 0.5))]
    town = ops.unary_union(lived_in).buffer(14, quad_segs=2).buffer(-10, quad_segs=2)
    kept = [ground.shape for ground in grounds() if ground.kind != "market"]
    town = town.difference(ops.unary_union([*kept, water_surface().buffer(4)]))
    town = shapely.MultiPolygon([p for p in shapely.get_parts(town) if p.area > 4000])
    found: list[Feature] = [(town.simplify(2.5), {"kind": "town", "name": None})]
    return found + [
        (ground.shape.simplify(1), {"kind": ground.kind, "name": ground.name})
        for ground in grounds()
        if ground.kind not in GREENS
    ]


def _roads() -> list[Feature]:
    """Streets first, in one shape a ward, and great roads last, so that they lie on top."""
    by_ward: dict[str, list[BaseGeometry]] = defaultdict(list)
    tree = shapely.STRtree([metres_of(ward.code) for ward in WARDS])
    for line in streets():
        ward = WARDS[int(tree.nearest(line.interpolate(0.5, normalized=True)))].code
        by_ward[ward].append(line.simplify(2.5))
    found: list[Feature] = [
        (MultiLineString(lines), {"class": "street", "name": None})
        for _, lines in sorted(by_ward.items())
    ]
    for rank in ("secondary", "main"):
        found += [
            (road.line.simplify(2), {"class": rank, "name": road.name})
            for road in roads()
            if road.rank == rank
        ]
    return found


def _labels() -> list[Feature]:
    found: list[Feature] = [
        (Point(x, y), {"name": name, "rank": rank, "kind": kind})
        for name, kind, rank, x, y in landmarks.labels()
    ]
    found += [
        (
            stream.line.interpolate(0.55, normalized=True),
            {"name": stream.name, "rank": 3, "kind": "water"},
        )
        for stream in streams()
    ]
    taken = {name for name, *_ in landmarks.labels()}
    found += [
        (
            metres_of(ward.code).representative_point(),
            {"name": ward.name, "rank": 2, "kind": "ward"},
        )
        for ward in WARDS
        if ward.name not in taken
    ]
    return found
