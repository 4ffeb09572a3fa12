"""A mark that changes whenever the counts per cell are brought up to date."""

from alembic import op

revision = "0023_plan"
down_revision = "0021_guard"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.execute("CREATE TABLE cell_state (version uuid NOT NULL DEFAULT gen_random_uuid())")
    op.execute("INSERT INTO cell_state DEFAULT VALUES")


def downgrade() -> None:
    op.execute("DROP TABLE cell_state")
