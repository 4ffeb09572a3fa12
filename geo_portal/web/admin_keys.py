"""The administrator's page of keys for other programs: given out, looked at, taken back."""

from typing import Annotated

from fastapi import APIRouter, Form, Request, Response
from fastapi.responses import RedirectResponse
from sqlalchemy.orm import Session

from geo_portal import clock
from geo_portal.accounts import keys
from geo_portal.accounts.people import Person
from geo_portal.city.facts import CityFacts
from geo_portal.errors import Conflict, Invalid, Refused
from geo_portal.http import CityDep, ReaderDep, SessionDep, StaffDep
from geo_portal.translation import Translator
from geo_portal.web.pages import page
from geo_portal.web.signing_in import private

router = APIRouter(include_in_schema=False)

Typed = Annotated[str, Form(max_length=200)]


@router.get("/admin/keys")
def keys_page(
    request: Request, session: SessionDep, city: CityDep, words: ReaderDep, person: StaffDep
) -> Response:
    """All keys, and the form for a new one."""
    return _shown(request, session, city, words, person)


@router.post("/admin/keys")
def add(
    request: Request,
    session: SessionDep,
    city: CityDep,
    words: ReaderDep,
    person: StaffDep,
    name: Typed = "",
    scopes: Annotated[list[str], Form()] = [],  # noqa: B006  FastAPI copies it.
    department: Typed = "",
) -> Response:
    """The page again with the new key on it, this once."""
    given: dict[str, object] = {"name": name, "scopes": scopes, "department": department}
    try:
        token = keys.add_key_as(
            session, person, city, name, tuple(scopes), clock.now(), department or None
        )
    except (Invalid, Conflict) as mistake:
        return _shown(request, session, city, words, person, mistake=mistake, given=given)
    return _shown(request, session, city, words, person, token=token, named=name)


@router.post("/admin/keys/revoke")
def revoke(session: SessionDep, person: StaffDep, name: Typed = "") -> Response:
    """Take a key back."""
    keys.revoke_key_as(session, person, name, clock.now())
    return RedirectResponse("/admin/keys", status_code=303)


def _shown(
    request: Request,
    session: Session,
    city: CityFacts,
    words: Translator,
    person: Person,
    *,
    token: str = "",
    named: str = "",
    mistake: Refused | None = None,
    given: dict[str, object] | None = None,
) -> Response:
    response = page(
        request,
        "admin-keys.html",
        lang=words.lang,
        city=city,
        status=422 if mistake else 200,
        found=keys.list_keys_for(session, person),
        scopes={code: words.gettext(said) for code, said in keys.SCOPES.items()},
        token=token,
        named=named,
        mistake=words.sentence(mistake) if mistake else "",
        given=given or {"name": "", "scopes": ["report"], "department": ""},
    )
    return private(response)
