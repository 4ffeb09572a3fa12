"""The card "Where it will go": who would get this report, why, by when, and what is nearby."""

from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy.orm import Session

from geo_portal.city.facts import CategoryFacts, CityFacts
from geo_portal.city.given_place import refuse_slip
from geo_portal.city.jurisdictions import Area, containing
from geo_portal.community.supports import numbers_of
from geo_portal.complaints.deadlines import Deadlines, deadlines_of
from geo_portal.complaints.duplicates import Similar, similar_nearby
from geo_portal.complaints.personal_data import masked, personal_data
from geo_portal.complaints.submit import readable
from geo_portal.complaints.tables import LONGEST_DESCRIPTION
from geo_portal.errors import Refused
from geo_portal.geometry import LonLat
from geo_portal.insights.eta import Eta, eta
from geo_portal.routing.danger import speaks_of_danger
from geo_portal.routing.reasons import category_name, sentence, sureness
from geo_portal.routing.route import Route, find_route, suggest
from geo_portal.routing.settle import UnknownSide
from geo_portal.translation import Translator
from geo_portal.web.personal_words import KINDS
from geo_portal.web.place_question import PlaceQuestion, place_question
from geo_portal.web.report_form import ReportForm
from geo_portal.web.report_place import Meant, sought


@dataclass(frozen=True)
class Guess:
    """A category as a chip; `sure` is in words, empty for the one the citizen chose."""

    code: str
    name: str
    sure: str


@dataclass(frozen=True)
class Card:
    """Everything that can be said so far; `route` and `due` need both a place and some words."""

    danger: bool = False
    has_words: bool = False
    meant: Meant | None = None
    mistake: Refused | None = None
    areas: tuple[Area, ...] = ()
    route: Route | None = None
    category: CategoryFacts | None = None
    chosen: str = ""
    guesses: tuple[Guess, ...] = ()
    # Kind and sentence of each step of the way.
    reasons: tuple[tuple[str, str], ...] = ()
    due: Deadlines | None = None
    question: PlaceQuestion | None = None
    # Kinds of personal data in the text, and the text without them.
    personal: tuple[str, ...] = ()
    public_text: str = ""
    eta: Eta | None = None
    similar: tuple[Similar, ...] = field(default=())
    # How many stand behind each of them, by number.
    supports: dict[int, int] = field(default_factory=dict)


def card(
    session: Session, city: CityFacts, words: Translator, form: ReportForm, now: datetime
) -> Card:
    """The card for a form that is still being filled in; a mistake in it is said, never raised."""
    text = readable(form.description)[:LONGEST_DESCRIPTION]
    chosen = form.category if form.category in city.open_categories else ""
    meant, mistake = _meant(session, city, form)
    told = personal_data(text, city.country)
    known = Card(
        danger=speaks_of_danger(text),
        has_words=bool(text),
        mistake=mistake,
        chosen=chosen,
        personal=tuple(dict.fromkeys(words.gettext(KINDS[one.kind]) for one in told)),
        public_text=masked(text, told) if told else "",
    )
    if meant is None:
        guesses = _guesses(city, words, chosen, suggest(city, text) if text else ())
        return _with(known, guesses=guesses)
    areas = tuple(containing(session, meant.place))
    known = _with(known, meant=meant, areas=areas)
    if not areas and (slip := _slip(session, meant.place)):
        return _with(known, mistake=slip)
    if not text and not chosen:
        return known
    return _routed(session, city, words, form, known, text, now)


def _routed(
    session: Session,
    city: CityFacts,
    words: Translator,
    form: ReportForm,
    known: Card,
    text: str,
    now: datetime,
) -> Card:
    assert known.meant  # noqa: S101  Asked by the only caller.
    place = known.meant.place
    route = _answered_route(session, form, known, text, now)
    category = city.categories.get(route.category or "")
    steps = [{"kind": reason.kind, **reason.facts} for reason in route.reasons]
    similar = tuple(similar_nearby(session, place, route.category, text, now))
    said = ((s["kind"], sentence(s, city, words.gettext, words.lang)) for s in steps)
    return _with(
        known,
        route=route,
        question=place_question(route, form.place_answer, city, words),
        category=category,
        guesses=_guesses(city, words, known.chosen, route.suggestions),
        reasons=tuple((kind, told) for kind, told in said if told),
        due=deadlines_of(route, now),
        eta=eta(session, route.category, route.department, route.office),
        similar=similar,
        supports=numbers_of(session, [one.id for one in similar]),
    )


def _answered_route(
    session: Session, form: ReportForm, known: Card, text: str, now: datetime
) -> Route:
    """The route by the answer in the form; one to an earlier place of the pin no longer counts."""
    assert known.meant  # noqa: S101  Asked by the only caller.
    asked = known.meant.place, known.meant.accuracy_m, text, now, known.chosen or None
    try:
        return find_route(session, *asked, form.place_answer or known.meant.area)
    except UnknownSide:
        return find_route(session, *asked, known.meant.area)


def _with(known: Card, **more: object) -> Card:
    return Card(**{**vars(known), **more})


def _meant(
    session: Session, city: CityFacts, form: ReportForm
) -> tuple[Meant | None, Refused | None]:
    if not any((form.lon, form.lat, form.q, form.area, form.street)):
        return None, None
    found = sought(session, city, form)
    return found.meant, found.mistake


def _slip(session: Session, place: LonLat) -> Refused | None:
    """A place outside the city that is a known kind of slip."""
    try:
        refuse_slip(session, place)
    except Refused as slip:
        return slip
    return None


def _guesses(
    city: CityFacts, words: Translator, chosen: str, suggestions: tuple[object, ...]
) -> tuple[Guess, ...]:
    """The chips: what was chosen first, then the likeliest others."""
    found = [Guess(chosen, city.categories[chosen].name(words.lang), "")] if chosen else []
    for suggestion in suggestions:
        code = suggestion.category  # type: ignore[attr-defined]
        if code == chosen or code not in city.open_categories:
            continue
        name = category_name(city, code, words.gettext, words.lang)
        sure = sureness(suggestion.confidence, words.gettext)  # type: ignore[attr-defined]
        found.append(Guess(code, name, sure))
    return tuple(found)
