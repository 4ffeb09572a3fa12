"""Says something about a complaint without moving it: to everybody, or among colleagues."""

import re
from datetime import datetime

from sqlalchemy.orm import Session

from geo_portal.accounts.colleagues import colleagues_of
from geo_portal.accounts.people import Person
from geo_portal.accounts.permissions import Operation, require
from geo_portal.complaints.cases import scope_of, take
from geo_portal.complaints.tables import Event
from geo_portal.complaints.timeline import DEPARTMENT, LONGEST_REMARK, tell
from geo_portal.errors import Invalid

_MENTION = re.compile(r"@([\w.-]+)")


def remark(session: Session, who: Person, code: str, words: str, now: datetime) -> Event:
    """A public sentence of the office, such as what is planned; counts as its first answer."""
    complaint = take(session, code)
    require(who, Operation.REMARK, scope_of(session, complaint))
    said = _checked(words)
    complaint.responded_at = complaint.responded_at or now
    return tell(session, complaint, "remark", now, by=DEPARTMENT, who=who, remark=said)


def note(session: Session, who: Person, code: str, words: str, now: datetime) -> Event:
    """A note that only staff read; `@name` of a colleague's e-mail calls that colleague."""
    complaint = take(session, code)
    require(who, Operation.NOTE, scope_of(session, complaint))
    said = _checked(words)
    called = {name.lower().rstrip(".") for name in _MENTION.findall(said)}
    offices = [code for code in (complaint.department_code, complaint.office_code) if code]
    mentioned = [
        colleague.id
        for colleague in colleagues_of(session, offices)
        if colleague.email and colleague.email.partition("@")[0].lower() in called
    ]
    told = {"mentions": mentioned}
    return tell(
        session,
        complaint,
        "note",
        now,
        by=DEPARTMENT,
        who=who,
        remark=said,
        facts=told,
        internal=True,
    )


def _checked(words: str) -> str:
    said = words.strip()
    if not said:
        raise Invalid("Please write a sentence first.", field="remark")
    if len(said) > LONGEST_REMARK:
        raise Invalid("A remark may have {limit} characters.", field="remark", limit=LONGEST_REMARK)
    return said
