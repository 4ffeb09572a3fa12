"""What the citizen will read of a step, before it is sent: made by what writes the public page."""

from dataclasses import dataclass

from geo_portal.city.facts import CityFacts
from geo_portal.complaints.moves import MOVES
from geo_portal.complaints.states import wording
from geo_portal.complaints.tables import Complaint, Event
from geo_portal.inbox.templates import filled, reading_language
from geo_portal.routing.reasons import department_name
from geo_portal.translation import direction, translator
from geo_portal.web.desk_doing import Sent
from geo_portal.web.story import Step, story

# The event that a step writes, where it is not named as the state that the move leads to.
KINDS = {"transfer": "transferred", "remark": "remark"}


@dataclass(frozen=True)
class Preview:
    """A step of the public story in the reporter's language, and the new state's sentence."""

    lang: str
    dir: str
    step: Step
    state: str


def preview_of(sent: Sent, complaint: Complaint) -> Preview | None:
    """The preview of a form as it stands; None for a step that the citizen does not read."""
    kind = MOVES[sent.step].end if sent.step in MOVES else KINDS.get(sent.step)
    if kind is None:
        return None
    words = translator(reading_language(sent.session, sent.city, complaint))
    office = complaint.office_code or complaint.department_code
    if sent.step == "transfer" and sent.form.to in sent.city.departments:
        office = sent.form.to
    event = Event(
        id=0,
        complaint_id=complaint.id,
        kind=kind,
        at=sent.now,
        by="department",
        office_code=office,
        remark=filled(sent.session, sent.city, complaint, sent.form.remark).strip(),
        facts={"outcome": sent.form.outcome} if sent.step == "resolve" else {},
    )
    [step] = story([event], sent.city, words, sensitive=False)
    state = _state(sent.city, kind, office, words.lang)
    return Preview(words.lang, direction(words.lang), step, state)


def _state(city: CityFacts, kind: str, office: str | None, lang: str) -> str:
    """The sentence about the state that the step leads to; empty when it stays what it was."""
    if kind == "remark":
        return ""
    words = translator(lang)
    name = department_name(city, office, words.gettext, lang)
    status = "assigned" if kind == "transferred" else kind
    return words.gettext(wording(status)).format(office=name)
