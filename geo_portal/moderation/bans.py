"""Banning who harms others, and their appeal, which another moderator decides."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from geo_portal.accounts.bans import KEPT, LIFTED, Ban, newest_ban
from geo_portal.accounts.people import Person
from geo_portal.accounts.permissions import Operation, require
from geo_portal.accounts.tables import Posting
from geo_portal.community.tables import Comment
from geo_portal.complaints.tables import Complaint
from geo_portal.errors import Conflict, Invalid, NotAllowed, NotFound
from geo_portal.moderation.acts import checked_reason, write_down

COMPLAINT, COMMENT = "complaint", "comment"
DAYS = (1, 7, 30, 90, 365)
LONGEST_APPEAL = 2_000  # characters
SHOWN = 100


def ban(
    session: Session,
    who: Person,
    kind: str,
    reference: str,
    days: int,
    reason: str,
    now: datetime,
) -> Ban:
    """Ban whoever sent a report (`kind` complaint) or wrote a comment, account and browser.

    The moderator never learns who it is. Staff are not banned: their heads answer for them.
    Raises `NotAllowed`, `NotFound`, `Invalid`, or `Conflict` for what came from nobody known.
    """
    require(who, Operation.MODERATE)
    said = checked_reason(reason)
    if days not in DAYS:
        raise Invalid("Please choose how long.", field="days")
    person_id, device_hash = _sender(session, kind, reference)
    if person_id is None and device_hash is None:
        raise Conflict("Nobody knows who sent this, so nobody can be banned for it.")
    if person_id and session.scalar(select(Posting.id).where(Posting.person_id == person_id)):
        raise Conflict("This comes from staff. Their head of department is the one to speak to.")
    made = Ban(
        person_id=person_id,
        device_hash=device_hash,
        because_of=f"{kind}:{reference}",
        reason=said,
        made_by=who.id,
        made_at=now,
        until=now + timedelta(days=days),
    )
    session.add(made)
    session.flush()
    write_down(session, who, "banned", kind, reference, f"{said} ({days} d)", now)
    return made


def appeal(
    session: Session, person_id: int | None, device_hash: str | None, words: str, now: datetime
) -> Ban:
    """Ask for another judgement, once. Raises `NotFound`, `Invalid` or `Conflict`."""
    found = newest_ban(session, person_id, device_hash)
    if found is None or found.until <= now:
        raise NotFound("You are not banned.")
    session.refresh(found, with_for_update=True)
    if found.appealed_at is not None:
        raise Conflict("You have appealed already. Another moderator reads it.")
    said = words.replace("\0", "").strip()
    if not 0 < len(said) <= LONGEST_APPEAL:
        raise Invalid(
            "Please say why the ban is wrong, in at most {most} characters.",
            field="words",
            most=LONGEST_APPEAL,
        )
    found.appeal, found.appealed_at = said, now
    session.flush()
    return found


def appeals(session: Session, who: Person) -> Sequence[Ban]:
    """What waits for another moderator, oldest first; one's own bans among them, to be seen only.

    Raises `NotAllowed`.
    """
    require(who, Operation.MODERATE)
    waiting = Ban.appealed_at.is_not(None) & Ban.decided_at.is_(None)
    return session.scalars(select(Ban).where(waiting).order_by(Ban.appealed_at).limit(SHOWN)).all()


def decide_appeal(
    session: Session, who: Person, number: int, answer: str, now: datetime, *, lift: bool
) -> Ban:
    """Lift the ban or let it stand, with a sentence for who was banned.

    Raises `NotAllowed` also for who made the ban, `NotFound`, `Invalid`, or `Conflict` when
    nobody appealed or it is decided.
    """
    require(who, Operation.MODERATE)
    said = checked_reason(answer)
    found = session.get(Ban, number, with_for_update=True, populate_existing=True)
    if found is None:
        raise NotFound("There is no such ban.")
    if found.made_by == who.id:
        raise NotAllowed("You made this ban yourself, so a colleague has to decide the appeal.")
    if found.appealed_at is None or found.decided_at is not None:
        raise Conflict("A colleague has decided this already.")
    found.decision, found.answer = (LIFTED if lift else KEPT), said
    found.decided_by, found.decided_at = who.id, now
    kind, _, reference = found.because_of.partition(":")
    write_down(session, who, "ban_lifted" if lift else "ban_kept", kind, reference, said, now)
    return found


def _sender(session: Session, kind: str, reference: str) -> tuple[int | None, str | None]:
    """The account and the browser that something came from."""
    if kind == COMMENT and reference.isdigit():
        asked = select(Comment.person_id, Comment.device_hash).where(Comment.id == int(reference))
    elif kind == COMPLAINT:
        asked = select(Complaint.reporter_id, Complaint.device_hash).where(
            Complaint.code == reference
        )
    else:
        raise NotFound("There is nothing here to ban anybody for.")
    row = session.execute(asked).one_or_none()
    if row is None:
        raise NotFound("There is nothing here to ban anybody for.")
    return row[0], row[1]
