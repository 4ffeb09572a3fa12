"""Sends what waits in the outbox: never inside a transaction, never the same message twice.

A message passes short transactions: claimed, handed over, sent — or not. A worker that dies
before the text is handed over leaves a claim that another takes up ten minutes later. One that
dies while the mail server has the text but before its "accepted" is written down leaves a message
of which nobody can say whether it went out. SMTP offers no way to ask, so it is not sent again by
itself: it becomes a dead letter, and a person decides. All attempts carry one Message-ID. What
knows a message again by its number (webhooks, browsers) is simply handed it a second time.
"""

import logging
from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, func, select, update
from sqlalchemy.orm import Session

from geo_portal import clock
from geo_portal.database import Database
from geo_portal.outbox.carrier import Carriers, GivenUp, NotNow
from geo_portal.outbox.smtp import Delivery
from geo_portal.outbox.tables import Message
from geo_portal.settings import settings

log = logging.getLogger(__name__)

# A claimed message that was never handed over belonged to a worker that died.
CLAIM_EXPIRES_AFTER = timedelta(minutes=10)
# Waits double from one minute: 1, 2, 4 … 128 minutes, together 4 hours and 15 minutes.
FIRST_WAIT = timedelta(minutes=1)
MOST_ATTEMPTS = 9
SWEPT_AT_ONCE = 200
LONGEST_ERROR = 500

TOO_LATE = "It could not be sent before it was of no use any more."
UNKNOWN = "The worker died while the mail server had the message; whether it went out is unknown."


def mail_carriers() -> Carriers:
    """What can be sent with nothing but the outbox: mail, if there is a mail server."""
    return {"email": Delivery} if settings().smtp_host else {}


def send_message(
    database: Database, message_id: int, carriers: Carriers | None = None
) -> Message | None:
    """Send one message if it is due and nobody else is at it; a failure is tried again later.

    A message whose channel has no carrier waits in the outbox. What comes back is the message as
    it was taken up, None when there was nothing to do.
    """
    ready = mail_carriers() if carriers is None else carriers
    if not ready:
        log.info("Message %s waits in the outbox: nothing is set to send it by.", message_id)
        return None
    with database.transaction() as session:
        message = _claim(session, message_id, clock.now(), ready)
    if message is not None:
        send_claimed(database, [message], ready)
    return message


def send_claimed(database: Database, messages: Sequence[Message], ready: Carriers) -> None:
    """Send messages that are this worker's alone already (`outbox.post_claimed`), in turn.

    That one is sent is written down together with the next one's hand-over: half the ways to the
    disk.
    """
    sent: list[int] = []
    for message in messages:
        try:
            with ready[message.channel](message) as delivery:
                if not delivery.repeatable:
                    _note_hand_over(database, message.id, sent)
                delivery.hand_over()
                sent.append(message.id)
        except GivenUp as problem:
            _give_up(database, message, str(problem))
        except NotNow as problem:
            _try_again_later(database, message, str(problem))
    if sent:
        with database.transaction() as session:
            _note_sent(session, sent)


def _note_hand_over(database: Database, message_id: int, sent: list[int]) -> None:
    with database.transaction() as session:
        _note_sent(session, sent)
        _note(session, message_id, handed_over_at=clock.now())
    sent.clear()


def _note_sent(session: Session, sent: Sequence[int]) -> None:
    if sent:
        gone = update(Message).where(Message.id.in_(sent))
        session.execute(gone.values(sent_at=clock.now(), last_error=None))


def send_waiting(database: Database, carriers: Carriers | None = None) -> None:
    """Send all that is due and was not sent by its own job; give up what is of no use any more."""
    ready = mail_carriers() if carriers is None else carriers
    with database.transaction() as session:
        _bury(session, clock.now())
        due = _due(session, clock.now(), ready)
    for message_id in due:
        send_message(database, message_id, ready)


def waiting_and_dead(session: Session) -> tuple[int, int]:
    """How many messages are still to be sent, and how many were given up."""
    waiting = func.count().filter(Message.sent_at.is_(None), Message.dead_at.is_(None))
    dead = func.count().filter(Message.dead_at.is_not(None))
    row = session.execute(select(waiting, dead)).one()
    return row[0], row[1]


def _claim(session: Session, message_id: int, now: datetime, ready: Carriers) -> Message | None:
    """The message, now ours alone; None when it is sent, dead, not due or another's."""
    claimed = session.scalars(
        update(Message)
        .where(Message.id == message_id, *_sendable(now, ready))
        .values(claimed_at=now, attempts=Message.attempts + 1)
        .returning(Message)
    )
    return claimed.one_or_none()


def _sendable(now: datetime, ready: Carriers) -> tuple[ColumnElement[bool], ...]:
    return (
        Message.channel.in_(ready),
        Message.sent_at.is_(None),
        Message.dead_at.is_(None),
        Message.handed_over_at.is_(None),
        Message.send_after <= now,
        Message.send_before.is_(None) | (Message.send_before > now),
        Message.claimed_at.is_(None) | (Message.claimed_at <= now - CLAIM_EXPIRES_AFTER),
    )


def _due(session: Session, now: datetime, ready: Carriers) -> list[int]:
    found = select(Message.id).where(*_sendable(now, ready)).order_by(Message.send_after)
    return list(session.scalars(found.limit(SWEPT_AT_ONCE)))


def _bury(session: Session, now: datetime) -> None:
    waiting = (Message.sent_at.is_(None), Message.dead_at.is_(None))
    expired = now - CLAIM_EXPIRES_AFTER
    session.execute(
        update(Message)
        .where(*waiting, Message.send_before <= now, Message.handed_over_at.is_(None))
        .where(Message.claimed_at.is_(None) | (Message.claimed_at <= expired))
        .values(dead_at=now, last_error=TOO_LATE)
    )
    session.execute(
        update(Message)
        .where(*waiting, Message.handed_over_at <= expired)
        .values(dead_at=now, last_error=UNKNOWN)
    )


def _give_up(database: Database, message: Message, why: str) -> None:
    with database.transaction() as session:
        _note(session, message.id, dead_at=clock.now(), last_error=why[:LONGEST_ERROR])
    log.warning("Message %s is given up: %s", message.id, why)


def _try_again_later(database: Database, message: Message, why: str) -> None:
    if message.attempts >= MOST_ATTEMPTS:
        _give_up(database, message, why)
        return
    wait = FIRST_WAIT * 2 ** (message.attempts - 1)
    with database.transaction() as session:
        _note(
            session,
            message.id,
            claimed_at=None,
            handed_over_at=None,
            send_after=clock.now() + wait,
            last_error=why[:LONGEST_ERROR],
        )


def _note(session: Session, message_id: int, **what: object) -> None:
    session.execute(update(Message).where(Message.id == message_id).values(**what))
