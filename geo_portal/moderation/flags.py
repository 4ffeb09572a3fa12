"""What people object to, and what moderators decide about it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import func, select, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from geo_portal.accounts.bans import refuse_banned
from geo_portal.accounts.limits import Limit, count_attempt, refuse_if_too_many
from geo_portal.accounts.people import Person
from geo_portal.accounts.permissions import Operation, require
from geo_portal.complaints.cases import take
from geo_portal.complaints.tables import Complaint, Photo
from geo_portal.complaints.timeline import PORTAL, tell
from geo_portal.errors import Conflict, Invalid, NotFound
from geo_portal.moderation.acts import checked_reason, write_down
from geo_portal.moderation.redaction import set_hidden
from geo_portal.moderation.tables import Flag
from geo_portal.translation import N_

COMPLAINT, PHOTO = KINDS = ("complaint", "photo")
REASONS = {
    "insult": N_("It insults or threatens somebody"),
    "person": N_("It shows or names a person"),
    "advertising": N_("It is advertising"),
    "false": N_("It is made up"),
    "other": N_("Something else"),
}
HIDDEN, KEPT, SHOWN_AGAIN = "hidden", "kept", "shown_again"
LONGEST_NOTE = 500
SHOWN = 100
FLAGS = Limit("flags from one sender", 20, timedelta(hours=1))
# Whoever was wrong this often without ever being right is listened to last.
WRONG_UNTIL_LAST = 5


@dataclass(frozen=True)
class Flagged:
    """Something that people object to: what it is, why, and how often."""

    kind: str
    reference: str
    code: str
    text: str
    photo_key: str | None
    photo_number: int | None
    reasons: tuple[str, ...]
    notes: tuple[str, ...]
    number: int
    first_at: datetime
    trusted: bool
    hidden: bool


def flag(
    session: Session, kind: str, reference: str, reason: str, note: str, by: str, now: datetime
) -> None:
    """Object to something; twice by the same counts once. `by` is like `Flag.flagged_by`.

    Raises `NotFound`, `Invalid` or `TooManyAttempts`. Nothing is hidden by it: a person decides.
    """
    if reason not in REASONS:
        raise Invalid("Please say what is wrong with it.", field="reason")
    if len(note) > LONGEST_NOTE:
        raise Invalid("At most {most} characters fit here.", field="note", most=LONGEST_NOTE)
    _complaint_of(session, kind, reference)
    _refuse_banned(session, by, now)
    tried = FLAGS, by
    refuse_if_too_many(session, now, tried)
    count_attempt(session, now, tried)
    written = insert(Flag).values(
        kind=kind,
        reference=reference,
        reason=reason,
        note=note.strip(),
        flagged_by=by,
        at=now,
    )
    session.execute(written.on_conflict_do_nothing())


def _refuse_banned(session: Session, by: str, now: datetime) -> None:
    whose, _, mark = by.partition(":")
    person_id = int(mark) if whose == "person" and mark.isdigit() else None
    refuse_banned(session, person_id, mark if whose == "device" else None, now)


def queue(session: Session, who: Person) -> list[Flagged]:
    """What waits for a decision: what trusted people object to first, then by how many, then age.

    Raises `NotAllowed`.
    """
    require(who, Operation.MODERATE)
    grouped = (
        select(
            *(Flag.kind, Flag.reference),
            func.array_agg(Flag.reason.distinct()),
            func.array_agg(Flag.note.distinct()),
            func.count(),
            func.min(Flag.at),
            func.array_agg(Flag.flagged_by),
        )
        .where(Flag.decided_at.is_(None))
        .group_by(Flag.kind, Flag.reference)
        .limit(SHOWN)
    )
    rows = session.execute(grouped).all()
    doubted = _often_wrong(session, {one for row in rows for one in row[6]})
    found = [_flagged(session, *row[:6], trusted=not set(row[6]) <= doubted) for row in rows]
    return sorted(found, key=lambda one: (not one.trusted, -one.number, one.first_at))


def decide(
    session: Session, who: Person, kind: str, reference: str, hide: bool, why: str, now: datetime
) -> None:
    """Hide it from the public or let it stand; all objections to it are answered by that.

    What a moderator does is written down for good, with the reason. Of a report whose photo is
    hidden everything else stays public. Raises `NotAllowed`, `NotFound`, `Invalid` without a
    reason, or `Conflict` when nobody objects any more.
    """
    require(who, Operation.MODERATE)
    checked_reason(why)
    complaint = _complaint_of(session, kind, reference)
    decided = session.execute(
        update(Flag)
        .where(Flag.kind == kind, Flag.reference == reference, Flag.decided_at.is_(None))
        .values(decided_at=now, decided_by=who.id, decision=HIDDEN if hide else KEPT)
    )
    if not decided.rowcount:  # type: ignore[attr-defined]
        raise Conflict("A colleague has decided this already.")
    if hide and kind == PHOTO:
        set_hidden(session, who, _photo_of(session, reference).id, why, now, hidden=True)
    elif hide:
        withhold(session, who, complaint.code, why, now, kind=kind, reference=reference)
    else:
        write_down(session, who, KEPT, kind, reference, why, now)


def withhold(
    session: Session,
    who: Person,
    code: str,
    why: str,
    now: datetime,
    *,
    kind: str,
    reference: str,
) -> None:
    """Hide a report's words, place and pictures from the public, like those of sensitive kinds."""
    require(who, Operation.MODERATE)
    complaint = take(session, code)
    complaint.sensitive = True
    tell(session, complaint, "withheld", now, by=PORTAL, who=who, remark=why, internal=True)
    write_down(session, who, HIDDEN, kind, reference, why, now)


