"""Loading a city pack, and loading it again."""

import json
import shutil
from datetime import UTC, datetime
from pathlib import Path

import pytest
import shapely
from sqlalchemy import select, text

from geo_portal.city import editions
from geo_portal.city.facts import facts
from geo_portal.city.jurisdictions import containing
from geo_portal.city.load import AnotherCity, BrokenPack, load
from geo_portal.city.merge import Change
from geo_portal.city.packs import read_pack
from geo_portal.city.tables import Department, Rule
from geo_portal.geometry import LonLat
from tests.city_fixtures import (
    AT_SEA,
    HARBOUR,
    HILLTOP,
    IN_THE_BASIN,
    MARKET,
    ON_THE_ISLET,
    RIVERSIDE,
)

NOON = datetime(2026, 3, 2, 5, tzinfo=UTC)


@pytest.mark.parametrize(
    ("place", "codes"),
    [
        (HILLTOP, ["N", "N1"]),
        (HARBOUR, ["N", "N2"]),
        (MARKET, ["S", "S1"]),
        (RIVERSIDE, ["S", "S2"]),
        (ON_THE_ISLET, ["S", "S2"]),
        (IN_THE_BASIN, []),
        (AT_SEA, []),
    ],
)
def test_every_place_of_the_tiny_town_lies_in_its_ward(session, city, place, codes):
    areas = containing(session, LonLat(*place))

    assert [area.code for area in areas] == codes


def test_a_first_load_puts_the_borders_in_force_at_once(empty, tiny_pack):
    report = load(empty, read_pack(tiny_pack), NOON)

    assert report.edition == "2026-03-02"
    assert facts(empty).edition.name == "2026-03-02"


def test_the_same_pack_loaded_again_changes_nothing(empty, tiny_pack):
    load(empty, read_pack(tiny_pack), NOON)

    again = load(empty, read_pack(tiny_pack), NOON)

    assert not again.changed_anything
    assert again.edition is None


@pytest.fixture
def folder(tiny_pack, tmp_path) -> Path:
    """A copy of the tiny town's pack, to be changed."""
    return Path(shutil.copytree(tiny_pack, tmp_path / "tiny"))


def rewrite(folder: Path, file: str, before: str, after: str) -> None:
    text = (folder / file).read_text(encoding="utf-8")
    assert before in text
    (folder / file).write_text(text.replace(before, after), encoding="utf-8")


def drop_line(folder: Path, file: str, begins: str) -> None:
    lines = (folder / file).read_text(encoding="utf-8").splitlines(keepends=True)
    kept = [line for line in lines if not line.startswith(begins)]
    assert len(kept) == len(lines) - 1
    (folder / file).write_text("".join(kept), encoding="utf-8")


# The corner where Hilltop, Harbour and both southern wards meet, and a place just north of it.
CORNER, MOVED_CORNER = "95.0195,-10.0205", "95.0195,-10.0195"
BY_THE_CORNER = LonLat(95.0195, -10.0200)


def test_a_category_that_left_the_pack_is_retired_and_not_deleted(empty, folder):
    load(empty, read_pack(folder), NOON)
    drop_line(folder, "categories.csv", "waste.missed")
    (folder / "questions.csv").unlink()

    report = load(empty, read_pack(folder), NOON)

    assert report.changes["categories"] == Change(retired=1)
    assert "waste.missed" in facts(empty).categories
    assert "waste.missed" not in facts(empty).open_categories


def test_a_category_that_comes_back_is_taken_up_again(empty, folder, tiny_pack):
    load(empty, read_pack(tiny_pack), NOON)
    drop_line(folder, "categories.csv", "waste.missed")
    (folder / "questions.csv").unlink()
    load(empty, read_pack(folder), NOON)

    report = load(empty, read_pack(tiny_pack), NOON)

    assert report.changes["categories"] == Change(changed=1)
    assert "waste.missed" in facts(empty).open_categories


def test_an_office_that_left_the_pack_takes_no_more_complaints(empty, folder):
    load(empty, read_pack(folder), NOON)
    drop_line(folder, "departments.csv", "WASTE-S2")

    load(empty, read_pack(folder), NOON)

    riverside = containing(empty, LonLat(*RIVERSIDE))
    assert facts(empty).office_for("WASTE", riverside) is None
    assert not facts(empty).departments["WASTE-S2"].active


def test_only_what_differs_is_counted_as_changed(empty, folder):
    load(empty, read_pack(folder), NOON)
    rewrite(folder, "departments.csv", "roads@tiny.example", "mend@tiny.example")
    rewrite(folder, "places.csv", "Mill Lane", "Mill Road")
    drop_line(folder, "rules.csv", "30,")

    changes = load(empty, read_pack(folder), NOON).changes

    assert {name: change for name, change in changes.items() if change} == {
        "departments": Change(changed=1),
        "places": Change(new=1, retired=1),
        "rules": Change(retired=1),
    }


def test_a_new_name_needs_no_new_edition(empty, folder):
    load(empty, read_pack(folder), NOON)
    rewrite(folder, "wards.geojson", '"Hilltop"', '"Hillcrest"')

    report = load(empty, read_pack(folder), NOON)

    assert report.edition is None
    assert report.changes["areas: ward"] == Change(changed=1)
    assert containing(empty, LonLat(*HILLTOP))[1].name == "Hillcrest"


