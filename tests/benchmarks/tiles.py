"""Vector tiles of a million complaints, beside tipg on the same rows and a bare ST_AsMVT."""

import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import parse_qs, quote, urlsplit

from sqlalchemy import text

from geo_portal.geometry import LonLat
from geo_portal.insights import cells
from geo_portal.insights.viewport import STEPS, step_of
from tests.benchmarks.load import Answers, ask, get
from tests.benchmarks.maps import MILLION, PACK
from tests.benchmarks.scratch import ROWS, execute, opened, scratch_city
from tests.benchmarks.server import running
from tests.benchmarks.table import Row, ratio

TILE_MS = 50
SECONDS = 4.0
CLIENTS = 2
WORKERS = 2
LAYERS = (
    ("complaints", (5, 9, 11, 12)),
    ("complaints", (13, 15, 17)),
    ("cells", (9, 11, 13, 15)),
    ("jurisdictions", (8, 11, 14)),
)
# Where both draw every single complaint.
SIDE_BY_SIDE = (13, 14, 15, 17)
TIPG = "tipg==1.6.1"
_Tiles = list[tuple[int, int, int]]


def run(rows: int = ROWS) -> list[Row]:
    """On a database made for it."""
    with scratch_city(PACK) as url:
        execute(url, MILLION.format(rows=rows), "VACUUM ANALYZE complaints")
        with opened(url) as database, database.transaction() as session:
            cells.fold(session)
        execute(url, "VACUUM ANALYZE cell_counts", "VACUUM ANALYZE cell_deltas")
        return measured(url)


def measured(url: str) -> list[Row]:
    """The questions alone, to a database where everything is loaded."""
    # Compiling a tile's query takes longer than running it; ours never does, so nobody shall.
    execute(url, "ALTER ROLE CURRENT_USER SET jit = off")
    with opened(url) as database, database.transaction() as session:
        places = session.execute(
            text("SELECT ST_X(point), ST_Y(point) FROM complaints WHERE id % 9973 = 0 ORDER BY id")
        ).all()
    with running(
        "geo_portal.main:create", workers=WORKERS, factory=True, GEO_PORTAL_DATABASE_URL=url
    ) as port:
        rows = [_layer(port, layer, places, zooms) for layer, zooms in LAYERS]
        tiles = [_tile(*place, z) for place in places for z in SIDE_BY_SIDE]
        ours = _asked(port, "/tiles/complaints/{}/{}/{}.mvt", tiles)
    with running("tests.benchmarks.bare:app", workers=WORKERS, BARE_DATABASE_URL=url) as port:
        bare = _asked(port, "/tile?z={}&x={}&y={}", tiles)
    told = ("tiles/s, z 13 to 17", ours.per_second, bare.per_second)
    rows.append(ratio(*told, least=0.4, unit="/s", of="bare ST_AsMVT of id and place"))
    return [*rows, _beside_tipg(url, tiles, ours)]


def _layer(port: int, layer: str, places: list[tuple[float, float]], zooms: tuple[int, ...]) -> Row:
    tiles = [_tile(*place, z) for place in places for z in zooms]
    answers = _asked(port, f"/tiles/{layer}/{{}}/{{}}/{{}}.mvt", tiles)
    return Row(
        f"tiles of {layer}, z {zooms[0]} to {zooms[-1]}",
        f"p50 {answers.p50_ms:.0f} ms, p95 {answers.p95_ms:.0f} ms, "
        f"≤ {answers.largest / 1000:.0f} kB",
        f"{answers.failed} failed",
        f"p95 ≤ {TILE_MS} ms",
        answers.p95_ms <= TILE_MS and not answers.failed,
    )


def _asked(port: int, address: str, tiles: _Tiles) -> Answers:
    requests = [get(address.format(*tile)) for tile in tiles]
    ask(port, requests, clients=CLIENTS, seconds=0.5)
    return ask(port, requests, clients=CLIENTS, seconds=SECONDS)


def _beside_tipg(url: str, tiles: _Tiles, ours: Answers) -> Row:
    with _python_with_tipg() as python:
        if python is None:
            return Row("tiles/s beside tipg", f"skipped: {TIPG} could not be installed here")
        with running(
            "tipg.main:app", workers=WORKERS, python=python, DATABASE_URL=_as_tipg_reads(url)
        ) as port:
            address = "/collections/public.complaints/tiles/WebMercatorQuad/{}/{}/{}"
            theirs = _asked(port, address, tiles)
    told = ("tiles/s beside tipg, z 13 to 17", ours.per_second, theirs.per_second)
    of = f"tipg, {theirs.failed} failed, p95 {theirs.p95_ms:.0f} ms, ours {ours.p95_ms:.0f} ms"
    return ratio(*told, least=1.0, unit="/s", of=of)


@contextmanager
def _python_with_tipg() -> Iterator[str | None]:
    """An environment of tipg's own, so that its needs do not become ours; None without it."""
    uv = str(Path(sys.executable).with_name("uv"))
    with tempfile.TemporaryDirectory() as folder:
        python = f"{folder}/bin/python"
        commands = (
            [uv, "venv", "--quiet", "--python", sys.executable, folder],
            [uv, "pip", "install", "--quiet", "--python", python, TIPG, "uvicorn"],
        )
        made = all(subprocess.run(one, capture_output=True).returncode == 0 for one in commands)
        yield python if made else None


def _as_tipg_reads(url: str) -> str:
    """The same address with the socket's folder where tipg looks for a host."""
    parts = urlsplit(url)
    folder = parse_qs(parts.query).get("host", [parts.hostname or ""])[0]
    return f"postgresql://{parts.username}@{quote(folder, safe='')}{parts.path}"


def _tile(lon: float, lat: float, z: int) -> tuple[int, int, int]:
    px, py = step_of(LonLat(lon, lat))
    return z, px >> STEPS - z, py >> STEPS - z
