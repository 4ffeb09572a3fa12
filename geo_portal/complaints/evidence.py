"""The proof of a fix: photos are judged when given, and by a second person where they are weak."""

from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from geoalchemy2 import Geography
from geoalchemy2.shape import from_shape
from shapely import Point
from sqlalchemy import cast, func, select
from sqlalchemy.orm import Session

from geo_portal.accounts.people import Person
from geo_portal.accounts.permissions import CaseScope, Operation, require
from geo_portal.city.facts import facts
from geo_portal.complaints.case_tables import Evidence
from geo_portal.complaints.cases import scope_of, take
from geo_portal.complaints.evidence_score import GOOD_SCORE, Seen, judge
from geo_portal.complaints.lifecycle import Said, carry_out
from geo_portal.complaints.lookalikes import lookalikes
from geo_portal.complaints.moves import CLOSED, MOVES
from geo_portal.complaints.states import STATES
from geo_portal.complaints.tables import Complaint, Event, Photo
from geo_portal.complaints.timeline import CONTRACTOR, DEPARTMENT, LONGEST_REMARK, tell
from geo_portal.errors import Conflict, Invalid, NotFound
from geo_portal.geometry import LonLat
from geo_portal.photo_store import StoredPhoto

MOST_PHOTOS = 10


class CheckedAlready(Conflict):
    """Somebody has judged this photo before."""


@dataclass(frozen=True)
class GivenEvidence:
    """A photo of the result as it was sent; the files are on disk already.

    `place`, `accuracy_m` (metres) and `taken_at` are what the page's camera said of it.
    """

    photo: StoredPhoto
    place: LonLat | None = None
    accuracy_m: float | None = None
    taken_at: datetime | None = None
    from_camera: bool = False


def give(
    session: Session, who: Person, code: str, given: list[GivenEvidence], now: datetime
) -> list[Evidence]:
    """Keep photos of the result with a case, each with its score; before it is closed.

    Those with a good score count at once, the others wait for a second person. Raises
    `NotAllowed`, or `Conflict` for a case that is closed.
    """
    complaint = take(session, code)
    require(who, Operation.RESOLVE, scope_of(session, complaint))
    return add(session, complaint, given, now, who=who)


def add(
    session: Session,
    complaint: Complaint,
    given: list[GivenEvidence],
    now: datetime,
    *,
    who: Person | None = None,
    contractor: str | None = None,
) -> list[Evidence]:
    """The same for callers that have checked who it is; `contractor` is a firm's name."""
    if complaint.status in CLOSED:
        raise Conflict("This report is closed. Open it again before you add photos of the result.")
    if not given:
        return []
    if len(given) > MOST_PHOTOS:
        raise Invalid("At most {limit} photos fit at once.", field="evidence", limit=MOST_PHOTOS)
    by = CONTRACTOR if contractor else DEPARTMENT
    event = tell(session, complaint, "evidence_given", now, by=by, who=who, internal=True)
    since = last_step(session, complaint.id) or complaint.submitted_at
    return [_add(session, complaint, one, since, now, event.id, who, contractor) for one in given]


def _add(
    session: Session,
    complaint: Complaint,
    given: GivenEvidence,
    since: datetime,
    now: datetime,
    event_id: int,
    who: Person | None,
    contractor: str | None,
) -> Evidence:
    seen = _seen(session, complaint, given, since)
    score, reasons = judge(seen, now)
    photo = Photo(
        complaint_id=complaint.id,
        event_id=event_id,
        key=given.photo.key,
        kind="evidence",
        width=given.photo.width,
        height=given.photo.height,
        position=_next_position(session, complaint.id),
        taken_at=seen.taken_at,
        added_at=now,
        looks=given.photo.looks,
    )
    session.add(photo)
    session.flush()
    evidence = Evidence(
        photo_id=photo.id,
        complaint_id=complaint.id,
        point=_point(_place(given)),
        accuracy_m=given.accuracy_m,
        taken_at=seen.taken_at,
        received_at=now,
        from_camera=given.from_camera,
        given_by=who.id if who else None,
        contractor=contractor,
        score=score,
        reasons=[reason.stored() for reason in reasons],
        accepted=True if score >= GOOD_SCORE else None,
    )
    session.add(evidence)
    session.flush()
    return evidence


