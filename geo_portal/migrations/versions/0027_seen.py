"""When a problem was seen, where its reporter says so; no photo keeps a time unasked."""

from alembic import op

revision = "0027_seen"
down_revision = "0026_day_records"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.execute("ALTER TABLE complaints ADD COLUMN seen_at timestamptz")
    # The report page promised that it is removed. Of results it is kept with the evidence.
    op.execute("UPDATE photos SET taken_at = NULL WHERE kind = 'report' AND taken_at IS NOT NULL")


def downgrade() -> None:
    op.execute("ALTER TABLE complaints DROP COLUMN seen_at")
