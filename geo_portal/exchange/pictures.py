"""Pictures that another program names by their address: fetched carefully, kept like any other."""

from urllib.parse import urlsplit

from geo_portal import photo_store
from geo_portal.errors import Invalid
from geo_portal.outbox.safe_http import NoAnswer, ask
from geo_portal.photo_store import StoredPhoto
from geo_portal.settings import settings


class NoPicture(Invalid):
    """There is no picture to be had at an address."""


def fetched_picture(url: str) -> StoredPhoto:
    """The picture behind `url`, decoded and written anew, so that nothing else of it stays.

    Not to be called within a transaction: it takes up to ten seconds. Raises `NoPicture`, an
    `Invalid` for an address that the portal does not call, or what `photo_store.keep` raises.
    """
    limit = int(settings().max_photo_mb * 1_000_000)
    try:
        answer = ask("GET", url, most_bytes=limit + 1)
    except NoAnswer:
        raise _no_picture(url) from None
    if answer.status != 200:
        raise _no_picture(url)
    return photo_store.keep(answer.body, urlsplit(url).path.rpartition("/")[2][:80] or "media_url")


def _no_picture(url: str) -> NoPicture:
    return NoPicture(
        "The picture at {url} could not be fetched. Send it along, or give another address.",
        field="media_url",
        url=url[:200],
    )
