"""Messages on their way out: written with the change they tell of, sent afterwards."""

from collections.abc import Collection, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

from procrastinate.types import JSONValue
from sqlalchemy import select, text
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from geo_portal import jobs
from geo_portal.outbox.tables import Message

EMAIL, INBOX = "email", "inbox"
# Taking up a job takes about as long as sending a message; a hundred are sent within seconds.
SENT_BY_ONE_JOB = 100


@dataclass(frozen=True)
class Letter:
    """What one person is to get by one channel; `unsubscribe` is the address that ends such mail.

    The same `dedup_key` is written once, however often it is posted. What goes to the portal's own
    pages (`INBOX`) has arrived when it is written. With `refused`, why it cannot be delivered, it
    is written as given up. One that `gathers` takes the place of what still waits to say the same
    sort of thing about the same report to the same reader.
    """

    kind: str
    recipient: str
    subject: str
    text: str
    language: str
    html: str | None = None
    unsubscribe: str | None = None
    dedup_key: str | None = None
    complaint_id: int | None = None
    event_id: int | None = None
    person_id: int | None = None
    channel: str = EMAIL
    facts: dict[str, Any] | None = None
    send_after: datetime | None = None
    refused: str | None = None
    gathers: bool = False


def post(
    session: Session,
    now: datetime,
    *,
    kind: str,
    recipient: str,
    subject: str,
    text: str,
    language: str,
    html: str | None = None,
    send_after: datetime | None = None,
    send_before: datetime | None = None,
    dedup_key: str | None = None,
    complaint_id: int | None = None,
    event_id: int | None = None,
    person_id: int | None = None,
    channel: str = EMAIL,
) -> int:
    """Write a message and the job that sends it, in the transaction of `session`; its number.

    The same `dedup_key` again writes nothing: the number of the first message comes back.
    """
    written = session.execute(
        insert(Message)
        .values(
            kind=kind,
            channel=channel,
            person_id=person_id,
            complaint_id=complaint_id,
            event_id=event_id,
            recipient=recipient,
            language=language,
            subject=subject,
            body_text=text,
            body_html=html,
            created_at=now,
            send_after=send_after or now,
            send_before=send_before,
            dedup_key=dedup_key,
        )
        .on_conflict_do_nothing(index_elements=["dedup_key"])
        .returning(Message.id)
    ).scalar_one_or_none()
    if written is None:
        return session.scalars(select(Message.id).where(Message.dedup_key == dedup_key)).one()
    jobs.defer(session, "send_message", at=send_after, message_id=written)
    return written


def post_all(session: Session, letters: Sequence[Letter], now: datetime) -> list[int]:
    """Write many messages with a job for every `SENT_BY_ONE_JOB`; the numbers of the new ones."""
    written = _write(session, [_row(letter, now) for letter in _gathered(session, letters)])
    # What must wait for its hour is found by the sweep, as is what could not be sent at once.
    due: list[JSONValue] = [one.id for one in written if _is_due(one, now)]
    parts: list[dict[str, JSONValue]] = [
        {"numbers": due[first : first + SENT_BY_ONE_JOB]}
        for first in range(0, len(due), SENT_BY_ONE_JOB)
    ]
    jobs.defer_all(session, "send_messages", parts)
    return [one.id for one in written]


def post_claimed(
    session: Session, letters: Sequence[Letter], now: datetime, channels: Collection[str]
) -> list[Message]:
    """Write many messages without jobs; those that the caller has to send, once this is committed.

    They are claimed for the caller, so nobody else sends them; if the caller dies, the sweep takes
    them up like any other claim that nobody came back to. Only what is due and goes by one of
    `channels` is among them; the sweep finds the rest.
    """
    rows = [_row(letter, now) for letter in _gathered(session, letters)]
    for row in rows:
        if row["channel"] in channels and row["send_after"] == now and row["dead_at"] is None:
            row |= {"claimed_at": now, "attempts": 1}
    return [one for one in _write(session, rows) if one.claimed_at is not None]


_OUTDATED = text("""
    DELETE FROM outbox AS old
    USING unnest(CAST(:kinds AS text[]), CAST(:reports AS bigint[]), CAST(:readers AS text[]))
        AS new (kind, complaint_id, recipient)
    WHERE old.kind = new.kind AND old.complaint_id = new.complaint_id
        AND old.recipient = new.recipient
        AND old.sent_at IS NULL AND old.dead_at IS NULL AND old.claimed_at IS NULL
""")


def _gathered(session: Session, letters: Sequence[Letter]) -> list[Letter]:
    """Without what a later letter says better; what is outdated and still waits is gone."""
    newest = {
        (one.kind, one.complaint_id, one.recipient): one
        for one in letters
        if one.gathers and one.channel != INBOX
    }
    if newest:
        kinds, reports, readers = zip(*newest, strict=True)
        outdated = {"kinds": list(kinds), "reports": list(reports), "readers": list(readers)}
        session.execute(_OUTDATED, outdated)
    return [
        one
        for one in letters
        if newest.get((one.kind, one.complaint_id, one.recipient), one) is one
    ]


def _write(session: Session, rows: Sequence[dict[str, Any]]) -> Sequence[Message]:
    if not rows:
        return []
    return session.scalars(
        insert(Message).on_conflict_do_nothing(index_elements=["dedup_key"]).returning(Message),
        rows,
        # Else rows with and without a person would each need a statement of their own.
        execution_options={"render_nulls": True},
    ).all()


def _is_due(message: Message, now: datetime) -> bool:
    to_send = message.channel != INBOX and message.dead_at is None
    return to_send and message.send_after <= now


def _row(letter: Letter, now: datetime) -> dict[str, Any]:
    row = asdict(letter)
    row["body_text"], row["body_html"] = row.pop("text"), row.pop("html")
    row["last_error"] = refused = row.pop("refused")
    del row["gathers"]
    row["send_after"] = letter.send_after or now
    row["sent_at"] = now if letter.channel == INBOX else None
    return row | {
        "created_at": now,
        "dead_at": now if refused else None,
        "claimed_at": None,
        "attempts": 0,
    }
