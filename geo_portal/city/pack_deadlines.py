"""deadlines.csv: where one office or area promises something else than the category does."""

from datetime import timedelta
from pathlib import Path

from geo_portal.city.findings import Findings
from geo_portal.city.pack_categories import read_span
from geo_portal.city.pack_contents import OwnDeadlineRow
from geo_portal.city.pack_departments import area_of
from geo_portal.city.pack_files import Columns, Row, read_table, yes_or_no

FILE = "deadlines.csv"
COLUMNS = Columns(
    required=("category", "department", "area", "respond_within", "fix_within"),
    optional=("working_time",),
)


def read_deadlines(folder: Path, findings: Findings) -> list[OwnDeadlineRow]:
    """The lines in the order of the file; without the file there are none."""
    if not (folder / FILE).exists():
        return []
    lines: list[OwnDeadlineRow] = []
    for row in read_table(folder, FILE, COLUMNS, ["en"], findings):
        line = _line(row, findings)
        if line and not _said_before(line, lines, findings):
            lines.append(line)
    return lines


def _line(row: Row, findings: Findings) -> OwnDeadlineRow | None:
    before = len(findings)
    line = OwnDeadlineRow(
        line=row.line,
        category=row.or_none("category"),
        department=row.or_none("department"),
        area=area_of(row, findings),
        respond_within=_span(row, "respond_within", findings),
        fix_within=_span(row, "fix_within", findings),
        working_time=yes_or_no(row, "working_time", findings) if row["working_time"] else None,
    )
    if len(findings) > before:
        return None
    if line.department is None and line.area is None:
        findings.error(
            FILE,
            row.line,
            "The line says neither for which department nor for which area it holds.",
            "Fill in one of the two; what holds everywhere belongs in categories.csv.",
        )
        return None
    if line.respond_within is None and line.fix_within is None and line.working_time is None:
        findings.warning(FILE, row.line, "The line promises nothing.", "Fill in fix_within.")
    if line.respond_within and line.fix_within and line.fix_within < line.respond_within:
        what = "It is to be mended (fix_within) before it is answered (respond_within)."
        findings.warning(FILE, row.line, what, "Make fix_within the longer of the two.")
    return line


def _span(row: Row, column: str, findings: Findings) -> timedelta | None:
    return read_span(row, column, findings) if row[column] else None


def _said_before(line: OwnDeadlineRow, lines: list[OwnDeadlineRow], findings: Findings) -> bool:
    """Whether an earlier line speaks of exactly the same complaints."""
    same = [
        earlier.line
        for earlier in lines
        if (earlier.category, earlier.department, earlier.area)
        == (line.category, line.department, line.area)
    ]
    if same:
        findings.error(
            FILE,
            line.line,
            f"Line {same[0]} already makes a promise for the same complaints.",
            "Remove one of the two lines.",
        )
    return bool(same)
