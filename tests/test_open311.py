"""Open311 GeoReport v2 as its specification has it: the eighteen checks, in XML and in JSON."""

import io
import re
from datetime import UTC, datetime, timedelta

import pytest
from PIL import Image
from sqlalchemy import text

from geo_portal import clock
from geo_portal.accounts.keys import add_key, revoke_key
from geo_portal.accounts.people import Membership
from geo_portal.city.facts import facts
from geo_portal.complaints.submit import NewComplaint, submit
from geo_portal.exchange import pictures
from geo_portal.geometry import LonLat
from geo_portal.outbox.safe_http import Reply
from tests.city_fixtures import AT_SEA, HARBOUR
from tests.open311_client import Client, answers_to

PLACE = {"lat": HARBOUR[1], "long": HARBOUR[0]}
POTHOLE = {"service_code": "road.pothole", "description": "A deep pothole", **PLACE}
KINDS = {"string", "number", "datetime", "text", "singlevaluelist", "multivaluelist"}


@pytest.fixture(params=["xml", "json"])
def form(request):
    return request.param


@pytest.fixture
def keys(database, city):
    """Tokens by name: one that may do all, one of Street Lighting that may only tell updates."""
    with database.transaction() as session:
        known, now = facts(session), clock.now()
        everything = ("report", "update", "events")
        made = {
            "works": add_key(session, known, "Town app", everything, now),
            "lamps": add_key(session, known, "Lamps", ("update",), now, department="LIGHT"),
            "once": add_key(session, known, "Once", ("report",), now, most_per_hour=1),
            "revoked": add_key(session, known, "Old", everything, now),
            "expired": add_key(
                session, known, "Past", everything, now - timedelta(days=2), lasts=timedelta(days=1)
            ),
        }
        revoke_key(session, "Old", now)
    yield made
    with database.transaction() as session:
        session.execute(text("TRUNCATE api_keys CASCADE"))


@pytest.fixture
def proof_wanted(database, city):
    """The city asks for a photo of every mended pothole."""
    changes = (
        "UPDATE categories SET evidence = :wanted WHERE code = 'road.pothole'",
        "UPDATE city SET facts_version = facts_version + 1",
    )
    with database.transaction() as session:
        _ = [session.execute(text(one), {"wanted": True}) for one in changes]
    yield
    with database.transaction() as session:
        _ = [session.execute(text(one), {"wanted": False}) for one in changes]


@pytest.fixture
def client(portal, form, keys):
    return Client(portal, form, keys["works"])


def filed(client, **more):
    """The number of a pothole that was just reported."""
    answer = client.post("requests", POTHOLE | more)
    assert answer.status_code == 200, answer.text
    return client.one(answer)["service_request_id"]


def wrong(client, answer, status):
    """The descriptions of a refusal, joined; its status and shape are checked."""
    assert answer.status_code == status, answer.text
    errors = client.read(answer)
    assert {str(error["code"]) for error in errors} == {str(status)}
    return " ".join(error["description"] for error in errors)


def test_a_foreign_clients_session_from_discovery_to_close(client, portal, keys, signed_in):
    client.key = ""
    [endpoint] = client.read(client.get("discovery"))["endpoints"]
    assert endpoint["specification"] == "http://wiki.open311.org/GeoReport_v2"
    client.home = endpoint["url"]

    services = {one["service_code"]: one for one in client.read(client.get("services"))}
    kind = next(code for code, one in services.items() if str(one["metadata"]).lower() == "true")
    asked = client.read(client.get(f"services/{kind}"))["attributes"]

    client.key = keys["works"]
    person = {"email": "asha@tiny.example", "first_name": "Asha"}
    number = filed(client, service_code=kind, **answers_to(asked), **person)
    other = client.one(client.post("requests", POTHOLE | {"service_code": "other"}))
    assert (set(other) & {"service_request_id", "token"}) == {"token"}
    waiting = client.one(client.get(f"tokens/{other['token']}"))
    assert (waiting["service_request_id"], waiting["token"]) == (None, other["token"])

    read = client.one(client.get(f"requests/{number}", extensions="true"))
    assert (read["status"], read["description"]) == ("open", "A deep pothole")
    assert float(read["lat"]) == HARBOUR[1]
    assert float(read["long"]) == HARBOUR[0]
    assert set(read["attributes"]) >= {one["code"] for one in asked if "values" in one}

    sari = signed_in("wati", Membership("head"))
    [sort] = _codes_of(portal, "other")
    moved = sari.post(f"/desk/{sort}/sort", data={"category": "road.pothole"})
    assert moved.status_code < 400
    assert client.one(client.get(f"tokens/{other['token']}"))["service_request_id"] == sort

    told = {"service_request_id": number, "update_id": "1", "description": "Our crew is there"}
    work = client.post("servicerequestupdates", told | {"status": "IN_PROGRESS"})
    again = client.post("servicerequestupdates", told | {"status": "IN_PROGRESS"})
    assert client.one(work) == client.one(again)
    closing = told | {"update_id": "2", "status": "FIXED", "description": "Filled with asphalt"}
    assert client.post("servicerequestupdates", closing).status_code == 200

    after = client.one(client.get(f"requests/{number}"))
    assert (after["status"], after["status_notes"]) == ("closed", "Fixed. Filled with asphalt")
    updates = client.read(client.get("servicerequestupdates", service_request_id=number))
    assert [one["status"] for one in updates][-2:] == ["in_progress", "fixed"]
    assert client.read(client.get("requests", status="closed"))[0]["service_request_id"] == number


