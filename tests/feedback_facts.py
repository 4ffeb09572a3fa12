"""Followers who answer, and what is kept of an answer."""

from sqlalchemy import select, text

from geo_portal.complaints.case_tables import Feedback
from geo_portal.complaints.followers import follow_signed_in
from geo_portal.complaints.reporters import (
    answering,
)
from tests.staff_fixtures import MONDAY


def one_who_follows(session, complaint, person, device=None):
    follow_signed_in(session, complaint, person, MONDAY)
    return answering(session, complaint.id, (), person, device)


def left_out(session):
    kept = session.scalars(select(Feedback)).one()
    assert kept.counted is (kept.left_out_because is None)
    return kept.left_out_because


def copies(session, complaint, number):
    session.execute(
        text("""
            INSERT INTO complaints (code, description, point, jurisdiction_ids, status,
                submitted_at, updated_at, device_hash)
            SELECT 'COPY' || n, description, point, jurisdiction_ids, 'assigned', submitted_at,
                updated_at, device_hash
            FROM complaints, generate_series(1, :number) AS n WHERE id = :id
        """),
        {"number": number, "id": complaint.id},
    )
