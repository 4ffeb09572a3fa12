"""The pages for signing in and the account page, asked without a browser."""

import re
from urllib.parse import parse_qs, urlsplit

import pyotp
import pytest
from fastapi.testclient import TestClient
from sqlalchemy import text

from geo_portal import clock
from geo_portal.accounts import links, passwords
from geo_portal.accounts.people import Membership
from geo_portal.outbox.send import send_waiting
from geo_portal.settings import settings
from tests.people_fixtures import add_person, forget_people

OFFICER = Membership("officer", "ROADS")
GOOD = "lantern river seven"


@pytest.fixture
def portal(portal, database):
    """The portal, with nobody in it afterwards."""
    yield portal
    forget_people(database)


@pytest.fixture
def budi(portal, database):
    """The number of an officer with a password and no second factor yet."""
    with database.transaction() as session:
        number = add_person(session, "budi", OFFICER)
        passwords.set_password(session, number, GOOD)
    return number


def browser(portal):
    return TestClient(portal.app, headers={"Accept-Language": "en"})


def mailed(database, mail_server):
    """The (path, code) of the last message."""
    send_waiting(database)
    mail = mail_server.mails[-1]
    address = urlsplit(re.search(r"http\S+token=\S+", mail.get_content())[0])
    return f"{address.path}?{address.query}", re.search(r"\d{6}", mail["Subject"])[0]


def token_in(path):
    return parse_qs(urlsplit(path).query)["token"][0]


def test_the_answer_is_the_same_whether_an_address_is_known(portal, budi):
    pages = [
        browser(portal).post("/sign-in", data={"contact": f"{name}@x.example"})
        for name in ("budi", "nono")
    ]

    known, unknown = (page.text.replace("budi", "nono") for page in pages)
    assert known == unknown
    assert [page.status_code for page in pages] == [200, 200]


def test_a_wrong_pair_is_answered_the_same_whether_the_address_is_known(portal, budi):
    pages = [
        portal.post("/sign-in/staff", data={"email": f"{name}@x.example", "password": "wrong one"})
        for name in ("budi", "nono")
    ]

    known, unknown = (page.text.replace("budi", "nono") for page in pages)
    assert known == unknown
    assert [page.status_code for page in pages] == [422, 422]


def test_the_eleventh_wrong_password_is_told_when_to_come_back(portal, budi):
    pair = {"email": "budi@x.example", "password": "wrong one"}
    replies = [portal.post("/sign-in/staff", data=pair) for _ in range(11)]

    assert [reply.status_code for reply in replies] == [422] * 10 + [429]
    assert 280 <= int(replies[-1].headers["retry-after"]) <= 300
    assert "tried too often" in replies[-1].text


def test_a_link_leads_back_to_where_one_was(portal, database, mail_server):
    portal.post("/sign-in", data={"contact": "asha@x.example", "next": "/complaints?light=done"})
    path, _ = mailed(database, mail_server)
    page = portal.get(path)

    fields = dict(re.findall(r'name="(token|next)" value="([^"]*)"', page.text))
    reply = portal.post("/sign-in/link", data=fields, follow_redirects=False)

    assert reply.headers["location"] == "/complaints?light=done"
    assert "asha" in portal.get("/account").text


@pytest.mark.parametrize(
    "elsewhere",
    ["https://evil.example", "//evil.example", "/\\evil.example", "javascript:alert(1)"],
)
def test_signing_in_never_leads_to_another_site(portal, database, mail_server, elsewhere):
    portal.post("/sign-in", data={"contact": "asha@x.example"})
    _, code = mailed(database, mail_server)

    sent = {"code": code, "next": elsewhere}
    reply = portal.post("/sign-in/code", data=sent, follow_redirects=False)

    assert reply.headers["location"] in ("/account", "/desk")


def test_a_link_in_another_browser_says_what_to_do(portal, database, mail_server):
    portal.post("/sign-in", data={"contact": "asha@x.example"})
    path, _ = mailed(database, mail_server)
    other = browser(portal)

    replies = [other.get(path), other.post("/sign-in/link", data={"token": token_in(path)})]

    assert [reply.status_code for reply in replies] == [409, 409]
    assert all("only in the browser in which you asked" in reply.text for reply in replies)


