"""Takes over the requests of another Open311 server, and what became of them."""

import math
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from geo_portal.bulk.past import Past
from geo_portal.bulk.store import store
from geo_portal.city.facts import CityFacts, facts
from geo_portal.complaints.cases import take
from geo_portal.complaints.lifecycle import Said, move_unsigned
from geo_portal.complaints.moves import MOVES
from geo_portal.complaints.states import STATES
from geo_portal.complaints.submit import readable
from geo_portal.complaints.tables import LONGEST_DESCRIPTION, Complaint
from geo_portal.complaints.timeline import DEPARTMENT, LONGEST_REMARK, tell
from geo_portal.database import Database
from geo_portal.exchange.client import get
from geo_portal.exchange.mapping import Mapping
from geo_portal.exchange.tables import ExchangeLink, ExchangeState

WINDOW = timedelta(days=7)
SHORTEST_WINDOW = timedelta(minutes=1)
# What may still change after it was closed is looked at again.
LOOK_BACK = timedelta(days=30)
AT_ONCE = 50


@dataclass
class Pulled:
    """What a pull did; `left_out` had no place or no number that can be used."""

    new: int = 0
    changed: int = 0
    left_out: int = 0


def pull(database: Database, server: Mapping, now: datetime) -> Iterator[Pulled]:
    """Go on from where the last pull ended; yields the sum after each span of time.

    Each span is a transaction of its own with the mark of how far it went: a pull that breaks
    off goes on there, and one that is repeated changes nothing. Raises `BadAnswer`.
    """
    done = Pulled()
    start = _begun(database, server)
    while start < now:
        end = min(start + WINDOW, now)
        rows, end = _rows(server, start, end)
        with database.transaction() as session:
            _take(session, server, rows, now, done)
            _mark(session, server, max(min(end, now - LOOK_BACK), server.since), now)
        start = end
        yield done
    yield _follow_pushed(database, server, now, done)


def _begun(database: Database, server: Mapping) -> datetime:
    with database.transaction() as session:
        state = session.get(ExchangeState, (server.name, "pull"))
        return datetime.fromisoformat(state.cursor["until"]) if state else server.since


def _mark(session: Session, server: Mapping, until: datetime, now: datetime) -> None:
    told = {"until": until.isoformat()}
    session.merge(ExchangeState(server=server.name, direction="pull", cursor=told, updated_at=now))


def _rows(server: Mapping, start: datetime, end: datetime) -> tuple[list[dict[str, Any]], datetime]:
    """The requests of a span, which is made shorter until they fit into one answer."""
    while True:
        rows = get(server, "requests", start_date=_written(start), end_date=_written(end))
        if len(rows) < server.most_rows or end - start <= SHORTEST_WINDOW:
            return rows, end
        end = start + (end - start) / 2


def _written(moment: datetime) -> str:
    return moment.isoformat(timespec="seconds").replace("+00:00", "Z")


def _take(
    session: Session, server: Mapping, rows: list[dict[str, Any]], now: datetime, done: Pulled
) -> None:
    read = (_read(server, row, line, now) for line, row in enumerate(rows))
    usable = [one for one in read if one is not None]
    done.left_out += len(rows) - len(usable)
    by_id = {one.source_id: one for one in usable}
    links = _links(session, server, list(by_id))
    fresh = [one for number, one in by_id.items() if number not in links]
    theirs = {str(row.get("service_request_id")): row for row in rows}
    _store_new(session, server, facts(session), fresh, theirs, now, done)
    for number, link in links.items():
        done.changed += _bring_up(session, server, link, theirs[number], now)


def _links(session: Session, server: Mapping, numbers: list[str]) -> dict[str, ExchangeLink]:
    asked = select(ExchangeLink).where(
        ExchangeLink.server == server.name, ExchangeLink.remote_id.in_(numbers)
    )
    return {str(link.remote_id): link for link in session.scalars(asked)}


def _store_new(
    session: Session,
    server: Mapping,
    city: CityFacts,
    fresh: list[Past],
    theirs: dict[str, dict[str, Any]],
    now: datetime,
    done: Pulled,
) -> None:
    known = [
        one if one.category in (None, *city.open_categories) else one._replace(category=None)
        for one in fresh
    ]
    outcome = store(session, known, f"open311:{server.name}", now)
    done.new += outcome.stored
    done.left_out += len(outcome.rejected)
    asked = select(Complaint.id, Complaint.source_id).where(
        Complaint.source == f"open311:{server.name}",
        Complaint.source_id.in_([one.source_id for one in known]),
    )
    for complaint_id, number in session.execute(asked):
        session.add(
            ExchangeLink(
                server=server.name,
                complaint_id=complaint_id,
                remote_id=number,
                pulled=True,
                theirs=_state(theirs[str(number)]),
                linked_at=now,
            )
        )
    session.flush()


