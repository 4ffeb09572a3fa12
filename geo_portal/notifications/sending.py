"""Sends what waits by every channel that is set up."""

from collections.abc import Sequence

from sqlalchemy import delete, update
from sqlalchemy.orm import Session

from geo_portal import clock, jobs
from geo_portal.database import Database
from geo_portal.notifications.announcing import announcing
from geo_portal.notifications.gateways import Gateway
from geo_portal.notifications.notify import letters_about
from geo_portal.notifications.push import ENDED, PUSH, Push
from geo_portal.notifications.tables import Channel
from geo_portal.notifications.webhooks import WEBHOOK, Webhook
from geo_portal.outbox import post_all, post_claimed, send
from geo_portal.outbox.carrier import Carriers
from geo_portal.outbox.tables import Message
from geo_portal.settings import settings

TAKEN_ALONG = 25
# What is claimed must be sent before the claim expires; the rest of a large crowd has jobs.
MOST_CLAIMED = 500


def carriers() -> Carriers:
    """By channel; what the city has not set up is not there."""
    by_gateway = dict.fromkeys(settings().gateways, Gateway)
    return {**send.mail_carriers(), PUSH: Push, WEBHOOK: Webhook, **by_gateway}


def notify_and_send(database: Database, events: Sequence[int]) -> None:
    """Write the messages about some events, and send at once what can be sent.

    A job of its own for every message would take as long as the message. When much happens, other
    events that wait to be told of come along, so that the worker keeps up.
    """
    now, ready = clock.now(), carriers()
    with database.transaction() as session:
        others = jobs.take_along(session, "notify_events", "events", TAKEN_ALONG)
        numbers = [*events, *(int(number) for other in others for number in other)]
        letters = letters_about(session, numbers, now)
        mine = post_claimed(session, letters[:MOST_CLAIMED], now, ready)
        post_all(session, letters[MOST_CLAIMED:], now)
    send.send_claimed(database, mine, ready)
    for message in mine:
        _note_trouble_of(database, message)


def announce_and_send(database: Database, number: int, after: int = 0) -> None:
    """Write and send the messages about an announcement to the next readers after person `after`.

    The job for those who come then is written with the messages: whenever a worker dies, exactly
    the readers whose messages are not written yet are still to be told.
    """
    now, ready = clock.now(), carriers()
    with database.transaction() as session:
        told = announcing(session, number, now, after)
        mine = post_claimed(session, told.letters, now, ready)
        if told.last is not None:
            jobs.defer(session, "tell_announcement", number=number, after=told.last)
    send.send_claimed(database, mine, ready)
    for message in mine:
        _note_trouble_of(database, message)


def send_message(database: Database, message_id: int) -> None:
    """Send one message if it is due; say at the reader's channel when it cannot be reached."""
    send_messages(database, [message_id])


def send_messages(database: Database, numbers: Sequence[int]) -> None:
    """The same for several."""
    for taken in send.send_messages(database, numbers, carriers()):
        _note_trouble_of(database, taken)


def send_waiting(database: Database) -> None:
    """Send all that is due and was not sent by its own job."""
    send.send_waiting(database, carriers())


def _note_trouble_of(database: Database, message: Message) -> None:
    if (message.facts or {}).get("channel"):
        with database.transaction() as session:
            _note_trouble(session, message.id)


def _note_trouble(session: Session, message_id: int) -> None:
    """A browser that is gone is forgotten; any other channel bears its last trouble."""
    message = session.get_one(Message, message_id)
    number = (message.facts or {})["channel"]
    if message.dead_at and (message.last_error or "").startswith(ENDED):
        session.execute(delete(Channel).where(Channel.id == number))
        return
    trouble = None if message.sent_at else message.last_error
    session.execute(update(Channel).where(Channel.id == number).values(problem=trouble))