def test_a_moved_border_makes_a_new_edition_and_keeps_the_old_one(empty, folder):
    load(empty, read_pack(folder), NOON)
    before = [area.code for area in containing(empty, BY_THE_CORNER)]
    for file in ("wards.geojson", "districts.geojson"):
        rewrite(folder, file, CORNER, MOVED_CORNER)

    report = load(empty, read_pack(folder), NOON)
    after = [area.code for area in containing(empty, BY_THE_CORNER)]

    assert (before[0], after[0]) == ("N", "S")
    assert report.edition == "2026-03-02-2"
    assert report.changes["areas: ward"] == Change(changed=4)
    assert {one.name: one.status for one in editions.every(empty)} == {
        "2026-03-02": "retired",
        "2026-03-02-2": "active",
    }


def test_a_draft_waits_until_it_is_activated(empty, folder):
    load(empty, read_pack(folder), NOON)
    for file in ("wards.geojson", "districts.geojson"):
        rewrite(folder, file, CORNER, MOVED_CORNER)

    report = load(empty, read_pack(folder), NOON, draft=True)
    waiting = containing(empty, BY_THE_CORNER)
    editions.activate(empty, editions.named(empty, report.edition), NOON)

    assert report.edition_is_draft
    assert waiting[0].code == "N"
    assert containing(empty, BY_THE_CORNER)[0].code == "S"


def test_an_old_edition_can_be_put_in_force_again(empty, folder):
    load(empty, read_pack(folder), NOON)
    for file in ("wards.geojson", "districts.geojson"):
        rewrite(folder, file, CORNER, MOVED_CORNER)
    load(empty, read_pack(folder), NOON)

    editions.activate(empty, editions.named(empty, "2026-03-02"), NOON)

    assert containing(empty, BY_THE_CORNER)[0].code == "N"


def test_the_edition_in_force_is_not_activated_twice(empty, tiny_pack):
    load(empty, read_pack(tiny_pack), NOON)
    current = editions.in_force(empty)

    with pytest.raises(editions.AlreadyInForce):
        editions.activate(empty, current, NOON)


def test_a_pack_with_errors_loads_nothing(empty, folder):
    drop_line(folder, "departments.csv", "DRAIN,")

    with pytest.raises(BrokenPack, match="DRAIN"):
        load(empty, read_pack(folder), NOON)

    assert empty.scalars(select(Department)).all() == []


def test_one_portal_serves_one_city(empty, folder, tiny_pack):
    load(empty, read_pack(tiny_pack), NOON)
    rewrite(folder, "city.toml", 'code = "tiny"', 'code = "other-town"')

    with pytest.raises(AnotherCity, match="other-town"):
        load(empty, read_pack(folder), NOON)


def test_a_level_can_be_put_between_two_others(empty, folder):
    load(empty, read_pack(folder), NOON)
    toml = (folder / "city.toml").read_text(encoding="utf-8")
    coarse, fine = toml.split('\n[[levels]]\ncode = "ward"')
    block = '\n[[levels]]\ncode = "block"\nfile = "wards.geojson"\nid = "code"\nlabel = "name"\n'
    between = f'{coarse}{block}\n[[levels]]\ncode = "ward"{fine}'.replace('parent = "district"', "")
    (folder / "city.toml").write_text(between, encoding="utf-8")

    load(empty, read_pack(folder), NOON)

    assert [level.code for level in facts(empty).levels] == ["district", "block", "ward"]
    assert [area.code for area in containing(empty, LonLat(*HILLTOP))] == ["N", "N1", "N1"]


def test_a_broken_rule_is_kept_for_the_administrator_and_not_followed(empty, folder):
    rewrite(folder, "rules.csv", "ward:S2", "ward:S9")

    load(empty, read_pack(folder), NOON)

    stored = empty.scalars(select(Rule).order_by(Rule.position)).all()
    assert [bool(rule.broken_because) for rule in stored] == [False, True, False]
    assert [rule.position for rule in facts(empty).rules] == [10, 30]


def test_a_border_with_many_corners_is_cut_up_and_still_covers_its_places(empty, folder):
    ring = shapely.Point(95.02, -10.02).buffer(0.03, quad_segs=1000)
    feature = {"type": "Feature", "properties": {"code": "N", "name": "All"}}
    feature["geometry"] = shapely.geometry.mapping(ring)
    (folder / "districts.geojson").write_text(
        json.dumps({"type": "FeatureCollection", "features": [feature]}), encoding="utf-8"
    )
    rewrite(folder, "wards.geojson", '"district":"S"', '"district":"N"')
    drop_line(folder, "departments.csv", "ROADS-S")
    drop_line(folder, "population.csv", "district,S")

    load(empty, read_pack(folder), NOON)

    pieces = empty.scalars(text("SELECT max(ST_NPoints(border)) FROM jurisdiction_pieces")).one()
    assert pieces <= editions.SUBDIVIDE_ABOVE
    assert containing(empty, LonLat(*MARKET))[0].code == "N"
