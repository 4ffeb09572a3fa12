"""Who is written to when something happens: who reported it, follows it or works on it."""

import re
from collections.abc import Iterable
from dataclasses import dataclass

from geo_portal.accounts.colleagues import Colleague
from geo_portal.accounts.phone_numbers import SMS
from geo_portal.community.hearing import Hears, leave_path
from geo_portal.complaints.reporters import follower_token, reporter_token
from geo_portal.complaints.timeline import NEIGHBOUR
from geo_portal.notifications.gateways import TELEGRAM, WHATSAPP, sends
from geo_portal.notifications.happenings import Around, Follows, Happening
from geo_portal.outbox import EMAIL, INBOX
from geo_portal.translation import DEFAULT_LANGUAGE, LANGUAGES

ADDRESS = re.compile(r"[^@\s,;<>\"]+@[^@\s,;<>\"]+\.[^@\s,;<>\".]{2,}")
NUMBER = re.compile(r"\+[1-9]\d{6,14}")
REPORTER, FOLLOWER, SUBSCRIBER, STAFF = "reporter", "follower", "subscriber", "staff"


@dataclass(frozen=True)
class Addressee:
    """One person to be written to by one channel; `token` is for their own links.

    Who follows the place or the kind has `follows`, what they called it, and `leave`, the path of
    the page that ends it.
    """

    role: str
    address: str
    language: str
    person_id: int | None = None
    token: str | None = None
    channel: str = EMAIL
    follows: str | None = None
    leave: str | None = None


def recipients(one: Happening, around: Around) -> list[Addressee]:
    """Everybody who may hear of it, a person and an address once; nobody of what they did.

    Whether there is anything to say to them is for `sayings` to know.
    """
    found: list[Addressee] = []
    if not _repeats_itself(one):
        found += _reporter(one, around)
        found += [_follower(who) for who in _followers(one, around)]
    found += [
        Addressee(STAFF, who.email, _offered(who.language, around), who.id)
        for who in _staff(one, around)
        if who.email and who.id != one.person_id
    ]
    found += [_subscriber(who, around) for who in _subscribers(one, around)]
    found = [who for who in found if who.channel != EMAIL or ADDRESS.fullmatch(who.address)]
    return _each_once(found)


def _each_once(found: Iterable[Addressee]) -> list[Addressee]:
    """Who is meant in several ways hears in the first of them."""
    kept: list[Addressee] = []
    known: set[str | int] = set()
    for who in found:
        names = {name for name in (who.address.lower(), who.person_id) if name is not None}
        if not names & known:
            kept.append(who)
            known |= names
    return kept


def _repeats_itself(one: Happening) -> bool:
    """Another message says it: where it went at first, where it goes after it was sorted.

    Who has answered a question need not be told that the work goes on.
    """
    if one.kind == "assigned":
        return one.by != "department"
    if one.kind == "in_progress":
        return one.by == "citizen"
    return one.kind == "triaged" and "department" in one.facts.get("changed", {})


def _reporter(one: Happening, around: Around) -> list[Addressee]:
    own = one.reporter_id is not None and one.reporter_id == one.person_id
    if one.by == NEIGHBOUR and (own or one.by_reporter):
        return []
    address = one.reporter_email or (one.contact or one.reporter_phone or "").strip()
    channel = EMAIL if "@" in address else _by_phone(one, address)
    if not channel or (one.internal and one.kind != "feedback_reminder"):
        return []
    language = _offered(one.reporter_language or one.language, around)
    token = reporter_token(one.code)
    to = address.removeprefix(f"{TELEGRAM}:")
    return [Addressee(REPORTER, to, language, one.reporter_id, token, channel)]


def _by_phone(one: Happening, contact: str) -> str | None:
    """The channel by which a number or chat is answered: the one by which the report came."""
    if contact.startswith(f"{TELEGRAM}:"):
        channel = TELEGRAM
    elif NUMBER.fullmatch(contact):
        channel = WHATSAPP if one.channel == WHATSAPP.upper() else SMS
    else:
        return None
    return channel if sends(channel) else None


def _followers(one: Happening, around: Around) -> list[Follows]:
    if one.internal:
        return []
    found = around.followers.get(one.complaint_id, [])
    return [who for who in found if who.person_id is None or who.person_id != one.person_id]


def _follower(who: Follows) -> Addressee:
    person = f"person:{who.person_id}"
    token = follower_token(
        who.complaint_id, person if who.person_id is not None else who.email or ""
    )
    channel = EMAIL if who.email else INBOX
    return Addressee(
        FOLLOWER, who.email or person, who.language, who.person_id, token, channel=channel
    )


def _subscribers(one: Happening, around: Around) -> list[Hears]:
    """Who follows the place or the kind; of a kind that was found later only who follows that."""
    if one.internal or one.sensitive:
        return []
    found = around.hearing.get(one.complaint_id, [])
    if one.kind == "triaged":
        sorted_anew = "category" in one.facts.get("changed", {})
        found = [who for who in found if who.by_kind and sorted_anew]
    return [who for who in found if who.person_id not in (one.person_id, one.reporter_id)]


def _subscriber(who: Hears, around: Around) -> Addressee:
    return Addressee(
        SUBSCRIBER,
        who.email or f"person:{who.person_id}",
        _offered(who.language, around),
        who.person_id,
        channel=EMAIL if who.email else INBOX,
        follows=who.name,
        leave=leave_path(who.number),
    )


def _staff(one: Happening, around: Around) -> list[Colleague]:
    if one.kind in ("reminded", "escalated"):
        return _told(one, around)
    if one.kind in ("reopened", "answered"):
        return _workers(one, around)
    if one.kind == "contested":
        begun = one.facts.get("from") not in ("submitted", "assigned", "triaged", None)
        return _workers(one, around) if begun else _sorters(around)
    if one.kind == "task_given":
        return around.staff.get(one.facts.get("department", ""), [])
    if one.kind == "note":
        return _known(one.facts.get("mentions", ()), around)
    if one.kind == "given_to":
        return _known([one.facts.get("to_person")], around)
    return []


def _told(one: Happening, around: Around) -> list[Colleague]:
    """Whom the step of the ladder names; where there is nobody, whoever stands above."""
    told = one.facts.get("told", "office")
    ladder = {
        "office": _workers(one, around),
        "office_head": _heads(one.complaint_office_code, around),
        "department_head": _heads(one.department_code, around),
        "city_secretary": around.secretaries,
    }
    names = list(ladder)
    above = names[names.index(told) :] if told in ladder else []
    return next((ladder[name] for name in above if ladder[name]), [])


def _workers(one: Happening, around: Around) -> list[Colleague]:
    """Who has the case; while nobody has it, everybody in the office in charge."""
    own = _known([one.assignee_id], around)
    return (
        own
        or around.staff.get(one.owner or "", [])
        or around.staff.get(one.department_code or "", [])
    )


def _heads(code: str | None, around: Around) -> list[Colleague]:
    return [who for who in around.staff.get(code or "", []) if who.role == "head"]


def _sorters(around: Around) -> list[Colleague]:
    return around.staff.get(around.city.triage_department or "", [])


def _known(numbers: Iterable[int | None], around: Around) -> list[Colleague]:
    return [around.by_number[number] for number in numbers if number in around.by_number]


def _offered(language: str | None, around: Around) -> str:
    """The reader's language if the city speaks it, else the city's first."""
    offered = [code for code in around.city.languages if code in LANGUAGES] or [DEFAULT_LANGUAGE]
    return language if language in offered else offered[0]
