"""No step of the ladder is lost or doubled: two workers at once, workers killed in the middle."""

import multiprocessing
import random
import time
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from sqlalchemy import text

from geo_portal import clock, jobs, worker
from geo_portal.complaints.escalation import escalate_overdue
from geo_portal.database import Database, connect

KILLS = 20
# More than twenty workers can get through before they die, so that each dies at work.
OVERDUE = 12_000
LIVES_S = 0.3
# Every one of them was filed a month ago and promised within a day: all four steps are due.
FILE_OVERDUE = text("""
    INSERT INTO complaints (code, description, point, jurisdiction_ids, department_code, status,
        submitted_at, respond_by, due_at, promised, escalate_at, updated_at)
    SELECT 'K' || n, 'A hole', ST_SetSRID(ST_MakePoint(95.01, -10.005), 4326),
        '{}', 'ROADS', 'assigned', at, at + interval '1 day', at + interval '1 day', '1 day',
        at + interval '12 hours', at
    FROM generate_series(1, :number) AS n, (SELECT now() - interval '30 days' AS at) AS sent
""")
TOLD = """
    SELECT count(*) FROM events WHERE kind IN ('reminded', 'escalated')
"""
# Complaints by the steps that were told of them, in the order in which they were told.
STORIES = """
    SELECT steps, count(*) FROM (
        SELECT complaint_id, string_agg(facts ->> 'step', ' ' ORDER BY id) AS steps
        FROM events WHERE kind IN ('reminded', 'escalated') GROUP BY complaint_id
    ) AS told GROUP BY steps
"""


def file_overdue(town: Database, number: int) -> None:
    with town.transaction() as session:
        session.execute(FILE_OVERDUE, {"number": number})


def counted(town: Database, query: str) -> list[tuple[object, ...]]:
    with town.transaction() as session:
        return [tuple(row) for row in session.execute(text(query))]


def sweep(town: Database) -> int:
    """Until nothing is due any more, as a worker does; how many complaints there were."""
    told, more = 0, 1
    while more:
        with town.transaction() as session:
            more = escalate_overdue(session, clock.now(), most=50)
        told += more
    return told


def work_at(url: str) -> None:
    """A worker as `geo-portal worker` runs it, in a process of its own."""
    worker.work(Database(connect(url)))


@pytest.fixture(scope="module")
def workers() -> multiprocessing.context.ForkServerContext:
    """Makes processes that have imported everything already, so that they can die young."""
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload(["geo_portal.worker", "tests.test_escalation_killed"])
    return context


def kill_one_at_work(workers, town: Database, url: str) -> int:
    """Have a worker begin with what is due and kill it soon after; what was told by then."""
    with town.transaction() as session:
        job = jobs.defer(session, "escalate", timestamp=0)
    process = workers.Process(target=work_at, args=(url,))
    process.start()
    while counted(town, f"SELECT FROM procrastinate_jobs WHERE id = {job} AND status = 'todo'"):
        time.sleep(0.01)
    time.sleep(random.uniform(0, LIVES_S))
    process.kill()
    process.join()
    return counted(town, TOLD)[0][0]


def test_two_sweeps_at_the_same_time_tell_every_step_once(inbox):
    file_overdue(inbox, 400)
    together = Barrier(2)

    def sweep_together() -> int:
        together.wait()
        return sweep(inbox)

    with ThreadPoolExecutor(2) as threads:
        found = [threads.submit(sweep_together) for _ in range(2)]

    assert sum(one.result() for one in found) == 400
    assert counted(inbox, STORIES) == [("1 2 3 4", 400)]


def test_twenty_workers_killed_at_work_lose_and_double_nothing(inbox, own_url, workers):
    file_overdue(inbox, OVERDUE)

    told = [kill_one_at_work(workers, inbox, own_url) for _ in range(KILLS)]
    sweep(inbox)

    # Some steps were told by those who died; the last of them had not told all.
    assert 0 < told[-1] < OVERDUE * 4
    assert counted(inbox, STORIES) == [("1 2 3 4", OVERDUE)]
