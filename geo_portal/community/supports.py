"""“Me too”: a neighbour stands behind a report instead of sending it again."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, delete, false, func, or_, select, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from geo_portal.accounts.bans import refuse_banned
from geo_portal.accounts.limits import Limit, count_attempt, refuse_if_too_many
from geo_portal.accounts.people import Person
from geo_portal.accounts.secret import digest
from geo_portal.community.tables import Support, SupportCount
from geo_portal.complaints.cases import take
from geo_portal.complaints.devices import any_of_staff
from geo_portal.complaints.followers import follow_signed_in
from geo_portal.complaints.moves import CLOSED
from geo_portal.complaints.tables import Complaint, Photo
from geo_portal.complaints.timeline import NEIGHBOUR, tell
from geo_portal.errors import Conflict, Invalid
from geo_portal.photo_store import StoredPhoto

LONGEST_WORDS = 2_000  # characters
# Everybody who is told hears at these numbers, not of every single one.
MILESTONES = frozenset({1, 5, 10, 25, 50, 100, 250, 500, 1_000, 2_500, 5_000, 10_000})
# A household, a shop, an office; more than that from one connection are not neighbours.
MOST_FROM_NETWORK = 20
NETWORK_COUNTED_FOR = timedelta(days=1)
SUPPORTS_FROM_NETWORK = Limit("supports from a network", 120, timedelta(hours=1))
FIRST_POSITION = 2000  # after the photos of the report, of its fix and of the answers


class OwnReport(Conflict):
    """Who sent a report cannot stand behind it a second time."""


class NotToBeSupported(Conflict):
    """The report is closed, or private."""


@dataclass(frozen=True)
class Supporter:
    """Who supports: a person, a browser, or both; `network` is the address it comes from."""

    person: Person | None = None
    device_hash: str | None = None
    network: str = ""


@dataclass(frozen=True)
class Supported:
    """The report that was supported, and how many now stand behind it.

    `code` differs from the one that was asked for where reports were joined; `new` is False for
    who had supported it before.
    """

    code: str
    number: int
    new: bool


def support(
    session: Session,
    code: str,
    who: Supporter,
    now: datetime,
    *,
    photo: StoredPhoto | None = None,
    words: str = "",
) -> Supported:
    """Stand behind a report, once; who is signed in follows it from now on.

    Pressing again adds nothing but a photo where there was none. Raises `OwnReport`,
    `NotToBeSupported`, `TooManyAttempts` or `NotFound`.
    """
    if len(words) > LONGEST_WORDS:
        raise Invalid("A remark may have {limit} characters.", field="words", limit=LONGEST_WORDS)
    refuse_banned(session, who.person.id if who.person else None, who.device_hash, now)
    complaint = _the_open_one(session, code)
    _refuse_own(complaint, who)
    _refuse_flood(session, who, now)
    number = _insert(session, complaint, who, words, now)
    if photo is not None:
        _keep_photo(session, complaint, who, photo, now)
    if who.person is not None:
        follow_signed_in(session, complaint, who.person, now)
    total = number_of(session, complaint.id)
    if number is not None and total in MILESTONES:
        told = {"supports": total}
        tell(
            session,
            complaint,
            "supported",
            now,
            by=NEIGHBOUR,
            who=who.person,
            facts=told,
            quiet=True,
        )
    return Supported(complaint.code, total, number is not None)


def take_back(session: Session, code: str, who: Supporter) -> int:
    """Stand behind it no more; how many do now. Doing it twice does no harm."""
    complaint = take(session, code)
    session.execute(delete(Support).where(Support.complaint_id == complaint.id, _mine(who)))
    return number_of(session, complaint.id)


def number_of(session: Session, complaint_id: int) -> int:
    """How many stand behind a report beside who sent it: supports and joined reports."""
    asked = select(SupportCount.number).where(SupportCount.complaint_id == complaint_id)
    return session.scalar(asked) or 0


def numbers_of(session: Session, complaint_ids: list[int]) -> dict[int, int]:
    """The same for many at once; those that nobody supports are missing."""
    asked = select(SupportCount.complaint_id, SupportCount.number).where(
        SupportCount.complaint_id.in_(complaint_ids), SupportCount.number > 0
    )
    return {row.complaint_id: row.number for row in session.execute(asked)}


def supports(session: Session, complaint_id: int, who: Supporter) -> bool:
    """Whether this person or browser stands behind it already."""
    if who.person is None and who.device_hash is None:
        return False
    asked = select(Support.id).where(Support.complaint_id == complaint_id, _mine(who)).limit(1)
    return session.scalar(asked) is not None


def _the_open_one(session: Session, code: str) -> Complaint:
    """The report, or the one that it was joined into, taken."""
    complaint = take(session, code)
    while complaint.merged_into_id is not None:
        other = session.get_one(Complaint, complaint.merged_into_id)
        complaint = take(session, other.code)
    if complaint.sensitive:
        raise NotToBeSupported(
            "This kind of report is private, so others cannot join it. If you are concerned "
            "yourself, please send your own."
        )
    if complaint.status in CLOSED:
        raise NotToBeSupported(
            "This report is closed. If the problem is there again, please report it anew."
        )
    return complaint


def _refuse_own(complaint: Complaint, who: Supporter) -> None:
    by_person = who.person is not None and who.person.id == complaint.reporter_id
    by_browser = who.device_hash is not None and who.device_hash == complaint.device_hash
    if by_person or by_browser:
        raise OwnReport("You sent this report yourself, so you are counted already.")


def _refuse_flood(session: Session, who: Supporter, now: datetime) -> None:
    if who.person is None and who.network:
        tried = (SUPPORTS_FROM_NETWORK, who.network)
        refuse_if_too_many(session, now, tried)
        count_attempt(session, now, tried)


def _insert(
    session: Session, complaint: Complaint, who: Supporter, words: str, now: datetime
) -> int | None:
    """The number of the new support; None where there was one."""
    network = digest("network", who.network) if who.network else None
    wish = insert(Support).values(
        complaint_id=complaint.id,
        person_id=who.person.id if who.person else None,
        device_hash=who.device_hash,
        network_hash=network,
        words=words.strip() or None,
        left_out_because=_left_out_because(session, complaint, who, network, now),
        at=now,
    )
    return session.scalar(wish.on_conflict_do_nothing().returning(Support.id))


def _left_out_because(
    session: Session, complaint: Complaint, who: Supporter, network: str | None, now: datetime
) -> str | None:
    """Why it is kept but not counted: `staff`, `staff_device` or `one_network`."""
    if who.person is not None:
        return "staff" if who.person.is_staff else None
    if who.device_hash and any_of_staff(session, {who.device_hash}):
        return "staff_device"
    if network is None:
        return None
    asked = select(func.count()).where(
        Support.complaint_id == complaint.id,
        Support.network_hash == network,
        Support.at > now - NETWORK_COUNTED_FOR,
    )
    return "one_network" if (session.scalar(asked) or 0) >= MOST_FROM_NETWORK else None


def _keep_photo(
    session: Session, complaint: Complaint, who: Supporter, photo: StoredPhoto, now: datetime
) -> None:
    """One photo per supporter; a second one is not kept."""
    asked = select(Support).where(Support.complaint_id == complaint.id, _mine(who)).limit(1)
    mine = session.scalars(asked).one()
    if mine.photo_id is not None:
        return
    row = Photo(
        complaint_id=complaint.id,
        key=photo.key,
        kind="support",
        width=photo.width,
        height=photo.height,
        position=FIRST_POSITION + mine.id % 1_000_000,
        taken_at=photo.taken_at,
        added_at=now,
        looks=photo.looks,
    )
    session.add(row)
    session.flush()
    session.execute(update(Support).where(Support.id == mine.id).values(photo_id=row.id))


def _mine(who: Supporter) -> ColumnElement[bool]:
    by_person = Support.person_id == who.person.id if who.person else false()
    by_browser = Support.device_hash == who.device_hash if who.device_hash else false()
    return or_(by_person, by_browser)
