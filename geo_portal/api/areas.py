"""The API's door to the map by area: how many complaints each area of a level has."""

from typing import Annotated, Any

from fastapi import APIRouter, BackgroundTasks, Path, Request
from fastapi.responses import JSONResponse

from geo_portal.api.filters import WantedAnywhereDep
from geo_portal.api.keep_counts import keep_counts
from geo_portal.http import CityDep, ReaderDep, SessionDep
from geo_portal.insights.area_counts import AreaCounts, count_by_area
from geo_portal.insights.classes import class_words, colours, colours_on_dark
from geo_portal.translation import Translator

router = APIRouter(prefix="/api/v1", tags=["maps"])

EXAMPLE: dict[str, Any] = {
    "level": "ward",
    "title": "12 reports by area: Ward",
    "total": 12,
    "complete": True,
    "limits": [3, 9],
    "labels": ["3 to 8", "9"],
    "colours": ["#b02a83", "#6d0f6b"],
    "colours_on_dark": ["#f79fba", "#fbd3dc"],
    "areas": [
        {"code": "W01", "name": "Kampung Layar", "count": 9, "class": 1},
        {"code": "W02", "name": "Pasar Lontar", "count": 3, "class": 0},
    ],
}
ANSWER: dict[int | str, dict[str, Any]] = {
    200: {"content": {"application/json": {"example": EXAMPLE}}}
}
Level = Annotated[str, Path(max_length=100, description="A level's code", examples=["ward"])]


@router.get("/areas/{level}/counts", summary="How many complaints each area has", responses=ANSWER)
def area_counts(
    request: Request,
    after: BackgroundTasks,
    level: Level,
    session: SessionDep,
    city: CityDep,
    words: ReaderDep,
    wanted: WantedAnywhereDep,
) -> JSONResponse:
    """Every area of the level with its count and the class of its colour, -1 for none at all.

    The borders are those of `/areas/{level}.geojson`; per class there are a lower limit, a label
    and a colour, also one for maps on a dark ground.
    """
    found = count_by_area(session, wanted, city, level)
    keep_counts(request, after, session)
    return JSONResponse(_told(found, level, city.level_name(level, words.lang), words))


def _told(found: AreaCounts, level: str, level_name: str, words: Translator) -> dict[str, Any]:
    classes, most = len(found.limits), max((area.count for area in found.areas), default=0)
    title = words.ngettext(
        "{number} report by area: {level}", "{number} reports by area: {level}", found.total
    )
    return {
        "level": level,
        "title": title.format(number=words.number(found.total), level=level_name),
        "total": found.total,
        "complete": found.complete,
        "limits": found.limits,
        "labels": class_words(found.limits, most, words),
        "colours": colours(classes),
        "colours_on_dark": colours_on_dark(classes),
        "areas": [
            {"code": area.code, "name": area.name, "count": area.count, "class": area.class_}
            for area in found.areas
        ],
    }
