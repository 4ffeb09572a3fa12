"""What a page shows of a complaint: names instead of codes, and nothing that is withheld."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from geo_portal.city.facts import CityFacts
from geo_portal.complaints.find import areas_of
from geo_portal.complaints.public import PublicComplaint, public
from geo_portal.database import AnyRow
from geo_portal.routing.reasons import category_name, department_name
from geo_portal.translation import Translator


@dataclass(frozen=True)
class Shown:
    """A complaint in the reader's language; `words` is empty for sensitive ones."""

    code: str
    light: str
    category: str
    department: str
    office: str
    words: str
    area: str
    submitted_at: datetime
    due_at: datetime | None
    overdue: bool
    photo: str | None
    seen: PublicComplaint

    @property
    def url(self) -> str:
        return f"/c/{self.code}"


def shown(
    session: Session, rows: list[AnyRow], city: CityFacts, words: Translator, now: datetime
) -> list[Shown]:
    """Rows of `complaints.find.listing`, ready for a page, in their order."""
    finest = {row.jurisdiction_ids[-1] for row in rows if row.jurisdiction_ids}
    names = {area.id: area.name for area in areas_of(session, list(finest))}
    return [_shown(public(row), names, city, words, now) for row in rows]


def _shown(
    seen: PublicComplaint,
    area_names: dict[int, str],
    city: CityFacts,
    words: Translator,
    now: datetime,
) -> Shown:
    translate, lang = words.gettext, words.lang
    return Shown(
        code=seen.code,
        light=seen.light,
        category=category_name(city, seen.category, translate, lang),
        department=department_name(city, seen.department, translate, lang),
        office=department_name(city, seen.office, translate, lang) if seen.office else "",
        words=seen.description or "",
        area=area_names.get(seen.area_ids[-1], "") if seen.area_ids else "",
        submitted_at=seen.submitted_at,
        due_at=seen.due_at,
        overdue=seen.is_overdue(now),
        photo=photo_url(seen.photo_key, "small"),
        seen=seen,
    )


def photo_url(key: str | None, size: str) -> str | None:
    """Where a photo is served, the `small` one as WebP; None for no photo."""
    return f"/photos/{key}/{'small.webp' if size == 'small' else 'large.jpg'}" if key else None
