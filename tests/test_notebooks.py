"""Every notebook runs on the demo city and says what it says in the repository.

`WRITE_NOTEBOOKS=1 pytest tests/test_notebooks.py` runs them and keeps what they say.
"""

import os
import sys
import threading
import time
from datetime import UTC, datetime
from pathlib import Path

import nbformat
import pytest
import uvicorn
from nbclient import NotebookClient

from geo_portal.bulk.demo_history import load_history
from geo_portal.city.load import load
from geo_portal.city.packs import read_pack
from geo_portal.main import create_app
from tests.conftest import CHECKOUT

NOTEBOOKS = CHECKOUT / "notebooks"
DEMO = CHECKOUT / "boundaries" / "pulau-contoh"
# So long ago that whatever is open has waited longer than any fix took: what the notebooks say
# stays the same from day to day.
LONG_AGO = datetime(2026, 1, 5, tzinfo=UTC)
# What is the same on every machine; a picture differs with the fonts it is drawn with.
COMPARED = ("text/plain",)
LONGEST_S = 120


@pytest.fixture(scope="module")
def demo_portal(own_database):
    """Where the portal of the demo city, as it was long ago, answers."""
    with own_database.transaction() as session:
        load(session, read_pack(DEMO), LONG_AGO)
        load_history(session, DEMO, LONG_AGO)
    config = uvicorn.Config(create_app(own_database), host="127.0.0.1", port=0, log_level="error")
    server = uvicorn.Server(config)
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    while not server.started:
        time.sleep(0.02)
    yield f"http://127.0.0.1:{server.servers[0].sockets[0].getsockname()[1]}"
    server.should_exit = True
    thread.join()


def _run(notebook, **environment):
    """Run it in a kernel of its own."""
    programs = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
    known = os.environ | {"PATH": programs, "PYTHONPATH": str(CHECKOUT), "MPLBACKEND": "agg"}
    inline = {"MPLBACKEND": "module://matplotlib_inline.backend_inline"}
    client = NotebookClient(notebook, timeout=LONGEST_S, kernel_name="python3")
    client.execute(cwd=str(NOTEBOOKS), env=known | inline | environment)


def _said(notebook):
    """What every cell says, as text, and of which kinds its other outputs are."""
    said = []
    for cell in notebook.cells:
        for output in cell.get("outputs", []):
            data = output.get("data", {})
            text = [data[kind] for kind in COMPARED if kind in data and "image/png" not in data]
            said.append((output.get("text", ""), *text, *sorted(data)))
    return said


def _agrees(name, **environment):
    path = NOTEBOOKS / name
    committed = nbformat.read(path, as_version=4)
    fresh = nbformat.read(path, as_version=4)
    _run(fresh, **environment)
    if os.environ.get("WRITE_NOTEBOOKS"):
        for cell in fresh.cells:
            cell.metadata.pop("execution", None)
        nbformat.write(fresh, path)
    return _said(fresh), _said(committed)


@pytest.mark.parametrize("name", ["planners_heatmap.ipynb", "fair_times.ipynb"])
def test_a_notebook_says_of_the_demo_city_what_it_said(demo_portal, name):
    fresh, committed = _agrees(name, PORTAL=demo_portal)

    assert fresh == committed


def test_ones_own_city_is_loaded_by_notebook(database_url, own_url):
    fresh, committed = _agrees("your_own_city.ipynb", GEO_PORTAL_DATABASE_URL=own_url)

    assert fresh == committed
