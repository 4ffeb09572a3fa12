"""How the work on a complaint, the proof of its fix and its seals are stored."""

from datetime import date, datetime
from typing import Any
from uuid import UUID

from geoalchemy2 import Geometry, WKBElement
from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    ForeignKey,
    Identity,
    Index,
    LargeBinary,
    SmallInteger,
    UniqueConstraint,
    text,
)
from sqlalchemy.orm import Mapped, mapped_column

from geo_portal.database import Table


class Task(Table):
    """A part of the work that another department does; the complaint stays one complaint."""

    __tablename__ = "tasks"
    __table_args__ = (
        # Serves the tasks of one complaint.
        Index("ix_tasks_complaint", "complaint_id", "id"),
        # Serves a department's list of the parts that it still has to do.
        Index("ix_tasks_open", "department_code", "id", postgresql_where=text("done_at IS NULL")),
    )

    id: Mapped[int] = mapped_column(BigInteger, Identity(), primary_key=True)
    complaint_id: Mapped[int] = mapped_column(ForeignKey("complaints.id"))
    title: Mapped[str]
    department_code: Mapped[str] = mapped_column(ForeignKey("departments.code"))
    assignee_id: Mapped[int | None] = mapped_column(ForeignKey("people.id"))
    created_at: Mapped[datetime]
    done_at: Mapped[datetime | None]
    remark: Mapped[str | None]


class ContractorLink(Table):
    """A signed address by which a firm without an account answers for one complaint."""

    __tablename__ = "contractor_links"
    __table_args__ = (
        # Serves the links that were given out for one complaint.
        Index("ix_contractor_links_complaint", "complaint_id"),
    )

    token_hash: Mapped[str] = mapped_column(primary_key=True)
    complaint_id: Mapped[int] = mapped_column(ForeignKey("complaints.id"))
    task_id: Mapped[int | None] = mapped_column(ForeignKey("tasks.id"))
    firm: Mapped[str]
    email: Mapped[str]
    message: Mapped[str]
    made_by: Mapped[int] = mapped_column(ForeignKey("people.id"))
    made_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    answered_at: Mapped[datetime | None]


class Evidence(Table):
    """What a photo of a fix is worth: a score from 0 to 100, and why.

    `accepted` is empty until somebody other than `given_by` has looked, which only a low score
    asks for. A firm that answered by link has no `given_by` but its name in `contractor`.
    """

    __tablename__ = "evidence"
    __table_args__ = (
        # Serves the evidence of one complaint.
        Index("ix_evidence_complaint", "complaint_id"),
        # Serves the list of what waits for a second person.
        Index("ix_evidence_unchecked", "received_at", postgresql_where=text("accepted IS NULL")),
    )

    photo_id: Mapped[int] = mapped_column(
        ForeignKey("photos.id"), primary_key=True, autoincrement=False
    )
    complaint_id: Mapped[int] = mapped_column(ForeignKey("complaints.id"))
    point: Mapped[WKBElement | None] = mapped_column(
        Geometry("POINT", srid=4326, spatial_index=False)
    )
    accuracy_m: Mapped[float | None]
    taken_at: Mapped[datetime | None]
    received_at: Mapped[datetime]
    from_camera: Mapped[bool]
    given_by: Mapped[int | None] = mapped_column(ForeignKey("people.id"))
    contractor: Mapped[str | None]
    score: Mapped[int] = mapped_column(SmallInteger)
    reasons: Mapped[list[Any]]
    checked_by: Mapped[int | None] = mapped_column(ForeignKey("people.id"))
    checked_at: Mapped[datetime | None]
    accepted: Mapped[bool | None]


