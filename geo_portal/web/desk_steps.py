"""The buttons of a case: every step that is possible from its state and allowed to the person."""

from dataclasses import dataclass

from sqlalchemy.orm import Session

from geo_portal.accounts.people import Person
from geo_portal.accounts.permissions import HOPS_UNTIL_ARBITER, CaseScope, Operation, may
from geo_portal.complaints.cases import scope_of
from geo_portal.complaints.moves import CLOSED, MOVES, moves_from
from geo_portal.complaints.tables import Complaint
from geo_portal.translation import N_


@dataclass(frozen=True)
class Step:
    """A button: its name in addresses, what it says, its icon, and its key on the keyboard."""

    name: str
    label: str
    icon: str
    operation: Operation
    key: str = ""


ICONS = {
    "start": "play",
    "ask": "message-circle",
    "wait": "pause",
    "resume": "play",
    "resolve": "check",
    "reject": "circle-slash",
    "merge": "copy",
    "reopen": "rotate-ccw",
}
KEYS = {"start": "s", "resume": "s", "resolve": "r"}

# What can be done beside the moves from one state to the next.
OTHERS = (
    Step("assign", N_("Give to a colleague"), "user", Operation.ASSIGN),
    Step("transfer", N_("Pass on"), "route", Operation.TRANSFER, "t"),
    Step("sort", N_("Change kind or place"), "tag", Operation.TRIAGE, "c"),
    Step("split", N_("Give away a part of the work"), "corner-down-right", Operation.SPLIT),
    Step("snooze", N_("Snooze"), "timer", Operation.ASSIGN, "z"),
    Step("remark", N_("Write to the public history"), "megaphone", Operation.REMARK),
    Step("note", N_("Note for colleagues"), "pencil", Operation.NOTE, "n"),
)
# These need no open case.
ALSO_WHEN_CLOSED = frozenset({"remark", "note"})
# What most cases need, in the order of the work; the rest lies behind "More".
FOREMOST = ("start", "resume", "resolve", "reopen", "transfer", "note")

# What can be done with several cases at once.
BULK = ("take", "start", "assign", "resolve", "transfer", "snooze")

STEPS = {
    **{
        move.name: Step(
            move.name, move.label, ICONS[move.name], move.operation, KEYS.get(move.name, "")
        )
        for move in MOVES.values()
    },
    **{step.name: step for step in OTHERS},
}


def steps_for(session: Session, who: Person, complaint: Complaint) -> list[Step]:
    """What this person can do with the case now, the foremost first."""
    scope = scope_of(session, complaint)
    names = [move.name for move in moves_from(complaint.status)]
    names += [
        step.name
        for step in OTHERS
        if complaint.status not in CLOSED or step.name in ALSO_WHEN_CLOSED
    ]
    allowed = [STEPS[name] for name in names if may(who, _operation(STEPS[name], scope), scope)]
    return sorted(allowed, key=_rank)


def _operation(step: Step, scope: CaseScope) -> Operation:
    """Passing on for the fourth time is the arbiter's."""
    if step.name == "transfer" and scope.hops >= HOPS_UNTIL_ARBITER:
        return Operation.ARBITRATE
    return step.operation


def _rank(step: Step) -> int:
    return FOREMOST.index(step.name) if step.name in FOREMOST else len(FOREMOST)
