"""The administrators' page of people: taking on, roles, signing out, letting go."""

from typing import Annotated

from fastapi import APIRouter, Form, Request, Response
from fastapi.responses import RedirectResponse
from sqlalchemy.orm import Session

from geo_portal import clock
from geo_portal.accounts.look_ups import look_ups
from geo_portal.accounts.people import ROLES, Membership, Person
from geo_portal.city.facts import CityFacts
from geo_portal.errors import Invalid, Refused
from geo_portal.http import CityDep, ReaderDep, SessionDep, StaffDep
from geo_portal.translation import Translator
from geo_portal.upkeep import people
from geo_portal.web.account import ROLE_WORDS
from geo_portal.web.pages import page
from geo_portal.web.signing_in import private

router = APIRouter(include_in_schema=False)

Typed = Annotated[str, Form()]


@router.get("/admin/people")
def people_page(
    request: Request, session: SessionDep, city: CityDep, words: ReaderDep, who: StaffDep
) -> Response:
    """Everybody who works here, and the form to take somebody on."""
    return _page(request, session, city, words, who)


@router.post("/admin/people")
def hire(
    request: Request,
    session: SessionDep,
    city: CityDep,
    words: ReaderDep,
    who: StaffDep,
    email: Typed = "",
    name: Typed = "",
    role: Typed = "",
    department: Typed = "",
    area: Typed = "",
) -> Response:
    """Take somebody on and show the link that sets the account up, once."""
    try:
        held = _membership(role, department, area)
        link = people.hire(session, city, who, email, name, held, clock.now())
    except Invalid as refusal:
        typed = {
            "email": email,
            "name": name,
            "role": role,
            "department": department,
            "area": area,
        }
        return _page(request, session, city, words, who, typed=typed, mistake=refusal)
    return _page(request, session, city, words, who, link=link, link_for=email.strip())


@router.post("/admin/people/{person_id}")
def change(
    request: Request,
    person_id: int,
    session: SessionDep,
    city: CityDep,
    words: ReaderDep,
    who: StaffDep,
    step: Typed = "",
    role: Typed = "",
    department: Typed = "",
    area: Typed = "",
) -> Response:
    """One step for one person: another role, one less, signed out, a new link, let go."""
    now = clock.now()
    if step == "link":
        found = people.colleague(session, who, person_id)
        link = people.new_link(session, who, person_id, now)
        return _page(request, session, city, words, who, link=link, link_for=found.email)
    try:
        _do(session, city, who, person_id, step, (role, department, area))
    except Refused as refusal:
        return _page(request, session, city, words, who, mistake=refusal)
    return RedirectResponse(f"/admin/people#person-{person_id}", status_code=303)


def _do(
    session: Session,
    city: CityFacts,
    who: Person,
    person_id: int,
    step: str,
    told: tuple[str, str, str],
) -> None:
    now = clock.now()
    if step == "add_role":
        people.add_role(session, city, who, person_id, _membership(*told), now)
    elif step == "end_role":
        people.end_role(session, who, person_id, _membership(*told))
    elif step == "sign_out":
        people.sign_out(session, who, person_id, now)
    elif step == "let_go":
        people.let_go(session, who, person_id, now)
    else:
        raise Invalid("There is no such step.")


def _membership(role: str, department: str, area: str) -> Membership:
    level, colon, code = area.strip().partition(":")
    if colon and not (level and code):
        raise Invalid("An area is written as level:code, such as district:N.", field="area")
    return Membership(role, department or None, (level, code) if colon else None)


def _page(
    request: Request,
    session: Session,
    city: CityFacts,
    words: Translator,
    who: Person,
    *,
    typed: dict[str, str] | None = None,
    mistake: Refused | None = None,
    link: str = "",
    link_for: str = "",
) -> Response:
    found = people.colleagues(session, who)
    names = {one.id: one.name for one in found}
    response = page(
        request,
        "admin/people.html",
        lang=words.lang,
        city=city,
        status=422 if mistake else 200,
        found=found,
        roles=ROLES,
        role_words=ROLE_WORDS,
        departments=sorted(
            (one for one in city.departments.values() if one.active),
            key=lambda one: (one.parent_code is not None, one.name(words.lang)),
        ),
        typed=typed or dict.fromkeys(("email", "name", "role", "department", "area"), ""),
        mistake=mistake,
        link=link,
        link_for=link_for,
        look_ups=[(one, names.get(one.person_id, "–")) for one in look_ups(session, who)[:20]],
    )
    return private(response)
