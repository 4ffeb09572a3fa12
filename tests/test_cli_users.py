"""`geo-portal users`, and the staff of the demo, as an operator types it."""

import json
import re

import pytest

from geo_portal import clock
from geo_portal.accounts import links
from geo_portal.accounts.people import Membership
from geo_portal.accounts.register import staff
from geo_portal.accounts.sessions import find_sign_in
from geo_portal.accounts.sign_in import with_link
from geo_portal.cli import users
from geo_portal.cli.demo_staff import demo_links
from tests.people_fixtures import command_runner, forget_people


@pytest.fixture
def users_command(city, database, monkeypatch, capsys):
    """Runs `geo-portal users …`; gives back its exit status and what it printed."""
    monkeypatch.setattr(users, "_database", lambda: database)
    yield command_runner(monkeypatch, capsys, "users")
    forget_people(database)


def opened(database, said):
    """The sign-in that the printed link leads to."""
    token, now = re.search(r"token=(\S+)", said)[1], clock.now()
    with database.transaction() as session:
        found = links.open_link(session, token, now, browser=None)
        cookie = with_link(session, found, now, language="en", browser="")
        return find_sign_in(session, cookie, now)


def test_somebody_is_taken_on_and_let_go(users_command, database):
    added = users_command(
        *("add", "budi@x.example", "--role", "officer", "--department", "ROADS-N"),
        *("--area", "ward:N2", "--name", "Budi"),
    )
    listed = users_command("list", "--json")
    users_command("deactivate", "budi@x.example")
    again = users_command("deactivate", "BUDI@x.example")

    role = {"role": "officer", "department": "ROADS-N", "area": ["ward", "N2"]}
    assert added[0] == 0
    assert json.loads(listed[1]) == [
        {"name": "Budi", "email": "budi@x.example", "active": True, "roles": [role]}
    ]
    assert again == (1, "The account BUDI@x.example is closed already.\n")


def test_the_printed_link_leads_to_setting_the_account_up(users_command, database):
    _, said = users_command("add", "sari@x.example", "--role", "administrator")

    found = opened(database, said)

    assert found.person.memberships == (Membership("administrator"),)
    assert not found.complete


def test_the_same_role_twice_is_held_once(users_command, database):
    for _ in range(2):
        users_command("add", "sari@x.example", "--role", "head")

    with database.transaction() as session:
        (sari,) = staff(session)
    assert sari.memberships == (Membership("head"),)


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("add", "x@x.example", "--role", "king"), "There is no role “king”"),
        (("add", "x@x.example", "--role", "officer"), "belongs to a department"),
        (("add", "x@x.example", "--role", "head", "--department", "NO"), "no department “NO”"),
        (("add", "x@x.example", "--role", "head", "--area", "N2"), "written as level:code"),
        (("add", "x@x.example", "--role", "head", "--area", "no:N2"), "no level “no”"),
        (("add", "x", "--role", "head"), "not an e-mail address"),
        (("link", "x@x.example"), "Nobody here has the address"),
        (("deactivate", "x@x.example"), "Nobody here has the address"),
    ],
)
def test_a_slip_is_said_in_words(users_command, words, said):
    status, printed = users_command(*words)

    assert status == 1
    assert said in printed


def test_who_lost_everything_starts_over(users_command, database):
    users_command("add", "sari@x.example", "--role", "head")

    status, said = users_command("link", "sari@x.example")

    assert status == 0
    assert not opened(database, said).complete


def test_the_demo_has_somebody_for_every_role(city, database):
    with database.transaction() as session:
        demo_links(session, clock.now(), 8000)
        made = demo_links(session, clock.now(), 8000)

    found = [opened(database, address) for _, address in made]

    forget_people(database)
    assert {one.person.memberships[0].role for one in found} == {
        *("officer", "agent", "head", "planner", "moderator", "administrator")
    }
    assert all(one.complete and len(one.person.memberships) == 1 for one in found)
