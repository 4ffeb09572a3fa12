"""Maps and heat maps of a million complaints: how long a viewport waits, and how large it gets."""

import random
from pathlib import Path
from time import perf_counter
from urllib.parse import urlencode

import psycopg2

from geo_portal.insights import cells
from tests.benchmarks.load import Answers, ask, get
from tests.benchmarks.scratch import ROWS, execute, opened, scratch_city
from tests.benchmarks.server import running
from tests.benchmarks.table import Row

PACK = Path(__file__).parents[2] / "boundaries" / "pulau-contoh"
MILLION = (Path(__file__).parent / "million.sql").read_text(encoding="utf-8")
WORKERS = 2
CLIENTS = 4
SECONDS = 4.0
P95_MS = 100
LARGEST_KB = 300
# A large window, and the zooms that our own maps offer.
WIDTH_PX, HEIGHT_PX = 1280, 800
ZOOMS = range(3, 20)
# Months are counted in UTC, so that some of these are whole ones.
FILTERS = {
    "no filter": {},
    "a category": {"category": "road.pothole"},
    "a department": {"department": "ROADS"},
    "an area": {"area": "{area}"},
    "department + category": {"department": "ROADS", "category": "road.pothole"},
    "one light": {"light": "waiting"},
    "whole months": {"since": "2025-01-01T00:00:00Z", "until": "2025-07-01T00:00:00Z"},
    "odd days": {"since": "2025-01-09T17:00:00Z", "until": "2025-06-23T17:00:00Z"},
    "category + months": {
        "category": "road.pothole",
        "since": "2025-01-01T00:00:00Z",
        "until": "2025-07-01T00:00:00Z",
    },
    "rare words": {"q": "number 4711"},
    "words of all": {"q": "wrong"},
}


def run() -> list[Row]:
    """Every filter for viewports at all zooms, all over the city and beyond it."""
    with scratch_city(PACK) as url:
        return [_load(url), *measured(url)]


def measured(url: str) -> list[Row]:
    """The questions alone, to a database where everything is loaded."""
    execute(
        url,
        "DROP TABLE IF EXISTS bare",
        "CREATE TABLE bare (id bigserial PRIMARY KEY, description text, point geometry)",
        "INSERT INTO bare (description) VALUES ('one row')",
    )
    views, bare, rows = _views(url), _measure_bare(url), []
    with running(
        "geo_portal.main:create", workers=WORKERS, factory=True, GEO_PORTAL_DATABASE_URL=url
    ) as port:
        for name, filters in _filters(url).items():
            for route in ("map", "heatmap"):
                requests = [_request(route, view, filters) for view in views]
                ask(port, requests, clients=CLIENTS, seconds=0.5)
                answers = ask(port, requests, clients=CLIENTS, seconds=SECONDS)
                rows.append(_row(f"GET /{route}, {name}", answers, bare))
    return rows


def _load(url: str) -> Row:
    begun = perf_counter()
    execute(url, MILLION.format(rows=ROWS), "VACUUM ANALYZE complaints")
    loaded = perf_counter() - begun
    with opened(url) as database, database.transaction() as session:
        folded = cells.fold(session)
    execute(url, "VACUUM ANALYZE cell_counts", "VACUUM ANALYZE cell_deltas")
    folding = perf_counter() - begun - loaded
    return Row(
        f"{folded:,} complaints loaded, then counted per cell",
        f"{loaded:.0f} s, {folding:.0f} s",
        f"maps below: {WORKERS} workers, {CLIENTS} clients",
    )


def _filters(url: str) -> dict[str, dict[str, str]]:
    """The filters on the busiest of the city's own names."""
    with psycopg2.connect(url) as connection, connection.cursor() as cursor:
        cursor.execute(
            "SELECT level || ':' || area.code, category_code, department_code, count(*)"
            " FROM complaints JOIN jurisdictions AS area ON area.id = jurisdiction_ids[2]"
            " WHERE NOT sensitive GROUP BY 1, 2, 3 ORDER BY 4 DESC LIMIT 1"
        )
        area, category, department, _ = cursor.fetchone()
    own = {"area": area, "category": category, "department": department}
    return {
        name: {key: own.get(key, value) for key, value in filters.items()}
        for name, filters in FILTERS.items()
    }


def _views(url: str) -> list[tuple[str, int]]:
    """Boxes and zooms: fifteen windows per zoom around complaints, the world, the date line."""
    with psycopg2.connect(url) as connection, connection.cursor() as cursor:
        cursor.execute(
            "SELECT ST_X(point), ST_Y(point) FROM complaints WHERE id % 3989 = 0 ORDER BY id"
        )
        places = cursor.fetchall()
    chance = random.Random(11)
    found = [
        (_window(lon, lat, zoom), zoom) for zoom in ZOOMS for lon, lat in chance.sample(places, 15)
    ]
    found += [("-180,-90,180,90", zoom) for zoom in (0, 2, 19)]
    found += [("170,-20,-170,20", 5), ("-5000,-90,5000,90", 3)]
    chance.shuffle(found)
    return found


def _window(lon: float, lat: float, zoom: int) -> str:
    """What a window of `WIDTH_PX` × `HEIGHT_PX` shows near the equator."""
    degrees = 360 / (256 << zoom)
    wide, high = WIDTH_PX * degrees / 2, HEIGHT_PX * degrees / 2
    return ",".join(f"{edge:.5f}" for edge in (lon - wide, lat - high, lon + wide, lat + high))


def _request(route: str, view: tuple[str, int], filters: dict[str, str]) -> bytes:
    box, zoom = view
    asked = {"bbox": box} | filters | ({"zoom": str(zoom)} if route == "map" else {})
    return get(f"/api/v1/{route}?{urlencode(asked)}")


def _measure_bare(url: str) -> Answers:
    with running("tests.benchmarks.bare:app", workers=WORKERS, BARE_DATABASE_URL=url) as port:
        return ask(port, [get("/select?lon=0&lat=0")] * CLIENTS, clients=CLIENTS, seconds=SECONDS)


def _row(subject: str, answers: Answers, bare: Answers) -> Row:
    size_kb = answers.largest / 1000
    return Row(
        subject,
        f"p50 {answers.p50_ms:.0f} ms, p95 {answers.p95_ms:.0f} ms, ≤ {size_kb:.0f} kB"
        + (f", {answers.failed} FAILED" if answers.failed else ""),
        f"{answers.p95_ms / bare.p95_ms:.0f} × the p95 of a one-row SELECT ({bare.p95_ms:.1f} ms)",
        f"< {P95_MS} ms, ≤ {LARGEST_KB} kB",
        answers.p95_ms < P95_MS and size_kb <= LARGEST_KB and not answers.failed,
    )
