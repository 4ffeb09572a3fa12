"""How soon a message is with the mail server after its event: 10,000 at 50 events a second.

Beside it, whether a message is lost or doubled when the worker is killed twenty times meanwhile.
"""

import multiprocessing
import os
import random
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from email import message_from_bytes
from multiprocessing.process import BaseProcess
from pathlib import Path
from typing import Any

from aiosmtpd.controller import Controller
from sqlalchemy import text

from geo_portal import worker
from geo_portal.database import Database, connect
from geo_portal.outbox.send import CLAIM_EXPIRES_AFTER, send_waiting
from geo_portal.settings import settings
from tests.benchmarks.scratch import opened, scratch_city
from tests.benchmarks.table import Row
from tests.people_fixtures import free_port

CITY = Path(__file__).parent.parent.parent / "boundaries" / "pulau-contoh"
EVENTS, PER_SECOND, WITHIN_S, WANTED = 10_000, 50, 10.0, 0.99
KILLED_EVENTS, KILLS = 2_000, 20
LET_GO = timedelta(minutes=5)

FILE = text("""
    INSERT INTO complaints (code, description, point, jurisdiction_ids, department_code, status,
        submitted_at, updated_at, contact, language)
    SELECT :mark || '-' || n, 'A hole', ST_SetSRID(ST_MakePoint(106.91, -9.11), 4326), '{}',
        :office, 'assigned', now(), now(), :mark || n || '@x.example', 'en'
    FROM generate_series(1, :number) AS n
""")
HAPPEN = text("""
    INSERT INTO events (complaint_id, kind, at, by, facts)
    SELECT id, 'in_progress', now(), 'department', '{}' FROM complaints WHERE code = :code
""")
LEFT = text("""
    SELECT (SELECT count(*) FROM outbox WHERE sent_at IS NULL AND dead_at IS NULL)
        + (SELECT count(*) FROM procrastinate_jobs WHERE task_name IN
            ('notify_events', 'tell_announcement') AND status IN ('todo', 'doing'))
""")
# As if the time had passed after which a dead worker's work is taken up again.
AGE = text(
    "UPDATE outbox SET claimed_at = claimed_at - :ago, handed_over_at = handed_over_at - :ago"
)
UNTOLD = text("""
    SELECT args -> 'events' FROM procrastinate_jobs
    WHERE task_name = 'notify_events' AND status = 'todo' ORDER BY id
""")
REVIVE = text("""
    UPDATE procrastinate_jobs SET status = 'todo', worker_id = NULL
    WHERE status = 'doing' AND task_name IN ('notify_events', 'tell_announcement')
""")


class Clerk:
    """A mail server's end: takes everything, and remembers for whom and when."""

    def __init__(self) -> None:
        self.taken: list[tuple[str, str, float]] = []

    async def handle_DATA(self, _server: Any, _session: Any, envelope: Any) -> str:  # noqa: N802
        mail = message_from_bytes(envelope.content)
        self.taken.append((envelope.rcpt_tos[0], str(mail["Message-ID"]), time.time()))
        return "250 Taken"


@contextmanager
def mail_taken() -> Iterator[Clerk]:
    """A real SMTP server on loopback, which this process and its workers send to."""
    port, clerk = free_port(), Clerk()
    wanted = {"HOST": "127.0.0.1", "PORT": str(port), "STARTTLS": "false"}
    os.environ |= {f"GEO_PORTAL_SMTP_{name}": value for name, value in wanted.items()}
    settings.cache_clear()
    server = Controller(clerk, hostname="127.0.0.1", port=port)
    server.start()
    try:
        yield clerk
    finally:
        server.stop()
        for name in wanted:
            del os.environ[f"GEO_PORTAL_SMTP_{name}"]
        settings.cache_clear()


def work_at(url: str, environment: dict[str, str]) -> None:
    """A worker as `geo-portal worker` runs it, in a process of its own."""
    os.environ |= environment
    settings.cache_clear()
    worker.work(Database(connect(url)))


def begin_work(url: str) -> BaseProcess:
    """Such a process, begun; made by one that has imported everything already."""
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload(["geo_portal.worker", "tests.benchmarks.messages"])
    ours = {name: value for name, value in os.environ.items() if name.startswith("GEO_PORTAL_")}
    process = context.Process(target=work_at, args=(url, ours))
    process.start()
    return process


