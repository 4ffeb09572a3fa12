"""What steers routing: trained classifiers and who put which to use; who changed which rule."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

revision = "0012_models"
down_revision = "0012_spans"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "classifiers",
        sa.Column("id", sa.Integer(), sa.Identity(), nullable=False),
        sa.Column("folder", sa.String(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("family", sa.String(), nullable=False),
        sa.Column("origin", sa.String(), nullable=False),
        sa.Column("digest", sa.String(), nullable=False),
        sa.Column("card", JSONB(), nullable=False),
        sa.Column("words", sa.String(), nullable=False),
        sa.Column("figures", JSONB(), nullable=False),
        sa.Column("rows", sa.Integer(), nullable=False),
        sa.Column("trained_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("registered_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.CheckConstraint("state IN ('candidate', 'active', 'retired')", name="state"),
        sa.CheckConstraint("origin IN ('trained', 'lessons')", name="origin"),
        sa.PrimaryKeyConstraint("id", name="pk_classifiers"),
        sa.UniqueConstraint("folder", name="uq_classifiers_folder"),
    )
    op.create_index(
        "ix_classifiers_active",
        "classifiers",
        ["state"],
        unique=True,
        postgresql_where=sa.text("state = 'active'"),
    )
    op.create_table(
        "classifier_turns",
        sa.Column("id", sa.Integer(), sa.Identity(), nullable=False),
        sa.Column("classifier_id", sa.Integer(), nullable=True),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("by", sa.String(), nullable=False),
        sa.Column("person_id", sa.BigInteger(), nullable=True),
        sa.CheckConstraint("kind IN ('activated', 'rolled_back')", name="kind"),
        sa.ForeignKeyConstraint(
            ["classifier_id"],
            ["classifiers.id"],
            name="fk_classifier_turns_classifier_id_classifiers",
        ),
        sa.ForeignKeyConstraint(
            ["person_id"], ["people.id"], name="fk_classifier_turns_person_id_people"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_classifier_turns"),
    )
    op.create_table(
        "rule_changes",
        sa.Column("id", sa.Integer(), sa.Identity(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("by", sa.String(), nullable=False),
        sa.Column("person_id", sa.BigInteger(), nullable=True),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("before", JSONB(none_as_null=True), nullable=True),
        sa.Column("after", JSONB(none_as_null=True), nullable=True),
        sa.Column("elsewhere", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(
            ["person_id"], ["people.id"], name="fk_rule_changes_person_id_people"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_rule_changes"),
    )
    op.add_column("city", sa.Column("rules_digest", sa.String(), nullable=True))


def downgrade() -> None:
    op.drop_column("city", "rules_digest")
    op.drop_table("rule_changes")
    op.drop_table("classifier_turns")
    op.drop_index("ix_classifiers_active", "classifiers")
    op.drop_table("classifiers")
