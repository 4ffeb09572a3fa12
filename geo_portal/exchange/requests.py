"""Public complaints as other software asks for them: by span, kind, place, and what changed."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from geoalchemy2 import Geography
from geoalchemy2.functions import ST_X, ST_Y, ST_DWithin, ST_MakeEnvelope
from sqlalchemy import ColumnElement, ScalarSelect, cast, exists, func, or_, select
from sqlalchemy.orm import Session, aliased

from geo_portal.complaints.case_tables import Evidence
from geo_portal.complaints.find import PUBLIC_WORDS, prefix_query
from geo_portal.complaints.tables import Complaint, Event, Photo
from geo_portal.complaints.timeline import DEPARTMENT
from geo_portal.database import AnyRow, AnySelect
from geo_portal.geometry import Box, LonLat

MOST = 1_000
# Moments are published in whole seconds; an end is meant with all of its second.
A_SECOND = timedelta(seconds=1)


@dataclass(frozen=True)
class Wanted:
    """Which requests; spans include both ends. `codes` stand alone and override all others.

    `near` is a place and a distance in metres; `newest_first` orders by `changed` or filing.
    """

    codes: tuple[str, ...] = ()
    categories: tuple[str, ...] = ()
    is_open: bool | None = None
    since: datetime | None = None
    until: datetime | None = None
    changed_since: datetime | None = None
    changed_until: datetime | None = None
    box: Box | None = None
    near: tuple[LonLat, float] | None = None
    words: str = ""
    department: str | None = None
    has_photo: bool | None = None
    by_change: bool = False
    newest_first: bool = True
    offset: int = 0
    limit: int = MOST


def find_requests(session: Session, wanted: Wanted) -> list[AnyRow]:
    """The requests, at most `wanted.limit`; private ones are never among them."""
    moment = Complaint.updated_at if wanted.by_change else Complaint.submitted_at
    order = (moment, Complaint.id)
    query = _columns().where(*_conditions(wanted))
    query = query.order_by(*(one.desc() for one in order) if wanted.newest_first else order)
    return list(session.execute(query.offset(wanted.offset).limit(wanted.limit)))


def how_many(session: Session, wanted: Wanted) -> int:
    """All that `wanted` fits, whatever the page."""
    counted = select(func.count()).select_from(Complaint).where(*_conditions(wanted))
    return session.execute(counted).scalar_one()


def _columns() -> AnySelect:
    first_photo = (
        select(Photo.key)
        .where(Photo.complaint_id == Complaint.id, Photo.kind == "report", ~Photo.hidden)
        .order_by(Photo.position)
        .limit(1)
        .scalar_subquery()
    )
    last_remark = (
        select(Event.remark)
        .where(Event.complaint_id == Complaint.id, ~Event.internal, Event.by == DEPARTMENT)
        .where(Event.remark.is_not(None))
        .order_by(Event.id.desc())
        .limit(1)
        .scalar_subquery()
    )
    into = aliased(Complaint)
    joined = select(into.code).where(into.id == Complaint.merged_into_id).scalar_subquery()
    return select(
        Complaint.id,
        Complaint.code,
        PUBLIC_WORDS.label("description"),
        Complaint.category_code,
        Complaint.department_code,
        Complaint.office_code,
        Complaint.status,
        Complaint.outcome,
        Complaint.submitted_at,
        Complaint.updated_at,
        Complaint.closed_at,
        Complaint.due_at,
        Complaint.address,
        Complaint.channel,
        ST_X(Complaint.point).label("lon"),
        ST_Y(Complaint.point).label("lat"),
        first_photo.label("photo_key"),
        last_remark.label("remark"),
        joined.label("joined_with"),
    )


def _conditions(wanted: Wanted) -> list[ColumnElement[bool]]:
    found: list[ColumnElement[bool]] = [~Complaint.sensitive]
    if wanted.codes:
        return [*found, Complaint.code.in_(wanted.codes)]
    return [*found, *_spans(wanted), *_kinds(wanted), *_places(wanted)]


def _spans(wanted: Wanted) -> list[ColumnElement[bool]]:
    found: list[ColumnElement[bool]] = []
    if wanted.since:
        found.append(Complaint.submitted_at >= wanted.since)
    if wanted.until:
        found.append(Complaint.submitted_at < wanted.until + A_SECOND)
    if wanted.changed_since:
        found.append(Complaint.updated_at >= wanted.changed_since)
    if wanted.changed_until:
        found.append(Complaint.updated_at < wanted.changed_until + A_SECOND)
    return found


def _kinds(wanted: Wanted) -> list[ColumnElement[bool]]:
    found: list[ColumnElement[bool]] = []
    if wanted.categories:
        found.append(Complaint.category_code.in_(wanted.categories))
    if wanted.is_open is not None:
        is_null = Complaint.closed_at.is_(None)
        found.append(is_null if wanted.is_open else ~is_null)
    if wanted.department:
        code = wanted.department
        found.append(or_(Complaint.department_code == code, Complaint.office_code == code))
    if wanted.has_photo is not None:
        has_one = select(Photo.id).where(Photo.complaint_id == Complaint.id, ~Photo.hidden).exists()
        found.append(has_one if wanted.has_photo else ~has_one)
    if query := prefix_query(wanted.words):
        vector = func.to_tsvector("simple", PUBLIC_WORDS)
        found.append(vector.op("@@")(func.to_tsquery("simple", query)))
    return found


def _places(wanted: Wanted) -> list[ColumnElement[bool]]:
    found: list[ColumnElement[bool]] = []
    if wanted.box:
        box = wanted.box
        corners = (box.west, box.south, box.east, box.north)
        found.append(Complaint.point.intersects(ST_MakeEnvelope(*corners, 4326)))
    if wanted.near:
        place, radius_m = wanted.near
        here, point = func.ST_GeomFromEWKT(place.ewkt), Complaint.point
        # The box is in degrees, so that the index on the plain point answers; metres decide.
        reach = radius_m / 111_000
        found.append(point.intersects(func.ST_Expand(here, min(reach * 4, 360.0), reach)))
        found.append(ST_DWithin(cast(point, Geography), cast(here, Geography), radius_m))
    return found


def histories(session: Session, ids: list[int]) -> dict[int, list[Event]]:
    """The public events of several complaints, each oldest first."""
    found: dict[int, list[Event]] = {number: [] for number in ids}
    asked = select(Event).where(Event.complaint_id.in_(ids), ~Event.internal).order_by(Event.id)
    for event in session.scalars(asked):
        found[event.complaint_id].append(event)
    return found


def answers(session: Session, ids: list[int]) -> dict[int, dict[str, Any]]:
    """What several reporters answered to the questions of the kind, by the question's code."""
    asked = select(Complaint.id, Complaint.answers).where(Complaint.id.in_(ids))
    return {row.id: row.answers for row in session.execute(asked)}


