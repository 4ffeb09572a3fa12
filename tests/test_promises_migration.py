"""A city that was there before it had a ladder climbs it from now on."""

from datetime import timedelta

from alembic import command
from sqlalchemy import text

from geo_portal.complaints.escalation import escalate_overdue
from geo_portal.complaints.submit import NewComplaint, submit
from geo_portal.geometry import LonLat
from geo_portal.migrations import config, migrate
from tests.city_fixtures import HARBOUR
from tests.staff_fixtures import MONDAY


def test_older_reports_are_escalated_by_the_clock_on_the_wall(own_town, own_url):
    new = NewComplaint("A hole", LonLat(*HARBOUR), category="road.pothole")
    with own_town.transaction() as session:
        submit(session, new, MONDAY)
        session.execute(text("DELETE FROM escalation_steps"))

    command.downgrade(config(own_url), "0008_promises-1")
    migrate(own_url)

    with own_town.transaction() as session:
        session.execute(text("UPDATE city SET facts_version = facts_version + 1"))
        half_way = MONDAY + timedelta(hours=36)
        told = [escalate_overdue(session, half_way - timedelta(seconds=1))]
        told.append(escalate_overdue(session, half_way))
    assert told == [0, 1]
