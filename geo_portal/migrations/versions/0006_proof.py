"""Whether a fix is a fix: evidence, feedback, who follows, and what corrections teach."""

import sqlalchemy as sa
from alembic import op
from geoalchemy2 import Geometry
from sqlalchemy.dialects.postgresql import JSONB

revision = "0006_proof"
down_revision = "0005_life"
branch_labels = None
depends_on = None

MOMENT = sa.DateTime(timezone=True)


def upgrade() -> None:
    point = Geometry("POINT", srid=4326, spatial_index=False)
    op.create_table(
        "evidence",
        sa.Column("photo_id", sa.BigInteger(), nullable=False),
        sa.Column("complaint_id", sa.BigInteger(), nullable=False),
        sa.Column("point", point, nullable=True),
        sa.Column("accuracy_m", sa.Double(), nullable=True),
        sa.Column("taken_at", MOMENT, nullable=True),
        sa.Column("received_at", MOMENT, nullable=False),
        sa.Column("from_camera", sa.Boolean(), nullable=False),
        sa.Column("looks", sa.BigInteger(), nullable=False),
        sa.Column("given_by", sa.BigInteger(), nullable=True),
        sa.Column("score", sa.SmallInteger(), nullable=False),
        sa.Column("reasons", JSONB(), nullable=False),
        sa.Column("checked_by", sa.BigInteger(), nullable=True),
        sa.Column("checked_at", MOMENT, nullable=True),
        sa.Column("accepted", sa.Boolean(), nullable=True),
        sa.ForeignKeyConstraint(["photo_id"], ["photos.id"], name="fk_evidence_photo_id_photos"),
        sa.ForeignKeyConstraint(
            ["complaint_id"], ["complaints.id"], name="fk_evidence_complaint_id_complaints"
        ),
        sa.ForeignKeyConstraint(["given_by"], ["people.id"], name="fk_evidence_given_by_people"),
        sa.ForeignKeyConstraint(
            ["checked_by"], ["people.id"], name="fk_evidence_checked_by_people"
        ),
        sa.PrimaryKeyConstraint("photo_id", name="pk_evidence"),
    )
    op.create_index("ix_evidence_complaint", "evidence", ["complaint_id"])
    op.create_index(
        "ix_evidence_unchecked",
        "evidence",
        ["received_at"],
        postgresql_where=sa.text("accepted IS NULL"),
    )
    op.create_table(
        "feedback",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("complaint_id", sa.BigInteger(), nullable=False),
        sa.Column("event_id", sa.BigInteger(), nullable=False),
        sa.Column("by", sa.String(), nullable=False),
        sa.Column("verdict", sa.String(), nullable=False),
        sa.Column("satisfied", sa.Boolean(), nullable=True),
        sa.Column("office_code", sa.String(), nullable=True),
        sa.Column("counted", sa.Boolean(), nullable=False),
        sa.Column("left_out_because", sa.String(), nullable=True),
        sa.Column("at", MOMENT, nullable=False),
        sa.CheckConstraint("verdict IN ('fixed', 'partly', 'not')", name="ck_feedback_verdict"),
        sa.ForeignKeyConstraint(
            ["complaint_id"], ["complaints.id"], name="fk_feedback_complaint_id_complaints"
        ),
        sa.ForeignKeyConstraint(["event_id"], ["events.id"], name="fk_feedback_event_id_events"),
        sa.PrimaryKeyConstraint("id", name="pk_feedback"),
    )
    op.create_index("ix_feedback_complaint", "feedback", ["complaint_id", "id"])
    op.create_index("ix_feedback_office", "feedback", ["office_code", "at"])
    op.create_table(
        "followers",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("complaint_id", sa.BigInteger(), nullable=False),
        sa.Column("person_id", sa.BigInteger(), nullable=True),
        sa.Column("email", sa.String(), nullable=True),
        sa.Column("language", sa.String(), nullable=False),
        sa.Column("token_hash", sa.String(), nullable=False),
        sa.Column("asked_at", MOMENT, nullable=False),
        sa.Column("confirmed_at", MOMENT, nullable=True),
        sa.Column("left_at", MOMENT, nullable=True),
        sa.ForeignKeyConstraint(
            ["complaint_id"], ["complaints.id"], name="fk_followers_complaint_id_complaints"
        ),
        sa.ForeignKeyConstraint(["person_id"], ["people.id"], name="fk_followers_person_id_people"),
        sa.PrimaryKeyConstraint("id", name="pk_followers"),
        sa.UniqueConstraint("token_hash", name="uq_followers_token_hash"),
    )
    op.create_index("ix_followers_complaint", "followers", ["complaint_id"])
    op.create_table(
        "lessons",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("complaint_id", sa.BigInteger(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("category_before", sa.String(), nullable=True),
        sa.Column("category_code", sa.String(), nullable=True),
        sa.Column("department_before", sa.String(), nullable=True),
        sa.Column("department_code", sa.String(), nullable=True),
        sa.Column("by", sa.String(), nullable=False),
        sa.Column("words", sa.String(), nullable=True),
        sa.Column("at", MOMENT, nullable=False),
        sa.CheckConstraint("kind IN ('correction', 'contest', 'transfer')", name="ck_lessons_kind"),
        sa.ForeignKeyConstraint(
            ["complaint_id"], ["complaints.id"], name="fk_lessons_complaint_id_complaints"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_lessons"),
    )
    op.create_index("ix_lessons_complaint", "lessons", ["complaint_id"])
    op.create_index("ix_lessons_at", "lessons", ["at", "id"])


def downgrade() -> None:
    for table in ("lessons", "followers", "feedback", "evidence"):
        op.drop_table(table)
