"""Open complaints nearby that may be about the same thing."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import text
from sqlalchemy.orm import Session

from geo_portal.geometry import LonLat

REACH_M = 80.0
MOST_SHOWN = 3
LOOK_BACK = timedelta(days=60)


@dataclass(frozen=True)
class Similar:
    """An open complaint close by; `likeness` runs from 0 to 1."""

    code: str
    category: str | None
    description: str
    light: str
    submitted_at: datetime
    distance_m: float
    likeness: float
    photo_key: str | None


# The box is in degrees, so that the index on the plain point answers; metres decide afterwards.
# Likeness: half for nearness, and half for the better of the same words and the same category.
_SIMILAR = text("""
    WITH pin AS (
        SELECT ST_SetSRID(ST_MakePoint(:lon, :lat), 4326) AS here
    ), close_by AS (
        SELECT complaint.id, complaint.code, complaint.category_code,
               coalesce(complaint.public_description, complaint.description) AS description,
               complaint.light, complaint.submitted_at,
               ST_Distance(complaint.point::geography, here::geography) AS distance_m,
               similarity(
                   left(coalesce(complaint.public_description, complaint.description), 500),
                   :description
               ) AS same_words,
               (complaint.category_code = :category) IS TRUE AS same_category
        FROM complaints AS complaint, pin
        WHERE complaint.point && ST_Expand(here, :reach_lon, :reach_lat)
          AND complaint.closed_at IS NULL
          AND NOT complaint.sensitive
          AND complaint.submitted_at > :since
        ORDER BY complaint.point <-> here
        LIMIT 50
    )
    SELECT code, category_code, description, light, submitted_at, distance_m,
           0.5 * (1 - distance_m / :reach_m)
           + 0.5 * greatest(same_words, CASE WHEN same_category THEN 0.7 ELSE 0 END) AS likeness,
           (SELECT key FROM photos WHERE complaint_id = close_by.id AND kind = 'report'
            ORDER BY position LIMIT 1) AS photo_key
    FROM close_by
    WHERE distance_m <= :reach_m AND (same_category OR same_words >= 0.3)
    ORDER BY likeness DESC, submitted_at DESC
    LIMIT :most
""")

# A degree of latitude is 111 km everywhere; one of longitude shrinks with the cosine, so the box
# is made wide enough for 75° north and narrowed by the distance in metres.
_DEGREES_PER_M = 1 / 111_000
_WIDEST = 4.0


def similar_nearby(
    session: Session, place: LonLat, category: str | None, description: str, now: datetime
) -> list[Similar]:
    """Likely duplicates within `REACH_M` metres, most alike first; at most `MOST_SHOWN`.

    Only open complaints of the last 60 days; sensitive ones are never shown.
    """
    rows = session.execute(
        _SIMILAR,
        {
            "lon": place.lon,
            "lat": place.lat,
            "category": category,
            "description": description[:500],
            "since": now - LOOK_BACK,
            "reach_m": REACH_M,
            "reach_lat": REACH_M * _DEGREES_PER_M,
            "reach_lon": REACH_M * _DEGREES_PER_M * _WIDEST,
            "most": MOST_SHOWN,
        },
    )
    return [Similar(*row) for row in rows]
