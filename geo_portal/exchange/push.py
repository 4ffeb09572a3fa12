"""Sends our reports to another Open311 server, and what became of them here."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from geoalchemy2.functions import ST_X, ST_Y
from sqlalchemy import select
from sqlalchemy.orm import Session

from geo_portal.complaints.tables import Complaint, Event
from geo_portal.database import AnyRow, Database
from geo_portal.exchange.client import get, post
from geo_portal.exchange.foreign_statuses import status_of_event
from geo_portal.exchange.mapping import Mapping
from geo_portal.exchange.tables import ExchangeLink


@dataclass
class Pushed:
    """What a push did; `unsure` were begun by a push that broke off, and may be there already."""

    sent: int = 0
    numbered: int = 0
    updates: int = 0
    unsure: int = 0


def push(database: Database, server: Mapping, now: datetime) -> Iterator[Pushed]:
    """Send what the mapping names and they do not have yet; yields the sum after each report.

    Private reports stay here, and so do those that came from there. A link is written before a
    report is sent and completed after it: one that was left in between is sent again only to a
    server that knows Idempotency-Key. Raises `BadAnswer`; what was sent before stays sent.
    """
    done = Pushed()
    while (row := _next(database, server, now)) is not None:
        _send(database, server, row)
        done.sent += 1
        yield done
    done.unsure = _unfinished(database, server, done)
    _ask_tokens(database, server, done)
    if server.updates:
        _tell_updates(database, server, done)
    yield done


def _next(database: Database, server: Mapping, now: datetime) -> AnyRow | None:
    """The oldest report that has no link yet; it gets one, which says that it is being sent."""
    with database.transaction() as session:
        linked = select(ExchangeLink).where(
            ExchangeLink.complaint_id == Complaint.id, ExchangeLink.server == server.name
        )
        row = session.execute(
            _columns()
            .where(Complaint.category_code.in_(server.pushes), ~Complaint.sensitive)
            .where(Complaint.closed_at.is_(None), Complaint.submitted_at >= server.since)
            .where(~linked.exists())
            .order_by(Complaint.id)
            .limit(1)
            .with_for_update(of=Complaint, skip_locked=True)
        ).one_or_none()
        if row is not None:
            session.add(_new_link(session, server, row.id, now))
        return row


def _columns() -> Any:
    lon, lat = ST_X(Complaint.point).label("lon"), ST_Y(Complaint.point).label("lat")
    return select(
        *(Complaint.id, Complaint.code, Complaint.description, Complaint.category_code),
        *(Complaint.address, lon, lat),
    )


def _new_link(session: Session, server: Mapping, number: int, now: datetime) -> ExchangeLink:
    newest = select(Event.id).where(Event.complaint_id == number).order_by(Event.id.desc())
    return ExchangeLink(
        server=server.name,
        complaint_id=number,
        pulled=False,
        theirs={"closed": False, "notes": None},
        told_event_id=session.scalar(newest.limit(1)) or 0,
        linked_at=now,
    )


def _send(database: Database, server: Mapping, row: AnyRow) -> None:
    fields = {
        "service_code": server.pushes[row.category_code],
        "lat": row.lat,
        "long": row.lon,
        "address_string": row.address,
        "description": row.description[:4000],
        "account_id": None,
    }
    once = f"{server.name}:{row.code}" if server.resends else ""
    answer = post(server, "requests", fields, once=once)
    told = answer[0] if answer else {}
    with database.transaction() as session:
        link = session.get_one(ExchangeLink, (server.name, row.id))
        number, token = told.get("service_request_id"), told.get("token")
        link.remote_id = str(number) if number else None
        link.token = str(token) if token else None


def _unfinished(database: Database, server: Mapping, done: Pushed) -> int:
    """Those that were begun and never answered: sent again where that is harmless, else counted."""
    with database.transaction() as session:
        asked = _columns().join(ExchangeLink, ExchangeLink.complaint_id == Complaint.id)
        asked = asked.where(ExchangeLink.server == server.name, ~ExchangeLink.pulled)
        asked = asked.where(ExchangeLink.remote_id.is_(None), ExchangeLink.token.is_(None))
        rows = list(session.execute(asked.order_by(Complaint.id)))
    if not server.resends:
        return len(rows)
    for row in rows:
        _send(database, server, row)
        done.sent += 1
    return 0


def _ask_tokens(database: Database, server: Mapping, done: Pushed) -> None:
    """Exchange tokens for numbers where there are some by now."""
    with database.transaction() as session:
        asked = select(ExchangeLink.complaint_id, ExchangeLink.token).where(
            ExchangeLink.server == server.name,
            ExchangeLink.remote_id.is_(None),
            ExchangeLink.token.is_not(None),
        )
        waiting = session.execute(asked).all()
    for complaint_id, token in waiting:
        answer = get(server, f"tokens/{token}")
        number = answer[0].get("service_request_id") if answer else None
        if number:
            with database.transaction() as session:
                link = session.get_one(ExchangeLink, (server.name, complaint_id))
                link.remote_id = str(number)
            done.numbered += 1


def _tell_updates(database: Database, server: Mapping, done: Pushed) -> None:
    """Tell them in order what happened here since; what came from them is not told back."""
    with database.transaction() as session:
        rows = session.execute(
            select(ExchangeLink, Event)
            .join(Event, Event.complaint_id == ExchangeLink.complaint_id)
            .where(ExchangeLink.server == server.name, ExchangeLink.remote_id.is_not(None))
            .where(Event.id > ExchangeLink.told_event_id, ~Event.internal)
            .order_by(Event.id)
        ).all()
    for link, event in rows:
        if event.facts.get("source") != f"open311:{server.name}" and event.kind != "submitted":
            _tell_one(server, str(link.remote_id), event)
            done.updates += 1
        with database.transaction() as session:
            kept = session.get_one(ExchangeLink, (server.name, link.complaint_id))
            kept.told_event_id = event.id


def _tell_one(server: Mapping, number: str, event: Event) -> None:
    fields = {
        "service_request_id": number,
        "update_id": str(event.id),
        "status": status_of_event(event.kind, event.facts).upper(),
        "updated_datetime": event.at.isoformat(timespec="seconds").replace("+00:00", "Z"),
        "description": event.remark,
    }
    post(server, "servicerequestupdates", fields)
