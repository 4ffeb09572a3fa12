"""Who wants to hear of a report: by e-mail after saying yes twice, or at once when signed in."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import func, select, text
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from geo_portal import outbox
from geo_portal.accounts.limits import Limit, count_attempt, refuse_if_too_many
from geo_portal.accounts.people import Person
from geo_portal.accounts.sessions import token_hash
from geo_portal.accounts.tables import Account
from geo_portal.complaints.case_tables import Follower
from geo_portal.complaints.reporters import ForeignLink, follower_token
from geo_portal.complaints.tables import Complaint
from geo_portal.errors import Conflict, Invalid
from geo_portal.settings import settings
from geo_portal.translation import DEFAULT_LANGUAGE, LANGUAGES, N_, translator

CONFIRM_WITHIN = timedelta(days=7)
ADDRESS = re.compile(r"[^@\s,;<>\"]+@[^@\s,;<>\"]+\.[^@\s,;<>\".]{2,}")
LONGEST_ADDRESS = 200

MAILS_TO_ADDRESS = Limit("follow mails to an address", 5, timedelta(hours=1))
MAILS_FROM_NETWORK = Limit("follow mails from a network", 30, timedelta(hours=1))

SUBJECT = N_("Do you want to hear of report {code}?")
BODY = N_(
    "Somebody, probably you, asked that we write to this address whenever something happens with "
    "report {code}.\n\nYes, write to me: {confirm}\n\nThe link works for {days} days. If it was "
    "not you, do nothing: then we never write again about this report."
)


class LinkTooOld(Conflict):
    """The link to say yes has run out."""


@dataclass(frozen=True)
class Told:
    """A follower as messages need them; `token` is for their own links and nobody else's."""

    id: int
    complaint_id: int
    email: str
    language: str
    person_id: int | None
    token: str


def follow_by_mail(
    session: Session, complaint: Complaint, email: str, language: str, network: str, now: datetime
) -> None:
    """Ask an address whether it wants to hear of a report; nothing is sent to it before it says so.

    The answer is the same whether the address follows already or not, so that nobody learns who
    does. Raises `Invalid` for what is no address and `TooManyAttempts`.
    """
    address = email.strip().lower()
    if len(address) > LONGEST_ADDRESS or not ADDRESS.fullmatch(address):
        raise Invalid("Please give an e-mail address such as name@example.org.", field="email")
    tried = (MAILS_TO_ADDRESS, address), (MAILS_FROM_NETWORK, network)
    refuse_if_too_many(session, now, *tried)
    count_attempt(session, now, *tried)
    token = follower_token(complaint.id, address)
    if _ask(session, complaint.id, address, None, language, token, now):
        _mail(session, complaint, address, language, token, now)


def follow_signed_in(session: Session, complaint: Complaint, person: Person, now: datetime) -> None:
    """A signed-in person follows at once: the address is theirs already."""
    token = follower_token(complaint.id, f"person:{person.id}")
    _ask(session, complaint.id, None, person.id, person.language, token, now)
    _find(session, token).confirmed_at = now
    session.flush()


def bring_reporter_along(session: Session, complaint: Complaint, now: datetime) -> None:
    """Who sent a report that is joined with another follows it, and so hears of the other.

    By account, or by the address left with the report; who left neither cannot be reached.
    """
    address = (complaint.contact or "").strip().lower()
    if complaint.reporter_id is not None:
        who, email = f"person:{complaint.reporter_id}", None
    elif len(address) <= LONGEST_ADDRESS and ADDRESS.fullmatch(address):
        who = email = address
    else:
        return
    token = follower_token(complaint.id, who)
    language = complaint.language if complaint.language in LANGUAGES else DEFAULT_LANGUAGE
    _ask(session, complaint.id, email, complaint.reporter_id, language, token, now)
    _find(session, token).confirmed_at = now
    session.flush()


def _ask(
    session: Session,
    complaint_id: int,
    email: str | None,
    person_id: int | None,
    language: str,
    token: str,
    now: datetime,
) -> bool:
    """Write the wish down, again for who had left; False for who follows already."""
    wish = insert(Follower).values(
        complaint_id=complaint_id,
        person_id=person_id,
        email=email,
        language=language,
        token_hash=token_hash(token),
        asked_at=now,
    )
    again = wish.on_conflict_do_update(
        index_elements=["token_hash"],
        set_={"asked_at": now, "confirmed_at": None, "left_at": None, "language": language},
        where=Follower.confirmed_at.is_(None) | Follower.left_at.is_not(None),
    )
    return session.scalar(again.returning(Follower.id)) is not None


