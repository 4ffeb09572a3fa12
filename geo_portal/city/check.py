"""Whether a pack's files fit together: every code that one names, another must know."""

from collections.abc import Iterable
from dataclasses import replace

import shapely

from geo_portal.city.findings import Findings, meant
from geo_portal.city.pack_contents import CityFile, DepartmentRow, Pack, RuleRow
from geo_portal.city.pack_departments import FILE as DEPARTMENTS
from geo_portal.city.pack_questions import check_questions
from geo_portal.geometry import LonLat

TRIAGE_CATEGORY = "other"


def cross_check(pack: Pack, city: CityFile) -> None:
    """Add a finding for everything that does not fit; mark the rules that cannot work."""
    _check_departments(pack, city)
    _check_categories(pack)
    pack.rules = [_checked(rule, pack) for rule in pack.rules]
    check_questions(pack)
    _check_deadlines(pack)
    _check_mentions(pack)
    _check_places(pack)


def _check_departments(pack: Pack, city: CityFile) -> None:
    levels = [level.code for level in city.levels]
    for one in pack.departments:
        if one.level and one.level not in levels:
            pack.findings.error(
                DEPARTMENTS,
                one.line,
                f'"{one.code}" works at the level "{one.level}", which city.toml does not have.',
                f"Write one of: {', '.join(levels)}.{meant(one.level, levels)}",
            )
        if one.area and (problem := _no_such_area(one.area, pack)):
            pack.findings.error(
                DEPARTMENTS, one.line, f'"{one.code}": {problem}', "Correct the area."
            )
    pack.departments = [_with_area(one, pack, levels) for one in pack.departments]


def _no_such_area(area: tuple[str, str], pack: Pack) -> str | None:
    level, code = area
    codes = pack.area_codes
    if level not in codes:
        return f'there is no level "{level}".{meant(level, codes)}'
    if code not in codes[level]:
        return f'there is no {level} "{code}".{meant(code, codes[level])}'
    return None


def _with_area(office: DepartmentRow, pack: Pack, levels: list[str]) -> DepartmentRow:
    """An office without `area` looks after the area of its level in which it stands."""
    if not office.parent or office.area or office.level not in levels:
        return office
    if office.place is None:
        pack.findings.error(
            DEPARTMENTS,
            office.line,
            f'The office "{office.code}" says neither its area nor where it stands.',
            "Fill in area (ward:W07), or lon and lat.",
        )
        return office
    point = shapely.Point(office.place.lon, office.place.lat)
    around = [a for a in pack.areas.get(office.level, []) if shapely.covers(a.border, point)]
    if not around:
        pack.findings.error(
            DEPARTMENTS,
            office.line,
            f'The office "{office.code}" stands in no {office.level}.',
            "Fill in area (ward:W07), or correct lon and lat.",
        )
        return office
    nearest = min(around, key=lambda area: (area.border.area, area.code))
    return replace(office, area=(office.level, nearest.code))


def _check_categories(pack: Pack) -> None:
    departments = {one.code for one in pack.departments}
    for category in pack.categories:
        if category.department not in departments:
            pack.findings.error(
                "categories.csv",
                category.line,
                f'{category.code} goes to "{category.department}", which departments.csv '
                "does not have.",
                f"Add the department or correct the code.{meant(category.department, departments)}",
            )
    if pack.categories and TRIAGE_CATEGORY not in {one.code for one in pack.categories}:
        pack.findings.warning(
            "categories.csv",
            None,
            f'There is no category "{TRIAGE_CATEGORY}", so nobody sorts what the words leave open.',
            f'Add a line "{TRIAGE_CATEGORY}" with the department that sorts complaints by hand.',
        )


def _checked(rule: RuleRow, pack: Pack) -> RuleRow:
    """The rule, marked as broken when it names what does not exist."""
    why = rule.broken_because or _why_broken(rule, pack)
    if why is None:
        return rule
    pack.findings.warning(
        "rules.csv",
        rule.line,
        f"Rule {rule.order} is broken and will not be followed: {why}",
        "Correct the line; the other rules work meanwhile.",
    )
    return replace(rule, broken_because=why)


def _why_broken(rule: RuleRow, pack: Pack) -> str | None:
    departments = {one.code for one in pack.departments}
    categories = {one.code for one in pack.categories}
    kinds = {asset.kind for asset in pack.assets}
    if rule.department not in departments:
        hint = meant(rule.department, departments)
        return f'there is no department "{rule.department}".{hint}'
    if rule.category and not _matches_any(rule.category, categories):
        return f'there is no category "{rule.category}".{meant(rule.category, categories)}'
    if rule.near_asset and rule.near_asset not in kinds:
        hint = meant(rule.near_asset, kinds)
        return f'no asset is of the kind "{rule.near_asset}".{hint}'
    return _no_such_area(rule.area, pack) if rule.area else None


def _matches_any(pattern: str, categories: Iterable[str]) -> bool:
    if pattern.endswith(".*"):
        return any(code.startswith(pattern[:-1]) for code in categories)
    return pattern in set(categories)


def _check_deadlines(pack: Pack) -> None:
    departments = {one.code for one in pack.departments}
    categories = {one.code for one in pack.categories}
    for one in pack.deadlines:
        if one.department and one.department not in departments:
            hint = meant(one.department, departments)
            problem: str | None = f'there is no department "{one.department}".{hint}'
        elif one.category and not _matches_any(one.category, categories):
            problem = f'there is no category "{one.category}".{meant(one.category, categories)}'
        else:
            problem = _no_such_area(one.area, pack) if one.area else None
        if problem:
            pack.findings.error("deadlines.csv", one.line, _sentence(problem), "Correct the cell.")


def _check_mentions(pack: Pack) -> None:
    categories = {one.code for one in pack.categories}
    departments = {one.code for one in pack.departments}
    for article in pack.articles:
        if article.category and article.category not in categories:
            _unknown(pack.findings, article.file, "category", article.category, categories)
    for owner, file in sorted({(a.owner, a.file) for a in pack.assets if a.owner}):
        if owner not in departments:
            _unknown(pack.findings, file, "department", owner, departments)
    for area in pack.population:
        if problem := _no_such_area(area, pack):
            pack.findings.warning("population.csv", None, _sentence(problem), "Correct the line.")


def _sentence(problem: str) -> str:
    """With a capital; codes keep their letters."""
    return problem[0].upper() + problem[1:]


def _unknown(findings: Findings, file: str, kind: str, code: str, known: Iterable[str]) -> None:
    findings.error(
        file,
        None,
        f'There is no {kind} "{code}".',
        f"Correct or remove it.{meant(code, known)}",
    )


def _check_places(pack: Pack) -> None:
    """Points that are only in the city when their two numbers change places."""
    borders = [area.border for areas in pack.areas.values() for area in areas]
    if not borders:
        return
    west, south, east, north = shapely.total_bounds(borders)
    city = shapely.box(west - 1, south - 1, east + 1, north + 1)
    named: list[tuple[str, int | None, str, LonLat]] = [
        ("places.csv", None, p.name, p.place) for p in pack.places
    ]
    named += [(DEPARTMENTS, d.line, d.code, d.place) for d in pack.departments if d.place]
    for file, line, name, place in named:
        swapped = shapely.covers(city, shapely.Point(place.lat, place.lon))
        if swapped and not shapely.covers(city, shapely.Point(place.lon, place.lat)):
            pack.findings.error(
                file,
                line,
                f'"{name}": lon and lat are the wrong way round.',
                "Swap the numbers.",
            )
