"""How complaints, what happened to them, and their photos are stored."""

from datetime import datetime, timedelta
from typing import Any

from geoalchemy2 import Geometry, WKBElement
from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    Computed,
    ForeignKey,
    Identity,
    Index,
    Integer,
    SmallInteger,
    UniqueConstraint,
    text,
)
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.orm import Mapped, mapped_column

from geo_portal.complaints.indexes import OF_COMPLAINTS
from geo_portal.complaints.lookalikes import LOOKS_PARTS_SQL
from geo_portal.complaints.states import LIGHT_SQL, STATES
from geo_portal.database import Table

LONGEST_DESCRIPTION = 5_000


class Complaint(Table):
    """What a citizen reported, where, and where it stands.

    `jurisdiction_ids` holds the areas of `edition_id` that contain the point, coarse to fine; it
    is empty when the point lies outside every area. `light` is Qlue's traffic light, by status
    and outcome. `promised` is the time until `due_at` as it was first given: working time where
    `working_time` says so. While `paused_at` is set the clock stands still. `escalation_step`
    steps of the ladder have been told; `escalate_at` is the moment of the next one, empty when
    there is none. A closed complaint keeps it, for it may be opened again. `public_description`
    is what everybody may read where that differs from the description. `seen_at` is when the
    problem was seen, where its reporter says that; only the office reads it. How it was settled
    whose place it is stands in `place_method`, `border_m` and `place_confidence`
    (`routing.settle`).
    """

    __tablename__ = "complaints"
    __table_args__ = (
        # PostGIS takes NaN and longitude 500 without complaint; NaN sorts above every number.
        CheckConstraint("ST_X(point) BETWEEN -180 AND 180", name="longitude"),
        CheckConstraint("ST_Y(point) BETWEEN -90 AND 90", name="latitude"),
        CheckConstraint("accuracy_m IS NULL OR accuracy_m BETWEEN 0 AND 100000", name="accuracy_m"),
        CheckConstraint(
            f"length(description) BETWEEN 1 AND {LONGEST_DESCRIPTION}", name="description"
        ),
        CheckConstraint(f"status IN {tuple(STATES)!r}", name="status"),
        UniqueConstraint("code"),
        # Serves the import: a source's row comes in once, however often its file is read.
        UniqueConstraint("source", "source_id"),
        *OF_COMPLAINTS,
    )

    id: Mapped[int] = mapped_column(BigInteger, Identity(), primary_key=True)
    code: Mapped[str]
    description: Mapped[str]
    public_description: Mapped[str | None]
    language: Mapped[str | None]
    point: Mapped[WKBElement] = mapped_column(Geometry("POINT", srid=4326, spatial_index=False))
    accuracy_m: Mapped[float | None]
    place_method: Mapped[str | None]
    border_m: Mapped[float | None]
    place_confidence: Mapped[float | None]
    address: Mapped[str | None]
    edition_id: Mapped[int | None] = mapped_column(ForeignKey("editions.id"))
    jurisdiction_ids: Mapped[list[int]] = mapped_column(ARRAY(Integer))
    category_code: Mapped[str | None] = mapped_column(ForeignKey("categories.code"))
    category_by: Mapped[str | None]
    confidence: Mapped[float | None]
    department_code: Mapped[str | None] = mapped_column(ForeignKey("departments.code"))
    office_code: Mapped[str | None] = mapped_column(ForeignKey("departments.code"))
    status: Mapped[str]
    outcome: Mapped[str | None]
    light: Mapped[str] = mapped_column(Computed(LIGHT_SQL, persisted=True))
    sensitive: Mapped[bool] = mapped_column(server_default=text("false"))
    contact: Mapped[str | None]
    channel: Mapped[str] = mapped_column(server_default="WEB")
    source: Mapped[str | None]
    source_id: Mapped[str | None]
    submitted_at: Mapped[datetime]
    seen_at: Mapped[datetime | None]
    respond_by: Mapped[datetime | None]
    due_at: Mapped[datetime | None]
    promised: Mapped[timedelta | None]
    working_time: Mapped[bool] = mapped_column(server_default=text("false"))
    closed_at: Mapped[datetime | None]
    updated_at: Mapped[datetime]
    version: Mapped[int] = mapped_column(server_default=text("1"))
    reporter_id: Mapped[int | None] = mapped_column(ForeignKey("people.id"))
    reporter_token_hash: Mapped[str | None]
    device_hash: Mapped[str | None]
    assignee_id: Mapped[int | None] = mapped_column(ForeignKey("people.id"))
    team: Mapped[str | None]
    hops: Mapped[int] = mapped_column(SmallInteger, server_default=text("0"))
    urgent: Mapped[bool] = mapped_column(server_default=text("false"))
    responded_at: Mapped[datetime | None]
    paused_at: Mapped[datetime | None]
    pause_until: Mapped[datetime | None]
    pause_reason: Mapped[str | None]
    escalation_step: Mapped[int] = mapped_column(SmallInteger, server_default=text("0"))
    escalate_at: Mapped[datetime | None]
    remind_at: Mapped[datetime | None]
    snoozed_until: Mapped[datetime | None]
    resolved_by: Mapped[int | None] = mapped_column(ForeignKey("people.id"))
    merged_into_id: Mapped[int | None] = mapped_column(ForeignKey("complaints.id"))
    # Keys are the codes of the category's questions.
    answers: Mapped[dict[str, Any]] = mapped_column(server_default=text("'{}'"))

    # A change that was made to an older version than the stored one fails instead of overwriting.
    __mapper_args__ = {"version_id_col": version}  # noqa: RUF012


