"""Says in plain words what a heat map shows, and how to make it again."""

from dataclasses import dataclass
from datetime import date, datetime, time
from urllib.parse import urlencode
from zoneinfo import ZoneInfo

from babel.dates import format_date, format_skeleton
from sqlalchemy import select, tuple_
from sqlalchemy.orm import Session

from geo_portal.city.facts import CityFacts
from geo_portal.city.tables import Jurisdiction
from geo_portal.complaints.find import ComplaintFilter
from geo_portal.insights.days import first_day, last_day, whole_month
from geo_portal.insights.heatmap import HeatMap
from geo_portal.translation import N_, Translator

_LIGHTS = {
    "waiting": N_("Waiting"),
    "progress": N_("In progress"),
    "done": N_("Fixed"),
    "closed": N_("Closed without a fix"),
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
) -> HeatWords:
    """The title, a sentence on the method, what must be known to read it, and the source line."""
    _ = words.gettext
    source = _("Source: {city}, reports filed with the portal, as of {moment}. Borders: {edition}.")
    return HeatWords(
        title=", ".join(_selected(session, wanted, city, words)),
        sentence=_sentence(found, words),
        notes=_notes(found, words, sensitive=_may_be_sensitive(wanted, city)),
        source=source.format(
            city=city.name(words.lang),
            moment=words.full_moment(now, city.timezone),
            edition=city.edition.name if city.edition else "–",
        ),
    )


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


def _sentence(found: HeatMap, words: Translator) -> str:
    cells = len(found.cells)
    reports = words.ngettext("{number} report", "{number} reports", found.total)
    squares = words.ngettext("{number} square of {size}", "{number} squares of {size}", cells)
    return words.gettext("{reports} in {squares}, by where the pin lies.").format(
        reports=reports.format(number=words.number(found.total)),
        squares=squares.format(number=words.number(cells), size=words.metres(found.cell_m)),
    )


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


def _may_be_sensitive(wanted: ComplaintFilter, city: CityFacts) -> bool:
    kinds = wanted.categories or tuple(city.categories)
    return not wanted.words and any(city.categories[code].sensitive for code in kinds)


def _notes(found: HeatMap, words: Translator, *, sensitive: bool) -> list[str]:
    notes = []
    if not found.cells:
        notes.append(words.gettext("No report is like that, so there is nothing to show."))
    if found.cell_m > found.wanted_m:
        notes.append(
            words.gettext("Squares of {size} would be too many here, so they are larger.").format(
                size=words.metres(found.wanted_m)
            )
        )
    if sensitive and found.left_out is None:
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


def class_words(lower: list[float], most: float, speaker: Translator) -> list[str]:
    """ "1–4", "5–11", "12–30": what each class holds; the last one ends at `most`."""
    ends = [*(limit - 1 for limit in lower[1:]), most] if lower else []
    return [
        speaker.number(low) if low >= high else f"{speaker.number(low)}–{speaker.number(high)}"
        for low, high in zip(lower, ends, strict=True)
    ]


def asked_for(wanted: ComplaintFilter, cell_m: int) -> dict[str, str]:
    """The parameters that make the same heat map again; empty ones are left out."""
    told = {
        "category": ",".join(wanted.categories),
        "department": ",".join(wanted.departments),
        "area": ",".join(wanted.areas),
        "light": ",".join(wanted.lights),
        "since": wanted.since.isoformat() if wanted.since else "",
        "until": wanted.until.isoformat() if wanted.until else "",
        "q": wanted.words or "",
        "cell_m": str(cell_m),
    }
    return {name: value for name, value in told.items() if value}


def recipe_url(public_url: str, wanted: ComplaintFilter, cell_m: int, zone: ZoneInfo) -> str:
    """The address of the page that shows the same."""
    return f"{public_url.rstrip('/')}/heatmap?{urlencode(_as_typed(wanted, cell_m, zone))}"


def recipe_command(wanted: ComplaintFilter, cell_m: int, zone: ZoneInfo) -> str:
    """The command that writes the same."""
    options = _as_typed(wanted, cell_m, zone)
    options["words"] = options.pop("q", "")
    told = [
        f"--{name.replace('_', '-')} {_quoted(value)}" for name, value in options.items() if value
    ]
    return " ".join(["geo-portal heatmap --out heatmap.html", *told])


def _as_typed(wanted: ComplaintFilter, cell_m: int, zone: ZoneInfo) -> dict[str, str]:
    """The parameters as people would type them: whole days as days, the last one included."""
    told = asked_for(wanted, cell_m)
    if wanted.since and _is_midnight(wanted.since, zone):
        told["since"] = str(first_day(wanted, zone))
    if wanted.until and _is_midnight(wanted.until, zone):
        told["until"] = str(last_day(wanted, zone))
    return told


def _is_midnight(moment: datetime, zone: ZoneInfo) -> bool:
    return moment.astimezone(zone).time() == time.min


def _quoted(value: str) -> str:
    plain = value.replace("_", "").replace(".", "").replace("-", "").replace(",", "").isalnum()
    return value if plain else "'" + value.replace("'", "'\\''") + "'"
