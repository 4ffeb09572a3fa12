"""Places and boxes: what is one, and what is not."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as some

from geo_portal.errors import Invalid
from geo_portal.geometry import Box, LonLat, NotAPlace


@pytest.mark.parametrize("bad", [math.nan, math.inf, -math.inf, 180.0001, -500.0])
def test_a_longitude_off_the_globe_is_refused_by_name(bad):
    with pytest.raises(NotAPlace) as refusal:
        LonLat(bad, 0.0)

    assert refusal.value.field == "lon"


@pytest.mark.parametrize("bad", [math.nan, math.inf, 90.0001, -91.0])
def test_a_latitude_off_the_globe_is_refused_by_name(bad):
    with pytest.raises(NotAPlace) as refusal:
        LonLat(0.0, bad)

    assert refusal.value.field == "lat"


@given(
    *(some.floats(-1000, 1000) for _ in range(4)),
)
def test_a_box_is_inside_the_globe_or_refused(west, south, east, north):
    typed = f"{west},{south},{east},{north}"
    if west > east or south > north:
        with pytest.raises(Invalid):
            Box.parse(typed)
        return

    box = Box.parse(typed)

    assert -180 <= box.west <= box.east <= 180
    assert -90 <= box.south <= box.north <= 90


@given(some.text())
def test_any_text_is_a_box_or_refused_in_words(typed):
    try:
        Box.parse(typed)
    except Invalid as refusal:
        assert refusal.field == "bbox"
