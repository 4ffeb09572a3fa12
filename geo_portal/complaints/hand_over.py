"""Passes a complaint on: to a person, to another office, or to where a new place belongs.

Number, clock, photos and followers stay with it; every step is an event with its reason.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from geo_portal.accounts.colleagues import colleagues_of
from geo_portal.accounts.people import Person
from geo_portal.accounts.permissions import HOPS_UNTIL_ARBITER, Operation, require
from geo_portal.city.facts import CityFacts, facts
from geo_portal.complaints.cases import scope_of, take
from geo_portal.complaints.lessons import learn
from geo_portal.complaints.moves import CLOSED
from geo_portal.complaints.pauses import run_on
from geo_portal.complaints.tables import Complaint, Event
from geo_portal.complaints.timeline import DEPARTMENT, LONGEST_REMARK, tell
from geo_portal.errors import Conflict, Invalid


class NoSuchDepartment(Invalid):
    """The department or office does not exist, or takes no complaints any more."""


class AlreadyClosed(Conflict):
    """A closed complaint is nobody's work; it must be opened again first."""


@dataclass(frozen=True)
class Owner:
    """A department and, where it has one for the place, its office."""

    department_code: str
    office_code: str | None


def assign(
    session: Session,
    who: Person,
    code: str,
    now: datetime,
    *,
    to_person: int | None = None,
    team: str | None = None,
    seen_version: int | None = None,
) -> Event:
    """Give the work to a colleague, to a team, or (neither) back to the whole office.

    Raises `Invalid` for somebody who could not work on it.
    """
    complaint = _open(session, code, seen_version)
    require(who, Operation.ASSIGN, scope_of(session, complaint))
    if to_person is not None:
        _refuse_outsider(session, complaint, to_person)
    complaint.assignee_id, complaint.team = to_person, (team or "").strip()[:80] or None
    if complaint.status in ("triaged", "reopened") and (to_person or team):
        complaint.status = "assigned"
    told: dict[str, Any] = {"to_person": to_person, "team": complaint.team}
    return tell(
        session, complaint, "given_to", now, by=DEPARTMENT, who=who, facts=told, internal=True
    )


def transfer(
    session: Session,
    who: Person,
    code: str,
    to: str,
    reason: str,
    now: datetime,
    seen_version: int | None = None,
) -> Event:
    """Hand over to another department or office (`to` is its code); the reason is public.

    The third hand-over goes to the arbiter, who alone decides from then on.
    """
    complaint = _open(session, code, seen_version)
    scope, city = scope_of(session, complaint), facts(session)
    arbitrated = complaint.hops >= HOPS_UNTIL_ARBITER
    require(who, Operation.ARBITRATE if arbitrated else Operation.TRANSFER, scope)
    _check_reason(reason)
    owner = owner_of(city, to, scope.areas)
    _refuse_same(complaint, owner)
    complaint.hops += 1
    facts_told = _given(complaint, owner) | {"hops": complaint.hops, "arbitrated": arbitrated}
    if complaint.hops >= HOPS_UNTIL_ARBITER and not arbitrated:
        facts_told["to_arbiter"] = True
    learn(
        session,
        complaint,
        "transfer",
        now,
        by=DEPARTMENT,
        department_before=facts_told["from_department"],
    )
    run_on(city, complaint, now)
    return tell(
        session,
        complaint,
        "transferred",
        now,
        by=DEPARTMENT,
        who=who,
        remark=reason.strip(),
        facts=facts_told,
    )


def _given(complaint: Complaint, owner: Owner) -> dict[str, Any]:
    """The complaint in its new hands; gives what the event keeps of the change."""
    told = {
        "from_department": complaint.department_code,
        "from_office": complaint.office_code,
        "department": owner.department_code,
        "office": owner.office_code,
    }
    complaint.department_code, complaint.office_code = owner.department_code, owner.office_code
    complaint.assignee_id = complaint.team = complaint.snoozed_until = None
    complaint.status = "assigned"
    return told


def owner_of(city: CityFacts, code: str, areas: tuple[tuple[str, str], ...]) -> Owner:
    """The department of `code`, with its office for the finest of `areas`.

    Raises `NoSuchDepartment` when the city has no such department (any more).
    """
    known = city.departments.get(code)
    if known is None or not known.active:
        raise NoSuchDepartment(
            "There is no department “{code}” any more. Choose one from the list.",
            field="to",
            code=code[:80],
        )
    if known.parent_code:
        return Owner(known.parent_code, code)
    return Owner(code, city.office_at(code, areas))


def _open(session: Session, code: str, seen_version: int | None) -> Complaint:
    complaint = take(session, code, seen_version)
    if complaint.status in CLOSED:
        raise AlreadyClosed("This report is closed. Open it again before you pass it on.")
    return complaint


def _check_reason(reason: str) -> None:
    if not reason.strip():
        raise Invalid("Please say why: the citizen and the next office read it.", field="reason")
    if len(reason) > LONGEST_REMARK:
        raise Invalid("A remark may have {limit} characters.", field="reason", limit=LONGEST_REMARK)


def _refuse_same(complaint: Complaint, owner: Owner) -> None:
    same_office = owner.office_code in (None, complaint.office_code)
    if owner.department_code == complaint.department_code and same_office:
        raise Invalid("The report is with this office already.", field="to")


def _refuse_outsider(session: Session, complaint: Complaint, person_id: int) -> None:
    if complaint.resolved_by == person_id:
        raise Invalid(
            "This person closed the report before. Somebody else has to look at it now.",
            field="to_person",
        )
    owners = [code for code in (complaint.department_code, complaint.office_code) if code]
    if person_id not in {colleague.id for colleague in colleagues_of(session, owners)}:
        raise Invalid("This person does not work for the office in charge.", field="to_person")
