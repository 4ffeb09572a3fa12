"""The notebook that loads a city of one's own, on a portal where there is none yet."""

from tests.notebooks import said_now_and_before


def test_a_city_of_ones_own_is_checked_loaded_and_asked(own_url):
    fresh, committed = said_now_and_before("your_own_city.ipynb", GEO_PORTAL_DATABASE_URL=own_url)

    assert fresh == committed
