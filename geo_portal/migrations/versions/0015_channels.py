"""More ways to be told and to tell: channels, wishes, what came in, and what people object to."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

revision = "0015_channels"
down_revision = "0014_community"
branch_labels = None
depends_on = None

MOMENT = sa.DateTime(timezone=True)


def _number() -> sa.Column[int]:
    return sa.Column("id", sa.BigInteger(), sa.Identity(), primary_key=True)


def _person(
    name: str = "person_id", *, gone: str | None = "CASCADE", key: bool = False, empty: bool = False
) -> sa.Column[int]:
    whom = sa.ForeignKey("people.id", ondelete=gone)
    return sa.Column(name, sa.BigInteger(), whom, primary_key=key, nullable=empty)


def upgrade() -> None:
    _outbox()
    _channels()
    _inbound()
    _moderation()


def _outbox() -> None:
    op.add_column("outbox", sa.Column("facts", JSONB(), nullable=True))
    op.add_column("outbox", sa.Column("read_at", MOMENT, nullable=True))
    op.create_index(
        "ix_outbox_inbox",
        "outbox",
        ["person_id", "id"],
        postgresql_where=sa.text("channel = 'inbox'"),
    )


def _channels() -> None:
    op.create_table(
        "channels",
        _number(),
        _person(),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("address", sa.String(), nullable=False),
        sa.Column("keys", JSONB(), nullable=True),
        sa.Column("label", sa.String(), nullable=False),
        sa.Column("created_at", MOMENT, nullable=False),
        sa.Column("verified_at", MOMENT, nullable=True),
        sa.Column("code_hash", sa.String(), nullable=True),
        sa.Column("attempts", sa.Integer(), server_default=sa.text("0"), nullable=False),
        sa.Column("problem", sa.String(), nullable=True),
    )
    op.create_index(
        "ix_channels_address", "channels", ["person_id", "kind", "address"], unique=True
    )
    op.create_table(
        "message_wishes",
        _person(key=True),
        sa.Column("rhythm", sa.String(), nullable=False),
        sa.Column("by_mail", sa.Boolean(), nullable=False),
        sa.Column("quiet_from", sa.SmallInteger(), nullable=True),
        sa.Column("quiet_until", sa.SmallInteger(), nullable=True),
        sa.Column("digest_at", MOMENT, nullable=True),
        sa.CheckConstraint("rhythm IN ('at_once', 'daily', 'weekly')", name="rhythm"),
        sa.CheckConstraint("quiet_from BETWEEN 0 AND 23", name="quiet_from"),
        sa.CheckConstraint("quiet_until BETWEEN 0 AND 23", name="quiet_until"),
    )
    op.create_index(
        "ix_message_wishes_digest",
        "message_wishes",
        ["digest_at"],
        postgresql_where=sa.text("digest_at IS NOT NULL"),
    )
    op.create_table(
        "mail_addresses",
        sa.Column("address", sa.String(), primary_key=True),
        sa.Column("stopped_at", MOMENT, nullable=True),
        sa.Column("bounced_at", MOMENT, nullable=True),
        sa.Column("reason", sa.String(), nullable=True),
    )
    op.create_table(
        "message_wordings",
        sa.Column("role", sa.String(), primary_key=True),
        sa.Column("kind", sa.String(), primary_key=True),
        sa.Column("language", sa.String(), primary_key=True),
        sa.Column("subject", sa.String(), nullable=False),
        sa.Column("sentence", sa.String(), nullable=False),
        sa.Column("edited_at", MOMENT, nullable=False),
        _person("edited_by", gone=None),
    )


def _inbound() -> None:
    op.create_table(
        "conversations",
        sa.Column("channel", sa.String(), primary_key=True),
        sa.Column("sender", sa.String(), primary_key=True),
        sa.Column("description", sa.String(), nullable=True),
        sa.Column("photos", JSONB(), nullable=False),
        sa.Column("language", sa.String(), nullable=False),
        sa.Column("asked", sa.SmallInteger(), nullable=False),
        sa.Column("updated_at", MOMENT, nullable=False),
    )
    op.create_index("ix_conversations_updated_at", "conversations", ["updated_at"])
    op.create_table(
        "received",
        _number(),
        sa.Column("channel", sa.String(), nullable=False),
        sa.Column("foreign_id", sa.String(), nullable=False),
        sa.Column("sender", sa.String(), nullable=False),
        sa.Column("at", MOMENT, nullable=False),
        sa.Column("outcome", sa.String(), nullable=False),
        sa.Column("problem", sa.String(), nullable=True),
        sa.Column("excerpt", sa.String(), nullable=False),
        sa.Column("complaint_id", sa.BigInteger(), nullable=True),
    )
    op.create_index("ix_received_foreign", "received", ["channel", "foreign_id"], unique=True)
    op.create_index(
        "ix_received_problem",
        "received",
        ["id"],
        postgresql_where=sa.text("problem IS NOT NULL"),
    )


def _moderation() -> None:
    op.create_table(
        "flags",
        _number(),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("reference", sa.String(), nullable=False),
        sa.Column("reason", sa.String(), nullable=False),
        sa.Column("note", sa.String(), nullable=False),
        sa.Column("flagged_by", sa.String(), nullable=False),
        sa.Column("at", MOMENT, nullable=False),
        sa.Column("decided_at", MOMENT, nullable=True),
        _person("decided_by", gone=None, empty=True),
        sa.Column("decision", sa.String(), nullable=True),
    )
    op.create_index("ix_flags_once", "flags", ["kind", "reference", "flagged_by"], unique=True)
    op.create_index(
        "ix_flags_open", "flags", ["at"], postgresql_where=sa.text("decided_at IS NULL")
    )
    op.create_index("ix_flags_flagged_by", "flags", ["flagged_by"])
    op.create_table(
        "moderation_acts",
        _number(),
        sa.Column("at", MOMENT, nullable=False),
        _person(gone=None),
        sa.Column("act", sa.String(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("reference", sa.String(), nullable=False),
        sa.Column("why", sa.String(), nullable=False),
    )
    op.execute("""
        CREATE FUNCTION moderation_acts_stay() RETURNS trigger LANGUAGE plpgsql AS $$
        BEGIN RAISE EXCEPTION 'What moderators did is only ever added to.'; END $$
    """)
    op.execute("""
        CREATE TRIGGER moderation_acts_stay BEFORE UPDATE OR DELETE ON moderation_acts
        FOR EACH ROW EXECUTE FUNCTION moderation_acts_stay()
    """)


def downgrade() -> None:
    op.drop_table("moderation_acts")
    op.execute("DROP FUNCTION moderation_acts_stay")
    for table in ("flags", "received", "conversations"):
        op.drop_table(table)
    for table in ("message_wordings", "mail_addresses", "message_wishes", "channels"):
        op.drop_table(table)
    op.drop_index("ix_outbox_inbox", "outbox")
    op.drop_column("outbox", "read_at")
    op.drop_column("outbox", "facts")
