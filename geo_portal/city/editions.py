"""Editions of the borders: kept for ever, one in force, others drafts or history."""

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import shapely
from sqlalchemy import select, text
from sqlalchemy.orm import Session

from geo_portal.city.findings import listed
from geo_portal.city.merge import Change
from geo_portal.city.pack_contents import AreaBorder
from geo_portal.city.tables import City, Edition
from geo_portal.errors import Conflict, NotFound

# Measured on New York (4,000 corners a district, 17,000 a borough), processor time of routing
# 51,131 complaints: whole 0.65 s, pieces of 64 corners 0.54 s, of 128 0.48 s, of 250 0.47 s; and
# 128 are cut faster than 64. On Zürich's districts (1,100 corners) it is all one.
SUBDIVIDE_ABOVE = 250
PIECE_VERTICES = 128

_ADD_AREA = text(Path(__file__).with_name("add_area.sql").read_text())
_ADD_PIECES = text(Path(__file__).with_name("add_pieces.sql").read_text())
_STORED = text("""
    SELECT level, code, encode(sha256(ST_AsBinary(border)), 'hex')
    FROM jurisdictions WHERE edition_id = :edition
""")

_AREAS = text("""
    SELECT area.level, area.code, area.name, parent.code, ST_AsBinary(area.border)
    FROM jurisdictions AS area
    JOIN levels ON levels.code = area.level
    LEFT JOIN jurisdictions AS parent ON parent.id = area.parent_id
    WHERE area.edition_id = :edition
    ORDER BY levels.rank, area.code
""")
_POPULATION = text("""
    SELECT level, code, population FROM jurisdictions
    WHERE edition_id = :edition AND population IS NOT NULL
""")


class NoSuchEdition(NotFound):
    """No edition bears this name."""


class AlreadyInForce(Conflict):
    """The edition asked for is the one in force."""


def in_force(session: Session) -> Edition | None:
    """The edition by which complaints are routed today."""
    return session.scalars(select(Edition).where(Edition.status == "active")).one_or_none()


def named(session: Session, name: str) -> Edition:
    """The edition of that name; raises `NoSuchEdition` with the names there are."""
    edition = session.scalars(select(Edition).where(Edition.name == name)).one_or_none()
    if edition is None:
        names = session.scalars(select(Edition.name).order_by(Edition.id.desc())).all()
        raise NoSuchEdition(
            'There is no edition "{name}"; there are: {names}.',
            name=name,
            names=listed(names) or "none",
        )
    return edition


def every(session: Session) -> list[Edition]:
    """All editions, newest first."""
    return list(session.scalars(select(Edition).order_by(Edition.id.desc())))


def border_digest(area: AreaBorder) -> str:
    """A fingerprint of one border, the same as the database computes for what it stores."""
    return hashlib.sha256(shapely.to_wkb(area.border, byte_order=1)).hexdigest()


def digest(areas: Iterable[AreaBorder]) -> str:
    """A fingerprint of all borders together; names and parents are not part of it."""
    parts = sorted(f"{area.level}:{area.code}:{border_digest(area)}" for area in areas)
    return hashlib.sha256("\n".join(parts).encode()).hexdigest()


def areas_of(session: Session, edition: Edition) -> dict[str, list[AreaBorder]]:
    """The areas of a stored edition by level, coarse to fine."""
    found: dict[str, list[AreaBorder]] = {}
    for level, code, name, parent, wkb in session.execute(_AREAS, {"edition": edition.id}):
        area = AreaBorder(level, code, name, parent, shapely.from_wkb(bytes(wkb)), 0)
        found.setdefault(level, []).append(area)
    return found


def population_of(session: Session, edition: Edition) -> dict[tuple[str, str], int]:
    """Inhabitants by (level, code), where they are known."""
    rows = session.execute(_POPULATION, {"edition": edition.id})
    return {(level, code): people for level, code, people in rows}


def create(
    session: Session,
    areas: Mapping[str, Sequence[AreaBorder]],
    population: Mapping[tuple[str, str], int],
    now: datetime,
    name: str | None = None,
) -> Edition:
    """Store a draft edition of all levels, given coarse to fine; without a name the day's."""
    edition = Edition(
        name=name or _free_name(session, now),
        status="draft",
        digest=digest(area for level in areas.values() for area in level),
        created_at=now,
        activated_at=None,
    )
    session.add(edition)
    session.flush()
    coarser: str | None = None
    for level, found in areas.items():
        rows = [_row(edition, area, coarser, population) for area in found]
        if rows:
            session.execute(_ADD_AREA, rows)
        coarser = level
    _cut(session, edition)
    return edition


def _row(
    edition: Edition,
    area: AreaBorder,
    coarser: str | None,
    population: Mapping[tuple[str, str], int],
) -> dict[str, Any]:
    return {
        "edition": edition.id,
        "level": area.level,
        "code": area.code,
        "name": area.name,
        "parent_level": coarser,
        "parent_code": area.parent_code,
        "population": population.get((area.level, area.code)),
        "border": shapely.to_wkb(area.border, byte_order=1),
    }


def _cut(session: Session, edition: Edition) -> None:
    """Write the pieces that places are looked up in."""
    session.execute(
        _ADD_PIECES,
        {"edition": edition.id, "above": SUBDIVIDE_ABOVE, "vertices": PIECE_VERTICES},
    )
    # The planner has to see the new pieces before the next look-up, not at the next autovacuum.
    session.execute(text("ANALYZE jurisdiction_pieces"))


def activate(session: Session, edition: Edition, now: datetime) -> None:
    """Put an edition in force; the one before is kept, and complaints keep pointing at it.

    Raises `AlreadyInForce`.
    """
    if edition.status == "active":
        raise AlreadyInForce('The edition "{name}" is already in force.', name=edition.name)
    before = in_force(session)
    if before:
        before.status = "retired"
        session.flush()
        _drop_pieces(session, before)
    if edition.status == "retired":
        _cut(session, edition)
    edition.status, edition.activated_at = "active", now
    session.flush()
    for city in session.scalars(select(City)):
        city.facts_version += 1
    session.flush()


def _drop_pieces(session: Session, edition: Edition) -> None:
    """Nothing is looked up in a retired edition; its whole borders stay."""
    session.execute(
        text("DELETE FROM jurisdiction_pieces WHERE edition_id = :edition"),
        {"edition": edition.id},
    )


def compared(
    session: Session, edition: Edition | None, areas: Mapping[str, Sequence[AreaBorder]]
) -> dict[str, Change]:
    """How borders differ from an edition's, by level; levels that are gone are in it too."""
    stored: dict[str, dict[str, str]] = {level: {} for level in areas}
    if edition:
        for level, code, fingerprint in session.execute(_STORED, {"edition": edition.id}):
            stored.setdefault(level, {})[code] = fingerprint
    changes = {}
    for level, before in stored.items():
        after = {area.code: border_digest(area) for area in areas.get(level, [])}
        changes[level] = Change(
            new=len(after.keys() - before.keys()),
            changed=sum(before[code] != after[code] for code in before.keys() & after.keys()),
            retired=len(before.keys() - after.keys()),
        )
    return changes


def _free_name(session: Session, now: datetime) -> str:
    """The day in the city, with a number from the second edition of a day on."""
    zone = session.scalars(select(City.timezone)).one_or_none() or "UTC"
    day = now.astimezone(ZoneInfo(zone)).date().isoformat()
    taken = set(session.scalars(select(Edition.name)))
    numbered = (f"{day}-{number}" for number in range(2, len(taken) + 3))
    return next(name for name in (day, *numbered) if name not in taken)
