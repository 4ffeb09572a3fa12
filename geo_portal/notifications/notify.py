"""Turns what happened to reports into messages, once for each event and reader."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy.orm import Session

from geo_portal.notifications.happenings import around, happenings
from geo_portal.notifications.letters import letter
from geo_portal.notifications.recipients import recipients
from geo_portal.outbox import post_all


def notify(session: Session, event_ids: Sequence[int], now: datetime) -> list[int]:
    """Write the messages about these events, with the jobs that send them; their numbers.

    Done twice, or by a worker that took over from one that died, it writes nothing twice.
    """
    happened = happenings(session, event_ids)
    if not happened:
        return []
    known = around(session, happened)
    letters = [
        letter(one, reader, known.city) for one in happened for reader in recipients(one, known)
    ]
    return post_all(session, [one for one in letters if one], now)
