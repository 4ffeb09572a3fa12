"""What is taken away from a million complaints: heat maps and open data."""

import resource
import subprocess
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path
from time import perf_counter

import duckdb
import folium
import pyarrow.parquet as pq
from folium.plugins import HeatMap
from sqlalchemy import text

from geo_portal import clock
from geo_portal.city.facts import facts
from geo_portal.complaints.find import ComplaintFilter
from geo_portal.insights import cells
from geo_portal.insights.heat_export import heat_file
from geo_portal.insights.heat_method import HeatMethod
from geo_portal.insights.heatmap import heat_map
from geo_portal.translation import translator
from tests.benchmarks.maps import MILLION, PACK
from tests.benchmarks.scratch import ROWS, execute, opened, scratch_city
from tests.benchmarks.table import Row

HTML_S, HTML_MB = 3.0, 2.0
MOST_MEMORY_MB = 300
MEASURES = ("per_capita", "density", "change", "hotspots", "days", "adjusted")
# In a process of its own, so that its memory can be told: its high-water mark, because `ru_maxrss`
# still remembers the process that it was split from.
WRITE = """
import sys
from pathlib import Path
from geo_portal.bulk.open_data import write_open_data
from geo_portal.complaints.find import ComplaintFilter
from geo_portal.database import Database, connect
with Database(connect(sys.argv[1])).transaction() as session:
    write_open_data(session, Path(sys.argv[2]), ComplaintFilter())
print(next(line.split()[1] for line in open("/proc/self/status") if line.startswith("VmHWM")))
"""


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
    with tempfile.TemporaryDirectory() as folder:
        return [
            *_maps(url),
            *(_open_data(url, Path(folder) / f"all.{kind}") for kind in ("csv", "parquet")),
            _agreement(url, Path(folder) / "all.parquet"),
        ]


def _maps(url: str) -> list[Row]:
    """The city as a page, beside folium's own heat map of every single point."""
    with opened(url) as database, database.transaction() as session:
        city, now, found = facts(session), clock.now(), []

        def written(measure: str) -> bytes:
            method = HeatMethod(measure)
            wanted = ComplaintFilter()
            how = {"kind": "html", "method": method, "most_scanned": 200_000}
            return heat_file(session, wanted, city, translator("en"), now, **how).content

        def raw() -> bytes:
            points = session.execute(text("SELECT ST_Y(point), ST_X(point) FROM complaints"))
            made = folium.Map(location=(-9.1, 106.9), zoom_start=12)
            HeatMap([list(point) for point in points]).add_to(made)
            return made.get_root().render().encode()

        written("count")  # Imports what it needs.
        theirs = _timed(raw)
        for measure in ("count", *MEASURES):
            seconds, size = _timed(lambda measure=measure: written(measure))
            found.append(
                Row(
                    f"city-wide HTML: {measure}",
                    f"{seconds:.1f} s, {size / 1e6:.2f} MB",
                    f"folium HeatMap of all points: {theirs[0]:.0f} s, {theirs[1] / 1e6:.0f} MB",
                    f"≤ {HTML_S:.0f} s, ≤ {HTML_MB:.0f} MB",
                    seconds <= HTML_S and size <= HTML_MB * 1e6,
                )
            )
        return found


def _timed(work: Callable[[], bytes]) -> tuple[float, int]:
    begun = perf_counter()
    content = work()
    return perf_counter() - begun, len(content)


def _open_data(url: str, path: Path) -> Row:
    begun = perf_counter()
    command = [sys.executable, "-c", WRITE, url, str(path)]
    told = subprocess.run(command, capture_output=True, text=True, check=True)
    memory_mb, size_mb = int(told.stdout) / 1024, path.stat().st_size / 1e6
    itself_mb = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    return Row(
        f"open data as {path.suffix}",
        f"{perf_counter() - begun:.0f} s, {size_mb:.0f} MB, {memory_mb:.0f} MB RAM",
        f"this benchmark itself: {itself_mb:.0f} MB RAM",
        f"≤ {MOST_MEMORY_MB} MB RAM",
        memory_mb <= MOST_MEMORY_MB,
    )


def _agreement(url: str, path: Path) -> Row:
    """The kept counts, a plain GROUP BY, and DuckDB on the GeoParquet of the same rows."""
    with opened(url) as database, database.transaction() as session:
        city = facts(session)
        kept = heat_map(session, ComplaintFilter(), city, clock.now(), cell_m=100)
        differences = cells.check(session)
        shown = session.scalar(text("SELECT count(*) FROM complaints WHERE NOT sensitive"))
    by_duckdb = duckdb.sql(f"SELECT count(*) FROM '{path}'").fetchone()
    rows = pq.read_metadata(path).num_rows
    agree = differences == 0 and kept.total == shown and by_duckdb == (rows,)
    return Row(
        "counts per cell",
        f"{differences} differ, {kept.total:,} counted",
        f"plain GROUP BY: {shown:,}; DuckDB: {by_duckdb[0]:,} rows",
        "all equal",
        agree,
    )
