"""The states a complaint can be in: the light and the sentence that the public gets for each."""

from dataclasses import dataclass

from geo_portal.translation import N_


@dataclass(frozen=True)
class State:
    """One state: its light, whether it is still open, and what the public reads.

    `wording` may name the office as {office}.
    """

    light: str
    open: bool
    wording: str


STATES = {
    "submitted": State(
        "waiting", True, N_("It has arrived. A person reads it and decides where it goes.")
    ),
    "triaged": State(
        "waiting", True, N_("It has been read and sorted; the right office takes it up next.")
    ),
    "assigned": State("waiting", True, N_("It is with {office}, who will look at it next.")),
    "reopened": State(
        "waiting", True, N_("It is open again: somebody else at {office} looks at it now.")
    ),
    "in_progress": State("progress", True, N_("{office} is working on it.")),
    "waiting_citizen": State(
        "progress",
        True,
        N_("{office} has asked the person who reported it something and waits for the answer."),
    ),
    "waiting_other": State(
        "progress",
        True,
        N_("{office} waits for parts or for somebody else; the reason is in the history."),
    ),
    "resolved": State("done", False, N_("{office} has closed it. The outcome is in the history.")),
    "confirmed": State(
        "done", False, N_("It is fixed, and the person who reported it says so too.")
    ),
    "merged": State(
        "closed",
        False,
        N_("It has been joined with another report of the same problem; follow that one."),
    ),
    "rejected": State(
        "closed", False, N_("It was closed without a fix. The reason is in the history.")
    ),
}

# Resolved, but nothing was mended: grey, never green.
OUTCOMES_WITHOUT_FIX = ("handed_over", "not_found", "cannot")
OUTCOMES = ("fixed", "made_safe", "scheduled", "partly", *OUTCOMES_WITHOUT_FIX)

# What the public reads of an outcome.
OUTCOME_WORDS = {
    "fixed": N_("Fixed"),
    "made_safe": N_("Made safe; the repair follows"),
    "scheduled": N_("The repair is planned"),
    "partly": N_("Partly fixed"),
    "handed_over": N_("Handed over to another authority"),
    "not_found": N_("Nothing was found at this place"),
    "cannot": N_("It cannot be fixed"),
}

LIGHTS = ("waiting", "progress", "done", "closed")
OPEN_LIGHTS = ("waiting", "progress")


def light(status: str, outcome: str | None) -> str:
    """One of `LIGHTS`: red waiting, amber progress, green done, grey closed without a fix."""
    if status in ("resolved", "confirmed") and outcome in OUTCOMES_WITHOUT_FIX:
        return "closed"
    return STATES[status].light


def _quoted(words: tuple[str, ...] | list[str]) -> str:
    return ", ".join(f"'{word}'" for word in words)


def _states_with(light_name: str) -> list[str]:
    return [name for name, state in STATES.items() if state.light == light_name]


# The same rule for the database, which keeps it in a generated column.
LIGHT_SQL = f"""CASE
    WHEN status IN ('resolved', 'confirmed') AND outcome IN ({_quoted(OUTCOMES_WITHOUT_FIX)})
        THEN 'closed'
    WHEN status IN ({_quoted(_states_with("waiting"))}) THEN 'waiting'
    WHEN status IN ({_quoted(_states_with("progress"))}) THEN 'progress'
    WHEN status IN ({_quoted(_states_with("done"))}) THEN 'done'
    ELSE 'closed'
END"""


def wording(status: str) -> str:
    """The sentence for the public, to be translated; {office} is left to be filled in."""
    return STATES[status].wording
