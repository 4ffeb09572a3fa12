"""Questions whose asker agrees that others may read them, with their answers."""

from alembic import op

revision = "0024_shared_answers"
down_revision = "0023_plan"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.execute("""
        ALTER TABLE inquiries
            ADD COLUMN may_be_shown boolean NOT NULL DEFAULT false,
            ADD COLUMN shown_question varchar,
            ADD CONSTRAINT ck_inquiries_shown
                CHECK (shown_question IS NULL OR (may_be_shown AND status = 'answered'))
    """)
    # Serves the public list of answered questions, newest first.
    op.execute("""
        CREATE INDEX ix_inquiries_shown ON inquiries (answered_at DESC, id DESC)
        WHERE shown_question IS NOT NULL
    """)


def downgrade() -> None:
    op.execute("DROP INDEX ix_inquiries_shown")
    op.execute("""
        ALTER TABLE inquiries DROP CONSTRAINT ck_inquiries_shown,
            DROP COLUMN shown_question, DROP COLUMN may_be_shown
    """)
