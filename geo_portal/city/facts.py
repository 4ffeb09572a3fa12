"""The city's small tables, held in memory by each process until the city changes them."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from functools import cached_property
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import select, text
from sqlalchemy.orm import Session

from geo_portal.city.calendar import WorkingCalendar
from geo_portal.city.jurisdictions import Area
from geo_portal.city.ladders import Step, ladder_of
from geo_portal.city.office_hours import calendar_of
from geo_portal.city.promises import OwnPromise, Promise, most_specific, own_promises_of
from geo_portal.city.questions import Question, questions_of
from geo_portal.city.rule_facts import RuleFacts, rules_in_force
from geo_portal.city.tables import Category, City, Department, Edition, Level
from geo_portal.city.version import VERSION_COLUMNS, classifier_in_use
from geo_portal.errors import Unavailable

# Where a complaint goes when nobody knows better.
TRIAGE_CATEGORY = "other"


class NoCityYet(Unavailable):
    """No city pack has been loaded into this database."""


@dataclass(frozen=True)
class Named:
    """Something with a code and a name in several languages."""

    code: str
    names: dict[str, str]

    def name(self, lang: str) -> str:
        """The name in `lang`, else in the language that the pack gave first, else the code."""
        return self.names.get(lang) or next(iter(self.names.values()), self.code)


@dataclass(frozen=True)
class CategoryFacts(Named):
    """A kind of complaint; see `city.tables.Category`."""

    group_code: str
    group_names: dict[str, str]
    department_code: str
    respond_within: timedelta
    fix_within: timedelta | None
    working_time: bool
    sensitive: bool
    evidence: bool
    keywords: tuple[str, ...]
    notes: dict[str, str]
    active: bool

    @property
    def promise(self) -> Promise:
        return Promise(self.respond_within, self.fix_within, self.working_time)

    def group_name(self, lang: str) -> str:
        return Named(self.group_code, self.group_names).name(lang)

    def note(self, lang: str) -> str:
        """The hint for who is about to report this; empty where the city gives none."""
        return self.notes.get(lang) or next(iter(self.notes.values()), "")


@dataclass(frozen=True)
class DepartmentFacts(Named):
    """A department, or an office of one for the area it names."""

    parent_code: str | None
    level: str | None
    area_level: str | None
    area_code: str | None
    email: str | None
    phone: str | None
    active: bool


@dataclass(frozen=True)
class EditionFacts:
    """The borders in force."""

    id: int
    name: str


@dataclass(frozen=True)
class CityFacts:
    """Everything small about the city; never changed, only replaced."""

    version: tuple[object, ...]
    code: str
    names: dict[str, str]
    country: str
    timezone: ZoneInfo
    languages: tuple[str, ...]
    metric_srid: int
    emergency: tuple[dict[str, Any], ...]
    calendar: WorkingCalendar
    edition: EditionFacts | None
    levels: tuple[Named, ...]
    categories: dict[str, CategoryFacts]
    departments: dict[str, DepartmentFacts]
    rules: tuple[RuleFacts, ...] = field(default=())
    own_promises: tuple[OwnPromise, ...] = field(default=())
    ladder: tuple[Step, ...] = field(default=())
    # Names the trained classifier in use; None is the one that the portal came with.
    classifier: str | None = None
    questions: dict[str, tuple[Question, ...]] = field(default_factory=dict)

    def name(self, lang: str) -> str:
        return Named(self.code, self.names).name(lang)

    def level_name(self, code: str, lang: str) -> str:
        return next((level.name(lang) for level in self.levels if level.code == code), code)

    @cached_property
    def open_categories(self) -> dict[str, CategoryFacts]:
        """Those that can be reported today, in the order of the pack."""
        return {code: known for code, known in self.categories.items() if known.active}

    @cached_property
    def groups(self) -> tuple[tuple[CategoryFacts, ...], ...]:
        """All categories in their groups, the groups by code."""
        grouped: dict[str, list[CategoryFacts]] = {}
        for known in self.categories.values():
            grouped.setdefault(known.group_code, []).append(known)
        return tuple(tuple(kinds) for _, kinds in sorted(grouped.items()))

    @cached_property
    def open_groups(self) -> tuple[tuple[CategoryFacts, ...], ...]:
        """The same of those that can be reported today."""
        still_open = (tuple(one for one in kinds if one.active) for kinds in self.groups)
        return tuple(kinds for kinds in still_open if kinds)

    @cached_property
    def triage_department(self) -> str | None:
        """Who sorts what nobody else could: the owner of the category `other`, if there is one."""
        other = self.categories.get(TRIAGE_CATEGORY)
        return other.department_code if other else None

    @cached_property
    def owners(self) -> tuple[str, ...]:
        """Every department that answers for a category which can be reported."""
        return tuple(sorted({known.department_code for known in self.open_categories.values()}))

    @cached_property
    def climbs_by_wall_clock(self) -> bool:
        """Whether the ladder counts from the filing, whatever was promised."""
        return any(step.after is not None for step in self.ladder)

    @cached_property
    def _offices(self) -> dict[tuple[str, str, str], str]:
        return {
            (office.parent_code, office.area_level, office.area_code): office.code
            for office in self.departments.values()
            if office.active and office.parent_code and office.area_level and office.area_code
        }

    def promise_for(
        self,
        category: CategoryFacts,
        owners: Sequence[str | None] = (),
        areas: Sequence[tuple[str, str]] = (),
    ) -> Promise:
        """What holds for a category there; see `promises.most_specific` for the two others."""
        own = most_specific(self.own_promises, category.code, owners, areas)
        return own.in_place_of(category.promise) if own else category.promise

    def office_for(self, department_code: str, areas: Sequence[Area]) -> str | None:
        """The department's office for the finest of `areas` (coarse to fine) that has one."""
        return self.office_at(department_code, [(area.level, area.code) for area in areas])

    def office_at(self, department_code: str, areas: Sequence[tuple[str, str]]) -> str | None:
        """The same for areas that are known by (level, code) alone."""
        for level, code in reversed(areas):
            if office := self._offices.get((department_code, level, code)):
                return office
        return None

    @cached_property
    def asset_reach_m(self) -> float:
        """How far from a place an asset can still matter to a rule; 0 when none asks."""
        return max((rule.near_m or 0.0 for rule in self.rules), default=0.0)


