"""What anybody needs to check the history of a complaint for themselves."""

from dataclasses import dataclass

from sqlalchemy import case, func, select
from sqlalchemy.orm import Session

from geo_portal.complaints.case_tables import EventSeal
from geo_portal.complaints.tables import Event


@dataclass(frozen=True)
class Link:
    """One link of a complaint's chain; all digests are SHA-256.

    `digest` is over `text` and `person`, `seal` over the seal before and `digest`. What is
    internal, or of a sensitive complaint, has no `text`: its digest must be taken as it is.
    """

    event_id: int
    text: str | None
    person: bytes | None
    digest: bytes
    seal: bytes


def chain_of(session: Session, complaint_id: int, *, withheld: bool) -> list[Link]:
    """The whole chain of a complaint, oldest first; with `withheld` no text of any event."""
    text = func.sealed_text(
        *(Event.id, Event.complaint_id, EventSeal.nth, Event.kind, Event.at, Event.by),
        *(Event.office_code, Event.remark, Event.facts, Event.internal, EventSeal.sealed_at),
    )
    person = func.sealed_person(Event.person_id, EventSeal.salt)
    asked = (
        select(
            EventSeal.event_id,
            case((~Event.internal, text)),
            case((~Event.internal, person)),
            func.event_digest(text, person),
            EventSeal.seal,
        )
        .join(Event, Event.id == EventSeal.event_id)
        .where(EventSeal.complaint_id == complaint_id)
        .order_by(EventSeal.nth)
    )
    rows = session.execute(asked).all()
    if withheld:
        return [Link(number, None, None, digest, seal) for number, _, _, digest, seal in rows]
    return [Link(*row) for row in rows]


def seals_of(session: Session, complaint_id: int) -> dict[int, bytes]:
    """The seal of every event of a complaint, by the event's number."""
    asked = select(EventSeal.event_id, EventSeal.seal).where(EventSeal.complaint_id == complaint_id)
    return {row.event_id: row.seal for row in session.execute(asked)}
