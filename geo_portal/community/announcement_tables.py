"""How announcements of departments are stored."""

from datetime import datetime

from geoalchemy2 import Geometry, WKBElement
from sqlalchemy import BigInteger, CheckConstraint, ForeignKey, Identity, Index, text
from sqlalchemy.orm import Mapped, mapped_column

from geo_portal.database import Table


class Announcement(Table):
    """What a department (None: the city) tells an area (None: everybody), from one moment to one.

    `shape` is the area's border when it was written; EPSG:4326.
    """

    __tablename__ = "announcements"
    __table_args__ = (
        CheckConstraint("ends_at > begins_at", name="ends"),
        CheckConstraint(
            "(area_level IS NULL) = (area_code IS NULL) AND (area_level IS NULL) = (shape IS NULL)",
            name="area",
        ),
        # Serves what holds now, on the pages that everybody opens.
        Index(
            "ix_announcements_ends_at",
            "ends_at",
            postgresql_where=text("taken_back_at IS NULL"),
        ),
    )

    id: Mapped[int] = mapped_column(BigInteger, Identity(), primary_key=True)
    department_code: Mapped[str | None] = mapped_column(ForeignKey("departments.code"))
    area_level: Mapped[str | None]
    area_code: Mapped[str | None]
    area_name: Mapped[str | None]
    shape: Mapped[WKBElement | None] = mapped_column(
        Geometry("MULTIPOLYGON", srid=4326, spatial_index=False)
    )
    title: Mapped[str]
    words: Mapped[str]
    begins_at: Mapped[datetime]
    ends_at: Mapped[datetime]
    written_at: Mapped[datetime]
    written_by: Mapped[int] = mapped_column(ForeignKey("people.id"))
    taken_back_at: Mapped[datetime | None]
