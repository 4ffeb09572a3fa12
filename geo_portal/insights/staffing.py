"""What more or fewer crews would do to the wait: the queue of a department, as Erlang saw it.

Reports come at random at a steady rate, each needs one crew for a while, crews take the oldest
first and never go home: an M/M/c queue. It says which way things go and roughly how far, not
when a given street is mended.
"""

import math
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from geo_portal.complaints.find import ComplaintFilter
from geo_portal.insights.kept_figures import kept_figures
from geo_portal.insights.statistics import Span

# With fewer days or fixes a rate means nothing.
FEWEST_DAYS = 14
FEWEST_FIXES = 30
# Busier crews never catch up, idler ones would be seen.
_USUALLY_BUSY = 0.9


@dataclass(frozen=True)
class Load:
    """Per day: reports received, and closed by `crews`.

    `work` is the crew time that one report is taken to need, with crews busy nine days in ten.
    """

    received_per_day: float
    closed_per_day: float
    open: int
    crews: int
    work: timedelta


@dataclass(frozen=True)
class Outlook:
    """With so many crews: how busy they are (0…1), the mean wait before work begins, and how the
    backlog moves.

    `wait` is None when more comes than they can do; `cleared_in` is None when the backlog grows.
    """

    crews: int
    busy: float
    wait: timedelta | None
    per_day: float
    cleared_in: timedelta | None


def load_of(
    session: Session, wanted: ComplaintFilter, span: Span, now: datetime, crews: int | None
) -> Load | None:
    """The load of a department in `span`, by the kept counts; None where there is too little.

    Who does not know how many `crews` there are is given one for every two closed a day.
    `wanted` must have been `checked`; a filter by light is not looked at.
    """
    days = (span.last_day - span.first_day).days + 1
    [whole] = kept_figures(session, wanted, span, now, ("whole",))["whole"]
    closed = whole.fixed + whole.unfixed
    if days < FEWEST_DAYS or closed < FEWEST_FIXES:
        return None
    per_day = closed / days
    crews = crews or max(1, math.ceil(per_day / 2))
    work = timedelta(days=crews * _USUALLY_BUSY / per_day)
    return Load(whole.received / days, per_day, whole.open, crews, work)


def what_if(load: Load, more: float) -> list[Outlook]:
    """Outlooks for two crews fewer to four more; `more` is the share that comes in addition."""
    arriving = load.received_per_day * (1 + more)
    return [
        outlook(arriving, load.work, number, load.open)
        for number in range(max(1, load.crews - 2), load.crews + 5)
    ]


def outlook(arriving_per_day: float, work: timedelta, crews: int, backlog: int) -> Outlook:
    """What `crews` do with reports that come at a rate and need `work` each, by Erlang's C."""
    work_days = work / timedelta(days=1)
    offered = arriving_per_day * work_days
    can_do = crews / work_days
    spare = can_do - arriving_per_day
    wait = None
    if spare > 0:
        wait = timedelta(days=erlang_c(crews, offered) / spare)
    return Outlook(
        crews,
        min(1.0, offered / crews),
        wait,
        can_do,
        timedelta(days=backlog / spare) if spare > 0 else None,
    )


def erlang_c(servers: int, offered: float) -> float:
    """The chance that who comes has to wait, for an offered load in Erlang below `servers`."""
    blocked = 1.0
    for number in range(1, servers + 1):
        blocked = offered * blocked / (number + offered * blocked)
    busy = offered / servers
    return blocked / (1 - busy * (1 - blocked))
