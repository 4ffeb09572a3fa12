"""Loading a city pack, and loading it again."""

from datetime import UTC, datetime

import pytest

from geo_portal.city.facts import facts
from geo_portal.city.jurisdictions import containing
from geo_portal.city.load import load
from geo_portal.city.packs import read_pack
from geo_portal.geometry import LonLat
from tests.city_fixtures import (
    AT_SEA,
    HARBOUR,
    HILLTOP,
    IN_THE_BASIN,
    MARKET,
    ON_THE_ISLET,
    RIVERSIDE,
)

NOON = datetime(2026, 3, 2, 5, tzinfo=UTC)


@pytest.mark.parametrize(
    ("place", "codes"),
    [
        (HILLTOP, ["N", "N1"]),
        (HARBOUR, ["N", "N2"]),
        (MARKET, ["S", "S1"]),
        (RIVERSIDE, ["S", "S2"]),
        (ON_THE_ISLET, ["S", "S2"]),
        (IN_THE_BASIN, []),
        (AT_SEA, []),
    ],
)
def test_every_place_of_the_tiny_town_lies_in_its_ward(session, city, place, codes):
    areas = containing(session, LonLat(*place))

    assert [area.code for area in areas] == codes


def test_a_first_load_puts_the_borders_in_force_at_once(empty, tiny_pack):
    report = load(empty, read_pack(tiny_pack), NOON)

    assert report.edition == "2026-03-02"
    assert facts(empty).edition.name == "2026-03-02"


def test_the_same_pack_loaded_again_changes_nothing(empty, tiny_pack):
    load(empty, read_pack(tiny_pack), NOON)

    again = load(empty, read_pack(tiny_pack), NOON)

    assert not again.changed_anything
    assert again.edition is None