def test_looking_at_a_link_signs_nobody_in(portal, database, mail_server):
    portal.post("/sign-in", data={"contact": "asha@x.example"})
    path, _ = mailed(database, mail_server)

    reply = portal.get(path)

    assert "session" not in reply.cookies
    assert reply.headers["cache-control"] == "no-store"


def test_the_cookie_is_out_of_reach_of_scripts_and_changes_with_each_step(portal, budi):
    first = portal.post(
        "/sign-in/staff",
        data={"email": "budi@x.example", "password": GOOD},
        follow_redirects=False,
    )
    page = portal.get(first.headers["location"])
    half_way = portal.cookies["session"]
    secret = re.search(r'class="sign-in-secret"[^>]*>([A-Z2-7 ]+)<', page.text)[1]
    offered = re.search(r'name="offered" value="([^"]+)"', page.text)[1]
    code = pyotp.TOTP(secret.replace(" ", "")).at(clock.now())
    done = portal.post("/sign-in/second-step", data={"code": code, "offered": offered})

    cookie = first.headers["set-cookie"]
    assert all(part in cookie for part in ("HttpOnly", "SameSite=lax", "Path=/"))
    assert first.headers["location"].startswith("/sign-in/second-step")
    assert len(re.findall(r"<code>[0-9A-Z]{5}-[0-9A-Z]{5}</code>", done.text)) == 10
    assert portal.cookies["session"] != half_way
    assert "Roads" in portal.get("/account").text


def test_over_https_the_cookie_is_bound_to_the_host(portal, budi, monkeypatch):
    secure = settings().model_copy(update={"public_url": "https://city.example"})
    monkeypatch.setattr("geo_portal.http.settings", lambda: secure)

    pair = {"email": "budi@x.example", "password": GOOD}
    reply = portal.post("/sign-in/staff", data=pair, follow_redirects=False)

    cookie = next(one for one in reply.headers.get_list("set-cookie") if "__Host-session" in one)
    assert "Secure" in cookie
    assert "Domain" not in cookie


def test_half_way_in_nothing_is_open(portal, budi):
    portal.post("/sign-in/staff", data={"email": "budi@x.example", "password": GOOD})

    page = portal.get("/account", follow_redirects=False)
    change = portal.post("/account/name", data={"name": "Mallory"})

    assert (page.status_code, change.status_code) == (303, 401)


def test_a_set_up_link_leads_through_password_and_app(portal, database, budi):
    with database.transaction() as session:
        number = add_person(session, "sari", OFFICER)
        address = links.make_link(
            session,
            "sari@x.example",
            number,
            clock.now(),
            purpose="set_up",
            lasts=links.LASTS,
        )
    reply = portal.post("/sign-in/link", data={"token": token_in(address)}, follow_redirects=False)
    weak = portal.post("/sign-in/password", data={"password": "password"})
    strong = portal.post("/sign-in/password", data={"password": GOOD}, follow_redirects=False)
    again = portal.post("/sign-in/password", data={"password": "another one entirely"})

    assert reply.headers["location"] == "/sign-in/password"
    assert (weak.status_code, strong.status_code, again.status_code) == (422, 303, 403)
    assert strong.headers["location"].startswith("/sign-in/second-step")


@pytest.mark.parametrize(
    ("path", "data"),
    [
        ("/account/name", {"name": "Mallory"}),
        ("/account/devices/end", {"device": "0" * 64}),
        ("/account/devices/end-others", {}),
        ("/account/password", {"password": "something else"}),
        ("/account/recovery-codes", {}),
        ("/account/second-factor", {}),
        ("/account/second-factor/new", {"code": "1", "offered": "2"}),
    ],
)
def test_nobody_changes_an_account_without_signing_in(portal, path, data):
    assert portal.post(path, data=data).status_code == 401


def test_a_citizen_has_no_password_to_change(signed_in):
    reply = signed_in("asha").post("/account/password", data={"password": "something else"})

    assert reply.status_code == 403


