"""Our events in the words that FixMyStreet's systems use for what became of a report."""

from collections.abc import Mapping
from typing import Any

# What is not here changed no status.
STATUS = {
    "in_progress": "in_progress",
    "waiting_other": "action_scheduled",
    "waiting_citizen": "investigating",
    "rejected": "no_further_action",
    "merged": "duplicate",
    "reopened": "open",
    "confirmed": "fixed",
    "assigned": "open",
    "triaged": "open",
}
OUTCOMES = {
    "fixed": "fixed",
    "made_safe": "fixed",
    "partly": "closed",
    "scheduled": "action_scheduled",
    "handed_over": "not_councils_responsibility",
    "not_found": "no_further_action",
    "cannot": "no_further_action",
}


def status_of_event(kind: str, facts: Mapping[str, Any]) -> str:
    """The status after an event; `unchanged` where it changed none."""
    if kind == "resolved":
        return OUTCOMES.get(facts.get("outcome", ""), "closed")
    return STATUS.get(kind, "unchanged")
