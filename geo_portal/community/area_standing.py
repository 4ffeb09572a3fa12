"""How areas fare with their reports: no ranks, but what is likely, given what is reported there.

For each area, the reports that were due lately and fixed in time are held against how many that
would be if each kind of problem went there as it goes in the whole city (indirect
standardisation), so that an area with many hard cases is not blamed for them. That ratio is drawn
towards 1 the more, the fewer reports it stands on: the empirical Bayes estimator of R. J. Marshall,
"Mapping disease and mortality rates using empirical Bayes estimators", Applied Statistics 40 (1991)
283-294, with the 90 % interval of the gamma distribution that it implies.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta

from scipy.stats import gamma
from sqlalchemy import text
from sqlalchemy.orm import Session

from geo_portal.city.facts import CityFacts
from geo_portal.city.gazetteer import finest_level

LOOK_BACK = timedelta(days=90)
INTERVAL = (0.05, 0.95)
# Fewer due reports than these say nothing, whatever is done with them.
FEWEST = 10

# The browsers of staff, and those that send by the dozen, are no measure of an area.
_COUNTED = text("""
    WITH due AS (
        SELECT area.code, area.name, complaint.category_code,
            complaint.light = 'done' AND complaint.closed_at <= complaint.due_at AS in_time
        FROM complaints AS complaint
        JOIN jurisdictions AS area ON area.id = ANY(complaint.jurisdiction_ids)
            AND area.level = :level
        WHERE complaint.due_at > :since AND complaint.due_at <= :now
          AND complaint.merged_into_id IS NULL AND NOT complaint.sensitive
          AND NOT EXISTS (SELECT FROM staff_devices
                          WHERE staff_devices.device_hash = complaint.device_hash)
    ),
    usual AS (
        SELECT category_code, avg(in_time::integer) AS share FROM due GROUP BY category_code
    )
    SELECT code, min(name) AS name, count(*) AS due, count(*) FILTER (WHERE in_time) AS in_time,
        sum(usual.share)::float AS expected
    FROM due JOIN usual USING (category_code)
    GROUP BY code ORDER BY min(name)
""")


@dataclass(frozen=True)
class Standing:
    """One area; `ratio` is 1 where it goes as in the whole city, None where too few were due.

    With 90 % of certainty the true ratio lies between `low` and `high`.
    """

    code: str
    name: str
    due: int
    in_time: int
    ratio: float | None
    low: float | None
    high: float | None

    @property
    def tendency(self) -> str:
        """`more`, `fewer`, or `usual` where the interval cannot tell; `unknown` for too few."""
        if self.low is None or self.high is None:
            return "unknown"
        if self.low > 1:
            return "more"
        return "fewer" if self.high < 1 else "usual"


def standings(session: Session, city: CityFacts, now: datetime) -> list[Standing]:
    """Every area of the finest level in which something was due in 90 days, by name."""
    level = finest_level(city)
    if level is None:
        return []
    asked = {"level": level.code, "since": now - LOOK_BACK, "now": now}
    rows = session.execute(_COUNTED, asked).all()
    shown = [(row.in_time, row.expected) for row in rows]
    estimates = shrunken(shown)
    return [
        Standing(row.code, row.name, row.due, row.in_time, *estimate)
        if row.due >= FEWEST
        else Standing(row.code, row.name, row.due, row.in_time, None, None, None)
        for row, estimate in zip(rows, estimates, strict=True)
    ]


def shrunken(counts: list[tuple[int, float]]) -> list[tuple[float, float, float]]:
    """Ratio and interval for each (observed, expected), drawn towards the mean of all.

    The prior is the gamma distribution with Marshall's moments; where the areas differ no more
    than chance would have it, all are drawn to the mean and only their intervals differ.
    """
    observed = float(sum(one for one, _ in counts))
    expected = sum(one for _, one in counts)
    if expected <= 0 or observed <= 0:
        return [(1.0, 0.0, 2.0) for _ in counts]
    mean = observed / expected
    spread = sum(e * (o / e - mean) ** 2 for o, e in counts if e > 0) / expected
    between = max(spread - mean / (expected / len(counts)), 1e-4 * mean)
    shape, rate = mean**2 / between, mean / between
    return [_posterior(shape + o, rate + e) for o, e in counts]


def _posterior(shape: float, rate: float) -> tuple[float, float, float]:
    low, high = (float(gamma.ppf(share, shape, scale=1 / rate)) for share in INTERVAL)
    return shape / rate, low, high
