"""How supports, comments, follows, bookmarks and profiles are stored."""

from datetime import datetime

from geoalchemy2 import Geometry, WKBElement
from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    ForeignKey,
    Identity,
    Index,
    UniqueConstraint,
    text,
)
from sqlalchemy.orm import Mapped, mapped_column

from geo_portal.database import Table

COMMENT_STATES = ("held", "shown", "hidden")
SHOWN_AS = ("anonymous", "pseudonym", "name")
FOLLOW_KINDS = ("category", "area", "drawn", "around")


class Support(Table):
    """Somebody's “me too”: one per person and one per browser, however often it is pressed.

    `words` are for the office alone. One with `left_out_because` is kept but not counted.
    """

    __tablename__ = "supports"
    __table_args__ = (
        CheckConstraint("person_id IS NOT NULL OR device_hash IS NOT NULL", name="somebodys"),
        # Serve "did this person, this browser support it already"; hold it to one.
        UniqueConstraint("complaint_id", "device_hash"),
        UniqueConstraint("complaint_id", "person_id"),
    )

    id: Mapped[int] = mapped_column(BigInteger, Identity(), primary_key=True)
    complaint_id: Mapped[int] = mapped_column(ForeignKey("complaints.id"))
    person_id: Mapped[int | None] = mapped_column(ForeignKey("people.id"))
    device_hash: Mapped[str | None]
    network_hash: Mapped[str | None]
    photo_id: Mapped[int | None] = mapped_column(ForeignKey("photos.id"))
    words: Mapped[str | None]
    left_out_because: Mapped[str | None]
    at: Mapped[datetime]


class SupportCount(Table):
    """How many people a complaint stands for beside who sent it: supports and joined reports.

    Triggers keep it, so that the feed need not count; no row means nobody.
    """

    __tablename__ = "support_counts"
    __table_args__ = (
        # Serves the most supported, page by page.
        Index("ix_support_counts_most", text("number DESC"), text("complaint_id DESC")),
    )

    complaint_id: Mapped[int] = mapped_column(
        ForeignKey("complaints.id"), primary_key=True, autoincrement=False
    )
    number: Mapped[int]


class Comment(Table):
    """What somebody wrote under a report; `signed_as` is empty for who stays anonymous."""

    __tablename__ = "comments"
    __table_args__ = (
        CheckConstraint(f"state IN {COMMENT_STATES!r}", name="state"),
        # Serves the comments of one report, oldest first.
        Index("ix_comments_complaint", "complaint_id", "id"),
        # Serves the moderators' queue, oldest first.
        Index("ix_comments_held", "at", postgresql_where=text("state = 'held'")),
        # Serves what a person has written, for their reputation.
        Index("ix_comments_person", "person_id", postgresql_where=text("person_id IS NOT NULL")),
    )

    id: Mapped[int] = mapped_column(BigInteger, Identity(), primary_key=True)
    complaint_id: Mapped[int] = mapped_column(ForeignKey("complaints.id"))
    person_id: Mapped[int | None] = mapped_column(ForeignKey("people.id"))
    device_hash: Mapped[str | None]
    signed_as: Mapped[str | None]
    words: Mapped[str]
    state: Mapped[str]
    held_because: Mapped[str | None]
    at: Mapped[datetime]
    moderated_by: Mapped[int | None] = mapped_column(ForeignKey("people.id"))
    moderated_at: Mapped[datetime | None]
    hidden_because: Mapped[str | None]
    name_hidden: Mapped[bool] = mapped_column(server_default=text("false"))
    helpful_at: Mapped[datetime | None]


class Subscription(Table):
    """A wish to hear of every report of a kind, in a place, or of a kind in a place.

    `shape` is kept as it was when it was asked for, also for an area of the city, so that new
    borders change nobody's follows; EPSG:4326.
    """

    __tablename__ = "subscriptions"
    __table_args__ = (
        CheckConstraint(f"kind IN {FOLLOW_KINDS!r}", name="kind"),
        CheckConstraint("category_code IS NOT NULL OR shape IS NOT NULL", name="of_something"),
        CheckConstraint("shape IS NULL OR ST_IsValid(shape)", name="shape_is_valid"),
        # Serves "who follows the place of this report".
        Index(
            "ix_subscriptions_shape",
            "shape",
            postgresql_using="gist",
            postgresql_where=text("left_at IS NULL AND shape IS NOT NULL"),
        ),
        # Serves "who follows this kind of report everywhere".
        Index(
            "ix_subscriptions_category",
            "category_code",
            postgresql_where=text("left_at IS NULL AND shape IS NULL"),
        ),
        # Serves a person's own list.
        Index("ix_subscriptions_person", "person_id", "id"),
    )

    id: Mapped[int] = mapped_column(BigInteger, Identity(), primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("people.id", ondelete="CASCADE"))
    kind: Mapped[str]
    category_code: Mapped[str | None] = mapped_column(ForeignKey("categories.code"))
    area_level: Mapped[str | None]
    area_code: Mapped[str | None]
    shape: Mapped[WKBElement | None] = mapped_column(
        Geometry("GEOMETRY", srid=4326, spatial_index=False)
    )
    name: Mapped[str]
    since: Mapped[datetime]
    left_at: Mapped[datetime | None]


class Bookmark(Table):
    """A report that a person keeps at hand, without hearing of it; nobody else sees that."""

    __tablename__ = "bookmarks"

    person_id: Mapped[int] = mapped_column(
        ForeignKey("people.id", ondelete="CASCADE"), primary_key=True
    )
    complaint_id: Mapped[int] = mapped_column(ForeignKey("complaints.id"), primary_key=True)
    at: Mapped[datetime]


class Profile(Table):
    """How a person wants to be seen; without a row the city's default holds."""

    __tablename__ = "profiles"
    __table_args__ = (CheckConstraint(f"shown_as IN {SHOWN_AS!r}", name="shown_as"),)

    person_id: Mapped[int] = mapped_column(
        ForeignKey("people.id", ondelete="CASCADE"), primary_key=True
    )
    shown_as: Mapped[str]
    name_to_offices: Mapped[bool]
    changed_at: Mapped[datetime]
