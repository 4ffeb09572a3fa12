"""Puts a message together: in the reader's language, as plain text and as simple HTML."""

from dataclasses import dataclass
from datetime import datetime
from functools import cache
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined, Template

from geo_portal.city.facts import CityFacts
from geo_portal.complaints.reporters import answer_link
from geo_portal.complaints.states import OUTCOME_WORDS
from geo_portal.notifications.happenings import Happening
from geo_portal.notifications.recipients import FOLLOWER, REPORTER, STAFF, Addressee
from geo_portal.notifications.sayings import TOLD, saying
from geo_portal.outbox import Letter
from geo_portal.routing.reasons import department_name
from geo_portal.settings import settings
from geo_portal.translation import Translator, direction, translator

LONGEST_SUBJECT = 150
# Of these the words of the office are for every reader; a note's stay on the desk.
QUOTED = frozenset(
    {"transferred", "waiting_citizen", "waiting_other", "resolved", "rejected", "remark"}
)
ASKS_WHETHER_FIXED = frozenset({"resolved", "rejected", "feedback_reminder"})


@dataclass(frozen=True)
class _Part:
    """What a message consists of, in the order in which it is read.

    A link is its words and its address.
    """

    title: str
    says: str
    quote: str | None
    links: tuple[tuple[str, str], ...]
    about: str
    because: str
    leave: tuple[str, str] | None


def letter(one: Happening, reader: Addressee, city: CityFacts) -> Letter | None:
    """The message about an event for one reader; None when there is nothing to say.

    It holds no personal data of others; about a sensitive report it holds no word that anybody
    wrote, no kind of problem and no place.
    """
    words = translator(reader.language)
    owned = one.department_code is not None and one.kind != "contested"
    outcome = one.facts.get("outcome")
    said = saying(reader.role, one.kind, outcome=outcome, owned=owned)
    if said is None:
        return None
    told = _told(one, city, words)
    subject, sentence = (words.gettext(part).format(**told) for part in said)
    part = _Part(
        title=subject,
        says=sentence,
        quote=one.remark if one.kind in QUOTED and not one.sensitive else None,
        links=_links(one, reader, words),
        about=_about(one, city, words),
        because=_because(reader, words),
        leave=_leave(reader, words),
    )
    return Letter(
        kind=one.kind,
        recipient=reader.email,
        subject=_one_line(f"{one.code}: {subject}"),
        text=_as_text(part),
        html=_as_html(part, reader.language, city.name(reader.language)),
        language=reader.language,
        unsubscribe=part.leave[1] if part.leave else None,
        dedup_key=f"event:{one.event_id}:{reader.email.lower()}",
        complaint_id=one.complaint_id,
        event_id=one.event_id,
        person_id=reader.person_id,
    )


def _told(one: Happening, city: CityFacts, words: Translator) -> dict[str, str]:
    """Everything that a sentence may name."""
    after = one.facts.get("office") or one.facts.get("department")
    office = after if one.kind in ("transferred", "task_given") else None
    outcome = one.facts.get("outcome", "")
    return {
        "office": department_name(
            city, office or one.office_code or one.owner, words.gettext, words.lang
        ),
        "due": _moment(one.due_at, city, words),
        "until": _moment(one.facts.get("until") or one.pause_until, city, words),
        "planned": _moment(one.facts.get("planned_for"), city, words),
        "outcome": words.gettext(OUTCOME_WORDS[outcome]) if outcome in OUTCOME_WORDS else outcome,
        "into": str(one.facts.get("into", "")),
        "told": words.gettext(TOLD.get(one.facts.get("told", ""), TOLD["department_head"])),
    }


def _moment(at: Any, city: CityFacts, words: Translator) -> str:
    if isinstance(at, str):
        at = datetime.fromisoformat(at)
    if at is None:
        return words.gettext("a day that was not written down")
    return words.full_moment(at, city.timezone)


def _links(one: Happening, reader: Addressee, words: Translator) -> tuple[tuple[str, str], ...]:
    base = settings().public_url.rstrip("/")
    if reader.role == STAFF:
        return ((words.gettext("Open the case"), f"{base}/desk/{one.code}"),)
    page = (words.gettext("The whole story of the report"), f"{base}/c/{one.code}")
    if one.kind == "waiting_citizen" and reader.role == REPORTER:
        asked = f"{base}/c/{one.code}/answer?key={reader.token}"
        return ((words.gettext("Answer the question"), asked), page)
    if one.kind in ASKS_WHETHER_FIXED and reader.token:
        return ((words.gettext("Say whether it is fixed"), answer_link(reader.token)), page)
    return (page,)


def _about(one: Happening, city: CityFacts, words: Translator) -> str:
    category = None if one.sensitive else city.categories.get(one.category_code or "")
    named = words.gettext("Report {code}").format(code=one.code)
    return f"{named} · {category.name(words.lang)}" if category else named


def _because(reader: Addressee, words: Translator) -> str:
    if reader.role == REPORTER:
        return words.gettext("You get this because you left this address with your report.")
    if reader.role == FOLLOWER:
        return words.gettext("You get this because you follow this report.")
    return words.gettext("You get this because you work on this report.")


def _leave(reader: Addressee, words: Translator) -> tuple[str, str] | None:
    if reader.role != FOLLOWER or not reader.token:
        return None
    address = f"{settings().public_url.rstrip('/')}/follow/{reader.token}/leave"
    return words.gettext("Stop these messages"), address


def _one_line(subject: str) -> str:
    """No line breaks, whatever a name or a text brings along: a header ends with its line."""
    line = " ".join(subject.split())
    return line if len(line) <= LONGEST_SUBJECT else f"{line[: LONGEST_SUBJECT - 1]}…"


def _as_text(part: _Part) -> str:
    quoted = "\n".join(f"> {line}" for line in (part.quote or "").splitlines())
    links = [f"{words}:\n{address}" for words, address in part.links]
    last = [part.about, part.because] + ([": ".join(part.leave)] if part.leave else [])
    blocks = [part.says, quoted, *links, "-- \n" + "\n".join(last)]
    return "\n\n".join(block for block in blocks if block) + "\n"


def _as_html(part: _Part, lang: str, city: str) -> str:
    return _template().render(part=part, lang=lang, dir=direction(lang), city=city)


@cache
def _template() -> Template:
    templates = Environment(
        loader=FileSystemLoader(Path(__file__).parent / "templates"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    return templates.get_template("mail.html")
