"""Faces and number plates in photos: parts of a photo covered, or the whole of it hidden.

A photo whose parts were covered is a new file under a new key, written before anything is said of
it here. The original leaves the public at once and is kept `ORIGINALS_KEPT_FOR`, so that a slip
can be undone and a proof contested; who wants to see it says why, and that is written down.
"""

from collections.abc import Sequence
from dataclasses import asdict
from datetime import datetime, timedelta

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from geo_portal.accounts.people import Person
from geo_portal.accounts.permissions import Operation, may, require
from geo_portal.complaints.cases import scope_of, take
from geo_portal.complaints.tables import Complaint, Photo
from geo_portal.complaints.timeline import PORTAL, tell
from geo_portal.errors import Conflict, Invalid, ManyInvalid, NotFound, Refused
from geo_portal.moderation.acts import checked_reason, write_down
from geo_portal.moderation.tables import CoveredPhoto
from geo_portal.photo_store import Painted, Rectangle

PHOTO = "photo"
COVERED, UNCOVERED, LOOKED_AT = "photo_covered", "photo_uncovered", "looked_at_original"
PHOTO_HIDDEN, PHOTO_SHOWN = "photo_hidden", "photo_shown_again"
MOST_RECTANGLES = 20
# In hundredths of a side: less than that covers nothing that anybody could see.
SMALLEST = 0.5
ORIGINALS_KEPT_FOR = timedelta(days=30)


def look_for(session: Session, who: Person, number: int) -> Photo:
    """A photo by its row's number, for who may cover it; raises `NotFound` or `NotAllowed`."""
    photo = session.get(Photo, number)
    if photo is None:
        raise NotFound("There is no such photo.")
    _require(session, who, session.get_one(Complaint, photo.complaint_id))
    return photo


def checked(rectangles: Sequence[Rectangle]) -> list[Rectangle]:
    """The same cut to the picture; raises `Invalid` or `ManyInvalid` in words."""
    if not 0 < len(rectangles) <= MOST_RECTANGLES:
        raise Invalid(
            "Please draw at least one rectangle, and at most {most}.",
            field="rectangles",
            most=MOST_RECTANGLES,
        )
    cut = [_cut(one) for one in rectangles]
    wrong: list[Refused] = [
        Invalid(
            "Rectangle {number} lies outside the picture or is too thin to cover anything.",
            field="rectangles",
            number=number,
        )
        for number, one in enumerate(cut, 1)
        if min(one.width, one.height) < SMALLEST
    ]
    if wrong:
        raise ManyInvalid(wrong)
    return cut


def cover(
    session: Session,
    who: Person,
    number: int,
    painted: Painted,
    rectangles: Sequence[Rectangle],
    why: str,
    now: datetime,
) -> Photo:
    """Show the covered picture from now on; `painted` is what `photo_store.cover` has written.

    The public history says that parts were covered, with the digest of both files: the chain of
    seals tells for ever which picture took the place of which. Raises `NotAllowed`, `NotFound`,
    `Conflict` when it was not made from what is shown now, or `Invalid` without a reason.
    """
    photo, complaint = _taken(session, who, number)
    said, marked = checked_reason(why), [asdict(one) for one in checked(rectangles)]
    if painted.before_key != photo.key:
        raise Conflict("A colleague has changed this photo meanwhile. Please look at it again.")
    session.add(
        CoveredPhoto(
            photo_id=photo.id,
            original_key=photo.key,
            shown_key=painted.after.key,
            rectangles=marked,
            person_id=who.id,
            at=now,
        )
    )
    photo.key = painted.after.key
    digests = {"sha256_before": painted.sha256_before, "sha256_after": painted.sha256_after}
    told = {"photo": photo.id, "rectangles": len(marked)} | digests
    tell(session, complaint, COVERED, now, by=PORTAL, who=who, facts=told, quiet=True)
    write_down(session, who, COVERED, PHOTO, str(photo.id), said, now)
    return photo


