"""No message is lost or doubled when the worker is killed at it, again and again."""

from tests.benchmarks import announcement
from tests.benchmarks.messages import lost_and_doubled, measure_kills

EVENTS, KILLS = 240, 8
READERS, KILLS_MEANWHILE = 350, 4
JOBS_AT_ONCE = 2


def test_workers_killed_at_the_messages_lose_and_double_none(inbox, own_url):
    taken, dead = measure_kills(own_url, inbox, EVENTS, KILLS)

    assert lost_and_doubled(taken, dead, EVENTS) == (set(), set())
    # Only what was under way in the very moment is left to a person.
    assert len(dead) <= 2 * KILLS


def test_workers_killed_at_an_announcement_lose_and_double_none(inbox, own_url):
    taken, dead = announcement.measure_kills(own_url, inbox, READERS, KILLS_MEANWHILE)

    assert announcement.lost_and_doubled(taken, dead, READERS) == (set(), set())
    # Each of the jobs under way had handed one over and not noted it yet, and was at the next.
    assert len(dead) <= 2 * JOBS_AT_ONCE * KILLS_MEANWHILE
