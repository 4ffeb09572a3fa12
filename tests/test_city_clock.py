"""What a city promises: own deadlines, seasons and the ladder, as `city check` reads them."""

import shutil
from datetime import timedelta
from pathlib import Path

import pytest

from geo_portal.city.facts import facts
from geo_portal.city.ladders import USUAL, Step
from geo_portal.city.load import load
from geo_portal.city.packs import read_pack
from geo_portal.city.promises import OwnPromise, most_specific
from tests.city_fixtures import LOADED_AT

DEADLINES = "category,department,area,respond_within,fix_within,working_time\n"
LADDER = "percent,after,told\n"
RAMADAN = """
[[seasons]]
names = { en = "Ramadan" }
first_day = 2026-02-18
last_day = 2026-03-19
hours = { mon = "08:00-14:00", tue = "08:00-14:00" }
"""
HOUR, DAY = timedelta(hours=1), timedelta(days=1)


@pytest.fixture
def folder(tiny_pack, tmp_path) -> Path:
    """A copy of the tiny town's pack, to be added to."""
    return Path(shutil.copytree(tiny_pack, tmp_path / "tiny"))


def added(folder: Path, file: str, text: str, before: str = "") -> Path:
    """The pack with `text` at the end of a file, or before some words of it."""
    path = folder / file
    known = path.read_text(encoding="utf-8") if path.exists() else ""
    written = known.replace(before, text + before, 1) if before else known + text
    path.write_text(written, encoding="utf-8")
    return folder


def told(folder: Path) -> list[str]:
    return [f"{f.severity} {f.where}: {f.what} {f.mend}" for f in read_pack(folder).findings]


def test_own_deadlines_are_loaded_and_hold(empty, folder):
    added(folder, "deadlines.csv", DEADLINES + "drain.flood,,ward:S2,,PT6H,\n")
    load(empty, read_pack(folder), LOADED_AT)
    city = facts(empty)
    flood = city.categories["drain.flood"]

    promises = [
        city.promise_for(flood, ("DRAIN", None), [("district", "S"), ("ward", ward)])
        for ward in ("S1", "S2")
    ]

    assert [one.fix_within for one in promises] == [12 * HOUR, 6 * HOUR]
    assert promises[1].respond_within == HOUR
    assert not promises[1].working_time


@pytest.mark.parametrize(
    ("lines", "wins"),
    [
        # Everything a line names must fit.
        ([("road.pothole", "LIGHT", None)], None),
        ([("road.pothole", None, "ward:N1")], None),
        ([("light.*", "ROADS", None)], None),
        # Office over department over area over what is empty.
        ([(None, "ROADS", None), (None, "ROADS-S", None)], 1),
        ([(None, "ROADS-S", None), (None, "ROADS", "ward:S2")], 0),
        ([("road.pothole", None, "ward:S2"), (None, "ROADS", None)], 1),
        # The finer area.
        ([(None, None, "ward:S2"), (None, None, "district:S")], 0),
        ([("road.pothole", None, "district:S"), (None, None, "ward:S2")], 1),
        ([(None, "ROADS", "district:S"), (None, "ROADS", None)], 0),
        # The single category over its group over all.
        ([("road.*", "ROADS", None), ("road.pothole", "ROADS", None)], 1),
        ([(None, "ROADS", None), ("road.*", "ROADS", None)], 1),
        # The earlier line.
        ([("road.*", "ROADS", None), ("road.*", "ROADS", None)], 0),
    ],
)
def test_of_own_deadlines_the_most_specific_holds(lines, wins):
    own = [
        OwnPromise(category, department, area and tuple(area.split(":")), None, n * DAY, None)
        for n, (category, department, area) in enumerate(lines)
    ]

    found = most_specific(
        own, "road.pothole", ("ROADS", "ROADS-S"), [("district", "S"), ("ward", "S2")]
    )

    assert found == (None if wins is None else own[wins])


def test_without_files_of_its_own_the_city_has_the_usual_ladder(tiny_pack):
    pack = read_pack(tiny_pack)

    assert pack.ladder == USUAL
    assert pack.deadlines == []


def test_a_city_writes_its_own_ladder(empty, folder):
    added(folder, "escalation.csv", LADDER + "80,,office_head\n120%,,city_secretary\n")

    load(empty, read_pack(folder), LOADED_AT)

    assert facts(empty).ladder == (
        Step(80, None, "office_head"),
        Step(120, None, "city_secretary"),
    )


def test_a_city_takes_over_the_ladder_of_pakistans_portal(folder):
    added(folder, "city.toml", 'escalation = "pakistan-citizen-portal"\n', before="[names]")

    pack = read_pack(folder)

    assert pack.findings == []
    assert pack.ladder == (
        Step(None, 20 * DAY, "office_head"),
        Step(None, 40 * DAY, "department_head"),
    )


