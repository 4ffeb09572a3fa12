"""How an officer's saved views and an office's ready-made sentences are stored."""

from datetime import datetime

from sqlalchemy import BigInteger, ForeignKey, Identity, Index
from sqlalchemy.orm import Mapped, mapped_column

from geo_portal.database import Table


class SavedFilter(Table):
    """A view of the inbox under a name; with a department, its colleagues see it too."""

    __tablename__ = "saved_filters"
    __table_args__ = (
        # Serves the list of one officer's views.
        Index("ix_saved_filters_person", "person_id", "id"),
    )

    id: Mapped[int] = mapped_column(BigInteger, Identity(), primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("people.id"))
    department_code: Mapped[str | None]
    name: Mapped[str]
    query: Mapped[str]
    created_at: Mapped[datetime]


class ReplyTemplate(Table):
    """A ready-made sentence for one move of a case, narrowed by what is filled in."""

    __tablename__ = "reply_templates"
    __table_args__ = (
        # Serves "what could I write here", in one language.
        Index("ix_reply_templates_move", "move", "language"),
    )

    id: Mapped[int] = mapped_column(BigInteger, Identity(), primary_key=True)
    department_code: Mapped[str | None]
    category_code: Mapped[str | None]
    move: Mapped[str]
    outcome: Mapped[str | None]
    language: Mapped[str]
    name: Mapped[str]
    text: Mapped[str]
