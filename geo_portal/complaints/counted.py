"""Which answers are left out of ratings: those that the staff could have written themselves."""

from datetime import datetime

from sqlalchemy import ColumnElement, func, select
from sqlalchemy.orm import Session

from geo_portal.accounts.tables import Account, Posting
from geo_portal.complaints.case_tables import Feedback
from geo_portal.complaints.devices import any_of_staff, sends_many
from geo_portal.complaints.reporters import Answering
from geo_portal.complaints.tables import Complaint


def left_out_because(
    session: Session, complaint: Complaint, who: Answering, now: datetime
) -> str | None:
    """Why an answer does not count, or None when it does.

    One of `staff` (signed in as staff), `self_filed` (the office's own report),
    `staff_device` (from a browser that staff work in), `many_from_device` (a counter or a
    quota), `answered_from_device` (the same browser has answered for this report before).
    """
    if who.person is not None and who.person.is_staff:
        return "staff"
    if _self_filed(session, complaint):
        return "self_filed"
    devices = {device for device in (complaint.device_hash, who.device_hash) if device}
    if devices and any_of_staff(session, devices):
        return "staff_device"
    if any(sends_many(session, device, now) for device in devices):
        return "many_from_device"
    if who.device_hash and _answered_from(session, complaint, who.device_hash):
        return "answered_from_device"
    return None


def _self_filed(session: Session, complaint: Complaint) -> bool:
    """Whether staff of the office in charge reported it, by account or by the address given."""
    offices = (complaint.department_code, complaint.office_code)
    theirs: ColumnElement[bool] = Account.id == complaint.reporter_id
    if complaint.contact:
        theirs = theirs | (func.lower(Account.email) == complaint.contact.strip().lower())
    office = Posting.department_code.is_(None) | Posting.department_code.in_(offices)
    held = select(Posting.id).join(Account, Account.id == Posting.person_id)
    return session.scalar(held.where(theirs, office).limit(1)) is not None


def _answered_from(session: Session, complaint: Complaint, device: str) -> bool:
    asked = select(Feedback.id).where(
        Feedback.complaint_id == complaint.id,
        Feedback.device_hash == device,
        Feedback.at >= complaint.closed_at,
    )
    return session.scalar(asked.limit(1)) is not None
