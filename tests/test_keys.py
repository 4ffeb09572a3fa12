"""Keys for other programs, given out at the command line and on the administrator's page."""

import json
import re

import pytest
from sqlalchemy import text

from geo_portal.accounts.people import Membership
from geo_portal.cli import keys
from tests.city_fixtures import HARBOUR
from tests.people_fixtures import command_runner

POTHOLE = {"service_code": "road.pothole", "lat": HARBOUR[1], "long": HARBOUR[0]}


@pytest.fixture
def administrator(signed_in, database):
    yield signed_in("siti", Membership("administrator"))
    with database.transaction() as session:
        session.execute(text("TRUNCATE api_keys CASCADE"))


def test_a_key_is_shown_once_works_and_is_taken_back(administrator, portal, database):
    form = {"name": "Town app", "scopes": ["report"], "department": ""}

    made = administrator.post("/admin/keys", data=form)

    [key] = re.findall(r"gp_[\w-]{43}", made.text)
    filed = portal.post("/open311/v2/requests.json", data=POTHOLE | {"api_key": key})
    listed = administrator.get("/admin/keys").text
    assert (filed.status_code, key in listed, key[:8] in listed) == (200, False, True)
    with database.transaction() as session:
        assert key not in str(session.execute(text("SELECT * FROM api_keys")).all())
    administrator.post("/admin/keys/revoke", data={"name": "Town app"})
    again = portal.post("/open311/v2/requests.json", data=POTHOLE | {"api_key": key})
    assert again.status_code == 403


@pytest.mark.parametrize(
    ("form", "words"),
    [
        ({"name": "", "scopes": ["report"]}, "name of 1 to 80"),
        ({"name": "x", "scopes": []}, "at least one of the scopes"),
        ({"name": "x", "scopes": ["everything"]}, "at least one of the scopes"),
        ({"name": "x", "scopes": ["report"], "department": "NONE"}, "no department"),
    ],
)
def test_a_mistake_is_said_and_nothing_is_given_out(administrator, form, words):
    answer = administrator.post("/admin/keys", data=form)

    assert (answer.status_code, words in answer.text) == (422, True)
    assert "No key was given out yet" in answer.text


def test_only_administrators_give_out_keys(signed_in):
    budi = signed_in("budi", Membership("head", "ROADS"))

    pages = [budi.get("/admin/keys"), budi.post("/admin/keys", data={"name": "x"})]

    assert [page.status_code for page in pages] == [403, 403]


@pytest.fixture
def keys_command(city, database, monkeypatch, capsys):
    """Runs `geo-portal keys …`; gives back its exit status and what it printed."""
    monkeypatch.setattr(keys, "_database", lambda: database)
    yield command_runner(monkeypatch, capsys, "keys")
    with database.transaction() as session:
        session.execute(text("TRUNCATE api_keys CASCADE"))


def test_keys_at_the_command_line(keys_command):
    wanted = ("--scope", "report", "--scope", "update", "--department", "ROADS")
    added = keys_command("add", "Town app", *wanted, "--per-hour", "60")
    twice = keys_command("add", "Town app")
    revoked = keys_command("revoke", "Town app")
    unknown = keys_command("revoke", "Nobody")

    assert (added[0], len(re.findall(r"gp_[\w-]{43}", added[1]))) == (0, 1)
    assert [one[0] for one in (twice, revoked, unknown)] == [1, 0, 1]
    [told] = json.loads(keys_command("list", "--json")[1])
    assert (told["scopes"], told["department_code"], told["uses"]) == (
        ["report", "update"],
        "ROADS",
        0,
    )
    assert told["revoked_at"]
