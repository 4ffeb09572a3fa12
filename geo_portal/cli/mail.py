"""`geo-portal mail`: what the city's mail server hands over."""

import sys

import typer

from geo_portal import clock, local_postgres
from geo_portal.database import database_at
from geo_portal.intake.bounces import take_back
from geo_portal.intake.conversations import hear
from geo_portal.intake.mail import MOST_BYTES, Bounce, read_mail

app = typer.Typer(help="Reports and bounces that come by e-mail.", no_args_is_help=True)


@app.callback()
def _group() -> None:
    """Without this, Typer takes a group with a single command for that command itself."""


@app.command()
def receive() -> None:
    """Take one mail from standard input, as mail servers pipe it; a report, an answer, a bounce.

    In Postfix: `report: "|geo-portal mail receive"` in the aliases. Exit 0 once it is stored,
    whatever it says; anything else has the mail server try again.
    """
    told = read_mail(sys.stdin.buffer.read(MOST_BYTES + 1))
    database = database_at(local_postgres.database_url())
    with database.transaction() as session:
        if isinstance(told, Bounce):
            print("bounce" if take_back(session, told, clock.now()) else "ignored")
        else:
            print(hear(session, told, clock.now()))
