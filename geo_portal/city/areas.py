"""A level's areas from its boundary file: coded, named, repaired, each under its parent."""

import math
from pathlib import Path
from typing import Any

import shapely
from pyproj import CRS
from shapely import MultiPolygon, STRtree

from geo_portal.city.boundary_files import Feature, read_features
from geo_portal.city.findings import Findings, meant
from geo_portal.city.pack_contents import AreaBorder, LevelFile
from geo_portal.city.repair import area_m2, repair

# Below this share of an area inside its parent, the tree is a guess worth a look.
MOSTLY_INSIDE = 0.5
CODE_LENGTH = 64


def read_areas(
    folder: Path, level: LevelFile, metric_srid: int, findings: Findings
) -> list[AreaBorder]:
    """The areas of one level, by code; features that are no area are reported and left out."""
    areas: dict[str, AreaBorder] = {}
    for feature in read_features(folder, level, findings):
        area = _area(feature, level, findings)
        if area is None:
            continue
        known = areas.get(area.code)
        areas[area.code] = _joined(known, area, level, findings) if known else area
    _check_place(list(areas.values()), level, metric_srid, findings)
    return sorted(areas.values(), key=lambda area: area.code)


def _area(feature: Feature, level: LevelFile, findings: Findings) -> AreaBorder | None:
    code = _text(feature.properties[level.id])
    called = f'Area "{code}"' if code else f"Feature {feature.number}"
    if not code or len(code) > CODE_LENGTH:
        findings.error(
            level.file,
            None,
            f'{called} has no usable code in "{level.id}".',
            "Give every area a short code that is its own.",
        )
        return None
    name = _text(feature.properties[level.label])
    if not name:
        findings.warning(
            level.file,
            None,
            f'{called} has no name in "{level.label}".',
            "Its code is shown instead.",
        )
    repaired = repair(feature.shape)
    _tell(
        called,
        repaired.done,
        repaired.border is None,
        repaired.notable,
        level,
        findings,
    )
    if repaired.border is None:
        return None
    parent = _text(feature.properties[level.parent]) if level.parent else None
    return AreaBorder(
        level.code, code, name or code, parent or None, repaired.border, feature.number
    )


def _text(value: Any) -> str:
    """A property as text: 311.0 is 311, missing is empty."""
    if value is None or (isinstance(value, float) and math.isnan(value)):
        return ""
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return " ".join(str(value).split())


def _tell(
    called: str,
    done: list[str],
    lost: bool,
    notable: bool,
    level: LevelFile,
    findings: Findings,
) -> None:
    for deed in done:
        what = f"{called}: {deed}."
        if lost:
            findings.warning(level.file, None, f"{what} It was left out.", "Draw it, or remove it.")
        elif notable:
            findings.warning(
                level.file, None, what, "Compare the border with the map it came from."
            )
        else:
            findings.note(level.file, None, what)


def _joined(
    known: AreaBorder, again: AreaBorder, level: LevelFile, findings: Findings
) -> AreaBorder:
    """Two features with one code: the same area twice, or its parts."""
    called = f'Area "{known.code}" (features {known.feature} and {again.feature})'
    if known.name != again.name or known.parent_code != again.parent_code:
        findings.error(
            level.file,
            None,
            f'{called}: two areas, "{known.name}" and "{again.name}", have the same code.',
            "Give each area a code of its own.",
        )
        return known
    if known.border.equals(again.border):
        findings.warning(
            level.file,
            None,
            f"{called} is there twice; one was dropped.",
            "Remove one of the two.",
        )
        return known
    findings.note(level.file, None, f"{called} comes in parts; they were joined.")
    whole = repair(shapely.union(known.border, again.border)).border
    return AreaBorder(known.level, known.code, known.name, known.parent_code, whole, known.feature)


