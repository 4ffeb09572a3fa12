"""Staff of the demo city, each with a link on the operator's terminal that signs them in."""

from datetime import datetime, timedelta

from rich.console import Console
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from geo_portal.accounts import links, register
from geo_portal.accounts.people import Membership
from geo_portal.city.facts import CityFacts, facts
from geo_portal.complaints.tables import Complaint

# As long as somebody may look around after starting the demo.
LASTS = timedelta(hours=12)
ADDRESS = "demo.example"


def demo_links(session: Session, now: datetime, port: int) -> list[tuple[str, str]]:
    """Take on the demo's staff, and make each a new link: (who, address).

    There are no demo passwords: a password that is printed somewhere stays guessable for ever,
    even when the data later moves to a public machine. A link works once, and only from the
    demo, which listens on this machine alone.
    """
    made = []
    city = facts(session)
    known = {one.email: one.id for one in register.staff(session)}
    for who, (name, membership) in _staff(session, city).items():
        email = f"{who}@{ADDRESS}"
        # Whoever was taken on by an earlier start keeps the department they had then.
        person_id = known.get(email) or register.take_on(
            session, city, now, email=email, name=name, memberships=(membership,)
        )
        address = links.make_link(session, email, person_id, now, purpose="demo", lasts=LASTS)
        token = address.partition("?")[2]
        made.append((f"{name}, {who}", f"http://localhost:{port}/sign-in/link?{token}"))
    return made


def _staff(session: Session, city: CityFacts) -> dict[str, tuple[str, Membership]]:
    """Somebody for every role, in the department that has the most to do."""
    department = _busiest(session) or city.owners[0]
    return {
        "officer": ("Budi Santoso", Membership("officer", department)),
        "head": ("Sari Wulandari", Membership("head", department)),
        "planner": ("Ayesha Khan", Membership("planner")),
        "moderator": ("Dewi Lestari", Membership("moderator")),
        "administrator": ("Rahmat Hidayat", Membership("administrator")),
        "agent": ("Nadia Rahman", Membership("agent")),
    }


def _busiest(session: Session) -> str | None:
    """The department with the most complaints; of several the first."""
    counted = (
        select(Complaint.department_code)
        .where(Complaint.department_code.is_not(None))
        .group_by(Complaint.department_code)
        .order_by(func.count().desc(), Complaint.department_code)
    )
    return session.scalars(counted.limit(1)).first()


def show_demo_links(console: Console, made: list[tuple[str, str]]) -> None:
    """Print them, each in one piece, so that a terminal makes it a link."""
    console.print("Sign in as one of the staff (each link works once):")
    for who, address in made:
        console.print(f"  {who}", markup=False)
        print(f"    {address}")
