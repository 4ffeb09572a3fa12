"""Tells those who wanted to hear of it, by e-mail, of the unusual weeks that were found."""

from datetime import datetime

from sqlalchemy import select, tuple_
from sqlalchemy.orm import Session

from geo_portal.city.facts import CityFacts, facts
from geo_portal.city.tables import Jurisdiction
from geo_portal.insights.alerts import Told, find_unusual, to_tell
from geo_portal.insights.tables import Alert
from geo_portal.outbox import Letter, post_all
from geo_portal.routing.reasons import category_name
from geo_portal.settings import settings
from geo_portal.translation import Translator, translator

Names = dict[tuple[str, str], str]


def tell_unusual(session: Session, now: datetime) -> int:
    """Find unusual weeks and write the letters about the new ones; gives how many letters.

    May be done again: an alert is found once, and a letter about it is written once.
    """
    alerts = find_unusual(session, now)
    if not alerts:
        return 0
    city, names = facts(session), names_of(session, alerts)
    letters = [_letter(one, city, names) for one in to_tell(session, alerts)]
    return len(post_all(session, letters, now))


def names_of(session: Session, alerts: list[Alert]) -> Names:
    """The names of the areas of some alerts, by level and code."""
    wanted = {(one.level, one.area_code) for one in alerts}
    rows = session.execute(
        select(Jurisdiction.level, Jurisdiction.code, Jurisdiction.name).where(
            tuple_(Jurisdiction.level, Jurisdiction.code).in_(wanted)
        )
    )
    return {(row.level, row.code): row.name for row in rows}


def sentence(one: Alert, city: CityFacts, names: Names, words: Translator) -> str:
    """ "Potholes in Kelana: 24 reports, 4 times as many as usual (6)"."""
    return words.gettext(
        "{kind} in {area}: {seen} reports, {times} times the usual {usual}"
    ).format(
        kind=category_name(city, one.category_code, words.gettext, words.lang),
        area=names.get((one.level, one.area_code), one.area_code),
        seen=words.number(one.seen),
        times=words.number(round(one.seen / one.expected, 1)),
        usual=words.number(round(one.expected, 1)),
    )


def _letter(told: Told, city: CityFacts, names: Names) -> Letter:
    words = translator(told.language)
    said = [f"– {sentence(one, city, names, words)}" for one in told.alerts]
    address = f"{settings().public_url.rstrip('/')}/alerts"
    text = "\n\n".join(
        (
            words.gettext("Last week was unusual:"),
            "\n".join(said),
            f"{words.gettext('More, and how to hear no more of it:')}\n{address}",
        )
    )
    first = told.alerts[0]
    return Letter(
        kind="alert",
        recipient=told.email,
        subject=f"{city.name(words.lang)}: {sentence(first, city, names, words)}"[:150],
        text=f"{text}\n",
        language=words.lang,
        dedup_key=f"alert:{first.week}:{first.id}:{told.person_id}",
        person_id=told.person_id,
    )
