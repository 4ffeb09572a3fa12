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
TAKEN_TOGETHER = 100
# The next sweep begins a minute after this one; two would leave a worker no hand for anything else.
SWEEP_FOR = timedelta(seconds=45)
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

    What comes back is the message as it was taken up, None when there was nothing to do.
    """
    return next(iter(send_messages(database, [message_id], carriers)), None)


def send_messages(
    database: Database, numbers: Sequence[int], carriers: Carriers | None = None
) -> Sequence[Message]:
    """The same for several, which are taken up together and sent in turn; those taken up.

    A message whose channel has no carrier waits in the outbox.
    """
    ready = mail_carriers() if carriers is None else carriers
    if not ready:
        log.info("%d messages wait in the outbox: nothing is set to send them by.", len(numbers))
        return []
    with database.transaction() as session:
        taken = _claim(session, Message.id.in_(numbers), clock.now(), ready)
    send_claimed(database, taken, ready)
    return taken


def send_claimed(database: Database, messages: Sequence[Message], ready: Carriers) -> None:
    """Send messages that are this worker's alone already (`outbox.post_claimed`), in turn.

    That one is sent is written down together with the next one's hand-over: half the ways to the
    disk. One whose claim ran out meanwhile, because those before it took so long, is another's.
    """
    sent: list[int] = []
    for message in messages:
        try:
            with ready[message.channel](message) as delivery:
                if not delivery.repeatable and not _note_hand_over(database, message, sent):
                    continue
                delivery.hand_over()
                sent.append(message.id)
        except GivenUp as problem:
            _give_up(database, message, str(problem))
        except NotNow as problem:
            _try_again_later(database, message, str(problem))
    if sent:
        with database.transaction() as session:
            _note_sent(session, sent)


def _note_hand_over(database: Database, message: Message, sent: list[int]) -> bool:
    """Whether it is still ours to hand over; then that is written down."""
    ours = (Message.id == message.id, Message.claimed_at == message.claimed_at)
    with database.transaction() as session:
        _note_sent(session, sent)
        noted = session.scalars(
            update(Message)
            .where(*ours, Message.handed_over_at.is_(None))
            .values(handed_over_at=clock.now())
            .returning(Message.id)
        )
        still_ours = noted.one_or_none() is not None
    sent.clear()
    return still_ours


def _note_sent(session: Session, sent: Sequence[int]) -> None:
    if sent:
        gone = update(Message).where(Message.id.in_(sent))
        session.execute(gone.values(sent_at=clock.now(), last_error=None))


def send_waiting(database: Database, carriers: Carriers | None = None) -> None:
    """Send all that is due and was not sent by its own job; give up what is of no use any more.

    Batch by batch, so that what gathered while the mail server was away is gone soon after.
    """
    ready = mail_carriers() if carriers is None else carriers
    begun = clock.now()
    with database.transaction() as session:
        _bury(session, begun)
    while clock.now() < begun + SWEEP_FOR and (taken := _take_waiting(database, begun, ready)):
        send_claimed(database, taken, ready)


def _take_waiting(database: Database, begun: datetime, ready: Carriers) -> Sequence[Message]:
    # What failed in this very sweep is due later, so there is an end.
    with database.transaction() as session:
        return _claim(session, Message.send_after <= begun, clock.now(), ready)


def waiting_and_dead(session: Session) -> tuple[int, int]:
    """How many messages are still to be sent, and how many were given up."""
    waiting = func.count().filter(Message.sent_at.is_(None), Message.dead_at.is_(None))
    dead = func.count().filter(Message.dead_at.is_not(None))
    row = session.execute(select(waiting, dead)).one()
    return row[0], row[1]


def _claim(
    session: Session, which: ColumnElement[bool], now: datetime, ready: Carriers
) -> Sequence[Message]:
    """At most `TAKEN_TOGETHER`, now ours alone; none that is sent, dead, not due or another's."""
    # Locked in order, past those that another is about to take: two sweeps never wait in a ring.
    free = (
        select(Message.id)
        .where(which, *_sendable(now, ready))
        .order_by(Message.send_after, Message.id)
        .limit(TAKEN_TOGETHER)
        .with_for_update(skip_locked=True)
    )
    claimed = session.scalars(
        update(Message)
        .where(Message.id.in_(free.scalar_subquery()))
        .values(claimed_at=now, attempts=Message.attempts + 1)
        .returning(Message)
    ).all()
    return sorted(claimed, key=lambda message: message.id)


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
