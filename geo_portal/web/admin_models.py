"""The administrator's page of classifiers: the one in use, candidates, drift; activate, go back."""

from dataclasses import dataclass
from typing import Any

from fastapi import APIRouter, Request, Response
from fastapi.responses import FileResponse, RedirectResponse
from markupsafe import Markup
from sqlalchemy.orm import Session

from geo_portal import clock
from geo_portal.accounts.permissions import Operation, require
from geo_portal.errors import NotFound
from geo_portal.http import CityDep, ReaderDep, SessionDep, StaffDep
from geo_portal.routing.classifier import BrokenModel, folder_in_use, model_in_use, read_card
from geo_portal.routing.model_files import PICTURES
from geo_portal.settings import settings
from geo_portal.steering import registry
from geo_portal.steering.drift import Week, signs, weeks
from geo_portal.steering.drift_pictures import share_svg
from geo_portal.steering.tables import ClassifierVersion
from geo_portal.translation import N_, Translator
from geo_portal.web.knowledge import html_of
from geo_portal.web.pages import page

router = APIRouter(include_in_schema=False)

MEASURES = {
    "abstention": N_("Left to a person"),
    "correction": N_("Decided alone and put right"),
    "new_words": N_("Words never met before"),
}
SIGNS = {
    "asked": N_("This week far more reports than usual were left to a person."),
    "corrected": N_("This week far more decisions than usual had to be put right."),
    "words": N_("This week people use many words that the classifier has never met."),
}
STATES = {"candidate": N_("waits"), "active": N_("in use"), "retired": N_("not in use")}
FIGURES = {
    "accuracy": N_("right"),
    "top3_accuracy": N_("right among the first three"),
    "macro_f1": N_("macro-F1, all kinds alike"),
    "ece": N_("calibration error"),
    "coverage": N_("decided without a person"),
    "precision_at_coverage": N_("of these right"),
}


@dataclass(frozen=True)
class Drawn:
    """One measure over the weeks: its name, its drawing, and its shares."""

    name: str
    svg: Markup
    shares: list[float | None]


@router.get("/admin/models")
def models_page(
    request: Request, session: SessionDep, city: CityDep, words: ReaderDep, who: StaffDep
) -> Response:
    """What is in use and how it does, what waits, what there was."""
    require(who, Operation.MANAGE_MODELS)
    now = clock.now()
    found = weeks(session, model_in_use(city.classifier), now)
    return page(
        request,
        "admin/models.html",
        lang=words.lang,
        city=city,
        base=_base(),
        in_use=registry.in_use(session),
        versions=registry.versions(session),
        turns=registry.turns(session),
        weeks=found,
        drawn=_drawn(found, words) if any(week.reports for week in found) else [],
        signs=[words.gettext(SIGNS[sign]) for sign in signs(found)],
        states={name: words.gettext(said) for name, said in STATES.items()},
        figures=_named(words),
        activates=settings().lessons_activate,
    )


@router.get("/admin/models/{number}")
def model_page(
    request: Request,
    number: int,
    session: SessionDep,
    city: CityDep,
    words: ReaderDep,
    who: StaffDep,
) -> Response:
    """A classifier's card, its figures by kind of problem, its picture of what it mixes up.

    Number 0 is the one that came with the portal.
    """
    require(who, Operation.MANAGE_MODELS)
    version = _version(session, number)
    folder = folder_in_use(version.folder if version else None)
    card = version.card if version else read_card(folder)
    return page(
        request,
        "admin/model.html",
        lang=words.lang,
        city=city,
        number=number,
        version=version,
        card=card,
        told=html_of(_without_pictures(_words(version))),
        pictures=[name for name in PICTURES if (folder / name).exists()],
        figures=_named(words),
        states={name: words.gettext(said) for name, said in STATES.items()},
    )


@router.get("/admin/models/{number}/{picture}.svg")
def picture(number: int, picture: str, session: SessionDep, who: StaffDep) -> Response:
    """A picture that stands beside a card."""
    require(who, Operation.MANAGE_MODELS)
    version = _version(session, number)
    folder = folder_in_use(version.folder if version else None)
    name = f"{picture}.svg"
    if name not in PICTURES or not (folder / name).exists():
        raise NotFound("This classifier has no such picture.")
    return FileResponse(folder / name, media_type="image/svg+xml")


@router.post("/admin/models/{number}/activate")
def activate(number: int, session: SessionDep, who: StaffDep) -> Response:
    """Put a classifier to use."""
    registry.activate(session, number, clock.now(), who)
    return RedirectResponse("/admin/models", status_code=303)


@router.post("/admin/models/back")
def go_back(session: SessionDep, who: StaffDep) -> Response:
    """Use the one before again."""
    registry.roll_back(session, clock.now(), who)
    return RedirectResponse("/admin/models", status_code=303)


def _version(session: Session, number: int) -> ClassifierVersion | None:
    if not 0 <= number < 2**31:
        raise NotFound("There is no classifier with number {number}.", number=number)
    return registry.by_number(session, number) if number else None


def _words(version: ClassifierVersion | None) -> str:
    if version:
        return version.words
    return (folder_in_use(None) / "CARD.md").read_text(encoding="utf-8")


def _without_pictures(told: str) -> str:
    """Those of the card are shown by the page, with their descriptions."""
    return "\n".join(line for line in told.splitlines() if not line.startswith("!["))


def _base() -> dict[str, Any]:
    """The card of the one that came with the portal; empty when it cannot be read."""
    try:
        return read_card(folder_in_use(None))
    except BrokenModel:
        return {}


def _named(words: Translator) -> dict[str, str]:
    return {key: words.gettext(said) for key, said in FIGURES.items()}


def _drawn(found: list[Week], words: Translator) -> list[Drawn]:
    starts = [week.start for week in found]
    made = []
    for measure, name in MEASURES.items():
        shares: list[float | None] = [getattr(week, measure) for week in found]
        # Drawn by us from numbers and dates; nobody typed any of it.
        made.append(Drawn(words.gettext(name), Markup(share_svg(starts, shares)), shares))  # noqa: S704
    return made
