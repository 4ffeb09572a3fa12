"""Announcements as messages to those who follow the area, by the ways that they chose."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from geo_portal.city.facts import CityFacts, facts
from geo_portal.community.announcement_tables import Announcement
from geo_portal.community.announcements import audience
from geo_portal.community.hearing import Hears, leave_path
from geo_portal.notifications.layout import Part, as_html, as_text, in_brief, one_line
from geo_portal.notifications.recipients import SUBSCRIBER, Addressee
from geo_portal.notifications.ways import all_ways
from geo_portal.outbox import EMAIL, INBOX, Letter
from geo_portal.routing.reasons import department_name
from geo_portal.settings import settings
from geo_portal.translation import translator

# So many are written in one transaction, and sent within seconds.
TOLD_TOGETHER = 100


@dataclass(frozen=True)
class Told:
    """The letters to some of those who are to hear, and the last of them; None: nobody is left."""

    letters: list[Letter]
    last: int | None


def announcing(session: Session, number: int, now: datetime, after: int = 0) -> Told:
    """The letters about an announcement to the next readers, beginning after person `after`.

    None when it was taken back or is over, also while others have been told already.
    """
    told = session.get(Announcement, number)
    if told is None or told.taken_back_at is not None or told.ends_at <= now:
        return Told([], None)
    city = facts(session)
    hearing = audience(session, number, after=after, most=TOLD_TOGETHER)
    meant = [_meant(told, who, city) for who in hearing]
    last = hearing[-1].person_id if len(hearing) == TOLD_TOGETHER else None
    return Told(all_ways(session, meant, now, city.timezone), last)


def _meant(told: Announcement, who: Hears, city: CityFacts) -> tuple[Addressee, Letter]:
    part = _part(told, who, city)
    brief = in_brief(part, part.title)
    channel = EMAIL if who.email else INBOX
    address = who.email or f"person:{who.person_id}"
    reader = Addressee(SUBSCRIBER, address, who.language, who.person_id, channel=channel)
    letter = Letter(
        kind="announcement",
        channel=channel,
        recipient=address,
        subject=one_line(part.title),
        text=as_text(part),
        html=as_html(part, who.language, city.name(who.language)),
        language=who.language,
        unsubscribe=part.leave[1] if part.leave else None,
        dedup_key=f"announcement:{told.id}:{address.lower()}",
        person_id=who.person_id,
        facts={
            "url": part.links[0][1],
            "path": f"/announcements#announcement-{told.id}",
            "brief": brief,
        },
    )
    return reader, letter


def _part(told: Announcement, who: Hears, city: CityFacts) -> Part:
    words = translator(who.language)
    base = settings().public_url.rstrip("/")
    by = (
        department_name(city, told.department_code, words.gettext, words.lang)
        if told.department_code
        else city.name(words.lang)
    )
    until = words.gettext("Holds until {moment}.")
    because = words.gettext("You get this because you follow “{name}”.").format(name=who.name)
    return Part(
        title=f"{by}: {told.title}",
        says=f"{told.words}\n\n"
        + until.format(moment=words.full_moment(told.ends_at, city.timezone)),
        quote=None,
        links=(
            (words.gettext("All announcements"), f"{base}/announcements#announcement-{told.id}"),
        ),
        about=" · ".join(name for name in (by, told.area_name) if name),
        because=because,
        leave=(words.gettext("Stop these messages"), f"{base}{leave_path(who.number)}"),
    )
