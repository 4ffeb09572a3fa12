"""Finds what was changed, taken away, slipped in or back-dated in the history of complaints."""

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path

from sqlalchemy import func, select, text
from sqlalchemy.orm import Session

from geo_portal.complaints.case_tables import DailyRoot, EventSeal
from geo_portal.complaints.roots import ONE_DAY, recount, root_before
from geo_portal.complaints.tables import Complaint, Event
from geo_portal.database import AnyRow

# An event is written in the second in which it happens; a slow request takes a little longer.
LATE = timedelta(minutes=10)
# Two who write at once have read the clock before either holds the complaint.
OUT_OF_ORDER = timedelta(minutes=1)
MOST_TOLD = 1_000

_VERIFY = text((Path(__file__).parent / "verify.sql").read_text(encoding="utf-8"))

WORDS = {
    "changed": "It does not say any more what was sealed: it was changed, or written over.",
    "removed": "It was taken away; only its seal is left.",
    "gap": "Between the events before and this one, {gap} were taken away with their seals.",
    "unsealed": "It was put in without a seal.",
    "back_dated": "It claims to be of {at}, but was written at {sealed_at}.",
    "out_of_order": "It claims to have happened before the event that was written before it.",
    "root": "The seals of this day do not add up to its root: it had {events} events, now {now}.",
    "cut": "The report was changed after the last event of its history: the end was taken away.",
    "no_root": "The root of this day is missing.",
    "copy": "The root of this day is not the one that was published.",
}


@dataclass(frozen=True)
class Finding:
    """One thing that is wrong: `what` is a key of `WORDS`, `when` the event's time or the day."""

    what: str
    when: str | None
    code: str | None = None
    event_id: int | None = None
    kind: str | None = None
    said: str = ""


@dataclass
class Findings:
    """What a check found: how many of each sort, and the first `MOST_TOLD` in full."""

    seals: int = 0
    roots: int = 0
    number: Counter[str] = field(default_factory=Counter)
    told: list[Finding] = field(default_factory=list)

    @property
    def fine(self) -> bool:
        """Nothing was found."""
        return not self.number

    def add(self, found: Finding) -> None:
        self.number[found.what] += 1
        if len(self.told) < MOST_TOLD:
            self.told.append(found)


def verify(
    session: Session, since: date | None = None, copy: Mapping[date, str] | None = None
) -> Findings:
    """Check every seal and every daily root, with `since` only from that day (UTC) on.

    `copy` holds roots in hex that somebody kept; they must still be the same. Memory stays
    small however many events there are: only differences leave the database.
    """
    session.execute(text("SET LOCAL statement_timeout = 0"))
    session.execute(text("SET LOCAL work_mem = '64MB'"))
    findings = Findings()
    begins = datetime.combine(since, time(), UTC) if since else None
    counted = select(func.count()).select_from(EventSeal)
    if begins:
        counted = counted.where(EventSeal.sealed_at >= begins)
    findings.seals = session.scalars(counted).one()
    for row in _differences(session, begins):
        findings.add(_finding(row))
    _check_roots(session, since, findings)
    _check_copy(session, copy or {}, findings)
    return findings


def _differences(session: Session, since: datetime | None) -> Iterator[AnyRow]:
    asked = {"since": since, "late": LATE, "out_of_order": OUT_OF_ORDER}
    yield from session.execute(_VERIFY, asked, execution_options={"yield_per": MOST_TOLD})


def _finding(row: AnyRow) -> Finding:
    moment = row.at or row.sealed_at
    said = WORDS[row.what].format(
        at=row.at, sealed_at=row.sealed_at, gap=(row.nth or 0) - row.nth_before - 1
    )
    return Finding(row.what, moment.isoformat(), row.code, row.event_id, row.kind, said)


def _check_roots(session: Session, since: date | None, findings: Findings) -> None:
    asked = select(DailyRoot).order_by(DailyRoot.day)
    if since:
        asked = asked.where(DailyRoot.day >= since)
    before = root_before(session, since) if since else b""
    expected: date | None = None
    for kept in session.scalars(asked).all():
        if expected and kept.day != expected:
            findings.add(Finding("no_root", expected.isoformat(), said=WORDS["no_root"]))
        now = recount(session, kept.day, before)
        findings.roots += 1
        if now.root != kept.root:
            said = WORDS["root"].format(events=kept.events, now=now.events)
            last = kept.last_event_id if kept.last_event_id != now.last_event_id else None
            findings.add(Finding("root", kept.day.isoformat(), event_id=last, said=said))
            _find_cut_ends(session, kept.day, findings)
        before, expected = kept.root, kept.day + ONE_DAY


def _find_cut_ends(session: Session, day: date, findings: Findings) -> None:
    """Reports that were brought forward that day, without an event that says why."""
    begins = datetime.combine(day, time(), UTC)
    ends = (
        select(func.max(Event.at))
        .where(Event.complaint_id == Complaint.id, ~Event.internal)
        .scalar_subquery()
    )
    asked = (
        select(Complaint.code, Complaint.updated_at)
        .where(Complaint.updated_at >= begins, Complaint.updated_at < begins + ONE_DAY)
        .where(func.coalesce(ends, begins) < Complaint.updated_at)
        .order_by(Complaint.id)
    )
    for code, changed_at in session.execute(asked):
        findings.add(Finding("cut", changed_at.isoformat(), code, said=WORDS["cut"]))


def _check_copy(session: Session, copy: Mapping[date, str], findings: Findings) -> None:
    kept = {
        day: root.hex()
        for day, root in session.execute(
            select(DailyRoot.day, DailyRoot.root).where(DailyRoot.day.in_(copy))
        )
    }
    for day, root in sorted(copy.items()):
        if kept.get(day) != root:
            findings.add(Finding("copy", day.isoformat(), said=WORDS["copy"]))
