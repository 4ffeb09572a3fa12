"""An import that is killed in the middle and started again loses nothing and doubles nothing."""

import os
import subprocess
import sys
import time
from pathlib import Path

import pytest
from sqlalchemy import text

ROWS = 36_000
COMMAND = "from geo_portal.cli import main; main()"


@pytest.fixture(scope="module")
def long_past(tmp_path_factory) -> Path:
    """A file that takes several seconds to import; every third complaint is closed."""
    path = tmp_path_factory.mktemp("past") / "past.csv"
    lines = ["id,lon,lat,submitted_at,closed_at,category,description"]
    for number in range(ROWS):
        lon, lat = 95 + number % 400 / 10_000, -10.04 + number // 400 % 400 / 10_000
        closed = "2026-01-09T02:00:00Z" if number % 3 == 0 else ""
        lines.append(
            f"{number},{lon:.6f},{lat:.6f},2026-01-05T02:00:00Z,{closed},waste.pile,Pile {number}"
        )
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return path


def importing(url: str, path: Path) -> "subprocess.Popen[str]":
    """The command line's import, in a process of its own."""
    return subprocess.Popen(
        [sys.executable, "-c", COMMAND, "complaints", "import", str(path), "--json"],
        env={**os.environ, "GEO_PORTAL_DATABASE_URL": url},
        cwd=path.parent,
        stdout=subprocess.PIPE,
        text=True,
    )


def count(own_town, query: str) -> int:
    with own_town.transaction() as session:
        return session.execute(text(query)).scalar_one()


def wait_until_some_are_in(own_town, process) -> None:
    while process.poll() is None and not count(own_town, "SELECT count(*) FROM complaints"):
        time.sleep(0.02)


def test_killed_and_run_again_every_row_is_in_once_with_its_events(own_town, own_url, long_past):
    first = importing(own_url, long_past)
    wait_until_some_are_in(own_town, first)
    first.kill()
    first.communicate()
    when_killed = count(own_town, "SELECT count(*) FROM complaints")

    second = importing(own_url, long_past)
    second.communicate(timeout=300)

    assert 0 < when_killed < ROWS
    assert second.returncode == 0
    assert count(own_town, "SELECT count(*) FROM complaints") == ROWS
    assert count(own_town, "SELECT count(DISTINCT source_id) FROM complaints") == ROWS
    assert count(own_town, "SELECT count(*) FROM events WHERE kind = 'submitted'") == ROWS
    assert count(own_town, "SELECT count(*) FROM events WHERE kind = 'resolved'") == ROWS / 3
    assert count(own_town, _WITHOUT_FIRST_EVENT) == 0


_WITHOUT_FIRST_EVENT = """
    SELECT count(*) FROM complaints
    WHERE NOT EXISTS (
        SELECT FROM events WHERE events.complaint_id = complaints.id AND kind = 'submitted'
    )
"""
