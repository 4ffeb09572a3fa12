"""The API's door to what happens: a feed to read on from a cursor, and webhooks that are called."""

import re
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Header, Path, Query, Request, Response
from pydantic import BaseModel, ConfigDict, Field

from geo_portal import clock
from geo_portal.accounts.keys import Key, use_key
from geo_portal.exchange.events import MOST, check_kinds, event_body, feed
from geo_portal.exchange.webhooks import add_webhook, check_address, end_webhook, webhooks_of
from geo_portal.http import SessionDep, database

router = APIRouter(prefix="/api/v1", tags=["events"])

BEARER = re.compile(r"Bearer +(\S{1,200})", re.IGNORECASE)
Kinds = Annotated[str | None, Query(max_length=500, description="One, or several by comma.")]


def events_key(request: Request, authorization: Annotated[str | None, Header()] = None) -> Key:
    """The key of `Authorization: Bearer …`, with the scope `events`; each use is written down."""
    shown = BEARER.fullmatch(authorization or "")
    what = f"{request.method} {request.url.path}"[:200]
    with database(request).transaction() as session:
        return use_key(session, shown[1] if shown else None, "events", what, clock.now())


EventsKeyDep = Annotated[Key, Depends(events_key)]


@router.get("/events", summary="Everything public that happened, in order")
def read_events(
    session: SessionDep,
    cursor: Annotated[int, Query(ge=0, lt=2**63, description="Where you have read to")] = 0,
    kinds: Kinds = None,
    limit: Annotated[int, Query(ge=1, le=MOST)] = 100,
) -> dict[str, Any]:
    """Events after `cursor`, oldest first; `next` is the cursor to go on from.

    No event is ever missed by reading on from `next`. Needs no key.
    """
    wanted = tuple(part.strip() for part in (kinds or "").split(",") if part.strip())
    check_kinds(wanted)
    found = feed(session, cursor, kinds=wanted, limit=limit)
    return {
        "events": [event_body(event) for event in found],
        "next": found[-1].id if found else cursor,
        "more": len(found) == limit,
    }


class WebhookBody(BaseModel):
    """Where events are to be sent, and which."""

    model_config = ConfigDict(extra="forbid", strict=True)

    url: str = Field(max_length=2000, description="An https address of yours.")
    kinds: list[Annotated[str, Field(max_length=50)]] = Field(
        default_factory=list, max_length=50, description="Kinds of events; none: all."
    )


@router.post("/webhooks", status_code=201, summary="Have events sent to an address")
def add(body: WebhookBody, session: SessionDep, key: EventsKeyDep) -> dict[str, Any]:
    """Answers with the secret, once: `X-Geo-Portal-Signature` of each delivery is made with it.

    It reads `t=<seconds>,v1=<hex>`: HMAC-SHA-256 of `<seconds>.<body>` by the secret.
    """
    check_address(body.url)
    number, secret = add_webhook(session, key.id, body.url, clock.now(), kinds=tuple(body.kinds))
    return {"id": number, "url": body.url, "kinds": body.kinds, "secret": secret}


@router.get("/webhooks", summary="Your webhooks and how they fare")
def list_webhooks(session: SessionDep, key: EventsKeyDep) -> dict[str, Any]:
    """Those of the key that is shown."""
    return {
        "webhooks": [
            {
                "id": one.id,
                "url": one.url,
                "kinds": list(one.kinds),
                "cursor": one.cursor,
                "failures": one.failures,
                "problem": one.problem,
                "paused": one.paused_at is not None,
            }
            for one in webhooks_of(session, key.id)
        ]
    }


@router.delete("/webhooks/{number}", status_code=204, summary="Have no more events sent")
def end(
    number: Annotated[int, Path(ge=1, lt=2**31)], session: SessionDep, key: EventsKeyDep
) -> Response:
    """The address is not called any more."""
    end_webhook(session, key, number, clock.now())
    return Response(status_code=204)
