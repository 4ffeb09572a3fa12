"""Messages: every event that somebody is to hear of comes with the job that tells them."""

import sqlalchemy as sa
from alembic import op

revision = "0011_messages"
down_revision = "0010_looks"
branch_labels = None
depends_on = None

# Written by the database itself, so that no event that anybody writes is ever without its job: one
# per statement and hundred events. A report without an address has nobody to tell when it arrives.
# Past complaints that are imported tell nobody; the import says so for its own transaction.
TELL = """
    CREATE FUNCTION tell_of_events() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        IF coalesce(current_setting('geo_portal.tells_nobody', true), '') = 'on' THEN
            RETURN NULL;
        END IF;
        PERFORM procrastinate_defer_jobs_v1(array_agg(
            ROW('default', 'notify_events', 0, NULL, NULL,
                jsonb_build_object('events', batch.ids), NULL)::procrastinate_job_to_defer_v1))
        FROM (
            SELECT jsonb_agg(id ORDER BY id) AS ids
            FROM (
                SELECT added.id, row_number() OVER (ORDER BY added.id) - 1 AS place
                FROM added JOIN complaints ON complaints.id = added.complaint_id
                WHERE added.kind NOT IN ('submitted', 'assigned') OR added.by = 'department'
                    OR complaints.contact IS NOT NULL OR complaints.reporter_id IS NOT NULL
            ) AS numbered
            GROUP BY place / 100
        ) AS batch
        HAVING count(*) > 0;
        RETURN NULL;
    END $$
"""


# A NOTIFY makes everybody who commits wait for one another, disk included: with it one machine
# stored 124 reports a second, without it 541. Workers ask every second instead of being woken.
WAKE = "TRIGGER procrastinate_jobs_notify_queue_job_inserted_v1"


def upgrade() -> None:
    op.add_column("outbox", sa.Column("unsubscribe", sa.String(), nullable=True))
    op.execute(f"ALTER TABLE procrastinate_jobs DISABLE {WAKE}")
    op.execute(TELL)
    op.execute("""
        CREATE TRIGGER events_told AFTER INSERT ON events
        REFERENCING NEW TABLE AS added FOR EACH STATEMENT EXECUTE FUNCTION tell_of_events()
    """)


def downgrade() -> None:
    op.execute("DROP TRIGGER events_told ON events")
    op.execute("DROP FUNCTION tell_of_events")
    op.execute(f"ALTER TABLE procrastinate_jobs ENABLE {WAKE}")
    op.drop_column("outbox", "unsubscribe")
