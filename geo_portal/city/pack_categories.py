"""categories.csv: the kinds of complaint, who answers each and how soon."""

import re
from collections.abc import Sequence
from datetime import timedelta
from pathlib import Path

from geo_portal.city.findings import Findings
from geo_portal.city.pack_contents import CategoryRow
from geo_portal.city.pack_files import Columns, Row, read_table, yes_or_no

FILE = "categories.csv"
COLUMNS = Columns(
    required=("code", "group", "name_*", "department", "respond_within"),
    optional=(
        "group_*",
        "fix_within",
        "working_time",
        "sensitive",
        "evidence",
        "keywords",
        "note_*",
    ),
)
_CODE = re.compile(r"[a-z0-9_]+(\.[a-z0-9_]+)*")
_DURATION = re.compile(r"P(?:(\d+)W)?(?:(\d+)D)?(?:T(?:(\d+)H)?(?:(\d+)M)?(?:(\d+)S)?)?")
LONGEST = timedelta(days=3650)


def read_categories(
    folder: Path, languages: Sequence[str], findings: Findings
) -> list[CategoryRow]:
    """The categories in the order of the file; rows that cannot be kept are findings."""
    categories: dict[str, CategoryRow] = {}
    for row in read_table(folder, FILE, COLUMNS, languages, findings):
        category = _category(row, languages, findings)
        if category is None:
            continue
        if category.code in categories:
            earlier = categories[category.code].line
            findings.error(
                FILE,
                row.line,
                f'The category "{category.code}" is already on line {earlier}.',
                "Remove one of the two lines.",
            )
        categories.setdefault(category.code, category)
    return list(categories.values())


def _category(row: Row, languages: Sequence[str], findings: Findings) -> CategoryRow | None:
    names = row.names("name", languages)
    respond_within = read_span(row, "respond_within", findings)
    fix_within = read_span(row, "fix_within", findings) if row["fix_within"] else None
    if not _identified(row, names, findings) or respond_within is None:
        return None
    if fix_within and fix_within < respond_within:
        findings.warning(
            FILE,
            row.line,
            f"{row['code']} is to be mended (fix_within) before it is answered (respond_within).",
            "Make fix_within the longer of the two.",
        )
    group = row["group"] or row["code"].split(".")[0]
    return CategoryRow(
        line=row.line,
        code=row["code"],
        group=group,
        names=names,
        group_names=row.names("group", languages) or dict.fromkeys(languages, group),
        department=row["department"],
        respond_within=respond_within,
        fix_within=fix_within,
        working_time=yes_or_no(row, "working_time", findings),
        sensitive=yes_or_no(row, "sensitive", findings),
        evidence=yes_or_no(row, "evidence", findings),
        keywords=[word.strip() for word in row["keywords"].split(";") if word.strip()],
        notes=row.names("note", languages),
    )


def _identified(row: Row, names: dict[str, str], findings: Findings) -> bool:
    if not _CODE.fullmatch(row["code"]):
        findings.error(
            FILE,
            row.line,
            f'"{row["code"]}" cannot be a category code.',
            "Write a group, a point and a word in small letters: road.pothole.",
        )
    elif not names or not row["department"]:
        findings.error(
            FILE,
            row.line,
            "The name or the department is missing.",
            "Fill in both cells.",
        )
    else:
        return True
    return False


def read_span(row: Row, column: str, findings: Findings) -> timedelta | None:
    """The cell as a span of time, up to ten years; None with a finding when it is none."""
    text = row[column].upper()
    try:
        span = parse_duration(text)
        if timedelta() < span <= LONGEST:
            return span
    except (ValueError, OverflowError):
        pass
    findings.error(
        row.file,
        row.line,
        f'"{row[column]}" in {column} is not a span of time up to ten years.',
        "Write PT4H for four hours, P2D for two days, P1DT12H for a day and a half.",
    )
    return None


def parse_duration(text: str) -> timedelta:
    """Read an ISO 8601 duration of weeks, days, hours, minutes and seconds.

    Raises ValueError; months and years are refused too, for they are not all equally long.
    """
    match = _DURATION.fullmatch(text)
    if not match or not any(match.groups()) or text.endswith("T"):
        raise ValueError(text)
    weeks, days, hours, minutes, seconds = (int(part or 0) for part in match.groups())
    return timedelta(weeks=weeks, days=days, hours=hours, minutes=minutes, seconds=seconds)
