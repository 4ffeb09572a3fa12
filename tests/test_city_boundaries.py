"""Boundary files as cities have them: formats, reference systems, and all their faults."""

import json
import zipfile

import numpy as np
import pyogrio
import pytest
import shapely
from shapely import LineString, MultiPolygon, Point, Polygon, box

from geo_portal.city.packs import read_pack
from tests.drawn_borders import UTM_46S, in_metres, read, sentences, write

WEST = box(95.00, -10.04, 95.02, -10.00)
EAST = box(95.02, -10.04, 95.04, -10.00)
BOW_TIE = Polygon([(95.0, -10.0), (95.02, -10.02), (95.02, -10.0), (95.0, -10.02)])


@pytest.mark.parametrize("name", ["wards.geojson", "wards.gpkg", "wards.shp", "wards.fgb"])
def test_every_common_format_is_read(tmp_path, name):
    areas, findings = read(write(tmp_path / name, [WEST, EAST], geometry_type="Polygon"))

    assert [area.code for area in areas] == ["A1", "A2"]
    assert areas[0].border.equals(WEST)
    assert findings == []


def test_a_zipped_shapefile_is_read_where_it_is(tmp_path):
    write(tmp_path / "wards.shp", [WEST, EAST], geometry_type="Polygon")
    with zipfile.ZipFile(tmp_path / "wards.zip", "w", zipfile.ZIP_DEFLATED) as zipped:
        for part in tmp_path.glob("wards.*"):
            if part.suffix != ".zip":
                zipped.write(part, part.name)

    areas, findings = read(tmp_path / "wards.zip")

    assert [area.code for area in areas] == ["A1", "A2"]
    assert findings == []


@pytest.mark.parametrize("crs", ["EPSG:32746", "EPSG:3857", "EPSG:4326"])
def test_the_reference_system_that_the_file_states_is_followed(tmp_path, crs):
    shapes = [in_metres(WEST, crs), in_metres(EAST, crs)]

    areas, findings = read(write(tmp_path / "wards.gpkg", shapes, crs=crs))

    assert areas[0].border.hausdorff_distance(WEST) < 1e-8
    assert findings == []


def test_a_shapefile_without_its_prj_is_refused_in_words(tmp_path):
    write(tmp_path / "wards.shp", [in_metres(WEST, "EPSG:32746")], crs="EPSG:32746")
    (tmp_path / "wards.prj").unlink()

    areas, findings = read(tmp_path / "wards.shp")

    assert areas == []
    assert "its .prj file is missing" in sentences(findings)
    assert 'crs = "EPSG:4326"' in sentences(findings)


def test_a_file_that_states_nothing_follows_city_toml(tmp_path):
    write(tmp_path / "wards.shp", [in_metres(WEST, "EPSG:32746")], crs="EPSG:32746")
    (tmp_path / "wards.prj").unlink()

    areas, findings = read(tmp_path / "wards.shp", crs="EPSG:32746")

    assert areas[0].border.hausdorff_distance(WEST) < 1e-8
    assert findings == []


def test_a_file_and_city_toml_that_disagree_are_told(tmp_path):
    write(tmp_path / "wards.gpkg", [in_metres(WEST, "EPSG:32746")], crs="EPSG:32746")

    areas, findings = read(tmp_path / "wards.gpkg", crs="EPSG:32748")

    assert areas == []
    assert "says it is in EPSG:32746" in sentences(findings)


def test_metres_in_a_geojson_that_says_nothing_are_told(tmp_path):
    feature = {
        "type": "Feature",
        "properties": {"code": "A1", "name": "A1"},
        "geometry": shapely.geometry.mapping(in_metres(WEST, "EPSG:32746")),
    }
    collection = {"type": "FeatureCollection", "features": [feature]}
    (tmp_path / "wards.geojson").write_text(json.dumps(collection))

    _, findings = read(tmp_path / "wards.geojson")

    assert "The coordinates are not degrees" in sentences(findings)


@pytest.mark.parametrize("srid", [UTM_46S, 2056])
def test_latitude_before_longitude_is_told(tmp_path, srid):
    city = WEST if srid == UTM_46S else box(8.5, 47.3, 8.6, 47.4)
    swapped = shapely.transform(city, lambda xy: xy[:, ::-1])

    _, findings = read(write(tmp_path / "wards.gpkg", [swapped]), srid=srid)

    assert "Longitude and latitude are the wrong way round" in sentences(findings)


def test_a_city_far_from_its_metric_system_is_told(tmp_path):
    _, findings = read(write(tmp_path / "wards.gpkg", [WEST]), srid=2056)

    assert "outside the region for which EPSG:2056 is meant" in sentences(findings, "warning")


def test_a_self_crossing_border_is_repaired_and_the_change_of_area_told(tmp_path):
    areas, findings = read(write(tmp_path / "wards.gpkg", [BOW_TIE]))

    assert areas[0].border.is_valid
    assert areas[0].border.covers(Point(95.015, -10.01))
    told = sentences(findings, "warning")
    assert 'Area "A1": it was invalid (self-intersection) and was repaired' in told
    assert "m²" in told


def test_curves_become_many_short_edges(tmp_path):
    circle = "CIRCULARSTRING(95 -10, 95.01 -10.01, 95.02 -10, 95.01 -9.99, 95 -10)"
    (tmp_path / "w.csv").write_text(f'WKT,code,name\n"CURVEPOLYGON({circle})",A1,Round\n')

    areas, _ = read(tmp_path / "w.csv", crs="EPSG:4326")

    assert areas[0].border.area == pytest.approx(np.pi * 0.01**2, rel=0.001)


