"""Every file that can be taken away is opened by the tools of those who take it."""

import io
import json
import os
import re
import sqlite3
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from urllib.parse import quote

import defusedxml.ElementTree as Xml
import numpy as np
import pandas as pd
import pyarrow.parquet as pq
import pyogrio
import pytest
import rasterio
import shapely
from PIL import Image
from pyproj import Transformer

from geo_portal.insights.heat_export import MEDIA_TYPES
from tests.conftest import CHECKOUT
from tests.insights_town import NOON, complaint

MARKET, HARBOUR = (95.010, -10.030), (95.030, -10.005)
AT = "2026-06-11T00:00:00+00:00"
COMMAND = "from geo_portal.cli import main; main()"
POTHOLES = "measure=per_capita&category=road.pothole"
FACTS = ("filters", "edition", "crs", "method", "bandwidth_m", "suppression", "rows", "as_of")


@pytest.fixture
def busy_town(database, portal):
    """Six potholes at the market, one at the harbour."""
    with database.transaction() as session:
        for nth in range(6):
            complaint(session, MARKET, at=NOON - timedelta(days=nth))
        complaint(session, HARBOUR)
    return portal


def taken(portal, kind: str, query: str = "measure=per_capita") -> bytes:
    reply = portal.get(f"/heatmap.{kind}?{query}")
    assert reply.status_code == 200, reply.text
    assert reply.headers["content-type"] == MEDIA_TYPES[kind]
    return reply.content


def tells(block: str) -> dict:
    told = json.loads(block)
    assert set(FACTS) <= set(told)
    assert "as_of=" in told["recipe_url"]
    return told


def test_gdal_opens_the_geopackage_with_its_style(busy_town, tmp_path):
    path = tmp_path / "heatmap.gpkg"
    path.write_bytes(taken(busy_town, "gpkg"))

    meta, _, shapes, fields = pyogrio.raw.read(path, layer="heatmap")

    told = dict(zip(meta["fields"], fields, strict=True))
    assert meta["crs"] == "EPSG:32746"
    assert told["count"].tolist() == [6, 1]
    assert told["unsure"].tolist() == [False, True]
    assert shapely.area(shapely.from_wkb(shapes)).tolist() == pytest.approx([62_500, 62_500])
    assert (
        tells(pyogrio.read_info(path, layer="heatmap")["dataset_metadata"]["geo_portal"])["rows"]
        == 2
    )
    with sqlite3.connect(path) as file:
        ((style, table),) = file.execute("SELECT styleQML, f_table_name FROM layer_styles")
    assert table == "heatmap"
    assert Xml.fromstring(style.partition("<qgis")[1] + style.partition("<qgis")[2]) is not None
    file.close()


def test_rasterio_opens_a_cloud_optimised_geotiff(busy_town):
    content = taken(busy_town, "tif", "measure=density&cell_m=100&bandwidth_m=200")

    with rasterio.MemoryFile(content) as file, file.open() as raster:
        peak = np.nanargmax(raster.read(1))
        row, column = np.unravel_index(peak, raster.shape)
        middle = raster.bounds.left + column * 100 + 50, raster.bounds.top - row * 100 - 50
        lon, lat = Transformer.from_crs(raster.crs, 4326, always_xy=True).transform(*middle)
        assert raster.tags(ns="IMAGE_STRUCTURE")["LAYOUT"] == "COG"
        assert raster.descriptions == ("density", "count", "unsure")
        assert tells(raster.tags()["geo_portal"])["bandwidth_m"] == 200
        assert (lon, lat) == pytest.approx(MARKET, abs=0.001)


def test_pandas_opens_the_table(busy_town):
    rows = pd.read_csv(io.BytesIO(taken(busy_town, "csv")))

    assert rows["count"].tolist() == [6, 1]
    assert rows["value"].is_monotonic_decreasing
    assert tells(rows["metadata"][0])["measure"] == "per_capita"


def test_pyarrow_opens_the_geoparquet(busy_town):
    table = pq.read_table(io.BytesIO(taken(busy_town, "parquet")))

    geo = json.loads(table.schema.metadata[b"geo"])
    assert geo["columns"]["geometry"]["crs"]["id"] == {"authority": "EPSG", "code": 32746}
    assert shapely.from_wkb(table["geometry"][0].as_py()).area == pytest.approx(62_500)
    assert tells(table.schema.metadata[b"geo_portal"])["rows"] == 2


