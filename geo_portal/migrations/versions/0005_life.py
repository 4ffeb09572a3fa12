"""A complaint's life: who works on it, its clock, and what the city says of both."""

from typing import Any

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

revision = "0005_life"
down_revision = "0004_accounts"
branch_labels = None
depends_on = None

MOMENT = sa.DateTime(timezone=True)


def complaint_columns() -> list[sa.Column[Any]]:
    """New ones at every call: a column belongs to one table."""
    return [
        sa.Column("version", sa.Integer(), server_default="1", nullable=False),
        sa.Column("reporter_id", sa.BigInteger(), nullable=True),
        sa.Column("reporter_token_hash", sa.String(), nullable=True),
        sa.Column("device_hash", sa.String(), nullable=True),
        sa.Column("assignee_id", sa.BigInteger(), nullable=True),
        sa.Column("team", sa.String(), nullable=True),
        sa.Column("hops", sa.SmallInteger(), server_default="0", nullable=False),
        sa.Column("urgent", sa.Boolean(), server_default=sa.text("false"), nullable=False),
        sa.Column("responded_at", MOMENT, nullable=True),
        sa.Column("paused_at", MOMENT, nullable=True),
        sa.Column("pause_until", MOMENT, nullable=True),
        sa.Column("pause_reason", sa.String(), nullable=True),
        sa.Column("escalation_step", sa.SmallInteger(), server_default="0", nullable=False),
        sa.Column("escalate_at", MOMENT, nullable=True),
        sa.Column("remind_at", MOMENT, nullable=True),
        sa.Column("snoozed_until", MOMENT, nullable=True),
        sa.Column("resolved_by", sa.BigInteger(), nullable=True),
        sa.Column("merged_into_id", sa.BigInteger(), nullable=True),
    ]


def upgrade() -> None:
    _add_columns()
    _add_work_tables()
    _add_city_tables()


def _add_columns() -> None:
    for column in complaint_columns():
        op.add_column("complaints", column)
    op.add_column("events", sa.Column("person_id", sa.BigInteger(), nullable=True))
    op.add_column(
        "categories",
        sa.Column("evidence", sa.Boolean(), server_default=sa.text("false"), nullable=False),
    )
    for owner, table in (
        ("reporter_id", "people"),
        ("assignee_id", "people"),
        ("resolved_by", "people"),
        ("merged_into_id", "complaints"),
    ):
        name = f"fk_complaints_{owner}_{table}"
        op.create_foreign_key(name, "complaints", table, [owner], ["id"])
    op.create_foreign_key("fk_events_person_id_people", "events", "people", ["person_id"], ["id"])
    op.create_index(
        "ix_complaints_escalate_at",
        "complaints",
        ["escalate_at"],
        postgresql_where=sa.text("escalate_at IS NOT NULL"),
    )
    op.create_index(
        "ix_complaints_pause_until",
        "complaints",
        ["pause_until"],
        postgresql_where=sa.text("pause_until IS NOT NULL"),
    )
    op.create_index(
        "ix_complaints_remind_at",
        "complaints",
        ["remind_at"],
        postgresql_where=sa.text("remind_at IS NOT NULL"),
    )
    for owner in ("office_code", "assignee_id"):
        op.create_index(
            f"ix_complaints_due_{owner}",
            "complaints",
            [owner, "due_at", "id"],
            postgresql_where=sa.text("closed_at IS NULL"),
        )
    closed = sa.text("closed_at IS NOT NULL")
    op.create_index(
        "ix_complaints_department_closed",
        "complaints",
        ["department_code", "closed_at"],
        postgresql_where=closed,
    )
    op.create_index("ix_complaints_closed", "complaints", ["closed_at"], postgresql_where=closed)
    op.create_index(
        "ix_events_reopened", "events", ["at"], postgresql_where=sa.text("kind = 'reopened'")
    )
    op.drop_index("ix_complaints_due", "complaints")
    op.create_index(
        "ix_complaints_due",
        "complaints",
        ["department_code", "due_at", "id"],
        postgresql_where=sa.text("closed_at IS NULL"),
    )
    op.create_index(
        "ix_complaints_reporter",
        "complaints",
        ["reporter_id", "id"],
        postgresql_where=sa.text("reporter_id IS NOT NULL"),
    )
    op.create_index(
        "ix_complaints_merged_into",
        "complaints",
        ["merged_into_id"],
        postgresql_where=sa.text("merged_into_id IS NOT NULL"),
    )


