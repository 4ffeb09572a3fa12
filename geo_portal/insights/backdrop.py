"""What lies beneath a heat map that leaves the house: the city's quiet basemap and its borders."""

import gzip
import json
from dataclasses import dataclass
from typing import Any

from sqlalchemy.orm import Session

from geo_portal.city.basemap import layer_names, read_layer
from geo_portal.city.borders import borders_of_level
from geo_portal.city.facts import CityFacts
from geo_portal.city.gazetteer import reach
from geo_portal.errors import NotFound
from geo_portal.geometry import Box

Features = list[dict[str, Any]]

# Quiet: the squares shall speak. The same as the light map of the pages.
PAPER, WATER, INK, FAINT = "#ffffff", "#d9e6ec", "#17201e", "#606b68"
AREA_FILL = {"land": "#f4f3ee", "water": "#cfe0e8", "green": "#e0ead8", "built": "#ece9e1"}
ROAD = {"main": ("#d9cfb4", 1.6), "secondary": ("#dcd8cc", 1.0), "street": ("#e3dfd4", 0.5)}
BORDER = "#33504c"


@dataclass(frozen=True)
class Backdrop:
    """Layers in drawing order, the finest and the coarsest borders, and the city's extent."""

    layers: dict[str, Features]
    borders: Features
    outline: Features
    extent: Box | None


def backdrop(session: Session, city: CityFacts) -> Backdrop:
    """Read once for a picture; a city without basemap or borders has empty lists."""
    layers = {name: _features(*read_layer(session, name)) for name in layer_names(session)}
    levels = [level.code for level in city.levels] if city.edition else []
    return Backdrop(
        layers,
        _borders(session, city, levels[-1]) if levels else [],
        _borders(session, city, levels[0]) if levels else [],
        reach(session, city),
    )


def _borders(session: Session, city: CityFacts, level: str) -> Features:
    try:
        return _features(*borders_of_level(session, city, level))
    except NotFound:
        return []


def _features(zipped: bytes, _etag: str) -> Features:
    found: Features = json.loads(gzip.decompress(zipped))["features"]
    return [feature for feature in found if feature.get("geometry")]
