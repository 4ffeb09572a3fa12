"""Handing complaints out as a table, row by row, however many there are."""

import csv
from collections.abc import Callable, Iterator
from typing import IO, Any

from sqlalchemy import Row, func, select, text
from sqlalchemy.orm import Session

from geo_portal.bulk.table_cells import guarded
from geo_portal.city.facts import CityFacts, facts
from geo_portal.city.tables import Jurisdiction
from geo_portal.complaints.find import PUBLIC_WORDS, ComplaintFilter
from geo_portal.complaints.tables import Complaint

ROWS_AT_ONCE = 2_000
COLUMNS = (
    *("code", "submitted_at", "closed_at", "status", "light", "outcome", "category"),
    *("category_name", "department", "department_name", "office", "office_name"),
    *("description", "lon", "lat", "accuracy_m", "address", "language", "channel"),
    *("respond_by", "due_at", "updated_at", "source", "source_id"),
)


def hand_out(
    session: Session,
    wanted: ComplaintFilter,
    file: IO[str],
    *,
    with_sensitive: bool = False,
    lang: str = "en",
    on_progress: Callable[[int], None] = lambda _rows: None,
) -> int:
    """Write the complaints that `wanted` finds as CSV, oldest first; how many there were.

    Of sensitive ones the words, the address and the place are left out unless asked for, and of
    others phone numbers and the like are masked;
    contact details are never written. Cells that a spreadsheet would run are guarded.
    """
    session.execute(text("SET LOCAL statement_timeout = 0"))
    city = facts(session)
    wanted = wanted.checked(session, city)
    levels = [level.code for level in city.levels]
    areas = _areas(session)
    writer = csv.writer(file)
    writer.writerow([*COLUMNS, *(name for level in levels for name in (level, f"{level}_name"))])
    written = 0
    for row in _rows(session, wanted, whole=with_sensitive):
        told = _told(row, city, lang, hidden=row.sensitive and not with_sensitive)
        around = {level: cells for level, *cells in (areas[number] for number in row.area_ids)}
        told += [cell for level in levels for cell in around.get(level, ("", ""))]
        writer.writerow(map(guarded, told))
        written += 1
        if written % ROWS_AT_ONCE == 0:
            on_progress(written)
    on_progress(written)
    return written


def _areas(session: Session) -> dict[int, tuple[str, str, str]]:
    """Every area of every edition: old complaints point at the borders of their time."""
    rows = session.execute(
        select(Jurisdiction.id, Jurisdiction.level, Jurisdiction.code, Jurisdiction.name)
    )
    return {number: (level, code, name) for number, level, code, name in rows}


def _rows(session: Session, wanted: ComplaintFilter, *, whole: bool) -> Iterator[Row[Any]]:
    """By a cursor that stays in the database, so that memory does not grow with the city."""
    result = session.execute(
        _query(wanted, whole=whole), execution_options={"yield_per": ROWS_AT_ONCE}
    )
    yield from result


def _query(wanted: ComplaintFilter, *, whole: bool) -> Any:
    words = (Complaint.description if whole else PUBLIC_WORDS).label("description")
    return (
        select(
            *(Complaint.code, Complaint.submitted_at, Complaint.closed_at, Complaint.status),
            *(Complaint.light, Complaint.outcome, Complaint.category_code),
            *(Complaint.department_code, Complaint.office_code, words),
            *(func.ST_X(Complaint.point).label("lon"), func.ST_Y(Complaint.point).label("lat")),
            *(Complaint.accuracy_m, Complaint.address, Complaint.language, Complaint.channel),
            *(Complaint.respond_by, Complaint.due_at, Complaint.updated_at),
            *(Complaint.source, Complaint.source_id, Complaint.sensitive),
            Complaint.jurisdiction_ids.label("area_ids"),
        )
        .where(*wanted.conditions())
        .order_by(Complaint.submitted_at, Complaint.id)
    )


def _told(row: Row[Any], city: CityFacts, lang: str, *, hidden: bool) -> list[Any]:
    def named(known: dict[str, Any], code: str | None) -> str:
        return known[code].name(lang) if code in known else ""

    return [
        *(row.code, _moment(row.submitted_at), _moment(row.closed_at), row.status, row.light),
        *(row.outcome, row.category_code, named(city.categories, row.category_code)),
        *(row.department_code, named(city.departments, row.department_code)),
        *(row.office_code, named(city.departments, row.office_code)),
        *(("", "", "", "", "") if hidden else _private(row)),
        *(row.language, row.channel, _moment(row.respond_by), _moment(row.due_at)),
        *(_moment(row.updated_at), row.source, row.source_id),
    ]


def _private(row: Row[Any]) -> tuple[Any, ...]:
    return row.description, row.lon, row.lat, row.accuracy_m, row.address


def _moment(moment: Any) -> str:
    return moment.strftime("%Y-%m-%dT%H:%M:%SZ") if moment else ""
