"""What the desk asks for: what stands out among the open reports, and the parts of others' work."""

import sqlalchemy as sa
from alembic import op

revision = "0009_desk"
down_revision = "0008_promises"
branch_labels = None
depends_on = None

STANDS_OUT = (
    "closed_at IS NULL AND (urgent OR paused_at IS NOT NULL OR snoozed_until IS NOT NULL"
    " OR status = 'reopened')"
)


def upgrade() -> None:
    op.create_index(
        "ix_complaints_stands_out",
        "complaints",
        ["department_code", "due_at", "id"],
        postgresql_where=sa.text(STANDS_OUT),
    )
    op.create_index(
        "ix_tasks_open",
        "tasks",
        ["department_code", "id"],
        postgresql_where=sa.text("done_at IS NULL"),
    )


def downgrade() -> None:
    op.drop_index("ix_tasks_open", "tasks")
    op.drop_index("ix_complaints_stands_out", "complaints")
