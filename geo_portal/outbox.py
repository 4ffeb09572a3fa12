"""Messages on their way out: written with the change they tell of, sent afterwards."""

from datetime import datetime

from sqlalchemy import BigInteger, Identity, Index, Integer, select, text
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Mapped, Session, mapped_column

from geo_portal import jobs
from geo_portal.database import Table


class Message(Table):
    """A message to one person; when sent, and if not, why not.

    `complaint_id`, `event_id` and `person_id` name rows of floors above, so nothing here depends
    on them. `claimed_at` is when a worker last began to send it; with `dead_at` nobody will try
    again by themselves.
    """

    __tablename__ = "outbox"
    __table_args__ = (
        # Serves "what goes out, and what was given up, for this report".
        Index("ix_outbox_complaint", "complaint_id"),
        # Serves the list of messages that were given up, newest first.
        Index("ix_outbox_dead", "dead_at", postgresql_where=text("dead_at IS NOT NULL")),
        # Serves "how many wait, and for how long".
        Index(
            "ix_outbox_waiting",
            "send_after",
            postgresql_where=text("sent_at IS NULL AND dead_at IS NULL"),
        ),
    )

    id: Mapped[int] = mapped_column(BigInteger, Identity(), primary_key=True)
    kind: Mapped[str]
    person_id: Mapped[int | None] = mapped_column(BigInteger)
    complaint_id: Mapped[int | None] = mapped_column(BigInteger)
    event_id: Mapped[int | None] = mapped_column(BigInteger)
    channel: Mapped[str] = mapped_column(server_default="email")
    recipient: Mapped[str]
    language: Mapped[str]
    subject: Mapped[str]
    body_text: Mapped[str]
    body_html: Mapped[str | None]
    created_at: Mapped[datetime]
    send_after: Mapped[datetime]
    claimed_at: Mapped[datetime | None]
    sent_at: Mapped[datetime | None]
    attempts: Mapped[int] = mapped_column(Integer, server_default=text("0"))
    last_error: Mapped[str | None]
    dead_at: Mapped[datetime | None]
    dedup_key: Mapped[str | None] = mapped_column(unique=True)


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
    dedup_key: str | None = None,
    complaint_id: int | None = None,
    event_id: int | None = None,
    person_id: int | None = None,
) -> int:
    """Write a message and the job that sends it, in the transaction of `session`; its number.

    The same `dedup_key` again writes nothing: the number of the first message comes back.
    """
    written = session.execute(
        insert(Message)
        .values(
            kind=kind,
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
            dedup_key=dedup_key,
        )
        .on_conflict_do_nothing(index_elements=["dedup_key"])
        .returning(Message.id)
    ).scalar_one_or_none()
    if written is None:
        return session.scalars(select(Message.id).where(Message.dedup_key == dedup_key)).one()
    jobs.defer(session, "send_message", at=send_after, message_id=written)
    return written