def photos(session: Session, ids: list[int]) -> dict[int, list[str]]:
    """The keys of the photos that came with several reports, in their order."""
    found: dict[int, list[str]] = {number: [] for number in ids}
    asked = select(Photo).where(Photo.complaint_id.in_(ids), Photo.kind == "report", ~Photo.hidden)
    for photo in session.scalars(asked.order_by(Photo.complaint_id, Photo.position)):
        found[photo.complaint_id].append(photo.key)
    return found


def updates(
    session: Session, since: datetime, until: datetime, *, code: str | None = None
) -> list[AnyRow]:
    """Public events of public complaints in the span (both ends included), oldest first.

    At most `MOST`; the next ones begin with the last moment given. `photo_key` is the photo that
    came with one, if everybody may see it, with what was covered in it covered.
    """
    query = (
        select(
            Event.id,
            Event.kind,
            Event.at,
            Event.by,
            Event.remark,
            Event.facts,
            Complaint.code,
            _photo_key().label("photo_key"),
        )
        .join(Complaint, Complaint.id == Event.complaint_id)
        .where(Event.at >= since, Event.at < until + A_SECOND, ~Event.internal)
        .where(~Complaint.sensitive, Event.kind != "submitted")
    )
    if code:
        query = query.where(Complaint.code == code)
    return list(session.execute(query.order_by(Event.at, Event.id).limit(MOST)))


def _photo_key() -> ScalarSelect[Any]:
    """The first public photo of an event; of a result's, the event it was given for comes next."""
    between = aliased(Event)
    is_next = ~exists().where(
        between.complaint_id == Event.complaint_id,
        between.id > Photo.event_id,
        between.id < Event.id,
        ~between.internal,
    )
    given_for_it = (Photo.kind == "evidence") & (Photo.event_id < Event.id) & is_next
    return (
        select(Photo.key)
        .outerjoin(Evidence, Evidence.photo_id == Photo.id)
        .where(Photo.complaint_id == Event.complaint_id, ~Photo.hidden)
        .where((Photo.event_id == Event.id) | given_for_it)
        .where((Photo.kind != "evidence") | Evidence.accepted.is_(True))
        .order_by(Photo.position)
        .limit(1)
        .correlate(Event)
        .scalar_subquery()
    )
