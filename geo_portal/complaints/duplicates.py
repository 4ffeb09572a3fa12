"""Open complaints nearby that may be about the same thing."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from geo_portal.city.facts import TRIAGE_CATEGORY
from geo_portal.geometry import LonLat
from geo_portal.prepared import Prepared
from geo_portal.routing.language import written_in

REACH_M = 50.0
MOST_SHOWN = 3
LOOK_BACK = timedelta(days=60)
# What is wrong is said in the first sentences; comparing whole letters takes its time.
MOST_LETTERS = 300


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
    id: int


# The box is in degrees, so that the index on the plain point answers; metres decide afterwards.
#
# Likeness is half the words, a third the nearness, and a little each for the same category and
# for being recent. The words of a longer text may lie anywhere in it. Two texts in different
# languages have no words in common: then the same kind of problem at the very place is enough.
# The weights and the least likeness were chosen on real reports of New York and Jakarta with
# near-duplicates planted among them; `tests/benchmarks/duplicates.py` measures what they are worth.
_SIMILAR = Prepared("""
    WITH pin AS (
        SELECT ST_SetSRID(ST_MakePoint(:lon, :lat), 4326) AS here
    ), close_by AS (
        SELECT complaint.id, complaint.code, complaint.category_code,
               coalesce(complaint.public_description, complaint.description) AS description,
               complaint.light, complaint.submitted_at,
               left(coalesce(complaint.public_description, complaint.description), :most_letters)
                   AS said,
               ST_Distance(complaint.point::geography, here::geography) AS distance_m,
               (complaint.category_code = :category AND complaint.category_code <> :no_category)
                   IS TRUE AS same_category,
               (complaint.language <> :language) IS TRUE AS other_language
        FROM complaints AS complaint, pin
        WHERE complaint.point && ST_Expand(here, :reach_lon, :reach_lat)
          AND complaint.closed_at IS NULL
          AND NOT complaint.sensitive
          AND complaint.submitted_at > :since AND complaint.submitted_at <= :now
        ORDER BY complaint.point <-> here
        LIMIT 50
    ), compared AS (
        SELECT *, greatest(
            similarity(said, :words),
            0.9 * word_similarity(said, :words), 0.9 * word_similarity(:words, said)
        ) AS same_words
        FROM close_by
        WHERE distance_m <= :reach_m
    ), scored AS (
        SELECT *,
            0.5 * same_words + 0.35 * (1 - distance_m / :reach_m)
            + CASE WHEN same_category THEN 0.05 ELSE 0 END
            + 0.1 * exp(extract(epoch FROM submitted_at - :now) / (7 * 86400)) AS likeness
        FROM compared
    )
    SELECT code, category_code, description, light, submitted_at, distance_m, likeness,
           (SELECT key FROM photos WHERE complaint_id = scored.id AND kind = 'report' AND NOT hidden
            ORDER BY position LIMIT 1) AS photo_key, id
    FROM scored
    WHERE (likeness >= 0.4 AND same_words >= CASE WHEN same_category THEN 0.3 ELSE 0.5 END)
       OR (other_language AND same_category AND distance_m <= 25)
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

    By place, words, category and time; only open complaints of the last 60 days, and never
    sensitive ones.
    """
    rows = _SIMILAR.ask(
        session,
        {
            "lon": place.lon,
            "lat": place.lat,
            "category": category,
            "no_category": TRIAGE_CATEGORY,
            "words": description[:MOST_LETTERS],
            "most_letters": MOST_LETTERS,
            "language": written_in(description).language,
            "since": now - LOOK_BACK,
            "now": now,
            "reach_m": REACH_M,
            "reach_lat": REACH_M * _DEGREES_PER_M,
            "reach_lon": REACH_M * _DEGREES_PER_M * _WIDEST,
            "most": MOST_SHOWN,
        },
    )
    return [Similar(*row) for row in rows]
