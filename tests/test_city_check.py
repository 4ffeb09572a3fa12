"""What `city check` tells the clerk whose files are not right yet."""

import shutil
from pathlib import Path

import pytest

from geo_portal.city.packs import read_pack


@pytest.fixture
def folder(tiny_pack, tmp_path) -> Path:
    """A copy of the tiny town's pack, to be spoilt."""
    return Path(shutil.copytree(tiny_pack, tmp_path / "tiny"))


def spoil(folder: Path, file: str, right: str, wrong: str) -> None:
    text = (folder / file).read_text(encoding="utf-8")
    assert right in text
    (folder / file).write_text(text.replace(right, wrong, 1), encoding="utf-8")


def told(folder: Path, severity: str = "error") -> list[str]:
    """The findings of one severity, as the clerk reads them."""
    found = read_pack(folder).findings
    return [f"{f.where}: {f.what} {f.mend}" for f in found if f.severity == severity]


def test_a_good_pack_has_nothing_to_say(tiny_pack):
    pack = read_pack(tiny_pack)

    assert pack.findings == []
    assert pack.usable


def test_a_folder_that_is_not_there_is_named(tmp_path):
    assert "There is no such folder." in told(tmp_path / "nowhere")[0]


@pytest.mark.parametrize(
    ("file", "right", "wrong", "where", "words"),
    [
        ("city.toml", "metric_srid = 32746", "metric_srid = 4326", "line 7", "not in metres"),
        ("city.toml", "metric_srid = 32746", "metric_srid = 99", "line 7", "EPSG:99"),
        ("city.toml", '"Asia/Jakarta"', '"Asia/Jakata"', "line 5", 'mean "Asia/Jakarta"'),
        ("city.toml", 'country = "ID"', 'country = "Indonesia"', "line 4", "not a country code"),
        ("city.toml", 'country = "ID"', "country = ID", "line 4", "This is not TOML"),
        ("city.toml", 'languages = ["en", "id", "ur"]', "", "line 1", '"languages" is missing'),
        ("city.toml", 'mon = "08:00-16:00"', 'mon = "8 to 4"', "line 19", "two times of day"),
        ("city.toml", 'id = "code"\nlabel', 'id = "kode"\nlabel', "districts", 'mean "code"'),
        ("city.toml", 'file = "wards.geojson"', "", "line 32", '"file" is missing'),
        ("departments.csv", "ROADS-N,", "ROADS,", "line 9", "already used on line 3"),
        ("departments.csv", "شمال,ROADS,", "شمال,ROAD,", "line 9", 'mean "ROADS"'),
        ("departments.csv", "district:S", "district:Z", "line 10", 'there is no district "Z"'),
        ("departments.csv", "ward:S2", "S2", "line 11", "ward:W07"),
        ("departments.csv", "95.012,-10.006", "-10.006,95.012", "line 9", "wrong way round"),
        ("departments.csv", "95.012,-10.006", "95.5,-10.006", "line 9", "stands in no district"),
        ("departments.csv", "hall@tiny.example", "hall at tiny", "line 2", "not an e-mail"),
        ("categories.csv", "ROADS,P1D,P3D", "ROAD,P1D,P3D", "line 2", 'mean "ROADS"'),
        ("categories.csv", "ROADS,P1D,P3D", "ROADS,1 day,P3D", "line 2", "PT4H for four hours"),
        ("categories.csv", "ROADS,P1D,P3D", "ROADS,PT0H,P3D", "line 2", "not a span of time"),
        ("categories.csv", "P3D,yes,no,pothole", "P3D,maybe,no,pothole", "line 2", "yes or no"),
        ("categories.csv", "light.street,", "road.pothole,", "line 3", "already on line 2"),
        ("categories.csv", "light.street,", "Street Light,", "line 3", "road.pothole"),
        (
            "categories.csv",
            "department,respond",
            "dept,respond",
            "line 1",
            '"department" is missing',
        ),
        ("rules.csv", "20,waste", "10,waste", "line 3", "already used on line 2"),
        ("rules.csv", "20,waste", "ten,waste", "line 3", "not a number"),
        ("holidays.csv", "2026-03-09", "9/3/2026", "line 2", "year-month-day"),
        ("population.csv", "5200", "5.200", "line 2", "digits only"),
        ("places.csv", "95.012,-10.028", "-10.028,95.012", "line 2", "wrong way round"),
        (
            "knowledge/potholes.en.md",
            "category: road.pothole",
            "category: road.hole",
            "en.md",
            "mean",
        ),
        ("knowledge/potholes.en.md", "---\ntitle", "title", "line 1", "between two lines"),
        ("knowledge/potholes.en.md", "https://", "javascript:", "line 1", "not a web address"),
        ("assets/roads.geojson", '"owner":"NRA"', '"owner":"NRO"', "roads", 'mean "NRA"'),
        ("assets/roads.geojson", '"kind":"national_road",', "", "roads", "has no kind"),
        ("basemap/land.geojson", '"FeatureCollection"', '"Feature"', "land", "FeatureCollection"),
    ],
)
def test_a_mistake_is_told_with_its_place_and_how_to_mend_it(
    folder, file, right, wrong, where, words
):
    spoil(folder, file, right, wrong)

    errors = [sentence for sentence in told(folder) if words in sentence]

    assert errors
    assert where in errors[0]