def test_gdal_opens_geojson_and_kml(busy_town, tmp_path):
    for kind in ("geojson", "kml"):
        (tmp_path / f"heatmap.{kind}").write_bytes(taken(busy_town, kind))

    shapes = {
        kind: shapely.from_wkb(pyogrio.raw.read(tmp_path / f"heatmap.{kind}")[2])
        for kind in ("geojson", "kml")
    }

    assert shapely.equals_exact(shapes["geojson"], shapely.force_2d(shapes["kml"]), 1e-6).all()
    told = json.loads((tmp_path / "heatmap.geojson").read_text())
    assert tells(json.dumps(told["metadata"]))["filters"] == {
        "measure": "per_capita",
        "cell_m": "250",
    }


def test_pictures_hold_the_metadata_too(busy_town):
    png, svg, pdf = (taken(busy_town, kind) for kind in ("png", "svg", "pdf"))

    assert tells(Image.open(io.BytesIO(png)).text["Comment"])
    assert Xml.fromstring(svg).tag == "{http://www.w3.org/2000/svg}svg"
    assert b"as_of" in svg
    assert pdf.startswith(b"%PDF-")
    assert b"/Keywords" in pdf


@pytest.mark.parametrize("kind", MEDIA_TYPES)
def test_the_recipe_gives_the_same_bytes_again(busy_town, database, kind):
    first = taken(busy_town, kind, f"{POTHOLES}&as_of=2026-06-11T00:00:00Z")
    with database.transaction() as session:
        complaint(session, MARKET, at=NOON + timedelta(days=30))

    again = taken(busy_town, kind, f"{POTHOLES}&as_of=2026-06-11T00:00:00Z")

    assert again == first


@pytest.mark.parametrize("kind", MEDIA_TYPES)
def test_an_empty_choice_is_an_honest_file(portal, kind):
    assert taken(portal, kind, "category=tree.fallen")


def test_hexagons_are_refused_as_a_raster_in_words(portal):
    reply = portal.get("/heatmap.tif?shape=hexagon")

    assert reply.status_code == 422
    assert "A raster has squares" in reply.text


@pytest.mark.parametrize("measure", ["density", "per_km", "change", "hotspots", "days", "adjusted"])
def test_every_measure_is_said_in_words_and_drawn(busy_town, measure):
    page = busy_town.get(f"/heatmap?measure={measure}&shape=hexagon")

    assert page.status_code == 200
    assert re.search(rf'<option value="{measure}" selected>', page.text)
    assert taken(busy_town, "svg", f"measure={measure}&shape=hexagon")


def test_the_future_is_not_shown(portal):
    reply = portal.get("/heatmap?as_of=2999-01-01")

    assert reply.status_code == 422
    assert "cannot lie in the future" in reply.text


def test_the_command_writes_what_the_page_does(busy_town, database_url, tmp_path):
    out = tmp_path / "heatmap.csv"
    words = ["--measure", "per_capita", "--category", "road.pothole", "--as-of", AT, "--out", out]
    command = [sys.executable, "-c", COMMAND, "heatmap", *map(str, words)]

    told = subprocess.run(
        command,
        env=os.environ | {"GEO_PORTAL_DATABASE_URL": database_url, "PYTHONPATH": str(CHECKOUT)},
        capture_output=True,
        text=True,
    )

    assert told.returncode == 0, told.stderr
    assert "7 reports in 2 squares of 250 m" in told.stdout
    assert out.read_bytes() == taken(busy_town, "csv", f"{POTHOLES}&as_of={quote(AT)}")


def test_two_hundred_at_once_are_served_or_asked_to_come_back(busy_town):
    with ThreadPoolExecutor(50) as crowd:
        replies = list(crowd.map(lambda _: busy_town.get("/heatmap.csv"), range(200)))

    refused = [reply for reply in replies if reply.status_code == 503]
    assert {reply.status_code for reply in replies} == {200, 503}
    assert all(int(reply.headers["retry-after"]) > 0 for reply in refused)
