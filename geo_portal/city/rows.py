"""A pack's contents as the rows that the tables keep."""

from collections.abc import Mapping, Sequence
from typing import Any

import shapely
from geoalchemy2.shape import from_shape
from sqlalchemy import select, text
from sqlalchemy.orm import Session

from geo_portal.city.ladders import Step
from geo_portal.city.merge import Change
from geo_portal.city.pack_contents import (
    AreaBorder,
    ArticleFile,
    AssetShape,
    CategoryRow,
    CityFile,
    DepartmentRow,
    OwnDeadlineRow,
    PlaceRow,
    QuestionRow,
    RuleRow,
    SeasonRow,
)
from geo_portal.city.tables import Department, Jurisdiction, Level

# Level ranks are unique; what leaves the pack, or is being moved, stays behind this one.
_OUT_OF_THE_WAY = 1_000

# How assets and places are read, removed and added by `load`: they have no code of their own.
ASSETS = (
    "SELECT id, kind, owner, name, encode(ST_AsBinary(place), 'hex') FROM assets",
    "DELETE FROM assets WHERE id = ANY(:gone)",
    """INSERT INTO assets (kind, owner, name, place)
       VALUES (:a, :b, :c, ST_GeomFromWKB(decode(:d, 'hex'), 4326))""",
)
PLACES = (
    "SELECT id, kind, name, encode(ST_AsBinary(point), 'hex') FROM named_places",
    "DELETE FROM named_places WHERE id = ANY(:gone)",
    """INSERT INTO named_places (kind, name, point)
       VALUES (:a, :b, ST_GeomFromWKB(decode(:c, 'hex'), 4326))""",
)
RENAME = text("""
    UPDATE jurisdictions AS area
    SET name = :name, parent_id = wanted.parent_id, population = :population
    FROM (SELECT (
        SELECT id FROM jurisdictions
        WHERE edition_id = :edition AND level = :parent_level AND code = :parent_code
    ) AS parent_id) AS wanted
    WHERE area.edition_id = :edition AND area.level = :level AND area.code = :code
      AND (area.name, area.parent_id, area.population)
          IS DISTINCT FROM (:name, wanted.parent_id, CAST(:population AS integer))
    RETURNING area.id
""")


def city_row(city: CityFile) -> dict[str, Any]:
    return {
        "code": city.code,
        "name": city.name,
        "names": city.names,
        "country": city.country,
        "timezone": city.timezone,
        "languages": city.languages,
        "metric_srid": city.metric_srid,
        "emergency": city.emergency,
        "working_hours": city.working_hours,
    }


def merge_levels(session: Session, city: CityFile) -> Change:
    """Bring the levels to the city's; one that old editions still use is kept at the far end."""
    have = {level.code: level for level in session.scalars(select(Level))}
    wanted = {level.code: (rank, level.names) for rank, level in enumerate(city.levels)}
    differing = [
        code for code, old in have.items() if wanted.get(code) not in (None, (old.rank, old.names))
    ]
    gone = [code for code in have if code not in wanted and have[code].rank < _OUT_OF_THE_WAY]
    for number, code in enumerate([*differing, *gone]):
        have[code].rank = _OUT_OF_THE_WAY + max(len(have), 100) + number + have[code].rank
    session.flush()
    for code, (rank, names) in wanted.items():
        if code not in have:
            session.add(Level(code=code, rank=rank, names=names))
        else:
            have[code].rank, have[code].names = rank, names
    session.flush()
    _drop_unused(session, [have[code] for code in gone])
    return Change(len(wanted.keys() - have.keys()), len(differing), len(gone))


def _drop_unused(session: Session, levels: list[Level]) -> None:
    for level in levels:
        in_editions = select(Jurisdiction.id).where(Jurisdiction.level == level.code).limit(1)
        in_departments = select(Department.code).where(Department.level == level.code).limit(1)
        if not session.scalars(in_editions).first() and not session.scalars(in_departments).first():
            session.delete(level)
    session.flush()


