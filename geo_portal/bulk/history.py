"""The whole public history of all reports as a table, which most cities keep to themselves."""

import csv
from collections.abc import Iterator
from typing import IO, Any

from sqlalchemy import select, text
from sqlalchemy.orm import Session

from geo_portal.bulk.table_cells import guarded
from geo_portal.complaints.tables import Complaint, Event

COLUMNS = ("code", "event", "at", "kind", "by", "office", "from", "to", "outcome", "reason")
ROWS_AT_ONCE = 2_000
# Codes, numbers and names of states; what people wrote is not among them.
_FACTS = ("from", "to", "outcome", "reason")


def hand_out_history(session: Session, file: IO[str]) -> int:
    """Write every public event as CSV, oldest first; how many there were.

    No remarks and no people: what an office wrote may name somebody. Internal events are left
    out. Cells that a spreadsheet would run are guarded.
    """
    session.execute(text("SET LOCAL statement_timeout = 0"))
    writer = csv.writer(file)
    writer.writerow(COLUMNS)
    written = 0
    for cells in _rows(session):
        writer.writerow(map(guarded, cells))
        written += 1
    return written


def _rows(session: Session) -> Iterator[tuple[Any, ...]]:
    asked = (
        select(
            *(Complaint.code, Event.id, Event.at, Event.kind, Event.by, Event.office_code),
            Event.facts,
        )
        .join(Complaint, Complaint.id == Event.complaint_id)
        .where(~Event.internal)
        .order_by(Event.id)
    )
    # By a cursor that stays in the database, so that memory does not grow with the city.
    for code, number, at, kind, by, office, facts in session.execute(
        asked, execution_options={"yield_per": ROWS_AT_ONCE}
    ):
        told = (_plain(facts.get(name)) for name in _FACTS)
        yield (code, number, f"{at:%Y-%m-%dT%H:%M:%SZ}", kind, by, office, *told)


def _plain(fact: object) -> object:
    """Only what is a code or a number: anything longer may be somebody's words."""
    if isinstance(fact, str):
        return fact if len(fact) <= 60 and " " not in fact else ""
    return fact if isinstance(fact, (int, float)) else ""
