"""Points and badges: a query over what happened; nobody awards them, and filing earns none."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import text
from sqlalchemy.orm import Session

from geo_portal.translation import N_

# A verification is worth 2, with a photo 3; see points.sql, which counts them.
HELPFUL_ANSWER = 3
FIRST_REPORT = 5

# Name, what it takes, and of what.
BADGES = {
    "eyewitness": (N_("Eyewitness"), 5, "verified"),
    "helper": (N_("Good neighbour"), 3, "helped"),
    "first": (N_("First to see it"), 3, "first_reports"),
}

_POINTS = text(Path(__file__).with_name("points.sql").read_text(encoding="utf-8"))


@dataclass(frozen=True)
class Points:
    """How often somebody verified, helped, and was the first to report what others confirmed."""

    verified: int = 0
    verified_points: int = 0
    helped: int = 0
    first_reports: int = 0

    @property
    def total(self) -> int:
        return (
            self.verified_points + HELPFUL_ANSWER * self.helped + FIRST_REPORT * self.first_reports
        )

    @property
    def badges(self) -> tuple[str, ...]:
        """The names of the badges, to be translated."""
        return tuple(name for name, least, what in BADGES.values() if getattr(self, what) >= least)


def points_of(session: Session, person_ids: Sequence[int]) -> dict[int, Points]:
    """The points of some people; staff have none and are missing."""
    rows = session.execute(_POINTS, {"people": list(person_ids)})
    return {
        row.person_id: Points(row.verified, int(row.verified_points), row.helped, row.first_reports)
        for row in rows
    }
