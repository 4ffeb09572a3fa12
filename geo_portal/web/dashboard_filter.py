"""What somebody wants to see on a dashboard, as it is written in the address of the page."""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Annotated, Any
from urllib.parse import urlencode
from zoneinfo import ZoneInfo

from fastapi import Query

from geo_portal.complaints.find import ComplaintFilter
from geo_portal.complaints.states import OPEN_LIGHTS
from geo_portal.errors import Invalid
from geo_portal.insights.statistics import Span

USUAL = timedelta(days=90)
CASES = "cases"
# No complaint is older than this, and no calendar breaks before the end.
EARLIEST, LATEST = date(1900, 1, 1), date(2200, 1, 1)

Code = Annotated[str, Query(max_length=100)]


@dataclass(frozen=True)
class DashboardFilter:
    """The parameters of the page; `since` and `until` are days, both included."""

    category: Code = ""
    area: Code = ""
    light: Code = ""
    since: Annotated[str, Query(max_length=40)] = ""
    until: Annotated[str, Query(max_length=40)] = ""
    compare: Annotated[str, Query(max_length=10)] = ""
    layer: Code = ""
    wall: Annotated[str, Query(max_length=5)] = ""
    cursor: Annotated[str | None, Query(max_length=200)] = None

    def span(self, zone: ZoneInfo, now: datetime) -> Span:
        """The time asked about, the last 90 days when none is; raises `Invalid`."""
        first = _day(self.since, "since")
        last = _day(self.until, "until")
        until = _midnight(last + timedelta(days=1), zone) if last else now
        usual = until.astimezone(zone).date() - USUAL
        since = _midnight(first or usual, zone)
        if since >= until:
            raise Invalid("The time span ends before it begins.", field="until")
        return Span(since, until, zone)

    def other_span(self, span: Span) -> Span | None:
        """The time that is compared with: as long, just before or a year (52 weeks) earlier."""
        days = (span.last_day - span.first_day).days + 1
        back = {"before": timedelta(days=days), "year": timedelta(weeks=52)}.get(self.compare)
        if back is None or span.first_day - EARLIEST < back:
            return None
        first, last = span.first_day - back, span.last_day - back
        return Span(
            _midnight(first, span.zone), _midnight(last + timedelta(days=1), span.zone), span.zone
        )

    def complaints(self, department: str, span: Span) -> ComplaintFilter:
        """The complaints of the map and the list: those received in the span."""
        return ComplaintFilter(
            departments=(department,),
            categories=(self.category,) if self.category else (),
            areas=(self.area,) if self.area else (),
            lights=self.lights,
            since=span.since,
            until=span.until,
        )

    @property
    def lights(self) -> tuple[str, ...]:
        """A light, or `open` for both that are."""
        if self.light == "open":
            return OPEN_LIGHTS
        return (self.light,) if self.light else ()

    def query(self, department: str, span: Span) -> str:
        """The same for the API, as a query string, for the layers of the map."""
        asked: dict[str, Any] = {
            "department": department,
            "category": self.category,
            "area": self.area,
            "light": ",".join(self.lights),
            "since": _utc(span.since),
            "until": _utc(span.until) if self.until else "",
        }
        return urlencode({name: value for name, value in asked.items() if value})


def _day(text: str, field: str) -> date | None:
    if not text.strip():
        return None
    try:
        day = date.fromisoformat(text.strip())
    except ValueError:
        day = None
    if day is None or not EARLIEST <= day <= LATEST:
        raise Invalid("“{day}” is no day; write it like 2026-05-01.", field=field, day=text)
    return day


def _midnight(day: date, zone: ZoneInfo) -> datetime:
    return datetime.combine(day, time(), zone)


def _utc(at: datetime) -> str:
    return at.astimezone(ZoneInfo("UTC")).strftime("%Y-%m-%dT%H:%M:%SZ")
