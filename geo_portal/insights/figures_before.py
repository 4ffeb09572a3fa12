"""Figures that many ask for at once are added up once, until something changes, for a minute."""

from collections import OrderedDict
from collections.abc import Callable
from datetime import datetime, timedelta
from threading import Lock
from typing import Any, TypeVar

from sqlalchemy.orm import Session

from geo_portal.insights import day_records

Found = TypeVar("Found")

# How long the open ones have waited is told as of the moment that is shown with it.
KEPT_FOR = timedelta(minutes=1)
MOST_KEPT = 20
# So many changes are looked at each time; with more of them waiting nothing is kept.
_MOST_WAITING = 500
_kept: OrderedDict[Any, tuple[Any, datetime, Any]] = OrderedDict()
_one_at_a_time = Lock()


def figures_before(
    session: Session, asked: tuple[Any, ...], now: datetime, find: Callable[[], Found]
) -> Found:
    """What `find` gave for the same question in the last minute, if nothing has changed since.

    Each process keeps its own. Changes are seen as soon as they are committed.
    """
    state = day_records.state(session, _MOST_WAITING)
    key = (str(session.get_bind().engine.url), *asked)
    with _one_at_a_time:
        known = _kept.get(key)
        if state and known and known[0] == state and timedelta() <= now - known[1] < KEPT_FOR:
            _kept.move_to_end(key)
            before: Found = known[2]
            return before
    found = find()
    if state:
        with _one_at_a_time:
            _kept[key] = (state, now, found)
            while len(_kept) > MOST_KEPT:
                _kept.popitem(last=False)
    return found
