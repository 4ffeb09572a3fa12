"""Where gateways bring text messages and chats: /hooks/sms, /hooks/whatsapp, /hooks/telegram."""

from typing import Annotated

from fastapi import APIRouter, Depends, Header, Request, Response

from geo_portal import clock
from geo_portal.http import CityDep, SessionDep
from geo_portal.intake.conversations import hear
from geo_portal.intake.gateway_posts import prove, read_post

router = APIRouter(include_in_schema=False)


async def raw_body(request: Request) -> bytes:
    """The body as it came: what is signed is its bytes."""
    return await request.body()


@router.post("/hooks/{channel}")
def bring(
    channel: str,
    session: SessionDep,
    city: CityDep,
    body: Annotated[bytes, Depends(raw_body)],
    x_signature: Annotated[str | None, Header()] = None,
    x_telegram_bot_api_secret_token: Annotated[str | None, Header()] = None,
) -> Response:
    """Take one message; the answer goes out by the gateway, not in this reply."""
    prove(channel, body, x_signature, x_telegram_bot_api_secret_token)
    message = read_post(channel, body, city.country)
    if message is not None:
        hear(session, message, clock.now())
    return Response(status_code=204)
