"""`geo-portal users`: who works for the city here, taking people on, and letting them go."""

import json
from datetime import timedelta
from typing import Annotated

import typer
from rich.console import Console
from rich.table import Table

from geo_portal import clock, local_postgres
from geo_portal.accounts import links, register
from geo_portal.accounts.people import ROLES, Membership
from geo_portal.city.facts import facts
from geo_portal.database import Database, database_at
from geo_portal.errors import Invalid
from geo_portal.migrations import migrate

app = typer.Typer(help="The people who work with the portal.", no_args_is_help=True)
console = Console(highlight=False)

SET_UP_LASTS = timedelta(hours=24)

Email = Annotated[str, typer.Argument(metavar="EMAIL", help="The person's e-mail address.")]
AsJson = Annotated[bool, typer.Option("--json", help="Answer as JSON.")]


@app.command()
def add(
    email: Email,
    role: Annotated[str, typer.Option(help=f"One of: {', '.join(ROLES)}.")],
    department: Annotated[
        str | None, typer.Option(help="Code of the department or office; none: all of them.")
    ] = None,
    area: Annotated[
        str | None, typer.Option(metavar="LEVEL:CODE", help="Only in this area; none: everywhere.")
    ] = None,
    name: Annotated[str | None, typer.Option(help="What the person is called.")] = None,
) -> None:
    """Give a person a role, beside those they have, and print a link to set the account up."""
    membership = Membership(role, department, _area(area))
    now, database = clock.now(), _database()
    with database.transaction() as session:
        person_id = register.take_on(
            session,
            facts(session),
            now,
            email=links.read_contact(email),
            name=name,
            memberships=(membership,),
        )
        address = links.make_link(
            session, email, person_id, now, purpose="set_up", lasts=SET_UP_LASTS
        )
    console.print(f"{email} is {_described(membership)} now.", markup=False)
    _show_link(address)


@app.command()
def link(email: Email) -> None:
    """Print a new link for somebody who lost password and phone; both must be set up again."""
    now, database = clock.now(), _database()
    with database.transaction() as session:
        person_id = register.start_over(session, email, now)
        address = links.make_link(
            session, email, person_id, now, purpose="set_up", lasts=SET_UP_LASTS
        )
    _show_link(address)


@app.command("list")
def list_users(as_json: AsJson = False) -> None:
    """Show everybody who works with the portal."""
    with _database().transaction() as session:
        people = register.staff(session)
    if as_json:
        print(json.dumps([_told(one) for one in people], ensure_ascii=False, indent=2))
        return
    table = Table("Name", "E-mail", "Roles", "")
    for one in people:
        roles = "\n".join(_described(held) for held in one.memberships)
        table.add_row(one.name, one.email, roles, "" if one.active else "closed")
    console.print(table if people else "Nobody yet. Take somebody on with: geo-portal users add")


@app.command()
def deactivate(email: Email) -> None:
    """Close an account: its roles end, and it is signed out everywhere at once."""
    with _database().transaction() as session:
        register.deactivate(session, email, clock.now())
    console.print(f"{email} cannot sign in any more.", markup=False)


def _database() -> Database:
    url = local_postgres.database_url()
    migrate(url)
    return database_at(url)


def _area(written: str | None) -> tuple[str, str] | None:
    if not written:
        return None
    level, _, code = written.partition(":")
    if not level or not code:
        raise Invalid("An area is written as level:code, such as district:N.")
    return level, code


def _described(held: Membership) -> str:
    where = [held.department_code or "", ":".join(held.area) if held.area else ""]
    return " ".join([held.role, *filter(None, where)])


def _show_link(address: str) -> None:
    console.print("This link sets the account up; it works once, for 24 hours:")
    # In one piece, however narrow the terminal is.
    print(address)


def _told(one: register.Listed) -> dict[str, object]:
    return {
        "name": one.name,
        "email": one.email,
        "active": one.active,
        "roles": [
            {"role": m.role, "department": m.department_code, "area": m.area}
            for m in one.memberships
        ],
    }
