"""Place: how it was settled whose place a complaint's is, and its words as everybody may read."""

import sqlalchemy as sa
from alembic import op

revision = "0013_place"
down_revision = "0012_models"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("complaints", sa.Column("public_description", sa.String(), nullable=True))
    op.add_column("complaints", sa.Column("place_method", sa.String(), nullable=True))
    op.add_column("complaints", sa.Column("border_m", sa.Float(), nullable=True))
    op.add_column("complaints", sa.Column("place_confidence", sa.Float(), nullable=True))


def downgrade() -> None:
    for column in ("place_confidence", "border_m", "place_method", "public_description"):
        op.drop_column("complaints", column)
