"""How a person wants to hear: browsers, numbers and web addresses, rhythm and quiet hours."""

from typing import Annotated

from fastapi import APIRouter, Form, Request, Response
from fastapi.responses import FileResponse, JSONResponse, RedirectResponse
from pydantic import BaseModel, ConfigDict, Field
from sqlalchemy.orm import Session

from geo_portal import clock
from geo_portal.accounts.people import Person
from geo_portal.accounts.permissions import NotSignedIn
from geo_portal.accounts.phone_numbers import SMS
from geo_portal.city.facts import CityFacts
from geo_portal.errors import Invalid, Refused
from geo_portal.http import CityDep, PersonDep, ReaderDep, SessionDep
from geo_portal.notifications import channels, wishes
from geo_portal.notifications.gateways import TELEGRAM, WHATSAPP, sends
from geo_portal.notifications.push import PUSH, public_key
from geo_portal.notifications.tables import RHYTHMS
from geo_portal.notifications.webhooks import WEBHOOK, secret_of
from geo_portal.notifications.wishes import Wishes
from geo_portal.translation import N_, Translator
from geo_portal.web.devices import device_name
from geo_portal.web.pages import STATIC, page
from geo_portal.web.signing_in import Typed, private

router = APIRouter(include_in_schema=False)

Number = Annotated[int, Form(ge=1, lt=2**63)]
KIND_WORDS = {
    PUSH: N_("Browser"),
    WEBHOOK: N_("Web address"),
    SMS: N_("Text message"),
    WHATSAPP: "WhatsApp",
    TELEGRAM: "Telegram",
}
RHYTHM_WORDS = {
    "at_once": N_("At once"),
    "daily": N_("Once a day, at eight in the morning"),
    "weekly": N_("Once a week, on Monday morning"),
}
WRONG_CODE = N_("This code is not right. Look at the message again.")


class BrowserKeys(BaseModel):
    """What a browser encrypts with."""

    model_config = ConfigDict(strict=True, extra="forbid")

    p256dh: str = Field(min_length=80, max_length=100, pattern=r"^[\w-]+=*$")
    auth: str = Field(min_length=20, max_length=40, pattern=r"^[\w-]+=*$")


class Subscription(BaseModel):
    """What a browser gives when its owner agrees to messages (`PushSubscription.toJSON`)."""

    model_config = ConfigDict(strict=True, extra="forbid")

    endpoint: str = Field(max_length=1_000)
    expirationTime: float | None = None  # noqa: N815  The browsers' own name.
    keys: BrowserKeys


def signed_in(person: PersonDep) -> Person:
    """Who is signed in; raises `NotSignedIn`, which leads to the sign-in."""
    if person is None:
        raise NotSignedIn("Please sign in first.")
    return person


@router.get("/me/channels")
def channels_page(
    request: Request, session: SessionDep, city: CityDep, words: ReaderDep, person: PersonDep
) -> Response:
    """All that can be chosen, and what was."""
    return _shown(request, session, city, words, signed_in(person))


@router.post("/me/channels/wishes")
def set_wishes(
    request: Request,
    session: SessionDep,
    city: CityDep,
    words: ReaderDep,
    person: PersonDep,
    rhythm: Typed = "at_once",
    by_mail: Typed = "",
    quiet_from: Annotated[int | None, Form(ge=0, le=23)] = None,
    quiet_until: Annotated[int | None, Form(ge=0, le=23)] = None,
) -> Response:
    """Rhythm, mail at all, quiet hours."""
    me = signed_in(person)
    wanted = Wishes(rhythm, by_mail == "yes", quiet_from, quiet_until)
    try:
        wishes.wish(session, me, wanted, clock.now(), city.timezone)
    except Invalid as mistake:
        return _shown(request, session, city, words, me, mistake)
    return _back()


@router.post("/me/channels/mail")
def mail_again(session: SessionDep, person: PersonDep) -> Response:
    """Write to the address again, after it was stopped or came back."""
    wishes.go_on(session, signed_in(person).email or "")
    return _back()


@router.post("/me/channels/webhook")
def add_webhook(
    request: Request,
    session: SessionDep,
    city: CityDep,
    words: ReaderDep,
    person: PersonDep,
    url: Typed = "",
) -> Response:
    """Send messages to a program of the person's own."""
    me = signed_in(person)
    try:
        channels.add_webhook(session, me, url, clock.now())
    except Refused as mistake:
        return _shown(request, session, city, words, me, mistake)
    return _back()


@router.post("/me/channels/number")
def add_number(
    request: Request,
    session: SessionDep,
    city: CityDep,
    words: ReaderDep,
    person: PersonDep,
    kind: Typed = "",
    address: Typed = "",
) -> Response:
    """Send a code to a number."""
    me = signed_in(person)
    told = {"country": city.country, "portal": city.name(words.lang)}
    try:
        channels.add_number(session, me, kind, address, clock.now(), **told)
    except Invalid as mistake:
        return _shown(request, session, city, words, me, mistake)
    return _back()


@router.post("/me/channels/code")
def enter_code(
    request: Request,
    session: SessionDep,
    city: CityDep,
    words: ReaderDep,
    person: PersonDep,
    channel: Number,
    code: Typed = "",
) -> Response:
    """Show that a number is one's own; a wrong code counts."""
    me = signed_in(person)
    if not channels.verify(session, me, channel, code, clock.now()):
        mistake = channels.WrongCode(WRONG_CODE, field=f"code-{channel}")
        return _shown(request, session, city, words, me, mistake)
    return _back()


@router.post("/me/channels/remove")
def remove(session: SessionDep, person: PersonDep, channel: Number) -> Response:
    """Hear no more by a channel."""
    channels.remove(session, signed_in(person), channel)
    return _back()


@router.post("/me/channels/browser")
def add_browser(
    request: Request, session: SessionDep, person: PersonDep, given: Subscription
) -> Response:
    """What `push.js` sends when this browser has agreed."""
    label = device_name(request.headers.get("user-agent", ""))
    me, keys = signed_in(person), given.keys.model_dump()
    number = channels.add_browser(session, me, given.endpoint, keys, label, clock.now())
    return JSONResponse({"channel": number}, status_code=201)


@router.get("/push-worker.js")
def push_worker() -> FileResponse:
    """The worker that shows messages; it needs an address of its own for its scope."""
    headers = {"Cache-Control": "no-cache", "Service-Worker-Allowed": "/push/"}
    file = STATIC / "modules" / "push_worker.js"
    return FileResponse(file, media_type="text/javascript", headers=headers)


def _back() -> Response:
    return RedirectResponse("/me/channels", status_code=303)


def _shown(
    request: Request,
    session: Session,
    city: CityFacts,
    words: Translator,
    me: Person,
    mistake: Refused | None = None,
) -> Response:
    known = wishes.known_of(session, [me.email]) if me.email else {}
    answer = page(
        request,
        "channels.html",
        lang=words.lang,
        city=city,
        status=422 if mistake else 200,
        me=me,
        mine=channels.channels_of(session, me),
        wanted=wishes.wishes_of(session, [me.id]).get(me.id, Wishes()),
        rhythms=RHYTHMS,
        rhythm_words=RHYTHM_WORDS,
        kind_words=KIND_WORDS,
        gateways=[kind for kind in (SMS, WHATSAPP) if sends(kind)],
        mail=known.get((me.email or "").lower()),
        secret_of=secret_of,
        public_key=public_key(),
        mistakes={mistake.field: words.sentence(mistake)} if mistake else {},
    )
    return private(answer)
