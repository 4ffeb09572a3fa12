"""New borders for one level: a draft edition in which everything else stays as it is."""

from dataclasses import replace
from datetime import datetime
from pathlib import Path

from sqlalchemy import select
from sqlalchemy.orm import Session

from geo_portal.city import editions
from geo_portal.city.areas import read_areas, with_parents
from geo_portal.city.findings import Findings, listed, meant
from geo_portal.city.load import BrokenPack
from geo_portal.city.pack_contents import AreaBorder, LevelFile
from geo_portal.city.tables import City, Edition, Level
from geo_portal.errors import Invalid, NotFound, Unavailable


class NoSuchLevel(NotFound):
    """The city has no such level."""


class NothingNew(Invalid):
    """The file holds the borders that are already in force."""


def import_level(
    session: Session, file: Path, level: LevelFile, now: datetime, name: str | None = None
) -> tuple[Edition, Findings]:
    """Draft an edition in which `level` has the borders of `file`; and what was found in it.

    Raises `NoSuchLevel`, `BrokenPack` when the file cannot be used, or `NothingNew`.
    """
    city = session.scalars(select(City)).one_or_none()
    current = editions.in_force(session)
    if city is None or current is None:
        raise Unavailable("No city has been loaded yet. Load one with: geo-portal city load FOLDER")
    codes = session.scalars(select(Level.code).order_by(Level.rank)).all()
    if level.code not in codes:
        raise NoSuchLevel(
            'There is no level "{level}"; there are {levels}.{hint}',
            level=level.code,
            levels=listed(codes),
            hint=meant(level.code, codes),
        )
    findings = Findings()
    areas: dict[str, list[AreaBorder]] = {code: [] for code in codes}
    areas |= editions.areas_of(session, current)
    areas[level.code] = read_areas(file.parent, level, city.metric_srid, findings)
    _place_under_parents(areas, level, findings)
    if findings.errors:
        raise BrokenPack(findings.errors)
    if not any(editions.compared(session, current, areas).values()):
        raise NothingNew("{file} holds the borders that are already in force.", file=file.name)
    people = editions.population_of(session, current)
    return editions.create(session, areas, people, now, name), findings


def _place_under_parents(
    areas: dict[str, list[AreaBorder]], level: LevelFile, findings: Findings
) -> None:
    """The new areas under the coarser level, and those of the finer level under the new ones."""
    codes = list(areas)
    at = codes.index(level.code)
    if at > 0:
        areas[level.code] = with_parents(areas[level.code], areas[codes[at - 1]], level, findings)
    if at + 1 < len(codes):
        finer = codes[at + 1]
        known = {area.code for area in areas[level.code]}
        orphans = [
            area if area.parent_code in known else replace(area, parent_code=None)
            for area in areas[finer]
        ]
        as_file = replace(level, code=finer, parent=None)
        areas[finer] = with_parents(orphans, areas[level.code], as_file, findings)
