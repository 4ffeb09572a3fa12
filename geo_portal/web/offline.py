"""What the report page needs without network: the offline file, and the worker that keeps it."""

import hashlib
from typing import Annotated

from fastapi import APIRouter, Header, Response

from geo_portal.http import SessionDep
from geo_portal.routing.offline_twin import offline_twin
from geo_portal.web.pages import STATIC

router = APIRouter(include_in_schema=False)


@router.get("/offline/twin")
def twin(session: SessionDep, if_none_match: Annotated[str | None, Header()] = None) -> Response:
    """The active model and the borders in one gzipped file; sent again only when either changed."""
    body = offline_twin(session)
    etag = f'"{hashlib.sha256(body).hexdigest()[:16]}"'
    headers = {"ETag": etag, "Cache-Control": "no-cache"}
    if if_none_match == etag:
        return Response(status_code=304, headers=headers)
    headers["Content-Encoding"] = "gzip"
    return Response(body, media_type="application/octet-stream", headers=headers)


@router.get("/service-worker.js")
def service_worker() -> Response:
    """At the root, so that it may answer for every page; never kept, so that it can be mended."""
    body = (STATIC / "modules" / "service-worker.js").read_text(encoding="utf-8")
    return Response(body, media_type="text/javascript", headers={"Cache-Control": "no-cache"})
