"""The demo city is whole, holds together, and is what its script draws."""

import csv
import filecmp
import re
import subprocess
import sys
from collections import Counter
from datetime import UTC, datetime
from pathlib import Path

import numpy as np
import pyogrio
import pytest
import shapely

from geo_portal.city.packs import read_pack
from geo_portal.complaints.states import OUTCOMES, STATES

ISLAND = Path(__file__).parent.parent / "boundaries" / "pulau-contoh"
LANGUAGES = ("en", "id", "ur")


def table(name: str) -> list[dict[str, str]]:
    with (ISLAND / name).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def borders(level: str) -> dict[str, shapely.Geometry]:
    _, _, shapes, (codes,) = pyogrio.raw.read(ISLAND / f"{level}.geojson", columns=["code"])
    return dict(zip(codes, shapely.from_wkb(shapes), strict=True))


def moments(rows: list[dict[str, str]], *columns: str) -> list[list[datetime]]:
    """Per row the moments of these columns that are known, in the order of the columns."""
    return [[datetime.fromisoformat(row[c]) for c in columns if row[c]] for row in rows]


@pytest.fixture(scope="module")
def wards() -> dict[str, shapely.Geometry]:
    return borders("wards")


@pytest.fixture(scope="module")
def history() -> list[dict[str, str]]:
    return table("history.csv")


