"""Serves style sheets, modules, fonts and icons: our own files, from our own origin."""

from fastapi import FastAPI, Response
from starlette.staticfiles import StaticFiles
from starlette.types import Scope

from geo_portal.web.pages import STATIC


class OurFiles(StaticFiles):
    """An address that names the content's digest may be kept for a year; others are asked again."""

    async def get_response(self, path: str, scope: Scope) -> Response:
        response = await super().get_response(path, scope)
        kept = response.status_code == 200 and b"v=" in scope.get("query_string", b"")
        # Modules import one another without a digest.
        response.headers["Cache-Control"] = (
            "public, max-age=31536000, immutable" if kept else "no-cache"
        )
        return response


def mount_static(app: FastAPI) -> None:
    """Under /static."""
    app.mount("/static", OurFiles(directory=STATIC), name="static")
