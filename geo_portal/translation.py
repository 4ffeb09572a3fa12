"""Says things in the reader's language: words by gettext, moments and amounts by Babel."""

import io
from datetime import date, datetime, timedelta, tzinfo
from functools import cache
from gettext import GNUTranslations, NullTranslations
from pathlib import Path

from babel import Locale
from babel.dates import (
    format_datetime,
    format_skeleton,
    format_time,
    format_timedelta,
    get_day_names,
)
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from babel.numbers import format_decimal, format_percent

from geo_portal.errors import Refused

CATALOGUES = Path(__file__).parent / "locale"
# Each language under its own name: whoever needs the switch cannot read the language shown.
LANGUAGES = {"en": "English", "id": "Bahasa Indonesia", "ur": "اردو"}
DEFAULT_LANGUAGE = "en"


def N_(msgid: str) -> str:  # noqa: N802  The name that gettext's tools look for.
    """Mark a sentence for the catalogues where it is written; it is translated where it is said."""
    return msgid


def direction(lang: str) -> str:
    """`rtl` or `ltr`, as the `dir` attribute wants it."""
    return "rtl" if lang in ("ar", "fa", "he", "ur") else "ltr"


def negotiated(accept_language: str, offered: tuple[str, ...] = tuple(LANGUAGES)) -> str:
    """The best of `offered` (first = default) for an Accept-Language header, however odd it is."""
    wishes = [wish.partition(";")[0].strip() for wish in accept_language[:500].split(",")]
    return next((w[:2].lower() for w in wishes if w[:2].lower() in offered), offered[0])


@cache
def translator(lang: str) -> "Translator":
    """The one translator of this process for a language; unknown ones speak English."""
    return Translator(lang if lang in LANGUAGES else DEFAULT_LANGUAGE)


class Translator:
    """Everything that depends on the reader's language. Moments are said in the zone given."""

    def __init__(self, lang: str) -> None:
        self.lang = lang
        self.direction = direction(lang)
        # British English: day before month, 24 hours, as the rest of the pages write it.
        self.locale = Locale.parse("en_GB" if lang == "en" else lang)
        catalogue = _catalogue(lang)
        self.gettext = catalogue.gettext
        self.ngettext = catalogue.ngettext

    def sentence(self, refusal: Refused) -> str:
        """A refusal in the reader's words."""
        words = self.gettext(refusal.sentence)
        return words.format(**refusal.facts) if refusal.facts else words

    def number(self, amount: float) -> str:
        return format_decimal(amount, locale=self.locale)

    def percent(self, share: float) -> str:
        """0…1 as whole per cent."""
        return format_percent(share, format="0%", locale=self.locale)

    def metres(self, distance_m: float) -> str:
        """Rounded the way people say it: 7 m, 80 m, 1.2 km."""
        if distance_m < 950:
            rounded = round(distance_m) if distance_m < 20 else round(distance_m, -1)
            return self.gettext("{number} m").format(number=self.number(rounded))
        return self.gettext("{number} km").format(number=self.number(round(distance_m / 1000, 1)))

    def span(self, length: timedelta) -> str:
        """A length of time in its two largest units at most: "36 hours", "5 days"."""
        hours = length.total_seconds() / 3600
        if 24 < hours < 48 and hours != round(hours / 24) * 24:
            return format_timedelta(length, granularity="hour", threshold=3, locale=self.locale)
        return format_timedelta(length, threshold=1, locale=self.locale)

    def ago(self, at: datetime, now: datetime) -> str:
        """ "3 hours ago", "in 2 days"."""
        return format_timedelta(at - now, add_direction=True, threshold=0.99, locale=self.locale)

    def day(self, at: datetime, zone: tzinfo, now: datetime) -> str:
        """Today, tomorrow, yesterday, a weekday of the coming days, or the date."""
        local, today = at.astimezone(zone), now.astimezone(zone)
        days_off = (local.date() - today.date()).days
        if days_off in _NEAR_DAYS:
            return self.gettext(_NEAR_DAYS[days_off])
        if 1 < days_off < 7:
            return format_datetime(local, "EEEE", locale=self.locale)
        skeleton = "MMMEd" if local.year == today.year else "yMMMd"
        return format_skeleton(skeleton, local, tzinfo=local.tzinfo, locale=self.locale)

    def date(self, day: date) -> str:
        """A day of the calendar with its weekday: "Tue, 24 Nov"."""
        return format_skeleton("MMMEd", day, locale=self.locale)

    def weekdays(self) -> dict[str, str]:
        """The names of the weekdays, by `mon` … `sun`, Monday first."""
        names = get_day_names("wide", locale=self.locale)
        codes = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
        return {code: names[number] for number, code in enumerate(codes)}

    def clock_time(self, at: datetime, zone: tzinfo) -> str:
        return format_time(at.astimezone(zone), "HH:mm", tzinfo=zone, locale=self.locale)

    def moment(self, at: datetime, zone: tzinfo, now: datetime) -> str:
        """ "Thursday 16:00", "today 09:30", "Tue, Nov 3 16:00"."""
        return self.gettext("{day} {time}").format(
            day=self.day(at, zone, now), time=self.clock_time(at, zone)
        )

    def full_moment(self, at: datetime, zone: tzinfo) -> str:
        """Date and time in full, in the city's time, for the story, a title or a print-out."""
        return format_datetime(
            at.astimezone(zone), "d MMMM yyyy, HH:mm", tzinfo=zone, locale=self.locale
        )


_NEAR_DAYS = {-1: N_("yesterday"), 0: N_("today"), 1: N_("tomorrow")}


def _catalogue(lang: str) -> NullTranslations:
    """Compiled in memory from the .po file: there is no second file that could be stale."""
    source = CATALOGUES / lang / "LC_MESSAGES" / "messages.po"
    if not source.is_file():
        return NullTranslations()
    compiled = io.BytesIO()
    with source.open("rb") as po:
        write_mo(compiled, read_po(po, locale=lang))
    compiled.seek(0)
    return GNUTranslations(compiled)
