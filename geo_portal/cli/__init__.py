"""The command line `geo-portal`: exit 0 when done, 1 when refused, 2 when asked wrongly."""

import sys
from importlib import import_module
from importlib.util import find_spec

import typer
from sqlalchemy.exc import OperationalError, ProgrammingError

from geo_portal.errors import ManyInvalid, Refused

app = typer.Typer(
    help="Citizens' complaints, put on the map and brought to the right department.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
)

# Modules with commands of their own at the top, and modules that are a group of commands.
TOP = {
    "serve": ("demo", "serve"),
    "where": ("where",),
    "heatmap": ("heatmap",),
    "doctor": ("doctor",),
}
GROUPS = ("db", "city", "boundaries", "complaints", "classifier")


def _register() -> None:
    for module, commands in TOP.items():
        if find_spec(f"geo_portal.cli.{module}"):
            for command in commands:
                app.command(command)(getattr(import_module(f"geo_portal.cli.{module}"), command))
    for module in GROUPS:
        if find_spec(f"geo_portal.cli.{module}"):
            app.add_typer(import_module(f"geo_portal.cli.{module}").app, name=module)


def main() -> None:
    """Run one command; what is refused is said in a sentence, a bug shows its traceback."""
    try:
        app()
    except ManyInvalid as refusal:
        _refuse(*(str(mistake) for mistake in refusal.mistakes))
    except Refused as refusal:
        _refuse(str(refusal))
    except OperationalError as problem:
        _refuse(f"The database does not answer: {_first_line(problem)}.")
    except ProgrammingError as problem:
        if "UndefinedTable" not in repr(problem.orig):
            raise
        _refuse("The database has no tables of this version yet: type «geo-portal db migrate».")


def _refuse(*sentences: str) -> None:
    print(*sentences, sep="\n", file=sys.stderr)
    sys.exit(1)


def _first_line(problem: OperationalError) -> str:
    return str(problem.orig).strip().splitlines()[0].rstrip(".")


_register()
