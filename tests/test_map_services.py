"""The city's data as other maps read it: vector tiles, and OGC API – Features asked by GDAL."""

import pyogrio
import pytest
from sqlalchemy import text
from sqlalchemy.exc import ProgrammingError

from geo_portal.geometry import LonLat
from geo_portal.insights import cells
from geo_portal.insights.open_features import READER, see_only_what_is_public
from geo_portal.insights.viewport import STEPS, step_of
from tests.insights_town import NOON, complaint

MARKET, HARBOUR = (95.010, -10.030), (95.030, -10.005)


@pytest.fixture
def busy_town(database, portal):
    """Twelve potholes at the market and one at the harbour, and nine that nobody may see."""
    with database.transaction() as session:
        for nth in range(12):
            complaint(session, (MARKET[0] + nth * 0.0002, MARKET[1]))
        complaint(session, HARBOUR, at=NOON.replace(year=2025))
        for _ in range(9):
            complaint(session, MARKET, category="order.crime", description="secret")
        cells.fold(session)
    return portal


def tile_of(place, z):
    px, py = step_of(LonLat(*place))
    return f"{z}/{px >> STEPS - z}/{py >> STEPS - z}.mvt"


def read(tmp_path, content: bytes, layer: str):
    path = tmp_path / "one.mvt"
    path.write_bytes(content)
    meta, _, _, fields = pyogrio.raw.read(path, layer=layer)
    return dict(zip(meta["fields"], fields, strict=True))


@pytest.mark.parametrize(
    ("layer", "z", "total"),
    [("complaints", 5, 13), ("complaints", 12, 13), ("complaints", 14, 12), ("cells", 13, 12)],
)
def test_gdal_reads_a_tile(busy_town, tmp_path, layer, z, total):
    reply = busy_town.get(f"/tiles/{layer}/{tile_of(MARKET, z)}")

    assert reply.headers["content-type"] == "application/vnd.mapbox-vector-tile"
    assert int(read(tmp_path, reply.content, layer)["count"].sum()) == total


def test_a_tile_of_areas_has_their_names(busy_town, tmp_path):
    reply = busy_town.get(f"/tiles/jurisdictions/{tile_of(MARKET, 11)}")

    assert {"ward", "district"} <= set(read(tmp_path, reply.content, "jurisdictions")["level"])


def test_a_tile_that_is_known_is_not_sent_again(busy_town):
    address = f"/tiles/complaints/{tile_of(MARKET, 14)}"
    etag = busy_town.get(address).headers["etag"]

    again = busy_town.get(address, headers={"If-None-Match": etag})

    assert (again.status_code, again.content) == (304, b"")


@pytest.mark.parametrize(
    ("address", "status"),
    [
        ("/tiles/complaints/14/0/0.mvt", 204),
        ("/tiles/cells/0/0/0.mvt", 200),
        ("/tiles/cells/2/3/2.mvt", 200),
        ("/tiles/cells/5/0/0.mvt", 204),
        ("/tiles/secrets/1/0/0.mvt", 404),
        ("/tiles/complaints/3/8/0.mvt", 404),
        ("/tiles/complaints/99/0/0.mvt", 404),
        ("/tiles/complaints/x/0/0.mvt", 422),
    ],
)
def test_odd_tiles_are_answered_honestly(busy_town, address, status):
    assert busy_town.get(address).status_code == status


def test_pages_follow_one_another_without_loss(busy_town):
    first = busy_town.get("/ogc/collections/complaints/items?limit=8").json()
    onwards = next(link["href"] for link in first["links"] if link["rel"] == "next")

    second = busy_town.get(onwards).json()

    codes = [one["id"] for page in (first, second) for one in page["features"]]
    assert (first["numberReturned"], second["numberReturned"], len(set(codes))) == (8, 5, 13)
    assert "next" not in {link["rel"] for link in second["links"]}


@pytest.mark.parametrize(
    ("query", "number"),
    [
        ("datetime=2025-06-10", 1),
        ("datetime=2026-01-01T00:00:00Z/..", 12),
        ("datetime=../2025-12-31", 1),
        ("bbox=95.02,-10.02,95.04,-10.0", 1),
        ("bbox=95.02,-10.02,0,95.04,-10.0,100", 1),
        ("bbox=170,-20,-170,20", 0),
        ("limit=99999", 13),
    ],
)
def test_features_are_chosen_by_time_and_place(busy_town, query, number):
    assert (
        busy_town.get(f"/ogc/collections/complaints/items?{query}").json()["numberReturned"]
        == number
    )


@pytest.mark.parametrize(
    ("address", "status"),
    [
        ("", 200),
        ("/conformance", 200),
        ("/api", 200),
        ("/collections/cells", 200),
        ("/collections/secrets", 404),
        ("/collections/complaints/items/none", 404),
        ("/collections/complaints/items?limit=0", 400),
        ("/collections/complaints/items?limit=x", 400),
        ("/collections/complaints/items?bbox=1,2", 400),
        ("/collections/complaints/items?bbox=nan,1,2,3", 400),
        ("/collections/complaints/items?datetime=yesterday", 400),
        ("/collections/complaints/items?datetime=2026-02-01/2026-01-01", 400),
        ("/collections/complaints/items?after=x", 400),
        ("/collections/complaints/items?colour=red", 400),
    ],
)
def test_the_standard_is_kept_also_for_mistakes(busy_town, address, status):
    assert busy_town.get(f"/ogc{address}").status_code == status


def test_one_feature_links_to_its_collection(busy_town):
    code = busy_town.get("/ogc/collections/complaints/items?limit=1").json()["features"][0]["id"]

    told = busy_town.get(f"/ogc/collections/complaints/items/{code}").json()

    assert told["id"] == code
    assert {link["rel"] for link in told["links"]} == {"self", "collection"}


@pytest.mark.parametrize(
    "statement", ["SELECT contact FROM complaints", "DELETE FROM open_complaints"]
)
def test_the_reader_sees_the_public_views_and_nothing_else(database, city, statement):
    session = database.session()
    see_only_what_is_public(session)

    with pytest.raises(ProgrammingError, match="permission denied"):
        session.execute(text(statement))

    session.rollback()
    session.close()
    assert READER == "geo_portal_reader"