def _add_work_tables() -> None:
    op.create_table(
        "tasks",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("complaint_id", sa.BigInteger(), nullable=False),
        sa.Column("title", sa.String(), nullable=False),
        sa.Column("department_code", sa.String(), nullable=False),
        sa.Column("assignee_id", sa.BigInteger(), nullable=True),
        sa.Column("created_at", MOMENT, nullable=False),
        sa.Column("done_at", MOMENT, nullable=True),
        sa.Column("remark", sa.String(), nullable=True),
        sa.ForeignKeyConstraint(
            ["complaint_id"], ["complaints.id"], name="fk_tasks_complaint_id_complaints"
        ),
        sa.ForeignKeyConstraint(
            ["department_code"], ["departments.code"], name="fk_tasks_department_code_departments"
        ),
        sa.ForeignKeyConstraint(["assignee_id"], ["people.id"], name="fk_tasks_assignee_id_people"),
        sa.PrimaryKeyConstraint("id", name="pk_tasks"),
    )
    op.create_index("ix_tasks_complaint", "tasks", ["complaint_id", "id"])
    op.create_table(
        "contractor_links",
        sa.Column("token_hash", sa.String(), nullable=False),
        sa.Column("complaint_id", sa.BigInteger(), nullable=False),
        sa.Column("task_id", sa.BigInteger(), nullable=True),
        sa.Column("firm", sa.String(), nullable=False),
        sa.Column("email", sa.String(), nullable=False),
        sa.Column("message", sa.String(), nullable=False),
        sa.Column("made_by", sa.BigInteger(), nullable=False),
        sa.Column("made_at", MOMENT, nullable=False),
        sa.Column("expires_at", MOMENT, nullable=False),
        sa.Column("answered_at", MOMENT, nullable=True),
        sa.ForeignKeyConstraint(
            ["complaint_id"], ["complaints.id"], name="fk_contractor_links_complaint_id_complaints"
        ),
        sa.ForeignKeyConstraint(
            ["task_id"], ["tasks.id"], name="fk_contractor_links_task_id_tasks"
        ),
        sa.ForeignKeyConstraint(
            ["made_by"], ["people.id"], name="fk_contractor_links_made_by_people"
        ),
        sa.PrimaryKeyConstraint("token_hash", name="pk_contractor_links"),
    )
    op.create_index("ix_contractor_links_complaint", "contractor_links", ["complaint_id"])
    op.create_table(
        "saved_filters",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("person_id", sa.BigInteger(), nullable=False),
        sa.Column("department_code", sa.String(), nullable=True),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("query", sa.String(), nullable=False),
        sa.Column("created_at", MOMENT, nullable=False),
        sa.ForeignKeyConstraint(
            ["person_id"], ["people.id"], name="fk_saved_filters_person_id_people"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_saved_filters"),
    )
    op.create_index("ix_saved_filters_person", "saved_filters", ["person_id", "id"])
    op.create_table(
        "reply_templates",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("department_code", sa.String(), nullable=True),
        sa.Column("category_code", sa.String(), nullable=True),
        sa.Column("move", sa.String(), nullable=False),
        sa.Column("outcome", sa.String(), nullable=True),
        sa.Column("language", sa.String(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("text", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_reply_templates"),
    )
    op.create_index("ix_reply_templates_move", "reply_templates", ["move", "language"])


def _add_city_tables() -> None:
    op.create_table(
        "escalation_steps",
        sa.Column("position", sa.SmallInteger(), nullable=False),
        sa.Column("percent", sa.SmallInteger(), nullable=True),
        sa.Column("after", sa.Interval(), nullable=True),
        sa.Column("told", sa.String(), nullable=False),
        sa.CheckConstraint(
            "told IN ('office', 'office_head', 'department_head', 'city_secretary')",
            name="ck_escalation_steps_told",
        ),
        sa.CheckConstraint("(percent IS NULL) <> (after IS NULL)", name="ck_escalation_steps_when"),
        sa.PrimaryKeyConstraint("position", name="pk_escalation_steps"),
    )
    op.create_table(
        "own_deadlines",
        sa.Column("id", sa.Integer(), sa.Identity(always=False), nullable=False),
        sa.Column("category_code", sa.String(), nullable=True),
        sa.Column("department_code", sa.String(), nullable=True),
        sa.Column("area_level", sa.String(), nullable=True),
        sa.Column("area_code", sa.String(), nullable=True),
        sa.Column("respond_within", sa.Interval(), nullable=True),
        sa.Column("fix_within", sa.Interval(), nullable=True),
        sa.Column("working_time", sa.Boolean(), nullable=True),
        sa.PrimaryKeyConstraint("id", name="pk_own_deadlines"),
    )
    op.create_table(
        "office_hours",
        sa.Column("id", sa.Integer(), sa.Identity(always=False), nullable=False),
        sa.Column("first_day", sa.Date(), nullable=False),
        sa.Column("last_day", sa.Date(), nullable=False),
        sa.Column("hours", JSONB(), nullable=False),
        sa.Column("names", JSONB(), nullable=False),
        sa.CheckConstraint("first_day <= last_day", name="ck_office_hours_days"),
        sa.PrimaryKeyConstraint("id", name="pk_office_hours"),
    )


def downgrade() -> None:
    for table in (
        *("office_hours", "own_deadlines", "escalation_steps"),
        *("reply_templates", "saved_filters", "contractor_links", "tasks"),
    ):
        op.drop_table(table)
    op.drop_index("ix_events_reopened", "events")
    op.drop_index("ix_complaints_closed", "complaints")
    op.drop_index("ix_complaints_department_closed", "complaints")
    op.drop_column("categories", "evidence")
    op.drop_column("events", "person_id")
    for column in complaint_columns():
        op.drop_column("complaints", column.name)
    op.drop_index("ix_complaints_due", "complaints")
    op.create_index(
        "ix_complaints_due",
        "complaints",
        ["department_code", "due_at"],
        postgresql_where=sa.text("closed_at IS NULL"),
    )