def _seen(session: Session, complaint: Complaint, given: GivenEvidence, since: datetime) -> Seen:
    told = given.photo.told
    place, looks = _place(given), given.photo.looks
    # A time that the page sends is worth something only for its own camera.
    taken_at = given.taken_at if given.from_camera else None
    if told and taken_at is None:
        taken_at = told.taken(facts(session).timezone)
    return Seen(
        complaint_id=complaint.id,
        distance_m=_distance_m(session, complaint.id, place) if place else None,
        unsure_m=(complaint.accuracy_m or 0) + (given.accuracy_m or 0),
        taken_at=taken_at,
        not_before=since,
        from_camera=given.from_camera,
        has_metadata=bool(told and told.has_metadata),
        edited=bool(told and told.edited),
        invented=bool(told and told.invented),
        alike=tuple(lookalikes(session, looks)) if looks is not None else (),
    )


def _place(given: GivenEvidence) -> LonLat | None:
    """Where the page says it was taken, else the file."""
    return given.place or (given.photo.told.place if given.photo.told else None)


def _point(place: LonLat | None) -> Any:
    return from_shape(Point(place.lon, place.lat), srid=4326) if place else None


def _distance_m(session: Session, complaint_id: int, place: LonLat) -> float:
    there = cast(func.ST_GeomFromEWKT(place.ewkt), Geography)
    asked = select(func.ST_Distance(cast(Complaint.point, Geography), there))
    return float(session.execute(asked.where(Complaint.id == complaint_id)).scalar_one())


def _next_position(session: Session, complaint_id: int) -> int:
    last = select(func.max(Photo.position)).where(Photo.complaint_id == complaint_id)
    return (session.scalar(last) or 0) + 1


def last_step(session: Session, complaint_id: int) -> datetime | None:
    """When the case last changed its state or its hands."""
    asked = select(func.max(Event.at)).where(
        Event.complaint_id == complaint_id, Event.kind.in_((*STATES, "transferred"))
    )
    return session.scalar(asked)


def accept(session: Session, who: Person, photo_id: int, now: datetime) -> Event:
    """A second person finds the photo good: the fix is proved. Written in the public history."""
    complaint, evidence = _to_check(session, who, photo_id)
    evidence.accepted, evidence.checked_by, evidence.checked_at = True, who.id, now
    told = {"photo": photo_id}
    return tell(session, complaint, "evidence_accepted", now, by=DEPARTMENT, who=who, facts=told)


def reject(session: Session, who: Person, photo_id: int, reason: str, now: datetime) -> Event:
    """A second person finds the photo worthless: a case closed with it is opened again.

    On the original clock, and never back to who closed it. Raises `Invalid` without a reason.
    """
    complaint, evidence = _to_check(session, who, photo_id)
    said = reason.strip()
    if not 0 < len(said) <= LONGEST_REMARK:
        raise Invalid(
            "Please say why the photo proves nothing; the next officer reads it.", field="reason"
        )
    evidence.accepted, evidence.checked_by, evidence.checked_at = False, who.id, now
    told: dict[str, Any] = {"photo": photo_id}
    if complaint.status not in ("resolved", "confirmed"):
        return tell(
            session,
            complaint,
            "evidence_rejected",
            now,
            by=DEPARTMENT,
            who=who,
            remark=said,
            facts=told,
            internal=True,
        )
    told["because"] = "evidence"
    return carry_out(
        session, facts(session), complaint, MOVES["reopen"], Said(remark=said), told, now, who
    )


def _to_check(session: Session, who: Person, photo_id: int) -> tuple[Complaint, Evidence]:
    """The case, locked, and the photo that waits; refuses who gave it or closed the case."""
    asked = (
        select(Complaint.code)
        .join(Evidence, Evidence.complaint_id == Complaint.id)
        .where(Evidence.photo_id == photo_id)
    )
    code = session.scalars(asked).one_or_none()
    if code is None:
        raise NotFound("There is no such photo.")
    complaint = take(session, code)
    evidence = session.get_one(Evidence, photo_id, populate_existing=True)
    for scope in second_person_scopes(scope_of(session, complaint), complaint, evidence):
        require(who, Operation.VERIFY_EVIDENCE, scope)
    if evidence.checked_at is not None or evidence.accepted is not None:
        raise CheckedAlready("A colleague has checked this photo already.")
    return complaint, evidence


def second_person_scopes(
    scope: CaseScope, complaint: Complaint, evidence: Evidence
) -> tuple[CaseScope, ...]:
    """The case as it must be allowed for each of those whose own work is being judged."""
    workers = (scope.assignee_id, evidence.given_by, complaint.resolved_by)
    return tuple(replace(scope, assignee_id=worker) for worker in workers)
