"""A report told message by message: filed when words and place are there, asked for until then."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from sqlalchemy import select, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from geo_portal import outbox, photo_store
from geo_portal.accounts.limits import Limit, TooManyAttempts, count_attempt, refuse_if_too_many
from geo_portal.city.facts import CityFacts, facts
from geo_portal.city.jurisdictions import containing
from geo_portal.city.place_search import search_places
from geo_portal.complaints.submit import NewComplaint, readable, submit
from geo_portal.errors import Refused
from geo_portal.geometry import LonLat
from geo_portal.intake import replies
from geo_portal.intake.incoming import EMAIL, TELEGRAM, Incoming, place_in, says_yes, words_in
from geo_portal.intake.tables import Conversation, Received
from geo_portal.photo_store import StoredPhoto
from geo_portal.routing.language import written_in
from geo_portal.settings import settings
from geo_portal.translation import LANGUAGES, translator

# A street or landmark is drawn as one point, and the problem lies somewhere along it.
STREET_ACCURACY_M = 100.0
LONGEST_PLACE_NAME = 80
MOST_ASKED = 3
EXCERPT = 300
FROM_ONE_SENDER = Limit("messages from one sender", 30, timedelta(hours=1))
FILED, ASKED, ANSWERED, IGNORED, REFUSED, UNREAD = (
    "filed",
    "asked",
    "answered",
    "ignored",
    "refused",
    "unread",
)


@dataclass(frozen=True)
class _Found:
    """Where it is, as far as somebody said so; `address` is how they named it."""

    place: LonLat
    accuracy_m: float | None = None
    address: str | None = None


def hear(session: Session, one: Incoming, now: datetime) -> str:
    """Take a message in, and answer by its own channel; what became of it.

    The same message again changes nothing. The answer waits in the outbox like every message.
    """
    one = replace(
        one,
        text=readable(one.text),
        sender=readable(one.sender),
        foreign_id=readable(one.foreign_id),
    )
    number = _note(session, one, now)
    if number is None:
        return IGNORED
    outcome, problem, complaint = _heard(session, one, now)
    session.execute(
        update(Received)
        .where(Received.id == number)
        .values(outcome=outcome, problem=problem, complaint_id=complaint)
    )
    return outcome


def _note(session: Session, one: Incoming, now: datetime) -> int | None:
    """Write down that it arrived; None when it did before."""
    written = insert(Received).values(
        channel=one.channel,
        foreign_id=one.foreign_id,
        sender=one.sender,
        at=now,
        outcome=UNREAD,
        excerpt=one.text[:EXCERPT],
    )
    once = written.on_conflict_do_nothing(index_elements=["channel", "foreign_id"])
    return session.execute(once.returning(Received.id)).scalar_one_or_none()


def _heard(session: Session, one: Incoming, now: datetime) -> tuple[str, str | None, int | None]:
    if one.automatic or not one.sender:
        return IGNORED, one.problem, None
    tried = FROM_ONE_SENDER, f"{one.channel}:{one.sender}"
    try:
        refuse_if_too_many(session, now, tried)
    except TooManyAttempts as refusal:
        # Without an answer: the sender may be a machine that answers back.
        return REFUSED, str(refusal), None
    count_attempt(session, now, tried)
    city = facts(session)
    told = _told(session, one, city, now)
    if one.problem:
        _answer(session, one, told.language, now, replies.CANNOT_READ)
        return UNREAD, one.problem, None
    return _go_on(session, one, told, now)


def _told(session: Session, one: Incoming, city: CityFacts, now: datetime) -> Conversation:
    """What this sender has told so far, with this message added; locked until it is through."""
    begun = insert(Conversation).values(
        channel=one.channel,
        sender=one.sender,
        photos=[],
        language=_language(one.text, city),
        asked=0,
        updated_at=now,
    )
    session.execute(begun.on_conflict_do_nothing())
    found = session.scalars(
        select(Conversation)
        .where(Conversation.channel == one.channel, Conversation.sender == one.sender)
        .with_for_update()
        .execution_options(populate_existing=True)
    ).one()
    new = [_kept(photo) for photo in one.photos]
    found.photos = [*found.photos, *new][: settings().max_photos]
    found.updated_at = now
    return found


def _kept(photo: StoredPhoto) -> dict[str, object]:
    """A picture's key, and where its file says that it was taken: to be offered, not believed."""
    place = photo.told.place if photo.told else None
    return {"key": photo.key, "lon": place and place.lon, "lat": place and place.lat}


