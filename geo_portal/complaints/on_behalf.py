"""Filing for somebody who calls, writes or stands at the counter; and finding what they filed."""

from dataclasses import replace
from datetime import datetime

from sqlalchemy import text
from sqlalchemy.orm import Session

from geo_portal.accounts.look_ups import note_look_up
from geo_portal.accounts.people import Person
from geo_portal.accounts.permissions import Operation, require
from geo_portal.complaints.cases import take
from geo_portal.complaints.codes import read_code
from geo_portal.complaints.contact_keys import KEY_SQL, contact_key
from geo_portal.complaints.find import listing
from geo_portal.complaints.submit import NewComplaint, Submitted, submit
from geo_portal.complaints.tables import Complaint
from geo_portal.complaints.timeline import DEPARTMENT, tell
from geo_portal.database import AnyRow
from geo_portal.errors import Invalid

CHANNELS = ("PHONE", "COUNTER", "EMAIL", "SMS", "WHATSAPP")
MOST_FOUND = 50


def file_on_behalf(
    session: Session, person: Person, new: NewComplaint, channel: str, now: datetime
) -> Submitted:
    """File what somebody told; the case keeps through which channel, and who wrote it down.

    Raises `Invalid` for a channel that staff do not serve, and all that `submit` raises.
    """
    require(person, Operation.FILE_ON_BEHALF)
    if channel not in CHANNELS:
        raise Invalid("Please choose how the report reached you.", field="channel")
    # Who writes it down is not who reports it: the answer "fixed?" is the caller's alone.
    done = submit(session, replace(new, channel=channel, reporter_id=None, device_hash=None), now)
    complaint = take(session, done.code)
    facts = {"channel": channel}
    tell(
        session, complaint, "taken_down", now, by=DEPARTMENT, who=person, facts=facts, internal=True
    )
    return done


def callers_reports(
    session: Session, person: Person, typed: str, now: datetime
) -> tuple[str, list[AnyRow]]:
    """What somebody has reported, newest first, by code, e-mail address or telephone number.

    Says by which of `code` and `contact` it was sought. Every look-up is written down, also one
    that finds nothing. Raises `Invalid` for what is neither.
    """
    require(person, Operation.LOOK_UP_CALLER)
    code, key = read_code(typed), contact_key(typed)
    if code is None and key is None:
        raise Invalid("Type a tracking code, an e-mail address or a telephone number.", field="who")
    sought_by = "code" if code else "contact"
    wanted = Complaint.code == code if code else text(f"{KEY_SQL} = :key").bindparams(key=key)
    newest = Complaint.submitted_at.desc(), Complaint.id.desc()
    rows = list(session.execute(listing().where(wanted).order_by(*newest).limit(MOST_FOUND)))
    note_look_up(session, person, sought_by, code or key or "", len(rows), now)
    return sought_by, rows
