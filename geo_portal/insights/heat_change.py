"""Change against the same season: the reports of a span beside those of the span a year before."""

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta

from scipy.stats import binomtest

from geo_portal.complaints.find import ComplaintFilter
from geo_portal.insights.heatmap import HeatCell, HeatMap

USUAL_SPAN = timedelta(days=90)
_A_YEAR = timedelta(days=364)  # whole weeks, so that Mondays are held against Mondays
_BY_CHANCE = 0.05


def spans(wanted: ComplaintFilter, now: datetime) -> tuple[ComplaintFilter, ComplaintFilter]:
    """The filter with its span (the last 90 days without one), and the same 52 weeks earlier."""
    until = min(wanted.until or now, now)
    since = wanted.since or until - USUAL_SPAN
    present = replace(wanted, since=since, until=until)
    return present, replace(wanted, since=since - _A_YEAR, until=until - _A_YEAR)


def change(
    wanted: ComplaintFilter, now: datetime, count: Callable[[ComplaintFilter], HeatMap]
) -> HeatMap:
    """How many reports more or fewer; unsure where chance alone explains it (binomial, 5 %)."""
    present, past = (count(span) for span in spans(wanted, now))
    before = {(cell.x, cell.y): cell.count for cell in past.cells}
    today = {(cell.x, cell.y): cell.count for cell in present.cells}
    cells = [
        _changed(at, today.get(at, 0), before.get(at, 0)) for at in sorted(before.keys() | today)
    ]
    return replace(present, cells=cells, left_out=None, complete=present.complete and past.complete)


def _changed(at: tuple[int, int], now: int, before: int) -> HeatCell:
    by_chance = float(binomtest(now, now + before).pvalue) >= _BY_CHANCE
    return HeatCell(*at, count=now, value=float(now - before), unsure=by_chance)
