"""Whether the areas of an edition fit together: overlaps, gaps, and what no area covers."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from typing import Any

import shapely
from shapely import MultiPolygon, Polygon, STRtree

from geo_portal.city.pack_contents import AreaBorder
from geo_portal.city.repair import area_m2, polygons_of

# Neighbours drawn by hand touch within a hand's breadth; below this nothing is worth telling.
LEAST_M2 = 1.0
# Narrower than a footpath: the two files meant the same line.
SLIVER_WIDTH_M = 2.0


@dataclass(frozen=True)
class Patch:
    """A piece of ground about which the borders disagree.

    `areas` are the codes that claim it, none for a gap; a sliver is narrower than
    `SLIVER_WIDTH_M`. `lon`, `lat` is a point inside.
    """

    areas: tuple[str, ...]
    m2: float
    width_m: float
    lon: float
    lat: float

    @property
    def is_sliver(self) -> bool:
        return self.width_m < SLIVER_WIDTH_M


@dataclass
class LevelAudit:
    """What the audit of one level found; patches are largest first.

    `uncovered_m2` is the part of the next coarser level that no area of this one covers,
    `beyond_m2` the part of this level that lies outside the coarser one.
    """

    level: str
    areas: int
    m2: float
    overlaps: list[Patch] = field(default_factory=list)
    gaps: list[Patch] = field(default_factory=list)
    uncovered_m2: float = 0.0
    beyond_m2: float = 0.0

    @property
    def slivers(self) -> int:
        """How many overlaps and gaps are too narrow to stand in."""
        return sum(patch.is_sliver for patch in (*self.overlaps, *self.gaps))

    def as_dict(self) -> dict[str, Any]:
        """For `--json`."""
        return asdict(self) | {
            "slivers": self.slivers,
            "overlap_m2": sum(patch.m2 for patch in self.overlaps),
            "gap_m2": sum(patch.m2 for patch in self.gaps),
        }


def audit(levels: Mapping[str, Sequence[AreaBorder]]) -> list[LevelAudit]:
    """Audit every level, given coarse to fine."""
    audits = []
    coarser: MultiPolygon | None = None
    for level, areas in levels.items():
        whole = shapely.union_all([area.border for area in areas])
        found = LevelAudit(level, len(areas), area_m2(whole))
        found.overlaps = _overlaps(areas)
        found.gaps = _gaps(whole, coarser)
        if coarser is not None:
            found.uncovered_m2 = area_m2(shapely.difference(coarser, whole))
            found.beyond_m2 = area_m2(shapely.difference(whole, coarser))
        audits.append(found)
        coarser = whole
    return audits


def _overlaps(areas: Sequence[AreaBorder]) -> list[Patch]:
    borders = [area.border for area in areas]
    left, right = STRtree(borders).query(borders, predicate="intersects")
    patches = []
    for i, j in zip(left, right, strict=True):
        if i < j:
            shared = shapely.intersection(borders[i], borders[j])
            codes = (areas[i].code, areas[j].code)
            patches += [_patch(part, codes) for part in polygons_of(shared)]
    return _worth_telling(patches)


def _gaps(whole: shapely.Geometry, coarser: shapely.Geometry | None) -> list[Patch]:
    """Ground enclosed by areas of the level that belongs to none of them.

    What is no ground of the coarser level either, a lake say, was left out on purpose.
    """
    holes = [Polygon(ring) for part in polygons_of(whole) for ring in part.interiors]
    empty = [shapely.difference(hole, whole) for hole in holes]
    if coarser is not None:
        empty = [shapely.intersection(gap, coarser) for gap in empty]
    return _worth_telling([_patch(part, ()) for gap in empty for part in polygons_of(gap)])


def _patch(part: Polygon, codes: tuple[str, ...]) -> Patch:
    inside = shapely.point_on_surface(part)
    m2 = area_m2(part)
    return Patch(codes, m2, _width_m(part, m2), round(inside.x, 6), round(inside.y, 6))


def _width_m(part: Polygon, m2: float) -> float:
    """About how wide a patch is: a long thin one has twice its area per length of edge."""
    edge_degrees = part.exterior.length
    # Degrees are not metres, but area per edge scales alike on both sides of the quotient.
    metres_per_degree = (m2 / part.area) ** 0.5 if part.area else 0.0
    edge_m = edge_degrees * metres_per_degree
    return 2 * m2 / edge_m if edge_m else 0.0


def _worth_telling(patches: list[Patch]) -> list[Patch]:
    found = [patch for patch in patches if patch.m2 >= LEAST_M2]
    return sorted(found, key=lambda patch: (-patch.m2, patch.areas))
