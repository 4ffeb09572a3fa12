"""The pictures of a request or of an update: sent along, or named by their address."""

from geo_portal import photo_store
from geo_portal.errors import Invalid, Refused
from geo_portal.exchange.pictures import fetched_picture
from geo_portal.open311.given import Given
from geo_portal.photo_store import StoredPhoto
from geo_portal.settings import settings


def pictures_of(given: Given) -> tuple[list[StoredPhoto], list[Refused]]:
    """Pictures sent along and pictures named by their address, all decoded and written anew.

    Not to be called within a transaction: it may take seconds.
    """
    kept: list[StoredPhoto] = []
    refused: list[Refused] = []
    named = given.listed("media_url") if len(given.fields.get("media_url", [])) > 1 else ()
    addresses = named or tuple(filter(None, [given.one("media_url")]))
    if len(given.files) + len(addresses) > settings().max_photos:
        limit = settings().max_photos
        return [], [Invalid("At most {limit} photos can be sent with one report.", limit=limit)]
    for name, content in given.files:
        try:
            kept.append(photo_store.keep(content, name))
        except Refused as mistake:
            refused.append(mistake)
    for address in addresses:
        try:
            kept.append(fetched_picture(address))
        except Refused as mistake:
            refused.append(mistake)
    return kept, refused
