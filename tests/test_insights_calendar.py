"""The days of a span are found however far off its ends are."""

from datetime import UTC
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from geo_portal.complaints.find import ComplaintFilter
from geo_portal.insights.days import first_day, last_day, whole_month

MOMENTS = st.datetimes(timezones=st.just(UTC))
ZONES = st.sampled_from([ZoneInfo("Asia/Jakarta"), ZoneInfo("America/New_York")])


@given(since=MOMENTS, until=MOMENTS, zone=ZONES)
def test_any_span_has_days(since, until, zone):
    wanted = ComplaintFilter(since=since, until=until)

    assert (first_day(wanted, zone) <= last_day(wanted, zone)) or until <= since
    whole_month(wanted, zone)


@pytest.mark.parametrize(
    "path", ["/api/v1/heatmap", "/api/v1/map", "/heatmap", "/api/v1/complaints"]
)
@pytest.mark.parametrize("asked", ["until=0001-01-01T00:00:00Z", "since=9999-12-31T23:59:59Z"])
def test_the_ends_of_the_calendar_are_answered(portal, path, asked):
    answer = portal.get(f"{path}?bbox=94.9,-10.1,95.1,-9.9&{asked}")

    assert answer.status_code in (200, 422)
