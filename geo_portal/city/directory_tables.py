"""How the city's directory is stored: facilities, representatives, collection days, the calendar,
and the index in which everything is found by words."""

from datetime import date, datetime
from typing import Any

from geoalchemy2 import WKBElement
from sqlalchemy import (
    ARRAY,
    BigInteger,
    CheckConstraint,
    ForeignKey,
    Identity,
    Index,
    String,
    UniqueConstraint,
    false,
)
from sqlalchemy.dialects.postgresql import TSVECTOR
from sqlalchemy.orm import Mapped, mapped_column

from geo_portal.city.tables import shape
from geo_portal.database import Table

SUBJECTS = ("collection", "school", "parking")
STATES = ("usual", "changed", "suspended")


class Facility(Table):
    """A place that people go to: who may use it, what it has, when it is open.

    `hours` is written as `city/opening.py` reads it; empty is the city's own working hours.
    """

    __tablename__ = "facilities"
    __table_args__ = (
        # Serves "the nearest of this kind".
        Index("ix_facilities_point", "point", postgresql_using="gist"),
    )

    code: Mapped[str] = mapped_column(primary_key=True)
    kind: Mapped[str]
    kind_names: Mapped[dict[str, str]]
    names: Mapped[dict[str, str]]
    eligibility: Mapped[dict[str, str]]
    features: Mapped[list[str]] = mapped_column(ARRAY(String))
    address: Mapped[str | None]
    phone: Mapped[str | None]
    url: Mapped[str | None]
    hours: Mapped[str | None]
    point: Mapped[WKBElement] = mapped_column(shape("POINT"))


class Representative(Table):
    """Somebody whom the people of an area have elected, or who speaks for it."""

    __tablename__ = "representatives"

    level: Mapped[str] = mapped_column(primary_key=True)
    area_code: Mapped[str] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(primary_key=True)
    titles: Mapped[dict[str, str]]
    phone: Mapped[str | None]
    email: Mapped[str | None]
    url: Mapped[str | None]


class Collection(Table):
    """On which weekdays something is collected in an area: `mon` … `sun`."""

    __tablename__ = "collections"

    level: Mapped[str] = mapped_column(primary_key=True)
    area_code: Mapped[str] = mapped_column(primary_key=True)
    kind: Mapped[str] = mapped_column(primary_key=True)
    names: Mapped[dict[str, str]]
    days: Mapped[list[str]] = mapped_column(ARRAY(String))
    note: Mapped[dict[str, str]]


class CalendarDay(Table):
    """What is different on a day, as the city's pack says; other days are as usual."""

    __tablename__ = "calendar_days"
    __table_args__ = (
        CheckConstraint(f"subject IN {SUBJECTS!r}", name="subject"),
        CheckConstraint(f"state IN {STATES!r}", name="state"),
    )

    day: Mapped[date] = mapped_column(primary_key=True)
    subject: Mapped[str] = mapped_column(primary_key=True)
    state: Mapped[str]
    notes: Mapped[dict[str, str]]


class DayChange(Table):
    """The same, entered by an administrator; it goes before the pack, and no load touches it."""

    __tablename__ = "day_changes"
    __table_args__ = (
        CheckConstraint(f"subject IN {SUBJECTS!r}", name="subject"),
        CheckConstraint(f"state IN {STATES!r}", name="state"),
    )

    day: Mapped[date] = mapped_column(primary_key=True)
    subject: Mapped[str] = mapped_column(primary_key=True)
    state: Mapped[str]
    notes: Mapped[dict[str, str]]
    changed_at: Mapped[datetime]
    changed_by: Mapped[int] = mapped_column(BigInteger)


class ArticleChange(Table):
    """The city's own wording of an article, in place of the pack's until it is taken back.

    `instead_of` is a digest of the pack's text when it was written, empty when the pack had none.
    """

    __tablename__ = "article_changes"

    slug: Mapped[str] = mapped_column(primary_key=True)
    language: Mapped[str] = mapped_column(primary_key=True)
    title: Mapped[str]
    category_code: Mapped[str | None] = mapped_column(ForeignKey("categories.code"))
    phone: Mapped[str | None]
    url: Mapped[str | None]
    body: Mapped[str]
    instead_of: Mapped[str]
    changed_at: Mapped[datetime]
    changed_by: Mapped[int] = mapped_column(BigInteger)


class Synonyms(Table):
    """Words that mean the same in a language, from the pack; parted by semicolons."""

    __tablename__ = "synonyms"

    language: Mapped[str] = mapped_column(primary_key=True)
    words: Mapped[str] = mapped_column(primary_key=True)


class SearchEntry(Table):
    """One thing in one language, as it is found by words.

    A title, B other names, C text, D two words of the title written as one.
    """

    __tablename__ = "search_entries"
    __table_args__ = (
        UniqueConstraint("kind", "ref", "language"),
        # Serves the search: entries that hold a word.
        Index("ix_search_entries_words", "words", postgresql_using="gin"),
    )

    id: Mapped[int] = mapped_column(BigInteger, Identity(), primary_key=True)
    kind: Mapped[str]
    ref: Mapped[str]
    language: Mapped[str]
    title: Mapped[str]
    hint: Mapped[str]
    words: Mapped[Any] = mapped_column(TSVECTOR)


class SearchWord(Table):
    """A word that is in the index, and in how many entries it is; `pair` for two written as one.

    Sorted by the letters' numbers, so that the primary key finds words by their beginning too.
    """

    __tablename__ = "search_words"
    __table_args__ = (
        # Serves "which known words look like what was typed".
        Index(
            "ix_search_words_alike",
            "word",
            postgresql_using="gin",
            postgresql_ops={"word": "gin_trgm_ops"},
        ),
    )

    word: Mapped[str] = mapped_column(String(collation="C"), primary_key=True)
    entries: Mapped[int]
    pair: Mapped[bool] = mapped_column(server_default=false())
