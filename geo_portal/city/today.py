"""What is different today: collection, school and parking, as the city enters it."""

from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

from sqlalchemy import delete, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from geo_portal.city.directory_tables import STATES, SUBJECTS, CalendarDay, DayChange
from geo_portal.city.facts import CityFacts, Named
from geo_portal.errors import Invalid

LONGEST_NOTE = 300


@dataclass(frozen=True)
class DayStatus:
    """How one subject stands on a day: `usual`, `changed` or `suspended`, and why.

    `day_off` says that the city's offices are closed that day; `by_hand` that an administrator
    entered it.
    """

    day: date
    subject: str
    state: str = "usual"
    notes: dict[str, str] = field(default_factory=dict)
    by_hand: bool = False

    def note(self, lang: str) -> str:
        return Named("", self.notes).name(lang)


def today_in(city: CityFacts, now: datetime) -> date:
    """The city's own date at `now`."""
    return now.astimezone(city.timezone).date()


def statuses(session: Session, first: date, days: int = 1) -> list[list[DayStatus]]:
    """How things stand on each of `days` days from `first`, in the order of `SUBJECTS`."""
    last = first + timedelta(days=days - 1)
    known: dict[tuple[date, str], DayStatus] = {}
    for row in session.scalars(select(CalendarDay).where(CalendarDay.day.between(first, last))):
        known[row.day, row.subject] = DayStatus(row.day, row.subject, row.state, row.notes)
    for own in session.scalars(select(DayChange).where(DayChange.day.between(first, last))):
        known[own.day, own.subject] = DayStatus(
            own.day, own.subject, own.state, own.notes, by_hand=True
        )
    return [
        [known.get((day, subject), DayStatus(day, subject)) for subject in SUBJECTS]
        for day in (first + timedelta(days=number) for number in range(days))
    ]


def set_day(
    session: Session,
    day: date,
    subject: str,
    state: str,
    notes: dict[str, str],
    now: datetime,
    by: int,
) -> None:
    """Enter how a subject stands on a day, in place of what the pack says.

    Who may do so is asked where the operations of administrators are: `accounts` lies above.
    Raises `Invalid` for an unknown subject or state, or for a note that is too long.
    """
    if subject not in SUBJECTS or state not in STATES:
        raise Invalid("Please choose what it is about and how it stands.", field="state")
    kept = {lang: said.strip() for lang, said in notes.items() if said.strip()}
    if any(len(said) > LONGEST_NOTE for said in kept.values()):
        raise Invalid("A note has at most {limit} characters.", field="note", limit=LONGEST_NOTE)
    values = {"state": state, "notes": kept, "changed_at": now, "changed_by": by}
    session.execute(
        insert(DayChange)
        .values(day=day, subject=subject, **values)
        .on_conflict_do_update(index_elements=["day", "subject"], set_=values)
    )


def take_back(session: Session, day: date, subject: str) -> None:
    """Let the pack's calendar hold again."""
    session.execute(delete(DayChange).where(DayChange.day == day, DayChange.subject == subject))
