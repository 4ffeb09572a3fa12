"""Who is to hear of reports without following them: by their place, by their kind."""

from collections import defaultdict
from collections.abc import Collection
from dataclasses import dataclass

from sqlalchemy import text
from sqlalchemy.orm import Session

from geo_portal.accounts.secret import digest


@dataclass(frozen=True)
class Hears:
    """Somebody who follows the place or the kind of a report; `email` is None for who has none.

    `name` is what the person called it; `number` is that of the follow, for the link that ends it.
    `by_kind` says that it holds for one kind of problem only.
    """

    number: int
    name: str
    person_id: int
    email: str | None
    language: str
    by_kind: bool


# The two halves each have an index of their own: the shapes around a place, and the kinds.
_HEARING = text("""
    SELECT DISTINCT ON (complaint.id, wish.person_id) complaint.id AS complaint_id,
        wish.id AS number, wish.name, wish.person_id, person.email, person.language,
        wish.category_code IS NOT NULL AS by_kind
    FROM complaints AS complaint
    CROSS JOIN LATERAL (
        SELECT id, name, person_id, category_code FROM subscriptions
        WHERE left_at IS NULL AND shape IS NOT NULL AND ST_Covers(shape, complaint.point)
          AND (category_code IS NULL OR category_code = complaint.category_code)
        UNION ALL
        SELECT id, name, person_id, category_code FROM subscriptions
        WHERE left_at IS NULL AND shape IS NULL AND category_code = complaint.category_code
    ) AS wish
    JOIN people AS person ON person.id = wish.person_id AND person.active
    WHERE complaint.id = ANY(CAST(:ids AS bigint[])) AND NOT complaint.sensitive
    ORDER BY complaint.id, wish.person_id, by_kind, wish.id
""")


def hearing(session: Session, complaint_ids: Collection[int]) -> dict[int, list[Hears]]:
    """Everybody who follows the place or the kind of these reports, by report, a person once.

    Nobody for a private one: that it lies in a small shape would give its place away.
    """
    found: dict[int, list[Hears]] = defaultdict(list)
    for complaint_id, *told in session.execute(_HEARING, {"ids": sorted(complaint_ids)}):
        found[complaint_id].append(Hears(*told))
    return found


def leave_path(number: int) -> str:
    """The page on which one follow is ended without signing in."""
    return f"/follows/{number}/{leave_token(number)}/leave"


def leave_token(number: int) -> str:
    """The token to stop one follow; derived whenever it is needed, stored nowhere."""
    return digest("subscription", str(number))
