"""Filing a complaint and asking where a place lies, against the barest routes that could be."""

import json
import random
from pathlib import Path

import psycopg2

from tests.benchmarks.load import Answers, ask, get, post
from tests.benchmarks.scratch import execute, scratch_city
from tests.benchmarks.server import running
from tests.benchmarks.table import Row, ratio

PACK = Path(__file__).parents[2] / "boundaries" / "pulau-contoh"
CLIENTS = 16
WORKERS = 2
SECONDS = 6.0
WORDS = (
    "lampu jalan mati sudah seminggu, gelap sekali",
    "There is a deep pothole in front of the school gate, a child fell",
    "sampah numpuk di depan pasar, bau banget",
    "gutter ubal raha hai aur pani sarak par aa gaya hai",
    "Pohon tumbang menutup jalan dekat balai kota",
)


def run() -> list[Row]:
    """Both routes of ours and both bare ones, on one database, one after the other."""
    with scratch_city(PACK) as url:
        execute(
            url,
            "CREATE TABLE bare (id bigserial PRIMARY KEY, description text, point geometry)",
            "INSERT INTO bare (description) VALUES ('one row')",
        )
        places = _places(url)
        reports = [post("/api/v1/complaints", body) for body in _reports(places)]
        inserts = [post("/insert", body) for body in _reports(places)]
        wheres = [get(f"/api/v1/where?lon={lon}&lat={lat}") for lon, lat in places]
        selects = [get(f"/select?lon={lon}&lat={lat}") for lon, lat in places]
        bare_insert, bare_select = _measure(
            "tests.benchmarks.bare:app", inserts, selects, factory=False, BARE_DATABASE_URL=url
        )
        filed, asked = _measure(
            "geo_portal.main:create", reports, wheres, factory=True, GEO_PORTAL_DATABASE_URL=url
        )
    return [
        ratio(
            "POST /complaints, durable, 2 workers, 16 clients",
            filed.per_second,
            bare_insert.per_second,
            least=0.5,
            unit="/s",
            of="bare INSERT route",
        ),
        _latency("POST /complaints", filed),
        ratio(
            "GET /where, 2 workers, 16 clients",
            asked.per_second,
            bare_select.per_second,
            least=0.8,
            unit="/s",
            of="bare one-row SELECT route",
        ),
        _latency("GET /where", asked),
    ]


def _measure(
    app: str, writes: list[bytes], reads: list[bytes], *, factory: bool, **environment: str
) -> tuple[Answers, Answers]:
    with running(app, workers=WORKERS, factory=factory, **environment) as port:
        for requests in (writes, reads):
            ask(port, requests, clients=CLIENTS, seconds=1.5)
        return (
            ask(port, writes, clients=CLIENTS, seconds=SECONDS),
            ask(port, reads, clients=CLIENTS, seconds=SECONDS),
        )


def _latency(name: str, answers: Answers) -> Row:
    figure = f"p50 {answers.p50_ms:.0f} ms, p95 {answers.p95_ms:.0f} ms, {answers.failed} failed"
    return Row(f"{name}, waiting time", figure, kept=answers.failed == 0, wanted="0 failed")


def _places(url: str) -> list[tuple[float, float]]:
    """Five hundred places all over the demo city."""
    with psycopg2.connect(url) as connection, connection.cursor() as cursor:
        cursor.execute(
            "SELECT ST_X(p), ST_Y(p) FROM (SELECT (ST_Dump(ST_GeneratePoints("
            "ST_Union(border), 500, 7))).geom AS p FROM jurisdictions) AS points"
        )
        return [(round(lon, 6), round(lat, 6)) for lon, lat in cursor.fetchall()]


def _reports(places: list[tuple[float, float]]) -> list[str]:
    chance = random.Random(7)
    return [
        json.dumps({"description": chance.choice(WORDS), "lon": lon, "lat": lat})
        for lon, lat in places
    ]
