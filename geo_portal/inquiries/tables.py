"""How questions to the city, and what happened to them, are stored."""

from datetime import datetime
from typing import Any

from sqlalchemy import BigInteger, CheckConstraint, ForeignKey, Identity, Index, text
from sqlalchemy.orm import Mapped, mapped_column

from geo_portal.database import Table

STATUSES = ("open", "answered")


class Inquiry(Table):
    """A question that somebody asked the city; who holds `code` reads it and its answer.

    Everybody reads the answer beside `shown_question`, the office's wording of the question,
    which needs `may_be_shown`, the asker's consent. `contact` is where the answer is sent, and is
    shown to nobody but the staff who answer.
    """

    __tablename__ = "inquiries"
    __table_args__ = (
        CheckConstraint(f"status IN {STATUSES!r}", name="status"),
        CheckConstraint(
            "shown_question IS NULL OR (may_be_shown AND status = 'answered')", name="shown"
        ),
        # Serves the desk's list: what is open, soonest due first.
        Index("ix_inquiries_due", "due_at", "id", postgresql_where=text("status = 'open'")),
        # Serves the desk's list of answered ones, newest first.
        Index(
            "ix_inquiries_answered",
            text("answered_at DESC"),
            postgresql_where=text("status = 'answered'"),
        ),
        # Serves the public list of answered questions, newest first.
        Index(
            "ix_inquiries_shown",
            text("answered_at DESC"),
            text("id DESC"),
            postgresql_where=text("shown_question IS NOT NULL"),
        ),
        # Serves a caller's history.
        Index("ix_inquiries_contact", text("contact_key(contact)")),
    )

    id: Mapped[int] = mapped_column(BigInteger, Identity(), primary_key=True)
    code: Mapped[str] = mapped_column(unique=True)
    question: Mapped[str]
    language: Mapped[str]
    contact: Mapped[str | None]
    channel: Mapped[str]
    department_code: Mapped[str | None]
    status: Mapped[str] = mapped_column(server_default="open")
    asked_at: Mapped[datetime]
    due_at: Mapped[datetime]
    answered_at: Mapped[datetime | None]
    answer: Mapped[str | None]
    reporter_id: Mapped[int | None] = mapped_column(BigInteger)
    may_be_shown: Mapped[bool] = mapped_column(server_default=text("false"))
    shown_question: Mapped[str | None]


class InquiryEvent(Table):
    """Something that happened to a question: `asked`, `passed_on`, `answered`."""

    __tablename__ = "inquiry_events"
    __table_args__ = (
        # Serves the story of one question.
        Index("ix_inquiry_events_inquiry", "inquiry_id", "id"),
    )

    id: Mapped[int] = mapped_column(BigInteger, Identity(), primary_key=True)
    inquiry_id: Mapped[int] = mapped_column(ForeignKey("inquiries.id", ondelete="CASCADE"))
    kind: Mapped[str]
    at: Mapped[datetime]
    person_id: Mapped[int | None] = mapped_column(BigInteger)
    facts: Mapped[dict[str, Any]]