@pytest.fixture(scope="module")
def drawn_anew(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("island")
    subprocess.run([sys.executable, str(ISLAND / "draw.py"), str(folder)], check=True)
    return folder


def test_the_script_draws_the_committed_files_byte_for_byte(drawn_anew):
    files = sorted(p.relative_to(drawn_anew) for p in drawn_anew.rglob("*") if p.is_file())

    different = [str(f) for f in files if not filecmp.cmp(ISLAND / f, drawn_anew / f, False)]

    assert len(files) == 21
    assert different == []


def test_nothing_is_wrong_with_the_pack():
    pack = read_pack(ISLAND)

    assert [str(f) for f in pack.findings] == []


def test_thirty_wards_cover_the_island_without_gap_or_overlap(wards):
    shapes = np.array(list(wards.values()))
    (city,) = borders("city").values()

    assert len(shapes) == 30
    assert shapely.is_valid(shapes).all()
    assert shapely.coverage_is_valid(shapes)
    assert shapely.equals(shapely.coverage_union_all(shapes), city)


def test_no_ward_is_a_sliver(wards):
    shapes = np.array(list(wards.values()))
    roundness = 4 * np.pi * shapely.area(shapes) / shapely.length(shapes) ** 2

    assert shapely.area(shapes).min() * 111_000**2 > 300_000
    assert roundness.min() > 0.15


def test_each_district_is_exactly_its_wards(wards):
    _, _, _, (codes, parents) = pyogrio.raw.read(
        ISLAND / "wards.geojson", columns=["code", "district"]
    )
    districts = borders("districts")

    melted = {
        d: shapely.coverage_union_all([wards[w] for w in codes[parents == d]]) for d in districts
    }

    assert len(districts) == 5
    assert all(shapely.equals(melted[d], districts[d]) for d in districts)


def test_the_islets_belong_to_wards(wards):
    parts = [shapely.get_num_geometries(shape) for shape in wards.values()]

    assert sorted(parts)[-2:] == [2, 2]


def test_every_office_stands_in_the_area_it_serves(wards):
    areas = {f"ward:{c}": s for c, s in wards.items()}
    areas |= {f"district:{c}": s for c, s in borders("districts").items()}
    offices = [row for row in table("departments.csv") if row["area"]]

    outside = [
        row["code"]
        for row in offices
        if not areas[row["area"]].covers(shapely.Point(float(row["lon"]), float(row["lat"])))
    ]

    assert len(offices) == 30 + 8 * 5
    assert outside == []


def test_every_named_place_lies_on_land_and_no_street_is_named_after_a_road():
    (city,) = borders("city").values()
    rows = table("places.csv")
    names = Counter(row["name"] for row in rows if row["kind"] in ("street", "road"))

    wet = [
        row["name"]
        for row in rows
        if not city.covers(shapely.Point(float(row["lon"]), float(row["lat"])))
    ]

    assert len(rows) > 400
    assert wet == []
    assert max(names.values()) == 1


def test_nobody_real_can_be_written_to_or_rung():
    departments = table("departments.csv")

    assert all(row["email"].endswith("@pulau-contoh.example") for row in departments)
    assert all(row["phone"].startswith("(0999) 55") for row in departments)


def test_all_58_categories_are_named_and_noted_in_three_languages():
    rows = table("categories.csv")
    words = [
        row[f"{what}_{lang}"]
        for row in rows
        for what in ("name", "note", "group")
        for lang in LANGUAGES
    ]

    assert len({row["code"] for row in rows} - {"other"}) == 58
    assert all(words)
    assert min(len(row["keywords"].split(";")) for row in rows) >= 8


def test_every_category_goes_to_a_department_that_exists():
    departments = {row["code"] for row in table("departments.csv")}
    used = {row["department"] for row in table("categories.csv") + table("rules.csv")}

    assert used <= departments


def test_the_basemap_is_small():
    sizes = [path.stat().st_size for path in (ISLAND / "basemap").glob("*.geojson")]

    assert len(sizes) == 7
    assert sum(sizes) <= 600_000


def test_the_whole_pack_is_small():
    assert (
        sum(p.stat().st_size for p in ISLAND.rglob("*") if p.suffix != ".pyc" and p.is_file())
        < 4_000_000
    )


def test_past_complaints_lie_on_land(history):
    (city,) = borders("city").values()
    shapely.prepare(city)
    lon, lat = np.array([[row["lon"], row["lat"]] for row in history], dtype=float).T

    assert len(history) >= 1_900
    assert shapely.intersects_xy(city, lon, lat).all()


def test_past_complaints_fill_one_year(history):
    sent = [one for (one,) in moments(history, "submitted_at")]

    assert min(sent) >= datetime(2025, 11, 22, 17, tzinfo=UTC)
    assert datetime(2026, 11, 22, tzinfo=UTC) < max(sent) < datetime(2026, 11, 22, 17, tzinfo=UTC)


def test_what_happened_to_a_complaint_happened_in_order(history):
    lives = moments(
        history, "submitted_at", "acknowledged_at", "started_at", "closed_at", "feedback_at"
    )

    assert all(life == sorted(life) for life in lives)
    assert max(life[-1] for life in lives) <= datetime(2026, 11, 22, 17, tzinfo=UTC)


def test_states_outcomes_and_closing_times_agree(history):
    closed = [row for row in history if row["closed_at"]]

    assert {row["status"] for row in history} == set(STATES) - {"triaged"}
    assert {row["outcome"] for row in history} == {*OUTCOMES, ""}
    assert all(STATES[row["status"]].open == (not row["closed_at"]) for row in history)
    assert all(row["remark"] for row in closed)


def test_citizens_write_in_many_words(history):
    texts = Counter(row["description"] for row in history)
    roman = [row for row in history if row["language"] == "ur" and row["description"].isascii()]

    assert len(texts) >= 0.97 * len(history)
    assert {row["language"] for row in history} == set(LANGUAGES)
    assert len(roman) > 150
    assert not [text for text in texts if re.search(r"[{}\[\]]|None", text)]


def test_about_a_third_of_the_citizens_answer_and_not_all_are_content(history):
    closed = [row for row in history if row["closed_at"]]
    answers = Counter(row["satisfied"] for row in closed)

    assert 0.25 < 1 - answers[""] / len(closed) < 0.45
    assert answers["no"] + answers["partly"] > 100


def test_floods_come_with_the_rains(history):
    floods = [row["submitted_at"][5:7] for row in history if row["category"] == "drain.flood"]

    assert sum(month in ("11", "12", "01", "02") for month in floods) > 0.75 * len(floods)