def _check_place(
    areas: list[AreaBorder], level: LevelFile, metric_srid: int, findings: Findings
) -> None:
    """Find latitude and longitude the wrong way round, and coordinates that are no degrees."""
    if not areas:
        return
    west, south, east, north = shapely.total_bounds([area.border for area in areas])
    use = CRS.from_epsg(metric_srid).area_of_use
    x, y = (west + east) / 2, (south + north) / 2
    if max(abs(west), abs(east)) > 360 or (max(-south, north) > 90 and max(-west, east) > 90):
        findings.error(
            level.file,
            None,
            f"The coordinates are not degrees (about {x:,.0f}, {y:,.0f}).",
            'Say in city.toml which reference system they are in: crs = "EPSG:…"',
        )
    elif max(-south, north) > 90 or (use and not _in_use(use, x, y) and _in_use(use, y, x)):
        findings.error(
            level.file,
            None,
            f"Longitude and latitude are the wrong way round (about {x:.4f}, {y:.4f}).",
            "Export the file again with longitude (x) first and latitude (y) second.",
        )
    elif use and not _in_use(use, x, y):
        findings.warning(
            level.file,
            None,
            f"The areas (about {x:.4f}, {y:.4f}) lie outside the region for which "
            f"EPSG:{metric_srid} is meant ({use.name.rstrip('.')}).",
            "Correct metric_srid in city.toml, or the file.",
        )


def _in_use(use: Any, lon: float, lat: float) -> bool:
    # UTM zones are used a little beyond their edge, and cities lie on edges.
    margin = 3.0
    across = use.west > use.east
    inside = (
        lon >= use.west - margin or lon <= use.east + margin
        if across
        else use.west - margin <= lon <= use.east + margin
    )
    return bool(inside and use.south - margin <= lat <= use.north + margin)


def with_parents(
    areas: list[AreaBorder],
    coarser: list[AreaBorder],
    level: LevelFile,
    findings: Findings,
) -> list[AreaBorder]:
    """The same areas, each under its parent of the next coarser level.

    By the property the file names; otherwise under the area it overlaps most.
    """
    if not coarser:
        return areas
    by_code = {area.code: area for area in coarser}
    tree = STRtree([area.border for area in coarser])
    placed = []
    for area in areas:
        if area.parent_code and area.parent_code not in by_code:
            findings.error(
                level.file,
                None,
                f'Area "{area.code}" names the parent "{area.parent_code}", which does not exist.',
                f"Correct the parent's code.{meant(area.parent_code, by_code)}",
            )
            continue
        parent = by_code.get(area.parent_code or "") or _largest_overlap(area, coarser, tree)
        _check_inside(area, parent, level, findings)
        placed.append(
            AreaBorder(
                area.level,
                area.code,
                area.name,
                parent.code if parent else None,
                area.border,
                area.feature,
            )
        )
    return placed


def _largest_overlap(
    area: AreaBorder, coarser: list[AreaBorder], tree: STRtree
) -> AreaBorder | None:
    found = [coarser[i] for i in tree.query(area.border, predicate="intersects")]
    shared = {one.code: _shared(area.border, one.border) for one in found}
    best = max(found, key=lambda one: (shared[one.code], one.code), default=None)
    return best if best and shared[best.code] > 0 else None


def _shared(border: MultiPolygon, other: MultiPolygon) -> float:
    return float(shapely.intersection(border, other).area)


def _check_inside(
    area: AreaBorder, parent: AreaBorder | None, level: LevelFile, findings: Findings
) -> None:
    if parent is None:
        findings.warning(
            level.file,
            None,
            f'Area "{area.code}" lies in no area of the coarser level.',
            "It has no parent; look whether the two files belong together.",
        )
        return
    share = _shared(area.border, parent.border) / area.border.area
    if share < MOSTLY_INSIDE:
        findings.warning(
            level.file,
            None,
            f'Only {share:.0%} of area "{area.code}" lies inside its parent "{parent.code}" '
            f"({area_m2(area.border) / 1e6:,.2f} km²).",
            "Look whether the parent is right and the two files have the same date.",
        )
