"""Every notebook runs on the demo city and says what it says in the repository.

`WRITE_NOTEBOOKS=1 pytest tests/test_notebooks.py` runs them and keeps what they say.
"""

import threading
import time
from datetime import UTC, datetime

import pytest
import uvicorn

from geo_portal.bulk.demo_history import load_history
from geo_portal.city.load import load
from geo_portal.city.packs import read_pack
from geo_portal.main import create_app
from tests.conftest import CHECKOUT
from tests.notebooks import said_now_and_before

DEMO = CHECKOUT / "boundaries" / "pulau-contoh"
# So long ago that whatever is open has waited longer than any fix took: what the notebooks say
# stays the same from day to day.
LONG_AGO = datetime(2026, 1, 5, tzinfo=UTC)


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


@pytest.mark.parametrize("name", ["planners_heatmap.ipynb", "fair_times.ipynb"])
def test_a_notebook_says_of_the_demo_city_what_it_said(demo_portal, name):
    fresh, committed = said_now_and_before(name, PORTAL=demo_portal)

    assert fresh == committed
