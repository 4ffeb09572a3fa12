"""The command line `geo-portal`: exit 0 when done, 1 when refused, 2 when asked wrongly."""

import sys
from collections.abc import Callable, Sequence
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
    "serve": ("demo", "serve", "worker"),
    "where": ("where",),
    "heatmap": ("heatmap",),
    "doctor": ("doctor",),
}
GROUPS = (
    *("db", "city", "boundaries", "complaints", "classifier", "users", "keys", "open311"),
    *("audit", "counts", "mail"),
)


@app.callback()
def _group() -> None:
    """Without this, Typer takes an app with a single command for that command itself."""


def _register(asked: Sequence[str]) -> None:
    """Offer the commands; when one is asked for by name, only its module is read.

    Web server, classifier and maps together take seconds to import, and `where` needs none.
    """
    named = {word for word in asked[:1] if word in GROUPS or word in sum(TOP.values(), ())}
    for module, commands in TOP.items():
        if named and named.isdisjoint(commands):
            continue
        if find_spec(f"geo_portal.cli.{module}"):
            for command in commands:
                _add(command, getattr(import_module(f"geo_portal.cli.{module}"), command))
    for module in GROUPS:
        if named and module not in named:
            continue
        if find_spec(f"geo_portal.cli.{module}"):
            app.add_typer(import_module(f"geo_portal.cli.{module}").app, name=module)


def _add(name: str, command: Callable[..., None]) -> None:
    # Most longitudes of the Americas begin like an option.
    takes_negatives = {"ignore_unknown_options": True} if name == "where" else {}
    app.command(name, context_settings=takes_negatives)(command)


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


_register(sys.argv[1:])
