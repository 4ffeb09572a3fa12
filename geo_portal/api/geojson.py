"""GeoJSON as the maps' doors send it: five decimals, about a metre, are enough for drawing."""

from typing import Any

from geo_portal.geometry import LonLat

DECIMALS = 5


def point_feature(place: LonLat, **properties: Any) -> dict[str, Any]:
    """A point with what is known of it."""
    at = [round(place.lon, DECIMALS), round(place.lat, DECIMALS)]
    return {
        "type": "Feature",
        "geometry": {"type": "Point", "coordinates": at},
        "properties": properties,
    }
