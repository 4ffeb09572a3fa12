"""Citizens and staff of the tiny town, and browsers in which they are signed in."""

from collections.abc import Callable, Iterator

import pytest
from fastapi.testclient import TestClient
from sqlalchemy import insert, text
from sqlalchemy.orm import Session

from geo_portal import clock
from geo_portal.accounts.people import Membership
from geo_portal.accounts.sessions import open_session
from geo_portal.accounts.tables import Account, Posting
from geo_portal.database import Database
from geo_portal.http import session_cookie

TABLES = "people, sign_in_links, sign_in_attempts, outbox, procrastinate_jobs, reply_templates"


def add_person(session: Session, name: str, *held: Membership) -> int:
    """The number of a new person; the address is the name at x.example."""
    made = insert(Account).values(
        name=name.title(),
        pseudonym=f"Z{name.upper()}",
        email=f"{name}@x.example",
        language="en",
        created_at=clock.now(),
    )
    number = session.execute(made.returning(Account.id)).scalar_one()
    for one in held:
        level, code = one.area or (None, None)
        posting = insert(Posting).values(person_id=number, role=one.role, area_level=level)
        session.execute(posting.values(department_code=one.department_code, area_code=code))
    return number


def forget_people(database: Database) -> None:
    """Empty every table that accounts and messages write to."""
    with database.transaction() as session:
        session.execute(text(f"TRUNCATE {TABLES} CASCADE"))


SignedIn = Callable[..., TestClient]


@pytest.fixture
def signed_in(portal: TestClient, database: Database) -> Iterator[SignedIn]:
    """`signed_in("budi", Membership("officer", "ROADS"))` is the portal as Budi sees it.

    Without memberships Budi is a citizen; `second_factor=False` leaves the sign-in half-way.
    """

    def client(name: str, *held: Membership, second_factor: bool = True) -> TestClient:
        with database.transaction() as session:
            number = add_person(session, name, *held)
            token = open_session(
                session, number, clock.now(), browser="Test", second_factor=second_factor
            )
        browser = TestClient(portal.app, headers={"Accept-Language": "en"})
        browser.cookies.set(session_cookie(), token)
        return browser

    yield client
    forget_people(database)
