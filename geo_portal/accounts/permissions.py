"""Who may do what: the table of permissions, and the check that every operation begins with."""

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum

from geo_portal.accounts.people import Membership, Person
from geo_portal.errors import NotAllowed

# A report that was handed over this often is placed by an arbiter, not passed on again.
HOPS_UNTIL_ARBITER = 3


class NotSignedIn(NotAllowed):
    """Nobody is signed in, or the sign-in is not complete; signing in is the way on."""

    def __init__(self, sentence: str, *, staff: bool = False) -> None:
        self.staff = staff
        super().__init__(sentence)


@dataclass(frozen=True)
class CaseScope:
    """What a permission depends on in a case; for other things only the department is named.

    `areas` are the (level, code) that contain the place, `hops` how often it was handed over.
    """

    department_code: str | None = None
    office_code: str | None = None
    areas: tuple[tuple[str, str], ...] = ()
    reporter_id: int | None = None
    assignee_id: int | None = None
    hops: int = 0


class Operation(StrEnum):
    """Everything that not everybody may do."""

    SEE_CASE_DETAILS = "see_case_details"
    TRIAGE = "triage"
    ASSIGN = "assign"
    START = "start"
    PAUSE = "pause"
    RESUME = "resume"
    RESOLVE = "resolve"
    TRANSFER = "transfer"
    ARBITRATE = "arbitrate"
    REMARK = "remark"
    NOTE = "note"
    REOPEN = "reopen"
    REJECT = "reject"
    MERGE = "merge"
    SPLIT = "split"
    CONTRACTOR_LINK = "contractor_link"
    VERIFY_EVIDENCE = "verify_evidence"
    SECOND_SIGN_OFF = "second_sign_off"
    CONFIRM_FEEDBACK = "confirm_feedback"
    WITHDRAW = "withdraw"
    MANAGE_TEMPLATES = "manage_templates"
    MANAGE_LADDER = "manage_ladder"
    MANAGE_PEOPLE = "manage_people"
    SEE_STATISTICS = "see_statistics"
    SEE_OFFICERS = "see_officers"
    EXPORT = "export"
    MODERATE = "moderate"
    MANAGE_MODELS = "manage_models"
    MANAGE_RULES = "manage_rules"
    SEE_DEAD_LETTERS = "see_dead_letters"
    VERIFY_AUDIT = "verify_audit"
    MANAGE_KEYS = "manage_keys"
    FILE_ON_BEHALF = "file_on_behalf"
    LOOK_UP_CALLER = "look_up_caller"
    ANSWER_QUESTIONS = "answer_questions"
    MANAGE_KNOWLEDGE = "manage_knowledge"
    SET_TODAY = "set_today"
    ANNOUNCE = "announce"


class Reach(StrEnum):
    """How far a permission goes."""

    OWN_CASES = "cases of the own department or office, in the own area"
    EVERYWHERE = "the whole city"


_CASE_WORK = (
    Operation.SEE_CASE_DETAILS,
    Operation.TRIAGE,
    Operation.ASSIGN,
    Operation.START,
    Operation.PAUSE,
    Operation.RESUME,
    Operation.RESOLVE,
    Operation.TRANSFER,
    Operation.REMARK,
    Operation.NOTE,
    Operation.REOPEN,
    Operation.REJECT,
    Operation.MERGE,
    Operation.SPLIT,
    Operation.CONTRACTOR_LINK,
)
_OFFICER = dict.fromkeys(_CASE_WORK, Reach.OWN_CASES) | {
    Operation.SEE_STATISTICS: Reach.EVERYWHERE,
    Operation.FILE_ON_BEHALF: Reach.EVERYWHERE,
    Operation.ANSWER_QUESTIONS: Reach.EVERYWHERE,
}
# Who sits at the telephone or the counter: files for others, and works on no case.
_AGENT = dict.fromkeys(
    (Operation.FILE_ON_BEHALF, Operation.LOOK_UP_CALLER, Operation.ANSWER_QUESTIONS),
    Reach.EVERYWHERE,
)
_HEAD = _OFFICER | {
    Operation.VERIFY_EVIDENCE: Reach.OWN_CASES,
    Operation.SECOND_SIGN_OFF: Reach.OWN_CASES,
    Operation.MANAGE_TEMPLATES: Reach.OWN_CASES,
    Operation.SEE_OFFICERS: Reach.OWN_CASES,
    Operation.EXPORT: Reach.OWN_CASES,
    Operation.SEE_DEAD_LETTERS: Reach.OWN_CASES,
    Operation.ANNOUNCE: Reach.OWN_CASES,
    Operation.VERIFY_AUDIT: Reach.EVERYWHERE,
}

