"""More people at once than there are connections: each waits for a turn, and nobody in vain."""

import socket

import anyio
import httpx2
import pytest
from sqlalchemy import text

from geo_portal.cli.serve import listen
from geo_portal.errors import Conflict
from geo_portal.main import create_app
from geo_portal.settings import settings
from tests.city_fixtures import HARBOUR
from tests.portal_fixtures import forget_complaints

LON, LAT = HARBOUR
POTHOLE = {"description": "A deep pothole by the harbour gate", "lon": LON, "lat": LAT}


@pytest.fixture
def together(database, city):
    """Sends so many requests at the same moment to one process; gives their statuses."""

    async def send(method: str, path: str, many: int, **options: object) -> list[int]:
        app, statuses = create_app(database), []
        # What happens when the process ends would take the connections of the other tests.
        database.engine, kept = database.engine.execution_options(), database.engine
        async with app.router.lifespan_context(app):
            door = httpx2.ASGITransport(app)
            async with httpx2.AsyncClient(transport=door, base_url="http://portal") as client:

                async def one() -> None:
                    statuses.append((await client.request(method, path, **options)).status_code)

                async with anyio.create_task_group() as group:
                    for _ in range(many):
                        group.start_soon(one)
        database.engine = kept
        return statuses

    yield lambda method, path, many, **options: anyio.run(
        lambda: send(method, path, many, **options)
    )
    forget_complaints(database)


def test_all_reports_of_a_crowd_are_filed(together, database):
    crowd = settings().pool_size * 5

    told = together("POST", "/api/v1/complaints", crowd, json=POTHOLE)

    assert told == [201] * crowd
    with database.transaction() as session:
        assert session.scalar(text("SELECT count(*) FROM complaints")) == crowd


@pytest.mark.parametrize("path", ["/api/v1/complaints", "/", "/feed", "/ogc/collections"])
def test_a_crowd_reads_without_waiting_for_itself(together, path):
    crowd = settings().pool_size * 5

    assert together("GET", path, crowd) == [200] * crowd


def test_connections_of_all_processes_send_at_once():
    with listen("127.0.0.1", 0) as opened:
        opened.listen()
        with socket.create_connection(opened.getsockname()), opened.accept()[0] as taken:
            assert taken.getsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY) == 1


def test_a_taken_port_is_said_to_be_taken():
    with listen("127.0.0.1", 0) as opened:
        opened.listen()

        with pytest.raises(Conflict, match="Something else already listens"):
            listen("127.0.0.1", opened.getsockname()[1])