def _go_on(
    session: Session, one: Incoming, told: Conversation, now: datetime
) -> tuple[str, str | None, int | None]:
    found = _where(session, one, told)
    words = "" if found and (found.address or says_yes(one.text)) else words_in(one.text)
    if words:
        told.description = "\n".join(filter(None, (told.description, words)))
    if not told.description:
        _answer(session, one, told.language, now, replies.WHAT_IS_WRONG)
        return ASKED, None, None
    if found is None:
        return _ask_where(session, one, told, now)
    return _file(session, one, told, found, now)


def _where(session: Session, one: Incoming, told: Conversation) -> _Found | None:
    """By numbers, a map's link, "yes" to what a photo said, or, once asked, by a name."""
    if place := one.place or place_in(one.text):
        return _Found(place)
    if told.asked and says_yes(one.text) and (place := _offered(told)):
        return _Found(place)
    name = one.text.strip()
    if told.asked and 0 < len(name) <= LONGEST_PLACE_NAME and "\n" not in name:
        known = search_places(session, name)
        exact = [place for place in known if place.name.casefold() == name.casefold()]
        if len(exact) == 1 or len(known) == 1:
            best = (exact or known)[0]
            return _Found(LonLat(best.lon, best.lat), STREET_ACCURACY_M, best.name)
    return None


def _offered(told: Conversation) -> LonLat | None:
    """Where the first picture that knows says it was taken."""
    places = [(one["lon"], one["lat"]) for one in told.photos if one["lon"] is not None]
    return LonLat(*places[0]) if places else None


def _ask_where(
    session: Session, one: Incoming, told: Conversation, now: datetime
) -> tuple[str, str | None, int | None]:
    """Ask for the place, three times at most; after that the report page is the way on."""
    told.asked += 1
    if told.asked > MOST_ASKED:
        _answer(session, one, told.language, now, replies.USE_THE_PAGE)
        return ANSWERED, "The place was asked for three times and never told.", None
    offered = _offered(told)
    if offered is not None and containing(session, offered):
        link = f"https://www.openstreetmap.org/?mlat={offered.lat}&mlon={offered.lon}"
        _answer(session, one, told.language, now, replies.IS_IT_HERE, link=link)
    else:
        by_button = replies.WHERE_BY_BUTTON if one.channel == TELEGRAM else replies.WHERE
        _answer(session, one, told.language, now, by_button)
    return ASKED, None, None


def _file(
    session: Session, one: Incoming, told: Conversation, found: _Found, now: datetime
) -> tuple[str, str | None, int | None]:
    """The report itself; that it arrived is told by its own event, like any other's."""
    new = NewComplaint(
        description=told.description or "",
        place=found.place,
        accuracy_m=found.accuracy_m,
        address=found.address,
        photos=_pictures(told.photos),
        contact=contact_of(one),
        channel=one.channel.upper(),
    )
    try:
        with session.begin_nested():
            done = submit(session, new, now)
    except Refused as refusal:
        why = translator(told.language).sentence(refusal)
        _answer(session, one, told.language, now, replies.NOT_TAKEN, why=why)
        return REFUSED, str(refusal), None
    session.delete(told)
    return FILED, None, done.id


def contact_of(one: Incoming) -> str:
    """How the reporter is told what becomes of it; `notifications.recipients` reads it."""
    return f"{TELEGRAM}:{one.sender}" if one.channel == TELEGRAM else one.sender


def _pictures(kept: Sequence[dict[str, object]]) -> tuple[StoredPhoto, ...]:
    found = [photo_store.find(str(one["key"])) for one in kept]
    return tuple(photo for photo in found if photo)


def _language(text: str, city: CityFacts) -> str:
    offered = [code for code in city.languages if code in LANGUAGES]
    guessed = written_in(text).language
    return guessed if guessed in offered else (offered or ["en"])[0]


def _answer(
    session: Session, one: Incoming, language: str, now: datetime, what: str, **facts_: str
) -> None:
    words = translator(language).gettext
    page = f"{settings().public_url.rstrip('/')}/report"
    outbox.post(
        session,
        now,
        kind="intake",
        channel=one.channel,
        recipient=one.sender,
        subject=words(replies.SUBJECT) if one.channel == EMAIL else "",
        text=words(what).format(page=page, **facts_),
        language=language,
        dedup_key=f"answer:{one.channel}:{one.foreign_id}",
    )
