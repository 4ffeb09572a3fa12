"""Likely duplicates: planted ones that are found, wrong ones that are shown, and how quickly."""

import math
import random
import time
from collections.abc import Callable
from pathlib import Path

from sqlalchemy import text
from sqlalchemy.orm import Session

from geo_portal import clock
from geo_portal.complaints.duplicates import Similar, similar_nearby
from geo_portal.geometry import LonLat
from tests.benchmarks.inbox import fill
from tests.benchmarks.near_duplicates import (
    M_PER_DEGREE,
    Report,
    as_another_would,
    jakarta,
    new_york,
    store,
)
from tests.benchmarks.scratch import execute, opened, scratch_city
from tests.benchmarks.table import Row
from tests.real_cities import real_data_folder

PACK = Path(__file__).parents[2] / "boundaries" / "pulau-contoh"
ASKED, PLANTED, SEED = 2_500, 1_500, 14
FOUND_AT_LEAST, WRONG_AT_MOST = 0.9, 0.05
MILLION, PINS, MOST_MS = 1_000_000, 1_000, 30.0
# A neighbour gives his own house number, and stands on the other side of the street.
ONE_SPOT_M = 25.0

Same = Callable[[Report, Report], bool]


def run() -> list[Row]:
    """Without real data only the speed is measured, and that is said."""
    data = real_data_folder()
    if data is None:
        real = [Row("duplicates", "skipped: GEO_PORTAL_REAL_DATA names no folder")]
    else:
        real = _measured("New York", new_york(data), _same_type_and_spot)
        real += _measured("Jakarta floods", jakarta(data), _same_neighbourhood)
    return [*real, _speed()]


def _measured(city: str, reports: list[Report], same: Same) -> list[Row]:
    chance = random.Random(SEED)
    asked = chance.sample(reports, min(ASKED, len(reports)))
    planted = [(one, as_another_would(one, chance)) for one in asked[:PLANTED]]
    by_code = {f"N{one.number:09d}": one for one in reports}
    with scratch_city(PACK) as url:
        store(url, reports)
        execute(url, "VACUUM ANALYZE complaints")
        with opened(url) as database, database.transaction() as session:
            known = {row.code for row in session.execute(text("SELECT code FROM categories"))}
            wrong = sum(
                any(not same(by_code[found.code], one) for found in _before(session, one, known))
                for one in asked
            )
            hits = sum(
                any(same(by_code[found.code], one) for found in _asked(session, other, known))
                for one, other in planted
            )
    found, false = hits / len(planted), wrong / len(asked)
    among = f"{len(reports):,} real reports, all open"
    return [
        Row(f"planted duplicates in the top three, {city}", f"{found:.1%} of {len(planted):,}",
            among, f"≥ {FOUND_AT_LEAST:.0%}", found >= FOUND_AT_LEAST),
        Row(f"reports with a false suggestion, {city}", f"{false:.1%} of {len(asked):,}",
            among, f"≤ {WRONG_AT_MOST:.0%}", false <= WRONG_AT_MOST),
    ]  # fmt: skip


def _asked(session: Session, one: Report, known: set[str]) -> list[Similar]:
    category = one.category if one.category in known else "other"
    return similar_nearby(session, LonLat(one.lon, one.lat), category, one.words, one.at)


def _before(session: Session, one: Report, known: set[str]) -> list[Similar]:
    """What a real report would have been shown; it is stored itself, so it is left out."""
    return [found for found in _asked(session, one, known) if found.code != f"N{one.number:09d}"]


def _same_type_and_spot(one: Report, other: Report) -> bool:
    """The city's own type is the same, and the address is, or the spot."""
    kinds = [report.problem.split("|")[0] for report in (one, other)]
    return kinds[0] == kinds[1] and (one.problem == other.problem or _is_near(one, other))


def _same_neighbourhood(one: Report, other: Report) -> bool:
    return one.problem == other.problem or _is_near(one, other)


def _is_near(one: Report, other: Report) -> bool:
    narrowed = math.cos(math.radians(one.lat))
    apart = math.hypot(one.lat - other.lat, (one.lon - other.lon) * narrowed)
    return apart * M_PER_DEGREE <= ONE_SPOT_M


def _speed() -> Row:
    """Where half of a million reports lie within 300 m of the middle of their ward."""
    chance = random.Random(SEED)
    with scratch_city(PACK) as url:
        fill(url, MILLION)
        with opened(url) as database, database.session(reading=True) as session:
            pins = session.execute(
                text(
                    "SELECT ST_X(point) AS lon, ST_Y(point) AS lat, category_code, description"
                    " FROM complaints TABLESAMPLE SYSTEM (5) ORDER BY random() LIMIT :most"
                ),
                {"most": PINS},
            ).all()
            newest = session.scalar(text("SELECT max(submitted_at) FROM complaints")) or clock.now()
            taken = []
            for pin in pins:
                off_by = chance.gauss(0, 20) / M_PER_DEGREE
                place = LonLat(pin.lon + off_by, pin.lat)
                begun = time.perf_counter()
                similar_nearby(session, place, pin.category_code, pin.description, newest)
                taken.append((time.perf_counter() - begun) * 1000)
    taken.sort()
    p50, p95 = (taken[int(len(taken) * share)] for share in (0.5, 0.95))
    return Row(
        "suggesting duplicates, 1 M reports",
        f"p50 {p50:.1f} ms, p95 {p95:.1f} ms",
        f"{len(taken):,} pins",
        f"p95 ≤ {MOST_MS:.0f} ms",
        p95 <= MOST_MS,
    )
