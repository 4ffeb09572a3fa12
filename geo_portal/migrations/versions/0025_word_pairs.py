"""Two words written as one are known as such: no word is taken for the beginning of them."""

from alembic import op

revision = "0025_word_pairs"
down_revision = "0024_shared_answers"
branch_labels = None
depends_on = None


def upgrade() -> None:
    # An index made before knows no pairs, and finds as it did; the next load makes it anew.
    op.execute("ALTER TABLE search_words ADD COLUMN pair boolean NOT NULL DEFAULT false")


def downgrade() -> None:
    op.execute("ALTER TABLE search_words DROP COLUMN pair")
