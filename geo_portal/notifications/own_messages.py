"""A person's own messages on the portal's pages, whatever else they were sent by."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, func, select, update
from sqlalchemy.orm import Session

from geo_portal.accounts.people import Person
from geo_portal.outbox import INBOX
from geo_portal.outbox.tables import Message

PER_PAGE = 30


@dataclass(frozen=True)
class OwnMessage:
    """One message; `url` is the page that it is about, on this portal."""

    id: int
    subject: str
    text: str
    language: str
    at: datetime
    read: bool
    url: str


def own_messages(
    session: Session, person: Person, *, before: int | None = None
) -> tuple[list[OwnMessage], int | None]:
    """The newest first, and from where the next page goes on (None: the end)."""
    asked = select(Message).where(Message.channel == INBOX, Message.person_id == person.id)
    if before is not None:
        asked = asked.where(Message.id < before)
    rows = session.scalars(asked.order_by(Message.id.desc()).limit(PER_PAGE + 1)).all()
    more = rows[PER_PAGE - 1].id if len(rows) > PER_PAGE else None
    return [_shown(row) for row in rows[:PER_PAGE]], more


def unread(session: Session, person: Person) -> int:
    """How many messages the person has not opened."""
    return session.scalar(select(func.count()).where(*_unread(person))) or 0


def mark_read(session: Session, person: Person, now: datetime) -> None:
    """Count all as read."""
    session.execute(update(Message).where(*_unread(person)).values(read_at=now))


def _unread(person: Person) -> tuple[ColumnElement[bool], ...]:
    return Message.channel == INBOX, Message.person_id == person.id, Message.read_at.is_(None)


def _shown(row: Message) -> OwnMessage:
    url = str((row.facts or {}).get("path", "/"))
    read = row.read_at is not None
    return OwnMessage(row.id, row.subject, row.body_text, row.language, row.created_at, read, url)
