"""Puts a message together in the reader's language: the words, the links, why they get it."""

from datetime import datetime
from typing import Any

from geo_portal.city.facts import CityFacts
from geo_portal.community.verify import VERDICTS
from geo_portal.complaints.reporters import answer_link
from geo_portal.complaints.states import OUTCOME_WORDS
from geo_portal.notifications.happenings import Happening
from geo_portal.notifications.layout import Part, as_html, as_text, in_brief, one_line
from geo_portal.notifications.recipients import (
    FOLLOWER,
    REPORTER,
    STAFF,
    SUBSCRIBER,
    Addressee,
)
from geo_portal.notifications.sayings import TOLD, saying
from geo_portal.notifications.wishes import stop_link
from geo_portal.notifications.wordings import Wordings
from geo_portal.outbox import EMAIL, Letter
from geo_portal.routing.reasons import category_name, department_name
from geo_portal.settings import settings
from geo_portal.translation import Translator, translator

# Of these the words of the office are for every reader; a note's stay on the desk.
QUOTED = frozenset(
    {"transferred", "waiting_citizen", "waiting_other", "resolved", "rejected", "remark"}
)
ASKS_WHETHER_FIXED = frozenset({"resolved", "rejected", "feedback_reminder"})


def letter(
    one: Happening, reader: Addressee, city: CityFacts, own_words: Wordings
) -> Letter | None:
    """The message about an event for one reader; None when there is nothing to say.

    `own_words` are the city's, in place of the portal's. It holds no personal data of others;
    about a sensitive report it holds no word that anybody wrote, no kind of problem and no place.
    """
    words = translator(reader.language)
    part = put_together(one, reader, city, own_words)
    if part is None:
        return None
    brief = in_brief(part, one.code)
    by_mail = reader.channel == EMAIL
    return Letter(
        kind=one.kind,
        channel=reader.channel,
        recipient=reader.address,
        subject=one_line(f"{one.code}: {part.title}"),
        text=as_text(part) if by_mail else brief,
        html=as_html(part, reader.language, city.name(reader.language)) if by_mail else None,
        language=words.lang,
        unsubscribe=part.leave[1] if part.leave else None,
        dedup_key=f"event:{one.event_id}:{reader.address.lower()}",
        complaint_id=one.complaint_id,
        event_id=one.event_id,
        person_id=reader.person_id,
        facts={
            "code": one.code,
            "url": part.links[0][1],
            "path": f"/desk/{one.code}" if reader.role == STAFF else f"/c/{one.code}",
            "brief": brief,
        },
    )


def put_together(
    one: Happening, reader: Addressee, city: CityFacts, own_words: Wordings
) -> Part | None:
    """The parts of the message; None when there is nothing to say."""
    words = translator(reader.language)
    owned = one.department_code is not None and one.kind != "contested"
    said = saying(reader.role, one.kind, outcome=one.facts.get("outcome"), owned=owned)
    if said is None:
        return None
    standard = tuple(words.gettext(part) for part in said)
    own = own_words.get((reader.role, one.kind, words.lang))
    told = _told(one, city, words)
    subject, sentence = (part.format(**told) for part in own or standard)
    return Part(
        title=subject,
        says=sentence,
        quote=one.remark if one.kind in QUOTED and not one.sensitive else None,
        links=_links(one, reader, words),
        about=_about(one, city, words),
        because=_because(reader, words),
        leave=_leave(reader, words),
    )


def _told(one: Happening, city: CityFacts, words: Translator) -> dict[str, str]:
    """Everything that a sentence may name."""
    after = one.facts.get("office") or one.facts.get("department")
    office = after if one.kind in ("transferred", "task_given") else None
    outcome = one.facts.get("outcome", "")
    kind = None if one.sensitive else one.category_code
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
        "what": category_name(city, kind, words.gettext, words.lang),
        "supports": words.number(one.facts.get("supports", 0)),
        "seen": words.gettext(VERDICTS.get(one.facts.get("verdict", ""), VERDICTS["photo"])),
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
    if reader.role == SUBSCRIBER:
        because = words.gettext("You get this because you follow “{name}”.")
        return because.format(name=reader.follows or "")
    return words.gettext("You get this because you work on this report.")


def _leave(reader: Addressee, words: Translator) -> tuple[str, str] | None:
    if reader.role == FOLLOWER and reader.token:
        address = f"{settings().public_url.rstrip('/')}/follow/{reader.token}/leave"
        return words.gettext("Stop these messages"), address
    if reader.leave:
        address = f"{settings().public_url.rstrip('/')}{reader.leave}"
        return words.gettext("Stop these messages"), address
    if reader.role == REPORTER and reader.channel == EMAIL:
        return words.gettext("Stop all messages about reports"), stop_link(reader.address)
    return None
