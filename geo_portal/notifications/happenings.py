"""What happened, with everything that its messages need: read for many events at once."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

from sqlalchemy import and_, select, text
from sqlalchemy.orm import Session

from geo_portal.accounts.colleagues import Colleague, city_secretaries, staff_of, staff_with
from geo_portal.accounts.tables import Account
from geo_portal.city.facts import CityFacts, facts
from geo_portal.community.hearing import Hears, hearing
from geo_portal.community.tables import Comment
from geo_portal.complaints.tables import Complaint, Event
from geo_portal.database import AnyRow


@dataclass(frozen=True)
class Happening:
    """One event and its complaint as it stands now.

    `person_id` is whoever did it. What the reporter wrote without signing in is `by_reporter`.
    """

    event_id: int
    kind: str
    at: datetime
    by: str
    internal: bool
    person_id: int | None
    office_code: str | None
    remark: str | None
    facts: dict[str, Any]
    complaint_id: int
    code: str
    language: str | None
    category_code: str | None
    department_code: str | None
    complaint_office_code: str | None
    assignee_id: int | None
    resolved_by: int | None
    due_at: datetime | None
    pause_until: datetime | None
    sensitive: bool
    channel: str
    contact: str | None
    reporter_id: int | None
    reporter_email: str | None
    reporter_language: str | None
    reporter_phone: str | None
    device_hash: str | None = None
    by_reporter: bool = False

    @property
    def owner(self) -> str | None:
        """The office in charge; without one, the department."""
        return self.complaint_office_code or self.department_code


@dataclass(frozen=True)
class Follows:
    """Somebody who follows a complaint, perhaps by one that was joined into it.

    `email` is None for who signed in by telephone.
    """

    complaint_id: int
    email: str | None
    language: str
    person_id: int | None


@dataclass
class Around:
    """Everybody who could hear of some happenings."""

    city: CityFacts
    followers: dict[int, list[Follows]] = field(default_factory=dict)
    hearing: dict[int, list[Hears]] = field(default_factory=dict)
    staff: dict[str, list[Colleague]] = field(default_factory=dict)
    by_number: dict[int, Colleague] = field(default_factory=dict)
    secretaries: list[Colleague] = field(default_factory=list)


def happenings(session: Session, event_ids: Sequence[int]) -> list[Happening]:
    """The events with these numbers, in order; those that are not there are left out."""
    asked = (
        select(
            *(Event.id, Event.kind, Event.at, Event.by, Event.internal, Event.person_id),
            *(Event.office_code, Event.remark, Event.facts),
            *(Complaint.id, Complaint.code, Complaint.language, Complaint.category_code),
            *(Complaint.department_code, Complaint.office_code, Complaint.assignee_id),
            *(Complaint.resolved_by, Complaint.due_at, Complaint.pause_until),
            *(Complaint.sensitive, Complaint.channel, Complaint.contact, Complaint.reporter_id),
            *(Account.email, Account.language, Account.phone, Complaint.device_hash),
        )
        .join(Complaint, Complaint.id == Event.complaint_id)
        .outerjoin(Account, and_(Account.id == Complaint.reporter_id, Account.active))
        .where(Event.id.in_(event_ids))
        .order_by(Event.id)
    )
    return _with_writers(session, [Happening(*row) for row in session.execute(asked)])


def _with_writers(session: Session, happened: list[Happening]) -> list[Happening]:
    """Who wrote a comment is known by the comment; one that was taken away is not told of."""
    wanted = [one.facts.get("comment") for one in happened if one.kind == "commented"]
    if not wanted:
        return happened
    asked = select(Comment.id, Comment.person_id, Comment.device_hash)
    shown = asked.where(Comment.id.in_(wanted), Comment.state == "shown")
    written = {row.id: row for row in session.execute(shown)}
    return [
        _by_its_writer(one, written[one.facts["comment"]]) if one.kind == "commented" else one
        for one in happened
        if one.kind != "commented" or one.facts.get("comment") in written
    ]


def _by_its_writer(one: Happening, comment: AnyRow) -> Happening:
    same = comment.device_hash is not None and comment.device_hash == one.device_hash
    return replace(one, person_id=comment.person_id, by_reporter=same)


def around(session: Session, happened: Sequence[Happening]) -> Around:
    """Everybody who could hear of them: a handful of queries, however many they are."""
    owners = {
        code
        for one in happened
        for code in (one.department_code, one.complaint_office_code, one.facts.get("department"))
        if code
    }
    city = facts(session)
    if city.triage_department:
        owners.add(city.triage_department)
    numbers = {one.complaint_id for one in happened}
    found = Around(city, _followers(session, numbers), hearing(session, numbers))
    found.staff = staff_of(session, sorted(owners))
    found.by_number = staff_with(session, sorted(_named(happened)))
    if any(one.facts.get("told") == "city_secretary" for one in happened):
        found.secretaries = city_secretaries(session)
    return found


def _named(happened: Iterable[Happening]) -> set[int]:
    """Staff that an event or its complaint names."""
    named: set[int | None] = set()
    for one in happened:
        named |= {one.assignee_id, one.resolved_by, one.facts.get("to_person")}
        named |= set(one.facts.get("mentions", ()))
    return {number for number in named if number is not None}


# Whoever follows a report that was joined into this one hears of this one.
_FOLLOWERS = text("""
    WITH RECURSIVE joined (root, id) AS (
        SELECT id, id FROM unnest(CAST(:ids AS bigint[])) AS id
        UNION
        SELECT joined.root, complaints.id
        FROM complaints JOIN joined ON merged_into_id = joined.id
    )
    SELECT joined.root, followers.complaint_id, coalesce(followers.email, people.email) AS email,
        followers.language, followers.person_id
    FROM joined
    JOIN followers ON followers.complaint_id = joined.id
    LEFT JOIN people ON people.id = followers.person_id AND people.active
    WHERE followers.confirmed_at IS NOT NULL AND followers.left_at IS NULL
        AND (followers.email IS NOT NULL OR people.id IS NOT NULL)
    ORDER BY followers.id
""")


def _followers(session: Session, complaint_ids: set[int]) -> dict[int, list[Follows]]:
    found: dict[int, list[Follows]] = defaultdict(list)
    row: AnyRow
    for row in session.execute(_FOLLOWERS, {"ids": sorted(complaint_ids)}):
        found[row.root].append(Follows(row.complaint_id, row.email, row.language, row.person_id))
    return found
