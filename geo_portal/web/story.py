"""A complaint's history as a story: what happened, who did it, what was said about it."""

from dataclasses import dataclass
from datetime import datetime

from geo_portal.city.facts import CityFacts
from geo_portal.city.ladders import TOLD
from geo_portal.complaints.tables import Event
from geo_portal.routing.reasons import department_name
from geo_portal.translation import N_, Translator

TITLES = {
    "submitted": N_("Reported"),
    "triaged": N_("Read and sorted"),
    "assigned": N_("Sent to {office}"),
    "transferred": N_("Passed on to {office}"),
    "acknowledged": N_("{office} has seen it"),
    "in_progress": N_("Work has begun"),
    "started": N_("Work has begun"),
    "waiting_citizen": N_("Waiting for an answer from the person who reported it"),
    "waiting_other": N_("Waiting for somebody else"),
    "resolved": N_("{office} closed it"),
    "confirmed": N_("The person who reported it says it is fixed"),
    "feedback": N_("The person who reported it answered"),
    "reopened": N_("Opened again"),
    "merged": N_("Joined with another report of the same problem"),
    "rejected": N_("Closed without a fix"),
    "reminded": N_("The portal reminded {office} that time is running out"),
    "escalated": N_("Taken to {told}, as it takes too long"),
    "remark": N_("{office} wrote"),
}
OUTCOMES = {
    "fixed": N_("Fixed"),
    "made_safe": N_("Made safe; the repair follows"),
    "scheduled": N_("The repair is planned"),
    "partly": N_("Partly fixed"),
    "handed_over": N_("Handed over to another authority"),
    "not_found": N_("Nothing was found at this place"),
    "cannot": N_("It cannot be fixed"),
}
ICONS = {
    "submitted": "megaphone",
    "assigned": "route",
    "transferred": "route",
    "acknowledged": "eye",
    "in_progress": "wrench",
    "started": "wrench",
    "waiting_citizen": "pause",
    "waiting_other": "pause",
    "resolved": "circle-check",
    "confirmed": "thumbs-up",
    "feedback": "message-circle",
    "reopened": "rotate-ccw",
    "rejected": "circle-slash",
    "merged": "copy",
    "reminded": "bell",
    "escalated": "trending-up",
    "remark": "message-circle",
}


@dataclass(frozen=True)
class Step:
    """One thing that happened; `photos` are addresses of small pictures."""

    title: str
    icon: str
    at: datetime
    outcome: str
    remark: str
    satisfied: bool | None
    event_id: int


def story(
    events: list[Event], city: CityFacts, words: Translator, *, sensitive: bool
) -> list[Step]:
    """The public history, oldest first; of sensitive complaints without what was said."""
    return [_step(event, city, words, sensitive) for event in events]


def _step(event: Event, city: CityFacts, words: Translator, sensitive: bool) -> Step:
    code = event.office_code or event.facts.get("office") or event.facts.get("department")
    office = department_name(city, code, words.gettext, words.lang)
    title = words.gettext(TITLES.get(event.kind, N_("Something changed")))
    told = words.gettext(TOLD[event.facts.get("told", "department_head")])
    outcome = event.facts.get("outcome", "")
    return Step(
        title=title.format(office=office, told=told),
        icon=ICONS.get(event.kind, "info"),
        at=event.at,
        outcome=words.gettext(OUTCOMES[outcome]) if outcome in OUTCOMES else "",
        remark="" if sensitive else event.remark or "",
        satisfied=event.facts.get("satisfied"),
        event_id=event.id,
    )