@pytest.mark.parametrize(
    "file", ["city.toml", "departments.csv", "categories.csv", "wards.geojson"]
)
def test_a_file_that_is_missing_is_named(folder, file):
    (folder / file).unlink()

    assert any(sentence.startswith(file) for sentence in told(folder))


@pytest.mark.parametrize("file", ["departments.csv", "categories.csv", "wards.geojson"])
def test_an_empty_file_is_told(folder, file):
    (folder / file).write_bytes(b"")

    assert any(f"{file}: The file is empty." in sentence for sentence in told(folder))


@pytest.mark.parametrize(
    "saved",
    [
        lambda text: b"\xef\xbb\xbf" + text.encode(),
        lambda text: text.encode("utf-16"),
        lambda text: text.replace("\n", "\r\n").encode(),
        lambda text: text.replace("\n", "\r\n").replace(",", "\t").encode(),
        lambda text: text.replace(",", ";").encode(),
        lambda text: (text + "\n,,,,,,,,,,\n# a remark\n").encode(),
    ],
    ids=["byte order mark", "UTF-16", "CRLF", "tabs", "semicolons", "empty lines and remarks"],
)
def test_a_table_is_read_however_the_spreadsheet_saved_it(folder, tiny_pack, saved):
    text = (folder / "departments.csv").read_text(encoding="utf-8")
    (folder / "departments.csv").write_bytes(saved(text))

    pack = read_pack(folder)

    assert pack.findings == []
    assert pack.departments == read_pack(tiny_pack).departments


def test_a_table_in_another_encoding_is_refused_with_the_place_where_it_breaks(folder):
    text = "code,name\nHALL,Town Hall\nCAFE,Café office\n"
    (folder / "departments.csv").write_bytes(text.encode("cp1252"))

    errors = told(folder)

    assert "departments.csv, line 3: The text is not UTF-8" in errors[0]
    assert "Café" in errors[0]


def test_a_quotation_mark_left_open_is_told(folder):
    spoil(folder, "departments.csv", "WASTE,Waste,", 'WASTE,"Waste,')

    assert any("Close every quotation mark" in sentence for sentence in told(folder))


def test_a_line_with_too_many_cells_is_told(folder):
    spoil(folder, "holidays.csv", "Founders' Day", "Founders, and others,")

    assert any("quotation marks" in sentence for sentence in told(folder))


@pytest.mark.parametrize(
    ("right", "wrong", "why"),
    [
        (",NRA,The Coast", ",NRO,The Coast", 'no department "NRO". Did you mean "NRA"?'),
        ("road.*", "roads.*", 'no category "roads.*"'),
        ("ward:S2", "ward:S9", 'no ward "S9"'),
        (",national_road,", ",national_rod,", 'Did you mean "national_road"?'),
        (",national_road,", ",national_road:near,", "not an asset and its distance"),
        ("!mon-fri 08:00-16:00", "after work", "does not say when"),
    ],
)
def test_a_broken_rule_is_loaded_marked_and_told_but_stops_nothing(folder, right, wrong, why):
    spoil(folder, "rules.csv", right, wrong)

    pack = read_pack(folder)
    broken = [rule for rule in pack.rules if rule.broken_because]

    assert pack.usable
    assert len(pack.rules) == 3
    assert len(broken) == 1
    assert why in broken[0].broken_because
    assert any("will not be followed" in sentence for sentence in told(folder, "warning"))


def test_a_column_nobody_reads_is_told(folder):
    spoil(folder, "categories.csv", "sensitive,", "secret,")

    warnings = told(folder, "warning")

    assert any('"secret" is not used' in sentence for sentence in warnings)


def test_a_missing_language_reads_as_the_first(folder):
    spoil(folder, "departments.csv", "Town Hall,Balai Kota,", "Town Hall,,")

    hall = read_pack(folder).departments[0]

    assert hall.names == {"en": "Town Hall", "id": "Town Hall", "ur": "ٹاؤن ہال"}


def test_an_office_without_an_area_looks_after_the_area_it_stands_in(tiny_pack):
    offices = {one.code: one.area for one in read_pack(tiny_pack).departments}

    assert offices["ROADS-N"] == ("district", "N")


def test_a_pack_of_the_required_files_alone_is_enough(folder):
    required = ("departments.csv", "categories.csv")
    for optional in [file for file in folder.glob("*.csv") if file.name not in required]:
        optional.unlink()
    for optional in ("assets", "knowledge", "basemap"):
        shutil.rmtree(folder / optional)
    spoil(folder, "city.toml", 'basemap = "basemap"\n', "")

    assert read_pack(folder).findings == []
