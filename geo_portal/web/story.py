"""A complaint's history as a story: what happened, who did it, what was said about it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from geo_portal.city.facts import CityFacts
from geo_portal.city.ladders import TOLD
from geo_portal.complaints.feedback import VERDICTS
from geo_portal.complaints.states import OUTCOME_WORDS
from geo_portal.complaints.tables import Event, Photo
from geo_portal.routing.reasons import department_name
from geo_portal.translation import N_, Translator
from geo_portal.web.shown import photo_url

# By kind, or by kind and reason where the reason makes another story of it.
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
    "feedback:follower": N_("A neighbour answered"),
    "reopened": N_("Opened again"),
    "reopened:feedback": N_("Opened again: the person who reported it says it is not fixed"),
    "reopened:evidence": N_("Opened again: the photo of the result proves nothing"),
    "merged": N_("Joined with another report of the same problem"),
    "rejected": N_("Closed without a fix"),
    "reminded": N_("The portal reminded {office} that time is running out"),
    "escalated": N_("Taken to {told}, as it takes too long"),
    "escalated:feedback": N_("Taken to {told}, as it is still not fixed"),
    "remark": N_("{office} wrote"),
    "evidence_accepted": N_("A second person has checked the photo of the result"),
    "contested": N_("Somebody says that it went to the wrong place"),
    "contested:citizen": N_("The person who reported it says that it went to the wrong place"),
    "contractor_asked": N_("{office} asked a firm to do the work"),
    "contractor_done": N_("The firm says that the work is done"),
    "contractor_cannot": N_("The firm says that it cannot do the work"),
    "task_given": N_("{office} does a part of the work"),
    "task_done": N_("{office} has done its part"),
    "answered": N_("The person who reported it answered the question"),
    "supported": N_("Neighbours say that it is their problem too"),
    "commented": N_("Somebody wrote a comment"),
    "verified:fixed": N_("A neighbour was there: it is fixed"),
    "verified:there": N_("A neighbour was there: it is still there"),
    "verified": N_("A neighbour was there and took a photo"),
    "photo_covered": N_("Parts of a photo were covered, to protect people"),
    "incident": N_("The city deals with it together with other reports of the same event"),
}
ICONS = {
    "submitted": "megaphone",
    "triaged": "tag",
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
    "evidence_accepted": "shield",
    "contested": "flag",
    "contractor_asked": "mail",
    "contractor_done": "wrench",
    "contractor_cannot": "circle-x",
    "task_given": "layers",
    "task_done": "check",
    "answered": "message-circle",
    "supported": "users",
    "commented": "message-circle",
    "verified": "eye",
    "incident": "layers",
}


@dataclass(frozen=True)
class Step:
    """One thing that happened; `photos` are addresses of small pictures, `until` ends a pause."""

    title: str
    icon: str
    at: datetime
    outcome: str
    remark: str
    satisfied: bool | None
    event_id: int
    until: datetime | None = None
    photos: tuple[str, ...] = ()


def story(
    events: list[Event],
    city: CityFacts,
    words: Translator,
    *,
    sensitive: bool,
    photos: Sequence[Photo] = (),
) -> list[Step]:
    """The public history, oldest first; of sensitive complaints without what was said."""
    return [_step(event, city, words, sensitive, photos) for event in events]


def _step(
    event: Event, city: CityFacts, words: Translator, sensitive: bool, photos: Sequence[Photo]
) -> Step:
    code = event.office_code or event.facts.get("office") or event.facts.get("department")
    if event.kind in ("task_given", "task_done"):
        code = event.facts.get("department")
    office = department_name(city, code, words.gettext, words.lang)
    mine = [one.key for one in photos if one.event_id == event.id and one.kind == "feedback"]
    told = words.gettext(TOLD[event.facts.get("told", "department_head")])
    return Step(
        title=words.gettext(_title(event)).format(office=office, told=told),
        icon=ICONS.get(event.kind, "info"),
        at=event.at,
        outcome=_outcome(event, words, sensitive),
        remark="" if sensitive else event.remark or "",
        satisfied=event.facts.get("satisfied"),
        event_id=event.id,
        until=moment(event.facts.get("until")),
        photos=() if sensitive else tuple(photo_url(key, "small") or "" for key in mine),
    )


def _title(event: Event) -> str:
    kinds_of = (event.facts.get("because"), event.facts.get("verdict"), event.by)
    variants = tuple(f"{event.kind}:{one}" for one in kinds_of)
    known = [TITLES[one] for one in (*variants, event.kind) if one in TITLES]
    return known[0] if known else N_("Something changed")


def _outcome(event: Event, words: Translator, sensitive: bool) -> str:
    outcome, verdict = event.facts.get("outcome", ""), event.facts.get("verdict", "")
    if outcome in OUTCOME_WORDS:
        said = words.gettext(OUTCOME_WORDS[outcome])
        handed_to = "" if sensitive else event.facts.get("handed_to", "")
        return f"{said} ({handed_to})" if handed_to else said
    # Where the title says the verdict already, it is not said again.
    told = event.kind == "feedback" or verdict == "partly"
    return words.gettext(VERDICTS[verdict]) if told and verdict in VERDICTS else ""


def moment(said: object) -> datetime | None:
    """A moment as events keep it."""
    return datetime.fromisoformat(said) if isinstance(said, str) else None
