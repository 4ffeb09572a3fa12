"""What Open311 lists, and how: checks 7 to 16 of the eighteen, in XML and in JSON."""

import re
from datetime import UTC, datetime

import pytest
from sqlalchemy import text

from geo_portal import clock
from geo_portal.complaints.submit import NewComplaint, submit
from geo_portal.geometry import LonLat
from tests.city_fixtures import HARBOUR
from tests.open311_fixtures import POTHOLE, codes_of, filed, wrong


def test_7_empty_parameters_are_no_parameters(client):
    filed(client)

    plain = client.read(client.get("requests"))
    empty = client.read(client.get("requests", status="", service_code="", start_date=""))

    assert (len(plain), empty) == (1, plain)


def test_8_a_list_of_ids_overrides_every_filter(client):
    first, second = filed(client), filed(client)

    plain = client.read(client.get("requests"))
    by_id = client.read(
        client.get("requests", service_request_id=f"{first},{second},x", status="closed")
    )
    nothing = client.read(client.get("requests", service_request_id="x"))

    assert [one["service_request_id"] for one in plain] == [second, first]
    assert (by_id, nothing) == (plain, [])


def at(database, number, moment):
    with database.transaction() as session:
        session.execute(
            text("UPDATE complaints SET submitted_at = :at WHERE code = :code"),
            {"at": moment, "code": number},
        )


@pytest.mark.parametrize(
    ("span", "found"),
    [
        ({"start_date": "2026-03-04T10:00:00Z", "end_date": "2026-03-04T10:00:00Z"}, 1),
        ({"start_date": "2026-03-04T17:00:00+07:00", "end_date": "2026-03-05T00:00:00Z"}, 1),
        ({"start_date": "2026-03-04T17:00:00 07:00", "end_date": "2026-03-05T00:00:00Z"}, 1),
        ({"start_date": "2026-03-04T10:00:01Z", "end_date": "2026-03-05T00:00:00Z"}, 0),
        ({"start_date": "2026-01-01T00:00:00Z"}, 1),
        ({"start_date": "2025-11-01T00:00:00Z"}, 0),
        ({"end_date": "2026-04-04T00:00:00Z"}, 1),
        ({}, 0),
    ],
)
def test_9_spans_of_time(client, database, span, found):
    at(database, filed(client), datetime(2026, 3, 4, 10, 0, 0, 500_000, tzinfo=UTC))

    assert len(client.read(client.get("requests", **span))) == found


@pytest.mark.parametrize(
    ("query", "words"),
    [
        ({"start_date": "2026-01-01T00:00:00Z", "end_date": "2026-04-02T00:00:00Z"}, "90 days"),
        ({"start_date": "2026-01-02T00:00:00Z", "end_date": "2026-01-01T00:00:00Z"}, "after"),
        ({"start_date": "2026-01-01T00:00:00"}, "with its zone"),
        ({"end_date": "0001-01-01T00:00:00Z"}, "90 days"),
        ({"status": "broken"}, "status is open"),
        ({"bbox": "1,2,3"}, "four numbers"),
        ({"lat": "1"}, "long is missing"),
        ({"lat": "1", "long": "1"}, "radius"),
        ({"order_by": "colour"}, "order_by"),
        ({"page": "-1"}, "page must be"),
        ({"page_size": "9999"}, "page_size must be"),
        ({"agency_responsible": "NOBODY"}, "no department"),
    ],
)
def test_9_what_cannot_be_asked(client, query, words):
    assert words in wrong(client, client.get("requests", **query), 400)


def test_10_never_more_than_a_thousand_and_pages_by_headers(client, database):
    with database.transaction() as session:
        submit(
            session, NewComplaint("A hole", LonLat(*HARBOUR), category="road.pothole"), clock.now()
        )
        session.execute(
            text(
                "INSERT INTO complaints (code, description, point, jurisdiction_ids, status,"
                " category_code, submitted_at, updated_at)"
                " SELECT 'ZZZZZ-' || lpad(n::text, 5, '0'), 'Hole ' || n, point,"
                " jurisdiction_ids, status, category_code, submitted_at, updated_at"
                " FROM complaints, generate_series(1, 1000) AS n"
            )
        )

    everything = client.read(client.get("requests"))
    page = client.get("requests", page="2", page_size="500", status="open")

    assert len(everything) == 1000
    assert (len(client.read(page)), page.headers["x-result-count"]) == (500, "1001")
    assert page.headers["x-page-count"] == "3"
    following = page.headers["x-next-page-url"].partition("8000")[2]
    assert len(client.read(client.portal.get(following))) == 1


@pytest.mark.parametrize("words", ["<&\"'> ]]>", "گلی میں گڑھا 🕳️", "a\x0bb\x00c\ud7ffd"])
def test_11_every_text_comes_back_as_it_was(client, words):
    number = filed(client, description=f"Hole {words}")

    read = client.one(client.get(f"requests/{number}"))

    kept = f"Hole {words}".replace("\x0b", "").replace("\0", "")
    assert read["description"] == kept


def test_12_a_single_result_is_still_a_list(client):
    number = filed(client)

    found = [client.read(client.get(path)) for path in ("requests", f"requests/{number}")]

    assert [[one["service_request_id"] for one in each] for each in found] == [[number]] * 2


def test_13_moments_end_with_their_zone(client):
    filed(client)

    read = client.one(client.get("requests"))

    moments = [read[name] for name in ("requested_datetime", "updated_datetime")]
    assert all(re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ", one) for one in moments)


def test_14_numbers_and_codes_are_texts(client):
    number = filed(client)

    read = client.one(client.get("requests"))

    assert (read["service_request_id"], read["service_code"]) == (number, "road.pothole")


def test_15_a_private_request_is_never_seen(client, portal):
    private = POTHOLE | {"service_code": "order.crime", "description": "A robbery at night"}
    answer = client.one(client.post("requests", private))
    [code] = codes_of(portal, "order.crime")

    assert "token" in answer
    assert client.one(client.get(f"tokens/{answer['token']}"))["service_request_id"] is None
    assert client.read(client.get("requests")) == []
    assert client.read(client.get("requests", service_request_id=code)) == []
    assert wrong(client, client.get(f"requests/{code}"), 404)
    assert client.read(client.get("servicerequestupdates")) == []
    update = {"service_request_id": code, "update_id": "1", "status": "FIXED"}
    assert wrong(client, client.post("servicerequestupdates", update), 404)


def test_16_pages_of_others_may_read(client, form):
    path = f"/open311/v2/requests.{form}"

    asked = client.portal.options(path)
    head = client.portal.head(path)
    refused = client.get("requests", status="x")
    foreign = {"Origin": "https://app.example", "Sec-Fetch-Site": "cross-site"}
    posted = client.post("requests", POTHOLE, headers=foreign)

    answers = (asked, head, refused, posted)
    assert [one.status_code for one in answers] == [204, 200, 400, 200]
    assert {one.headers["access-control-allow-origin"] for one in answers} == {"*"}
    assert head.content == b""
