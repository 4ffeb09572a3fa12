"""Two numbers that somebody gave as a place: checked, and told when they look swapped."""

import math

from sqlalchemy.orm import Session

from geo_portal.city.jurisdictions import containing
from geo_portal.errors import Invalid
from geo_portal.geometry import LonLat, NotAPlace

NOWHERE = LonLat(0.0, 0.0)


class LooksSwapped(Invalid):
    """The place is outside the city, and inside once lon and lat change places."""


class NoPlaceYet(Invalid):
    """0, 0: what a device reports that does not know where it is."""


def given_place(session: Session, lon: float, lat: float) -> LonLat:
    """The place meant by `lon` and `lat` (EPSG:4326 degrees).

    Raises `NotAPlace`, or `LooksSwapped` when only the other way round is a place in the city:
    a latitude of 106.8 is no mystery in Jakarta.
    """
    try:
        return LonLat(lon, lat)
    except NotAPlace:
        if math.isfinite(lon) and math.isfinite(lat) and abs(lon) <= 90 and abs(lat) <= 180:
            _refuse_swapped(session, lon, lat)
        raise


def refuse_slip(session: Session, place: LonLat) -> None:
    """For a place outside every area: refuse it when it is a known kind of slip.

    Raises `NoPlaceYet` or `LooksSwapped`; a place that is simply elsewhere passes.
    """
    if place == NOWHERE:
        raise NoPlaceYet(
            "The position 0, 0 is what a device sends when it does not know where it is. Please "
            "put the pin on the map.",
            field="lon",
        )
    if abs(place.lon) <= 90:
        _refuse_swapped(session, place.lon, place.lat)


def _refuse_swapped(session: Session, lon: float, lat: float) -> None:
    if containing(session, LonLat(lat, lon)):
        raise LooksSwapped(
            "Longitude and latitude look swapped: longitude {lon}, latitude {lat} lies outside "
            "the city, but the other way round it lies inside.",
            field="lon",
            lon=lon,
            lat=lat,
        )
