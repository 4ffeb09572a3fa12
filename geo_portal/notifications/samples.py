"""A message about an invented report, to show how words would be read."""

from datetime import datetime, timedelta

from geo_portal.city.facts import CityFacts
from geo_portal.notifications.happenings import Happening
from geo_portal.notifications.layout import Part
from geo_portal.notifications.letters import put_together
from geo_portal.notifications.recipients import Addressee
from geo_portal.notifications.wordings import Shown

CODE = "ABCDE-FGHJK"


def sample(city: CityFacts, said: Shown, now: datetime) -> Part | None:
    """The parts of the message as its reader would see them."""
    office = next(iter(city.departments), None)
    later = now + timedelta(days=3)
    happened = Happening(
        event_id=0,
        kind=said.kind,
        at=now,
        by="department",
        internal=False,
        person_id=None,
        office_code=office,
        remark=None,
        facts={
            "outcome": "fixed",
            "until": later.isoformat(),
            "planned_for": later.isoformat(),
            "into": CODE,
            "told": "department_head",
            "department": office,
            "supports": 5,
            "verdict": "fixed",
        },
        complaint_id=0,
        code=CODE,
        language=said.language,
        category_code=next(iter(city.categories), None),
        department_code=office,
        complaint_office_code=None,
        assignee_id=None,
        resolved_by=None,
        due_at=later,
        pause_until=later,
        sensitive=False,
        channel="WEB",
        contact=None,
        reporter_id=None,
        reporter_email=None,
        reporter_language=None,
        reporter_phone=None,
    )
    reader = Addressee(
        said.role, "reader@example.org", said.language, follows=city.name(said.language)
    )
    own = {(said.role, said.kind, said.language): (said.subject, said.sentence)}
    return put_together(happened, reader, city, own)