def show_again(session: Session, who: Person, code: str, why: str, now: datetime) -> None:
    """Take hiding back; raises `Invalid` without a reason."""
    require(who, Operation.MODERATE)
    checked_reason(why)
    complaint = take(session, code)
    complaint.sensitive = False
    tell(session, complaint, "shown_again", now, by=PORTAL, who=who, remark=why, internal=True)
    write_down(session, who, SHOWN_AGAIN, COMPLAINT, code, why, now)


def _complaint_of(session: Session, kind: str, reference: str) -> Complaint:
    """The report that something belongs to; raises `NotFound`."""
    asked = select(Complaint)
    if kind == PHOTO:
        asked = asked.join(Photo, Photo.complaint_id == Complaint.id).where(Photo.key == reference)
    else:
        asked = asked.where(Complaint.code == reference)
    found = session.scalars(asked).first() if kind in KINDS else None
    if found is None:
        raise NotFound("There is nothing here to object to.")
    return found


def _photo_of(session: Session, key: str) -> Photo:
    return session.scalars(select(Photo).where(Photo.key == key)).one()


def _flagged(
    session: Session,
    kind: str,
    reference: str,
    reasons: Sequence[str],
    notes: Sequence[str],
    number: int,
    first_at: datetime,
    *,
    trusted: bool,
) -> Flagged:
    complaint = _complaint_of(session, kind, reference)
    first = select(Photo).where(Photo.complaint_id == complaint.id).order_by(Photo.position)
    photo = _photo_of(session, reference) if kind == PHOTO else session.scalars(first).first()
    said = tuple(note for note in notes if note)
    return Flagged(
        kind, reference, complaint.code, complaint.description,
        photo.key if photo else None, photo.id if photo else None, tuple(sorted(reasons)), said,
        number, first_at, trusted, complaint.sensitive,
    )  # fmt: skip


def _often_wrong(session: Session, people: set[str]) -> set[str]:
    """Whose objections were turned down again and again, and never once upheld."""
    upheld = func.count().filter(Flag.decision == HIDDEN)
    turned_down = func.count().filter(Flag.decision == KEPT)
    asked = select(Flag.flagged_by).where(Flag.flagged_by.in_(people)).group_by(Flag.flagged_by)
    return set(session.scalars(asked.having(upheld == 0, turned_down >= WRONG_UNTIL_LAST)))
