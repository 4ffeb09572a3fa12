"""A neighbour who was there says what is to be seen: fixed, still there, or just a photo."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from geo_portal.accounts.bans import refuse_banned
from geo_portal.accounts.people import Person
from geo_portal.accounts.permissions import NotSignedIn
from geo_portal.complaints.cases import take
from geo_portal.complaints.devices import any_of_staff
from geo_portal.complaints.moves import CLOSED
from geo_portal.complaints.tables import Complaint, Event, Photo
from geo_portal.complaints.timeline import NEIGHBOUR, tell
from geo_portal.errors import Conflict, Invalid
from geo_portal.geometry import LonLat
from geo_portal.photo_store import StoredPhoto
from geo_portal.translation import N_

VERDICTS = {
    "fixed": N_("It is fixed"),
    "there": N_("It is still there"),
    "photo": N_("Only a photo of the place"),
}
AGAIN_AFTER = timedelta(days=7)
# After a close this long the place is no longer what the office left.
CLOSED_FOR = timedelta(days=60)
NEAR_M = 200.0
FIRST_POSITION = 3000


class NotToBeVerified(Conflict):
    """It is one's own report, a private one, or was looked at just now."""


@dataclass(frozen=True)
class Sight:
    """What somebody saw: one of `VERDICTS`; `here` is where their device says they are."""

    verdict: str
    photo: StoredPhoto | None = None
    here: LonLat | None = None
    device_hash: str | None = None


def verify(session: Session, who: Person | None, code: str, saw: Sight, now: datetime) -> Event:
    """Write down what a neighbour saw; it moves nothing, but everybody can read it.

    Its `counted` says whether it is worth points: with a photo, or from the place itself.
    Raises `NotSignedIn`, `NotToBeVerified` or `Invalid`.
    """
    if who is None:
        raise NotSignedIn("Please sign in first.")
    if saw.verdict not in VERDICTS or (saw.verdict == "photo" and saw.photo is None):
        raise Invalid("Please say what you saw, or add a photo.", field="verdict")
    refuse_banned(session, who.id, saw.device_hash, now)
    complaint = take(session, code)
    _refuse(session, complaint, who, now)
    told = {
        "verdict": saw.verdict,
        "photo": saw.photo is not None,
        "near": _is_near(session, complaint, saw.here),
    }
    told["counted"] = (told["photo"] or told["near"]) and not _suspect(session, complaint, who, saw)
    event = tell(session, complaint, "verified", now, by=NEIGHBOUR, who=who, facts=told, quiet=True)
    if saw.photo is not None:
        _keep(session, complaint, event, saw.photo, now)
    return event


def may_verify(session: Session, complaint: Complaint, who: Person | None, now: datetime) -> bool:
    """Whether the page asks this person what is to be seen there."""
    if who is None:
        return False
    try:
        _refuse(session, complaint, who, now)
    except NotToBeVerified:
        return False
    return True


def _refuse(session: Session, complaint: Complaint, who: Person, now: datetime) -> None:
    if complaint.sensitive or complaint.merged_into_id is not None:
        raise NotToBeVerified("There is nothing to look at here.")
    if complaint.reporter_id == who.id:
        raise NotToBeVerified("You sent this report yourself: your own word is asked for above.")
    too_old = complaint.closed_at is not None and now > complaint.closed_at + CLOSED_FOR
    if too_old or (complaint.status in CLOSED and complaint.light != "done"):
        raise NotToBeVerified("This report was closed too long ago, or without a fix.")
    asked = select(func.max(Event.at)).where(
        Event.complaint_id == complaint.id, Event.kind == "verified", Event.person_id == who.id
    )
    last = session.scalar(asked)
    changed = complaint.closed_at is not None and last is not None and last < complaint.closed_at
    if last is not None and now < last + AGAIN_AFTER and not changed:
        raise NotToBeVerified("You looked at it just now. Thank you; come back in a week.")


def _is_near(session: Session, complaint: Complaint, here: LonLat | None) -> bool:
    if here is None:
        return False
    place = func.ST_GeogFromText(here.ewkt)
    asked = select(func.ST_DWithin(func.geography(Complaint.point), place, NEAR_M)).where(
        Complaint.id == complaint.id
    )
    return bool(session.scalar(asked))


def _suspect(session: Session, complaint: Complaint, who: Person, saw: Sight) -> bool:
    """Staff, the reporter's own browser, or one that has looked at it under another name."""
    if who.is_staff:
        return True
    if saw.device_hash is None:
        return False
    return saw.device_hash == complaint.device_hash or any_of_staff(session, {saw.device_hash})


def _keep(
    session: Session, complaint: Complaint, event: Event, photo: StoredPhoto, now: datetime
) -> None:
    session.add(
        Photo(
            complaint_id=complaint.id,
            event_id=event.id,
            key=photo.key,
            kind="verify",
            width=photo.width,
            height=photo.height,
            position=FIRST_POSITION + event.id % 1_000_000,
            taken_at=photo.taken_at,
            added_at=now,
            looks=photo.looks,
        )
    )
    session.flush()
