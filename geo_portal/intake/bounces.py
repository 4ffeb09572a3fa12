"""Mail that came back: a dead letter, and an address that is not written to again."""

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from geo_portal.intake.mail import Bounce
from geo_portal.notifications.wishes import bounced
from geo_portal.outbox import EMAIL
from geo_portal.outbox.tables import Message


def take_back(session: Session, bounce: Bounce, now: datetime) -> bool:
    """Note that a message did not arrive; False when it is none of ours or not for good.

    A report that names another recipient than the message had is not believed.
    """
    message = session.scalars(
        select(Message).where(Message.id == bounce.message_id, Message.channel == EMAIL)
    ).one_or_none()
    if message is None or not bounce.permanent:
        return False
    if bounce.recipient and bounce.recipient != message.recipient.lower():
        return False
    message.dead_at = message.dead_at or now
    message.last_error = f"It came back: {bounce.why}"
    bounced(session, message.recipient, bounce.why, now)
    session.flush()
    return True
