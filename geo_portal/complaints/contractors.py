"""A firm without an account answers for a report: once, by a link that runs out."""

import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from geo_portal import outbox
from geo_portal.accounts.people import Person
from geo_portal.accounts.permissions import Operation, require
from geo_portal.accounts.sessions import TOKEN_BYTES, token_hash
from geo_portal.complaints.case_tables import ContractorLink
from geo_portal.complaints.cases import scope_of, take
from geo_portal.complaints.evidence import GivenEvidence, add
from geo_portal.complaints.followers import ADDRESS, LONGEST_ADDRESS
from geo_portal.complaints.moves import CLOSED
from geo_portal.complaints.reporters import ForeignLink
from geo_portal.complaints.tables import Complaint, Event
from geo_portal.complaints.timeline import CONTRACTOR, DEPARTMENT, LONGEST_REMARK, tell
from geo_portal.errors import Conflict, Invalid
from geo_portal.settings import settings
from geo_portal.translation import N_, translator

DAYS = (3, 7, 10, 14)
USUAL_DAYS = 14
LONGEST_FIRM = 120
ANSWERS = {"done": "contractor_done", "cannot": "contractor_cannot"}

SUBJECT = N_("Work on report {code}")
BODY = N_(
    "{firm},\n\nthe city asks you to take on report {code}:\n\n{message}\n\nEverything about it, "
    "and where to answer with photos, without an account: {link}\n\nThe link works once, until "
    "{until} (UTC)."
)


class LinkUsed(Conflict):
    """The firm has answered by this link already."""


class LinkOver(Conflict):
    """The link has run out, or the report was closed without it."""


@dataclass(frozen=True)
class Asked:
    """A link and the report it is about."""

    link: ContractorLink
    complaint: Complaint


def ask_contractor(
    session: Session,
    who: Person,
    code: str,
    now: datetime,
    *,
    firm: str,
    email: str,
    message: str,
    days: int = USUAL_DAYS,
    language: str = "en",
) -> str:
    """Send a firm the link by which it answers; the link, which is stored nowhere else.

    Raises `NotAllowed`, `Conflict` for a closed report, and `Invalid` for what is missing.
    """
    complaint = take(session, code)
    require(who, Operation.CONTRACTOR_LINK, scope_of(session, complaint))
    _check(complaint, firm, email, message, days)
    token, until = secrets.token_urlsafe(TOKEN_BYTES), now + timedelta(days=days)
    session.add(
        ContractorLink(
            token_hash=token_hash(token),
            complaint_id=complaint.id,
            firm=firm.strip(),
            email=email.strip(),
            message=message.strip(),
            made_by=who.id,
            made_at=now,
            expires_at=until,
        )
    )
    told = {"until": until.isoformat()}
    event = tell(session, complaint, "contractor_asked", now, by=DEPARTMENT, who=who, facts=told)
    address = f"{settings().public_url.rstrip('/')}/w/{token}"
    _mail(
        session,
        complaint,
        event,
        firm.strip(),
        email.strip(),
        message,
        address,
        until,
        language,
        now,
    )
    return address


def _check(complaint: Complaint, firm: str, email: str, message: str, days: int) -> None:
    if complaint.status in CLOSED:
        raise Conflict("This report is closed. Open it again before you pass it on.")
    if complaint.sensitive:
        raise Conflict("This kind of report is private, so it is not sent to a firm by link.")
    if not 0 < len(firm.strip()) <= LONGEST_FIRM:
        raise Invalid("Please give the name of the firm.", field="firm")
    if len(email) > LONGEST_ADDRESS or not ADDRESS.fullmatch(email.strip()):
        raise Invalid("Please give an e-mail address such as name@example.org.", field="email")
    if not 0 < len(message.strip()) <= LONGEST_REMARK:
        raise Invalid("Please write what the firm is to do.", field="message")
    if days not in DAYS:
        raise Invalid("The link can be good for 3 to 14 days.", field="days")


def _mail(
    session: Session,
    complaint: Complaint,
    event: Event,
    firm: str,
    email: str,
    message: str,
    address: str,
    until: datetime,
    language: str,
    now: datetime,
) -> None:
    words = translator(language)
    told = {"code": complaint.code, "firm": firm, "message": message.strip(), "link": address}
    outbox.post(
        session,
        now,
        kind="contractor_asked",
        recipient=email,
        subject=words.gettext(SUBJECT).format(**told),
        text=words.gettext(BODY).format(**told, until=f"{until:%Y-%m-%d %H:%M}"),
        language=language,
        complaint_id=complaint.id,
        event_id=event.id,
    )


def asked_by(session: Session, token: str, now: datetime) -> Asked:
    """What a link asks for. Raises `ForeignLink`, `LinkUsed` or `LinkOver`, in words."""
    link = session.get(ContractorLink, token_hash(token))
    if link is None:
        raise ForeignLink(
            "This link belongs to no report. Please open the whole link from our message, or ask "
            "the office for a new one."
        )
    if link.answered_at is not None:
        raise LinkUsed("You have answered by this link already. Thank you; the office goes on.")
    if now > link.expires_at:
        raise LinkOver("This link has run out. Please ask the office that sent it for a new one.")
    complaint = session.get_one(Complaint, link.complaint_id)
    if complaint.status in CLOSED:
        raise LinkOver("The office has closed this report meanwhile. There is nothing left to do.")
    return Asked(link, complaint)


def answer_as_contractor(
    session: Session,
    token: str,
    said: str,
    remark: str,
    photos: list[GivenEvidence],
    now: datetime,
) -> Event:
    """Take the firm's one answer, `done` or `cannot`; the office still has to close the report.

    Raises what `asked_by` does, and `Invalid` without an answer or, for `done`, without a photo.
    """
    code = asked_by(session, token, now).complaint.code
    complaint = take(session, code)
    # Two answers at once wait for each other at the report; the second finds the link used.
    link = asked_by(session, token, now).link
    session.refresh(link)
    asked_by(session, token, now)
    _check_answer(said, remark, photos)
    add(session, complaint, photos, now, contractor=link.firm)
    link.answered_at = now
    kind = ANSWERS[said]
    return tell(session, complaint, kind, now, by=CONTRACTOR, remark=remark.strip())


def _check_answer(said: str, remark: str, photos: list[GivenEvidence]) -> None:
    if said not in ANSWERS:
        raise Invalid("Please choose whether the work is done.", field="answer")
    if len(remark) > LONGEST_REMARK:
        raise Invalid("A remark may have {limit} characters.", field="remark", limit=LONGEST_REMARK)
    if said == "done" and not photos:
        raise Invalid("Please add a photo of the finished work.", field="evidence")
    if said == "cannot" and not remark.strip():
        raise Invalid("Please write why it cannot be done.", field="remark")


def links_of(session: Session, complaint_id: int) -> list[ContractorLink]:
    """The links that were given out for a complaint, newest first."""
    asked = select(ContractorLink).where(ContractorLink.complaint_id == complaint_id)
    return list(session.scalars(asked.order_by(ContractorLink.made_at.desc())))
