"""A person's own messages, and the page behind "stop all messages" in a mail."""

from typing import Annotated

from fastapi import APIRouter, Query, Request, Response

from geo_portal import clock
from geo_portal.http import CityDep, PersonDep, ReaderDep, SessionDep
from geo_portal.notifications import own_messages, wishes
from geo_portal.web.channels import signed_in
from geo_portal.web.pages import page
from geo_portal.web.signing_in import private

router = APIRouter(include_in_schema=False)


@router.get("/me/messages")
def messages_page(
    request: Request,
    session: SessionDep,
    city: CityDep,
    words: ReaderDep,
    person: PersonDep,
    before: Annotated[int | None, Query(ge=1, lt=2**63)] = None,
) -> Response:
    """The newest first; unread ones stand out until the reader says that they have seen them."""
    me = signed_in(person)
    found, more = own_messages.own_messages(session, me, before=before)
    known = wishes.known_of(session, [me.email]) if me.email else {}
    answer = page(
        request,
        "own-messages.html",
        lang=words.lang,
        city=city,
        found=found,
        more=more,
        unread=own_messages.unread(session, me),
        mail=known.get((me.email or "").lower()),
        me=me,
    )
    return private(answer)


@router.post("/me/messages")
def all_read(
    request: Request, session: SessionDep, city: CityDep, words: ReaderDep, person: PersonDep
) -> Response:
    """Count all as read."""
    own_messages.mark_read(session, signed_in(person), clock.now())
    return messages_page(request, session, city, words, person)


@router.get("/messages/stop/{token}")
def stop_page(request: Request, token: str, city: CityDep, words: ReaderDep) -> Response:
    """Asks first: programs that look at every link in a mail must not end anything."""
    address = wishes.address_behind(token)
    return private(_stopping(request, city, words, address=address, stopped=False))


@router.post("/messages/stop/{token}")
def stop(
    request: Request, token: str, session: SessionDep, city: CityDep, words: ReaderDep
) -> Response:
    """Also what mail programs send by themselves (RFC 8058)."""
    address = wishes.address_behind(token)
    wishes.stop(session, address, clock.now())
    return private(_stopping(request, city, words, address=address, stopped=True))


@router.post("/messages/stop/{token}/undo")
def go_on(
    request: Request, token: str, session: SessionDep, city: CityDep, words: ReaderDep
) -> Response:
    """Write again."""
    address = wishes.address_behind(token)
    wishes.go_on(session, address)
    return private(_stopping(request, city, words, address=address, stopped=False))


def _stopping(
    request: Request, city: CityDep, words: ReaderDep, *, address: str, stopped: bool
) -> Response:
    return page(
        request, "stop-messages.html", lang=words.lang, city=city, address=address, stopped=stopped
    )
