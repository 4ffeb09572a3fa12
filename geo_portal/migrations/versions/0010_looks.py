"""How pictures look, so that copies are found, and which browsers are the staff's own."""

import sqlalchemy as sa
from alembic import op

revision = "0010_looks"
down_revision = "0009_desk"
branch_labels = None
depends_on = None

MOMENT = sa.DateTime(timezone=True)
# The four quarters of a picture's 64 bits, each told from the others by what is added to it.
PARTS = """CASE WHEN looks IS NOT NULL THEN ARRAY[
    (looks & 65535)::integer,
    65536 + ((looks >> 16) & 65535)::integer,
    131072 + ((looks >> 32) & 65535)::integer,
    196608 + ((looks >> 48) & 65535)::integer
] END"""


def upgrade() -> None:
    op.add_column("photos", sa.Column("looks", sa.BigInteger(), nullable=True))
    op.add_column(
        "photos",
        sa.Column(
            "looks_parts",
            sa.ARRAY(sa.Integer()),
            sa.Computed(PARTS, persisted=True),
            nullable=True,
        ),
    )
    # Without a list of pending rows, which every search would have to read through.
    op.create_index(
        "ix_photos_looks",
        "photos",
        ["looks_parts"],
        postgresql_using="gin",
        postgresql_with={"fastupdate": "off"},
    )
    # Every picture has its looks now, so those of a proof need no place of their own.
    op.drop_column("evidence", "looks")
    op.add_column("evidence", sa.Column("contractor", sa.String(), nullable=True))
    op.create_index(
        "ix_complaints_reporter_token",
        "complaints",
        ["reporter_token_hash"],
        unique=True,
        postgresql_where=sa.text("reporter_token_hash IS NOT NULL"),
    )
    op.create_index(
        "ix_complaints_device",
        "complaints",
        ["device_hash", "submitted_at"],
        postgresql_where=sa.text("device_hash IS NOT NULL"),
    )
    op.add_column("feedback", sa.Column("device_hash", sa.String(), nullable=True))
    op.add_column("feedback", sa.Column("follower_id", sa.BigInteger(), nullable=True))
    op.create_foreign_key(
        "fk_feedback_follower_id_followers", "feedback", "followers", ["follower_id"], ["id"]
    )
    op.create_table(
        "staff_devices",
        sa.Column("device_hash", sa.String(), nullable=False),
        sa.Column("person_id", sa.BigInteger(), nullable=False),
        sa.Column("seen_at", MOMENT, nullable=False),
        sa.ForeignKeyConstraint(
            ["person_id"],
            ["people.id"],
            name="fk_staff_devices_person_id_people",
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("device_hash", "person_id", name="pk_staff_devices"),
    )


def downgrade() -> None:
    op.drop_table("staff_devices")
    op.drop_constraint("fk_feedback_follower_id_followers", "feedback")
    op.drop_column("feedback", "follower_id")
    op.drop_column("feedback", "device_hash")
    op.drop_index("ix_complaints_device", "complaints")
    op.drop_index("ix_complaints_reporter_token", "complaints")
    op.drop_column("evidence", "contractor")
    op.add_column(
        "evidence", sa.Column("looks", sa.BigInteger(), server_default="0", nullable=False)
    )
    op.drop_index("ix_photos_looks", "photos")
    op.drop_column("photos", "looks_parts")
    op.drop_column("photos", "looks")