def test_heights_are_dropped_and_told(tmp_path):
    areas, findings = read(write(tmp_path / "wards.gpkg", [shapely.force_3d(WEST, 12.0)]))

    assert not areas[0].border.has_z
    assert "heights were dropped" in sentences(findings, "note")


def test_an_area_that_is_there_twice_is_dropped_once_and_told(tmp_path):
    areas, findings = read(write(tmp_path / "wards.gpkg", [WEST, WEST], codes=["A1", "A1"]))

    assert len(areas) == 1
    assert "is there twice; one was dropped" in sentences(findings, "warning")


def test_an_area_in_parts_is_joined_and_told(tmp_path):
    areas, findings = read(write(tmp_path / "wards.gpkg", [WEST, EAST], codes=["A1", "A1"]))

    assert len(areas) == 1
    assert areas[0].border.equals(WEST.union(EAST))
    assert "comes in parts; they were joined" in sentences(findings, "note")


def test_two_areas_with_one_code_are_refused(tmp_path):
    path = write(tmp_path / "w.gpkg", [WEST, EAST], codes=["A1", "A1"], names=["West", "East"])

    _, findings = read(path)

    assert 'two areas, "West" and "East", have the same code' in sentences(findings)


@pytest.mark.parametrize(
    ("shape", "words"),
    [
        (LineString([(95, -10), (95.01, -10)]), "it is a LineString, not an area"),
        (Point(95, -10), "it is a Point, not an area"),
        (Polygon([(95, -10), (95.01, -10), (95.02, -10), (95, -10)]), "could not be repaired"),
        (Polygon(), "it has no shape"),
    ],
)
def test_what_is_no_area_is_left_out_and_told(tmp_path, shape, words):
    areas, findings = read(write(tmp_path / "wards.gpkg", [WEST, shape]))

    assert [area.code for area in areas] == ["A1"]
    assert words in sentences(findings, "warning")
    assert "It was left out" in sentences(findings, "warning")


def test_areas_without_a_code_are_refused(tmp_path):
    _, findings = read(write(tmp_path / "wards.gpkg", [WEST, EAST], codes=["A1", None]))

    assert 'Feature 2 has no usable code in "code"' in sentences(findings)


def test_numbers_are_codes_too(tmp_path):
    path = tmp_path / "wards.gpkg"
    numbers = np.array([311.0, 312.0])
    pyogrio.raw.write(
        str(path),
        shapely.to_wkb([WEST, EAST]),
        [numbers, numbers],
        ["code", "name"],
        geometry_type="Polygon",
        crs="EPSG:4326",
    )

    areas, _ = read(path)

    assert [area.code for area in areas] == ["311", "312"]


def test_a_border_across_the_antimeridian_is_split_there(tmp_path):
    taveuni = box(179.5, -17.1, 180.5, -16.7)
    leaping = Polygon([(179.5, -17.1), (-179.5, -17.1), (-179.5, -16.7), (179.5, -16.7)])

    areas, findings = read(write(tmp_path / "w.gpkg", [taveuni, leaping]), srid=3460)

    for area in areas:
        assert area.border.covers(Point(179.9, -16.9))
        assert area.border.covers(Point(-179.9, -16.9))
        assert not area.border.covers(Point(0, -16.9))
    assert "crosses the 180th meridian" in sentences(findings, "note")


def test_a_layer_must_be_named_when_there_are_several(tmp_path):
    path = write(tmp_path / "city.gpkg", [WEST], layer="wards")
    write(path, [EAST], layer="zones", append=True)

    _, findings = read(path)
    areas, _ = read(path, layer="zones")

    assert 'The file holds 2 layers: "wards", "zones"' in sentences(findings)
    assert areas[0].border.equals(MultiPolygon([EAST]))


@pytest.mark.parametrize(
    ("name", "content", "words"),
    [
        ("wards.geojson", b"", "The file is empty"),
        ("wards.geojson", b"{", "cannot be read as a boundary file"),
        ("wards.geojson", b'{"type": "FeatureCollection", "features": []}', "holds no areas"),
        ("wards.shp", b"not a shapefile at all", "cannot be read as a boundary file"),
        ("wards.zip", b"not a zip at all", "The zip file is damaged"),
        ("wards.gpkg", b"SQLite format 3\x00" + bytes(200), "cannot be read as a boundary file"),
    ],
)
def test_a_damaged_file_is_refused_in_words(tmp_path, name, content, words):
    (tmp_path / name).write_bytes(content)

    areas, findings = read(tmp_path / name)

    assert areas == []
    assert words in sentences(findings)


def test_a_zip_that_would_burst_is_refused_unopened(tmp_path):
    with zipfile.ZipFile(tmp_path / "wards.zip", "w", zipfile.ZIP_DEFLATED) as zipped:
        zipped.writestr("wards.shp", bytes(64 * 1024 * 1024))

    areas, findings = read(tmp_path / "wards.zip")

    assert areas == []
    assert "would unpack to 64 MB" in sentences(findings)


def test_parents_are_found_by_the_largest_overlap(tiny_pack, tmp_path):
    toml = (tiny_pack / "city.toml").read_text(encoding="utf-8")
    for file in tiny_pack.glob("*.*"):
        (tmp_path / file.name).write_bytes(file.read_bytes())
    toml = toml.replace('parent = "district"\n', "").replace('basemap = "basemap"\n', "")
    (tmp_path / "city.toml").write_text(toml, encoding="utf-8")

    wards = read_pack(tmp_path).areas["ward"]

    assert {ward.code: ward.parent_code for ward in wards} == {
        "N1": "N",
        "N2": "N",
        "S1": "S",
        "S2": "S",
    }