def test_seasons_are_loaded_and_loading_them_again_changes_nothing(empty, folder):
    added(folder, "city.toml", RAMADAN)
    first = load(empty, read_pack(folder), LOADED_AT)

    again = load(empty, read_pack(folder), LOADED_AT)

    (season,) = facts(empty).calendar.seasons
    assert first.changes["seasons"].new == 1
    assert not again.changed_anything
    assert sorted(season.hours) == ["mon", "tue"]


@pytest.mark.parametrize(
    ("file", "line", "words"),
    [
        ("deadlines.csv", "road.pothole,,,,P1D,", "neither for which department nor for which"),
        ("deadlines.csv", "road.pothole,ROADS,,,1 day,", "not a span of time"),
        ("deadlines.csv", "road.pothole,ROADS,,P1D,,maybe", "neither yes nor no"),
        ("deadlines.csv", "road.pothole,ROAD,,P1D,,", 'There is no department "ROAD"'),
        ("deadlines.csv", "road.hole,ROADS,,P1D,,", 'mean "road.pothole"'),
        ("deadlines.csv", "roads.*,ROADS,,P1D,,", 'There is no category "roads.*"'),
        ("deadlines.csv", "road.*,,ward:S9,P1D,,", 'There is no ward "S9"'),
        ("deadlines.csv", "road.*,,S2,P1D,,", "not a level and a code"),
        ("deadlines.csv", "road.*,ROADS,,P1D,,\nroad.*,ROADS,,P2D,,", "Line 2 already makes"),
        ("deadlines.csv", "road.*,ROADS,,,,", "promises nothing"),
        ("deadlines.csv", "road.*,ROADS,,P3D,P1D,", "before it is answered"),
        ("escalation.csv", "50,,mayor", '"mayor" cannot be told'),
        ("escalation.csv", "50,P1D,office", "either at a percentage"),
        ("escalation.csv", ",,office", "either at a percentage"),
        ("escalation.csv", "half,,office", "not a percentage"),
        ("escalation.csv", "0,,office", "not a percentage"),
        ("escalation.csv", ",40 days,office", "not a span of time"),
        ("escalation.csv", "100,,office\n50,,office_head", "no later than the one above"),
        ("escalation.csv", "100,,office\n,P40D,office_head", "partly in percent"),
        ("escalation.csv", "", "nobody hears of what is overdue"),
    ],
)
def test_a_slip_in_the_tables_is_told(folder, file, line, words):
    header = DEADLINES if file == "deadlines.csv" else LADDER

    found = told(added(folder, file, f"{header}{line}\n"))

    assert len(found) == 1
    assert file in found[0]
    assert words in found[0]


@pytest.mark.parametrize(
    ("right", "wrong", "words"),
    [
        ("first_day = 2026-02-18", "", '"first_day" of a season is missing'),
        ("first_day = 2026-02-18", 'first_day = "18 February"', "is not a day"),
        ("last_day = 2026-03-19", "last_day = 2026-02-01", "ends before it begins"),
        ('tue = "08:00-14:00"', 'tue = "8 to 2"', "not two times of day"),
        ('mon = "08:00-14:00", tue = "08:00-14:00"', "", "has no hours"),
        ("names", "hour = 1\nnames", '"hour" is not used'),
        ("[[seasons]]", RAMADAN + "[[seasons]]", "Two seasons overlap on 2026-02-18"),
    ],
)
def test_a_slip_in_a_season_is_told_with_its_line(folder, right, wrong, words):
    added(folder, "city.toml", RAMADAN.replace(right, wrong, 1))

    found = told(folder)

    assert len(found) == 1
    assert "city.toml, line" in found[0]
    assert words in found[0]


def test_seasons_without_usual_hours_are_told(folder):
    path = added(folder, "city.toml", RAMADAN) / "city.toml"
    known = path.read_text(encoding="utf-8")
    path.write_text(known.replace("[working_hours]", "[hours]"), encoding="utf-8")

    assert "no usual working hours" in " ".join(told(folder))


def test_a_ladder_that_nobody_knows_is_told(folder):
    added(folder, "city.toml", 'escalation = "pakistan"\n', before="[names]")

    assert 'Write one of: "pakistan-citizen-portal"' in " ".join(told(folder))


def test_two_ladders_are_one_too_many(folder):
    added(folder, "escalation.csv", LADDER + "80,,office_head\n")
    added(folder, "city.toml", 'escalation = "pakistan-citizen-portal"\n', before="[names]")

    assert "there is one here too" in " ".join(told(folder))
