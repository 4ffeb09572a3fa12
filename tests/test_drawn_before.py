"""Maps that were drawn a moment ago are shown again only while they are still true."""

from datetime import UTC, datetime, timedelta

from sqlalchemy import text

from geo_portal.insights import cells
from geo_portal.insights.drawn_before import KEPT_FOR, drawn_before
from geo_portal.insights.map import touched
from geo_portal.insights.viewport import Viewport
from tests.insights_town import complaint

NOON = datetime(2026, 7, 3, 5, tzinfo=UTC)
MARKET = (108.0, -5.5)


def _ask(session, name, now=NOON):
    """What two readers see who ask for the same map, the second at `now`."""
    shown = iter((b"first", b"second"))
    first = drawn_before(session, (name,), NOON, lambda: next(shown))
    return first, lambda: drawn_before(session, (name,), now, lambda: next(shown))


def test_the_second_reader_sees_what_was_drawn_for_the_first(session):
    first, again = _ask(session, "same")

    assert again() == first == b"first"


def test_a_change_is_on_the_next_map(session, city):
    complaint(session, MARKET)
    _, again = _ask(session, "changed")

    session.execute(text("UPDATE complaints SET status = 'in_progress'"))

    assert again() == b"second"


def test_a_map_drawn_before_the_counts_were_folded_is_drawn_anew(session, city):
    complaint(session, MARKET)
    _, again = _ask(session, "folded")

    cells.fold(session)

    assert again() == b"second"


def test_a_map_is_not_shown_for_long(session):
    _, again = _ask(session, "old", NOON + KEPT_FOR + timedelta(seconds=1))

    assert again() == b"second"


def test_a_map_that_moved_by_a_few_pixels_touches_the_same_cells():
    here, beside = Viewport.parse("106.8,-9.2,107.0,-9.0"), Viewport.parse("106.8001,-9.2,107.0,-9")

    assert touched(here, 12) == touched(beside, 12)