class Event(Table):
    """Something that happened to a complaint: its history, and the source of everything else.

    Rows are only ever added; a trigger refuses to change or remove one, another seals each to the
    one before it. `facts` holds codes and numbers, never names or contact details, and is public
    unless `internal`; `person_id`, who did it, never is.
    """

    __tablename__ = "events"
    __table_args__ = (
        # Serves the timeline of one complaint.
        Index("ix_events_complaint", "complaint_id", "id"),
        # Serves the change feed and everything that reads "what happened since".
        Index("ix_events_at", "at", "id"),
        # Serves the share of fixes that were opened again.
        Index("ix_events_reopened", "at", postgresql_where=text("kind = 'reopened'")),
        # Serves a person's points: what they verified.
        Index("ix_events_verified", "person_id", postgresql_where=text("kind = 'verified'")),
        # Serves a person's points: where they helped.
        Index(
            "ix_events_helped",
            text("(facts ->> 'to_person')"),
            postgresql_where=text("kind = 'comment_helped'"),
        ),
    )

    id: Mapped[int] = mapped_column(BigInteger, Identity(), primary_key=True)
    complaint_id: Mapped[int] = mapped_column(ForeignKey("complaints.id"))
    kind: Mapped[str]
    at: Mapped[datetime]
    by: Mapped[str]
    office_code: Mapped[str | None]
    person_id: Mapped[int | None] = mapped_column(ForeignKey("people.id"))
    remark: Mapped[str | None]
    facts: Mapped[dict[str, Any]]
    internal: Mapped[bool] = mapped_column(server_default=text("false"))


class Photo(Table):
    """A picture of a complaint; its files were kept before this row was.

    `kind` is report, evidence or feedback. A `hidden` one is only for those who work on the case.
    Where parts were covered `key` names the covered picture, while `looks` stays the first one's,
    so that the same picture is found again. `looks` is a 64-bit perceptual hash as a signed
    number, empty for pictures from before there was one.
    """

    __tablename__ = "photos"
    __table_args__ = (
        # Serves the photos of one complaint, in order.
        Index("ix_photos_complaint", "complaint_id", "position"),
        # Serves the search for pictures that look the same.
        Index(
            "ix_photos_looks",
            "looks_parts",
            postgresql_using="gin",
            postgresql_with={"fastupdate": "off"},
        ),
    )

    id: Mapped[int] = mapped_column(BigInteger, Identity(), primary_key=True)
    complaint_id: Mapped[int] = mapped_column(ForeignKey("complaints.id"))
    event_id: Mapped[int | None] = mapped_column(ForeignKey("events.id"))
    key: Mapped[str] = mapped_column(unique=True)
    kind: Mapped[str] = mapped_column(server_default="report")
    width: Mapped[int]
    height: Mapped[int]
    position: Mapped[int]
    alt: Mapped[str | None]
    hidden: Mapped[bool] = mapped_column(server_default=text("false"))
    taken_at: Mapped[datetime | None]
    added_at: Mapped[datetime]
    looks: Mapped[int | None] = mapped_column(BigInteger)
    looks_parts: Mapped[list[int] | None] = mapped_column(
        ARRAY(Integer), Computed(LOOKS_PARTS_SQL, persisted=True), deferred=True
    )
