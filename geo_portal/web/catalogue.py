"""What open data there is: each set with its licence, its columns and where it is, as DCAT-AP."""

from dataclasses import dataclass, field
from typing import Any

from geo_portal.bulk.hand_out import COLUMNS as REPORT_COLUMNS
from geo_portal.bulk.history import COLUMNS as HISTORY_COLUMNS
from geo_portal.city.facts import CityFacts
from geo_portal.settings import settings
from geo_portal.translation import N_, translator

CSV, JSON, GEOJSON = "text/csv", "application/json", "application/geo+json"
_FILE_TYPE = "http://publications.europa.eu/resource/authority/file-type/"
_FREQUENCY = "http://publications.europa.eu/resource/authority/frequency/"
_LANGUAGE = {"en": "ENG", "id": "IND", "ur": "URD"}


@dataclass(frozen=True)
class File:
    """One form in which a dataset can be had; `path` begins with /."""

    path: str
    media_type: str


@dataclass(frozen=True)
class Dataset:
    """A set of open data; title and description are English sentences for the catalogues."""

    code: str
    title: str
    description: str
    files: tuple[File, ...]
    columns: tuple[tuple[str, str], ...]
    updated: str = "CONT"
    themes: tuple[str, ...] = field(default=("GOVE",))


COLUMN_WORDS = {
    "code": N_("the report's tracking code"),
    "submitted_at": N_("when it was sent (UTC)"),
    "closed_at": N_("when it was closed (UTC); empty while it is open"),
    "status": N_("where it stands"),
    "light": N_("the traffic light: waiting, progress, done or closed"),
    "outcome": N_("what came of it"),
    "category": N_("code of the kind of problem"),
    "category_name": N_("its name"),
    "department": N_("code of the department in charge"),
    "department_name": N_("its name"),
    "office": N_("code of the office in charge"),
    "office_name": N_("its name"),
    "description": N_("what was written; empty for sensitive kinds"),
    "lon": N_("longitude, EPSG:4326 degrees; empty for sensitive kinds"),
    "lat": N_("latitude, EPSG:4326 degrees; empty for sensitive kinds"),
    "accuracy_m": N_("how exactly the place is known, in metres"),
    "address": N_("the place in words; empty for sensitive kinds"),
    "language": N_("the language it was written in"),
    "channel": N_("how it was sent: WEB, APP, PHONE, COUNTER …"),
    "respond_by": N_("by when a first answer is promised (UTC)"),
    "due_at": N_("by when it is to be mended (UTC)"),
    "updated_at": N_("the last public change (UTC)"),
    "source": N_("where an imported report comes from"),
    "source_id": N_("its number there"),
    "event": N_("the event's number; grows with time"),
    "at": N_("when it happened (UTC)"),
    "kind": N_("what happened"),
    "by": N_("citizen, department, portal, contractor or follower"),
    "from": N_("the department it came from"),
    "to": N_("the department it went to"),
    "reason": N_("code of the reason"),
    "level": N_("level of the area"),
    "name": N_("its name"),
}


def _described(names: tuple[str, ...]) -> tuple[tuple[str, str], ...]:
    return tuple((name, COLUMN_WORDS[name]) for name in names)


DATASETS = (
    Dataset(
        "reports",
        N_("Reports"),
        N_(
            "Every report with where it stands. Of sensitive kinds neither words nor place; never "
            "a name, an address of a person or a telephone number."
        ),
        (File("/open-data/reports.csv", CSV), File("/api/v1/complaints", GEOJSON)),
        _described(REPORT_COLUMNS),
    ),
    Dataset(
        "status-history",
        N_("Status history"),
        N_("Every public step of every report: when, by which side, at which office."),
        (File("/open-data/status-history.csv", CSV),),
        _described(HISTORY_COLUMNS),
    ),
    Dataset(
        "changes",
        N_("Change feed"),
        N_(
            "What changed since the last time you asked. Keep the cursor that comes back and ask "
            "again with it; no change is ever passed over."
        ),
        (File("/api/v1/changes", JSON),),
        _described(("event", "code", "kind", "at", "by", "office", "status")),
    ),
    Dataset(
        "areas",
        N_("Areas"),
        N_("The borders in force, simplified for drawing."),
        (),
        _described(("level", "code", "name")),
        updated="IRREG",
        themes=("REGI",),
    ),
)


def datasets(city: CityFacts) -> tuple[Dataset, ...]:
    """Every dataset of this city; its areas come one file to a level."""
    levels = tuple(File(f"/api/v1/areas/{one.code}.geojson", GEOJSON) for one in city.levels)
    return tuple(
        Dataset(**{**vars(one), "files": levels}) if one.code == "areas" else one
        for one in DATASETS
    )


def dcat(city: CityFacts) -> dict[str, Any]:
    """The catalogue as DCAT-AP in JSON-LD, in every language of the city."""
    home = settings().public_url.rstrip("/")
    return {
        "@context": {
            "dcat": "http://www.w3.org/ns/dcat#",
            "dct": "http://purl.org/dc/terms/",
            "foaf": "http://xmlns.com/foaf/0.1/",
            "xsd": "http://www.w3.org/2001/XMLSchema#",
        },
        "@id": f"{home}/open-data",
        "@type": "dcat:Catalog",
        "dct:title": _said(N_("Open data"), city),
        "dct:description": _said(N_("What the city publishes about reports and their fate."), city),
        "dct:publisher": _publisher(city, home),
        "dct:language": [
            {"@id": f"http://publications.europa.eu/resource/authority/language/{_LANGUAGE[lang]}"}
            for lang in city.languages
            if lang in _LANGUAGE
        ],
        "foaf:homepage": {"@id": f"{home}/open-data"},
        "dcat:dataset": [_dataset(one, city, home) for one in datasets(city)],
    }


def _said(sentence: str, city: CityFacts) -> list[dict[str, str]]:
    return [
        {"@language": lang, "@value": translator(lang).gettext(sentence)} for lang in city.languages
    ]


def _publisher(city: CityFacts, home: str) -> dict[str, Any]:
    names = [{"@language": lang, "@value": city.name(lang)} for lang in city.languages]
    return {"@id": f"{home}/#city", "@type": "foaf:Agent", "foaf:name": names}


def _dataset(one: Dataset, city: CityFacts, home: str) -> dict[str, Any]:
    theme = "http://publications.europa.eu/resource/authority/data-theme/"
    return {
        "@id": f"{home}/open-data#{one.code}",
        "@type": "dcat:Dataset",
        "dct:identifier": one.code,
        "dct:title": _said(one.title, city),
        "dct:description": _said(one.description, city),
        "dct:publisher": {"@id": f"{home}/#city"},
        "dct:accrualPeriodicity": {"@id": _FREQUENCY + one.updated},
        "dcat:theme": [{"@id": theme + code} for code in one.themes],
        "dcat:distribution": [_distribution(file, home) for file in one.files],
    }


def _distribution(file: File, home: str) -> dict[str, Any]:
    kind = {CSV: "CSV", JSON: "JSON", GEOJSON: "GEOJSON"}[file.media_type]
    return {
        "@type": "dcat:Distribution",
        "dcat:accessURL": {"@id": home + file.path},
        "dcat:downloadURL": {"@id": home + file.path},
        "dcat:mediaType": {
            "@id": f"https://www.iana.org/assignments/media-types/{file.media_type}"
        },
        "dct:format": {"@id": _FILE_TYPE + kind},
        "dct:license": {"@id": settings().data_licence_url},
    }
