"""How long an announcement takes to everybody who follows the city: ten thousand people.

Beside it, whether one of them is left out or told twice when the worker is killed meanwhile.
"""

import random
import time
from collections import Counter
from collections.abc import Sequence

from sqlalchemy import text

from geo_portal import jobs, worker
from geo_portal.database import Database
from geo_portal.outbox.send import CLAIM_EXPIRES_AFTER, send_waiting
from tests.benchmarks.messages import AGE, CITY, Clerk, begin_work, mail_taken, wait_until_sent
from tests.benchmarks.scratch import opened, scratch_city
from tests.benchmarks.table import Row

READERS, KILLED_READERS, KILLS = 10_000, 2_000, 10

CROWD = text("""
    WITH made AS (
        INSERT INTO people (name, pseudonym, email, language, created_at)
        SELECT 'Neighbour', :mark || n, :mark || n || '@x.example', 'en', now()
        FROM generate_series(1, :number) AS n
        RETURNING id
    )
    INSERT INTO subscriptions (person_id, kind, area_level, area_code, shape, name, since)
    SELECT made.id, 'area', level, code, border, area.name, now()
    FROM made, (SELECT * FROM jurisdictions ORDER BY area_m2 LIMIT 1) AS area
""")
ANNOUNCE = text("""
    INSERT INTO announcements (title, words, begins_at, ends_at, written_at, written_by)
    VALUES (:title, 'Boil it first.', now(), now() + interval '1 day', now(),
        (SELECT min(id) FROM people))
    RETURNING id
""")
WRITER = text("""
    INSERT INTO people (name, pseudonym, language, created_at)
    VALUES ('Writer', 'writer of ' || :mark, 'en', now())
""")
# What workers that died had begun, as those that come later take it up.
REVIVE = text("""
    UPDATE procrastinate_jobs SET status = 'todo', worker_id = NULL
    WHERE status = 'doing' AND task_name = 'tell_announcement'
""")


def announce(town: Database, mark: str, readers: int) -> float:
    """An announcement to so many followers; when it was made, in seconds since 1970."""
    with town.transaction() as session:
        # The first person writes it, so nobody of the crowd does.
        session.execute(WRITER, {"mark": mark})
        session.execute(CROWD, {"mark": mark, "number": readers})
        number = session.scalar(ANNOUNCE, {"title": f"Water {mark}"})
        jobs.defer(session, "tell_announcement", number=number)
    return time.time()


def measure_time(url: str, town: Database, readers: int = READERS) -> Row:
    """One worker, no trouble."""
    with mail_taken() as clerk:
        begun = announce(town, "t", readers)
        process = begin_work(url)
        try:
            wait_until_sent(town)
        finally:
            process.kill()
            process.join()
    delays = sorted(at - begun for _, _, at in clerk.taken)
    figure = f"{delays[0]:.1f} s · {delays[-1]:.0f} s, {len(clerk.taken):,} taken"
    return Row(f"an announcement to {readers:,} followers: first · last with the server", figure)


def measure_kills(
    url: str, town: Database, readers: int = KILLED_READERS, kills: int = KILLS
) -> tuple[Counter[str], set[str]]:
    """How often each reader's mail was taken, and whose message was left to a person."""
    with mail_taken() as clerk:
        announce(town, "a", readers)
        for _ in range(kills):
            _work_and_die(url, town, clerk)
        _take_up_what_was_left(town)
    with town.transaction() as session:
        dead = session.scalars(text("SELECT recipient FROM outbox WHERE dead_at IS NOT NULL"))
        return Counter(to for to, _, _ in clerk.taken), set(dead)


def _work_and_die(url: str, town: Database, clerk: Clerk) -> None:
    process, before, ends = begin_work(url), len(clerk.taken), time.time() + 20
    while len(clerk.taken) == before and time.time() < ends:
        time.sleep(0.01)
    time.sleep(random.uniform(0, 0.3))
    process.kill()
    process.join()
    with town.transaction() as session:
        session.execute(REVIVE)


def _take_up_what_was_left(town: Database) -> None:
    """What workers do by themselves some minutes after others have died; now nobody is at it."""
    while left := _jobs_left(town):
        for facts in left:
            worker.tell_announcement(town, **facts)
    with town.transaction() as session:
        session.execute(AGE, {"ago": CLAIM_EXPIRES_AFTER})
    send_waiting(town)


def _jobs_left(town: Database) -> Sequence[dict[str, int]]:
    with town.transaction() as session:
        return session.execute(TAKE_JOBS).scalars().all()


TAKE_JOBS = text("""
    DELETE FROM procrastinate_jobs WHERE task_name = 'tell_announcement' RETURNING args
""")


def run() -> list[Row]:
    """Without trouble, and with a worker that is killed again and again."""
    with scratch_city(CITY) as url, opened(url) as town:
        rows = [measure_time(url, town)]
        taken, dead = measure_kills(url, town)
    lost, doubled = lost_and_doubled(taken, dead, KILLED_READERS)
    return [
        *rows,
        Row(
            f"lost · doubled of {KILLED_READERS:,} readers, the worker killed {KILLS} times",
            f"{len(lost)} · {len(doubled)}",
            f"{len(dead)} left to a person: cut off with the text under way",
            "0 · 0",
            not lost and not doubled,
        ),
    ]


def lost_and_doubled(taken: Counter[str], dead: set[str], number: int) -> tuple[set[str], set[str]]:
    """Who got nothing although nobody was told so, and who got it more than once."""
    named = {f"a{n}@x.example" for n in range(1, number + 1)}
    return named - set(taken) - dead, {to for to, often in taken.items() if often > 1}
