"""Turns what happened to reports into messages, once for each event and reader."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy.orm import Session

from geo_portal.notifications.happenings import around, happenings
from geo_portal.notifications.letters import letter
from geo_portal.notifications.recipients import recipients
from geo_portal.notifications.ways import all_ways
from geo_portal.notifications.wordings import wordings
from geo_portal.outbox import Letter, post_all


def notify(session: Session, event_ids: Sequence[int], now: datetime) -> list[int]:
    """Write the messages about these events, with the jobs that send them; their numbers.

    Done twice, or by a worker that took over from one that died, it writes nothing twice.
    """
    return post_all(session, letters_about(session, event_ids, now), now)


def letters_about(session: Session, event_ids: Sequence[int], now: datetime) -> list[Letter]:
    """What is to be said about these events, to everybody and by every way; nothing is written."""
    happened = happenings(session, event_ids)
    if not happened:
        return []
    known, own_words = around(session, happened), wordings(session)
    meant = [
        (reader, written)
        for one in happened
        for reader in recipients(one, known)
        if (written := letter(one, reader, known.city, own_words))
    ]
    return all_ways(session, meant, now, known.city.timezone)
