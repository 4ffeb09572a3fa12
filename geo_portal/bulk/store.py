"""Storing many past complaints at once: copied in, routed together, each with its events."""

import secrets
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import lru_cache
from pathlib import Path
from typing import Any

from sqlalchemy import text
from sqlalchemy.orm import Session

from geo_portal.bulk.copying import copy_in
from geo_portal.bulk.past import Past, Rejected
from geo_portal.bulk.promises import promise
from geo_portal.city.facts import CityFacts, facts
from geo_portal.complaints.codes import ALPHABET, LENGTH
from geo_portal.complaints.personal_data import masked, personal_data
from geo_portal.routing.danger import speaks_of_danger
from geo_portal.routing.rules_in_sql import rule_expression

_HERE = Path(__file__).parent
_TEMPORARY = ("incoming", "placed", "decided", "routes", "promised", "climbed", "stored")
_COPIED = (
    "line, source_id, code, description, lon, lat, submitted_at, status, closed_at, category, "
    "outcome, language, accuracy_m, address, acknowledged_at, started_at, remark, feedback, "
    "satisfied, feedback_at, public_description, speaks_of_danger"
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


def store(
    session: Session,
    batch: Sequence[Past],
    source: str,
    now: datetime,
    *,
    as_lived: bool = False,
) -> Stored:
    """Route and store a batch in the caller's transaction.

    A complaint that is already in, by (`source`, its id), is left as it is. Places outside
    every area are kept and go to triage; those that are only outside because longitude and
    latitude are swapped, or that are 0, 0, are rejected. With `as_lived` the history says when
    each step of the ladder was told, as if this portal had been there.
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
    session.execute(text(f"DROP TABLE IF EXISTS {', '.join(_TEMPORARY)}"))
    session.execute(_sql("stage.sql"))
    _copy(session, batch, city.country)
    done.already_in = len(session.execute(_ALREADY_IN, {"source": source}).all())
    _place(session, city, done)
    _route(session, city, source)
    promise(session, city, batch, now, as_lived=as_lived)
    edition = city.edition.id if city.edition else None
    session.execute(_sql("store.sql"), {"edition": edition, "source": source, "now": now})
    done.stored = session.execute(text("SELECT count(*) FROM stored")).scalar_one()
    session.execute(_sql("tell_events.sql"))
    session.execute(_sql("tell_feedback.sql"))
    return done


def _sql(name: str) -> Any:
    return text((_HERE / name).read_text(encoding="utf-8"))


def _copy(session: Session, batch: Sequence[Past], country: str) -> None:
    codes = new_codes(len(batch))
    coded = (
        (past[0], past[1], code, *past[2:], *_read(past.description, country))
        for past, code in zip(batch, codes, strict=True)
    )
    copy_in(session, f"incoming ({_COPIED})", coded)
    session.execute(text("CREATE INDEX ON incoming USING gist (point)"))
    session.execute(text("ANALYZE incoming (line, source_id, point)"))


# Old systems write the same words again and again.
@lru_cache(maxsize=4096)
def _read(description: str, country: str) -> tuple[str | None, bool]:
    """The words as everybody may read them, when they differ, and whether they speak of danger."""
    found = personal_data(description, country)
    return masked(description, found) if found else None, speaks_of_danger(description)


def new_codes(number: int) -> list[str]:
    """As many fresh tracking codes as asked for, from one draw of random bits."""
    letters = "".join(ALPHABET[byte & 31] for byte in secrets.token_bytes(number * LENGTH))
    half = LENGTH // 2
    return [
        f"{letters[at : at + half]}-{letters[at + half : at + LENGTH]}"
        for at in range(0, number * LENGTH, LENGTH)
    ]


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
    rule, values = rule_expression(city.rules, city.timezone.key)
    decide, routes = (_HERE / "route.sql").read_text(encoding="utf-8").split(";\n")
    # A colon in a rule's cast would be read as a parameter; the rule's own are bound by name.
    session.execute(text(decide.format(rule=rule)), values)
    session.execute(text(routes), {"triage": city.triage_department})
    told = {"edition_name": city.edition.name if city.edition else None, "source": source}
    for statement in (_HERE / "tell.sql").read_text(encoding="utf-8").split(";\n"):
        session.execute(text(statement), told if ":source" in statement else {})
    session.execute(text("ANALYZE decided"))
    session.execute(text("ANALYZE routes"))
