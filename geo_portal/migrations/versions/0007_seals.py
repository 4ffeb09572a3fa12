"""A history that cannot be rewritten unseen: every event sealed to the one before it."""

import sqlalchemy as sa
from alembic import op

revision = "0007_seals"
down_revision = "0006_proof"
branch_labels = None
depends_on = None

MOMENT = sa.DateTime(timezone=True)

# What an event says, as everybody may read it; jsonb is written in one way only, and a moment as
# microseconds depends on no time zone. Who did it, which is never public, goes in salted: without
# the salt the few people of an office could be tried one after the other.
CHAIN = """
    CREATE FUNCTION sealed_text(
        id bigint, complaint_id bigint, nth integer, kind varchar, at timestamptz, by varchar,
        office_code varchar, remark varchar, facts jsonb, internal boolean, sealed_at timestamptz
    ) RETURNS text LANGUAGE sql STABLE PARALLEL SAFE
    RETURN jsonb_build_array(
        id, complaint_id, nth, kind, (extract(epoch FROM at) * 1000000)::bigint, by, office_code,
        remark, facts, internal, (extract(epoch FROM sealed_at) * 1000000)::bigint
    )::text;

    CREATE FUNCTION sealed_person(person_id bigint, salt uuid) RETURNS bytea
    LANGUAGE sql STABLE PARALLEL SAFE
    RETURN sha256(uuid_send(salt) || convert_to(coalesce(person_id::text, ''), 'UTF8'));

    CREATE FUNCTION event_digest(said text, person bytea) RETURNS bytea
    LANGUAGE sql STABLE PARALLEL SAFE
    RETURN sha256(convert_to(said, 'UTF8') || person);

    CREATE FUNCTION seal_after(earlier bytea, digest bytea) RETURNS bytea
    LANGUAGE sql IMMUTABLE PARALLEL SAFE
    RETURN sha256(coalesce(earlier, ''::bytea) || digest);

    CREATE FUNCTION seal_next(sealed bytea, digest bytea, earlier bytea) RETURNS bytea
    LANGUAGE plpgsql IMMUTABLE PARALLEL SAFE AS $$
    BEGIN
        RETURN sha256(coalesce(sealed, earlier, ''::bytea) || digest);
    END $$;

    CREATE AGGREGATE seal_chain(digest bytea, earlier bytea) (SFUNC = seal_next, STYPE = bytea)
"""

# `nth` counts the events of a complaint. It is unique, so that a chain cannot be forked by two
# who write at once without having taken the complaint, and a gap in it shows what was taken away.
SEAL = """
    CREATE FUNCTION seal_events() RETURNS trigger LANGUAGE plpgsql AS $$
    DECLARE moment timestamptz := clock_timestamp();
    BEGIN
        INSERT INTO event_seals (event_id, complaint_id, nth, sealed_at, salt, seal)
        SELECT numbered.id, numbered.complaint_id, numbered.nth, moment, numbered.salt, seal_chain(
            event_digest(
                sealed_text(numbered.id, numbered.complaint_id, numbered.nth, numbered.kind,
                    numbered.at, numbered.by, numbered.office_code, numbered.remark,
                    numbered.facts, numbered.internal, moment),
                sealed_person(numbered.person_id, numbered.salt)),
            numbered.earlier
        ) OVER (PARTITION BY numbered.complaint_id ORDER BY numbered.id)
        FROM (
            SELECT added.*, gen_random_uuid() AS salt, earlier.seal AS earlier,
                coalesce(earlier.nth, 0) + row_number() OVER (
                    PARTITION BY added.complaint_id ORDER BY added.id)::integer AS nth
            FROM added
            LEFT JOIN LATERAL (
                SELECT seal, nth FROM event_seals
                WHERE event_seals.complaint_id = added.complaint_id ORDER BY nth DESC LIMIT 1
            ) AS earlier ON true
        ) AS numbered;
        RETURN NULL;
    END $$
"""

# Events that were there before the seals; all of them bear the moment of this migration.
CATCH_UP = """
    INSERT INTO event_seals (event_id, complaint_id, nth, sealed_at, salt, seal)
    SELECT id, complaint_id, nth, now(), salt, seal_chain(
        event_digest(
            sealed_text(id, complaint_id, nth, kind, at, by, office_code, remark, facts, internal,
                now()),
            sealed_person(person_id, salt)),
        NULL
    ) OVER (PARTITION BY complaint_id ORDER BY id)
    FROM (
        SELECT *, gen_random_uuid() AS salt,
            row_number() OVER (PARTITION BY complaint_id ORDER BY id)::integer AS nth
        FROM events
    ) AS numbered
"""


def upgrade() -> None:
    op.create_table(
        "event_seals",
        sa.Column("event_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("complaint_id", sa.BigInteger(), nullable=False),
        sa.Column("nth", sa.Integer(), nullable=False),
        sa.Column("sealed_at", MOMENT, nullable=False),
        sa.Column("salt", sa.Uuid(), nullable=False),
        sa.Column("seal", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("event_id", name="pk_event_seals"),
        sa.UniqueConstraint("complaint_id", "nth", name="uq_event_seals_complaint_id_nth"),
    )
    op.create_index(
        "ix_event_seals_sealed_at", "event_seals", ["sealed_at"], postgresql_using="brin"
    )
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
    op.execute("DROP FUNCTION seal_next, seal_after, event_digest, sealed_person, sealed_text")
