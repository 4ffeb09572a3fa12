"""Says in plain words what a heat map shows."""

from dataclasses import dataclass
from datetime import date, datetime

from babel.dates import format_date, format_skeleton
from sqlalchemy import select, tuple_
from sqlalchemy.orm import Session

from geo_portal.city.facts import CityFacts
from geo_portal.city.tables import Jurisdiction
from geo_portal.complaints.find import ComplaintFilter
from geo_portal.insights.days import first_day, last_day, whole_month
from geo_portal.insights.heat_change import spans
from geo_portal.insights.heat_method import MEASURES, HeatMethod
from geo_portal.insights.heat_sentences import said_by, sentence
from geo_portal.insights.heatmap import HeatMap
from geo_portal.translation import N_, Translator

_LIGHTS = {
    "waiting": N_("Waiting"),
    "progress": N_("In progress"),
    "done": N_("Fixed"),
    "closed": N_("Closed without a fix"),
}
# Measures for which each complaint must be looked at; sensitive ones never are.
_ONE_BY_ONE = frozenset({"days", "satisfaction", "adjusted"})
_NOTHING = {
    "count": N_("No report is like that, so there is nothing to show."),
    "hotspots": N_("Nothing stands out from chance: there are neither hot nor cold spots."),
    "satisfaction": N_("Nobody has rated a fix of such a report yet."),
    "adjusted": N_("No such problem was reported twice, so nothing tells who reports how readily."),
}


@dataclass(frozen=True)
class HeatWords:
    """What stands on and beside a heat map, in one language."""

    title: str
    sentence: str
    notes: list[str]
    source: str


def heat_words(
    session: Session,
    wanted: ComplaintFilter,
    found: HeatMap,
    city: CityFacts,
    words: Translator,
    now: datetime,
    method: HeatMethod | None = None,
) -> HeatWords:
    """The title, a sentence on the method, what must be known to read it, and the source line."""
    _ = words.gettext
    if found.measure == "change":
        wanted = spans(wanted, now)[0]
    source = _("Source: {city}, reports filed with the portal, as of {moment}. Borders: {edition}.")
    return HeatWords(
        title=_title(found, _selected(session, wanted, city, words), words),
        sentence=sentence(found, words, method.bandwidth_m if method else None),
        notes=[
            *_notes(found, words, sensitive=may_be_sensitive(wanted, city)),
            *said_by(found, words),
        ],
        source=source.format(
            city=city.name(words.lang),
            moment=words.full_moment(now, city.timezone),
            edition=city.edition.name if city.edition else "–",
        ),
    )


def _title(found: HeatMap, selected: list[str], words: Translator) -> str:
    told = ", ".join(selected)
    if found.measure == "count":
        return told
    return f"{told}: {words.gettext(MEASURES[found.measure])}"


def _selected(
    session: Session, wanted: ComplaintFilter, city: CityFacts, words: Translator
) -> list[str]:
    _ = words.gettext
    kinds = [city.categories[code].name(words.lang) for code in wanted.categories]
    told = [" + ".join(kinds) if kinds else _("All reports")]
    told += [city.departments[code].name(words.lang) for code in wanted.departments]
    told += _area_names(session, wanted)
    told += [_(_LIGHTS[light]) for light in wanted.lights]
    if wanted.words:
        told.append(f"“{wanted.words}”")
    span = _span(wanted, city, words)
    return [*told, span] if span else told


def _area_names(session: Session, wanted: ComplaintFilter) -> list[str]:
    if not wanted.areas:
        return []
    pairs = [tuple(area.split(":", 1)) for area in wanted.areas]
    rows = session.execute(
        select(Jurisdiction.level, Jurisdiction.code, Jurisdiction.name)
        .where(tuple_(Jurisdiction.level, Jurisdiction.code).in_(pairs))
        .order_by(Jurisdiction.edition_id)
    )
    names = {(level, code): name for level, code, name in rows}
    return [names[level, code] for level, code in pairs]


def _span(wanted: ComplaintFilter, city: CityFacts, words: Translator) -> str:
    def said(day: date) -> str:
        return format_date(day, "medium", locale=words.locale)

    if month := whole_month(wanted, city.timezone):
        return format_skeleton("yMMMM", month.first, locale=words.locale)
    first, last = first_day(wanted, city.timezone), last_day(wanted, city.timezone)
    if first and last:
        return said(first) if first == last else f"{said(first)} – {said(last)}"
    if first:
        return words.gettext("since {day}").format(day=said(first))
    return words.gettext("until {day}").format(day=said(last)) if last else ""


def may_be_sensitive(wanted: ComplaintFilter, city: CityFacts) -> bool:
    """Whether complaints of sensitive kinds are among what is chosen."""
    kinds = wanted.categories or tuple(city.categories)
    return not wanted.words and any(city.categories[code].sensitive for code in kinds)


def _notes(found: HeatMap, words: Translator, *, sensitive: bool) -> list[str]:
    notes = []
    if not found.cells:
        notes.append(words.gettext(_NOTHING.get(found.measure, _NOTHING["count"])))
    if found.cell_m > found.wanted_m:
        notes.append(
            words.gettext("Squares of {size} would be too many here, so they are larger.").format(
                size=words.metres(found.wanted_m)
            )
        )
    if sensitive and (found.shape == "hexagon" or found.measure in _ONE_BY_ONE):
        notes.append(words.gettext("Reports of sensitive kinds are left out of this map."))
    elif sensitive and found.left_out is None:
        notes.append(
            words.gettext(
                "Reports of sensitive kinds are only counted where five or more lie within 250 m,"
                " and never by exact days or by words."
            )
        )
    elif found.left_out:
        notes.append(
            words.ngettext(
                "{number} report of a sensitive kind is left out: fewer than five in its square.",
                "{number} reports of sensitive kinds are left out: fewer than five in their square.",  # noqa: E501
                found.left_out,
            ).format(number=words.number(found.left_out))
        )
    if not found.complete:
        notes.append(
            words.gettext("There was too much to look through; a narrower choice shows everything.")
        )
    return notes
