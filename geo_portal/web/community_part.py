"""What the page of a report shows of its neighbours: supports, comments, photos, bookmarks."""

from dataclasses import dataclass, field
from typing import Any

from fastapi import Request
from sqlalchemy.orm import Session

from geo_portal import clock
from geo_portal.accounts.limits import network
from geo_portal.accounts.people import Person
from geo_portal.accounts.permissions import Operation, may
from geo_portal.community.bookmarks import is_kept
from geo_portal.community.comments import HELD_WORDS, shown_of
from geo_portal.community.supports import Supporter, number_of, supports
from geo_portal.community.verify import may_verify
from geo_portal.complaints.cases import scope_of
from geo_portal.complaints.moves import CLOSED
from geo_portal.complaints.tables import Complaint, Photo
from geo_portal.database import AnyRow
from geo_portal.translation import N_, Translator
from geo_portal.web.own_browser import device_of
from geo_portal.web.shown import photo_url

SAID = {
    "new": N_("Thank you: you are counted. The office sees that one more person is concerned."),
    "again": N_("You were counted already."),
    "report": N_("Your report was added to this one. You are counted, and your photo is kept."),
    "back": N_("You are no longer counted."),
    "seen": N_("Thank you for looking. Everybody can read now what you saw."),
}


@dataclass(frozen=True)
class CommunityPart:
    """`said` and `held` are sentences for who has just done something, else empty."""

    supports: int
    mine: bool
    own: bool
    open: bool
    kept: bool
    can_thank: bool
    can_verify: bool
    said: str
    held: str
    comments: list[AnyRow] = field(default_factory=list)
    photos: list[dict[str, Any]] = field(default_factory=list)


def community_part(
    request: Request,
    session: Session,
    complaint: Complaint,
    photos: list[Photo],
    asking: Person | None,
    words: Translator,
) -> CommunityPart:
    """For one reader; of a private report nothing but zeros."""
    who = supporter_of(request, asking)
    said, held = (request.query_params.get(name, "") for name in ("supported", "held"))
    by_person = asking is not None and asking.id == complaint.reporter_id
    by_browser = who.device_hash is not None and who.device_hash == complaint.device_hash
    return CommunityPart(
        supports=number_of(session, complaint.id),
        mine=supports(session, complaint.id, who),
        own=by_person or by_browser,
        open=complaint.status not in CLOSED and not complaint.sensitive,
        kept=is_kept(session, asking, complaint.id),
        can_thank=_can_thank(session, complaint, asking),
        can_verify=may_verify(session, complaint, asking, clock.now()),
        said=words.gettext(SAID[said]) if said in SAID else "",
        held=words.gettext(HELD_WORDS[held]) if held in HELD_WORDS else "",
        comments=[] if complaint.sensitive else shown_of(session, complaint.id),
        photos=[_photo(one) for one in photos if one.kind in ("support", "verify")],
    )


def supporter_of(request: Request, asking: Person | None, device: str | None = None) -> Supporter:
    """Who asks, as supports and comments know people."""
    here = network(request.client.host) if request.client else ""
    return Supporter(asking, device or device_of(request), here)


def _can_thank(session: Session, complaint: Complaint, asking: Person | None) -> bool:
    staff = asking is not None and asking.is_staff
    return staff and may(asking, Operation.REMARK, scope_of(session, complaint))


def _photo(one: Any) -> dict[str, Any]:
    return {
        "id": one.id,
        "small": photo_url(one.key, "small"),
        "large": photo_url(one.key, "large"),
    }
