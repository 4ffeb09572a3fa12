"""By when each of many past complaints is due, and where on the ladder it stands: with arrays."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

import numpy as np
from numpy.typing import NDArray
from sqlalchemy import text
from sqlalchemy.orm import Session

from geo_portal.bulk.copying import copy_in
from geo_portal.bulk.past import Past
from geo_portal.bulk.working_time import Seconds, WorkingDays, working_days
from geo_portal.city.facts import CityFacts
from geo_portal.city.ladders import Step
from geo_portal.city.promises import Promise
from geo_portal.complaints.deadlines import TRIAGE

_STAGE = text("""
    CREATE TEMPORARY TABLE promised (
        line integer NOT NULL,
        respond_by timestamptz NOT NULL,
        due_at timestamptz NOT NULL,
        promised interval NOT NULL,
        working_time boolean NOT NULL,
        escalation_step smallint NOT NULL,
        escalate_at timestamptz
    ) ON COMMIT DROP;
    CREATE TEMPORARY TABLE climbed (
        line integer NOT NULL,
        step smallint NOT NULL,
        at timestamptz NOT NULL
    ) ON COMMIT DROP
""")
# Lines that go the same way have the same promise.
_WAYS = text("""
    SELECT array_agg(decided.line) AS lines, routes.category, routes.department, routes.office,
        routes.areas
    FROM decided
    JOIN routes
        ON routes.ids = decided.ids AND routes.category = decided.category
        AND routes.rule = coalesce(decided.rule, -1)
    GROUP BY routes.category, routes.department, routes.office, routes.areas
""")


def promise(
    session: Session, city: CityFacts, batch: Sequence[Past], now: datetime, *, as_lived: bool
) -> None:
    """Write what is promised for each line of a routed batch into the table `promised`.

    Steps of the ladder that were reached while it was open, before `now`, count as told: what an
    older system left lying would otherwise come down on everybody at once. With `as_lived` they
    are written into the table `climbed`, to become events.
    """
    starts = np.array([past.submitted_at.timestamp() for past in batch])
    ends = np.array([min(now, past.closed_at or now).timestamp() for past in batch])
    days = working_days(
        city.calendar,
        datetime.fromtimestamp(starts.min(), UTC),
        datetime.fromtimestamp(starts.max(), UTC),
        _longest(city),
    )
    lines = np.array([past.line for past in batch])
    session.execute(_STAGE)
    for kept, numbers in _by_promise(session, city, batch).items():
        counted = _counted(city.ladder, kept, days, starts[numbers], ends[numbers])
        copy_in(session, "promised", _rows(lines[numbers], kept, counted))
        if as_lived:
            copy_in(session, "climbed", _climbed(lines[numbers], counted))


def _by_promise(
    session: Session, city: CityFacts, batch: Sequence[Past]
) -> dict[Promise, list[int]]:
    """Where in the batch those lie for which the same is promised."""
    found: dict[Promise, list[int]] = {}
    if not city.own_promises:
        for number, past in enumerate(batch):
            found.setdefault(_promise(city, past.category, (), ()), []).append(number)
        return found
    number_of = {past.line: number for number, past in enumerate(batch)}
    for lines, category, department, office, areas in session.execute(_WAYS):
        around = [(area["level"], area["code"]) for area in areas]
        kept = _promise(city, category, (department, office), around)
        found.setdefault(kept, []).extend(number_of[line] for line in lines)
    return found


def _promise(
    city: CityFacts, code: str | None, owners: tuple[str | None, ...], areas: Any
) -> Promise:
    category = city.categories.get(code or "")
    return city.promise_for(category, owners, areas) if category else TRIAGE


def _longest(city: CityFacts) -> timedelta:
    """The longest promise in days, stretched to the top of the ladder."""
    promises = [TRIAGE, *(category.promise for category in city.categories.values())]
    spans = [span for one in (*promises, *city.own_promises) for span in _spans(one) if span]
    # However short the working days are, an hour takes no more than one.
    days = max(span.days + span.seconds // 3600 + 1 for span in spans)
    return timedelta(days=days) * max([100, *(step.percent or 0 for step in city.ladder)]) / 100


def _spans(one: Any) -> tuple[timedelta | None, timedelta | None]:
    return one.respond_within, one.fix_within


@dataclass(frozen=True)
class _Counted:
    """Moments in seconds since 1970 UTC, spans in seconds.

    `ladder` has a row for each step, and one of NaN above the last; `step` of them were reached.
    """

    respond_by: Seconds
    due_at: Seconds
    promised: Seconds
    step: NDArray[np.int64]
    ladder: Seconds

    @property
    def escalate_at(self) -> Seconds:
        """The step after those that were reached; NaN above the last."""
        return self.ladder[self.step, np.arange(len(self.step))]


def _counted(
    ladder: Sequence[Step], kept: Promise, days: WorkingDays | None, starts: Seconds, ends: Seconds
) -> _Counted:
    working = days if kept.working_time else None
    respond_by = _after(working, starts, kept.respond_within)
    due_at = _after(working, starts, kept.fix_within) if kept.fix_within else respond_by
    promised = working.worked(due_at) - working.worked(starts) if working else due_at - starts
    moments = [
        due_at if step.percent == 100 else _reached(step, working, starts, promised)
        for step in ladder
    ]
    climbed = np.array([*moments, np.full_like(starts, np.nan)])
    return _Counted(respond_by, due_at, promised, (climbed <= ends).sum(axis=0), climbed)


def _after(working: WorkingDays | None, starts: Seconds, span: timedelta) -> Seconds:
    return working.add(starts, span) if working else starts + span.total_seconds()


def _reached(
    step: Step, working: WorkingDays | None, starts: Seconds, promised: Seconds
) -> Seconds:
    if step.percent is None:
        return starts + (step.after or timedelta()).total_seconds()
    share = promised * step.percent / 100
    return working.later(starts, share) if working else starts + share


def _rows(lines: NDArray[np.int64], kept: Promise, counted: _Counted) -> Iterator[tuple[Any, ...]]:
    return zip(
        lines,
        _moments(counted.respond_by),
        _moments(counted.due_at),
        (f"{seconds:.6f} seconds" for seconds in counted.promised),
        [kept.working_time] * len(lines),
        counted.step,
        _moments(counted.escalate_at),
        strict=True,
    )


def _climbed(lines: NDArray[np.int64], counted: _Counted) -> Iterator[tuple[Any, ...]]:
    """Each step that was reached: the line, its number from 1, the moment."""
    for number, moments in enumerate(counted.ladder, 1):
        reached = counted.step >= number
        yield from zip(
            lines[reached], [number] * reached.sum(), _moments(moments[reached]), strict=True
        )


def _moments(seconds: Seconds) -> list[str | None]:
    """For COPY: microseconds, UTC; None for what never comes."""
    never = np.isnan(seconds)
    whole = (np.round(np.where(never, 0, seconds) * 1e6)).astype("datetime64[us]")
    written = np.datetime_as_string(whole)
    return [None if no else f"{moment}+00" for no, moment in zip(never, written, strict=True)]
