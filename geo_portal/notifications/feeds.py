"""What is new in an area, of a kind or at an office, for feed readers and calendars."""

import xml.etree.ElementTree as ET
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

from icalendar import Calendar, Event

from geo_portal.city.facts import CityFacts
from geo_portal.complaints.public import PublicComplaint
from geo_portal.database import AnyRow
from geo_portal.settings import settings
from geo_portal.translation import Translator

ATOM = "http://www.w3.org/2005/Atom"
GEORSS = "http://www.georss.org/georss"
LONGEST_TITLE = 80


def atom(
    found: Sequence[PublicComplaint], address: str, title: str, city: CityFacts, words: Translator
) -> bytes:
    """An Atom feed (RFC 4287), newest first; places as GeoRSS points (lat lon, EPSG:4326)."""
    ET.register_namespace("", ATOM)
    ET.register_namespace("georss", GEORSS)
    feed = ET.Element(f"{{{ATOM}}}feed", {"{http://www.w3.org/XML/1998/namespace}lang": words.lang})
    base = settings().public_url.rstrip("/")
    newest = max((one.updated_at for one in found), default=datetime(2026, 1, 1, tzinfo=UTC))
    _add(feed, "id", f"{base}{address}")
    _add(feed, "title", title)
    _add(feed, "updated", newest.isoformat())
    ET.SubElement(feed, f"{{{ATOM}}}link", {"rel": "self", "href": f"{base}{address}"})
    author = ET.SubElement(feed, f"{{{ATOM}}}author")
    _add(author, "name", city.name(words.lang))
    for one in found:
        entry = ET.SubElement(feed, f"{{{ATOM}}}entry")
        _add(entry, "id", f"{base}/c/{one.code}")
        ET.SubElement(entry, f"{{{ATOM}}}link", {"href": f"{base}/c/{one.code}"})
        _add(entry, "title", title_of(one, city, words))
        _add(entry, "published", one.submitted_at.isoformat())
        _add(entry, "updated", one.updated_at.isoformat())
        _add(entry, "summary", _clean(one.description or ""))
        if one.place:
            where = ET.SubElement(entry, f"{{{GEORSS}}}point")
            where.text = f"{one.place.lat} {one.place.lon}"
    return bytes(ET.tostring(feed, encoding="utf-8", xml_declaration=True))


def atom_of_announcements(found: Sequence[AnyRow], city: CityFacts, words: Translator) -> bytes:
    """What departments announce, as an Atom feed, newest first."""
    ET.register_namespace("", ATOM)
    feed = ET.Element(f"{{{ATOM}}}feed", {"{http://www.w3.org/XML/1998/namespace}lang": words.lang})
    base = settings().public_url.rstrip("/")
    newest = max((one.begins_at for one in found), default=datetime(2026, 1, 1, tzinfo=UTC))
    _add(feed, "id", f"{base}/feeds/announcements.atom")
    _add(feed, "title", f"{city.name(words.lang)}: {words.gettext('Announcements')}")
    _add(feed, "updated", newest.isoformat())
    author = ET.SubElement(feed, f"{{{ATOM}}}author")
    _add(author, "name", city.name(words.lang))
    for one in found:
        address = f"{base}/announcements#announcement-{one.id}"
        entry = ET.SubElement(feed, f"{{{ATOM}}}entry")
        _add(entry, "id", address)
        ET.SubElement(entry, f"{{{ATOM}}}link", {"href": address})
        _add(entry, "title", one.title)
        _add(entry, "published", one.begins_at.isoformat())
        _add(entry, "updated", one.begins_at.isoformat())
        _add(entry, "summary", one.words)
    return bytes(ET.tostring(feed, encoding="utf-8", xml_declaration=True))


def ical(
    found: Sequence[PublicComplaint], title: str, city: CityFacts, words: Translator, now: datetime
) -> bytes:
    """A calendar (RFC 5545) of the moments by which open reports are to be done."""
    base = settings().public_url.rstrip("/")
    calendar = Calendar()
    calendar.add("prodid", "-//geo_portal//EN")
    calendar.add("version", "2.0")
    calendar.add("x-wr-calname", title)
    for one in found:
        if one.due_at is None or one.closed_at is not None:
            continue
        event = Event()
        event.add("uid", f"{one.code}@{base.partition('://')[2]}")
        event.add("dtstamp", now)
        event.add("dtstart", one.due_at)
        event.add("dtend", one.due_at + timedelta(minutes=15))
        event.add("summary", title_of(one, city, words))
        event.add("url", f"{base}/c/{one.code}")
        if one.place:
            event.add("geo", (one.place.lat, one.place.lon))
        calendar.add_component(event)
    return bytes(calendar.to_ical())


def title_of(one: PublicComplaint, city: CityFacts, words: Translator) -> str:
    """The kind of problem and the first words, on one line."""
    category = city.categories.get(one.category or "")
    named = category.name(words.lang) if category else words.gettext("Report")
    said = " ".join(_clean(one.description or "").split())
    short = said if len(said) <= LONGEST_TITLE else f"{said[:LONGEST_TITLE]}…"
    return f"{named}: {short}" if short else f"{named} {one.code}"


def _add(parent: ET.Element, name: str, said: str) -> None:
    ET.SubElement(parent, f"{{{ATOM}}}{name}").text = _clean(said)


def _clean(text: str) -> str:
    """Without what XML has no way to write."""
    return "".join(
        sign for sign in text if sign in "\t\n" or (sign >= " " and sign not in "\ufffe\uffff")
    )
