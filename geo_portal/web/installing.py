"""What a phone needs to put the portal on its home screen."""

from typing import Any

from fastapi import APIRouter
from fastapi.responses import FileResponse, JSONResponse

from geo_portal.http import CityDep, ReaderDep
from geo_portal.settings import settings
from geo_portal.web.pages import STATIC, static

router = APIRouter(include_in_schema=False)


@router.get("/manifest.webmanifest")
def manifest(city: CityDep, words: ReaderDep) -> JSONResponse:
    """Name, colour and icon, in the reader's language."""
    told: dict[str, Any] = {
        "name": city.name(words.lang),
        "short_name": city.name(words.lang),
        "lang": words.lang,
        "dir": words.direction,
        "start_url": "/",
        "display": "standalone",
        "background_color": "#ffffff",
        "theme_color": settings().brand_colour,
        "icons": [
            {"src": static("icons/favicon.svg"), "sizes": "any", "type": "image/svg+xml"},
        ],
        "shortcuts": [{"name": words.gettext("Report a problem"), "url": "/report"}],
    }
    return JSONResponse(told, media_type="application/manifest+json")


@router.get("/favicon.ico")
def favicon() -> FileResponse:
    """For whoever asks at the old address."""
    return FileResponse(STATIC / "icons" / "favicon.svg", media_type="image/svg+xml")
