"""Where on the island which trouble gathers."""

import math
from functools import cache
from random import Random

import numpy as np
import shapely
from shapely.geometry import Point
from shapely.geometry.base import BaseGeometry

from drawing.areas import metres_of
from drawing.coast import land
from drawing.landmarks import LANDMARKS
from drawing.roads import roads
from drawing.streets import network
from drawing.towns import closeness
from drawing.wards import WARDS
from drawing.waters import streams

# What a spot is, how far it reaches, and its share of all reports of that kind. A name is a
# landmark, a road or a stream; two numbers are a place on the drawing sheet.
Spot = tuple[str | tuple[float, float], float, float]
HOTSPOTS: dict[str, list[Spot]] = {
    "waste.pile": [
        ("Pasar Lontar", 170, 0.24),
        ("Pasar Ikan Bandar", 140, 0.12),
        ("Pasar Pagi Gayam", 150, 0.08),
        ("Pantai Cemara", 260, 0.06),
    ],
    "waste.missed": [
        ((-3250, 1500), 420, 0.2),
        ((1000, -1000), 450, 0.2),
        ((-500, 1100), 350, 0.1),
    ],
    "waste.dump": [((2350, -2450), 220, 0.2), ((-3450, -350), 200, 0.2), ("Jalan Hulu", 40, 0.12)],
    "waste.burn": [((-3100, -3050), 500, 0.25), ((2500, -2600), 500, 0.2)],
    "waste.bin": [("Taman Kota Sendari", 220, 0.2), ("Alun-Alun Bandar", 150, 0.2)],
    "drain.flood": [
        ("Kali Sendari", 150, 0.46),
        ("Kali Gayam", 130, 0.2),
        ((1150, 2500), 350, 0.14),
    ],
    "drain.blocked": [("Kali Gayam", 260, 0.2), ("Kanal Lama", 160, 0.2), ("Kali Wuni", 200, 0.1)],
    "drain.river": [("Kali Sendari", 60, 0.5), ("Kanal Lama", 50, 0.25), ("Kanal Timur", 60, 0.1)],
    "sew.overflow": [("Pasar Lontar", 260, 0.2), ((500, 150), 380, 0.22)],
    "light.street": [
        ("Jalan Hulu", 25, 0.13),
        ("Jalan Pantai Barat", 25, 0.13),
        ("Jalan Rawa", 25, 0.10),
        ("Jalan Mercusuar", 25, 0.07),
    ],
    "road.pothole": [
        ("Jalan Karya Industri", 25, 0.14),
        ("Jalan Wuni", 25, 0.11),
        ("Jalan Lingkar Nusantara", 12, 0.12),
        ("Jalan Bandar", 25, 0.08),
    ],
    "road.slippery": [("Jalan Karya Industri", 25, 0.25), ("Jalan Hulu", 30, 0.2)],
    "traf.parking": [
        ("Stadion Merdu", 260, 0.34),
        ("Pasar Lontar", 200, 0.16),
        ("Rumah Sakit Umum Sendari", 190, 0.10),
    ],
    "traf.jam": [
        ("Terminal Bus Simpang Tujuh", 200, 0.25),
        ("Pelabuhan Pandan", 350, 0.2),
        ("Jembatan Batu", 160, 0.15),
    ],
    "traf.signal": [("Jalan Poros Tanjung", 15, 0.4), ("Jalan Poros Utara", 15, 0.3)],
    "traf.transit": [("Terminal Bus Simpang Tujuh", 120, 0.3), ("Stasiun Trem Bandar", 100, 0.2)],
    "order.vendor": [("Pasar Lontar", 190, 0.4), ("Alun-Alun Bandar", 150, 0.2)],
    "order.noise": [
        ((-300, 1950), 260, 0.25),
        ((-4900, 350), 350, 0.12),
        ((2900, 1500), 350, 0.12),
    ],
    "order.crime": [("Jalan Rawa", 60, 0.25), ("Terminal Bus Simpang Tujuh", 180, 0.2)],
    "order.drugs": [("Pelabuhan Pandan", 320, 0.3), ("Taman Merdu", 160, 0.2)],
    "env.air": [("Kawasan Industri Mekar", 700, 0.45), ("Pabrik Pengolahan Ikan", 450, 0.3)],
    "env.water": [("Kali Wuni", 120, 0.4), ("Pabrik Pengolahan Ikan", 350, 0.3)],
    "pest.mosquito": [((-3300, 900), 420, 0.3), ((500, 0), 350, 0.2)],
    "pest.rodent": [("Pasar Lontar", 260, 0.4), ("Pasar Melur", 180, 0.12)],
    "water.none": [
        ((-4750, 350), 500, 0.25),
        ((-4200, -2450), 350, 0.12),
        ((700, -2500), 420, 0.2),
    ],
    "park.damage": [
        ("Taman Kota Sendari", 200, 0.4),
        ("Taman Merdu", 160, 0.2),
        ("Taman Melur", 150, 0.15),
    ],
    "tree.fallen": [((-1250, -1950), 500, 0.15), ("Jalan Laksamana Wirya", 20, 0.2)],
    "road.sidewalk": [("Pasar Lontar", 300, 0.2), ("Rumah Sakit Umum Sendari", 260, 0.2)],
    "soc.homeless": [("Terminal Bus Simpang Tujuh", 220, 0.3), ("Pasar Lontar", 240, 0.25)],
    "health.facility": [("Rumah Sakit Umum Sendari", 120, 0.4), ("Puskesmas Selasih", 90, 0.2)],
    "gov.service": [("Balai Kota Pulau Contoh", 120, 0.4)],
    "traf.sign": [("Jalan Mercusuar", 25, 0.2)],
    "road.bridge": [("Jembatan Batu", 60, 0.3), ("Kali Sendari", 30, 0.4), ("Kali Gayam", 30, 0.2)],
}


