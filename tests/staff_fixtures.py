"""The people of the tiny town: who reports, who mends, who heads, who decides in the end."""

from collections.abc import Callable
from datetime import UTC, datetime

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from geo_portal.accounts.people import Membership, Person
from geo_portal.accounts.tables import Account, Posting
from geo_portal.complaints.submit import NewComplaint, submit
from geo_portal.complaints.tables import Complaint, Event
from geo_portal.geometry import LonLat
from tests.city_fixtures import HARBOUR

MONDAY = datetime(2026, 3, 2, 2, 0, tzinfo=UTC)  # 09:00 in the tiny town
POTHOLE = "A deep pothole by the harbour gate"

Hire = Callable[..., Person]


@pytest.fixture
def hire(session: Session, city: object) -> Hire:
    """Makes a member of staff, or a citizen without a role."""

    def make(
        name: str,
        role: str | None = None,
        department: str | None = None,
        area: tuple[str, str] | None = None,
    ) -> Person:
        account = Account(
            name=name,
            pseudonym=f"{name}-pseudonym",
            email=f"{name.lower()}@tiny.example",
            language="en",
            created_at=MONDAY,
        )
        session.add(account)
        session.flush()
        held = (Membership(role, department, area),) if role else ()
        for one in held:
            level, code = one.area or (None, None)
            session.add(
                Posting(
                    person_id=account.id,
                    role=one.role,
                    department_code=one.department_code,
                    area_level=level,
                    area_code=code,
                )
            )
        session.flush()
        return Person(account.id, name, account.pseudonym, account.email, memberships=held)

    return make


@pytest.fixture
def asha(hire: Hire) -> Person:
    """A citizen who lives at the harbour."""
    return hire("Asha")


@pytest.fixture
def rina(hire: Hire) -> Person:
    """An officer of Roads, in the whole town."""
    return hire("Rina", "officer", "ROADS")


@pytest.fixture
def joko(hire: Hire) -> Person:
    """Another officer of Roads."""
    return hire("Joko", "officer", "ROADS")


@pytest.fixture
def sari(hire: Hire) -> Person:
    """An officer of Street Lighting."""
    return hire("Sari", "officer", "LIGHT")


@pytest.fixture
def budi(hire: Hire) -> Person:
    """The head of Roads."""
    return hire("Budi", "head", "ROADS")


@pytest.fixture
def wati(hire: Hire) -> Person:
    """The city secretary, who decides where reports belong that nobody wants."""
    return hire("Wati", "head")


@pytest.fixture
def pothole(session: Session, city: object) -> Complaint:
    """A pothole at the harbour, reported on Monday at nine, with the roads office."""
    new = NewComplaint(POTHOLE, LonLat(*HARBOUR), category="road.pothole")
    number = submit(session, new, MONDAY).id
    return session.get_one(Complaint, number)


def kinds(session: Session, complaint: Complaint) -> list[str]:
    """What happened to a complaint, in order."""
    asked = select(Event.kind).where(Event.complaint_id == complaint.id).order_by(Event.id)
    return list(session.scalars(asked))
