"""city.toml: the city's name, languages, hours, and the levels of its area tree."""

import re
import tomllib
from pathlib import Path
from typing import Any
from zoneinfo import available_timezones

from pyproj import CRS
from pyproj.exceptions import CRSError

from geo_portal.city.calendar import WEEKDAYS, parse_hours
from geo_portal.city.findings import Findings, listed, meant
from geo_portal.city.pack_contents import CityFile, LevelFile
from geo_portal.city.pack_files import read_text

FILE = "city.toml"
_CODE = re.compile(r"[a-z][a-z0-9_-]{0,39}")
_LANGUAGE = re.compile(r"[a-z]{2,3}")
_KNOWN = {
    *(
        "code",
        "name",
        "names",
        "country",
        "timezone",
        "languages",
        "metric_srid",
        "basemap",
    ),
    *("emergency", "working_hours", "levels"),
}
_KNOWN_OF_LEVEL = {"code", "names", "file", "id", "label", "parent", "layer", "crs"}


class _Values:
    """The values of one section, asked for with their type; a wrong one becomes a finding."""

    def __init__(self, values: dict[str, Any], lines: dict[str, int], findings: Findings) -> None:
        self.values, self.lines, self.findings = values, lines, findings

    def wrong(self, key: str, what: str, mend: str) -> None:
        self.findings.error(FILE, self.lines.get(key, self.lines.get("")), what, mend)

    def text(self, key: str, example: str, *, needed: bool = True) -> str | None:
        value = self.values.get(key)
        if isinstance(value, str) and value.strip():
            return value.strip()
        if value is not None or needed:
            said = "is missing" if value is None else "must be a text that is not empty"
            self.wrong(key, f'"{key}" {said}.', f'Write, for example: {key} = "{example}"')
        return None

    def names(self, key: str, languages: list[str], otherwise: str) -> dict[str, str]:
        """Texts in every language of the city; one that is missing reads as in the first."""
        value = self.values.get(key, {})
        if isinstance(value, dict) and all(isinstance(text, str) for text in value.values()):
            first = value.get(languages[0]) or otherwise
            return {lang: value.get(lang) or first for lang in languages}
        self.wrong(key, f'"{key}" must be texts by language.', f'Write: {key} = {{ en = "…" }}')
        return {}

    def unknown(self, known: set[str]) -> None:
        for key in self.values.keys() - known:
            self.findings.warning(
                FILE,
                self.lines.get(key),
                f'"{key}" is not used.',
                f"Remove it, or correct its name.{meant(key, known)}",
            )


def read_city(folder: Path, findings: Findings) -> CityFile | None:
    """The content of city.toml, or None with findings when a part that matters is wrong."""
    text = read_text(folder, FILE, findings)
    if text is None:
        return None
    try:
        values = tomllib.loads(text)
    except tomllib.TOMLDecodeError as why:
        line = re.search(r"line (\d+)", str(why))
        findings.error(
            FILE,
            int(line[1]) if line else None,
            f"This is not TOML: {why}.",
            'Write key = "value", texts in quotation marks, lists in [ ].',
        )
        return None
    before = len(findings.errors)
    city = _city(values, text, findings)
    return city if len(findings.errors) == before else None


def _city(values: dict[str, Any], text: str, findings: Findings) -> CityFile:
    asked = _Values(values, _lines(text), findings)
    asked.unknown(_KNOWN)
    languages = _languages(asked)
    name = asked.text("name", "Pulau Contoh") or ""
    return CityFile(
        code=_code(asked, "pulau-contoh") or "",
        name=name,
        names=asked.names("names", languages, name),
        country=_country(asked),
        timezone=_timezone(asked),
        languages=languages,
        metric_srid=_metric_srid(asked),
        basemap=asked.text("basemap", "basemap", needed=False),
        emergency=_emergency(asked),
        working_hours=_working_hours(asked),
        levels=_levels(asked, text, languages),
    )


def _code(asked: _Values, example: str) -> str | None:
    code = asked.text("code", example)
    if code and not _CODE.fullmatch(code):
        asked.wrong(
            "code",
            f'The code "{code}" cannot be used.',
            "Write small letters, digits, - and _ only, beginning with a letter.",
        )
    return code


def _country(asked: _Values) -> str:
    country = asked.text("country", "ID") or ""
    if country and not re.fullmatch(r"[A-Z]{2}", country):
        asked.wrong(
            "country",
            f'"{country}" is not a country code.',
            'Two capitals: "ID", "PK".',
        )
    return country


def _timezone(asked: _Values) -> str:
    zone = asked.text("timezone", "Asia/Jakarta") or ""
    zones = available_timezones()
    if zone and zone not in zones:
        mend = f'Write a name like "Asia/Jakarta".{meant(zone, zones)}'
        asked.wrong("timezone", f'There is no time zone "{zone}".', mend)
    return zone