# The last facts read, per database: one portal has one, a test run several.
_known: dict[str, CityFacts] = {}

# Reading this one row tells whether what we remember is still true.
_VERSION = text(f"SELECT {VERSION_COLUMNS} FROM city")  # noqa: S608 — our own words


def facts(session: Session) -> CityFacts:
    """The city's facts as they stand; raises `NoCityYet` in an empty database.

    One short query when nothing changed; the tables are only read again after a load.
    """
    row = session.execute(_VERSION).one_or_none()
    if row is None:
        raise NoCityYet("No city has been loaded yet. Load one with: geo-portal city load FOLDER")
    known = last_known(session)
    if known is None or known.version != tuple(row):
        known = _known[_place_of(session)] = _read(session, tuple(row))
    return known


def last_known(session: Session) -> CityFacts | None:
    """What this process read last; only true while `version` is still the database's."""
    return _known.get(_place_of(session))


def _place_of(session: Session) -> str:
    return session.get_bind().engine.url.render_as_string()


def _read(session: Session, version: tuple[object, ...]) -> CityFacts:
    city = session.scalars(select(City)).one()
    edition = session.scalars(select(Edition).where(Edition.status == "active")).one_or_none()
    return CityFacts(
        version=version,
        code=city.code,
        names=city.names or {city.languages[0]: city.name},
        country=city.country,
        timezone=ZoneInfo(city.timezone),
        languages=tuple(city.languages),
        metric_srid=city.metric_srid,
        emergency=tuple(city.emergency),
        calendar=calendar_of(session, city),
        edition=EditionFacts(edition.id, edition.name) if edition else None,
        levels=tuple(
            Named(level.code, level.names)
            for level in session.scalars(select(Level).order_by(Level.rank))
        ),
        categories=_categories(session),
        departments=_departments(session),
        rules=rules_in_force(session),
        questions=questions_of(session),
        own_promises=own_promises_of(session),
        ladder=ladder_of(session),
        classifier=classifier_in_use(session),
    )


def _categories(session: Session) -> dict[str, CategoryFacts]:
    return {
        row.code: CategoryFacts(
            code=row.code,
            names=row.names,
            group_code=row.group_code,
            group_names=row.group_names,
            department_code=row.department_code,
            respond_within=row.respond_within,
            fix_within=row.fix_within,
            working_time=row.working_time,
            sensitive=row.sensitive,
            evidence=row.evidence,
            keywords=tuple(row.keywords),
            notes=row.notes,
            active=row.active,
        )
        for row in session.scalars(select(Category).order_by(Category.position, Category.code))
    }


def _departments(session: Session) -> dict[str, DepartmentFacts]:
    return {
        row.code: DepartmentFacts(
            code=row.code,
            names=row.names,
            parent_code=row.parent_code,
            level=row.level,
            area_level=row.area_level,
            area_code=row.area_code,
            email=row.email,
            phone=row.phone,
            active=row.active,
        )
        for row in session.scalars(select(Department).order_by(Department.code))
    }
