"""The working hours in city.toml: the usual ones, and those of seasons such as Ramadan."""

from collections.abc import Sequence
from datetime import date, datetime
from itertools import pairwise
from typing import Any

from geo_portal.city.calendar import WEEKDAYS, parse_hours
from geo_portal.city.pack_contents import SeasonRow
from geo_portal.city.toml_values import Values, sections_of

_KNOWN_OF_SEASON = {"first_day", "last_day", "names", "hours"}


def read_hours(asked: Values, key: str = "working_hours") -> dict[str, str]:
    """The span of each weekday as it is written; a day that is missing is a day off."""
    value = asked.values.get(key, {})
    hours = value if isinstance(value, dict) else {"": value}
    for day, span in hours.items():
        if day not in WEEKDAYS:
            asked.wrong(day, f'[{key}] "{day}" is not a day.', "Write mon, tue … sun.")
        try:
            parse_hours(str(span))
        except ValueError:
            asked.wrong(
                day,
                f'[{key}] "{span}" is not two times of day, the earlier first.',
                'Write: mon = "08:00-16:00"',
            )
    return {str(day): str(span) for day, span in hours.items()}


def read_seasons(asked: Values, text: str, languages: list[str]) -> list[SeasonRow]:
    """The [[seasons]], in the order of their days; two that overlap are a finding."""
    value = asked.values.get("seasons", [])
    if not isinstance(value, list) or not all(isinstance(entry, dict) for entry in value):
        asked.wrong(
            "seasons",
            '"seasons" is not a list of sections.',
            "Write a [[seasons]] section with first_day, last_day and hours for each.",
        )
        return []
    if value and not asked.values.get("working_hours"):
        asked.wrong(
            "seasons",
            "There are seasons, but no usual working hours that they take the place of.",
            "Write a [working_hours] section.",
        )
    lines = sections_of(text, "seasons") + [{}] * len(value)
    read = (
        _season(Values(asked.file, entry, of_entry, asked.findings), languages)
        for entry, of_entry in zip(value, lines, strict=False)
    )
    seasons = sorted((season for season in read if season), key=lambda one: one.first_day)
    _refuse_overlap(asked, seasons)
    return seasons


def _season(asked: Values, languages: list[str]) -> SeasonRow | None:
    asked.unknown(_KNOWN_OF_SEASON)
    first, last = _day(asked, "first_day"), _day(asked, "last_day")
    names = asked.names("names", languages, "")
    hours = read_hours(asked, "hours")
    if not hours:
        asked.wrong("hours", "The season has no hours.", 'Write: hours = { mon = "08:00-14:00" }')
    if first and last and last < first:
        asked.wrong("last_day", "The season ends before it begins.", "Swap the two days.")
    return SeasonRow(first, last, names, hours) if first and last and hours else None


def _day(asked: Values, key: str) -> date | None:
    value: Any = asked.values.get(key)
    if isinstance(value, date) and not isinstance(value, datetime):
        return value
    said = "is missing" if value is None else "is not a day"
    asked.wrong(key, f'"{key}" of a season {said}.', f"Write, without quotes: {key} = 2026-02-18")
    return None


def _refuse_overlap(asked: Values, seasons: Sequence[SeasonRow]) -> None:
    for earlier, later in pairwise(seasons):
        if later.first_day <= earlier.last_day:
            asked.wrong(
                "seasons",
                f"Two seasons overlap on {later.first_day}.",
                "Let each day belong to one season at most.",
            )
