"""Gateways for texts and chats, and what the portal answers through them."""

import json

import pytest
from sqlalchemy import select

from geo_portal.outbox.tables import Message
from geo_portal.settings import settings

SECRET = "a secret of the gateway"


def answers(session):
    """What was answered, oldest first."""
    asked = select(Message).where(Message.kind == "intake").order_by(Message.id)
    return list(session.scalars(asked))


@pytest.fixture
def gateways(monkeypatch):
    """SMS and Telegram are set up."""
    monkeypatch.setenv(
        "GEO_PORTAL_WEBHOOK_SECRETS", json.dumps({"sms": SECRET, "telegram": SECRET})
    )
    monkeypatch.setenv("GEO_PORTAL_GATEWAYS", json.dumps({"sms": "json://localhost/{to}"}))
    settings.cache_clear()
    yield
    settings.cache_clear()