def test_an_open_browser_does_not_give_the_account_away(signed_in, database):
    sari = signed_in("sari", OFFICER)
    sari.post("/account/password", data={"password": GOOD})

    replies = [
        sari.post(f"/account/{what}", data={"current": "guessed it", "password": "mine from now"})
        for what in ("password", "second-factor")
    ]

    assert [reply.status_code for reply in replies] == [422, 422]
    assert all("not your present password" in reply.text for reply in replies)


def test_changing_the_password_signs_out_everywhere_else(signed_in, portal, database):
    sari = signed_in("sari", OFFICER)
    sari.post("/account/password", data={"password": GOOD})
    thief = browser(portal)
    thief.post("/sign-in/staff", data={"email": "sari@x.example", "password": GOOD})

    sari.post("/account/password", data={"current": GOOD, "password": "quite another one"})

    with database.transaction() as session:
        left = session.scalar(text("SELECT count(*) FROM sessions WHERE ended_at IS NULL"))
    assert left == 1
    assert sari.get("/account").status_code == 200


def test_signing_out_ends_the_sign_in_itself(signed_in):
    asha = signed_in("asha")
    token = asha.cookies["session"]
    asha.post("/sign-out", follow_redirects=False)
    asha.cookies.set("session", token)

    reply = asha.get("/account", follow_redirects=False)

    assert reply.status_code == 303


def test_signing_in_anew_ends_the_sign_in_before(portal, database, mail_server):
    portal.post("/sign-in", data={"contact": "asha@x.example"})
    portal.post("/sign-in/code", data={"code": mailed(database, mail_server)[1]})
    before = portal.cookies["session"]
    portal.post("/sign-in", data={"contact": "nono@x.example"})
    portal.post("/sign-in/code", data={"code": mailed(database, mail_server)[1]})

    old = browser(portal)
    old.cookies.set("session", before)

    assert old.get("/account", follow_redirects=False).status_code == 303
    assert "nono@x.example" in portal.get("/account").text


def test_a_stolen_digest_is_no_cookie(signed_in, database, portal):
    signed_in("asha")
    with database.transaction() as session:
        digest = session.scalar(text("SELECT token_hash FROM sessions"))
    thief = browser(portal)
    thief.cookies.set("session", digest)

    assert thief.get("/account", follow_redirects=False).status_code == 303


@pytest.mark.parametrize("device", ["", "\0", "0" * 64, "' OR 1=1"])
def test_an_unknown_device_cannot_be_signed_out(signed_in, device):
    reply = signed_in("asha").post("/account/devices/end", data={"device": device})

    assert reply.status_code == 404


def test_nobody_signs_out_somebody_elses_device(signed_in, database):
    asha, mallory = signed_in("asha"), signed_in("mallory")
    with database.transaction() as session:
        ashas = session.scalar(
            text(
                "SELECT token_hash FROM sessions JOIN people ON id = person_id"
                " WHERE email = 'asha@x.example'"
            )
        )

    reply = mallory.post("/account/devices/end", data={"device": ashas})

    assert reply.status_code == 404
    assert asha.get("/account").status_code == 200


@pytest.mark.parametrize("name", ["", "   ", "\0", "x" * 101, "\u202e\u200b"])
def test_a_name_has_to_say_something(signed_in, name):
    reply = signed_in("asha").post("/account/name", data={"name": name})

    assert reply.status_code == 422


def test_what_a_person_calls_themselves_is_never_markup(signed_in):
    asha = signed_in("asha")
    asha.post("/account/name", data={"name": "<script>alert(1)</script>"})

    page = asha.get("/").text

    assert "<script>alert" not in page
    assert "&lt;script&gt;alert" in page


def test_a_form_from_another_site_changes_nothing(signed_in):
    reply = signed_in("asha").post("/sign-out", headers={"Sec-Fetch-Site": "cross-site"})

    assert reply.status_code == 403


@pytest.mark.parametrize("path", ["", "/code", "/link", "/staff"])
@pytest.mark.parametrize("odd", ["\0", "\ud7ff\uffff", "x" * 100_000, "{0}", "%s"])
def test_odd_forms_are_answered_with_a_page(portal, path, odd):
    fields = ("contact", "email", "password", "code", "token", "next")

    reply = portal.post(f"/sign-in{path}", data=dict.fromkeys(fields, odd))

    assert reply.status_code in (409, 422)
    assert "<h1>" in reply.text
