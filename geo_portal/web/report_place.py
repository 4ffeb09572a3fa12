"""Finds the place that a report form means: the pin, typed numbers, a name, a street or an area."""

from dataclasses import dataclass, replace

from sqlalchemy.orm import Session

from geo_portal.city.facts import CityFacts
from geo_portal.city.gazetteer import area, streets_in
from geo_portal.city.given_place import given_place
from geo_portal.city.place_search import FoundPlace, search_places
from geo_portal.errors import Invalid, NotFound, Refused
from geo_portal.geometry import LonLat
from geo_portal.web.report_form import ReportForm

# A street or landmark is drawn as one point, and the problem lies somewhere along it.
STREET_ACCURACY_M = 100.0


class NoPlace(Invalid):
    """No pin, no numbers, no name and no area."""


@dataclass(frozen=True)
class Meant:
    """The place of a report; `address` is how it was given in words, `area` as level:code."""

    place: LonLat
    accuracy_m: float | None
    address: str | None = None
    area: str | None = None


@dataclass(frozen=True)
class Sought:
    """What came of looking: the place, or the mistake, or several places to choose from."""

    meant: Meant | None = None
    mistake: Refused | None = None
    choices: tuple[FoundPlace, ...] = ()


def sought(session: Session, city: CityFacts, form: ReportForm) -> Sought:
    """The place that `form` means; the pin wins over names, a street over its area."""
    try:
        if form.lon or form.lat:
            return Sought(_from_numbers(session, form))
        if form.street or form.area:
            return Sought(_from_area(session, city, form))
    except Refused as mistake:
        return Sought(mistake=mistake)
    if form.q:
        return _from_name(session, form.q)
    return Sought(mistake=NoPlace("Please say where it is.", field="place"))


def _from_numbers(session: Session, form: ReportForm) -> Meant:
    accuracy_m = number(form.accuracy_m, "accuracy_m") if form.accuracy_m else None
    lon, lat = number(form.lon, "lon"), number(form.lat, "lat")
    return Meant(given_place(session, lon, lat), accuracy_m)


def number(typed: str, field: str) -> float:
    """A number as people type it, with a comma or a point."""
    try:
        return float(typed.replace(",", ".").replace("−", "-"))
    except ValueError:
        raise Invalid(
            "“{typed}” is not a number such as 108.0312.", field=field, typed=typed
        ) from None


def _from_area(session: Session, city: CityFacts, form: ReportForm) -> Meant:
    level, _, code = form.area.partition(":")
    if form.street and (street := _street(session, city, level, code, form.street)):
        return replace(street, area=form.area)
    try:
        found = area(session, city, level, code)
    except NotFound as missing:
        raise Invalid(missing.sentence, field="place", **missing.facts) from None
    return Meant(LonLat(found.lon, found.lat), round(found.radius_m), found.name, form.area)


def _street(session: Session, city: CityFacts, level: str, code: str, street: str) -> Meant | None:
    known = {str(row.id): row for row in streets_in(session, city, level, code)}
    row = known.get(street)
    return Meant(LonLat(row.lon, row.lat), STREET_ACCURACY_M, row.name) if row else None


def _from_name(session: Session, name: str) -> Sought:
    found = search_places(session, name)
    exact = [place for place in found if place.name.casefold() == name.casefold()]
    if len(exact) == 1 or len(found) == 1:
        place = (exact or found)[0]
        return Sought(Meant(LonLat(place.lon, place.lat), STREET_ACCURACY_M, place.name))
    if found:
        mistake = NoPlace("Several places are called like that. Which one is it?", field="place")
        return Sought(mistake=mistake, choices=tuple(found))
    mistake = NoPlace(
        "We know no place called “{name}”. Try a street nearby, or choose an area.",
        field="place",
        name=name,
    )
    return Sought(mistake=mistake)