class Feedback(Table):
    """What the reporter or a follower says of a fix; only `counted` ones are in ratings."""

    __tablename__ = "feedback"
    __table_args__ = (
        CheckConstraint("verdict IN ('fixed', 'partly', 'not')", name="verdict"),
        # Serves what was said of one complaint.
        Index("ix_feedback_complaint", "complaint_id", "id"),
        # Serves an office's ratings over time.
        Index("ix_feedback_office", "office_code", "at"),
    )

    id: Mapped[int] = mapped_column(BigInteger, Identity(), primary_key=True)
    complaint_id: Mapped[int] = mapped_column(ForeignKey("complaints.id"))
    event_id: Mapped[int] = mapped_column(ForeignKey("events.id"))
    by: Mapped[str]
    verdict: Mapped[str]
    satisfied: Mapped[bool | None]
    office_code: Mapped[str | None]
    counted: Mapped[bool]
    left_out_because: Mapped[str | None]
    at: Mapped[datetime]
    device_hash: Mapped[str | None]
    follower_id: Mapped[int | None] = mapped_column(ForeignKey("followers.id"))


class StaffDevice(Table):
    """A browser in which a member of staff was signed in; reports from it are not in ratings."""

    __tablename__ = "staff_devices"

    device_hash: Mapped[str] = mapped_column(primary_key=True)
    person_id: Mapped[int] = mapped_column(
        ForeignKey("people.id", ondelete="CASCADE"), primary_key=True
    )
    seen_at: Mapped[datetime]


class Follower(Table):
    """Somebody who hears of every change; `confirmed_at` is empty until they said yes by mail."""

    __tablename__ = "followers"
    __table_args__ = (
        # Serves "who is told of this".
        Index("ix_followers_complaint", "complaint_id"),
        # Serves what a person follows.
        Index("ix_followers_person", "person_id", postgresql_where=text("person_id IS NOT NULL")),
    )

    id: Mapped[int] = mapped_column(BigInteger, Identity(), primary_key=True)
    complaint_id: Mapped[int] = mapped_column(ForeignKey("complaints.id"))
    person_id: Mapped[int | None] = mapped_column(ForeignKey("people.id"))
    email: Mapped[str | None]
    language: Mapped[str]
    token_hash: Mapped[str] = mapped_column(unique=True)
    asked_at: Mapped[datetime]
    confirmed_at: Mapped[datetime | None]
    left_at: Mapped[datetime | None]


class Lesson(Table):
    """A routing that somebody put right or contests; the classifier learns from these rows."""

    __tablename__ = "lessons"
    __table_args__ = (
        CheckConstraint("kind IN ('correction', 'contest', 'transfer')", name="kind"),
        # Serves what was contested about one complaint.
        Index("ix_lessons_complaint", "complaint_id"),
        # Serves the nightly training: what is new since the last one.
        Index("ix_lessons_at", "at", "id"),
    )

    id: Mapped[int] = mapped_column(BigInteger, Identity(), primary_key=True)
    complaint_id: Mapped[int] = mapped_column(ForeignKey("complaints.id"))
    kind: Mapped[str]
    category_before: Mapped[str | None]
    category_code: Mapped[str | None]
    department_before: Mapped[str | None]
    department_code: Mapped[str | None]
    by: Mapped[str]
    words: Mapped[str | None]
    at: Mapped[datetime]


class EventSeal(Table):
    """The seal of one event: a digest of what it says and of the seal before it.

    Written by a trigger with the event; `nth` counts the events of the complaint from 1, `salt`
    hides who did it. There is no foreign key: an event that was taken away leaves its seal behind,
    and that shows.
    """

    __tablename__ = "event_seals"
    __table_args__ = (
        # Serves the newest seal of a complaint, and lets no chain be forked.
        UniqueConstraint("complaint_id", "nth"),
        # Serves the root of a day; the rows lie in the order of their moments.
        Index("ix_event_seals_sealed_at", "sealed_at", postgresql_using="brin"),
    )

    event_id: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    complaint_id: Mapped[int] = mapped_column(BigInteger)
    nth: Mapped[int]
    sealed_at: Mapped[datetime]
    salt: Mapped[UUID]
    seal: Mapped[bytes] = mapped_column(LargeBinary)


class DailyRoot(Table):
    """One digest over every seal up to the end of a day (UTC), for everybody to keep a copy of."""

    __tablename__ = "daily_roots"

    day: Mapped[date] = mapped_column(primary_key=True)
    root: Mapped[bytes] = mapped_column(LargeBinary)
    events: Mapped[int] = mapped_column(BigInteger)
    last_event_id: Mapped[int | None] = mapped_column(BigInteger)
    made_at: Mapped[datetime]
