"""Loading a city pack: the database becomes what the pack says; what agrees is left alone."""

import gzip
import hashlib
import secrets
from collections import Counter
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

from sqlalchemy import select, text
from sqlalchemy.orm import Session

from geo_portal.city import editions, rows, search_index
from geo_portal.city.clock_tables import EscalationStep, OfficeHours, OwnDeadline
from geo_portal.city.directory_tables import (
    CalendarDay,
    Collection,
    Facility,
    Representative,
    Synonyms,
)
from geo_portal.city.findings import Finding
from geo_portal.city.merge import Change, merge
from geo_portal.city.pack_contents import CityFile, Pack
from geo_portal.city.question_tables import CategoryQuestion
from geo_portal.city.tables import (
    Article,
    BasemapLayer,
    Category,
    City,
    Department,
    Edition,
    Holiday,
    Rule,
)
from geo_portal.errors import Conflict, Invalid

_ONE_LOAD_AT_A_TIME = 8_201_131  # any number, the same for all processes of this portal


class BrokenPack(Invalid):
    """The pack has errors; `findings` says which. Nothing was loaded."""

    def __init__(self, findings: list[Finding]) -> None:
        self.findings = findings
        super().__init__(
            "The city pack has {number} errors, the first in {where}: {what} {mend}",
            number=len(findings),
            where=findings[0].where,
            what=findings[0].what,
            mend=findings[0].mend,
        )


class AnotherCity(Conflict):
    """This portal already serves a different city."""


@dataclass
class LoadReport:
    """What a load did, by kind of thing; `edition` names the new borders, if there are any."""

    changes: dict[str, Change] = field(default_factory=dict)
    edition: str | None = None
    edition_is_draft: bool = False

    @property
    def changed_anything(self) -> bool:
        """False when the city already was what the pack says."""
        return any(self.changes.values())

    def __str__(self) -> str:
        """`12 new, 3 changed, 1 retired`, or that nothing changed."""
        total = sum(self.changes.values(), Change())
        counts = (
            ("new", total.new),
            ("changed", total.changed),
            ("retired", total.retired),
        )
        return ", ".join(f"{n} {word}" for word, n in counts if n) or "nothing changed"


def load(session: Session, pack: Pack, now: datetime, *, draft: bool = False) -> LoadReport:
    """Make the city what `pack` says, in the caller's transaction; safe to repeat.

    Changed borders become a new edition that is in force at once, or with `draft` waits for
    `editions.activate`. Raises `BrokenPack` or `AnotherCity` before anything is touched.
    """
    if pack.city is None or not pack.usable:
        raise BrokenPack(pack.findings.errors)
    # A load is no web request: it may take longer than those are given.
    session.execute(text("SET LOCAL statement_timeout = 0"))
    session.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": _ONE_LOAD_AT_A_TIME})
    _refuse_another(session, pack.city)
    report = LoadReport()
    report.changes["levels"] = rows.merge_levels(session, pack.city)
    city = _load_city(session, pack, pack.city, now, report)
    _load_tables(session, pack, report)
    _load_rules(session, pack, city, report)
    _load_borders(session, pack, now, draft, report)
    city.facts_version += 1
    session.flush()
    search_index.rebuild(session)
    return report


def _refuse_another(session: Session, wanted: CityFile) -> None:
    code = session.scalars(select(City.code)).one_or_none()
    if code not in (None, wanted.code):
        raise AnotherCity(
            'This portal serves "{code}"; one portal serves one city. '
            'Set GEO_PORTAL_DATA_DIR or GEO_PORTAL_DATABASE_URL to another place for "{wanted}".',
            code=code,
            wanted=wanted.code,
        )


def _load_city(
    session: Session, pack: Pack, wanted: CityFile, now: datetime, report: LoadReport
) -> City:
    values = rows.city_row(wanted)
    city = session.scalars(select(City)).one_or_none()
    if city is None:
        # Loaded into an emptied database, it must not look like what processes remember.
        first = secrets.randbelow(2**30)
        city = City(**values, facts_version=first, pack_digest="", loaded_at=now)
        session.add(city)
        report.changes["city"] = Change(new=1)
    else:
        differing = [name for name, value in values.items() if getattr(city, name) != value]
        for name in differing:
            setattr(city, name, values[name])
        report.changes["city"] = Change(changed=int(bool(differing)))
    city.pack_digest, city.loaded_at = _digest(pack), now
    session.flush()
    return city


def _digest(pack: Pack) -> str:
    """A fingerprint of everything the pack says."""
    contents = [
        *(pack.city, pack.departments, pack.categories, pack.rules, pack.holidays),
        *(pack.deadlines, pack.ladder, pack.questions, pack.directory),
        *(pack.articles, sorted(pack.population.items()), pack.places, pack.basemap),
        [replace(asset, place=asset.place.wkb_hex) for asset in pack.assets],
        [
            (area.code, area.name, area.parent_code)
            for level in pack.areas.values()
            for area in level
        ],
        editions.digest(area for level in pack.areas.values() for area in level),
    ]
    return hashlib.sha256(repr(contents).encode()).hexdigest()


