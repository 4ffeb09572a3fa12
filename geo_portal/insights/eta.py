"""How long a kind of problem usually takes at an office, for those who are about to report one."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import delete, insert, select
from sqlalchemy.orm import Session

from geo_portal.complaints.find import ComplaintFilter
from geo_portal.insights.survival import watched
from geo_portal.insights.tables import UsualTime

LOOKED_BACK = timedelta(days=90)
# Fewer fixes than this say nothing that anybody should rely on.
FEWEST_KNOWN = 15


@dataclass(frozen=True)
class Eta:
    """Half of the last reports were fixed within `half`, eight of ten within `most`.

    Both are None when fewer than `FEWEST_KNOWN` of them were fixed; `most` also when the eighth
    of ten is still open. `known` is how many were fixed.
    """

    known: int
    half: timedelta | None
    most: timedelta | None


def eta(
    session: Session, category: str | None, department: str | None, office: str | None
) -> Eta | None:
    """What to expect of an office, or of its department when it has none; one row is read.

    None where the kind or the owner is not known.
    """
    owner = office or department
    if not category or not owner:
        return None
    row = session.get(UsualTime, (category, owner))
    return Eta(row.known, row.half, row.most) if row else Eta(0, None, None)


def work_out_etas(session: Session, now: datetime) -> int:
    """Work out what to expect of every office from its last days; gives how many are known."""
    seen = watched(session, ComplaintFilter(since=now - LOOKED_BACK), now)
    curves = seen.by(lambda group: {(group[2], owner) for owner in group[:2]})
    rows = []
    for (category, owner), curve in curves.items():
        if not category or not owner:
            continue
        enough = curve.fixed >= FEWEST_KNOWN
        rows.append(
            {
                "category_code": category,
                "owner_code": owner,
                "known": curve.fixed,
                "half": curve.after(0.5) if enough else None,
                "most": curve.after(0.8) if enough else None,
                "as_of": now,
            }
        )
    session.execute(delete(UsualTime))
    if rows:
        session.execute(insert(UsualTime), rows)
    return len(session.scalars(select(UsualTime.known).where(UsualTime.half.is_not(None))).all())
