"""Finding complaints: one filter for the list, the maps, the exports and every door."""

import base64
import binascii
import json
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from functools import cache

from geoalchemy2.functions import ST_X, ST_Y, ST_MakeEnvelope
from sqlalchemy import ColumnElement, and_, func, or_, select, tuple_
from sqlalchemy.orm import Session

from geo_portal.city.facts import CityFacts
from geo_portal.city.tables import Jurisdiction
from geo_portal.complaints.case_tables import Evidence
from geo_portal.complaints.states import LIGHTS, STATES
from geo_portal.complaints.tables import Complaint, Event, Photo
from geo_portal.database import AnyRow, AnySelect
from geo_portal.errors import Invalid, NotFound
from geo_portal.geometry import Box

MOST_PER_PAGE = 500
# The words as everybody may read them; of sensitive complaints not even these.
PUBLIC_WORDS = func.coalesce(Complaint.public_description, Complaint.description)


def _within_calendar(asked: datetime | None) -> datetime | None:
    """At its ends, the years 1 and 9999, a step or another time zone would lead off it."""
    if asked is None or 2 <= asked.year <= 9997:
        return asked
    return datetime(2 if asked.year < 2 else 9997, 1, 1, tzinfo=asked.tzinfo)


@dataclass(frozen=True)
class ComplaintFilter:
    """What somebody wants to see; an empty filter is everything.

    `areas` are `level:code`; `lights` are Qlue's four; times are half-open [since, until);
    `words` are looked for in the description, each as the beginning of a word.
    """

    box: Box | None = None
    categories: tuple[str, ...] = ()
    departments: tuple[str, ...] = ()
    areas: tuple[str, ...] = ()
    statuses: tuple[str, ...] = ()
    lights: tuple[str, ...] = ()
    since: datetime | None = None
    until: datetime | None = None
    words: str | None = None
    overdue_at: datetime | None = None
    area_ids: tuple[int, ...] = field(default=(), compare=False)
    # The department of each of `departments` that is an office.
    parents: dict[str, str] = field(default_factory=dict, compare=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "since", _within_calendar(self.since))
        object.__setattr__(self, "until", _within_calendar(self.until))

    def checked(self, session: Session, city: CityFacts) -> "ComplaintFilter":
        """The filter with its areas found; raises `Invalid` naming what the city does not have."""
        _refuse_unknown("category", self.categories, set(city.categories))
        _refuse_unknown("department", self.departments, set(city.departments))
        _refuse_unknown("status", self.statuses, set(STATES))
        _refuse_unknown("light", self.lights, set(LIGHTS))
        if self.since and self.until and self.since > self.until:
            raise Invalid("The time span ends before it begins.", field="until")
        known = {code: city.departments[code].parent_code for code in self.departments}
        parents = {code: parent for code, parent in known.items() if parent}
        return replace(self, area_ids=ids_of_areas(session, self.areas), parents=parents)

    def conditions(self) -> list[ColumnElement[bool]]:
        """The WHERE clause, as a list to be joined by AND."""
        return [*self._place_conditions(), *self._kind_conditions(), *self._time_conditions()]

    def _place_conditions(self) -> list[ColumnElement[bool]]:
        found: list[ColumnElement[bool]] = []
        if self.box:
            corners = (self.box.west, self.box.south, self.box.east, self.box.north)
            found.append(Complaint.point.intersects(ST_MakeEnvelope(*corners, 4326)))
        if self.areas:
            # Every edition's row of the area: a complaint points at the border of its own time.
            found.append(Complaint.jurisdiction_ids.overlap(list(self.area_ids)))
        return found

    def _kind_conditions(self) -> list[ColumnElement[bool]]:
        found: list[ColumnElement[bool]] = []
        if self.categories:
            found.append(Complaint.category_code.in_(self.categories))
        if self.departments:
            found.append(or_(*(self._is_of(code) for code in self.departments)))
        if self.statuses:
            found.append(Complaint.status.in_(self.statuses))
        if self.lights:
            found.append(Complaint.light.in_(self.lights))
        if self.words and (query := prefix_query(self.words)):
            vector = func.to_tsvector("simple", Complaint.description)
            found.append(vector.op("@@")(func.to_tsquery("simple", query)))
            # What is not public cannot be searched for either: of a sensitive complaint nothing,
            # of others no number that is masked.
            found.append(~Complaint.sensitive)
            public_vector = func.to_tsvector("simple", Complaint.public_description)
            matches = public_vector.op("@@")(func.to_tsquery("simple", query))
            found.append(or_(Complaint.public_description.is_(None), matches))
        return found

    def _is_of(self, department: str) -> ColumnElement[bool]:
        # A route names an office together with its department; the department's index finds both.
        if department in self.parents:
            of_parent = Complaint.department_code == self.parents[department]
            return and_(of_parent, Complaint.office_code == department)
        return Complaint.department_code == department

    def _time_conditions(self) -> list[ColumnElement[bool]]:
        found: list[ColumnElement[bool]] = []
        if self.since:
            found.append(Complaint.submitted_at >= self.since)
        if self.until:
            found.append(Complaint.submitted_at < self.until)
        if self.overdue_at:
            found += [Complaint.closed_at.is_(None), Complaint.due_at < self.overdue_at]
            # A clock that stands still is not overdue for having been stopped in time.
            found.append(or_(Complaint.paused_at.is_(None), Complaint.due_at < Complaint.paused_at))
        return found


def _refuse_unknown(what: str, wanted: tuple[str, ...], known: set[str]) -> None:
    for code in wanted:
        if code not in known:
            raise Invalid("There is no {what} “{code}” here.", field=what, what=what, code=code)


