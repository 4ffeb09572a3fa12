"""The questions of one caller, for who is on the telephone with them."""

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from geo_portal.accounts.people import Person
from geo_portal.accounts.permissions import Operation, require
from geo_portal.inquiries.tables import Inquiry

MOST_FOUND = 20


def callers_questions(session: Session, person: Person, typed: str) -> list[Inquiry]:
    """Questions with this e-mail address or telephone number, newest first.

    The look-up itself is written down by `complaints.on_behalf.callers_reports`.
    """
    require(person, Operation.LOOK_UP_CALLER)
    same = func.contact_key(Inquiry.contact) == func.contact_key(typed.strip())
    asked = select(Inquiry).where(Inquiry.contact.is_not(None), same)
    return list(session.scalars(asked.order_by(Inquiry.id.desc()).limit(MOST_FOUND)))
