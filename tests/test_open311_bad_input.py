"""What strangers send to the Open311 door: refused in its own form, in words, and never a 500."""

import pytest
from sqlalchemy import text

from geo_portal import clock
from geo_portal.accounts.keys import add_key
from geo_portal.city.facts import facts
from tests.city_fixtures import HARBOUR
from tests.open311_client import Client

FORM = "application/x-www-form-urlencoded"
POTHOLE = {"service_code": "road.pothole", "lat": HARBOUR[1], "long": HARBOUR[0]}
BILLION_LAUGHS = b"""<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a "ha"><!ENTITY b "&a;&a;">
<!ENTITY c SYSTEM "file:///etc/passwd">]><request><description>&b;&c;</description></request>"""


@pytest.fixture(params=["xml", "json"])
def client(request, portal, database):
    with database.transaction() as session:
        key = add_key(session, facts(session), "Town app", ("report", "update"), clock.now())
    yield Client(portal, request.param, key)
    with database.transaction() as session:
        session.execute(text("TRUNCATE api_keys CASCADE"))


def said(client, answer):
    """Status and words of a refusal; anything but a list of errors fails."""
    errors = client.read(answer)
    assert all(set(error) == {"code", "description"} for error in errors)
    return answer.status_code, " ".join(error["description"] for error in errors)


@pytest.mark.parametrize(
    ("body", "kind", "status", "words"),
    [
        (BILLION_LAUGHS, "text/xml", 400, "Please send a form"),
        (b'{"service_code": "other"}', "application/json", 400, "Please send a form"),
        (b"description=%ff%fe&api_key=x", FORM, 400, "UTF-8"),
        (b"description=\xe9t\xe9", FORM, 400, "UTF-8"),
        (b"a=1", f"{FORM}; charset=utf-16", 400, "UTF-8"),
        (b"&".join(b"attribute[a%d]=1" % n for n in range(300)), FORM, 400, "200 fields"),
        (b"description=" + b"x" * 1_100_000, FORM, 413, "more than can be sent"),
        (b"--x\r\nno header", "multipart/form-data", 400, "boundary"),
        (b"--x\r\n" * 300, "multipart/form-data; boundary=x", 400, ""),
        (b"", FORM, 403, "api_key"),
    ],
)
def test_a_body_that_is_no_good_form(client, body, kind, status, words):
    answer = client.portal.post(
        f"/open311/v2/requests.{client.form}", content=body, headers={"Content-Type": kind}
    )

    assert (answer.status_code, words in said(client, answer)[1]) == (status, True)


@pytest.mark.parametrize("method", ["DELETE", "PUT", "PATCH"])
def test_a_method_that_an_address_does_not_have(client, method):
    answer = client.portal.request(method, f"/open311/v2/requests.{client.form}")

    assert said(client, answer)[0] == 405
    assert "is not done this way" in said(client, answer)[1]


@pytest.mark.parametrize(
    ("path", "status"),
    [
        ("/open311/v2/requests.yaml", 404),
        ("/open311/v2/requests", 404),
        ("/open311/v9/services.xml", 404),
        ("/open311/v2/requests.xml?q=%00", 400),
        ("/open311/v2/tokens/%2e%2e.xml", 404),
        ("/open311/v2/services/" + "x" * 3000 + ".xml", 404),
    ],
)
def test_an_address_that_leads_nowhere_is_answered_in_xml(client, path, status):
    client.form = "xml"

    assert said(client, client.portal.get(path))[0] == status


def test_text_that_looks_like_markup_stays_text(client):
    words = "<!DOCTYPE x [<!ENTITY a 'ha'>]>&a;<script>alert(1)</script>"
    number = client.one(client.post("requests", POTHOLE | {"description": words}))

    read = client.one(client.get(f"requests/{number['service_request_id']}"))

    assert read["description"] == words


def test_the_same_request_sent_again_with_one_key_is_filed_once(client):
    once = {"Idempotency-Key": "a-tunnel"}
    first = client.one(client.post("requests", POTHOLE, headers=once))
    again = client.one(client.post("requests", POTHOLE, headers=once))
    other = client.post("requests", POTHOLE | {"description": "Another"}, headers=once)

    assert first == again
    assert said(client, other)[0] == 400
    assert len(client.read(client.get("requests"))) == 1


@pytest.mark.parametrize(
    ("changed", "status", "words"),
    [
        ({"status": "EXPLODED"}, 400, "status is one of OPEN"),
        ({"status": ""}, 400, "status is missing"),
        ({"update_id": ""}, 400, "update_id is missing"),
        ({"service_request_id": "AAAAA-AAAAA"}, 404, "no request"),
        ({"updated_datetime": "yesterday"}, 400, "with its zone"),
        ({"description": "x" * 4001}, 400, "4000 characters"),
    ],
)
def test_an_update_that_cannot_be_taken(client, changed, status, words):
    number = client.one(client.post("requests", POTHOLE))["service_request_id"]
    told = {"service_request_id": number, "update_id": "1", "status": "FIXED"}

    answer = client.post("servicerequestupdates", told | changed)

    assert (answer.status_code, words in said(client, answer)[1]) == (status, True)


def test_a_key_of_another_department_changes_nothing(client, database):
    number = client.one(client.post("requests", POTHOLE))["service_request_id"]
    with database.transaction() as session:
        known = facts(session)
        client.key = add_key(session, known, "Lamps", ("update",), clock.now(), department="LIGHT")
    told = {"service_request_id": number, "update_id": "1", "status": "FIXED"}

    answer = client.post("servicerequestupdates", told)

    assert said(client, answer) == (
        403,
        "This request belongs to another department than the key.",
    )


def test_the_bulk_file_runs_no_formula(client):
    client.post("requests", POTHOLE | {"description": '=HYPERLINK("x","y")'})

    written = client.portal.get("/open311/v2/requests.csv")

    header, row = written.text.split("\r\n")[:2]
    assert header.startswith("service_request_id,requested_datetime,updated_datetime,closed_date")
    assert "\"'=HYPERLINK" in row
    assert written.headers["content-type"] == "text/csv; charset=utf-8"


def test_inquiry_tells_what_the_city_does_and_where(client):
    inquiry = f"/open311/inquiry/v1/{{}}.{client.form}"
    pages = [
        client.read(client.portal.get(inquiry.format(path)))
        for path in ("services", "services/road.pothole", "facilities", "web_faqs")
    ]

    assert [page[0]["id"] for page in pages] == ["potholes", "potholes", "DRAIN", "potholes"]
    assert pages[0][0]["brief_description"]
    missing = client.portal.get(inquiry.format("services/nothing"))
    assert said(client, missing)[0] == 404
