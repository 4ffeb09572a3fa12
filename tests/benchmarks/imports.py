"""Import of New York's sample, routing included, against COPY of the same rows ready made."""

import io
import tempfile
from datetime import UTC, datetime
from pathlib import Path
from time import perf_counter
from typing import Any

from sqlalchemy import text

from geo_portal.bulk.take_in import Wanted, take_in
from geo_portal.database import Database
from tests.benchmarks.scratch import opened, scratch_city
from tests.benchmarks.table import Row, ratio
from tests.real_cities import NEW_YORK, real_data_folder, write_pack

SAMPLE = "complaints/nyc-311-2026-08-01-to-05.csv.gz"
NOW = datetime(2026, 8, 6, tzinfo=UTC)
TURNS = 3
# All but the columns that the database fills in itself.
COLUMNS = (
    "code, description, language, point, accuracy_m, address, edition_id, jurisdiction_ids, "
    "category_code, category_by, confidence, department_code, office_code, status, outcome, "
    "sensitive, contact, channel, source, source_id, submitted_at, respond_by, due_at, closed_at, "
    "updated_at"
)


def run() -> list[Row]:
    """Both in turns into empty tables; the best of each counts."""
    data = real_data_folder()
    if data is None:
        return [Row("import of NYC's sample", "skipped: GEO_PORTAL_REAL_DATA names no folder")]
    ours, bare, stored = [], [], 0
    with tempfile.TemporaryDirectory() as folder:
        pack = write_pack(NEW_YORK, Path(folder), data)
        with scratch_city(pack) as url, opened(url) as database:
            for _ in range(TURNS):
                _empty(database)
                begun = perf_counter()
                stored = take_in(database, data / SAMPLE, Wanted(), NOW).stored
                ours.append(perf_counter() - begun)
                bare.append(_plain_copy(database))
    return [
        ratio(
            f"import of {stored:,} NYC rows with routing and events",
            stored / min(ours),
            stored / min(bare),
            least=0.2,
            unit="rows/s",
            of="COPY into the indexed table",
        )
    ]


def _empty(database: Database) -> None:
    with database.transaction() as session:
        session.execute(text("TRUNCATE complaints, event_seals CASCADE"))
        session.execute(text("DROP TABLE IF EXISTS bare_complaints"))


def _plain_copy(database: Database) -> float:
    """Seconds to COPY the stored rows into an empty table with the same columns and indexes."""
    rows = io.StringIO()
    with database.engine.connect() as connection:
        driver: Any = connection.connection
        with driver.cursor() as cursor:
            cursor.copy_expert(f"COPY complaints ({COLUMNS}) TO STDOUT", rows)
        connection.execute(text("CREATE TABLE bare_complaints (LIKE complaints INCLUDING ALL)"))
        connection.commit()
        rows.seek(0)
        begun = perf_counter()
        with driver.cursor() as cursor:
            cursor.copy_expert(f"COPY bare_complaints ({COLUMNS}) FROM STDIN", rows)
        connection.commit()
        return perf_counter() - begun
