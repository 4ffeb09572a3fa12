"""The states a complaint can be in, and the light that the public sees for each."""

from dataclasses import dataclass


@dataclass(frozen=True)
class State:
    """One state: its light while in it, and whether the clock still runs."""

    light: str
    open: bool


STATES = {
    "submitted": State("waiting", True),
    "triaged": State("waiting", True),
    "assigned": State("waiting", True),
    "reopened": State("waiting", True),
    "in_progress": State("progress", True),
    "waiting_citizen": State("progress", True),
    "waiting_other": State("progress", True),
    "resolved": State("done", False),
    "confirmed": State("done", False),
    "merged": State("closed", False),
    "rejected": State("closed", False),
}

# Resolved, but nothing was mended: grey, never green.
OUTCOMES_WITHOUT_FIX = ("handed_over", "not_found", "cannot")
OUTCOMES = ("fixed", "made_safe", "scheduled", "partly", *OUTCOMES_WITHOUT_FIX)

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
