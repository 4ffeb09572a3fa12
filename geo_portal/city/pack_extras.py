"""What a pack may add: holidays, population, places to search for, articles and a basemap."""

import json
import re
from collections.abc import Sequence
from datetime import date
from pathlib import Path
from typing import Any

import yaml

from geo_portal.city.findings import Findings
from geo_portal.city.pack_contents import ArticleFile, PlaceRow
from geo_portal.city.pack_files import Columns, place_of, read_table, read_text

BASEMAP_LAYERS = ("land", "water", "green", "built", "roads", "rail", "labels")
_SLUG = re.compile(r"[a-z0-9][a-z0-9-]*")
_FRONT_MATTER = re.compile(r"\A---\s*\n(.*?)\n---\s*\n?(.*)\Z", re.DOTALL)


def read_holidays(
    folder: Path, languages: Sequence[str], findings: Findings
) -> dict[date, dict[str, str]]:
    """The city's own days off, by date."""
    file, days = "holidays.csv", {}
    if not (folder / file).exists():
        return {}
    columns = Columns(required=("date", "name_*"))
    for row in read_table(folder, file, columns, languages, findings):
        try:
            day = date.fromisoformat(row["date"])
        except ValueError:
            findings.error(
                file,
                row.line,
                f'"{row["date"]}" is not a date.',
                "Write year-month-day: 2026-08-17.",
            )
            continue
        if day in days:
            findings.warning(file, row.line, f"{day} is there twice.", "Remove one of the lines.")
        days[day] = row.names("name", languages)
    return days


def read_population(folder: Path, findings: Findings) -> dict[tuple[str, str], int]:
    """Inhabitants by (level, area code)."""
    file, people = "population.csv", {}
    if not (folder / file).exists():
        return {}
    columns = Columns(required=("level", "code", "population"))
    for row in read_table(folder, file, columns, ["en"], findings):
        if re.fullmatch(r"\d{1,10}", row["population"]):
            people[(row["level"], row["code"])] = int(row["population"])
        else:
            findings.error(
                file,
                row.line,
                f'"{row["population"]}" is not a number of people.',
                "Write digits only: 12500.",
            )
    return people


def read_places(folder: Path, findings: Findings) -> list[PlaceRow]:
    """Names for the place search, each with a point."""
    file, places = "places.csv", []
    if not (folder / file).exists():
        return []
    columns = Columns(required=("name", "lon", "lat"), optional=("kind",))
    for row in read_table(folder, file, columns, ["en"], findings):
        before = len(findings)
        place = place_of(row, findings)
        if place and row["name"]:
            places.append(PlaceRow(row["name"], row["kind"] or "place", place))
        elif len(findings) == before:
            findings.error(
                file,
                row.line,
                "The name or the place is missing.",
                "Fill in all cells.",
            )
    return places


def read_articles(folder: Path, languages: Sequence[str], findings: Findings) -> list[ArticleFile]:
    """The knowledge articles; `knowledge/<slug>.<language>.md`."""
    articles = []
    for path in sorted((folder / "knowledge").glob("*.md")):
        article = _article(folder, f"knowledge/{path.name}", languages, findings)
        if article:
            articles.append(article)
    return articles


def _article(
    folder: Path, file: str, languages: Sequence[str], findings: Findings
) -> ArticleFile | None:
    slug, _, language = Path(file).stem.rpartition(".")
    if not _SLUG.fullmatch(slug) or language not in languages:
        findings.error(
            file,
            None,
            "The file's name does not end in a language of the city.",
            f"Name it like potholes.{languages[0]}.md, in small letters, digits and -.",
        )
        return None
    text = read_text(folder, file, findings)
    head = _front_matter(text.replace("\r\n", "\n"), file, findings) if text is not None else None
    if head is None:
        return None
    matter, body = head
    if matter.get("language", language) != language:
        findings.warning(
            file,
            2,
            f'The article says it is in "{matter["language"]}".',
            "Correct one of the two.",
        )
    said = {key: str(value).strip() for key, value in matter.items() if value is not None}
    return ArticleFile(
        file=file,
        slug=slug,
        language=language,
        title=said["title"],
        category=said.get("category"),
        phone=said.get("phone"),
        url=said.get("url"),
        body=body.strip(),
    )


def _front_matter(text: str, file: str, findings: Findings) -> tuple[dict[str, Any], str] | None:
    match = _FRONT_MATTER.match(text)
    try:
        matter = yaml.safe_load(match[1]) if match else None
    except yaml.YAMLError:
        matter = None
    if match is None or not isinstance(matter, dict) or not matter.get("title"):
        findings.error(
            file,
            1,
            "The article does not begin with a title between two lines of ---.",
            "Begin with: ---, title: Potholes, category: road.pothole, language: en, ---",
        )
        return None
    url = matter.get("url")
    if url is not None and not re.match(r"https?://|tel:|mailto:", str(url)):
        findings.error(file, 1, f'"{url}" is not a web address.', "Begin it with https://")
        return None
    return matter, match[2]


def read_basemap(folder: Path, name: str | None, findings: Findings) -> dict[str, bytes]:
    """The basemap's layers as they are sent: `{layer: GeoJSON bytes}`, in drawing order."""
    if name is None:
        return {}
    layers = {}
    for layer in BASEMAP_LAYERS:
        file = f"{name}/{layer}.geojson"
        if not (folder / file).exists():
            continue
        text = read_text(folder, file, findings)
        if text is not None and _is_collection(text):
            layers[layer] = text.encode()
        elif text is not None:
            findings.error(
                file,
                None,
                "This is not a GeoJSON FeatureCollection.",
                "Export it as GeoJSON.",
            )
    if not layers:
        findings.warning(
            "city.toml",
            None,
            f'The basemap folder "{name}" holds no layer.',
            "Add land.geojson.",
        )
    for path in sorted((folder / name).glob("*.geojson")):
        if path.stem not in BASEMAP_LAYERS:
            known = ", ".join(BASEMAP_LAYERS)
            findings.warning(
                f"{name}/{path.name}", None, "The layer is not drawn.", f"Use: {known}."
            )
    return layers


def _is_collection(text: str) -> bool:
    try:
        content = json.loads(text)
    except ValueError:
        return False
    return isinstance(content, dict) and content.get("type") == "FeatureCollection"
