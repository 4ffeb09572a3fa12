"""Places on the earth: longitude first, EPSG:4326 degrees, checked before anything is stored."""

import math
from dataclasses import dataclass
from typing import Self

from geo_portal.errors import Invalid


class NotAPlace(Invalid):
    """The numbers given are not a longitude and a latitude."""


@dataclass(frozen=True, slots=True)
class LonLat:
    """A place: EPSG:4326, degrees, longitude first."""

    lon: float
    lat: float

    def __post_init__(self) -> None:
        """Refuse NaN, infinities and anything off the globe; PostGIS would store them all."""
        if not (math.isfinite(self.lon) and -180 <= self.lon <= 180):
            raise NotAPlace("The longitude must be a number between -180 and 180.", field="lon")
        if not (math.isfinite(self.lat) and -90 <= self.lat <= 90):
            raise NotAPlace("The latitude must be a number between -90 and 90.", field="lat")

    @property
    def ewkt(self) -> str:
        """The form PostGIS and GeoAlchemy2 take, e.g. `SRID=4326;POINT(106.8 -6.2)`."""
        return f"SRID=4326;POINT({self.lon!r} {self.lat!r})"


@dataclass(frozen=True, slots=True)
class Box:
    """A viewport: west, south, east, north in EPSG:4326 degrees, west ≤ east, south ≤ north."""

    west: float
    south: float
    east: float
    north: float

    @classmethod
    def parse(cls, text: str) -> Self:
        """Read `west,south,east,north`; parts beyond the globe are cut off.

        A map zoomed far out shows the world several times over, so numbers outside the globe
        are normal in a viewport and not a mistake.
        """
        try:
            west, south, east, north = (float(part) for part in text.split(","))
        except ValueError:
            raise Invalid("A box is four numbers: west,south,east,north.", field="bbox") from None
        if not all(math.isfinite(edge) for edge in (west, south, east, north)):
            raise Invalid("A box is four numbers: west,south,east,north.", field="bbox")
        if west > east or south > north:
            raise Invalid(
                "The box is the wrong way round: west must not exceed east, nor south north.",
                field="bbox",
            )
        return cls(_cut(west, 180), _cut(south, 90), _cut(east, 180), _cut(north, 90))


def _cut(degrees: float, limit: float) -> float:
    return max(-limit, min(limit, degrees))
