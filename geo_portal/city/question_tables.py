"""How the questions that the city asks about each kind of problem are stored."""

from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from geo_portal.database import Table

LISTS = ("singlevaluelist", "multivaluelist")
# Open311's names.
DATATYPES = ("string", "number", "datetime", "text", *LISTS)


class CategoryQuestion(Table):
    """One question of one category, or with `variable` false a hint that only tells something.

    `options` are lists of key and names; `shown_when` lists the code of another question and the
    answers to it that bring this one up. An answer among `stops` is no case for a report.
    """

    __tablename__ = "questions"
    __table_args__ = (CheckConstraint(f"datatype IN {DATATYPES!r}", name="datatype"),)

    category_code: Mapped[str] = mapped_column(ForeignKey("categories.code"), primary_key=True)
    code: Mapped[str] = mapped_column(primary_key=True)
    position: Mapped[int]
    datatype: Mapped[str]
    variable: Mapped[bool]
    required: Mapped[bool]
    texts: Mapped[dict[str, str]]
    hints: Mapped[dict[str, str]]
    options: Mapped[list[Any]]
    shown_when: Mapped[list[Any]]
    stops: Mapped[list[Any]]
    stop_texts: Mapped[dict[str, str]]
    asset: Mapped[str | None]
