"""A row of the queue as the desk shows it: names instead of codes, and how the clock stands."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from geo_portal.accounts.people import Person
from geo_portal.city.facts import CityFacts
from geo_portal.complaints.find import areas_of
from geo_portal.database import AnyRow
from geo_portal.routing.reasons import category_name, department_name
from geo_portal.translation import Translator
from geo_portal.web.desk_words import STATES, Clock, clock_of
from geo_portal.web.shown import photo_url


@dataclass(frozen=True)
class ShownCase:
    """A case in the reader's language; `place` is its address or its finest area."""

    code: str
    version: int
    category: str
    office: str
    words: str
    place: str
    light: str
    state: str
    clock: Clock
    submitted_at: datetime
    urgent: bool
    sensitive: bool
    hops: int
    holder: str
    mine: bool
    photo: str | None
    lon: float
    lat: float


def shown_cases(
    session: Session,
    rows: list[AnyRow],
    city: CityFacts,
    who: Person,
    words: Translator,
    now: datetime,
) -> list[ShownCase]:
    """Rows of `inbox.queue.case_columns`, ready for a page, in their order."""
    finest = {row.jurisdiction_ids[-1] for row in rows if row.jurisdiction_ids}
    names = {area.id: area.name for area in areas_of(session, list(finest))}
    return [_shown(row, names, city, who, words, now) for row in rows]


def _shown(
    row: AnyRow,
    area_names: dict[int, str],
    city: CityFacts,
    who: Person,
    words: Translator,
    now: datetime,
) -> ShownCase:
    area = area_names.get(row.jurisdiction_ids[-1], "") if row.jurisdiction_ids else ""
    owner = row.office_code or row.department_code
    return ShownCase(
        code=row.code,
        version=row.version,
        category=category_name(city, row.category_code, words.gettext, words.lang),
        office=department_name(city, owner, words.gettext, words.lang),
        words=row.description,
        place=", ".join(part for part in (row.address, area) if part),
        light=row.light,
        state=words.gettext(STATES[row.status]),
        clock=clock_of(row, words, now),
        submitted_at=row.submitted_at,
        urgent=row.urgent,
        sensitive=row.sensitive,
        hops=row.hops,
        holder=row.assignee or row.team or "",
        mine=row.assignee_id == who.id,
        photo=photo_url(row.photo_key, "small"),
        lon=row.lon,
        lat=row.lat,
    )
