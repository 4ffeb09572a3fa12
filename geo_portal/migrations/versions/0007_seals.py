"""A history that cannot be rewritten unseen: every event sealed to the one before it."""

import sqlalchemy as sa
from alembic import op

revision = "0007_seals"
down_revision = "0006_proof"
branch_labels = None
depends_on = None

MOMENT = sa.DateTime(timezone=True)

# The digest of everything an event says, and the chain that holds each to the one before.
# jsonb is written in one way only, and a moment as microseconds depends on no time zone.
CHAIN = """
    CREATE FUNCTION event_digest(
        id bigint, complaint_id bigint, kind varchar, at timestamptz, by varchar,
        office_code varchar, person_id bigint, remark varchar, facts jsonb, internal boolean,
        sealed_at timestamptz
    ) RETURNS bytea LANGUAGE sql IMMUTABLE PARALLEL SAFE
    RETURN sha256(convert_to(jsonb_build_array(
        id, complaint_id, kind, (extract(epoch FROM at) * 1000000)::bigint, by, office_code,
        person_id, remark, facts, internal, (extract(epoch FROM sealed_at) * 1000000)::bigint
    )::text, 'UTF8'));

    CREATE FUNCTION seal_next(sealed bytea, digest bytea, earlier bytea) RETURNS bytea
    LANGUAGE sql IMMUTABLE PARALLEL SAFE
    RETURN sha256(coalesce(sealed, earlier, ''::bytea) || digest);

    CREATE AGGREGATE seal_chain(digest bytea, earlier bytea) (SFUNC = seal_next, STYPE = bytea)
"""

SEAL = """
    CREATE FUNCTION seal_events() RETURNS trigger LANGUAGE plpgsql AS $$
    DECLARE moment timestamptz := clock_timestamp();
    BEGIN
        INSERT INTO event_seals (event_id, complaint_id, sealed_at, seal)
        SELECT added.id, added.complaint_id, moment, seal_chain(
            event_digest(added.id, added.complaint_id, added.kind, added.at, added.by,
                added.office_code, added.person_id, added.remark, added.facts, added.internal,
                moment),
            earlier.seal
        ) OVER (PARTITION BY added.complaint_id ORDER BY added.id)
        FROM added
        LEFT JOIN LATERAL (
            SELECT seal FROM event_seals WHERE event_seals.complaint_id = added.complaint_id
            ORDER BY event_id DESC LIMIT 1
        ) AS earlier ON true;
        RETURN NULL;
    END $$
"""

# Events that were there before the seals.
CATCH_UP = """
    INSERT INTO event_seals (event_id, complaint_id, sealed_at, seal)
    SELECT id, complaint_id, now(), seal_chain(
        event_digest(id, complaint_id, kind, at, by, office_code, person_id, remark, facts,
            internal, now()), NULL
    ) OVER (PARTITION BY complaint_id ORDER BY id)
    FROM events
"""


def upgrade() -> None:
    op.create_table(
        "event_seals",
        sa.Column("event_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("complaint_id", sa.BigInteger(), nullable=False),
        sa.Column("sealed_at", MOMENT, nullable=False),
        sa.Column("seal", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("event_id", name="pk_event_seals"),
    )
    op.create_index("ix_event_seals_complaint", "event_seals", ["complaint_id", "event_id"])
    op.create_table(
        "daily_roots",
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("root", sa.LargeBinary(), nullable=False),
        sa.Column("events", sa.BigInteger(), nullable=False),
        sa.Column("last_event_id", sa.BigInteger(), nullable=True),
        sa.Column("made_at", MOMENT, nullable=False),
        sa.PrimaryKeyConstraint("day", name="pk_daily_roots"),
    )
    for statement in (CHAIN, SEAL, CATCH_UP):
        op.execute(statement)
    op.execute("""
        CREATE TRIGGER events_sealed AFTER INSERT ON events
        REFERENCING NEW TABLE AS added FOR EACH STATEMENT EXECUTE FUNCTION seal_events()
    """)
    for table in ("event_seals", "daily_roots"):
        op.execute(f"""
            CREATE TRIGGER {table}_append_only BEFORE UPDATE OR DELETE ON {table}
            FOR EACH ROW EXECUTE FUNCTION refuse_to_rewrite_history()
        """)


def downgrade() -> None:
    op.execute("DROP TRIGGER events_sealed ON events")
    op.drop_table("daily_roots")
    op.drop_table("event_seals")
    op.execute("DROP FUNCTION seal_events")
    op.execute("DROP AGGREGATE seal_chain(bytea, bytea)")
    op.execute("DROP FUNCTION seal_next, event_digest")
