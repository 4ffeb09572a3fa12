"""Finds the weeks in which an area has far more reports of a kind than usual, and tells readers."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

import numpy as np
from sqlalchemy import delete, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from geo_portal.accounts.people import Person
from geo_portal.accounts.permissions import NotSignedIn
from geo_portal.accounts.tables import Account
from geo_portal.city.facts import CityFacts, facts
from geo_portal.city.tables import Jurisdiction
from geo_portal.complaints.find import ids_of_areas
from geo_portal.errors import Invalid, NotFound
from geo_portal.insights.anomalies import judge
from geo_portal.insights.kept_figures import received_per_week
from geo_portal.insights.tables import Alert, AlertReader

FALSE_ALARMS = 0.05
# The weeks just before, and those around the same one of the year before.
WEEKS_BEFORE = 8
WEEKS_A_YEAR_AGO = (51, 52, 53)
# Fewer reports are no wave, and less than twice as many no news.
FEWEST = 5
TIMES = 2.0
MOST_SHOWN = 100
MOST_WISHES = 20

_Series = tuple[str, str, str]


def find_unusual(session: Session, now: datetime) -> list[Alert]:
    """Judge the last whole week (Monday to Sunday in the city); gives the alerts that are new.

    Every kind in every area of each level that has several is one comparison. A city that is too
    young has none; private kinds are left out.
    """
    city = facts(session)
    today = now.astimezone(city.timezone).date()
    week = today - timedelta(days=today.weekday() + 7)
    counts = _counts(session, city, week)
    weeks = _earlier(week, counts)
    series = sorted({key[:3] for key in counts})
    if not weeks or not series:
        return []
    earlier = np.array([[counts.get((*one, w), 0) for w in weeks] for one in series])
    seen = np.array([counts.get((*one, week), 0) for one in series])
    judged = judge(earlier, seen, false_alarms=FALSE_ALARMS)
    telling = judged.unusual & (seen >= FEWEST) & (seen >= TIMES * judged.expected)
    rows = [
        {
            "week": week,
            "level": series[nth][0],
            "area_code": series[nth][1],
            "category_code": series[nth][2],
            "seen": int(seen[nth]),
            "expected": float(judged.expected[nth]),
            "chance": float(judged.chance[nth]),
            "found_at": now,
        }
        for nth in np.flatnonzero(telling).tolist()
    ]
    if not rows:
        return []
    written = insert(Alert).values(rows).on_conflict_do_nothing().returning(Alert)
    return list(session.scalars(written))


def _counts(session: Session, city: CityFacts, week: date) -> dict[tuple[str, str, str, date], int]:
    """Reports by level, area, kind and week, over everything that is compared."""
    first = week - timedelta(weeks=max(WEEKS_A_YEAR_AGO))
    rows = session.execute(select(Jurisdiction.id, Jurisdiction.level, Jurisdiction.code)).all()
    several = {
        level.code
        for level in city.levels
        if len({row.code for row in rows if row.level == level.code}) > 1
    }
    areas = {row.id: (row.level, row.code) for row in rows if row.level in several}
    private = {code for code, known in city.categories.items() if known.sensitive}
    found: dict[tuple[str, str, str, date], int] = {}
    for one in received_per_week(session, first, week + timedelta(days=6)):
        if one.area_id in areas and one.category not in private:
            key = (*areas[one.area_id], one.category, one.day)
            found[key] = found.get(key, 0) + one.received
    return found


def _earlier(week: date, counts: dict[tuple[str, str, str, date], int]) -> list[date]:
    """The weeks to compare with that lie after the first report; none when they are too few."""
    begun = min((key[3] for key in counts), default=week)
    back = [*range(1, WEEKS_BEFORE + 1), *WEEKS_A_YEAR_AGO]
    # The first week is not a whole one.
    weeks = [week - timedelta(weeks=n) for n in back if week - timedelta(weeks=n) > begun]
    return weeks if len(weeks) >= WEEKS_BEFORE // 2 else []


def newest(session: Session) -> list[Alert]:
    """The latest alerts, the newest week and the least likely first."""
    asked = select(Alert).order_by(Alert.week.desc(), Alert.chance).limit(MOST_SHOWN)
    return list(session.scalars(asked))


@dataclass(frozen=True)
class Told:
    """Somebody to be told of some alerts."""

    person_id: int
    email: str
    language: str
    alerts: tuple[Alert, ...]


def to_tell(session: Session, alerts: Sequence[Alert]) -> list[Told]:
    """Who wanted to hear of these; each person once."""
    rows = session.execute(
        select(AlertReader, Account.email)
        .join(Account, Account.id == AlertReader.person_id)
        .where(Account.email.is_not(None), Account.active)
        .order_by(AlertReader.id)
    ).all()
    found: dict[int, Told] = {}
    for reader, email in rows:
        wanted = {one.id: one for one in alerts if _wants(reader, one)}
        known = found.get(reader.person_id)
        if known:
            wanted = {one.id: one for one in known.alerts} | wanted
        if wanted and email:
            found[reader.person_id] = Told(
                reader.person_id, email, reader.language, tuple(wanted.values())
            )
    return list(found.values())


def _wants(reader: AlertReader, one: Alert) -> bool:
    kind = reader.category_code in ("", one.category_code)
    return kind and reader.area in ("", f"{one.level}:{one.area_code}")


def wishes(session: Session, who: Person | None) -> list[AlertReader]:
    """What somebody wants to hear of; nobody wants nothing."""
    if who is None:
        return []
    asked = select(AlertReader).where(AlertReader.person_id == who.id).order_by(AlertReader.id)
    return list(session.scalars(asked))


def hear_of(
    session: Session, who: Person | None, category: str, area: str, language: str, now: datetime
) -> None:
    """Have somebody told of unusual weeks; an empty kind or area is every one.

    Raises `NotSignedIn`, or `Invalid` for a kind or an area that the city does not have and
    for more wishes than `MOST_WISHES`.
    """
    if who is None:
        raise NotSignedIn("Please sign in first.")
    if category and category not in facts(session).open_categories:
        raise Invalid("There is no such kind of problem here.", field="category")
    ids_of_areas(session, (area,) if area else ())
    if len(wishes(session, who)) >= MOST_WISHES:
        raise Invalid("You follow {number} already; take one away first.", number=MOST_WISHES)
    wish = {"person_id": who.id, "category_code": category, "area": area}
    told = insert(AlertReader).values(**wish, language=language, since=now)
    session.execute(told.on_conflict_do_nothing())


def hear_no_more(session: Session, who: Person | None, number: int) -> None:
    """Take a wish away again; raises `NotSignedIn`, or `NotFound` for somebody else's."""
    if who is None:
        raise NotSignedIn("Please sign in first.")
    gone = session.execute(
        delete(AlertReader)
        .where(AlertReader.id == number, AlertReader.person_id == who.id)
        .returning(AlertReader.id)
    ).one_or_none()
    if gone is None:
        raise NotFound("You do not follow that.")
