"""The invented past of a demonstration always ends in the last week."""

import shutil
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import select

from geo_portal.bulk.demo_history import BrokenHistory, load_history
from geo_portal.city.load import load
from geo_portal.city.packs import read_pack
from geo_portal.complaints.tables import Complaint, Event
from tests.city_fixtures import LOADED_AT

NOW = datetime(2027, 6, 9, 12, tzinfo=UTC)
HEADER = (
    "id,submitted_at,lon,lat,accuracy_m,category,description,language,status,outcome,"
    "acknowledged_at,started_at,closed_at,remark,feedback,satisfied,feedback_at,photo"
)
CONFIRMED = (
    "H1,2026-01-05T02:00:00Z,95.010,-10.005,8,road.pothole,A hole,en,confirmed,fixed,"
    "2026-01-05T04:00:00Z,2026-01-06T02:00:00Z,2026-01-07T02:00:00Z,Filled.,Thank you,yes,"
    "2026-01-08T02:00:00Z,"
)
OPEN = "H2,2026-01-09T02:00:00Z,95.024,-10.035,,waste.pile,Litter,en,assigned,,,,,,,,,"


@pytest.fixture
def pack(tiny_pack, tmp_path) -> Path:
    """The tiny town with two past complaints."""
    folder = Path(shutil.copytree(tiny_pack, tmp_path / "tiny"))
    (folder / "history.csv").write_text(f"{HEADER}\n{CONFIRMED}\n{OPEN}\n", encoding="utf-8")
    return folder


@pytest.fixture
def town(empty, tiny_pack):
    """The tiny town without complaints."""
    load(empty, read_pack(tiny_pack), LOADED_AT)
    return empty


def test_the_newest_complaint_lies_in_the_last_week_on_its_own_weekday(town, pack):
    load_history(town, pack, NOW)

    newest = town.scalars(select(Complaint.submitted_at).order_by(Complaint.id.desc())).first()
    assert NOW - timedelta(weeks=1) < newest <= NOW
    assert newest.weekday() == datetime(2026, 1, 9, tzinfo=UTC).weekday()


def test_everything_that_happened_is_told_in_order(town, pack):
    load_history(town, pack, NOW)

    first = town.scalars(select(Complaint).where(Complaint.source_id == "H1")).one()
    events = town.scalars(select(Event).where(Event.complaint_id == first.id).order_by(Event.id))
    told = [(event.kind, event.remark) for event in events]
    assert told == [
        ("submitted", None),
        ("assigned", None),
        ("acknowledged", None),
        ("in_progress", None),
        ("resolved", "Filled."),
        ("feedback", "Thank you"),
    ]
    assert (first.status, first.outcome, first.light) == ("confirmed", "fixed", "done")


def test_history_is_loaded_once(town, pack):
    loaded = [load_history(town, pack, NOW), load_history(town, pack, NOW)]

    assert loaded == [2, 0]


def test_a_pack_without_history_has_none(town, tiny_pack):
    assert load_history(town, tiny_pack, NOW) == 0


def test_a_broken_line_is_named_and_nothing_is_stored(town, pack):
    with (pack / "history.csv").open("a", encoding="utf-8") as file:
        file.write(OPEN.replace("2026-01-09", "last week").replace("H2", "H3") + "\n")

    with pytest.raises(BrokenHistory, match="line 4"):
        load_history(town, pack, NOW)

    assert town.scalars(select(Complaint)).all() == []
