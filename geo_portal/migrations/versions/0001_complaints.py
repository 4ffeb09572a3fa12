"""Complaints, what happened to them, and their photos."""

import sqlalchemy as sa
from alembic import op
from geoalchemy2 import Geometry
from sqlalchemy.dialects.postgresql import JSONB

revision = "0001_complaints"
down_revision = "0001_city"
branch_labels = None
depends_on = None

MOMENT = sa.DateTime(timezone=True)

LIGHT = """CASE
    WHEN status IN ('resolved', 'confirmed') AND outcome IN ('handed_over', 'not_found', 'cannot')
        THEN 'closed'
    WHEN status IN ('submitted', 'triaged', 'assigned', 'reopened') THEN 'waiting'
    WHEN status IN ('in_progress', 'waiting_citizen', 'waiting_other') THEN 'progress'
    WHEN status IN ('resolved', 'confirmed') THEN 'done'
    ELSE 'closed'
END"""

STATUS = """status IN (
    'submitted', 'triaged', 'assigned', 'reopened', 'in_progress', 'waiting_citizen',
    'waiting_other', 'resolved', 'confirmed', 'merged', 'rejected'
)"""


def shape(kind: str) -> Geometry:
    """A shape in EPSG:4326; its index follows beside the query it serves."""
    return Geometry(kind, srid=4326, spatial_index=False)


