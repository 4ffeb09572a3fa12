"""The desk: an officer's queue beside the case that is open, and the map of both."""

import hashlib
from dataclasses import replace
from datetime import datetime
from typing import Annotated, Any

from fastapi import APIRouter, Query, Request, Response
from fastapi.responses import RedirectResponse
from sqlalchemy.orm import Session

from geo_portal import clock
from geo_portal.accounts.people import Person
from geo_portal.city.facts import CityFacts
from geo_portal.city.gazetteer import areas_of_level, finest_level
from geo_portal.complaints.codes import read_code
from geo_portal.complaints.moves import OPEN
from geo_portal.database import AnyRow
from geo_portal.http import CityDep, ReaderDep, SessionDep, StaffDep
from geo_portal.inbox.counts import counts, sorts
from geo_portal.inbox.filters import HOLDERS, PILES, QueueFilter
from geo_portal.inbox.queue import page_of
from geo_portal.inbox.views import views_of
from geo_portal.translation import Translator
from geo_portal.web.desk_shown import shown_cases
from geo_portal.web.desk_steps import STEPS
from geo_portal.web.desk_words import HOLDERS as HOLDER_WORDS
from geo_portal.web.desk_words import PILES as PILE_WORDS
from geo_portal.web.desk_words import STATES
from geo_portal.web.map_facts import map_facts
from geo_portal.web.pages import page

router = APIRouter(include_in_schema=False)

Cursor = Annotated[str | None, Query(max_length=200)]


@router.get("/desk")
def desk(
    request: Request,
    session: SessionDep,
    city: CityDep,
    words: ReaderDep,
    who: StaffDep,
    cursor: Cursor = None,
) -> Response:
    """The queue, most urgent first; a view of it is an address that can be kept and passed on."""
    if code := read_code(request.query_params.get("words", "")):
        return RedirectResponse(f"/desk/{code}", status_code=303)
    found = queue_context(request, session, city, words, who, cursor)
    return page(request, "desk/desk.html", lang=words.lang, city=city, case=None, **found)


@router.get("/desk/rows")
def rows(
    request: Request, session: SessionDep, city: CityDep, words: ReaderDep, who: StaffDep
) -> Response:
    """The first page of the queue, for a list that renews itself; 304 when it is the same."""
    view = QueueFilter.read(request.query_params).checked(session, city)
    now = clock.now()
    found = page_of(session, city, who, view, now)
    tag = _tag(found.rows, words, now)
    if request.headers.get("if-none-match") == tag:
        return Response(status_code=304, headers={"ETag": tag})
    shown = shown_cases(session, found.rows, city, who, words, now)
    response = page(
        request,
        "desk/rows.html",
        lang=words.lang,
        city=city,
        rows=shown,
        case=None,
        cursor=None,
        next_cursor=found.next_cursor,
        with_query=f"?{view.query()}" if view.query() else "",
    )
    response.headers["ETag"] = tag
    return response


def _tag(found: list[AnyRow], words: Translator, now: datetime) -> str:
    """Changes with every case on the page, and every quarter of an hour with its clocks."""
    told = [words.lang, now.timestamp() // 900, *((row.code, row.version) for row in found)]
    return f'"{hashlib.sha256(repr(told).encode()).hexdigest()[:20]}"'


def queue_context(
    request: Request,
    session: Session,
    city: CityFacts,
    words: Translator,
    who: Person,
    cursor: str | None = None,
) -> dict[str, Any]:
    """What the queue's pane shows, on every page of the desk."""
    view = QueueFilter.read(request.query_params).checked(session, city)
    now = clock.now()
    found = page_of(session, city, who, view, now, cursor=cursor)
    finest = finest_level(city)
    return {
        "me": who,
        "heads": who.looks_after_everything or any(one.role == "head" for one in who.memberships),
        "view": view,
        "rows": shown_cases(session, found.rows, city, who, words, now),
        "cursor": cursor,
        "next_cursor": found.next_cursor,
        "counts": counts(session, city, who, now),
        "holders": [(name, words.gettext(HOLDER_WORDS[name])) for name in HOLDERS],
        "piles": [
            (name, words.gettext(PILE_WORDS[name]))
            for name in PILES
            if name != "to_sort" or sorts(city, who)
        ],
        "states": {name: words.gettext(STATES[name]) for name in STATES if name in OPEN},
        "areas": areas_of_level(session, city, finest.code) if finest else [],
        "map_facts": map_facts(session, city),
        "changed_view": changed_view,
        "done": _done(request, words),
        "saved_views": views_of(session, who),
    }


def _done(request: Request, words: Translator) -> str:
    """What was done a moment ago, in words; empty on any other visit."""
    step = STEPS.get(request.query_params.get("done", ""))
    if step is None:
        return ""
    return words.gettext("Done: {step}.").format(step=words.gettext(step.label))


def changed_view(view: QueueFilter, **changes: Any) -> str:
    """The end of an address for the same view with some fields changed."""
    query = replace(view, **changes).query()
    return f"?{query}" if query else ""
