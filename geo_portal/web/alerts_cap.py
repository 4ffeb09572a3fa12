"""Emergencies for other systems: an Atom feed of CAP 1.2 alerts (OASIS), and each alert."""

import json
from datetime import datetime
from xml.etree.ElementTree import Element, SubElement, tostring

from fastapi import APIRouter, Response

from geo_portal import clock
from geo_portal.city.facts import CityFacts
from geo_portal.community.incidents import emergencies
from geo_portal.database import AnyRow
from geo_portal.errors import NotFound
from geo_portal.http import CityDep, SessionDep
from geo_portal.settings import settings

router = APIRouter(include_in_schema=False)

CAP, ATOM = "urn:oasis:names:tc:emergency:cap:1.2", "http://www.w3.org/2005/Atom"
# CAP's own words for what a category group is about; everything else is infrastructure.
KINDS = {"drain": "Met", "water": "Infra", "tree": "Met", "fire": "Fire", "health": "Health"}


@router.get("/cap.atom")
def cap_feed(session: SessionDep, city: CityDep) -> Response:
    """What is going on just now; empty when nothing is."""
    base = settings().public_url.rstrip("/")
    feed = Element("feed", xmlns=ATOM)
    _add(feed, "id", f"{base}/cap.atom")
    _add(feed, "title", city.name(city.languages[0]))
    found = emergencies(session, clock.now())
    newest = max((one.decided_at for one in found), default=clock.now())
    _add(feed, "updated", _moment(newest))
    _add(SubElement(feed, "author"), "name", city.name(city.languages[0]))
    for one in found:
        entry = SubElement(feed, "entry")
        _add(entry, "id", f"{base}/cap/{one.id}.xml")
        _add(entry, "title", one.title)
        _add(entry, "updated", _moment(one.decided_at))
        _add(entry, "summary", one.message)
        SubElement(entry, "link", href=f"{base}/cap/{one.id}.xml", type="application/cap+xml")
    return _xml(feed, "application/atom+xml")


@router.get("/cap/{number}.xml")
def cap_alert(number: int, session: SessionDep, city: CityDep) -> Response:
    """One alert, as long as it holds."""
    found = next((one for one in emergencies(session, clock.now()) if one.id == number), None)
    if found is None:
        raise NotFound("There is nothing at this address.")
    return _xml(_alert(found, city), "application/cap+xml")


def _alert(one: AnyRow, city: CityFacts) -> Element:
    alert = Element("alert", xmlns=CAP)
    _add(alert, "identifier", f"{city.code}-{one.id}-{one.decided_at:%Y%m%dT%H%M%S}")
    _add(alert, "sender", settings().public_url.partition("://")[2].rstrip("/"))
    _add(alert, "sent", _moment(one.decided_at))
    for name, value in (("status", "Actual"), ("msgType", "Alert"), ("scope", "Public")):
        _add(alert, name, value)
    info = SubElement(alert, "info")
    category = city.categories.get(one.category_code)
    _add(info, "language", city.languages[0])
    _add(info, "category", KINDS.get(category.group_code if category else "", "Infra"))
    _add(info, "event", one.title)
    for name, value in (
        ("urgency", "Immediate"),
        ("severity", "Severe"),
        ("certainty", "Observed"),
    ):
        _add(info, name, value)
    _add(info, "onset", _moment(one.begun_at))
    _add(info, "expires", _moment(one.ends_at))
    _add(info, "senderName", city.name(city.languages[0]))
    _add(info, "headline", one.title)
    _add(info, "description", one.message)
    _add(info, "web", f"{settings().public_url.rstrip('/')}/feed")
    area = SubElement(info, "area")
    _add(area, "areaDesc", city.name(city.languages[0]))
    # CAP wants latitude first, the ring closed.
    ring = json.loads(one.area)["coordinates"][0]
    _add(area, "polygon", " ".join(f"{lat},{lon}" for lon, lat in ring))
    return alert


def _add(parent: Element, name: str, text: str) -> None:
    SubElement(parent, name).text = text


def _moment(at: datetime) -> str:
    """CAP writes the zone with a sign and without fractions; a Z is not allowed."""
    return at.strftime("%Y-%m-%dT%H:%M:%S-00:00")


def _xml(root: Element, kind: str) -> Response:
    body = b'<?xml version="1.0" encoding="UTF-8"?>\n' + tostring(root, encoding="utf-8")
    return Response(body, media_type=kind, headers={"Cache-Control": "public, max-age=30"})
