"""Storing many past complaints at once: copied in, routed together, each with its events."""

import csv
import io
import secrets
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import numpy as np
from sqlalchemy import text
from sqlalchemy.orm import Session

from geo_portal.bulk.past import Past, Rejected
from geo_portal.bulk.rules_in_sql import rule_expression
from geo_portal.bulk.working_time import Seconds, working_days
from geo_portal.city.facts import CategoryFacts, CityFacts, facts
from geo_portal.complaints.codes import ALPHABET, LENGTH
from geo_portal.complaints.deadlines import TRIAGE_WITHIN

_HERE = Path(__file__).parent
_COPIED = (
    "line, source_id, code, description, lon, lat, submitted_at, status, closed_at, category, "
    "outcome, language, accuracy_m, address, acknowledged_at, started_at, remark, feedback, "
    "satisfied, feedback_at, respond_by, due_at"
)
_ALREADY_IN = text("""
    DELETE FROM incoming USING complaints
    WHERE complaints.source = :source AND complaints.source_id = incoming.source_id
    RETURNING incoming.line
""")


@dataclass
class Stored:
    """What became of a batch."""

    stored: int = 0
    already_in: int = 0
    outside: int = 0
    rejected: list[Rejected] = field(default_factory=list)


def store(session: Session, batch: Sequence[Past], source: str) -> Stored:
    """Route and store a batch in the caller's transaction.

    A complaint that is already in, by (`source`, its id), is left as it is. Places outside
    every area are kept and go to triage; those that are only outside because longitude and
    latitude are swapped, or that are 0, 0, are rejected.
    """
    city = facts(session)
    done = Stored()
    if not batch:
        return done
    session.execute(text("SET LOCAL statement_timeout = 0"))
    # What happened long ago is no news to anybody.
    session.execute(text("SET LOCAL geo_portal.tells_nobody = on"))
    # A batch's events are sorted in memory instead of on disk.
    session.execute(text("SET LOCAL work_mem = '64MB'"))
    session.execute(text("DROP TABLE IF EXISTS incoming, placed, decided, routes, stored"))
    session.execute(_sql("stage.sql"))
    _copy(session, batch, city)
    done.already_in = len(session.execute(_ALREADY_IN, {"source": source}).all())
    _place(session, city, done)
    _route(session, city, source)
    edition = city.edition.id if city.edition else None
    session.execute(_sql("store.sql"), {"edition": edition, "source": source})
    done.stored = session.execute(text("SELECT count(*) FROM stored")).scalar_one()
    session.execute(_sql("tell_events.sql"))
    return done


def _sql(name: str) -> Any:
    return text((_HERE / name).read_text(encoding="utf-8"))


def _copy(session: Session, batch: Sequence[Past], city: CityFacts) -> None:
    lines = io.StringIO()
    due = zip(new_codes(len(batch)), *_deadlines(batch, city), strict=True)
    csv.writer(lines).writerows(
        (past[0], past[1], code, *past[2:], respond_by, due_at)
        for past, (code, respond_by, due_at) in zip(batch, due, strict=True)
    )
    lines.seek(0)
    driver: Any = session.connection().connection
    with driver.cursor() as cursor:
        cursor.copy_expert(f"COPY incoming ({_COPIED}) FROM STDIN (FORMAT csv)", lines)
    session.execute(text("CREATE INDEX ON incoming USING gist (point)"))
    session.execute(text("ANALYZE incoming (line, source_id, point)"))


def new_codes(number: int) -> list[str]:
    """As many fresh tracking codes as asked for, from one draw of random bits."""
    letters = "".join(ALPHABET[byte & 31] for byte in secrets.token_bytes(number * LENGTH))
    half = LENGTH // 2
    return [
        f"{letters[at : at + half]}-{letters[at + half : at + LENGTH]}"
        for at in range(0, number * LENGTH, LENGTH)
    ]


def _deadlines(batch: Sequence[Past], city: CityFacts) -> tuple[list[str], list[str]]:
    """`respond_by` and `due_at` of every complaint, by the same calendar as the single door's."""
    starts = np.array([past.submitted_at.timestamp() for past in batch])
    days = working_days(
        city.calendar,
        datetime.fromtimestamp(starts.min(), UTC),
        datetime.fromtimestamp(starts.max(), UTC),
        _longest(city),
    )
    respond_by, due_at = np.empty_like(starts), np.empty_like(starts)
    of_category: dict[str | None, list[int]] = {}
    for number, past in enumerate(batch):
        of_category.setdefault(past.category, []).append(number)

    def after(some: Seconds, span: Any, working: bool) -> Seconds:
        return days.add(some, span) if working and days else some + span.total_seconds()

    for code, numbers in of_category.items():
        category: CategoryFacts | None = city.categories.get(code or "")
        some = starts[numbers]
        within = category.respond_within if category else TRIAGE_WITHIN
        working = category.working_time if category else True
        respond_by[numbers] = due_at[numbers] = after(some, within, working)
        if category and category.fix_within is not None:
            due_at[numbers] = after(some, category.fix_within, working)
    return _moments(respond_by), _moments(due_at)


def _longest(city: CityFacts) -> timedelta:
    spans = [TRIAGE_WITHIN]
    for category in city.categories.values():
        spans += [category.respond_within, category.fix_within or TRIAGE_WITHIN]
    return max(spans)


def _moments(seconds: Seconds) -> list[str]:
    """For COPY: microseconds, UTC."""
    whole = (np.round(seconds * 1e6)).astype("datetime64[us]")
    return [f"{moment}+00" for moment in np.datetime_as_string(whole)]


def _place(session: Session, city: CityFacts, done: Stored) -> None:
    asked = {"edition": city.edition.id if city.edition else None}
    session.execute(_sql("place.sql"), asked)
    for line, lon, lat in session.execute(_sql("refuse_swapped.sql"), asked):
        done.rejected.append(Rejected(line, _why_not_there(lon, lat)))
    session.execute(text("ANALYZE placed"))
    done.outside = session.execute(
        text("SELECT count(*) FROM incoming LEFT JOIN placed USING (line) WHERE ids IS NULL")
    ).scalar_one()


def _why_not_there(lon: float, lat: float) -> str:
    if lon == 0 and lat == 0:
        return "The position 0, 0 is what a device sends when it does not know where it is."
    return (
        f"Longitude and latitude look swapped: {lon}, {lat} lies outside the city, but the other "
        "way round it lies inside."
    )


def _route(session: Session, city: CityFacts, source: str) -> None:
    rule, values = rule_expression(city)
    decide, routes = (_HERE / "route.sql").read_text(encoding="utf-8").split(";\n")
    # A colon in a rule's cast would be read as a parameter; the rule's own are bound by name.
    session.execute(text(decide.format(rule=rule)), values)
    session.execute(text(routes), {"triage": city.triage_department})
    told = {"edition_name": city.edition.name if city.edition else None, "source": source}
    for statement in (_HERE / "tell.sql").read_text(encoding="utf-8").split(";\n"):
        session.execute(text(statement), told if ":source" in statement else {})
    session.execute(text("ANALYZE decided"))
    session.execute(text("ANALYZE routes"))
