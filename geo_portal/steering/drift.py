"""Whether the classifier still fits the city: what it leaves open, gets wrong, has never read."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from math import sqrt

from sqlalchemy import text
from sqlalchemy.orm import Session

from geo_portal.routing.linear_classifier import Classifier

WEEK = timedelta(days=7)
WEEKS = 12
# So many texts of a week are read for words that the classifier does not know.
TEXTS_READ = 200
# Fewer reports than this say nothing about a week.
FEWEST_REPORTS = 30
# So many standard errors apart is no chance: one week in a thousand looks like it for no reason.
FAR_APART = 3.0


@dataclass(frozen=True)
class Week:
    """Seven days from `start`; `asked` reports were left to a person, `decided` were not.

    Those whose kind the citizen chose count for neither. `corrected` of the decided were put right
    or contested. `new_words` is the share of words that the classifier has never met, None when
    nothing was read.
    """

    start: datetime
    asked: int
    decided: int
    corrected: int
    new_words: float | None

    @property
    def reports(self) -> int:
        return self.asked + self.decided

    @property
    def abstention(self) -> float | None:
        return self.asked / self.reports if self.reports else None

    @property
    def correction(self) -> float | None:
        return self.corrected / self.decided if self.decided else None


def weeks(
    session: Session, model: Classifier | None, now: datetime, many: int = WEEKS
) -> list[Week]:
    """The last weeks, oldest first; the newest ends now. Past reports that were imported are not
    counted: nobody decided anything about them here.
    """
    since = now - many * WEEK
    counted = {
        row.week: row
        for row in session.execute(text(_COUNTED), {"since": since, "now": now, "many": many})
    }
    read: dict[int, list[str]] = {}
    for week, words in session.execute(
        text(_READ), {"since": since, "now": now, "many": many, "limit": TEXTS_READ}
    ):
        read.setdefault(week, []).append(words)
    found = []
    for number in range(many):
        row = counted.get(number)
        asked, decided, corrected = row[1:] if row else (0, 0, 0)
        new_words = _new_words(model, read.get(number, []))
        found.append(Week(since + number * WEEK, asked, decided, corrected, new_words))
    return found


def signs(found: Sequence[Week]) -> list[str]:
    """In what the newest week stands out from those before: asked, corrected or words."""
    if not found or found[-1].reports < FEWEST_REPORTS:
        return []
    newest, before = found[-1], found[:-1]
    pairs = {
        "asked": (newest.asked, newest.reports, "asked", "reports"),
        "corrected": (newest.corrected, newest.decided, "corrected", "decided"),
    }
    told = []
    for sign, (hits, of, hit_name, of_name) in pairs.items():
        earlier = sum(getattr(week, hit_name) for week in before)
        earlier_of = sum(getattr(week, of_name) for week in before)
        if _more(hits, of, earlier, earlier_of):
            told.append(sign)
    known = [week.new_words for week in before if week.new_words is not None]
    if known and newest.new_words is not None and newest.new_words > 1.5 * sum(known) / len(known):
        told.append("words")
    return told


def _more(hits: int, of: int, earlier: int, earlier_of: int) -> bool:
    """Whether one share is larger than another by more than chance would have it."""
    if of < FEWEST_REPORTS or earlier_of < FEWEST_REPORTS:
        return False
    together = (hits + earlier) / (of + earlier_of)
    error = sqrt(together * (1 - together) * (1 / of + 1 / earlier_of))
    return hits / of - earlier / earlier_of > FAR_APART * error


def _new_words(model: Classifier | None, texts: Sequence[str]) -> float | None:
    if model is None or not texts:
        return None
    return 1 - sum(map(model.share_known, texts)) / len(texts)


_NUMBER = "floor(extract(epoch FROM events.at - :since) / 604800)::int"
_COUNTED = f"""
    SELECT
        {_NUMBER} AS week,
        count(*) FILTER (WHERE events.facts ->> 'category_by' IS NULL) AS asked,
        count(*) FILTER (WHERE events.facts ->> 'category_by' = 'classifier') AS decided,
        count(*) FILTER (WHERE events.facts ->> 'category_by' = 'classifier' AND EXISTS (
            SELECT FROM lessons
            WHERE lessons.complaint_id = events.complaint_id
                AND lessons.kind IN ('correction', 'contest')
        )) AS corrected
    FROM events
    JOIN complaints ON complaints.id = events.complaint_id
    WHERE events.kind = 'submitted' AND events.at >= :since AND events.at < :now
        AND complaints.channel <> 'IMPORT'
    GROUP BY week HAVING {_NUMBER} < :many
"""  # noqa: S608 — all parts are our own words
_READ = f"""
    SELECT week, description FROM (
        SELECT
            {_NUMBER} AS week, complaints.description,
            row_number() OVER (PARTITION BY {_NUMBER} ORDER BY events.id DESC) AS nth
        FROM events
        JOIN complaints ON complaints.id = events.complaint_id
        WHERE events.kind = 'submitted' AND events.at >= :since AND events.at < :now
            AND complaints.channel <> 'IMPORT'
    ) AS numbered
    WHERE nth <= :limit AND week < :many
"""  # noqa: S608 — as above