def _load_tables(session: Session, pack: Pack, report: LoadReport) -> None:
    """Those that are pointed at first."""
    tables: list[tuple[str, Any, list[dict[str, Any]]]] = [
        (
            "departments",
            Department,
            [rows.department_row(one) for one in pack.departments],
        ),
        ("categories", Category, rows.category_rows(pack.categories)),
        ("questions", CategoryQuestion, [rows.question_row(one) for one in pack.questions]),
        ("deadlines", OwnDeadline, rows.deadline_rows(pack.deadlines)),
        ("escalation", EscalationStep, rows.step_rows(pack.ladder)),
        ("seasons", OfficeHours, rows.season_rows(pack.city.seasons if pack.city else [])),
        (
            "holidays",
            Holiday,
            [{"day": d, "names": n} for d, n in pack.holidays.items()],
        ),
        ("articles", Article, [rows.article_row(one) for one in pack.articles]),
        ("facilities", Facility, pack.directory.facilities),
        ("representatives", Representative, pack.directory.representatives),
        ("collection days", Collection, pack.directory.collections),
        ("calendar", CalendarDay, pack.directory.calendar),
        ("synonyms", Synonyms, pack.directory.synonyms),
        (
            "basemap",
            BasemapLayer,
            [_layer(*each) for each in enumerate(pack.basemap.items())],
        ),
    ]
    for name, kind, wanted in tables:
        report.changes[name] = merge(session, kind, wanted)
    report.changes["assets"] = _exchange(session, *rows.ASSETS, rows.asset_rows(pack.assets))
    report.changes["places"] = _exchange(session, *rows.PLACES, rows.place_rows(pack.places))


def _load_rules(session: Session, pack: Pack, city: City, report: LoadReport) -> None:
    """The pack's rules, unless they are those of the last load.

    Rules are changed in the portal, too; a load for the sake of something else keeps that.
    """
    digest = hashlib.sha256(repr([rows.rule_row(one) for one in pack.rules]).encode()).hexdigest()
    if city.rules_digest == digest:
        report.changes["rules"] = Change()
        return
    report.changes["rules"] = merge(session, Rule, [rows.rule_row(one) for one in pack.rules])
    city.rules_digest = digest


def _layer(position: int, layer: tuple[str, bytes]) -> dict[str, Any]:
    name, geojson = layer
    return {
        "name": name,
        "position": position,
        # Without a time in it the same layer is the same bytes, and so no change.
        "geojson_gz": gzip.compress(geojson, 9, mtime=0),
        "etag": hashlib.sha256(geojson).hexdigest()[:32],
    }


def _exchange(
    session: Session, stored: str, remove: str, add: str, wanted: list[tuple[Any, ...]]
) -> Change:
    """Bring a table without a key of its own to `wanted`; the same row may be there twice."""
    have: dict[tuple[Any, ...], list[int]] = {}
    for row_id, *values in session.execute(text(stored)):
        have.setdefault(tuple(values), []).append(row_id)
    missing = Counter(wanted) - Counter({values: len(ids) for values, ids in have.items()})
    surplus = Counter({values: len(ids) for values, ids in have.items()}) - Counter(wanted)
    gone = [row_id for values, number in surplus.items() for row_id in have[values][:number]]
    if gone:
        session.execute(text(remove), {"gone": gone})
    added = [dict(zip("abcd", values, strict=False)) for values in missing.elements()]
    if added:
        session.execute(text(add), added)
    return Change(new=len(added), retired=len(gone))


def _load_borders(
    session: Session, pack: Pack, now: datetime, draft: bool, report: LoadReport
) -> None:
    current = editions.in_force(session)
    changes = editions.compared(session, current, pack.areas)
    if current and not any(changes.values()):
        renamed = _rename(session, current, pack)
        changes = {level: changes[level] + renamed.get(level, Change()) for level in changes}
    else:
        edition = _draft(session, pack, now)
        report.edition, report.edition_is_draft = (
            edition.name,
            draft and current is not None,
        )
        if not report.edition_is_draft:
            editions.activate(session, edition, now)
    report.changes |= {f"areas: {level}": change for level, change in changes.items()}


def _draft(session: Session, pack: Pack, now: datetime) -> Edition:
    """A draft of the pack's borders; one that was made before is taken again."""
    wanted = editions.digest(area for level in pack.areas.values() for area in level)
    waiting = select(Edition).where(Edition.status == "draft", Edition.digest == wanted)
    return session.scalars(waiting).first() or editions.create(
        session, pack.areas, pack.population, now
    )


def _rename(session: Session, current: Edition, pack: Pack) -> dict[str, Change]:
    """Names, parents and inhabitants may change without new borders."""
    changes = {}
    coarser: str | None = None
    for level, areas in pack.areas.items():
        touched = 0
        for area in areas:
            values = rows.renamed_row(current.id, area, coarser, pack.population)
            touched += len(session.execute(rows.RENAME, values).all())
        changes[level] = Change(changed=touched)
        coarser = level
    return changes
