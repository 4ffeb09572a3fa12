"""How incidents, and which reports belong to them, are stored."""

from datetime import datetime

from geoalchemy2 import Geometry, WKBElement
from sqlalchemy import BigInteger, CheckConstraint, ForeignKey, Identity, Index, text
from sqlalchemy.orm import Mapped, mapped_column

from geo_portal.database import Table

INCIDENT_STATES = ("suggested", "confirmed", "over", "dismissed")


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