def happen(town: Database, mark: str, number: int, also: Callable[[int], None]) -> dict[str, float]:
    """Let events happen at an even pace; when each did (seconds since 1970), by recipient."""
    with town.transaction() as session:
        office = session.scalar(text("SELECT min(code) FROM departments WHERE parent_code IS NULL"))
        session.execute(FILE, {"mark": mark, "number": number, "office": office})
    begun, at = time.time(), {}
    for n in range(1, number + 1):
        time.sleep(max(0.0, begun + n / PER_SECOND - time.time()))
        with town.transaction() as session:
            session.execute(HAPPEN, {"code": f"{mark}-{n}"})
        at[f"{mark}{n}@x.example"] = time.time()
        also(n)
    return at


def wait_until_sent(town: Database, most: timedelta = LET_GO) -> None:
    """Until nothing is left to be sent, or it takes too long."""
    ends = time.time() + most.total_seconds()
    while time.time() < ends:
        with town.transaction() as session:
            if not session.scalar(LEFT):
                return
        time.sleep(0.5)


def measure_delay(url: str, town: Database, number: int = EVENTS) -> list[Row]:
    """One worker, no trouble."""
    with mail_taken() as clerk:
        process = begin_work(url)
        try:
            at = happen(town, "q", number, lambda _: None)
            wait_until_sent(town)
        finally:
            process.kill()
            process.join()
    delays = sorted(taken - at[to] for to, _, taken in clerk.taken)
    in_time = sum(delay <= WITHIN_S for delay in delays) / number
    middle, most = delays[len(delays) // 2], delays[int(len(delays) * 0.99)]
    return [
        Row(
            f"{number:,} messages with the mail server within {WITHIN_S:.0f} s of their event",
            f"{in_time:.2%}",
            f"{PER_SECOND} events/s, one worker",
            f"≥ {WANTED:.0%}",
            in_time >= WANTED,
        ),
        Row("from event to mail server, median · 99 of 100", f"{middle:.2f} s · {most:.2f} s"),
    ]


def measure_kills(
    url: str, town: Database, number: int = KILLED_EVENTS, kills: int = KILLS
) -> tuple[Counter[str], set[str]]:
    """How often each recipient's mail was taken, and whose message was left to a person."""
    every = number // kills
    with mail_taken() as clerk:
        running = [begin_work(url)]

        def kill(n: int) -> None:
            if n % every == 0:
                # Not before it is at work: it has to die with its hands full.
                before, ends = len(clerk.taken), time.time() + 3
                while len(clerk.taken) == before and time.time() < ends:
                    time.sleep(0.01)
                time.sleep(random.uniform(0, 0.2))
                running[0].kill()
                running[0].join()
                running[0] = begin_work(url)

        happen(town, "k", number, kill)
        wait_until_sent(town, timedelta(seconds=3))
        running[0].kill()
        running[0].join()
        take_up_what_was_left(town)
    with town.transaction() as session:
        dead = session.scalars(text("SELECT recipient FROM outbox WHERE dead_at IS NOT NULL"))
        return Counter(to for to, _, _ in clerk.taken), set(dead)


def take_up_what_was_left(town: Database) -> None:
    """What workers do by themselves some minutes after others have died."""
    for _ in range(3):
        with town.transaction() as session:
            session.execute(REVIVE)
            session.execute(AGE, {"ago": CLAIM_EXPIRES_AFTER})
            left = session.execute(UNTOLD).scalars().all()
        for events in left:
            worker.notify_events(town, events)
        send_waiting(town)


def run() -> list[Row]:
    """Without trouble, and with a worker that is killed again and again."""
    with scratch_city(CITY) as url, opened(url) as town:
        rows = measure_delay(url, town)
        taken, dead = measure_kills(url, town)
    lost, doubled = lost_and_doubled(taken, dead, KILLED_EVENTS)
    return [
        *rows,
        Row(
            f"lost · doubled of {KILLED_EVENTS:,}, the worker killed {KILLS} times (kill -9)",
            f"{len(lost)} · {len(doubled)}",
            f"{len(dead)} left to a person: cut off with the text under way",
            "0 · 0",
            not lost and not doubled,
        ),
    ]


def lost_and_doubled(taken: Counter[str], dead: set[str], number: int) -> tuple[set[str], set[str]]:
    """Who got nothing although nobody was told so, and who got it more than once."""
    named = {f"k{n}@x.example" for n in range(1, number + 1)}
    return named - set(taken) - dead, {to for to, often in taken.items() if often > 1}
