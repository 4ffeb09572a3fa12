"""Open311 GeoReport v2 as its specification has it: the eighteen checks, in XML and in JSON."""

import io
from datetime import UTC, datetime

import pytest
from PIL import Image
from sqlalchemy import text

from geo_portal.accounts.people import Membership
from geo_portal.exchange import pictures
from geo_portal.outbox.safe_http import Reply
from tests.city_fixtures import AT_SEA, HARBOUR
from tests.open311_client import answers_to
from tests.open311_fixtures import PLACE, POTHOLE, codes_of, filed, wrong

KINDS = {"string", "number", "datetime", "text", "singlevaluelist", "multivaluelist"}


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
    [sort] = codes_of(portal, "other")
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


def test_an_update_shows_its_picture_once_it_holds_up_and_while_it_is_not_hidden(
    client, database, proof_wanted
):
    number = filed(client)
    picture, exif = io.BytesIO(), Image.Exif()
    exif[0x010F] = "Secret phone"
    Image.new("RGB", (64, 48), "gray").save(picture, "JPEG", exif=exif)
    sent = {"media": ("mended.jpg", picture.getvalue(), "image/jpeg")}
    told = {"service_request_id": number, "update_id": "1", "status": "FIXED"}
    client.post("servicerequestupdates", told, files=sent)

    def pictures():
        updates = client.read(client.get("servicerequestupdates", service_request_id=number))
        return [one["media_url"] for one in updates if one["media_url"]]

    def change(statement):
        with database.transaction() as session:
            session.execute(text(statement))
        return pictures()

    unproved = change("UPDATE evidence SET accepted = NULL")
    proved = change("UPDATE evidence SET accepted = true")
    shown = client.portal.get(proved[0].partition("8000")[2])
    hidden = change("UPDATE photos SET hidden = true")

    assert (unproved, len(proved), hidden) == ([], 1, [])
    assert (shown.status_code, b"Secret phone" in shown.content) == (200, False)


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
