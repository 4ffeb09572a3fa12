"""Which column of a file says what: given by the city, or known from the file's own columns."""

import tomllib
from collections.abc import Mapping as Dict
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from geo_portal.city.findings import listed, meant
from geo_portal.complaints.states import STATES
from geo_portal.errors import Invalid

FIELDS = (
    *("id", "description", "lon", "lat", "submitted_at", "closed_at", "category", "status"),
    *("outcome", "language", "accuracy_m", "address", "remark"),
)
NEEDED = ("lon", "lat", "submitted_at")
# How such columns are commonly called; the first that is there is taken.
_COMMON = {
    "id": ("id", "unique_key", "service_request_id", "request_id", "case_id", "ticket_id", "code"),
    "description": ("description", "text", "details", "comments", "complaint", "message", "title"),
    "lon": ("lon", "longitude", "lng", "long", "x"),
    "lat": ("lat", "latitude", "y"),
    "submitted_at": (
        *("submitted_at", "created_at", "created_date", "requested_datetime", "created"),
        *("reported_at", "opened_at", "open_dt", "date", "timestamp"),
    ),
    "closed_at": ("closed_at", "closed_date", "closed", "resolved_at", "closed_dt"),
    "category": ("category", "complaint_type", "service_name", "type", "kategori", "subject"),
    "status": ("status", "state", "case_status"),
    "outcome": ("outcome",),
    "language": ("language", "lang"),
    "accuracy_m": ("accuracy_m", "accuracy"),
    "address": ("address", "incident_address", "street", "location", "alamat"),
    "remark": ("remark", "resolution_description", "closure_reason"),
}
_LAYOUTS = Path(__file__).with_name("layouts.toml")

# What cities call a state, in small letters; the file's own words come before these.
STATUSES = {
    **dict.fromkeys(("new", "open", "reported", "received", "unspecified"), "submitted"),
    **dict.fromkeys(("assigned", "pending", "acknowledged", "referred"), "assigned"),
    **dict.fromkeys(("in progress", "in process", "started", "in_process"), "in_progress"),
    **dict.fromkeys(("closed", "resolved", "done", "fixed", "completed", "archived"), "resolved"),
    **dict.fromkeys(("rejected", "cancelled", "canceled", "declined", "invalid"), "rejected"),
    **dict.fromkeys(("duplicate", "duplicate (closed)", "duplicate (open)"), "merged"),
    **{state: state for state in STATES},
}


class BadMapping(Invalid):
    """The mapping does not fit the file, or cannot be read."""


@dataclass(frozen=True)
class Mapping:
    """How a file's columns and words become a complaint's.

    `columns` gives, by field of ours, the name of a column or a text with `{column}` in it.
    `timezone` is for moments without a zone (None: the city's own); `time_format` for moments
    that are not ISO 8601. `category`, `status` and `description` are used where the file says
    nothing.
    """

    name: str = ""
    columns: Dict[str, str] = field(default_factory=dict)
    categories: Dict[str, str] = field(default_factory=dict)
    statuses: Dict[str, str] = field(default_factory=dict)
    timezone: str | None = None
    time_format: str | None = None
    language: str | None = None
    category: str | None = None
    status: str | None = None
    description: str | None = None

    def with_columns(self, said: str) -> "Mapping":
        """The same with `field=column` pairs, separated by commas, put over it."""
        pairs = [pair.partition("=") for pair in said.split(",") if pair.strip()]
        given = {ours.strip(): theirs.strip() for ours, _, theirs in pairs}
        unknown = [ours for ours, theirs in given.items() if ours not in FIELDS or not theirs]
        if unknown:
            raise BadMapping(
                "{unknown} cannot be mapped; write field=column, with a field out of {fields}.",
                unknown=listed(unknown),
                fields=", ".join(FIELDS),
            )
        return replace(self, columns={**self.columns, **given})


def mapping_for(header: Sequence[str], file: Path | None, columns: str | None) -> Mapping:
    """The mapping for a file with these columns: a known layout, `file`, then `columns` over it.

    Columns with common names need no mapping. Raises `BadMapping`.
    """
    own = Mapping(columns=_commonly_called(header))
    mapping = _read(file) if file else known_layout(header) or own
    if columns:
        mapping = (mapping if mapping.columns else own).with_columns(columns)
    _check(mapping, header)
    return mapping


def known_layout(header: Sequence[str]) -> Mapping | None:
    """The layout whose columns are all there, or None."""
    layouts = tomllib.loads(_LAYOUTS.read_text(encoding="utf-8"))["layout"]
    for layout in layouts:
        if set(layout["needs"]) <= set(header):
            known = _mapping(layout)
            there = {ours: c for ours, c in known.columns.items() if "{" in c or c in header}
            return replace(known, columns=there)
    return None


def _commonly_called(header: Sequence[str]) -> dict[str, str]:
    spelled = {name.casefold(): name for name in header}
    found = {
        ours: next((spelled[name] for name in names if name in spelled), None)
        for ours, names in _COMMON.items()
    }
    return {ours: theirs for ours, theirs in found.items() if theirs}


def _read(file: Path) -> Mapping:
    try:
        return _mapping(tomllib.loads(file.read_text(encoding="utf-8-sig")))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as why:
        raise BadMapping("{file} cannot be read: {why}.", file=file.name, why=why) from None


def _mapping(said: dict[str, Any]) -> Mapping:
    known = set(Mapping.__dataclass_fields__) | {"needs"}
    for key in said.keys() - known:
        raise BadMapping('"{key}" is not used.{hint}', key=key, hint=meant(key, known))
    for key in ("columns", "categories", "statuses"):
        if not isinstance(said.get(key, {}), dict):
            raise BadMapping("[{key}] must be pairs: ours = theirs.", key=key)
    values = {key: value for key, value in said.items() if key != "needs"}
    values["categories"] = _small(said.get("categories", {}))
    values["statuses"] = _small(said.get("statuses", {}))
    return Mapping(**values)


def _small(words: dict[str, str]) -> dict[str, str]:
    return {theirs.strip().casefold(): ours for theirs, ours in words.items()}


def columns_in(template: str) -> list[str]:
    """The columns that a mapping's right-hand side reads."""
    if "{" not in template:
        return [template]
    return [part.split("}")[0] for part in template.split("{")[1:]]


def _check(mapping: Mapping, header: Sequence[str]) -> None:
    missing = [name for name in NEEDED if name not in mapping.columns]
    if missing:
        raise BadMapping(
            "Say which column holds {missing}; the file has {columns}. "
            'For example: --columns "lon=longitude,lat=latitude,submitted_at=created"',
            missing=listed(missing),
            columns=listed(header, 30),
        )
    for ours, theirs in mapping.columns.items():
        if ours not in FIELDS:
            raise BadMapping(
                'There is no field "{ours}".{hint}', ours=ours, hint=meant(ours, FIELDS)
            )
        for column in columns_in(theirs):
            if column not in header:
                raise BadMapping(
                    'The file has no column "{column}" (for {ours}).{hint}',
                    column=column,
                    ours=ours,
                    hint=meant(column, header),
                )
    for state in (*mapping.statuses.values(), *filter(None, [mapping.status])):
        if state not in STATES:
            raise BadMapping(
                '"{state}" is no status.{hint}', state=state, hint=meant(state, STATES)
            )
    try:
        ZoneInfo(mapping.timezone or "UTC")
    except (ZoneInfoNotFoundError, ValueError):
        raise BadMapping('There is no time zone "{zone}".', zone=mapping.timezone) from None
