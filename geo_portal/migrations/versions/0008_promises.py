"""What was promised for each complaint, so that its clock and its ladder are read off its row."""

import sqlalchemy as sa
from alembic import op

revision = "0008_promises"
down_revision = "0007_seals"
branch_labels = None
depends_on = None

WHILE_THE_CLOCK_RUNS = "escalate_at IS NOT NULL AND closed_at IS NULL AND paused_at IS NULL"

# Cities that were loaded before have a ladder from now on, and their open complaints climb it.
USUAL_LADDER = """
    INSERT INTO escalation_steps (position, percent, told)
    SELECT step.* FROM city, (VALUES
        (0::smallint, 50::smallint, 'office'), (1, 100, 'office_head'),
        (2, 150, 'department_head'), (3, 200, 'city_secretary')
    ) AS step (position, percent, told)
    WHERE NOT EXISTS (SELECT FROM escalation_steps)
"""
OLDER_COMPLAINTS = """
    UPDATE complaints SET
        promised = due_at - submitted_at,
        escalate_at = submitted_at + (due_at - submitted_at) / 2
    WHERE due_at > submitted_at
"""


def upgrade() -> None:
    op.add_column("complaints", sa.Column("promised", sa.Interval(), nullable=True))
    op.add_column(
        "complaints",
        sa.Column("working_time", sa.Boolean(), server_default=sa.text("false"), nullable=False),
    )
    _index_escalate_at(WHILE_THE_CLOCK_RUNS)
    op.execute(USUAL_LADDER)
    op.execute(OLDER_COMPLAINTS)


def downgrade() -> None:
    _index_escalate_at("escalate_at IS NOT NULL")
    op.drop_column("complaints", "working_time")
    op.drop_column("complaints", "promised")


def _index_escalate_at(where: str) -> None:
    op.drop_index("ix_complaints_escalate_at", "complaints")
    op.create_index(
        "ix_complaints_escalate_at",
        "complaints",
        ["escalate_at"],
        postgresql_where=sa.text(where),
    )