def _mail(
    session: Session, complaint: Complaint, email: str, language: str, token: str, now: datetime
) -> None:
    words = translator(language)
    told = {
        "code": complaint.code,
        "days": CONFIRM_WITHIN.days,
        "confirm": f"{settings().public_url.rstrip('/')}/follow/{token}",
    }
    outbox.post(
        session,
        now,
        kind="follow_confirm",
        recipient=email,
        subject=words.gettext(SUBJECT).format(**told),
        text=words.gettext(BODY).format(**told),
        language=language,
        complaint_id=complaint.id,
    )


def confirm(session: Session, token: str, now: datetime) -> str:
    """Say yes; the code of the report. Raises `ForeignLink` or `LinkTooOld`."""
    follower = _find(session, token)
    if follower.left_at is not None or (
        follower.confirmed_at is None and now > follower.asked_at + CONFIRM_WITHIN
    ):
        raise LinkTooOld(
            "This link was good for {days} days. Open the report and ask to follow it again.",
            days=CONFIRM_WITHIN.days,
        )
    follower.confirmed_at = follower.confirmed_at or now
    session.flush()
    return code_followed(session, token)


def leave(session: Session, token: str, now: datetime) -> str:
    """Hear nothing more; the code of the report. Doing it twice does no harm."""
    follower = _find(session, token)
    follower.left_at = follower.left_at or now
    session.flush()
    return code_followed(session, token)


def code_followed(session: Session, token: str) -> str:
    """The code of the report that a follower's link is about; raises `ForeignLink`."""
    number = _find(session, token).complaint_id
    return session.scalars(select(Complaint.code).where(Complaint.id == number)).one()


def _find(session: Session, token: str) -> Follower:
    asked = select(Follower).where(Follower.token_hash == token_hash(token))
    found = session.scalars(asked.execution_options(populate_existing=True)).one_or_none()
    if found is None:
        raise ForeignLink(
            "This link belongs to no report. Open the newest message about your report, or look "
            "it up by its tracking code."
        )
    return found


# Whoever follows a report that was joined into this one hears of this one.
_JOINED = text("""
    WITH RECURSIVE joined (id) AS (
        SELECT CAST(:id AS bigint)
        UNION
        SELECT complaints.id FROM complaints JOIN joined ON merged_into_id = joined.id
    )
    SELECT id FROM joined
""")


def joined_into(session: Session, complaint_id: int) -> list[int]:
    """A complaint and all that were joined into it, however many steps away."""
    return list(session.scalars(_JOINED, {"id": complaint_id}))


def followers_of(session: Session, complaint_id: int) -> list[Told]:
    """Everybody who is to hear of a complaint, an address once; also those of joined ones."""
    email = func.coalesce(Follower.email, Account.email)
    rows = session.execute(
        select(
            Follower.id, Follower.complaint_id, email.label("email"), Follower.language,
            Follower.person_id,
        )
        .outerjoin(Account, (Account.id == Follower.person_id) & Account.active)
        .where(
            Follower.complaint_id.in_(joined_into(session, complaint_id)),
            Follower.confirmed_at.is_not(None),
            Follower.left_at.is_(None),
            email.is_not(None),
        )
        .order_by(Follower.id)
    )  # fmt: skip
    told = [Told(*row, token=_token_of(row)) for row in rows]
    return list({one.email.lower(): one for one in reversed(told)}.values())[::-1]


def _token_of(row: Sequence[object]) -> str:
    number, person_id = row[1], row[4]
    who = f"person:{person_id}" if person_id is not None else str(row[2])
    return follower_token(int(str(number)), who)


def how_many(session: Session, complaint_id: int) -> int:
    """How many people follow a complaint."""
    asked = select(func.count()).where(
        Follower.complaint_id == complaint_id,
        Follower.confirmed_at.is_not(None),
        Follower.left_at.is_(None),
    )
    return session.scalar(asked) or 0
