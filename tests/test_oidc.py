"""Staff sign in at the city's own provider, with the roles of their groups; forgeries do not."""

from urllib.parse import urlsplit

import pytest
import requests
from fastapi.testclient import TestClient
from sqlalchemy import text

from geo_portal.accounts import identities, oidc
from geo_portal.accounts.identities import read_membership
from geo_portal.accounts.people import Membership
from geo_portal.settings import settings
from tests.identity_provider import Provider, another_key, public_key_as_secret
from tests.people_fixtures import forget_people

SARI = {
    "sub": "4711",
    "email": "sari@city.example",
    "email_verified": True,
    "name": "Sari Wulandari",
    "groups": ["staff", "roads-heads"],
}
ROLES = {"roads-heads": "head:ROADS", "north": "officer:ROADS:district:N"}


@pytest.fixture
def provider(monkeypatch):
    """The city's provider, where Sari has an account."""
    made = Provider(dict(SARI))
    server = made.serve()
    known = {"oidc_issuer": made.address, "oidc_client_id": "portal", "oidc_roles": ROLES}
    wanted = settings().model_copy(update=known)
    for module in (oidc, identities):
        monkeypatch.setattr(module, "settings", lambda: wanted)
    yield made
    server.shutdown()
    server.server_close()


@pytest.fixture
def sari(portal, database):
    """Sari's browser."""
    yield TestClient(portal.app, headers={"Accept-Language": "en"})
    forget_people(database)


def there(browser, next_page=""):
    """The address to which the provider sends the browser back."""
    begun = browser.get("/sign-in/provider", params={"next": next_page}, follow_redirects=False)
    answer = requests.get(begun.headers["location"], allow_redirects=False, timeout=5)
    back = urlsplit(answer.headers["location"])
    return f"{back.path}?{back.query}"


def test_staff_sign_in_with_the_roles_of_their_groups(provider, sari):
    reply = sari.get(there(sari, "/help"), follow_redirects=False)
    page = sari.get("/account").text

    assert (reply.status_code, reply.headers["location"]) == (303, "/help")
    assert "Sari Wulandari" in page
    assert "<dt>Head</dt>" in page


def test_a_lost_group_is_a_lost_role(provider, sari):
    sari.get(there(sari), follow_redirects=False)
    provider.claims["groups"] = ["north"]
    sari.get(there(sari), follow_redirects=False)

    page = sari.get("/account").text

    assert "<dt>Officer</dt>" in page
    assert "<dt>Head</dt>" not in page


def test_somebody_with_a_new_address_stays_the_same_person(provider, sari, database):
    sari.get(there(sari), follow_redirects=False)
    provider.claims["email"] = "sari.w@city.example"
    sari.get(there(sari), follow_redirects=False)

    with database.transaction() as session:
        people = session.execute(text("SELECT email FROM people")).scalars().all()
    assert people == ["sari@city.example"]


@pytest.mark.parametrize(
    ("spoilt", "said"),
    [
        ({"iss": "http://127.0.0.1:1"}, "cannot be trusted"),
        ({"aud": "another portal"}, "cannot be trusted"),
        ({"nonce": "replayed"}, "cannot be trusted"),
        ({"nonce": None}, "cannot be trusted"),
        ({"exp": 1_000_000_000}, "cannot be trusted"),
        ({"exp": None}, "cannot be trusted"),
        ({"sub": None}, "cannot be trusted"),
        ({"email_verified": False}, "has not verified your e-mail"),
        ({"email_verified": "true"}, "has not verified your e-mail"),
        ({"email": None}, "has not verified your e-mail"),
        ({"groups": ["staff"]}, "none of your groups has a role"),
        ({"groups": None}, "none of your groups has a role"),
    ],
    ids=str,
)
def test_what_the_provider_must_not_say(provider, sari, spoilt, said):
    provider.spoilt = spoilt

    reply = sari.get(there(sari))

    assert reply.status_code == 403
    assert said in reply.text
    assert "session" not in sari.cookies


def test_a_token_signed_with_another_key_is_a_forgery(provider, sari):
    provider.signs_with = another_key()

    assert sari.get(there(sari)).status_code == 403


def test_a_public_key_does_not_pass_for_a_secret(provider, sari):
    provider.signs_with, provider.algorithm = public_key_as_secret(provider.key), "HS256"

    assert sari.get(there(sari)).status_code == 403


def test_a_new_key_of_the_provider_is_found(provider, sari):
    sari.get(there(sari), follow_redirects=False)
    provider.key = Provider({}).key
    provider.key = type(provider.key).generate_key(2048, {"kid": "two"})

    reply = sari.get(there(sari), follow_redirects=False)

    assert reply.status_code == 303


def test_an_answer_counts_only_in_the_browser_that_asked(provider, sari, portal):
    back = there(sari)

    reply = portal.get(back)

    assert reply.status_code == 403
    assert "another browser" in reply.text


def test_an_answer_counts_once(provider, sari):
    back = there(sari)
    sari.get(back, follow_redirects=False)

    assert sari.get(back).status_code == 403


def test_a_foreign_state_is_refused(provider, sari):
    back = there(sari)

    reply = sari.get(back.partition("state=")[0] + "state=guessed")

    assert reply.status_code == 403


@pytest.mark.parametrize("query", ["", "?error=access_denied&state=x", "?code=x", "?state=%F0%9F"])
def test_an_odd_answer_is_refused_in_words(provider, sari, query):
    there(sari)

    reply = sari.get(f"/sign-in/provider/back{query}")

    assert reply.status_code == 403
    assert "<h1>" in reply.text


def test_without_the_verifier_the_code_is_worth_nothing(provider, sari):
    back = there(sari)
    provider.asked["code-0"]["code_challenge"] = "somebody else's"

    assert sari.get(back).status_code == 403


def test_a_silent_provider_leaves_the_password(sari, provider, monkeypatch):
    gone = settings().model_copy(
        update={"oidc_issuer": "http://127.0.0.1:9", "oidc_client_id": "portal"}
    )
    monkeypatch.setattr(oidc, "settings", lambda: gone)

    reply = sari.get("/sign-in/provider")

    assert reply.status_code == 503
    assert "sign in with your password" in reply.text


def test_without_a_provider_nobody_is_sent_there(portal):
    page = portal.get("/sign-in/staff").text

    assert "/sign-in/provider" not in page
    assert portal.get("/sign-in/provider").status_code == 404


@pytest.mark.parametrize(
    ("written", "membership"),
    [
        ("administrator", Membership("administrator")),
        ("officer:ROADS", Membership("officer", "ROADS")),
        ("head::district:N", Membership("head", None, ("district", "N"))),
        ("officer:ROADS-N:ward:N2", Membership("officer", "ROADS-N", ("ward", "N2"))),
    ],
)
def test_a_membership_is_read_as_it_is_written(written, membership):
    assert read_membership(written) == membership