def _read(server: Mapping, row: dict[str, Any], line: int, now: datetime) -> Past | None:
    """One request of theirs as a past complaint; None for one without number, place or moment."""
    number, place = row.get("service_request_id"), _place(row)
    filed = _moment(row.get("requested_datetime"))
    if not number or place is None or filed is None or filed > now:
        return None
    name = str(row.get("service_name") or row.get("service_code") or "")
    words = readable(str(row.get("description") or "")) or readable(name) or str(number)
    closed = _moment(row.get("updated_datetime")) if _is_closed(row) else None
    notes = readable(str(row.get("status_notes") or ""))[:LONGEST_REMARK]
    return Past(
        line=line,
        source_id=str(number)[:200],
        description=words[:LONGEST_DESCRIPTION],
        lon=place[0],
        lat=place[1],
        submitted_at=filed,
        status="resolved" if closed else None,
        outcome="fixed" if closed else None,
        closed_at=min(max(closed, filed), now) if closed else None,
        category=server.category(_text(row, "service_code"), name or None),
        address=(_text(row, "address") or "")[:200] or None,
        remark=notes or None,
    )


def _text(row: dict[str, Any], name: str) -> str | None:
    value = row.get(name)
    return str(value) if value not in (None, "") else None


def _place(row: dict[str, Any]) -> tuple[float, float] | None:
    """Longitude and latitude; real servers write them as numbers or texts, or not at all."""
    try:
        lon, lat = float(row.get("long") or row.get("lon")), float(row.get("lat"))  # type: ignore[arg-type]
    except (TypeError, ValueError):
        return None
    on_earth = math.isfinite(lon) and math.isfinite(lat) and abs(lon) <= 180 and abs(lat) <= 90
    return (lon, lat) if on_earth else None


def _moment(told: Any) -> datetime | None:
    try:
        moment = datetime.fromisoformat(str(told))
    except ValueError:
        return None
    # Without a zone nobody knows when it was; such rows are better left out than wrong by hours.
    return moment if moment.tzinfo else None


def _is_closed(row: dict[str, Any]) -> bool:
    return str(row.get("status") or "").lower() == "closed"


def _state(row: dict[str, Any]) -> dict[str, Any]:
    """What of a request may change."""
    return {"closed": _is_closed(row), "notes": _text(row, "status_notes")}


def _bring_up(
    session: Session, server: Mapping, link: ExchangeLink, row: dict[str, Any], now: datetime
) -> bool:
    """Do with our report what became of theirs; whether anything had changed."""
    state, before = _state(row), link.theirs
    if state == before:
        return False
    link.theirs = state
    code = session.scalars(select(Complaint.code).where(Complaint.id == link.complaint_id)).one()
    complaint = take(session, code)
    told = {"source": f"open311:{server.name}"}
    words = readable(state["notes"] or "")[:LONGEST_REMARK]
    is_open = STATES[complaint.status].open
    if state["closed"] == is_open:
        move = _closing(complaint) if state["closed"] else "reopen"
        outcome = "fixed" if move == "resolve" else None
        said = Said(remark=words or server.name, outcome=outcome)
        move_unsigned(session, complaint, move, said, told, now)
    elif words and state["notes"] != before.get("notes"):
        tell(session, complaint, "remark", now, by=DEPARTMENT, remark=words, facts=told)
    return True


def _closing(complaint: Complaint) -> str:
    """What nobody has sorted yet cannot be resolved."""
    return "resolve" if complaint.status in MOVES["resolve"].start else "reject"


def _follow_pushed(database: Database, server: Mapping, now: datetime, done: Pulled) -> Pulled:
    """What became over there of the reports that we have sent."""
    with database.transaction() as session:
        asked = select(ExchangeLink.remote_id).where(
            ExchangeLink.server == server.name,
            ~ExchangeLink.pulled,
            ExchangeLink.remote_id.is_not(None),
        )
        numbers = [str(one) for one in session.scalars(asked.order_by(ExchangeLink.complaint_id))]
    for first in range(0, len(numbers), AT_ONCE):
        some = numbers[first : first + AT_ONCE]
        rows = get(server, "requests", service_request_id=",".join(some))
        theirs = {str(row.get("service_request_id")): row for row in rows}
        with database.transaction() as session:
            for number, link in _links(session, server, list(theirs)).items():
                done.changed += _bring_up(session, server, link, theirs[number], now)
    return done
