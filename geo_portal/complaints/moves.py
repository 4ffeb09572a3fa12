"""The life cycle as data: every move from one state to another, who may make it, what it needs."""

from dataclasses import dataclass

from geo_portal.accounts.permissions import Operation
from geo_portal.complaints.states import STATES
from geo_portal.translation import N_

OPEN = frozenset(name for name, state in STATES.items() if state.open)
WAITING = frozenset({"waiting_citizen", "waiting_other"})
CLOSED = frozenset(STATES) - OPEN

# The moves of who does the work; whoever closed a case that was opened again makes none of them.
WORK = frozenset({Operation.START, Operation.RESOLVE, Operation.REJECT})

# What a move may ask for, beside the person's right to make it.
REMARK, OUTCOME, EVIDENCE, UNTIL, OTHER_CODE = "remark", "outcome", "evidence", "until", "into"


@dataclass(frozen=True)
class Move:
    """From any of `start` to `end`; `label` is what the button says."""

    name: str
    label: str
    operation: Operation
    start: frozenset[str]
    end: str
    needs: frozenset[str] = frozenset()

    @property
    def pauses(self) -> bool:
        """Whether the clock stands still afterwards."""
        return self.end in WAITING

    @property
    def closes(self) -> bool:
        return self.end in CLOSED


_ALL = (
    Move(
        "start", N_("Start work"), Operation.START, OPEN - WAITING - {"in_progress"}, "in_progress"
    ),
    Move(
        "ask",
        N_("Ask the person who reported it"),
        Operation.PAUSE,
        OPEN - {"submitted", "waiting_citizen"},
        "waiting_citizen",
        frozenset({REMARK}),
    ),
    Move(
        "wait",
        N_("Wait for parts or somebody else"),
        Operation.PAUSE,
        OPEN - {"submitted", "waiting_other"},
        "waiting_other",
        frozenset({REMARK, UNTIL}),
    ),
    Move("resume", N_("Go on with the work"), Operation.RESUME, WAITING, "in_progress"),
    Move(
        "resolve",
        N_("Close with an outcome"),
        Operation.RESOLVE,
        OPEN - {"submitted"},
        "resolved",
        frozenset({OUTCOME, REMARK, EVIDENCE}),
    ),
    Move(
        "reject",
        N_("Close without a fix"),
        Operation.REJECT,
        OPEN,
        "rejected",
        frozenset({REMARK}),
    ),
    Move(
        "merge",
        N_("Join with another report"),
        Operation.MERGE,
        OPEN,
        "merged",
        frozenset({OTHER_CODE}),
    ),
    Move(
        "reopen",
        N_("Open again"),
        Operation.REOPEN,
        CLOSED,
        "reopened",
        frozenset({REMARK}),
    ),
)

MOVES = {move.name: move for move in _ALL}


def moves_from(status: str) -> tuple[Move, ...]:
    """The moves that a complaint in `status` can make, in the order of the buttons."""
    return tuple(move for move in _ALL if status in move.start)
