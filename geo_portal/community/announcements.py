"""What departments announce to an area: written, shown while it holds, told to who follows it."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import select, text
from sqlalchemy.orm import Session

from geo_portal import jobs
from geo_portal.accounts.people import Person
from geo_portal.accounts.permissions import CaseScope, Operation, require
from geo_portal.city.facts import CityFacts
from geo_portal.city.gazetteer import area as find_area
from geo_portal.city.tables import Jurisdiction
from geo_portal.community.announcement_tables import Announcement
from geo_portal.community.hearing import Hears
from geo_portal.database import AnyRow
from geo_portal.errors import Invalid, NotFound
from geo_portal.geometry import LonLat

LONGEST_TITLE, LONGEST_WORDS = 120, 2_000  # characters
LONGEST_TIME = timedelta(days=92)
MOST_SHOWN = 20


@dataclass(frozen=True)
class NewAnnouncement:
    """What is to be announced; without a department by the city, without an area to everybody."""

    title: str
    words: str
    begins_at: datetime
    ends_at: datetime
    department: str | None = None
    area: tuple[str, str] | None = None


def announce(
    session: Session, city: CityFacts, who: Person, new: NewAnnouncement, now: datetime
) -> Announcement:
    """Keep it, with the job that tells the area's followers when it begins.

    Raises `Invalid` for what is empty, too long or over, `NotFound` and `NotAllowed`.
    """
    areas = _with_those_around(session, city, new.area)
    require(who, Operation.ANNOUNCE, CaseScope(new.department, areas=areas))
    title, words = _checked(city, new, now)
    place = find_area(session, city, *new.area) if new.area else None
    level, code = new.area or (None, None)
    made = Announcement(
        department_code=new.department,
        area_level=level,
        area_code=code,
        area_name=place.name if place else None,
        shape=session.get_one(Jurisdiction, place.id).border if place else None,
        title=title,
        words=words,
        begins_at=new.begins_at,
        ends_at=new.ends_at,
        written_at=now,
        written_by=who.id,
    )
    session.add(made)
    session.flush()
    jobs.defer(session, "tell_announcement", at=max(new.begins_at, now), number=made.id)
    return made


def take_back(session: Session, city: CityFacts, who: Person, number: int, now: datetime) -> None:
    """Show it no more, and tell nobody who was not told; raises `NotFound` and `NotAllowed`."""
    found = session.get(Announcement, number, with_for_update=True)
    if found is None:
        raise NotFound("There is no such announcement.")
    area = (found.area_level, found.area_code) if found.area_level and found.area_code else None
    areas = _with_those_around(session, city, area)
    require(who, Operation.ANNOUNCE, CaseScope(found.department_code, areas=areas))
    found.taken_back_at = found.taken_back_at or now
    session.flush()


def _with_those_around(
    session: Session, city: CityFacts, area: tuple[str, str] | None
) -> tuple[tuple[str, str], ...]:
    """An area and all that it lies in: who heads a district may speak to its wards."""
    if area is None:
        return ()
    found = find_area(session, city, *area)
    above = (found.parent_level, found.parent_code) if found.parent_code else None
    return (area, *_with_those_around(session, city, above))


def _checked(city: CityFacts, new: NewAnnouncement, now: datetime) -> tuple[str, str]:
    title = " ".join(new.title.split())
    words = new.words.replace("\0", "").replace("\r\n", "\n").strip()
    for said, field, most in (
        (title, "title", LONGEST_TITLE),
        (words, "words", LONGEST_WORDS),
    ):
        if not 0 < len(said) <= most:
            raise Invalid("Please write 1 to {most} characters.", field=field, most=most)
    if not max(now, new.begins_at) < new.ends_at <= new.begins_at + LONGEST_TIME:
        raise Invalid(
            "It must end after it begins, in the future, and hold for {days} days at most.",
            field="ends_at",
            days=LONGEST_TIME.days,
        )
    known = city.departments.get(new.department or "")
    if new.department and (known is None or not known.active):
        raise Invalid(
            "There is no department “{code}”.", field="department", code=new.department[:40]
        )
    return title, words


_HOLDING = """
    SELECT announced.id, department_code, area_level, area_code, area_name, title, words,
        begins_at, ends_at
    FROM announcements AS announced
    WHERE taken_back_at IS NULL AND ends_at > :now AND begins_at <= :now {where}
    ORDER BY begins_at DESC, announced.id DESC LIMIT :most
"""
_EVERYWHERE = text(_HOLDING.format(where=""))
_AT_PLACE = text(
    _HOLDING.format(
        where="AND (shape IS NULL OR ST_Covers(shape, ST_SetSRID(ST_MakePoint(:lon, :lat), 4326)))"
    )
)
# What is told to a part of it, and to what it is a part of; not to those who only share a border.
_IN_AREA = text(
    _HOLDING.format(
        where="AND (shape IS NULL OR EXISTS ("
        "SELECT FROM jurisdictions AS area WHERE area.id = :area"
        " AND ST_Intersects(shape, area.border) AND NOT ST_Touches(shape, area.border)))"
    )
)


def holding(session: Session, now: datetime, most: int = MOST_SHOWN) -> list[AnyRow]:
    """Everything that is announced now, the newest first."""
    return list(session.execute(_EVERYWHERE, {"now": now, "most": most}))


def holding_at(session: Session, place: LonLat, now: datetime) -> list[AnyRow]:
    """What is announced now to a place."""
    asked = {"now": now, "most": MOST_SHOWN, "lon": place.lon, "lat": place.lat}
    return list(session.execute(_AT_PLACE, asked))


def holding_in(session: Session, area_id: int, now: datetime) -> list[AnyRow]:
    """What is announced now to an area, to a part of it or to what it is a part of."""
    asked = {"now": now, "most": MOST_SHOWN, "area": area_id}
    return list(session.execute(_IN_AREA, asked))


def written_lately(session: Session, who: Person, now: datetime) -> list[Announcement]:
    """What is not over yet, also what begins later, for the desk; raises `NotAllowed`."""
    if "head" not in {one.role for one in who.memberships}:
        require(who, Operation.ANNOUNCE)
    asked = select(Announcement).where(
        Announcement.taken_back_at.is_(None), Announcement.ends_at > now
    )
    return list(session.scalars(asked.order_by(Announcement.begins_at.desc()).limit(100)))


_AUDIENCE = text("""
    SELECT DISTINCT ON (wish.person_id) wish.id AS number, wish.name, wish.person_id, person.email,
        person.language, false AS by_kind
    FROM announcements AS announced
    JOIN subscriptions AS wish ON wish.left_at IS NULL AND wish.shape IS NOT NULL
        AND wish.category_code IS NULL AND (announced.shape IS NULL
            OR ST_Intersects(wish.shape, announced.shape)
            AND NOT ST_Touches(wish.shape, announced.shape))
    JOIN people AS person ON person.id = wish.person_id AND person.active
    WHERE announced.id = :number AND wish.person_id <> announced.written_by
        AND wish.person_id > :after
    ORDER BY wish.person_id, wish.id LIMIT :most
""")


def audience(session: Session, number: int, *, after: int = 0, most: int) -> list[Hears]:
    """Who follows a place that it is told to, a person once and by number; not who wrote it.

    At most `most`, beginning with the first person after number `after`. Who follows one kind of
    problem only did not ask for it.
    """
    asked = {"number": number, "after": after, "most": most}
    return [Hears(*row) for row in session.execute(_AUDIENCE, asked)]
