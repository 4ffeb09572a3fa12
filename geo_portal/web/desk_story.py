"""A case's whole history for those who work on it: with names, notes and what exactly changed."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from geo_portal.accounts.tables import Account
from geo_portal.city.facts import CityFacts
from geo_portal.city.ladders import TOLD
from geo_portal.complaints.states import OUTCOME_WORDS
from geo_portal.complaints.tables import Event
from geo_portal.routing.reasons import category_name, department_name
from geo_portal.translation import N_, Translator
from geo_portal.web.story import ICONS, TITLES

STAFF_TITLES = {
    "given_to": N_("Given to {whom}"),
    "given_back": N_("Given back to the office"),
    "note": N_("Note among colleagues"),
    "taken_down": N_("Taken down for the caller"),
    "snoozed": N_("Snoozed"),
    "woken": N_("No longer snoozed"),
    "withheld": N_("Hidden from the public by a moderator"),
    "shown_again": N_("Shown to the public again"),
    "photo_hidden": N_("A photo was hidden from the public"),
    "photo_shown_again": N_("A photo was shown to the public again"),
    "photo_uncovered": N_("Covered parts of a photo were shown again"),
    "words_covered": N_("Words of the report were covered"),
    "comment_hidden": N_("A comment was taken away by a moderator"),
    "task_given": N_("A part of the work went to {office}"),
    "task_done": N_("{office} has done its part of the work"),
}
STAFF_ICONS = {
    "given_to": "user",
    "given_back": "users",
    "note": "pencil",
    "taken_down": "phone",
    "snoozed": "timer",
    "woken": "timer",
    "transferred": "route",
    "triaged": "tag",
    "waiting_citizen": "pause",
    "waiting_other": "pause",
    "resolved": "check",
    "confirmed": "check",
    "task_given": "corner-down-right",
    "task_done": "check",
}
CHANGED = {
    "category": N_("Kind of problem: {before} → {after}"),
    "department": N_("Department: {before} → {after}"),
    "office": N_("Office: {before} → {after}"),
    "areas": N_("Area: {before} → {after}"),
    "due_at": N_("Promised by: {before} → {after}"),
}


@dataclass(frozen=True)
class Told:
    """One thing that happened, for colleagues; `details` are sentences."""

    number: int
    title: str
    icon: str
    at: datetime
    by: str
    remark: str
    internal: bool
    details: list[str]


def told(session: Session, events: list[Event], city: CityFacts, words: Translator) -> list[Told]:
    """The events in the reader's words, in their order."""
    wanted = {event.person_id for event in events} | {_given_to(event) for event in events}
    asked = select(Account.id, Account.name).where(Account.id.in_(wanted - {None}))
    teller = _Teller(city, words, {row.id: row.name for row in session.execute(asked)})
    return [teller.tell(event) for event in events]


def _given_to(event: Event) -> int | None:
    number = event.facts.get("to_person")
    return number if isinstance(number, int) else None


@dataclass(frozen=True)
class _Teller:
    city: CityFacts
    words: Translator
    names: dict[int, str]

    def tell(self, event: Event) -> Told:
        kind = self._kind(event)
        title = self.words.gettext(
            STAFF_TITLES.get(kind) or TITLES.get(kind, N_("Something changed"))
        )
        return Told(
            number=event.id,
            title=title.format(
                office=self._office_of(event), whom=self._whom(event), told=self._told(event)
            ),
            icon=STAFF_ICONS.get(kind) or ICONS.get(kind, "info"),
            at=event.at,
            by=self._by(event),
            remark=event.remark or "",
            internal=event.internal,
            details=self._details(event),
        )

    def _kind(self, event: Event) -> str:
        if event.kind == "given_to" and not self._whom(event):
            return "given_back"
        return event.kind

    def _told(self, event: Event) -> str:
        """Whom the ladder tells; only said of the steps that name somebody."""
        return self.words.gettext(TOLD[event.facts.get("told", "department_head")])

    def _whom(self, event: Event) -> str:
        number = _given_to(event)
        return self.names.get(number, "") if number else event.facts.get("team") or ""

    def _by(self, event: Event) -> str:
        name = self.names.get(event.person_id or 0)
        return name or self.words.gettext(_BY.get(event.by, N_("the office")))

    def _office_of(self, event: Event) -> str:
        own = event.kind.startswith("task_") and event.facts.get("department")
        code = (
            own or event.office_code or event.facts.get("office") or event.facts.get("department")
        )
        return department_name(self.city, code, self.words.gettext, self.words.lang)

    def _details(self, event: Event) -> list[str]:
        facts = event.facts
        said = [self.change(name, pair) for name, pair in facts.get("changed", {}).items()]
        if outcome := OUTCOME_WORDS.get(facts.get("outcome", "")):
            said.append(self.words.gettext(outcome))
        if facts.get("handed_to"):
            said.append(str(facts["handed_to"]))
        for name, sentence in _MOMENTS.items():
            if facts.get(name):
                said.append(self.words.gettext(sentence).format(moment=self._moment(facts[name])))
        if "from_department" in facts:
            before = facts.get("from_office") or facts["from_department"]
            said.append(self.words.gettext("From {office}").format(office=self._department(before)))
        if facts.get("to_arbiter"):
            said.append(self.words.gettext("The arbiter now decides where it belongs."))
        if facts.get("into"):
            said.append(self.words.gettext("Joined with {code}").format(code=facts["into"]))
        return said

    def change(self, name: str, pair: list[Any]) -> str:
        before, after = (self._value(name, value) for value in pair)
        return self.words.gettext(CHANGED[name]).format(before=before, after=after)

    def _value(self, name: str, value: Any) -> str:
        if name == "category":
            return category_name(self.city, value, self.words.gettext, self.words.lang)
        if name in ("department", "office"):
            return self._department(value) if value else "–"
        if name == "due_at":
            return self._moment(value) if value else "–"
        return ", ".join(value) or self.words.gettext("Outside the city's areas")

    def _department(self, code: str | None) -> str:
        return department_name(self.city, code, self.words.gettext, self.words.lang)

    def _moment(self, text: str | datetime) -> str:
        at = text if isinstance(text, datetime) else datetime.fromisoformat(text)
        return self.words.full_moment(at, self.city.timezone)


_MOMENTS = {"until": N_("Until {moment}"), "planned_for": N_("Planned for {moment}")}
_BY = {
    "citizen": N_("the person who reported it"),
    "department": N_("the office"),
    "portal": N_("the portal"),
    "contractor": N_("the contractor"),
    "follower": N_("somebody who follows it"),
}


def said_of(changes: dict[str, Any], city: CityFacts, words: Translator) -> list[str]:
    """What a re-route changes (`sorting.Changes` as a mapping), a sentence each."""
    teller = _Teller(city, words, {})
    return [teller.change(name, list(pair)) for name, pair in changes.items() if pair is not None]
