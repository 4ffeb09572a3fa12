"""What people write under a report: shown at once, or first read by a moderator.

For the moderators' queue: `held` lists what waits, `release` shows it, `hide` takes it away,
`mark_helpful` is the office's thanks. Each checks for itself who may do it.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import case, func, select
from sqlalchemy.orm import Session

from geo_portal.accounts.bans import refuse_banned
from geo_portal.accounts.limits import Limit, count_attempt, refuse_if_too_many
from geo_portal.accounts.people import Person
from geo_portal.accounts.permissions import Operation, require
from geo_portal.community.profiles import signature
from geo_portal.community.tables import Comment
from geo_portal.complaints.cases import scope_of, take
from geo_portal.complaints.submit import readable
from geo_portal.complaints.tables import Complaint
from geo_portal.complaints.timeline import DEPARTMENT, NEIGHBOUR, tell
from geo_portal.database import AnyRow
from geo_portal.errors import Conflict, Invalid, NotFound
from geo_portal.settings import settings
from geo_portal.translation import N_

LONGEST = 1_000  # characters
MOST_SHOWN = 200
COMMENTS_FROM_NETWORK = Limit("comments from a network", 20, timedelta(hours=1))
# So many comments that were found good, and none of late that was not, and nobody waits any more.
TRUSTED_AFTER = 2
HIDDEN_COUNTS_FOR = timedelta(days=90)

# A name that a moderator has hidden is nobody's to read.
_SIGNED_AS = case((Comment.name_hidden, None), else_=Comment.signed_as).label("signed_as")

HELD_WORDS = {
    "everybody": N_("Here a moderator reads every comment first."),
    "newcomer": N_("A moderator reads the first comments of everybody."),
    "hidden_before": N_("A moderator reads it first, because an earlier comment was taken away."),
}


class NoComments(Conflict):
    """The report is private, so nobody can write under it."""


@dataclass(frozen=True)
class Author:
    """Who writes: a person, or a browser; `network` is the address it comes from."""

    person: Person | None = None
    device_hash: str | None = None
    network: str = ""


def comment(session: Session, code: str, who: Author, words: str, now: datetime) -> Comment:
    """Write under a report. Its `state` says whether others see it at once.

    Raises `Invalid` for an empty or long text, `NoComments`, `TooManyAttempts` or `NotFound`.
    """
    said = _checked(words)
    refuse_banned(session, who.person.id if who.person else None, who.device_hash, now)
    complaint = take(session, code)
    if complaint.sensitive:
        raise NoComments("This kind of report is private, so nobody can write under it.")
    if who.network:
        tried = (COMMENTS_FROM_NETWORK, who.network)
        refuse_if_too_many(session, now, tried)
        count_attempt(session, now, tried)
    because = held_because(session, who, now)
    made = Comment(
        complaint_id=complaint.id,
        person_id=who.person.id if who.person else None,
        device_hash=who.device_hash,
        signed_as=signature(session, who.person),
        words=said,
        state="held" if because else "shown",
        held_because=because,
        at=now,
    )
    session.add(made)
    session.flush()
    if because is None:
        _tell(session, complaint, made, now)
    return made


def held_because(session: Session, who: Author, now: datetime) -> str | None:
    """Why a comment waits for a moderator, one of `HELD_WORDS`; None when it does not."""
    policy = settings().comments_held
    if who.person is not None and who.person.is_staff:
        return None
    if policy == "everybody":
        return "everybody"
    if policy == "nobody":
        return None
    good, bad = _reputation(session, who, now)
    if bad:
        return "hidden_before"
    return None if good >= TRUSTED_AFTER else "newcomer"


def _reputation(session: Session, who: Author, now: datetime) -> tuple[int, int]:
    """How many comments were found good, and how many were taken away lately.

    A browser without an account has no good ones: it is too easily made anew.
    """
    if who.person is None:
        return 0, 0
    of_late = Comment.moderated_at > now - HIDDEN_COUNTS_FOR
    asked = select(
        func.count().filter(Comment.state == "shown"),
        func.count().filter(Comment.state == "hidden", of_late),
    ).where(Comment.person_id == who.person.id)
    good, bad = session.execute(asked).one()
    return good, bad


def shown_of(session: Session, complaint_id: int) -> list[AnyRow]:
    """The comments that everybody sees, oldest first; `id, signed_as, words, at, helpful_at`."""
    asked = (
        select(Comment.id, _SIGNED_AS, Comment.words, Comment.at, Comment.helpful_at)
        .where(Comment.complaint_id == complaint_id, Comment.state == "shown")
        .order_by(Comment.id)
        .limit(MOST_SHOWN)
    )
    return list(session.execute(asked))


def held(session: Session, who: Person, most: int = 100) -> list[AnyRow]:
    """What waits for a moderator, oldest first.

    Rows of `id, code, signed_as, words, held_because, at`; raises `NotAllowed`.
    """
    require(who, Operation.MODERATE)
    asked = (
        select(
            *(Comment.id, Complaint.code, _SIGNED_AS, Comment.words),
            *(Comment.held_because, Comment.at),
        )
        .join(Complaint, Complaint.id == Comment.complaint_id)
        .where(Comment.state == "held")
        .order_by(Comment.at)
        .limit(most)
    )
    return list(session.execute(asked))


def release(session: Session, who: Person, number: int, now: datetime) -> Comment:
    """Let everybody see it, also one that was taken away; raises `NotAllowed` or `NotFound`."""
    require(who, Operation.MODERATE)
    found, complaint = _taken(session, number)
    first_time = found.state == "held"
    found.state, found.hidden_because = "shown", None
    found.moderated_by, found.moderated_at = who.id, now
    session.flush()
    if first_time:
        _tell(session, complaint, found, now)
    return found


def hide(session: Session, who: Person, number: int, because: str, now: datetime) -> Comment:
    """Take it away, with the reason for who wrote it.

    Raises `Invalid` without one, `NotAllowed` or `NotFound`.
    """
    require(who, Operation.MODERATE)
    if not because.strip():
        raise Invalid("Please say why, in a sentence for who wrote it.", field="because")
    found, complaint = _taken(session, number)
    found.state, found.hidden_because = "hidden", because.strip()[:LONGEST]
    found.moderated_by, found.moderated_at = who.id, now
    told = {"comment": found.id}
    tell(
        session, complaint, "comment_hidden", now, by=DEPARTMENT, who=who, facts=told, internal=True
    )
    return found


def mark_helpful(session: Session, who: Person, number: int, now: datetime) -> Comment:
    """The office says that a comment helped, which is worth points; once is enough.

    Raises `NotAllowed` for who does not work on the case.
    """
    found, complaint = _taken(session, number)
    require(who, Operation.REMARK, scope_of(session, complaint))
    if found.state != "shown" or found.helpful_at is not None:
        return found
    found.helpful_at = now
    told = {"comment": found.id, "to_person": found.person_id}
    tell(
        session, complaint, "comment_helped", now, by=DEPARTMENT, who=who, facts=told, internal=True
    )
    return found


def _taken(session: Session, number: int) -> tuple[Comment, Complaint]:
    """The comment and its report, both locked, the report first as everywhere."""
    asked = select(Complaint.code).join(Comment, Comment.complaint_id == Complaint.id)
    code = session.scalar(asked.where(Comment.id == number))
    if code is None:
        raise NotFound("There is no such comment.")
    complaint = take(session, code)
    return session.get_one(Comment, number, populate_existing=True), complaint


def _tell(session: Session, complaint: Complaint, made: Comment, now: datetime) -> None:
    """An event without the words: what is public for ever must not be what may be taken away."""
    told = {"comment": made.id}
    tell(session, complaint, "commented", now, by=NEIGHBOUR, facts=told, quiet=True)


def _checked(words: str) -> str:
    said = readable(words)
    if not said:
        raise Invalid("Please write a sentence first.", field="words")
    if len(said) > LONGEST:
        raise Invalid("A comment may have {limit} characters.", field="words", limit=LONGEST)
    return said
