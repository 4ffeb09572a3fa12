"""Maps that many ask for at once are drawn once, until something on them changes."""

from collections import OrderedDict
from collections.abc import Callable
from datetime import datetime, timedelta
from threading import Lock
from typing import Any

from sqlalchemy.orm import Session

from geo_portal.insights import cells

# A map also says when it was drawn, and what time alone changes must not wait for long.
KEPT_FOR = timedelta(seconds=20)
MOST_BYTES = 32_000_000
# So many changes are looked at each time; with more of them waiting nothing is kept.
_MOST_WAITING = 500
_kept: OrderedDict[Any, tuple[Any, datetime, bytes]] = OrderedDict()
_one_at_a_time = Lock()


def drawn_before(
    session: Session, asked: tuple[Any, ...], now: datetime, draw: Callable[[], bytes]
) -> bytes:
    """What `draw` gave for the same question a moment ago, if no complaint has changed since.

    Each process keeps its own. Changes are seen as soon as they are committed.
    """
    state = cells.state(session, _MOST_WAITING)
    key = (str(session.get_bind().engine.url), *asked)
    with _one_at_a_time:
        known = _kept.get(key)
        if state and known and known[0] == state and now - known[1] < KEPT_FOR:
            _kept.move_to_end(key)
            return known[2]
    drawn = draw()
    if state:
        _keep(key, (state, now, drawn))
    return drawn


def _keep(key: Any, entry: tuple[Any, datetime, bytes]) -> None:
    with _one_at_a_time:
        _kept.pop(key, None)
        _kept[key] = entry
        held = sum(len(known[2]) for known in _kept.values())
        while held > MOST_BYTES:
            held -= len(_kept.popitem(last=False)[1][2])