# What only the reporter may do, whatever role anybody holds: nobody speaks in a citizen's name.
ONLY_THE_REPORTER = frozenset({Operation.CONFIRM_FEEDBACK, Operation.WITHDRAW})
# What the reporter may do beside those who work on the case.
ALSO_THE_REPORTER = frozenset({Operation.SEE_CASE_DETAILS, Operation.REOPEN})
# What must be somebody else's judgement than that of who did the work.
BY_A_SECOND_PERSON = frozenset({Operation.VERIFY_EVIDENCE, Operation.SECOND_SIGN_OFF})

# An administrator, and the head of no one department, look after everything else as well.
PERMISSIONS: dict[str, dict[Operation, Reach]] = {
    "officer": _OFFICER,
    "head": _HEAD,
    "planner": {
        Operation.SEE_STATISTICS: Reach.EVERYWHERE,
        Operation.EXPORT: Reach.EVERYWHERE,
    },
    "moderator": {
        Operation.MODERATE: Reach.EVERYWHERE,
        Operation.ANNOUNCE: Reach.EVERYWHERE,
    },
    "agent": _AGENT,
    "administrator": dict.fromkeys(set(Operation) - ONLY_THE_REPORTER, Reach.EVERYWHERE),
}


def may(person: Person | None, operation: Operation, scope: CaseScope | None = None) -> bool:
    """Whether the person may do it; without a `scope` only what reaches the whole city."""
    return _refusal(person, operation, scope or CaseScope()) is None


def require(person: Person | None, operation: Operation, scope: CaseScope | None = None) -> None:
    """Raise `NotAllowed` with a sentence that says why, unless the person may do it.

    Raises `NotSignedIn` when nobody is signed in.
    """
    refusal = _refusal(person, operation, scope or CaseScope())
    if refusal:
        raise refusal()


def _refusal(
    person: Person | None, operation: Operation, scope: CaseScope
) -> Callable[[], NotAllowed] | None:
    if person is None:
        return _sign_in_first
    is_reporter = scope.reporter_id is not None and scope.reporter_id == person.id
    if operation in ONLY_THE_REPORTER:
        return None if is_reporter else _only_the_reporter
    if operation in ALSO_THE_REPORTER and is_reporter:
        return None
    if not person.is_staff:
        return _only_staff
    if operation in BY_A_SECOND_PERSON and scope.assignee_id == person.id:
        return _another_person
    if person.looks_after_everything:
        return None
    if operation is Operation.TRANSFER and scope.hops >= HOPS_UNTIL_ARBITER:
        return _arbiter_decides
    return _refusal_by_role(person, operation, scope)


def _refusal_by_role(
    person: Person, operation: Operation, scope: CaseScope
) -> Callable[[], NotAllowed] | None:
    reaches = [(one, PERMISSIONS[one.role].get(operation)) for one in person.memberships]
    if all(reach is None for _, reach in reaches):
        return _not_this_role
    if any(
        reach is Reach.EVERYWHERE or (reach is Reach.OWN_CASES and covers(membership, scope))
        for membership, reach in reaches
    ):
        return None
    return _not_their_case


def covers(membership: Membership, scope: CaseScope) -> bool:
    """Whether a case is one of the membership's own, by department or office and by area.

    An officer without a department has no cases; a head without one has those of all
    departments in the area.
    """
    if membership.department_code is None:
        if membership.role != "head":
            return False
    elif membership.department_code not in (scope.department_code, scope.office_code):
        return False
    return membership.area is None or membership.area in scope.areas


def _sign_in_first() -> NotAllowed:
    return NotSignedIn("Please sign in first.")


def _only_the_reporter() -> NotAllowed:
    return NotAllowed("Only the person who sent this report can do this.")


def _only_staff() -> NotAllowed:
    return NotAllowed("Only staff of the office in charge can do this.")


def _another_person() -> NotAllowed:
    return NotAllowed("You did this work yourself, so a colleague has to check it.")


def _arbiter_decides() -> NotAllowed:
    return NotAllowed(
        "This report has been handed over three times already. "
        "The arbiter now decides where it belongs."
    )


def _not_this_role() -> NotAllowed:
    return NotAllowed(
        "Your role does not include this. Ask the head of your department or an administrator."
    )


def _not_their_case() -> NotAllowed:
    return NotAllowed(
        "This belongs to another department or area. Only the people responsible there can do this."
    )
