"""Borders: blocks between streets, river and ridges, gathered into wards and districts.

The island is cut into blocks by everything a border likes to follow. Each block goes to the
village that is nearest over land, where crossing a river or a great road counts as a long way;
then borders are pulled tight onto those lines. So all borders are edges of blocks, and two wards
share theirs to the last digit.
"""

import heapq
from dataclasses import dataclass
from functools import cache

import numpy as np
import shapely
from shapely import ops
from shapely.geometry import LineString, MultiPoint, MultiPolygon, Point, Polygon
from shapely.geometry.base import BaseGeometry

from drawing.coast import land
from drawing.ground import degrees, dice, noise, sheet
from drawing.roads import roads
from drawing.streets import streets
from drawing.towns import closeness
from drawing.wards import DISTRICTS, WARDS
from drawing.waters import streams

# How long a metre of border counts, by what it runs along: borders like rivers best.
LIKES = {"river": 0.12, "canal": 0.3, "main": 0.2, "secondary": 0.4, "street": 1.0, "ridge": 1.25}
CROSSING_M = {
    "river": 700.0,
    "canal": 150.0,
    "main": 450.0,
    "secondary": 160.0,
    "street": 0.0,
    "ridge": 0.0,
}
DISTRICT_BORDER = 1.6


@dataclass
class _Blocks:
    faces: list[Polygon]
    neighbours: list[dict[int, tuple[float, float]]]  # block -> (border cost, walking cost)


@cache
def wards() -> dict[str, MultiPolygon]:
    """Ward code to border in degrees, as a coverage without gaps or overlaps."""
    gathered = _gathered(_blocks())
    # The coast was simplified when it was drawn and is shared with the basemap: left alone here.
    shapes = shapely.coverage_simplify(
        np.array(gathered, dtype=object), 16.0, simplify_boundary=False
    )
    return {ward.code: _multi(degrees(shape)) for ward, shape in zip(WARDS, shapes, strict=True)}


@cache
def districts() -> dict[str, MultiPolygon]:
    """District code to border: exactly its wards, melted together."""
    borders = wards()
    return {
        d.code: _multi(
            shapely.coverage_union_all([borders[w.code] for w in WARDS if w.district == d.code])
        )
        for d in DISTRICTS
    }


@cache
def city() -> MultiPolygon:
    """The whole island: all wards together."""
    return _multi(shapely.coverage_union_all(list(wards().values())))


@cache
def populations() -> dict[str, int]:
    """People per ward, from how closely they live where; not rounded, as registers are not."""
    stream = dice("population")
    found = {}
    for ward in WARDS:
        west, south, east, north = (shape := metres_of(ward.code)).bounds
        x, y = np.meshgrid(np.arange(west, east, 60), np.arange(south, north, 60))
        inside = shapely.contains_xy(shape, x, y)
        close = np.clip(closeness(x, y)[inside] - 0.08, 0, 1)
        people = float((close**1.35).sum()) * 3600 / 1e6 * 20500 * (0.9 + 0.5 * ward.poor)
        found[ward.code] = int(people * stream.uniform(0.92, 1.08)) + stream.randint(100, 400)
    return found


@cache
def metres_of(code: str) -> BaseGeometry:
    """A ward's border back on the drawing sheet."""
    return sheet(wards()[code])


def _blocks() -> _Blocks:
    lines = _border_lines()
    edges = ops.unary_union([shape for shape, _ in lines])
    faces = [
        face
        for face in shapely.get_parts(shapely.polygonize([edges]))
        if land().covers(face.representative_point())
    ]
    return _Blocks(faces, _neighbours(faces, edges, lines))


def _border_lines() -> list[tuple[BaseGeometry, str]]:
    shore = land()
    found: list[tuple[BaseGeometry, str]] = [(shore.boundary, "coast")]
    found += [(s.line, s.kind) for s in streams()]
    found += [(r.line.intersection(shore), r.rank) for r in roads()]
    found += [(MultiPolygon([shore.geoms[0]]).intersection(s), "street") for s in streets()]
    found += [(line.intersection(shore.geoms[0]), "ridge") for line in _ridges()]
    return [(shapely.set_precision(shape, 0.5), kind) for shape, kind in found]


def _ridges() -> list[LineString]:
    """Field paths and ridges: bent Voronoi edges that give borders a way where no street is."""
    stream = dice("ridges")
    spots = [Point(stream.uniform(-6400, 6400), stream.uniform(-4700, 4700)) for _ in range(750)]
    found = []
    for line in shapely.get_parts(shapely.voronoi_polygons(MultiPoint(spots), only_edges=True)):
        way = np.array(line.segmentize(40).coords)
        x, y = way[:, 0].copy(), way[:, 1].copy()
        way[:, 0] += 90 * noise(x, y, 700, "ridge/x")
        way[:, 1] += 90 * noise(x, y, 700, "ridge/y")
        found.append(LineString(way))
    return found


def _neighbours(
    faces: list[Polygon], edges: BaseGeometry, lines: list[tuple[BaseGeometry, str]]
) -> list[dict[int, tuple[float, float]]]:
    pieces = shapely.get_parts(edges)
    kinds = _kinds(pieces, lines)
    tree = shapely.STRtree(faces)
    sides = []
    for turn in (1.0, -1.0):
        spots = [_beside(piece, turn) for piece in pieces]
        hit = np.full(len(pieces), -1)
        spot, face = tree.query(spots, predicate="intersects")
        hit[spot] = face
        sides.append(hit)
    found: list[dict[int, tuple[float, float]]] = [{} for _ in faces]
    for piece, kind, left, right in zip(pieces, kinds, *sides, strict=True):
        if left < 0 or right < 0 or left == right or kind == "coast":
            continue
        cost, _ = found[left].get(int(right), (0.0, 0.0))
        far = faces[left].centroid.distance(faces[right].centroid) + CROSSING_M[kind]
        link = (cost + piece.length * LIKES[kind], far)
        found[left][int(right)] = found[right][int(left)] = link
    return found


