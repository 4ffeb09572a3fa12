"""What the desk calls things: states in two words, clocks as time left or over, piles."""

from dataclasses import dataclass
from datetime import datetime

from geo_portal.database import AnyRow
from geo_portal.inbox.filters import AT_RISK
from geo_portal.translation import N_, Translator

STATES = {
    "submitted": N_("To be sorted"),
    "triaged": N_("Sorted"),
    "assigned": N_("To do"),
    "reopened": N_("Opened again"),
    "in_progress": N_("In progress"),
    "waiting_citizen": N_("Waits for an answer"),
    "waiting_other": N_("Waits for parts"),
    "resolved": N_("Closed"),
    "confirmed": N_("Confirmed"),
    "merged": N_("Joined"),
    "rejected": N_("Closed without a fix"),
}
HOLDERS = {
    "": N_("All"),
    "mine": N_("Mine"),
    "team": N_("With a team"),
    "unassigned": N_("Nobody's yet"),
}
PILES = {
    "": N_("Queue"),
    "overdue": N_("Overdue"),
    "at_risk": N_("Due within a day"),
    "to_sort": N_("To be sorted"),
    "reopened": N_("Opened again"),
    "waiting": N_("Waiting"),
    "snoozed": N_("Snoozed"),
}


@dataclass(frozen=True)
class Clock:
    """How a case stands in time: `tone` is over, soon, fine, still (paused) or done."""

    tone: str
    words: str


def clock_of(row: AnyRow, words: Translator, now: datetime) -> Clock:
    """The clock of a row with `closed_at`, `paused_at` and `due_at`, in words."""
    if row.closed_at:
        return Clock(
            "done", words.gettext("Closed %(ago)s") % {"ago": words.ago(row.closed_at, now)}
        )
    if row.paused_at:
        return Clock("still", words.gettext("The clock stands still"))
    if row.due_at is None:
        return Clock("fine", words.gettext("No date promised"))
    if row.due_at < now:
        return Clock(
            "over", words.gettext("%(span)s over") % {"span": words.span(now - row.due_at)}
        )
    left = words.gettext("%(span)s left") % {"span": words.span(row.due_at - now)}
    return Clock("soon" if row.due_at < now + AT_RISK else "fine", left)
