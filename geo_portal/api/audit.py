"""The API's door to the seals: the daily roots, and the chain of one complaint."""

from typing import Any

from fastapi import APIRouter

from geo_portal.complaints import roots
from geo_portal.complaints.codes import read_code
from geo_portal.complaints.find import by_code
from geo_portal.complaints.seals import Link, chain_of
from geo_portal.errors import NotFound
from geo_portal.http import SessionDep

router = APIRouter(prefix="/api/v1", tags=["audit"])


@router.get("/audit/roots", summary="The daily roots, newest first")
def read_roots(session: SessionDep) -> dict[str, Any]:
    """One SHA-256 a day (UTC) over the root before and every seal of the day, hex.

    Keep a copy: `geo-portal audit verify --roots FILE` says whether they are still the same.
    """
    return {"roots": roots.published(roots.roots(session))}


@router.get("/complaints/{code}/seals", summary="Read what a complaint's history is sealed with")
def read_chain(code: str, session: SessionDep) -> dict[str, Any]:
    """Every link of the chain, oldest first, to be checked with any SHA-256.

    `digest` = SHA-256(`text` in UTF-8, then the bytes of `person`); `seal` = SHA-256(the bytes of
    the seal before, then those of `digest`). `text` is what the event says; the moments in it are
    microseconds since 1970. `person` hides who did it. Internal events, and those of sensitive
    complaints, have neither: their digest holds the place in the chain.
    """
    known = read_code(code)
    if known is None:
        raise NotFound("There is no complaint with the number {code}.", code=code[:40])
    row = by_code(session, known)
    links = chain_of(session, row.id, withheld=row.sensitive)
    return {"code": row.code, "links": [_form(link) for link in links]}


def _form(link: Link) -> dict[str, Any]:
    return {
        "event": link.event_id,
        "text": link.text,
        "person": link.person.hex() if link.person else None,
        "digest": link.digest.hex(),
        "seal": link.seal.hex(),
    }
