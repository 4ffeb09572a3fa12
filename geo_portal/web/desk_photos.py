"""Covering faces and number plates in a photo, and hiding it: the page of one photo for staff."""

from contextlib import suppress
from typing import Annotated, Any, NamedTuple

from fastapi import APIRouter, Depends, Form, Request, Response
from fastapi.responses import RedirectResponse
from sqlalchemy.orm import Session

from geo_portal import clock, photo_store
from geo_portal.accounts.people import Person
from geo_portal.city.facts import CityFacts
from geo_portal.complaints.tables import Complaint
from geo_portal.errors import Invalid, ManyInvalid
from geo_portal.http import CityDep, ReaderDep, SessionDep, StaffDep, database
from geo_portal.moderation import redaction
from geo_portal.moderation.acts import checked_reason
from geo_portal.photo_store import Painted, Rectangle
from geo_portal.translation import Translator
from geo_portal.web.pages import page
from geo_portal.web.photos import picture
from geo_portal.web.shown import photo_url
from geo_portal.web.signing_in import Typed, private

router = APIRouter(include_in_schema=False, prefix="/desk/photos")

# So many rows of number fields stand in the page; drawn rectangles beyond them add their own.
ROWS = 4
Numbers = Annotated[list[str], Form()]


class DrawnForm(NamedTuple):
    """What stands in the fields: the rectangles as typed, the reason, and which button it was."""

    rectangles: list[tuple[str, str, str, str]]
    why: str
    step: str


def drawn_form(
    left: Numbers = [],  # noqa: B006  FastAPI copies it for each request.
    top: Numbers = [],  # noqa: B006
    width: Numbers = [],  # noqa: B006
    height: Numbers = [],  # noqa: B006
    why: Typed = "",
    step: Typed = "cover",
) -> DrawnForm:
    """The form as sent; rows in which nothing stands are no rectangles."""
    rows = zip(left, top, width, height, strict=False)
    return DrawnForm([row for row in rows if any(one.strip() for one in row)], why, step)


DrawnFormDep = Annotated[DrawnForm, Depends(drawn_form)]


@router.get("/{number}")
def photo_page(
    request: Request,
    number: int,
    session: SessionDep,
    city: CityDep,
    words: ReaderDep,
    who: StaffDep,
) -> Response:
    """The photo as everybody sees it, with rectangles to draw on it."""
    return _page(request, session, city, words, who, number)


@router.post("/{number}")
def change(
    request: Request,
    number: int,
    form: DrawnFormDep,
    session: SessionDep,
    city: CityDep,
    words: ReaderDep,
    who: StaffDep,
) -> Response:
    """Cover parts of it, show them again, hide it or give it back; each with a reason."""
    now = clock.now()
    try:
        if form.step == "cover":
            painted, rectangles = _painted(request, who, number, form)
            redaction.cover(session, who, number, painted, rectangles, form.why, now)
        elif form.step == "uncover":
            redaction.uncover(session, who, number, form.why, now)
        elif form.step == "original":
            key = redaction.original(session, who, number, form.why, now)
            return picture(key, photo_store.LARGE, {"Cache-Control": "private, no-store"})
        else:
            hidden = form.step == "hide"
            redaction.set_hidden(session, who, number, form.why, now, hidden=hidden)
    except Invalid as mistake:
        return _page(request, session, city, words, who, number, form=form, mistake=mistake)
    return RedirectResponse(f"/desk/photos/{number}?done={form.step[:10]}", status_code=303)


def _painted(
    request: Request, who: Person, number: int, form: DrawnForm
) -> tuple[Painted, list[Rectangle]]:
    """The covered files, written before the transaction begins in which they are named."""
    checked_reason(form.why)
    rectangles = redaction.checked([_rectangle(row) for row in form.rectangles])
    with database(request).session(reading=True) as looking:
        key = redaction.look_for(looking, who, number).key
    return photo_store.cover(key, rectangles), rectangles


def _rectangle(row: tuple[str, str, str, str]) -> Rectangle:
    with suppress(ValueError):
        numbers = [float(one.replace(",", ".")) for one in row]
        if all(-1_000 <= one <= 1_000 for one in numbers):
            return Rectangle(*numbers)
    raise Invalid(
        "Each rectangle needs four numbers from 0 to 100: from the left, from the top, width and "
        "height.",
        field="rectangles",
    )


def _page(
    request: Request,
    session: Session,
    city: CityFacts,
    words: Translator,
    who: Person,
    number: int,
    *,
    form: DrawnForm | None = None,
    mistake: Invalid | None = None,
) -> Response:
    photo = redaction.look_for(session, who, number)
    typed: list[Any] = list(form.rectangles) if form else []
    several = mistake.mistakes if isinstance(mistake, ManyInvalid) else [mistake] if mistake else []
    return private(
        page(
            request,
            "desk/photo.html",
            lang=words.lang,
            city=city,
            status=422 if mistake else 200,
            photo=photo,
            code=session.get_one(Complaint, photo.complaint_id).code,
            picture=photo_url(photo.key, "large"),
            rows=typed + [("", "", "", "")] * max(1, ROWS - len(typed)),
            why=form.why if form else "",
            mistakes=[words.sentence(one) for one in several],
            has_original=redaction.has_original(session, number),
            done=request.query_params.get("done", ""),
            most=redaction.MOST_RECTANGLES,
            kept_days=redaction.ORIGINALS_KEPT_FOR.days,
        )
    )
