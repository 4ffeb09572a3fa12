"""Borders for drawing: simplified together, so that neighbours still share their edge."""

import gzip
import hashlib

from sqlalchemy import text
from sqlalchemy.orm import Session

from geo_portal.city.facts import CityFacts
from geo_portal.errors import NotFound

# About 5 m: thinner than the line that is drawn.
SIMPLIFIED_TO_DEGREES = 0.00005

# ST_SimplifyVW/Preserve would tear gaps between neighbours; the small tolerance hides them, and
# whoever needs the true border asks /where.
_BORDERS = text("""
    SELECT json_build_object(
        'type', 'FeatureCollection',
        'features', coalesce(json_agg(json_build_object(
            'type', 'Feature',
            'id', code,
            'geometry', ST_AsGeoJSON(ST_SimplifyPreserveTopology(border, :tolerance), 5)::json,
            'properties', json_build_object(
                'level', level, 'code', code, 'name', name, 'population', population,
                'label', json_build_array(
                    round(ST_X(label_point)::numeric, 5), round(ST_Y(label_point)::numeric, 5))
            )
        ) ORDER BY code), '[]'::json)
    )::text
    FROM jurisdictions
    WHERE level = :level AND edition_id = :edition
""")


def borders_of_level(session: Session, city: CityFacts, level: str) -> tuple[bytes, str]:
    """All areas of a level as gzipped GeoJSON, and its ETag; raises `NotFound`."""
    if city.edition is None or level not in {known.code for known in city.levels}:
        raise NotFound("This city has no areas of the level “{level}”.", level=level)
    # An edition's borders never change, so what was drawn once stays true.
    key = (str(session.get_bind().engine.url), city.edition.id, level)
    if key not in _drawn:
        while len(_drawn) >= _MOST_KEPT:
            _drawn.pop(next(iter(_drawn)))
        _drawn[key] = _draw(session, city.edition.id, level)
    return _drawn[key]


_drawn: dict[tuple[str, int, str], tuple[bytes, str]] = {}
_MOST_KEPT = 16


def _draw(session: Session, edition_id: int, level: str) -> tuple[bytes, str]:
    asked = {"level": level, "edition": edition_id, "tolerance": SIMPLIFIED_TO_DEGREES}
    body = session.execute(_BORDERS, asked).scalar_one().encode()
    return gzip.compress(body, mtime=0), hashlib.sha256(body).hexdigest()[:16]