def _codes_of(portal, category):
    found = portal.get("/api/v1/complaints", params={"category": category}).json()
    return [one["id"] for one in found["features"]]


def test_1_discovery(client, form):
    told = client.read(client.get("discovery"))

    assert datetime.fromisoformat(told["changeset"]) < datetime.now(UTC)
    [endpoint] = told["endpoints"]
    assert (endpoint["type"], "text/xml" in endpoint["formats"]) == ("production", True)
    assert endpoint["url"].endswith("/open311/v2")
    assert client.portal.get(f"/open311/discovery.{form}").status_code == 200


def test_2_services(client):
    services = client.read(client.get("services"))

    codes = [one["service_code"] for one in services]
    assert len(codes) == len(set(codes)) == 8
    assert all(one["service_name"] for one in services)
    assert {one["type"] for one in services} <= {"realtime", "batch", "blackbox"}
    assert {str(one["metadata"]).lower() for one in services} == {"true", "false"}


def test_3_definitions(client):
    services = client.read(client.get("services"))

    asked = [one["service_code"] for one in services if str(one["metadata"]).lower() == "true"]
    definitions = [client.read(client.get(f"services/{code}")) for code in asked]
    assert [one["service_code"] for one in definitions] == asked == ["road.pothole", "waste.missed"]
    attributes = [one for definition in definitions for one in definition["attributes"]]
    assert {one["datatype"] for one in attributes} == KINDS
    assert [str(one["order"]) for one in definitions[0]["attributes"]] == list("12345")
    lists = [one for one in attributes if one["datatype"].endswith("list")]
    assert all(one["values"][0]["key"] and one["values"][0]["name"] for one in lists)
    assert all("values" not in one for one in attributes if one not in lists)
    hint = next(one for one in attributes if one["code"] == "owner_mends")
    assert (str(hint["variable"]).lower(), str(hint["required"]).lower()) == ("false", "false")


def test_services_of_a_place_and_in_a_language(client):
    here = client.read(client.get("services", **PLACE, locale="id"))
    nowhere = client.read(client.get("services", lat=AT_SEA[1], long=AT_SEA[0]))

    assert (len(here), here[0]["service_name"], nowhere) == (8, "Jalan rusak atau berlubang", [])


@pytest.mark.parametrize(
    "path", ["services/no.such", "requests/AAAAA-AAAAA", "requests/x", "tokens/x", "nowhere"]
)
def test_4_what_is_not_there_is_a_404_in_the_right_form(client, path):
    assert wrong(client, client.get(path), 404)


@pytest.mark.parametrize(
    ("changed", "status", "words"),
    [
        ({"service_code": ""}, 400, "service_code is missing"),
        ({"service_code": "no.such"}, 404, "no service “no.such”"),
        ({"lat": "", "long": ""}, 400, "Please say where it is"),
        ({"long": ""}, 400, "long is missing"),
        ({"lat": "91"}, 400, "latitude must be"),
        ({"lat": "north"}, 400, "must be a number"),
        ({"lat": "nan"}, 400, "latitude must be"),
        ({"description": "x" * 4001}, 400, "4000 characters"),
        ({"service_code": "waste.missed"}, 400, "(danger)"),
        ({"service_code": "waste.missed", "attribute[danger]": "yes"}, 400, "call at once"),
        ({"attribute[depth]": "bottomless"}, 400, "Possible are: flat, deep"),
        ({"attribute[colour]": "red"}, 400, "“colour”"),
        ({"lat": AT_SEA[1], "long": AT_SEA[0]}, 400, "outside the area"),
        ({"lat": HARBOUR[0], "long": HARBOUR[1]}, 400, "look swapped"),
        ({"lat": "", "long": "", "address_string": "Xyzzy"}, 400, "no place called"),
        ({"media_url": "http://127.0.0.1/secret.jpg"}, 400, "network of its own"),
        ({"media_url": "file:///etc/passwd"}, 400, "not a web address"),
    ],
)
def test_5_what_cannot_be_filed(client, changed, status, words):
    assert words in wrong(client, client.post("requests", POTHOLE | changed), status)
    assert client.read(client.get("requests")) == []


@pytest.mark.parametrize("key", ["", "guessed", "revoked", "expired", "lamps"])
def test_5_without_a_key_that_may_report(client, keys, key):
    client.key = keys.get(key, key)

    said = wrong(client, client.post("requests", {}), 403)

    assert "api_key" in said


