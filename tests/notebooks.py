"""Notebooks run as their readers would run them, and what they say."""

import os
import sys
from pathlib import Path
from typing import Any

import nbformat
from nbclient import NotebookClient

from tests.conftest import CHECKOUT

NOTEBOOKS = CHECKOUT / "notebooks"
# What is the same on every machine; a picture differs with the fonts it is drawn with.
_COMPARED = ("text/plain",)
_LONGEST_S = 120

Said = list[tuple[str, ...]]


def said_now_and_before(name: str, **environment: str) -> tuple[Said, Said]:
    """What a notebook says when it is run with some settings, and what it says as committed.

    With `WRITE_NOTEBOOKS` set it is kept as it was run.
    """
    path = NOTEBOOKS / name
    committed = nbformat.read(path, as_version=4)
    fresh = nbformat.read(path, as_version=4)
    _run(fresh, environment)
    if os.environ.get("WRITE_NOTEBOOKS"):
        for cell in fresh.cells:
            cell.metadata.pop("execution", None)
        nbformat.write(fresh, str(path))
    return _said(fresh), _said(committed)


def _run(notebook: Any, environment: dict[str, str]) -> None:
    """Run it in a kernel of its own."""
    programs = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
    known = os.environ | {"PATH": programs, "PYTHONPATH": str(CHECKOUT)}
    # Commands know that a notebook is no terminal and leave out what spins.
    known |= {"MPLBACKEND": "module://matplotlib_inline.backend_inline", "TTY_COMPATIBLE": "0"}
    client = NotebookClient(notebook, timeout=_LONGEST_S, kernel_name="python3")
    client.execute(cwd=str(NOTEBOOKS), env=known | environment)


def _said(notebook: Any) -> Said:
    """What every cell says, as text, and of which kinds its other outputs are."""
    said = []
    for cell in notebook.cells:
        for output in cell.get("outputs", []):
            data = output.get("data", {})
            text = [data[kind] for kind in _COMPARED if kind in data and "image/png" not in data]
            said.append((output.get("text", ""), *text, *sorted(data)))
    return said