def department_row(one: DepartmentRow) -> dict[str, Any]:
    level, code = one.area or (None, None)
    point = shapely.Point(one.place.lon, one.place.lat) if one.place else None
    return {
        "code": one.code,
        "names": one.names,
        "parent_code": one.parent,
        "level": one.level,
        "area_level": level,
        "area_code": code,
        "email": one.email,
        "phone": one.phone,
        "point": from_shape(point, srid=4326) if point else None,
        "hours": one.hours,
        "address": one.address,
    }


def category_rows(categories: Sequence[CategoryRow]) -> list[dict[str, Any]]:
    return [
        {
            "code": one.code,
            "group_code": one.group,
            "names": one.names,
            "group_names": one.group_names,
            "department_code": one.department,
            "respond_within": one.respond_within,
            "fix_within": one.fix_within,
            "working_time": one.working_time,
            "sensitive": one.sensitive,
            "evidence": one.evidence,
            "keywords": one.keywords,
            "notes": one.notes,
            "position": position,
        }
        for position, one in enumerate(categories)
    ]


def deadline_rows(deadlines: Sequence[OwnDeadlineRow]) -> list[dict[str, Any]]:
    return [
        {
            "id": number,
            "category_code": one.category,
            "department_code": one.department,
            "area_level": one.area[0] if one.area else None,
            "area_code": one.area[1] if one.area else None,
            "respond_within": one.respond_within,
            "fix_within": one.fix_within,
            "working_time": one.working_time,
        }
        for number, one in enumerate(deadlines, 1)
    ]


def step_rows(ladder: Sequence[Step]) -> list[dict[str, Any]]:
    return [{"position": position, **vars(step)} for position, step in enumerate(ladder)]


def season_rows(seasons: Sequence[SeasonRow]) -> list[dict[str, Any]]:
    return [{"id": number, **vars(season)} for number, season in enumerate(seasons, 1)]


def question_row(one: QuestionRow) -> dict[str, Any]:
    question = one.question
    return {
        "category_code": one.category,
        "code": question.code,
        "position": one.order,
        "datatype": question.datatype,
        "variable": question.variable,
        "required": question.required,
        "texts": question.texts,
        "hints": question.hints,
        "options": [[option.key, option.names] for option in question.options],
        "shown_when": [[only.code, list(only.keys)] for only in question.shown_when],
        "stops": list(question.stops),
        "stop_texts": question.stop_texts or {},
        "asset": question.asset,
    }


def rule_row(rule: RuleRow) -> dict[str, Any]:
    level, code = rule.area or (None, None)
    return {
        "position": rule.order,
        "category": rule.category,
        "area_level": level,
        "area_code": code,
        "text": rule.text,
        "near_asset": rule.near_asset,
        "near_m": rule.near_m,
        "hours": rule.hours,
        "department_code": rule.department,
        "reason": rule.reason,
        "broken_because": rule.broken_because,
    }


def article_row(article: ArticleFile) -> dict[str, Any]:
    return {
        "slug": article.slug,
        "language": article.language,
        "title": article.title,
        "category_code": article.category,
        "phone": article.phone,
        "url": article.url,
        "body": article.body,
    }


def asset_rows(assets: Sequence[AssetShape]) -> list[tuple[Any, ...]]:
    return [(one.kind, one.owner, one.name, _hex(one.place)) for one in assets]


def place_rows(places: Sequence[PlaceRow]) -> list[tuple[Any, ...]]:
    return [
        (one.kind, one.name, _hex(shapely.Point(one.place.lon, one.place.lat))) for one in places
    ]


def _hex(shape: shapely.Geometry) -> str:
    return str(shapely.to_wkb(shape, hex=True, byte_order=1)).lower()


def renamed_row(
    edition_id: int,
    area: AreaBorder,
    coarser: str | None,
    population: Mapping[tuple[str, str], int],
) -> dict[str, Any]:
    return {
        "edition": edition_id,
        "level": area.level,
        "code": area.code,
        "name": area.name,
        "parent_level": coarser,
        "parent_code": area.parent_code,
        "population": population.get((area.level, area.code)),
    }