def test_a_key_is_used_as_often_as_it_may_be_and_each_use_is_kept(client, keys, database):
    client.key = keys["once"]
    number = filed(client)

    answer = client.post("requests", POTHOLE)

    assert "too often" in wrong(client, answer, 429)
    assert int(answer.headers["retry-after"]) > 3000
    with database.transaction() as session:
        uses = session.execute(text("SELECT what, about FROM api_key_uses")).all()
    assert [tuple(use) for use in uses] == [(f"POST /open311/v2/requests.{client.form}", number)]


def test_6_what_was_posted_is_what_is_read(client):
    answers = {"attribute[depth]": "deep", "attribute[lanes][]": ["left", "right"]}
    told = {"description": "", "lat": "", "long": "", "address_string": "market square"}
    number = filed(client, **answers, **told)

    read = client.one(client.get(f"requests/{number}", extensions="true"))

    assert read["service_request_id"] == number
    assert (read["description"], read["address"]) == ("Pothole or damaged road", "Market Square")
    assert (float(read["lat"]), float(read["long"])) == (-10.028, 95.012)
    assert read["agency_responsible"] == "Roads Office South"
    lanes = read["attributes"]["lanes"]
    assert lanes in (["left", "right"], {"value": "right"})
    assert read["notes"][0]["type"] == "opened"
    assert read["extended_attributes"]["detailed_status"] == "assigned"


def test_6_pictures_come_along_or_by_their_address(client, monkeypatch):
    picture = io.BytesIO()
    exif = Image.Exif()
    exif[0x010F] = "Secret phone"
    Image.new("RGB", (64, 48), "tan").save(picture, "JPEG", exif=exif)
    # The picture's server is the only thing here that is not ours.
    monkeypatch.setattr(pictures, "ask", lambda *_, **__: Reply(200, {}, picture.getvalue()))
    sent = {"media": ("hole.jpg", picture.getvalue(), "image/jpeg")}
    fields = POTHOLE | {"media_url": "https://pictures.example/hole.jpg"}

    number = client.one(client.post("requests", fields, files=sent))["service_request_id"]

    read = client.one(client.get(f"requests/{number}", extensions="true"))
    photos = read["extended_attributes"]["photos"]
    assert (len(photos), photos[0]) == (2, read["media_url"])
    shown = client.portal.get(read["media_url"].partition("8000")[2])
    assert (shown.status_code, b"Secret phone" in shown.content) == (200, False)


def test_a_picture_of_the_result_comes_with_the_update_that_closes(client, database, proof_wanted):
    number = filed(client)
    picture = io.BytesIO()
    Image.new("RGB", (64, 48), "gray").save(picture, "JPEG")
    sent = {"media": ("mended.jpg", picture.getvalue(), "image/jpeg")}
    told = {"service_request_id": number, "update_id": "1", "status": "FIXED"}

    without = client.post("servicerequestupdates", told)
    done = client.post("servicerequestupdates", told, files=sent)

    assert "photo of the finished work" in wrong(client, without, 400)
    assert done.status_code == 200, done.text
    assert client.one(client.get(f"requests/{number}"))["status"] == "closed"
    with database.transaction() as session:
        assert session.scalar(text("SELECT count(*) FROM evidence")) == 1


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
    [code] = _codes_of(portal, "order.crime")

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


def test_17_nothing_about_the_person_is_told(client):
    person = {
        "email": "asha.secret@tiny.example",
        "phone": "+62 811 555 1234",
        "account_id": "acc-777",
        "device_id": "dev-888",
        "first_name": "Ashalata",
        "last_name": "Wijaya",
    }
    number = filed(client, **person)

    pages = [
        client.get("requests", extensions="true"),
        client.get(f"requests/{number}", extensions="true"),
        client.get("servicerequestupdates"),
        client.portal.get("/open311/v2/requests.csv"),
    ]

    assert all(page.status_code == 200 for page in pages)
    everything = "".join(page.text for page in pages)
    assert [value for value in person.values() if value in everything] == []


@pytest.mark.parametrize(
    ("status", "is_open", "notes"),
    [
        ("in_progress", "open", "is working on it"),
        ("waiting_other", "open", "waits for parts"),
        ("rejected", "closed", "closed without a fix"),
        ("merged", "closed", "joined with another report"),
        ("resolved", "closed", "has closed it"),
    ],
)
def test_18_every_state_is_open_or_closed_and_the_notes_say_more(
    client, database, status, is_open, notes
):
    number = filed(client)
    with database.transaction() as session:
        session.execute(
            text(
                "UPDATE complaints SET status = :status,"
                " closed_at = CASE WHEN :closed THEN submitted_at END"
            ),
            {"status": status, "closed": is_open == "closed"},
        )

    read = client.one(client.get(f"requests/{number}"))

    assert (read["status"], notes in read["status_notes"]) == (is_open, True)
    assert len(client.read(client.get("requests", status=is_open))) == 1
