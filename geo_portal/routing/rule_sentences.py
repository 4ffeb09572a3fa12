"""A routing rule as sentences that anybody can read: when it speaks, and where it sends."""

from babel import Locale

from geo_portal.city.facts import CityFacts
from geo_portal.city.rule_facts import RuleFacts
from geo_portal.routing.reasons import Translate, category_name, department_name
from geo_portal.routing.rules import days_and_hours
from geo_portal.translation import N_

EVERYTHING = N_("Every report")
OF_ONE_KIND = N_("Reports of “{kind}”")
OF_A_GROUP = N_("All reports of the group “{group}”")
AREA = N_("in {level} {area}")
WORDS = N_("whose words include {words}")
NEAR = N_("within {metres} m of “{asset}”")
DURING = N_("sent {days}, {hours}")
OUTSIDE = N_("sent outside {days}, {hours}")
ON_DAYS = N_("sent {days}")
NOT_ON_DAYS = N_("not sent {days}")
GO_TO = N_("go to {department}.")
BETWEEN = N_(" or ")


def conditions(
    rule: RuleFacts,
    city: CityFacts,
    translate: Translate,
    locale: Locale,
    area_name: str | None = None,
) -> list[str]:
    """When the rule speaks, a phrase per condition, in the order in which they are read."""
    lang = locale.language
    told = [_what(rule, city, translate, lang)]
    if rule.area:
        level, code = rule.area
        named = city.level_name(level, lang)
        told.append(translate(AREA).format(level=named, area=area_name or code))
    if rule.text:
        words = [f"“{word.strip()}”" for word in rule.text.split("|")]
        told.append(translate(WORDS).format(words=translate(BETWEEN).join(words)))
    if rule.near_asset:
        kind = rule.near_asset.replace("_", " ")
        told.append(translate(NEAR).format(metres=f"{rule.near_m or 0:g}", asset=kind))
    if rule.hours:
        told.append(_when(rule.hours, translate, locale))
    return told


def destination(rule: RuleFacts, city: CityFacts, translate: Translate, lang: str) -> str:
    """Where the rule sends what it speaks for."""
    department = department_name(city, rule.department_code, translate, lang)
    return translate(GO_TO).format(department=department)


def _what(rule: RuleFacts, city: CityFacts, translate: Translate, lang: str) -> str:
    if rule.category is None:
        return translate(EVERYTHING)
    if not rule.category.endswith(".*"):
        name = category_name(city, rule.category, translate, lang)
        return translate(OF_ONE_KIND).format(kind=name)
    start = rule.category[:-1]
    inside = (one for code, one in city.categories.items() if code.startswith(start))
    first = next(inside, None)
    return translate(OF_A_GROUP).format(group=first.group_name(lang) if first else rule.category)


def _when(hours: str, translate: Translate, locale: Locale) -> str:
    inverted, _, span = days_and_hours(hours)
    days = _days(hours.removeprefix("!").strip().partition(" ")[0], locale)
    if span:
        return translate(OUTSIDE if inverted else DURING).format(days=days, hours=span)
    return translate(NOT_ON_DAYS if inverted else ON_DAYS).format(days=days)


def _days(written: str, locale: Locale) -> str:
    """`mon-fri,sun` with the reader's names of the days."""
    names = locale.days["format"]["abbreviated"]
    short = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
    spans = []
    for part in written.lower().split(","):
        first, _, last = part.partition("-")
        ends = [str(names[short.index(day)]) for day in (first, last) if day]
        spans.append("–".join(ends))
    return ", ".join(spans)