def ids_of_areas(session: Session, areas: tuple[str, ...]) -> tuple[int, ...]:
    """The rows of `level:code` areas in every edition; raises `Invalid` for an unknown one."""
    wanted = []
    for area in areas:
        level, colon, code = area.partition(":")
        if not colon:
            raise Invalid("An area is written level:code, for example ward:W01.", field="area")
        wanted.append((level, code))
    if not wanted:
        return ()
    rows = session.execute(
        select(Jurisdiction.id, Jurisdiction.level, Jurisdiction.code).where(
            tuple_(Jurisdiction.level, Jurisdiction.code).in_(wanted)
        )
    ).all()
    _refuse_unknown("area", areas, {f"{row.level}:{row.code}" for row in rows})
    return tuple(row.id for row in rows)


def prefix_query(words: str) -> str:
    """`lampu mat` as `lampu:* & mat:*`; characters that mean something to tsquery are dropped."""
    letters = "".join(c if c.isalnum() else " " for c in words)
    return " & ".join(f"{word}:*" for word in letters.split()[:10])


@dataclass(frozen=True)
class Page:
    """Some complaints, newest first, and where the next ones begin (None at the end)."""

    rows: list[AnyRow]
    next_cursor: str | None


@cache
def listing() -> AnySelect:
    """The columns of a list: what is public of a complaint, and its first photo.

    Put together once; what is added to it makes a copy.
    """
    first_photo = (
        select(Photo.key)
        .where(Photo.complaint_id == Complaint.id, Photo.kind == "report", ~Photo.hidden)
        .order_by(Photo.position)
        .limit(1)
        .scalar_subquery()
    )
    return select(
        Complaint.id,
        Complaint.code,
        PUBLIC_WORDS.label("public_words"),
        Complaint.category_code,
        Complaint.department_code,
        Complaint.office_code,
        Complaint.status,
        Complaint.outcome,
        Complaint.light,
        Complaint.sensitive,
        Complaint.urgent,
        Complaint.submitted_at,
        Complaint.respond_by,
        Complaint.responded_at,
        Complaint.due_at,
        Complaint.promised,
        Complaint.working_time,
        Complaint.paused_at,
        Complaint.pause_until,
        Complaint.pause_reason,
        Complaint.escalation_step,
        Complaint.escalate_at,
        Complaint.closed_at,
        Complaint.updated_at,
        Complaint.accuracy_m,
        Complaint.address,
        Complaint.jurisdiction_ids,
        ST_X(Complaint.point).label("lon"),
        ST_Y(Complaint.point).label("lat"),
        first_photo.label("photo_key"),
    )


def find(
    session: Session, wanted: ComplaintFilter, *, cursor: str | None = None, limit: int = 50
) -> Page:
    """A page of complaints, newest first; `cursor` is the previous page's `next_cursor`.

    Pages go by key, not by offset, so the hundredth is as quick as the first and a new
    complaint never shifts one to the next page. `wanted` must have been `checked`.
    """
    query = listing().where(*wanted.conditions())
    if cursor:
        query = query.where(tuple_(Complaint.submitted_at, Complaint.id) < _read_cursor(cursor))
    query = query.order_by(Complaint.submitted_at.desc(), Complaint.id.desc()).limit(limit + 1)
    rows = list(session.execute(query))
    more = len(rows) > limit
    return Page(rows[:limit], _cursor(rows[limit - 1]) if more else None)


def by_code(session: Session, code: str) -> AnyRow:
    """One complaint by its tracking code; raises `NotFound`."""
    row = session.execute(listing().where(Complaint.code == code)).one_or_none()
    if row is None:
        raise NotFound("There is no complaint with the number {code}.", code=code)
    return row


def events_of(session: Session, complaint_id: int) -> list[Event]:
    """The public history of one complaint, oldest first."""
    return list(
        session.scalars(
            select(Event)
            .where(Event.complaint_id == complaint_id, ~Event.internal)
            .order_by(Event.id)
        )
    )


def photos_of(session: Session, complaint_id: int, *, hidden: bool = False) -> list[Photo]:
    """The photos of one complaint, in the order they were given; `hidden` ones for staff alone.

    Without photos of a result that have not held up (yet): those are in `evidence_list`.
    """
    seen = () if hidden else (~Photo.hidden,)
    holds_up = (Photo.kind != "evidence") | Evidence.accepted.is_(True)
    return list(
        session.scalars(
            select(Photo)
            .outerjoin(Evidence, Evidence.photo_id == Photo.id)
            .where(Photo.complaint_id == complaint_id, holds_up, *seen)
            .order_by(Photo.position)
        )
    )


def areas_of(session: Session, ids: list[int]) -> list[AnyRow]:
    """Level, code and name of stored areas, in the order of `ids` (coarse to fine)."""
    rows = session.execute(
        select(Jurisdiction.id, Jurisdiction.level, Jurisdiction.code, Jurisdiction.name).where(
            Jurisdiction.id.in_(ids)
        )
    )
    by_id = {row.id: row for row in rows}
    return [by_id[area_id] for area_id in ids if area_id in by_id]


def _cursor(row: AnyRow) -> str:
    told = json.dumps([row.submitted_at.astimezone(UTC).isoformat(), row.id])
    return base64.urlsafe_b64encode(told.encode()).decode().rstrip("=")


def _read_cursor(cursor: str) -> tuple[datetime, int]:
    try:
        padded = cursor + "=" * (-len(cursor) % 4)
        moment, number = json.loads(base64.urlsafe_b64decode(padded))
        at = datetime.fromisoformat(moment)
        if at.tzinfo is None or not 0 <= int(number) < 2**63:
            raise ValueError("no such row can exist")
        return at, int(number)
    except (ValueError, TypeError, binascii.Error, UnicodeDecodeError):
        raise Invalid(
            "This page cursor is not one of ours; begin again without it.", field="cursor"
        ) from None
