"""New borders are drafted, audited, previewed for the complaints in them, and put in force."""

import json
from datetime import UTC, datetime
from pathlib import Path

import numpy as np
import pyogrio
import pytest
import shapely
from shapely import Polygon, box

from geo_portal.bulk.moves import Move, moves
from geo_portal.bulk.past import Past
from geo_portal.bulk.store import store
from geo_portal.city import editions
from geo_portal.city.audit import audit
from geo_portal.city.jurisdictions import containing
from geo_portal.city.load import BrokenPack, load
from geo_portal.city.new_borders import NoSuchLevel, NothingNew, import_level
from geo_portal.city.pack_contents import AreaBorder, LevelFile
from geo_portal.city.packs import read_pack
from geo_portal.errors import Unavailable
from geo_portal.geometry import LonLat
from tests.city_fixtures import HARBOUR, HILLTOP, LOADED_AT

NOW = datetime(2026, 3, 2, 5, tzinfo=UTC)
WARDS = LevelFile("ward", {}, "wards.geojson", "code", "name", parent="district")
TOWN = box(95.00, -10.02, 95.04, -10.00)


def area(code: str, border: shapely.Geometry, level: str = "ward") -> AreaBorder:
    return AreaBorder(level, code, code, None, shapely.MultiPolygon([border]), 1)


def halves(west: Polygon, east: Polygon) -> dict[str, list[AreaBorder]]:
    """A town of two wards."""
    return {"district": [area("T", TOWN, "district")], "ward": [area("W", west), area("E", east)]}


def test_wards_that_fill_their_district_are_in_order():
    wards = halves(box(95, -10.02, 95.02, -10), box(95.02, -10.02, 95.04, -10))

    found = audit(wards)[1]

    assert (found.overlaps, found.gaps) == ([], [])
    assert found.uncovered_m2 == pytest.approx(0, abs=1)


def test_ground_that_two_wards_claim_is_told_with_its_size_and_place():
    wards = halves(box(95, -10.02, 95.03, -10), box(95.02, -10.02, 95.04, -10))

    overlap = audit(wards)[1].overlaps[0]

    assert overlap.areas == ("W", "E")
    # 0.01 by 0.02 degrees near the equator.
    assert overlap.m2 == pytest.approx(1096 * 2212, rel=0.01)
    assert overlap.lon == pytest.approx(95.025)
    assert not overlap.is_sliver


def test_a_thin_overlap_is_a_sliver():
    wards = halves(box(95, -10.02, 95.02 + 1e-5, -10), box(95.02, -10.02, 95.04, -10))

    found = audit(wards)[1]

    assert found.overlaps[0].width_m == pytest.approx(1.1, abs=0.1)
    assert found.slivers == 1


def test_enclosed_ground_of_no_ward_is_a_gap_and_counts_as_uncovered():
    hole = box(95.005, -10.01, 95.006, -10.009)
    wards = halves(
        shapely.difference(box(95, -10.02, 95.02, -10), hole), box(95.02, -10.02, 95.04, -10)
    )

    found = audit(wards)[1]

    assert len(found.gaps) == 1
    assert found.gaps[0].m2 == pytest.approx(found.uncovered_m2)


def test_a_lake_that_the_district_leaves_out_too_is_no_gap(tiny_pack):
    found = audit(read_pack(tiny_pack).areas)

    assert [level.gaps for level in found][1] == []


def test_a_part_of_the_district_without_a_ward_is_told():
    wards = halves(box(95, -10.02, 95.02, -10), box(95.02, -10.02, 95.03, -10))

    found = audit(wards)[1]

    assert found.uncovered_m2 == pytest.approx(1096 * 2212, rel=0.01)


@pytest.fixture
def town(empty, tiny_pack):
    """The tiny town with an open complaint in Hilltop and one in Harbour."""
    load(empty, read_pack(tiny_pack), LOADED_AT)
    past = [
        Past(2, "1", "A hole", *HILLTOP, LOADED_AT),
        Past(3, "2", "Litter", *HARBOUR, LOADED_AT),
    ]
    store(empty, past, "test", LOADED_AT)
    return empty


@pytest.fixture
def merged_wards(tiny_pack, tmp_path) -> Path:
    """Ward borders in which Hilltop and Harbour are one, drawn in metres as a GeoPackage."""
    areas = {one.code: one for one in read_pack(tiny_pack).areas["ward"]}
    shapes = [
        areas["N1"].border.union(areas["N2"].border),
        areas["S1"].border,
        areas["S2"].border,
    ]
    codes = np.array(["N9", "S1", "S2"], dtype=object)
    path = tmp_path / "new.gpkg"
    pyogrio.raw.write(
        str(path),
        shapely.to_wkb(shapes),
        [codes, codes],
        ["code", "name"],
        geometry_type="MultiPolygon",
        crs="EPSG:4326",
    )
    return path


def drafted(session, path: Path, **level):
    file = LevelFile("ward", {}, path.name, "code", "name", **level)
    return import_level(session, path, file, NOW, "merged")


def test_imported_borders_wait_as_a_draft(town, merged_wards):
    edition, findings = drafted(town, merged_wards)

    assert (edition.name, edition.status) == ("merged", "draft")
    assert findings == []
    assert containing(town, LonLat(*HILLTOP))[1].code == "N1"


def test_a_preview_tells_which_open_complaints_would_move(town, merged_wards):
    edition, _ = drafted(town, merged_wards)

    assert moves(town, edition) == [Move("ward", "N1", "N9", 1), Move("ward", "N2", "N9", 1)]


def test_once_activated_the_new_borders_answer_and_the_other_levels_stay(town, merged_wards):
    edition, _ = drafted(town, merged_wards)

    editions.activate(town, edition, NOW)

    areas = containing(town, LonLat(*HILLTOP))
    assert [one.code for one in areas] == ["N", "N9"]
    stored = {one.code: one.parent_code for one in editions.areas_of(town, edition)["ward"]}
    assert stored == {"N9": "N", "S1": "S", "S2": "S"}


def test_borders_that_are_in_force_already_are_no_news(town, tiny_pack):
    with pytest.raises(NothingNew):
        import_level(town, tiny_pack / "wards.geojson", WARDS, NOW)


def test_a_level_that_does_not_exist_is_named_with_those_that_do(town, merged_wards):
    level = LevelFile("wards", {}, merged_wards.name, "code", "name")

    with pytest.raises(NoSuchLevel, match=r'"district", "ward".*Did you mean "ward"'):
        import_level(town, merged_wards, level, NOW)


def test_a_file_with_faults_drafts_nothing(town, tmp_path):
    (tmp_path / "new.geojson").write_text(json.dumps({"type": "FeatureCollection", "features": []}))

    with pytest.raises(BrokenPack, match="holds no areas"):
        drafted(town, tmp_path / "new.geojson")

    assert [one.status for one in editions.every(town)] == ["active"]


def test_without_a_city_there_is_nothing_to_draft_for(empty, merged_wards):
    with pytest.raises(Unavailable, match="city load"):
        drafted(empty, merged_wards)


def test_an_unknown_edition_is_refused_with_the_names_there_are(town):
    with pytest.raises(editions.NoSuchEdition, match="2026-01-01"):
        editions.named(town, "tomorrow")
