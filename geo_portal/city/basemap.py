"""The city's own quiet map, drawn under everything when no tile provider is set."""

from sqlalchemy import select
from sqlalchemy.orm import Session

from geo_portal.city.tables import BasemapLayer
from geo_portal.errors import NotFound


def layer_names(session: Session) -> list[str]:
    """The layers in drawing order; empty where the pack brought none."""
    return list(session.scalars(select(BasemapLayer.name).order_by(BasemapLayer.position)))


def read_layer(session: Session, name: str) -> tuple[bytes, str]:
    """One layer as gzipped GeoJSON, and its ETag; raises `NotFound`."""
    found = session.get(BasemapLayer, name)
    if found is None:
        raise NotFound("This city's basemap has no layer “{layer}”.", layer=name)
    return found.geojson_gz, found.etag
