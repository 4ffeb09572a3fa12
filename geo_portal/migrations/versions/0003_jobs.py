"""The job queue: procrastinate's own schema, as its release brings it."""

from alembic import op
from procrastinate.schema import SchemaManager

revision = "0003_jobs"
down_revision = "0002_cells"
branch_labels = None
depends_on = None


def upgrade() -> None:
    # Sent past SQLAlchemy's placeholders: the schema holds colons and percent signs of its own.
    cursor = op.get_bind().connection.cursor()
    cursor.execute(SchemaManager.get_schema())
    cursor.close()


def downgrade() -> None:
    op.execute("""
        DO $$
        DECLARE thing record;
        BEGIN
            FOR thing IN SELECT tablename FROM pg_tables WHERE tablename LIKE 'procrastinate\\_%'
            LOOP EXECUTE format('DROP TABLE %I CASCADE', thing.tablename); END LOOP;
            FOR thing IN SELECT oid::regprocedure AS name FROM pg_proc
                         WHERE proname LIKE 'procrastinate\\_%'
            LOOP EXECUTE format('DROP FUNCTION %s CASCADE', thing.name); END LOOP;
            FOR thing IN SELECT typname FROM pg_type
                         WHERE typname LIKE 'procrastinate\\_%' AND typtype IN ('c', 'e')
            LOOP EXECUTE format('DROP TYPE %I CASCADE', thing.typname); END LOOP;
        END $$
    """)
