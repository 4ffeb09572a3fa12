"""Reads what a call asks for: places, spans of time, pages and filters."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

from sqlalchemy.orm import Session

from geo_portal.city.facts import CityFacts
from geo_portal.city.given_place import given_place
from geo_portal.complaints.codes import read_code
from geo_portal.errors import Invalid, Mistakes, NotFound, Refused
from geo_portal.exchange.requests import MOST, Wanted
from geo_portal.geometry import Box, LonLat
from geo_portal.open311.given import Given
from geo_portal.translation import N_

LONGEST_SPAN = timedelta(days=90)
USUAL_PAGE, LARGEST_PAGE = 50, 500
FARTHEST_M = 50_000
PAGING = ("page", "page_size", "per_page", "limit", "offset")
SORTS = ("requested_datetime", "updated_datetime")


class WrongParameter(Invalid):
    """A parameter that cannot be used as it is."""


def number(given: Given, name: str) -> float | None:
    """A number; None when it is not given."""
    typed = given.one(name)
    if typed is None:
        return None
    try:
        return float(typed)
    except ValueError:
        sentence = N_("{name} must be a number such as 12.5.")
        raise WrongParameter(sentence, field=name, name=name) from None


def whole(given: Given, name: str, *, least: int, most: int) -> int | None:
    """A whole number within limits; None when it is not given."""
    typed = given.one(name)
    if typed is None:
        return None
    if not (typed.isascii() and typed.isdigit() and least <= int(typed[:12]) <= most):
        sentence = N_("{name} must be a whole number from {least} to {most}.")
        raise WrongParameter(sentence, field=name, name=name, least=least, most=most)
    return int(typed)


def place_of(session: Session, given: Given) -> LonLat | None:
    """`lat` and `long`, EPSG:4326 degrees; None without both. Raises for one without the other."""
    lat, long = number(given, "lat"), number(given, "long")
    if lat is None and long is None:
        return None
    if lat is None or long is None:
        missing = "lat" if lat is None else "long"
        raise WrongParameter(
            "lat and long belong together; {name} is missing.", field=missing, name=missing
        )
    return given_place(session, long, lat)


def moment_of(given: Given, name: str) -> datetime | None:
    """A moment with its zone; None when it is not given.

    A + that was not escaped has become a blank on its way.
    """
    typed = given.one(name)
    if typed is None:
        return None
    try:
        told = datetime.fromisoformat(typed.replace(" ", "+") if "T" in typed else typed)
        # PostgreSQL knows no offsets of sixteen hours and more.
        found = told.astimezone(UTC) if told.tzinfo else None
    except (ValueError, OverflowError):
        found = None
    if found is None:
        raise WrongParameter(
            "{name} must be a moment with its zone, such as 2026-01-31T12:00:00Z.",
            field=name,
            name=name,
        )
    return found


def span_of(
    given: Given, now: datetime, longest: timedelta = LONGEST_SPAN
) -> tuple[datetime, datetime]:
    """`start_date` and `end_date`; what is missing of them is filled up to the longest span."""
    start, end = moment_of(given, "start_date"), moment_of(given, "end_date")
    try:
        end = end or (min(start + longest, max(now, start)) if start else now)
        start = start or end - longest
        too_long = end - start > longest
    except OverflowError:
        too_long = True
    if too_long or start is None or end is None:
        raise WrongParameter(
            "The span from start_date to end_date may have {days} days at most.",
            field="end_date",
            days=longest.days,
        )
    if start > end:
        raise WrongParameter("start_date must not come after end_date.", field="end_date")
    return start, end


def wanted_requests(
    session: Session,
    city: CityFacts,
    given: Given,
    now: datetime,
    longest: timedelta = LONGEST_SPAN,
) -> Wanted:
    """Which requests a call asks for; raises `ManyInvalid` with everything that is wrong.

    Ids override all other filters; unknown services are refused with `NotFound`.
    """
    if codes := given.listed("service_request_id"):
        known = tuple(code for one in codes if (code := read_code(one)))
        # An id that cannot be one of ours finds nothing; it must not find everything.
        return Wanted(codes=known or ("-",))
    for code in given.listed("service_code"):
        if code not in city.categories:
            raise NotFound("There is no service “{code}” here.", code=code[:80])
    mistakes, wanted = Mistakes(), Wanted(categories=given.listed("service_code"))
    for read in (_span, _changed, _kinds, _places, _order, _page):
        try:
            wanted = read(session, city, given, wanted, now, longest)
        except Refused as mistake:
            mistakes.add(mistake)
    mistakes.refuse_if_any()
    return wanted


def _span(
    _s: Session, _c: CityFacts, given: Given, wanted: Wanted, now: datetime, longest: timedelta
) -> Wanted:
    """Who asks what changed asks it of all requests, unless a span is named too."""
    asks_for_changes = given.one("updated_after") or given.one("updated_before")
    if asks_for_changes and not (given.one("start_date") or given.one("end_date")):
        return wanted
    start, end = span_of(given, now, longest)
    return replace(wanted, since=start, until=end)


def _changed(
    _s: Session, _c: CityFacts, given: Given, wanted: Wanted, _n: datetime, _l: timedelta
) -> Wanted:
    after, before = moment_of(given, "updated_after"), moment_of(given, "updated_before")
    return replace(wanted, changed_since=after, changed_until=before)


def _kinds(
    _s: Session, city: CityFacts, given: Given, wanted: Wanted, _n: datetime, _l: timedelta
) -> Wanted:
    statuses = {one.lower() for one in given.listed("status")}
    if statuses - {"open", "closed"}:
        raise WrongParameter("status is open, closed or both.", field="status")
    department = given.one("agency_responsible")
    if department and department not in city.departments:
        raise WrongParameter(
            "There is no department “{code}”.", field="agency_responsible", code=department[:80]
        )
    return replace(
        wanted,
        is_open="open" in statuses if len(statuses) == 1 else None,
        department=department,
        words=(given.one("q") or given.one("search") or "")[:200],
        has_photo=given.says_yes("has_photo") if given.one("has_photo") else None,
    )


def _places(
    session: Session, _c: CityFacts, given: Given, wanted: Wanted, _n: datetime, _l: timedelta
) -> Wanted:
    box, place, radius_m = given.one("bbox"), place_of(session, given), number(given, "radius")
    if place is not None and radius_m is None:
        raise WrongParameter("lat and long need a radius in metres.", field="radius")
    if radius_m is not None and (place is None or not 0 < radius_m <= FARTHEST_M):
        raise WrongParameter(
            "radius is up to {limit} metres around lat and long.", field="radius", limit=FARTHEST_M
        )
    near = (place, radius_m) if place is not None and radius_m is not None else None
    return replace(wanted, box=Box.parse(box) if box else None, near=near)


def _order(
    _s: Session, _c: CityFacts, given: Given, wanted: Wanted, _n: datetime, _l: timedelta
) -> Wanted:
    typed = given.one("order_by") or given.one("sort")
    if typed is None:
        return wanted
    column = typed.lstrip("-")
    if column not in SORTS:
        raise WrongParameter(
            "order_by is one of {known}, with a - in front for the newest first.",
            field="order_by",
            known=", ".join(SORTS),
        )
    return replace(
        wanted, by_change=column == "updated_datetime", newest_first=typed.startswith("-")
    )


def _page(
    _s: Session, _c: CityFacts, given: Given, wanted: Wanted, _n: datetime, _l: timedelta
) -> Wanted:
    if not any(given.one(name) for name in PAGING):
        return wanted
    size = (
        whole(given, "page_size", least=1, most=LARGEST_PAGE)
        or whole(given, "per_page", least=1, most=LARGEST_PAGE)
        or whole(given, "limit", least=1, most=MOST)
        or USUAL_PAGE
    )
    page = whole(given, "page", least=1, most=1_000_000) or 1
    offset = whole(given, "offset", least=0, most=100_000_000)
    return replace(wanted, limit=size, offset=(page - 1) * size if offset is None else offset)
