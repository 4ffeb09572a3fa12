"""Talk: followers of places and kinds hear of reports that nobody signed."""

from importlib import import_module

from alembic import op

revision = "0020_talk"
down_revision = "0019_directory"
branch_labels = None
depends_on = None

# A report that nobody left an address with has its job only where its place or kind is followed.
# The boxes around the shapes are enough to ask here; the worker looks at the shapes themselves.
FOLLOWED = """
                    OR added.kind = 'submitted' AND NOT complaints.sensitive AND EXISTS (
                        SELECT FROM subscriptions
                        WHERE left_at IS NULL AND shape IS NOT NULL AND shape && complaints.point
                        UNION ALL
                        SELECT FROM subscriptions
                        WHERE left_at IS NULL AND shape IS NULL
                            AND category_code = complaints.category_code
                    )
"""


def upgrade() -> None:
    anchor = "OR complaints.contact IS NOT NULL OR complaints.reporter_id IS NOT NULL\n"
    op.execute(_before().replace(anchor, anchor + FOLLOWED))


def downgrade() -> None:
    op.execute(_before())


def _before() -> str:
    """The function as it was."""
    old: str = import_module("geo_portal.migrations.versions.0011_messages").TELL
    return old.replace("CREATE FUNCTION", "CREATE OR REPLACE FUNCTION")
