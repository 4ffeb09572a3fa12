"""Where and when a chosen photo was taken: offered beside it, never taken for granted."""

from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timedelta, tzinfo
from typing import Annotated

from fastapi import APIRouter, File, Form, Request, Response, UploadFile
from pyproj import Geod

from geo_portal import clock, photo_store
from geo_portal.complaints.seen import read_moment, refuse_odd_time
from geo_portal.errors import Invalid, Refused
from geo_portal.geometry import LonLat
from geo_portal.http import CityDep, ReaderDep
from geo_portal.photo_facts import FileFacts
from geo_portal.web.pages import page

router = APIRouter(include_in_schema=False)

EARTH = Geod(ellps="WGS84")
# A phone knows its place about so well; nearer than that there is nothing to ask.
NEAR_ENOUGH_M = 30.0
MOST_FILES = 10
# What was taken while the report is written was seen now.
JUST_NOW = timedelta(minutes=30)


@dataclass(frozen=True)
class PhotoPlace:
    """Where a photo was taken, and how far from the pin in metres; None without a pin."""

    lon: str
    lat: str
    distance_m: float | None


def offer(photo_lon: str, photo_lat: str, lon: str, lat: str) -> PhotoPlace | None:
    """What to ask about a photo's place; None when it names none, or the pin is there already."""
    there, pin = _place(photo_lon, photo_lat), _place(lon, lat)
    if there is None:
        return None
    if pin is None:
        return PhotoPlace(photo_lon, photo_lat, None)
    distance_m = EARTH.inv(there.lon, there.lat, pin.lon, pin.lat)[2]
    return PhotoPlace(photo_lon, photo_lat, distance_m) if distance_m > NEAR_ENOUGH_M else None


def offer_time(photo_time: str, zone: tzinfo, now: datetime) -> datetime | None:
    """When a photo says it was taken; None where it says nothing that could be given as the time.

    Of what was taken just now there is nothing to ask either.
    """
    if not photo_time:
        return None
    with suppress(Invalid):
        moment = read_moment(photo_time, zone)
        refuse_odd_time(moment, now)
        return moment if moment < now - JUST_NOW else None
    return None


@router.post("/report/photo-place")
def photo_place(
    request: Request,
    city: CityDep,
    words: ReaderDep,
    photos: Annotated[list[UploadFile], File()] = [],  # noqa: B006  Copied for each request.
    lon: Annotated[str, Form()] = "",
    lat: Annotated[str, Form()] = "",
    seen_at: Annotated[str, Form()] = "",
) -> Response:
    """The questions about the photos that were just chosen; nothing of them is kept."""
    told = [facts for one in photos[:MOST_FILES] if (facts := _told(one))]
    found = next((facts.place for facts in told if facts.place), None)
    photo_time = next((facts.time_said for facts in told if facts.time_said), "")
    return page(
        request,
        "report/photo_place.html",
        lang=words.lang,
        city=city,
        offer=offer(f"{found.lon:.6f}", f"{found.lat:.6f}", lon, lat) if found else None,
        photo_time=photo_time,
        taken=offer_time(photo_time, city.timezone, clock.now()),
        seen_at=seen_at,
    )


def _told(upload: UploadFile) -> FileFacts | None:
    # What is no photo is refused in words when the report is sent.
    with suppress(Refused):
        return photo_store.facts_in(upload.file.read(), upload.filename or "")
    return None


def _place(lon: str, lat: str) -> LonLat | None:
    with suppress(ValueError, Refused):
        return LonLat(float(lon), float(lat))
    return None
