"""The API's door to what changed: a feed with a cursor."""

from typing import Annotated, Any

from fastapi import APIRouter, Query

from geo_portal import clock
from geo_portal.complaints.changes import MOST_PER_PAGE, changes_since
from geo_portal.http import SessionDep

router = APIRouter(prefix="/api/v1", tags=["open data"])


@router.get("/changes", summary="What changed since a cursor, oldest first")
def changes(
    session: SessionDep,
    cursor: Annotated[str | None, Query(max_length=20)] = None,
    limit: Annotated[int, Query(ge=1, le=MOST_PER_PAGE)] = 200,
) -> dict[str, Any]:
    """Every public event once. Keep `next` and ask again with it, at once while `more` is true.

    Events of the last twenty seconds are held back, so that none is ever passed over.
    """
    page = changes_since(session, cursor, limit, clock.now())
    told = [
        {
            "event": one.id,
            "code": one.code,
            "kind": one.kind,
            "at": one.at.strftime("%Y-%m-%dT%H:%M:%SZ"),
            "by": one.by,
            "office": one.office,
            "status": one.status,
        }
        for one in page.changes
    ]
    return {"changes": told, "next": page.next, "more": page.more}
