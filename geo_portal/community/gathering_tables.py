"""How incidents, announcements of the city and questions of citizens are stored."""

from datetime import datetime

from geoalchemy2 import Geometry, WKBElement
from sqlalchemy import BigInteger, CheckConstraint, ForeignKey, Identity, Index, text
from sqlalchemy.orm import Mapped, mapped_column

from geo_portal.database import Table

INCIDENT_STATES = ("suggested", "confirmed", "over", "dismissed")
POST_KINDS = ("announcement", "question", "answer")


class Incident(Table):
    """One thing that many report, such as a flood; `area` is the hull of its reports, widened.

    While `emergency` is set and `ends_at` lies ahead, `message` stands on the public pages and
    in the CAP feed.
    """

    __tablename__ = "incidents"
    __table_args__ = (
        CheckConstraint(f"state IN {INCIDENT_STATES!r}", name="state"),
        # Serves the desk's list and the banner: what is going on now.
        Index(
            "ix_incidents_going_on",
            "id",
            postgresql_where=text("state IN ('suggested', 'confirmed')"),
        ),
    )

    id: Mapped[int] = mapped_column(BigInteger, Identity(), primary_key=True)
    category_code: Mapped[str] = mapped_column(ForeignKey("categories.code"))
    title: Mapped[str]
    state: Mapped[str]
    area: Mapped[WKBElement] = mapped_column(Geometry("POLYGON", srid=4326, spatial_index=False))
    begun_at: Mapped[datetime]
    made_at: Mapped[datetime]
    decided_by: Mapped[int | None] = mapped_column(ForeignKey("people.id"))
    decided_at: Mapped[datetime | None]
    emergency: Mapped[bool] = mapped_column(server_default=text("false"))
    message: Mapped[str | None]
    ends_at: Mapped[datetime | None]


class IncidentComplaint(Table):
    """A report that belongs to an incident; to one at most."""

    __tablename__ = "incident_complaints"
    __table_args__ = (
        # Serves the reports of an incident.
        Index("ix_incident_complaints_incident", "incident_id", "complaint_id"),
    )

    complaint_id: Mapped[int] = mapped_column(ForeignKey("complaints.id"), primary_key=True)
    incident_id: Mapped[int] = mapped_column(ForeignKey("incidents.id", ondelete="CASCADE"))


class Post(Table):
    """What a department announces to an area, what a citizen asks there, and the answers."""

    __tablename__ = "posts"
    __table_args__ = (
        CheckConstraint(f"kind IN {POST_KINDS!r}", name="kind"),
        CheckConstraint("state IN ('held', 'shown', 'hidden')", name="state"),
        CheckConstraint("(kind = 'answer') = (parent_id IS NOT NULL)", name="answers_something"),
        # Serves an area's page, newest first.
        Index("ix_posts_area", "area_level", "area_code", text("id DESC")),
        # Serves the answers to a question.
        Index("ix_posts_parent", "parent_id", postgresql_where=text("parent_id IS NOT NULL")),
        # Serves the moderators' queue.
        Index("ix_posts_held", "at", postgresql_where=text("state = 'held'")),
    )

    id: Mapped[int] = mapped_column(BigInteger, Identity(), primary_key=True)
    kind: Mapped[str]
    parent_id: Mapped[int | None] = mapped_column(ForeignKey("posts.id", ondelete="CASCADE"))
    area_level: Mapped[str]
    area_code: Mapped[str]
    person_id: Mapped[int] = mapped_column(ForeignKey("people.id"))
    department_code: Mapped[str | None] = mapped_column(ForeignKey("departments.code"))
    signed_as: Mapped[str | None]
    title: Mapped[str | None]
    words: Mapped[str]
    state: Mapped[str]
    at: Mapped[datetime]
    until: Mapped[datetime | None]
    moderated_by: Mapped[int | None] = mapped_column(ForeignKey("people.id"))
    moderated_at: Mapped[datetime | None]
