"""Things that own their place: national roads, rails, rivers, lamp posts, quays."""

from pathlib import Path

import numpy as np
import shapely
from shapely.geometry import Point

from drawing.coast import land
from drawing.greens import grounds
from drawing.ground import write_features
from drawing.landmarks import LANDMARKS
from drawing.roads import Road, rails, roads
from drawing.waters import streams

LAMP_EVERY_M = {"main": 55.0, "secondary": 78.0}


def write(folder: Path) -> None:
    """One file per kind of owner."""
    national = [
        (road.line, {"kind": "national_road", "owner": "NRO", "name": road.name})
        for road in roads()
        if road.national
    ]
    rail = [(line, {"kind": "railway", "owner": "TRF", "name": name}) for name, line in rails()]
    water = [
        (stream.line, {"kind": stream.kind, "owner": "DRN", "name": stream.name})
        for stream in streams()
    ]
    port = [
        (ground.shape, {"kind": "port", "owner": "PORT", "name": ground.name})
        for ground in grounds()
        if ground.kind == "port"
    ]
    school = [
        (Point(x, y), {"kind": "school", "owner": "EDU", "name": name})
        for name, kind, x, y in LANDMARKS
        if kind == "school"
    ]
    write_features(folder / "roads_and_rails.geojson", national + rail)
    write_features(folder / "waters.geojson", water)
    write_features(folder / "port_and_schools.geojson", port + school)
    write_features(folder / "lamps.geojson", _lamps())


def _lamps() -> list[tuple[Point, dict[str, str]]]:
    found: list[tuple[Point, dict[str, str]]] = []
    for road in roads():
        for spot in _beside(road):
            number = f"PJU {len(found) + 1:04d}"
            found.append((spot, {"kind": "street_lamp", "owner": "LIGHT", "name": number}))
    return found


def _beside(road: Road) -> list[Point]:
    """Lamps in turn on both sides, seven metres from the middle of the road."""
    every = LAMP_EVERY_M[road.rank]
    spots = []
    for n, at in enumerate(np.arange(every / 2, road.line.length - 2, every)):
        here, there = road.line.interpolate(at), road.line.interpolate(at + 1)
        dx, dy = there.x - here.x, there.y - here.y
        side = 7.0 if n % 2 else -7.0
        spots.append(Point(here.x - dy * side, here.y + dx * side))
    keep = shapely.covers(land(), np.array(spots, dtype=object))
    return [spot for spot, dry in zip(spots, keep, strict=True) if dry]
