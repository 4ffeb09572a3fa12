"""“This is not right”: anybody may contest where a report was sent; a person looks at it again."""

from datetime import datetime, timedelta

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from geo_portal.accounts.limits import Limit, count_attempt, refuse_if_too_many
from geo_portal.city.facts import facts
from geo_portal.complaints.cases import take
from geo_portal.complaints.lessons import learn
from geo_portal.complaints.moves import CLOSED
from geo_portal.complaints.reporters import REPORTER, Answering
from geo_portal.complaints.tables import Complaint, Event
from geo_portal.complaints.timeline import CITIZEN, FOLLOWER, tell
from geo_portal.errors import Conflict, Invalid

LONGEST_WORDS = 1_000
FROM_ONE_BROWSER = Limit("contests from a browser", 5, timedelta(hours=1))
# A browser's cookie can be thrown away, an address less easily; many may share one.
FROM_ONE_NETWORK = Limit("contests from a network", 30, timedelta(hours=1))
# States in which nobody has begun: the report can simply be sorted anew.
NOT_BEGUN = ("submitted", "triaged", "assigned")
# Events by which a person has decided where it belongs.
LOOKED_AT = ("triaged", "transferred")


class ContestedAlready(Conflict):
    """Somebody has said so before, and it is being looked at."""


def contest(
    session: Session,
    code: str,
    who: Answering | None,
    browser: str,
    now: datetime,
    *,
    network: str = "",
    words: str = "",
    category: str | None = None,
) -> Event:
    """Say that a report went the wrong way, and perhaps what kind of problem it is.

    Where nobody has begun it goes back to be sorted by a person; otherwise the office reads of
    it. It becomes a lesson for the classifier. `browser` and `network` are whom the limits count
    for. What was written is for the staff alone. Raises `Conflict`, `Invalid` or `TooManyAttempts`.
    """
    complaint = take(session, code)
    if complaint.status in CLOSED:
        raise Conflict("This report is closed, so it goes nowhere else. Please report it anew.")
    if _waits(session, complaint):
        raise ContestedAlready(
            "Somebody has said so already, and a person is looking at it. Its page will show what "
            "comes of it."
        )
    _check(session, words, category)
    tried = (FROM_ONE_BROWSER, browser), (FROM_ONE_NETWORK, network)
    refuse_if_too_many(session, now, *tried)
    count_attempt(session, now, *tried)
    by = CITIZEN if who and who.role == REPORTER else FOLLOWER
    said = words.strip() or None
    learn(session, complaint, "contest", now, by=by, words=said, category_meant=category)
    told = {"category": category, "from": complaint.status}
    begun = complaint.status not in NOT_BEGUN or complaint.responded_at is not None
    if not begun:
        complaint.status = "submitted"
        complaint.assignee_id = complaint.team = None
    event = tell(session, complaint, "contested", now, by=by, facts=told)
    if said or begun:
        tell(session, complaint, "note", now, by=by, remark=said, facts=told, internal=True)
    return event


def _waits(session: Session, complaint: Complaint) -> bool:
    """Whether it was contested since a person last sorted it."""
    newest = (
        select(func.max(Event.id))
        .where(Event.complaint_id == complaint.id, Event.kind.in_(("contested", *LOOKED_AT)))
        .scalar_subquery()
    )
    return session.scalar(select(Event.kind).where(Event.id == newest)) == "contested"


def _check(session: Session, words: str, category: str | None) -> None:
    if len(words) > LONGEST_WORDS:
        raise Invalid("Please keep it to {limit} characters.", field="words", limit=LONGEST_WORDS)
    if category is not None and category not in facts(session).open_categories:
        raise Invalid("Please choose a kind of problem from the list.", field="category")