def _kinds(pieces: np.ndarray, lines: list[tuple[BaseGeometry, str]]) -> list[str]:
    """What each piece of border runs along; the first listed kind wins."""
    tree = shapely.STRtree([shape for shape, _ in lines])
    middles = shapely.line_interpolate_point(pieces, 0.5, normalized=True)
    order = ["coast", "river", "canal", "main", "secondary", "street", "ridge"]
    found = ["ridge"] * len(pieces)
    for spot, line in zip(*tree.query(middles, predicate="dwithin", distance=1.5), strict=True):
        kind = lines[line][1]
        if order.index(kind) < order.index(found[spot]):
            found[spot] = kind
    return found


def _beside(piece: LineString, turn: float) -> Point:
    (ax, ay), (bx, by) = (
        piece.interpolate(0.45, normalized=True).coords[0],
        piece.interpolate(0.55, normalized=True).coords[0],
    )
    length = max(np.hypot(bx - ax, by - ay), 1e-6)
    x, y = (ax + bx) / 2, (ay + by) / 2
    return Point(x - turn * (by - ay) / length * 0.8, y + turn * (bx - ax) / length * 0.8)


def _gathered(blocks: _Blocks) -> list[BaseGeometry]:
    owner = _nearest_village(blocks)
    district = [w.district for w in WARDS]
    for _ in range(14):
        if not _pull_tight(blocks, owner, district):
            break
    _join_strays(blocks, owner)
    faces = np.array(blocks.faces, dtype=object)
    found = np.array(owner)
    return _without_crumbs(
        [shapely.coverage_union_all(faces[found == n]) for n in range(len(WARDS))]
    )


def _without_crumbs(shapes: list[BaseGeometry]) -> list[BaseGeometry]:
    """Give crumbs of a ward that lie inside others to the one they border on longest."""
    bodies = [max(shapely.get_parts(shape), key=lambda part: part.area) for shape in shapes]
    joined = [[body] for body in bodies]
    for ward, shape in enumerate(shapes):
        for part in shapely.get_parts(shape):
            if part.equals(bodies[ward]):
                continue
            shared = [part.intersection(body).length for body in bodies]
            joined[int(np.argmax(shared)) if max(shared) > 0 else ward].append(part)
    return [shapely.coverage_union_all(parts) for parts in joined]


def _nearest_village(blocks: _Blocks) -> list[int]:
    tree = shapely.STRtree(blocks.faces)
    owner = [-1] * len(blocks.faces)
    queue = [(0.0, n, int(tree.nearest(Point(ward.x, ward.y)))) for n, ward in enumerate(WARDS)]
    heapq.heapify(queue)
    while queue:
        far, ward, block = heapq.heappop(queue)
        if owner[block] >= 0:
            continue
        owner[block] = ward
        for other, (_, walk) in blocks.neighbours[block].items():
            if owner[other] < 0:
                heapq.heappush(queue, (far + walk / WARDS[ward].reach, ward, other))
    for block, ward in enumerate(owner):
        if ward < 0:  # an islet: to the nearest shore
            middle = blocks.faces[block].centroid
            owner[block] = min(
                range(len(WARDS)), key=lambda n: middle.distance(Point(WARDS[n].x, WARDS[n].y))
            )
    return owner


def _pull_tight(blocks: _Blocks, owner: list[int], district: list[str]) -> int:
    """Hand a block to a neighbour ward where that makes the border cheaper; count the moves."""
    moves = 0
    for block, links in enumerate(blocks.neighbours):
        kept = owner[block]
        choices = {owner[other] for other in links} - {kept}
        if choices:
            best = min([kept, *sorted(choices)], key=lambda n: _cost(links, owner, district, n))
            if best != kept and _cost(links, owner, district, best) < _cost(
                links, owner, district, kept
            ):
                owner[block] = best
                moves += 1
    return moves


def _cost(
    links: dict[int, tuple[float, float]], owner: list[int], district: list[str], ward: int
) -> float:
    total = 0.0
    for other, (border, _) in links.items():
        if owner[other] != ward:
            apart = district[owner[other]] != district[ward]
            total += border * (DISTRICT_BORDER if apart else 1.0)
    return total


def _join_strays(blocks: _Blocks, owner: list[int]) -> None:
    """Give blocks cut off from their ward's body to the ward they touch most."""
    for ward in range(len(WARDS)):
        bodies = _bodies(blocks, [b for b, n in enumerate(owner) if n == ward])
        bodies.sort(key=lambda body: -sum(blocks.faces[b].area for b in body))
        for body in bodies[1:]:
            touching: dict[int, float] = {}
            for block in body:
                for other, (border, _) in blocks.neighbours[block].items():
                    if owner[other] != ward:
                        touching[owner[other]] = touching.get(owner[other], 0) + border
            if touching:
                for block in body:
                    owner[block] = max(sorted(touching), key=lambda n: touching[n])


def _bodies(blocks: _Blocks, members: list[int]) -> list[list[int]]:
    left, found = set(members), []
    while left:
        body, queue = [], [min(left)]
        left.discard(queue[0])
        while queue:
            block = queue.pop()
            body.append(block)
            for other in blocks.neighbours[block]:
                if other in left:
                    left.discard(other)
                    queue.append(other)
        found.append(body)
    return found


def _multi(shape: BaseGeometry) -> MultiPolygon:
    return shape if shape.geom_type == "MultiPolygon" else MultiPolygon([shape])
