"""Real reports and near-duplicates planted among them: the same thing as another would write it."""

import csv
import gzip
import math
import random
import tomllib
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from pathlib import Path

import psycopg2
from psycopg2.extras import execute_values

LAYOUTS = Path(__file__).parents[2] / "geo_portal" / "bulk" / "layouts.toml"
NEW_YORK = "complaints/nyc-311-2026-08-01-to-05.csv.gz"
JAKARTA = "complaints/jakarta-flood-reports-2017-02-21.csv"
M_PER_DEGREE = 111_320

# A phone's position in a street, and where the other person stands: metres, one sigma.
OFF_BY_M = 18.0
DROPPED, MISTYPED = 0.25, 0.12
OPENINGS = ("", "", "Please help: ", "Again ", "Hello, ", "mohon bantuannya ", "I want to report ")
ENDINGS = ("", "", " since yesterday", " please come", " sudah lama", ", thank you", " urgent!")


@dataclass(frozen=True)
class Report:
    """One report; reports with the same `problem` are about the same thing."""

    number: int
    words: str
    category: str
    lon: float
    lat: float
    at: datetime
    problem: str


def new_york(data: Path) -> list[Report]:
    """Requests with an address; the same type and detail at the same address is one problem."""
    [layout] = [
        one
        for one in tomllib.loads(LAYOUTS.read_text("utf-8"))["layout"]
        if one["name"] == "nyc-311"
    ]
    with gzip.open(data / NEW_YORK, "rt", encoding="utf-8", newline="") as file:
        rows = [row for row in csv.DictReader(file) if row["latitude"] and row["incident_address"]]
    return [
        Report(
            number,
            f"{row['complaint_type']}: {row['descriptor']}",
            layout["categories"].get(row["complaint_type"], "other"),
            float(row["longitude"]),
            float(row["latitude"]),
            datetime.fromisoformat(f"{row['created_date'].split('.')[0]}+00:00"),
            f"{row['complaint_type']}|{row['incident_address']}|{row['borough']}",
        )
        for number, row in enumerate(rows)
    ]


def jakarta(data: Path) -> list[Report]:
    """Flood reports of one day; those of one neighbourhood (RW) speak of one flood."""
    with (data / JAKARTA).open(encoding="utf-8", newline="") as file:
        rows = [row for row in csv.DictReader(file) if row["text"].strip()]
    return [
        Report(
            number,
            row["text"][:2000],
            "drain.flood",
            float(row["lon"]),
            float(row["lat"]),
            datetime.fromisoformat(row["created_at"]),
            row["rw_local_area_id"],
        )
        for number, row in enumerate(rows)
    ]


def as_another_would(one: Report, chance: random.Random) -> Report:
    """The same problem: words left out, mistyped and framed anew, some metres and hours away."""
    words = [word for word in one.words.split() if chance.random() > DROPPED] or one.words.split()
    said = " ".join(_mistyped(word, chance) for word in words)
    lat = one.lat + chance.gauss(0, OFF_BY_M) / M_PER_DEGREE
    lon = one.lon + chance.gauss(0, OFF_BY_M) / (M_PER_DEGREE * math.cos(math.radians(one.lat)))
    later = timedelta(hours=min(chance.expovariate(1 / 36), 24 * 10))
    said = f"{chance.choice(OPENINGS)}{said.lower()}{chance.choice(ENDINGS)}"
    return replace(one, words=said, lon=lon, lat=lat, at=one.at + later)


def _mistyped(word: str, chance: random.Random) -> str:
    if len(word) < 4 or chance.random() > MISTYPED:
        return word
    place = chance.randrange(1, len(word) - 1)
    return word[:place] + word[place + 1 :]


def store(url: str, reports: list[Report]) -> None:
    """All of them open, whatever became of them: the hardest case."""
    rows = [
        (
            f"N{one.number:09d}",
            one.words,
            one.lon,
            one.lat,
            one.category,
            one.at,
            one.at,
        )
        for one in reports
    ]
    with psycopg2.connect(url) as connection, connection.cursor() as cursor:
        cursor.execute("ALTER TABLE complaints DISABLE TRIGGER USER")
        execute_values(
            cursor,
            "INSERT INTO complaints (code, description, point, jurisdiction_ids, category_code,"
            " status, submitted_at, updated_at) SELECT v.code, v.words,"
            " ST_SetSRID(ST_MakePoint(v.lon, v.lat), 4326), '{}', known.code, 'assigned', v.at,"
            " v.changed FROM (VALUES %s) AS v (code, words, lon, lat, category, at, changed)"
            " JOIN categories AS known ON known.code = CASE WHEN v.category IN"
            " (SELECT code FROM categories) THEN v.category ELSE 'other' END",
            rows,
            page_size=5000,
        )
        cursor.execute("ALTER TABLE complaints ENABLE TRIGGER USER")
