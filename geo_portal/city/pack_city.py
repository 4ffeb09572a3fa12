"""city.toml: the city's name, languages, hours, and the levels of its area tree."""

import re
import tomllib
from pathlib import Path
from typing import Any
from zoneinfo import available_timezones

from pyproj import CRS
from pyproj.exceptions import CRSError

from geo_portal.city.findings import Findings, listed, meant
from geo_portal.city.pack_contents import CityFile, LevelFile
from geo_portal.city.pack_files import read_text
from geo_portal.city.pack_hours import read_hours, read_seasons
from geo_portal.city.toml_values import Values, lines_of, sections_of

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
    *("emergency", "working_hours", "seasons", "escalation", "levels"),
}
_KNOWN_OF_LEVEL = {"code", "names", "file", "id", "label", "parent", "layer", "crs"}


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
    asked = Values(FILE, values, lines_of(text), findings)
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
        working_hours=read_hours(asked),
        levels=_levels(asked, text, languages),
        seasons=read_seasons(asked, text, languages),
        escalation=asked.text("escalation", "pakistan-citizen-portal", needed=False),
    )


def _code(asked: Values, example: str) -> str | None:
    code = asked.text("code", example)
    if code and not _CODE.fullmatch(code):
        asked.wrong(
            "code",
            f'The code "{code}" cannot be used.',
            "Write small letters, digits, - and _ only, beginning with a letter.",
        )
    return code


def _country(asked: Values) -> str:
    country = asked.text("country", "ID") or ""
    if country and not re.fullmatch(r"[A-Z]{2}", country):
        asked.wrong(
            "country",
            f'"{country}" is not a country code.',
            'Two capitals: "ID", "PK".',
        )
    return country


def _timezone(asked: Values) -> str:
    zone = asked.text("timezone", "Asia/Jakarta") or ""
    zones = available_timezones()
    if zone and zone not in zones:
        mend = f'Write a name like "Asia/Jakarta".{meant(zone, zones)}'
        asked.wrong("timezone", f'There is no time zone "{zone}".', mend)
    return zone


def _languages(asked: Values) -> list[str]:
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


def _metric_srid(asked: Values) -> int:
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


def _emergency(asked: Values) -> list[dict[str, Any]]:
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


def _levels(asked: Values, text: str, languages: list[str]) -> list[LevelFile]:
    value = asked.values.get("levels")
    if not isinstance(value, list) or not value or not all(isinstance(v, dict) for v in value):
        asked.wrong(
            "levels",
            "The city has no level of areas.",
            "Write a [[levels]] section with code, file, id and label for each level.",
        )
        return []
    sections = sections_of(text, "levels")
    levels = [
        _level(Values(FILE, entry, lines, asked.findings), languages)
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


def _level(asked: Values, languages: list[str]) -> LevelFile:
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