def uncover(session: Session, who: Person, number: int, why: str, now: datetime) -> Photo:
    """Show the original again, while there is one.

    Raises `Conflict` when there is none any more, `NotAllowed`, or `Invalid` without a reason.
    """
    photo, complaint = _taken(session, who, number)
    said, first = checked_reason(why), _first(session, number)
    if first is None:
        raise Conflict("The original is gone: what was covered stays covered.")
    photo.key = first.original_key
    for one in session.scalars(select(CoveredPhoto).where(CoveredPhoto.photo_id == photo.id)):
        session.delete(one)
    session.flush()
    told = {"photo": photo.id}
    tell(session, complaint, UNCOVERED, now, by=PORTAL, who=who, facts=told, internal=True)
    write_down(session, who, UNCOVERED, PHOTO, str(photo.id), said, now)
    return photo


def original(session: Session, who: Person, number: int, why: str, now: datetime) -> str:
    """The key of the picture before anything was covered, for who says why they have to see it.

    Raises `NotFound` when there is none, `NotAllowed`, or `Invalid` without a reason.
    """
    photo = look_for(session, who, number)
    said, first = checked_reason(why), _first(session, number)
    if first is None:
        raise NotFound("There is no such photo.")
    write_down(session, who, LOOKED_AT, PHOTO, str(photo.id), said, now)
    return first.original_key


def has_original(session: Session, number: int) -> bool:
    """Whether covering can still be undone."""
    return _first(session, number) is not None


def set_hidden(
    session: Session, who: Person, number: int, why: str, now: datetime, *, hidden: bool
) -> Photo:
    """Take a photo from the public or give it back; the report itself stays where it is.

    Raises `NotAllowed`, `NotFound`, or `Invalid` without a reason.
    """
    photo, complaint = _taken(session, who, number)
    said, kind = checked_reason(why), PHOTO_HIDDEN if hidden else PHOTO_SHOWN
    photo.hidden = hidden
    told = {"photo": photo.id}
    tell(session, complaint, kind, now, by=PORTAL, who=who, facts=told, internal=True)
    write_down(session, who, kind, PHOTO, str(photo.id), said, now)
    return photo


def is_covered_original(session: Session, key: str) -> bool:
    """Whether a key names what was taken from the public because parts of it had to be covered."""
    asked = select(CoveredPhoto.id).where(CoveredPhoto.original_key == key)
    return session.scalar(asked) is not None


def kept_keys(session: Session) -> set[str]:
    """The originals that are still kept, for the sweep of photos that belong to nothing."""
    asked = select(CoveredPhoto.original_key).where(CoveredPhoto.original_gone_at.is_(None))
    return set(session.scalars(asked))


def let_originals_go(session: Session, now: datetime) -> int:
    """Keep originals no longer whose time is over; the sweep removes the files. How many."""
    gone = session.execute(
        update(CoveredPhoto)
        .where(CoveredPhoto.original_gone_at.is_(None), CoveredPhoto.at < now - ORIGINALS_KEPT_FOR)
        .values(original_gone_at=now)
    )
    return int(gone.rowcount)  # type: ignore[attr-defined]


def _taken(session: Session, who: Person, number: int) -> tuple[Photo, Complaint]:
    """The photo and its report, which is locked."""
    photo = look_for(session, who, number)
    complaint = take(session, session.get_one(Complaint, photo.complaint_id).code)
    _require(session, who, complaint)
    return session.get_one(Photo, number, populate_existing=True), complaint


def _require(session: Session, who: Person, complaint: Complaint) -> None:
    """Moderators may everywhere, and so may those who work on the case."""
    if not may(who, Operation.REMARK, scope_of(session, complaint)):
        require(who, Operation.MODERATE)


def _first(session: Session, number: int) -> CoveredPhoto | None:
    """How it was before the first covering; None once that is gone."""
    asked = select(CoveredPhoto).where(CoveredPhoto.photo_id == number)
    first = session.scalars(asked.order_by(CoveredPhoto.id).limit(1)).one_or_none()
    return first if first and first.original_gone_at is None else None


def _cut(one: Rectangle) -> Rectangle:
    left, top = max(0.0, one.left), max(0.0, one.top)
    right, bottom = min(100.0, one.left + one.width), min(100.0, one.top + one.height)
    return Rectangle(left, top, right - left, bottom - top)