def _languages(asked: _Values) -> list[str]:
    value = asked.values.get("languages")
    if not isinstance(value, list) or not value:
        asked.wrong("languages", '"languages" is missing.', 'Write: languages = ["en", "id"]')
        return ["en"]
    wrong = [str(lang) for lang in value if not _LANGUAGE.fullmatch(str(lang))]
    if wrong or len(set(value)) < len(value):
        asked.wrong(
            "languages",
            f"{listed(wrong)} is no language code." if wrong else "A language is there twice.",
            'Write each once, two or three small letters: ["en", "id", "ur"].',
        )
    return [str(lang) for lang in value]


def _metric_srid(asked: _Values) -> int:
    value = asked.values.get("metric_srid")
    mend = "Write the EPSG number of the city's national grid or UTM zone: metric_srid = 32748"
    if not isinstance(value, int) or isinstance(value, bool):
        asked.wrong("metric_srid", '"metric_srid" is missing or not a number.', mend)
        return 3857
    try:
        system = CRS.from_epsg(value)
    except CRSError:
        asked.wrong("metric_srid", f"There is no reference system EPSG:{value}.", mend)
        return 3857
    if not system.is_projected or system.axis_info[0].unit_name != "metre":
        asked.wrong("metric_srid", f"EPSG:{value} ({system.name}) is not in metres.", mend)
    elif value in (3857, 3395, 900913):
        asked.findings.warning(
            FILE,
            asked.lines.get("metric_srid"),
            f"EPSG:{value} ({system.name}) stretches distances away from the equator.",
            mend,
        )
    return value


def _emergency(asked: _Values) -> list[dict[str, Any]]:
    value = asked.values.get("emergency", [])
    good = isinstance(value, list) and all(
        isinstance(entry, dict)
        and isinstance(entry.get("number"), str)
        and isinstance(entry.get("names"), dict)
        for entry in value
    )
    if not good:
        asked.wrong(
            "emergency",
            "An emergency entry needs a number and names.",
            'Write: [[emergency]] number = "112" and names = { en = "Emergency" }',
        )
    return value if good else []


def _working_hours(asked: _Values) -> dict[str, str]:
    value = asked.values.get("working_hours", {})
    hours = value if isinstance(value, dict) else {"": value}
    for day, span in hours.items():
        if day not in WEEKDAYS:
            asked.wrong(day, f'[working_hours] "{day}" is not a day.', "Write mon, tue … sun.")
        try:
            parse_hours(str(span))
        except ValueError:
            asked.wrong(
                day,
                f'[working_hours] "{span}" is not two times of day, the earlier first.',
                'Write: mon = "08:00-16:00"',
            )
    return {str(day): str(span) for day, span in hours.items()}


def _levels(asked: _Values, text: str, languages: list[str]) -> list[LevelFile]:
    value = asked.values.get("levels")
    if not isinstance(value, list) or not value or not all(isinstance(v, dict) for v in value):
        asked.wrong(
            "levels",
            "The city has no level of areas.",
            "Write a [[levels]] section with code, file, id and label for each level.",
        )
        return []
    sections = _sections_of_levels(text)
    levels = [
        _level(_Values(entry, lines, asked.findings), languages)
        for entry, lines in zip(value, sections + [{}] * len(value), strict=False)
    ]
    codes = [level.code for level in levels]
    for code in {code for code in codes if codes.count(code) > 1}:
        asked.wrong(
            "levels",
            f'The level "{code}" is there twice.',
            "Give each level its own code.",
        )
    return levels


def _level(asked: _Values, languages: list[str]) -> LevelFile:
    asked.unknown(_KNOWN_OF_LEVEL)
    code = _code(asked, "ward") or ""
    return LevelFile(
        code=code,
        names=asked.names("names", languages, code),
        file=asked.text("file", "wards.geojson") or "",
        id=asked.text("id", "code") or "",
        label=asked.text("label", "name", needed=False) or str(asked.values.get("id", "")),
        parent=asked.text("parent", "district", needed=False),
        layer=asked.text("layer", "wards", needed=False),
        crs=asked.text("crs", "EPSG:4326", needed=False),
    )


def _lines(text: str) -> dict[str, int]:
    """The line on which each key is first written; "" is the first line."""
    lines = {"": 1}
    for number, line in enumerate(text.splitlines(), 1):
        key = re.match(r"\s*\[*\s*([A-Za-z0-9_-]+)\s*(?:=|\])", line)
        if key:
            lines.setdefault(key[1], number)
    return lines


def _sections_of_levels(text: str) -> list[dict[str, int]]:
    """`_lines` of each [[levels]] section, numbered as in the whole file."""
    starts = [match.start() for match in re.finditer(r"(?m)^[ \t]*\[\[\s*levels\s*\]\]", text)]
    sections = []
    for start, end in zip(starts, [*starts[1:], len(text)], strict=True):
        above = text.count("\n", 0, start)
        sections.append({key: n + above for key, n in _lines(text[start:end]).items()})
    return sections
