"""What a pack may say about daily life: facilities, representatives, collection days, the calendar
and words that mean the same."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any

import shapely
from geoalchemy2.shape import from_shape

from geo_portal.city.calendar import WEEKDAYS
from geo_portal.city.directory_tables import STATES, SUBJECTS
from geo_portal.city.findings import Findings, meant
from geo_portal.city.opening import ALWAYS, read_opening
from geo_portal.city.pack_files import Columns, Row, place_of, read_table

AreaCodes = Mapping[str, set[str]]


@dataclass
class Directory:
    """The rows of each file, as the tables of `directory_tables.py` keep them."""

    facilities: list[dict[str, Any]] = field(default_factory=list)
    representatives: list[dict[str, Any]] = field(default_factory=list)
    collections: list[dict[str, Any]] = field(default_factory=list)
    calendar: list[dict[str, Any]] = field(default_factory=list)
    synonyms: list[dict[str, Any]] = field(default_factory=list)


def read_directory(
    folder: Path, languages: Sequence[str], areas: AreaCodes, findings: Findings
) -> Directory:
    """Read those of the five files that are there; what cannot be kept is a finding."""

    def rows(file: str, columns: Columns, made: Callable[[Row], Any], key: Sequence[str]) -> Any:
        if not (folder / file).exists():
            return []
        read = [(row, made(row)) for row in read_table(folder, file, columns, languages, findings)]
        return _once([(row, values) for row, values in read if values], key, findings)

    return Directory(
        rows(
            "facilities.csv",
            Columns(
                ("code", "kind", "kind_*", "name_*", "lon", "lat"),
                ("eligible_*", "features", "address", "phone", "url", "hours"),
            ),
            lambda row: _facility(row, languages, findings),
            ("code",),
        ),
        rows(
            "representatives.csv",
            Columns(("area", "name", "title_*"), ("phone", "email", "url")),
            lambda row: _representative(row, languages, areas, findings),
            ("level", "area_code", "name"),
        ),
        rows(
            "collection.csv",
            Columns(("area", "kind", "name_*", "days"), ("note_*",)),
            lambda row: _collection(row, languages, areas, findings),
            ("level", "area_code", "kind"),
        ),
        rows(
            "calendar.csv",
            Columns(("date", "subject", "state"), ("note_*",)),
            lambda row: _day(row, languages, findings),
            ("day", "subject"),
        ),
        rows(
            "synonyms.csv",
            Columns(("language", "words")),
            lambda row: _synonyms(row, languages, findings),
            ("language", "words"),
        ),
    )


def _once(
    read: list[tuple[Row, dict[str, Any]]], key: Sequence[str], findings: Findings
) -> list[dict[str, Any]]:
    kept: dict[tuple[Any, ...], dict[str, Any]] = {}
    for row, values in read:
        own = tuple(values[name] for name in key)
        if own in kept:
            findings.warning(row.file, row.line, "This is there twice.", "Remove one of the lines.")
        kept.setdefault(own, values)
    return list(kept.values())


def _facility(row: Row, languages: Sequence[str], findings: Findings) -> dict[str, Any] | None:
    before, place = len(findings.errors), place_of(row, findings)
    names, kinds = row.names("name", languages), row.names("kind", languages)
    if not (row["code"] and row["kind"] and names and kinds and place):
        if len(findings.errors) == before:
            findings.error(
                row.file, row.line, "Code, kind, name or place is missing.", "Fill in all of them."
            )
        return None
    return {
        "code": row["code"],
        "kind": row["kind"],
        "kind_names": kinds,
        "names": names,
        "eligibility": row.names("eligible", languages),
        "features": [one.strip() for one in row["features"].split(";") if one.strip()],
        "address": row.or_none("address"),
        "phone": row.or_none("phone"),
        "url": row.or_none("url"),
        "hours": hours_of(row, findings),
        "point": from_shape(shapely.Point(place.lon, place.lat), srid=4326),
    }


def hours_of(row: Row, findings: Findings) -> str | None:
    """The cell `hours` as it is written; None when it is empty or wrong (with a finding)."""
    written = row["hours"].casefold()
    if not written or written == ALWAYS:
        return written or None
    try:
        read_opening(written)
    except ValueError:
        findings.error(
            row.file,
            row.line,
            f'"{row["hours"]}" is not days and hours.',
            "Write: mon-fri 08:00-15:30; sat 08:00-12:00, or: always.",
        )
        return None
    return written


def _area(row: Row, areas: AreaCodes, findings: Findings) -> tuple[str, str] | None:
    level, _, code = (part.strip() for part in row["area"].partition(":"))
    if code in areas.get(level, set()):
        return level, code
    findings.error(
        row.file,
        row.line,
        f'There is no area "{row["area"]}".{meant(code, areas.get(level, ()))}',
        "Write level and code, for example ward:W07.",
    )
    return None


def _representative(
    row: Row, languages: Sequence[str], areas: AreaCodes, findings: Findings
) -> dict[str, Any] | None:
    area, titles = _area(row, areas, findings), row.names("title", languages)
    if not (area and row["name"] and titles):
        if area:
            findings.error(row.file, row.line, "Name or title is missing.", "Fill in both.")
        return None
    return {
        "level": area[0],
        "area_code": area[1],
        "name": row["name"],
        "titles": titles,
        "phone": row.or_none("phone"),
        "email": row.or_none("email"),
        "url": row.or_none("url"),
    }


def _collection(
    row: Row, languages: Sequence[str], areas: AreaCodes, findings: Findings
) -> dict[str, Any] | None:
    area, days = _area(row, areas, findings), row["days"].casefold().split()
    wrong = [day for day in days if day not in WEEKDAYS]
    if wrong or not days or not row["kind"]:
        findings.error(
            row.file, row.line, "Kind or days cannot be read.", "Write the days as: mon thu"
        )
        return None
    if area is None:
        return None
    return {
        "level": area[0],
        "area_code": area[1],
        "kind": row["kind"],
        "names": row.names("name", languages) or {languages[0]: row["kind"]},
        "days": [day for day in WEEKDAYS if day in days],
        "note": row.names("note", languages),
    }


def _day(row: Row, languages: Sequence[str], findings: Findings) -> dict[str, Any] | None:
    try:
        day = date.fromisoformat(row["date"])
    except ValueError:
        findings.error(
            row.file, row.line, f'"{row["date"]}" is not a date.', "Write year-month-day."
        )
        return None
    for column, known in (("subject", SUBJECTS), ("state", STATES)):
        if row[column] not in known:
            findings.error(
                row.file,
                row.line,
                f'"{row[column]}" is no {column}.{meant(row[column], known)}',
                f"Write one of: {', '.join(known)}.",
            )
            return None
    return {
        "day": day,
        "subject": row["subject"],
        "state": row["state"],
        "notes": row.names("note", languages),
    }


def _synonyms(row: Row, languages: Sequence[str], findings: Findings) -> dict[str, Any] | None:
    if row["language"] not in languages or ";" not in row["words"]:
        findings.error(
            row.file,
            row.line,
            "These are not words of one of the city's languages.",
            "Write the language's code, and two or more words parted by semicolons.",
        )
        return None
    return {"language": row["language"], "words": row["words"]}