@cache
def street_spots() -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Points every 22 m along all streets, the ward of each (index), and how many people pass."""
    lines = shapely.get_parts(network())
    ways = [line.interpolate(np.arange(9, line.length, 22)) for line in lines]
    points = np.concatenate(ways)
    xy = np.column_stack([shapely.get_x(points), shapely.get_y(points)])
    ward = np.full(len(points), -1)
    for number, one in enumerate(WARDS):
        ward[shapely.contains_xy(metres_of(one.code), xy[:, 0], xy[:, 1])] = number
    known = ward >= 0
    xy, ward = xy[known], ward[known]
    # Where people have less, they report less of what they suffer.
    voice = np.array([0.45 + 1.2 * (1 - one.poor) for one in WARDS])[ward]
    return xy, ward, np.clip(closeness(xy[:, 0], xy[:, 1]), 0.03, 1) ** 1.2 * voice


def somewhere(stream: Random, category: str) -> tuple[float, float]:
    """A place on or beside a street where this kind of trouble is likely."""
    for _ in range(60):
        x, y = _pick(stream, category)
        turn, off = stream.uniform(0, math.tau), abs(stream.gauss(0, 7))
        spot = Point(x + off * math.cos(turn), y + off * math.sin(turn))
        if land().covers(spot):
            return spot.x, spot.y
    return _pick(stream, category)


def ward_at(x: float, y: float) -> int:
    """The index of the ward of the nearest street spot."""
    xy, ward, _ = street_spots()
    return int(ward[int(((xy - (x, y)) ** 2).sum(1).argmin())])


def _pick(stream: Random, category: str) -> tuple[float, float]:
    shares = _shares(category)
    throw, number = stream.random(), len(shares)
    for n, (_, share) in enumerate(shares):
        throw -= share
        if throw < 0:
            number = n
            break
    weights = shares[number][0] if number < len(shares) else _everywhere()
    xy, _, _ = street_spots()
    at = int(np.searchsorted(weights, stream.random() * weights[-1]))
    return float(xy[at, 0]), float(xy[at, 1])


@cache
def _everywhere() -> np.ndarray:
    return np.cumsum(street_spots()[2])


@cache
def _shares(category: str) -> list[tuple[np.ndarray, float]]:
    xy, _, people = street_spots()
    points = shapely.points(xy)
    found = []
    for what, reach, share in HOTSPOTS.get(category, []):
        far = shapely.distance(points, _shape(what))
        found.append((np.cumsum(np.exp(-((far / reach) ** 2)) * (0.15 + people)), share))
    return found


def _shape(what: str | tuple[float, float]) -> BaseGeometry:
    if not isinstance(what, str):
        return Point(what)
    for name, _, x, y in LANDMARKS:
        if name == what:
            return Point(x, y)
    lines = {road.name: road.line for road in roads()} | {s.name: s.line for s in streams()}
    return lines[what]
