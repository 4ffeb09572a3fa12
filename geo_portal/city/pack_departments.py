"""departments.csv: who mends what, and the offices through which they do it."""

import re
from collections.abc import Sequence
from pathlib import Path

from geo_portal.city.findings import Findings, meant
from geo_portal.city.pack_contents import DepartmentRow
from geo_portal.city.pack_directory import hours_of
from geo_portal.city.pack_files import Columns, Row, place_of, read_table

FILE = "departments.csv"
COLUMNS = Columns(
    required=("code", "name_*"),
    optional=("parent", "level", "area", "email", "phone", "lon", "lat", "hours", "address"),
)
_EMAIL = re.compile(r"[^@\s]+@[^@\s]+\.[^@\s]+")


def read_departments(
    folder: Path, languages: Sequence[str], findings: Findings
) -> list[DepartmentRow]:
    """The departments, then their offices; rows that cannot be kept are findings."""
    rows = read_table(folder, FILE, COLUMNS, languages, findings)
    departments: dict[str, DepartmentRow] = {}
    for row in rows:
        department = _department(row, languages, findings)
        if department.code in departments:
            earlier = departments[department.code].line
            findings.error(
                FILE,
                row.line,
                f'The code "{department.code}" is already used on line {earlier}.',
                "Give each department and office a code of its own.",
            )
        elif department.code:
            departments[department.code] = department
    _check_parents(departments, findings)
    return sorted(departments.values(), key=lambda one: (one.parent is not None, one.line))


def _department(row: Row, languages: Sequence[str], findings: Findings) -> DepartmentRow:
    names = row.names("name", languages)
    if not row["code"] or not names:
        findings.error(
            FILE,
            row.line,
            "The code or the name is missing.",
            "Fill in both, or remove the line.",
        )
    email = row.or_none("email")
    if email and not _EMAIL.fullmatch(email):
        findings.error(
            FILE,
            row.line,
            f'"{email}" is not an e-mail address.',
            "Write one address, or none.",
        )
    return DepartmentRow(
        line=row.line,
        code=row["code"],
        names=names,
        parent=row.or_none("parent"),
        level=row.or_none("level"),
        area=area_of(row, findings),
        email=email,
        phone=row.or_none("phone"),
        place=place_of(row, findings),
        hours=hours_of(row, findings),
        address=row.or_none("address"),
    )


def area_of(row: Row, findings: Findings) -> tuple[str, str] | None:
    """The cell `area` as (level, code), or None when it is empty or wrong (with a finding)."""
    if not row["area"]:
        return None
    level, colon, code = row["area"].partition(":")
    if colon and level.strip() and code.strip():
        return level.strip(), code.strip()
    findings.error(
        row.file,
        row.line,
        f'The area "{row["area"]}" is not a level and a code.',
        "Write, for example, ward:W07.",
    )
    return None


def _check_parents(departments: dict[str, DepartmentRow], findings: Findings) -> None:
    for department in departments.values():
        if department.parent is None:
            continue
        parent = departments.get(department.parent)
        if parent is None:
            findings.error(
                FILE,
                department.line,
                f'The parent "{department.parent}" is not in the file.',
                f"Name a department of this file.{meant(department.parent, departments)}",
            )
        elif parent.parent is not None:
            findings.error(
                FILE,
                department.line,
                f'The parent "{parent.code}" is itself an office of "{parent.parent}".',
                f'Write "{parent.parent}" as the parent: offices belong to a department.',
            )
