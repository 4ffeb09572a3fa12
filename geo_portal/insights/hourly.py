"""Keeps what took long to work out until the hour is over, in each process for itself."""

from collections import OrderedDict
from collections.abc import Callable
from datetime import datetime
from threading import Lock
from typing import Any, TypeVar

from sqlalchemy.orm import Session

Found = TypeVar("Found")

MOST_KEPT = 400
_kept: OrderedDict[Any, Any] = OrderedDict()
_one_at_a_time = Lock()


def for_the_hour(
    session: Session,
    key: tuple[Any, ...],
    now: datetime,
    find: Callable[[], Found],
    took_long: Callable[[Found], bool],
) -> Found:
    """What `find` gave last in this hour for `key`, if that `took_long`; else what it gives now.

    The caller says as of when it is true.
    """
    hour = now.replace(minute=0, second=0, microsecond=0)
    whole_key = (str(session.get_bind().engine.url), hour, *key)
    with _one_at_a_time:
        if whole_key in _kept:
            known: Found = _kept[whole_key]
            return known
    found = find()
    if took_long(found):
        with _one_at_a_time:
            _kept[whole_key] = found
            while len(_kept) > MOST_KEPT:
                _kept.popitem(last=False)
    return found
