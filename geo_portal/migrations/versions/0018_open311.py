"""Other software: questions and their answers, keys, webhooks, exchange with other servers."""

from typing import Any

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0018_open311"
down_revision = "0017_insights"
branch_labels = None
depends_on = None

MOMENT = sa.DateTime(timezone=True)
JSONB = postgresql.JSONB()


def _column(name: str, kind: Any, *more: Any, null: bool = False, **options: Any) -> sa.Column[Any]:
    return sa.Column(name, kind, *more, nullable=null, **options)


def upgrade() -> None:
    _questions()
    _keys()
    _exchange()


def _questions() -> None:
    op.create_table(
        "questions",
        _column("category_code", sa.String(), sa.ForeignKey("categories.code")),
        _column("code", sa.String()),
        _column("position", sa.Integer()),
        _column("datatype", sa.String()),
        _column("variable", sa.Boolean()),
        _column("required", sa.Boolean()),
        _column("texts", JSONB),
        _column("hints", JSONB),
        _column("options", JSONB),
        _column("shown_when", JSONB),
        _column("stops", JSONB),
        _column("stop_texts", JSONB),
        _column("asset", sa.String(), null=True),
        sa.PrimaryKeyConstraint("category_code", "code", name="pk_questions"),
        sa.CheckConstraint(
            "datatype IN ('string', 'number', 'datetime', 'text', 'singlevaluelist',"
            " 'multivaluelist')",
            name="ck_questions_datatype",
        ),
    )
    op.add_column(
        "complaints", sa.Column("answers", JSONB, server_default=sa.text("'{}'"), nullable=False)
    )
    op.create_index("ix_complaints_updated", "complaints", ["updated_at", "id"])
    op.create_index("ix_assets_name", "assets", ["kind", sa.text("lower(name)")])


def _keys() -> None:
    op.create_table(
        "api_keys",
        _column("id", sa.Integer(), sa.Identity()),
        _column("name", sa.String()),
        _column("token_hash", sa.String()),
        _column("beginning", sa.String()),
        _column("scopes", JSONB),
        _column("department_code", sa.String(), sa.ForeignKey("departments.code"), null=True),
        _column("most_per_hour", sa.Integer()),
        _column("made_at", MOMENT),
        _column("made_by", sa.BigInteger(), sa.ForeignKey("people.id"), null=True),
        _column("expires_at", MOMENT, null=True),
        _column("revoked_at", MOMENT, null=True),
        sa.PrimaryKeyConstraint("id", name="pk_api_keys"),
        sa.UniqueConstraint("name", name="uq_api_keys_name"),
        sa.UniqueConstraint("token_hash", name="uq_api_keys_token_hash"),
    )
    op.create_table(
        "api_key_uses",
        _column("id", sa.BigInteger(), sa.Identity()),
        _column("key_id", sa.Integer(), sa.ForeignKey("api_keys.id")),
        _column("at", MOMENT),
        _column("what", sa.String()),
        _column("about", sa.String(), null=True),
        sa.PrimaryKeyConstraint("id", name="pk_api_key_uses"),
    )
    op.create_index("ix_api_key_uses_key", "api_key_uses", ["key_id", "at"])
    op.create_index("ix_api_key_uses_at", "api_key_uses", ["at"])


def _exchange() -> None:
    op.create_table(
        "webhooks",
        _column("id", sa.Integer(), sa.Identity()),
        _column("key_id", sa.Integer(), sa.ForeignKey("api_keys.id")),
        _column("url", sa.String()),
        _column("secret", sa.String()),
        _column("kinds", JSONB),
        _column("cursor", sa.BigInteger()),
        _column("failures", sa.Integer(), server_default=sa.text("0")),
        _column("problem", sa.String(), null=True),
        _column("next_try_at", MOMENT),
        _column("delivered_at", MOMENT, null=True),
        _column("made_at", MOMENT),
        _column("ended_at", MOMENT, null=True),
        sa.PrimaryKeyConstraint("id", name="pk_webhooks"),
    )
    op.create_index(
        "ix_webhooks_next_try_at",
        "webhooks",
        ["next_try_at"],
        postgresql_where=sa.text("ended_at IS NULL"),
    )
    op.create_table(
        "exchange_states",
        _column("server", sa.String()),
        _column("direction", sa.String()),
        _column("cursor", JSONB),
        _column("updated_at", MOMENT),
        sa.PrimaryKeyConstraint("server", "direction", name="pk_exchange_states"),
    )
    op.create_table(
        "exchange_links",
        _column("server", sa.String()),
        _column("complaint_id", sa.BigInteger(), sa.ForeignKey("complaints.id")),
        _column("remote_id", sa.String(), null=True),
        _column("token", sa.String(), null=True),
        _column("pulled", sa.Boolean()),
        _column("theirs", JSONB),
        _column("told_event_id", sa.BigInteger(), server_default=sa.text("0")),
        _column("linked_at", MOMENT),
        sa.PrimaryKeyConstraint("server", "complaint_id", name="pk_exchange_links"),
        sa.UniqueConstraint("server", "remote_id", name="uq_exchange_links_server_remote_id"),
    )
    op.create_index("ix_exchange_links_complaint", "exchange_links", ["complaint_id"])


def downgrade() -> None:
    for table in ("exchange_links", "exchange_states", "webhooks", "api_key_uses", "api_keys"):
        op.drop_table(table)
    op.drop_index("ix_assets_name", "assets")
    op.drop_index("ix_complaints_updated", "complaints")
    op.drop_column("complaints", "answers")
    op.drop_table("questions")
