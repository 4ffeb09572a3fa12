"""Heat maps that are written every night, each from the recipe that somebody copied."""

from datetime import datetime
from pathlib import Path
from typing import cast
from urllib.parse import parse_qsl

from sqlalchemy.orm import Session

from geo_portal.city.facts import CityFacts, facts
from geo_portal.complaints.find import ComplaintFilter
from geo_portal.errors import Invalid
from geo_portal.insights.days import moment
from geo_portal.insights.heat_export import check_kind, heat_file
from geo_portal.insights.heat_grid import Shape
from geo_portal.insights.heat_method import HeatMethod
from geo_portal.insights.heatmap import USUAL_M
from geo_portal.translation import translator


def write_scheduled(
    session: Session, recipes: list[str], folder: Path, now: datetime
) -> list[Path]:
    """Write each `name.kind?parameters` as it is now; raises `Invalid` for one that cannot be.

    The parameters are those of the heat map's address; a file takes its name once it is whole.
    """
    folder.mkdir(parents=True, exist_ok=True)
    return [_write(session, recipe, folder, now) for recipe in recipes]


def _write(session: Session, recipe: str, folder: Path, now: datetime) -> Path:
    name, _, query = recipe.partition("?")
    path = folder / Path(name).name
    kind = path.suffix.removeprefix(".")
    check_kind(kind)
    asked, city = dict(parse_qsl(query)), facts(session)
    made = heat_file(
        session,
        _wanted(asked, city).checked(session, city),
        city,
        translator(asked.get("lang", "en")),
        now,
        kind=kind,
        method=_method(asked),
    )
    unfinished = path.with_name(f".{path.name}.part")
    unfinished.write_bytes(made.content)
    unfinished.replace(path)
    return path


def _wanted(asked: dict[str, str], city: CityFacts) -> ComplaintFilter:
    def listed(name: str) -> tuple[str, ...]:
        return tuple(code.strip() for code in asked.get(name, "").split(",") if code.strip())

    return ComplaintFilter(
        categories=listed("category"),
        departments=listed("department"),
        areas=listed("area"),
        lights=listed("light"),
        since=moment(asked.get("since", ""), city.timezone, "since"),
        until=moment(asked.get("until", ""), city.timezone, "until", end_of_day=True),
        words=asked.get("q") or None,
    )


def _method(asked: dict[str, str]) -> HeatMethod:
    try:
        sizes = {name: int(asked[name]) for name in ("cell_m", "bandwidth_m") if name in asked}
    except ValueError:
        raise Invalid("“{typed}” is not a whole number of metres.", typed=str(asked)[:60]) from None
    return HeatMethod(
        asked.get("measure", "count"),
        sizes.get("cell_m", USUAL_M),
        cast("Shape", asked.get("shape", "square")),
        sizes.get("bandwidth_m"),
    ).checked()