def upgrade() -> None:
    op.create_table(
        "complaints",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("code", sa.String(), nullable=False),
        sa.Column("description", sa.String(), nullable=False),
        sa.Column("language", sa.String(), nullable=True),
        sa.Column("point", shape("POINT"), nullable=False),
        sa.Column("accuracy_m", sa.Double(), nullable=True),
        sa.Column("address", sa.String(), nullable=True),
        sa.Column("edition_id", sa.Integer(), nullable=True),
        sa.Column("jurisdiction_ids", sa.ARRAY(sa.Integer()), nullable=False),
        sa.Column("category_code", sa.String(), nullable=True),
        sa.Column("category_by", sa.String(), nullable=True),
        sa.Column("confidence", sa.Double(), nullable=True),
        sa.Column("department_code", sa.String(), nullable=True),
        sa.Column("office_code", sa.String(), nullable=True),
        sa.Column("status", sa.String(), nullable=False),
        sa.Column("outcome", sa.String(), nullable=True),
        sa.Column(
            "light",
            sa.String(),
            sa.Computed(
                LIGHT,
                persisted=True,
            ),
            nullable=False,
        ),
        sa.Column("sensitive", sa.Boolean(), server_default=sa.text("false"), nullable=False),
        sa.Column("contact", sa.String(), nullable=True),
        sa.Column("channel", sa.String(), server_default="WEB", nullable=False),
        sa.Column("source", sa.String(), nullable=True),
        sa.Column("source_id", sa.String(), nullable=True),
        sa.Column("submitted_at", MOMENT, nullable=False),
        sa.Column("respond_by", MOMENT, nullable=True),
        sa.Column("due_at", MOMENT, nullable=True),
        sa.Column("closed_at", MOMENT, nullable=True),
        sa.Column("updated_at", MOMENT, nullable=False),
        sa.CheckConstraint(
            STATUS,
            name="ck_complaints_status",
        ),
        sa.CheckConstraint("ST_X(point) BETWEEN -180 AND 180", name="ck_complaints_longitude"),
        sa.CheckConstraint("ST_Y(point) BETWEEN -90 AND 90", name="ck_complaints_latitude"),
        sa.CheckConstraint(
            "accuracy_m IS NULL OR accuracy_m BETWEEN 0 AND 100000", name="ck_complaints_accuracy_m"
        ),
        sa.CheckConstraint(
            "length(description) BETWEEN 1 AND 5000", name="ck_complaints_description"
        ),
        sa.ForeignKeyConstraint(
            ["category_code"], ["categories.code"], name="fk_complaints_category_code_categories"
        ),
        sa.ForeignKeyConstraint(
            ["department_code"],
            ["departments.code"],
            name="fk_complaints_department_code_departments",
        ),
        sa.ForeignKeyConstraint(
            ["edition_id"], ["editions.id"], name="fk_complaints_edition_id_editions"
        ),
        sa.ForeignKeyConstraint(
            ["office_code"], ["departments.code"], name="fk_complaints_office_code_departments"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_complaints"),
        sa.UniqueConstraint("code", name="uq_complaints_code"),
        sa.UniqueConstraint("source", "source_id", name="uq_complaints_source_source_id"),
    )
    op.create_index(
        "ix_complaints_category",
        "complaints",
        ["category_code", sa.text("submitted_at DESC"), sa.text("id DESC")],
    )
    op.create_index(
        "ix_complaints_department",
        "complaints",
        ["department_code", sa.text("submitted_at DESC"), sa.text("id DESC")],
    )
    op.create_index(
        "ix_complaints_due",
        "complaints",
        ["department_code", "due_at"],
        postgresql_where=sa.text("closed_at IS NULL"),
    )
    op.create_index(
        "ix_complaints_jurisdictions", "complaints", ["jurisdiction_ids"], postgresql_using="gin"
    )
    op.create_index(
        "ix_complaints_newest", "complaints", [sa.text("submitted_at DESC"), sa.text("id DESC")]
    )
    op.create_index("ix_complaints_point", "complaints", ["point"], postgresql_using="gist")
    op.create_index(
        "ix_complaints_words",
        "complaints",
        [sa.literal_column("to_tsvector('simple', description)")],
        postgresql_using="gin",
    )
    op.create_table(
        "events",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("complaint_id", sa.BigInteger(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("at", MOMENT, nullable=False),
        sa.Column("by", sa.String(), nullable=False),
        sa.Column("office_code", sa.String(), nullable=True),
        sa.Column("remark", sa.String(), nullable=True),
        sa.Column("facts", JSONB(), nullable=False),
        sa.Column("internal", sa.Boolean(), server_default=sa.text("false"), nullable=False),
        sa.ForeignKeyConstraint(
            ["complaint_id"], ["complaints.id"], name="fk_events_complaint_id_complaints"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_events"),
    )
    op.create_index("ix_events_at", "events", ["at", "id"])
    op.create_index("ix_events_complaint", "events", ["complaint_id", "id"])
    op.create_table(
        "used_keys",
        sa.Column("key", sa.String(), nullable=False),
        sa.Column("fingerprint", sa.String(), nullable=False),
        sa.Column("complaint_id", sa.BigInteger(), nullable=False),
        sa.Column("reply", JSONB(), nullable=False),
        sa.Column("used_at", MOMENT, nullable=False),
        sa.ForeignKeyConstraint(
            ["complaint_id"], ["complaints.id"], name="fk_used_keys_complaint_id_complaints"
        ),
        sa.PrimaryKeyConstraint("key", name="pk_used_keys"),
    )
    op.create_index("ix_used_keys_used_at", "used_keys", ["used_at"])
    op.create_table(
        "photos",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("complaint_id", sa.BigInteger(), nullable=False),
        sa.Column("event_id", sa.BigInteger(), nullable=True),
        sa.Column("key", sa.String(), nullable=False),
        sa.Column("kind", sa.String(), server_default="report", nullable=False),
        sa.Column("width", sa.Integer(), nullable=False),
        sa.Column("height", sa.Integer(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("alt", sa.String(), nullable=True),
        sa.Column("taken_at", MOMENT, nullable=True),
        sa.Column("added_at", MOMENT, nullable=False),
        sa.ForeignKeyConstraint(
            ["complaint_id"], ["complaints.id"], name="fk_photos_complaint_id_complaints"
        ),
        sa.ForeignKeyConstraint(["event_id"], ["events.id"], name="fk_photos_event_id_events"),
        sa.PrimaryKeyConstraint("id", name="pk_photos"),
        sa.UniqueConstraint("key", name="uq_photos_key"),
    )
    op.create_index("ix_photos_complaint", "photos", ["complaint_id", "position"])
    # The history is only ever added to; whoever wants to change it must first drop this trigger,
    # and that shows.
    op.execute("""
        CREATE FUNCTION refuse_to_rewrite_history() RETURNS trigger LANGUAGE plpgsql AS $$
        BEGIN
            RAISE EXCEPTION 'events are only ever added, never changed or removed';
        END $$
    """)
    op.execute("""
        CREATE TRIGGER events_append_only BEFORE UPDATE OR DELETE ON events
        FOR EACH ROW EXECUTE FUNCTION refuse_to_rewrite_history()
    """)


def downgrade() -> None:
    op.drop_table("photos")
    op.drop_table("used_keys")
    op.drop_table("events")
    op.drop_table("complaints")
    op.execute("DROP FUNCTION refuse_to_rewrite_history")
