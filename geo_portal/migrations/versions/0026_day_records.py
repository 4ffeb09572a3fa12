"""What became of each report, packed by day, so that times and shares are never looked for."""

from alembic import op

revision = "0026_day_records"
down_revision = "0025_webhook_deliveries"
branch_labels = None
depends_on = None

# The same facts as before; a change of `closed_at` or `hops` alone is noted now, too.
FACTS = """
    department_code,
    office_code,
    category_code,
    jurisdiction_ids,
    (submitted_at AT TIME ZONE (SELECT timezone FROM city))::date AS received_on,
    (closed_at AT TIME ZONE (SELECT timezone FROM city))::date AS closed_on,
    light = 'done' AS is_done,
    CASE WHEN closed_at IS NULL THEN coalesce(
        (CASE WHEN paused_at IS NULL OR due_at < paused_at THEN due_at END
            AT TIME ZONE (SELECT timezone FROM city))::date, 'infinity') END AS due_on
"""
COLUMNS = (
    "sign, department_code, office_code, category_code, jurisdiction_ids, received_on, closed_on, "
    "is_done, due_on"
)
WITH_ID = f"complaint_id, {COLUMNS}"

NOTE = f"""
    CREATE OR REPLACE FUNCTION note_days() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        IF TG_OP = 'INSERT' THEN
            INSERT INTO day_deltas ({WITH_ID}) SELECT id, 1, {FACTS} FROM after_it;
        ELSIF TG_OP = 'DELETE' THEN
            INSERT INTO day_deltas ({WITH_ID}) SELECT id, -1, {FACTS} FROM before_it;
        ELSE
            WITH was AS (
                SELECT id AS complaint_id, {FACTS}, closed_at, hops FROM before_it
            ),
            becomes AS (
                SELECT id AS complaint_id, {FACTS}, closed_at, hops FROM after_it
            ),
            both_sides AS (
                SELECT -1 AS sign, * FROM (TABLE was EXCEPT TABLE becomes) AS gone
                UNION ALL
                SELECT 1, * FROM (TABLE becomes EXCEPT TABLE was) AS come
            )
            INSERT INTO day_deltas ({WITH_ID}) SELECT {WITH_ID} FROM both_sides;
        END IF;
        RETURN NULL;
    END $$
"""  # noqa: S608
NOTE_WITHOUT = f"""
    CREATE OR REPLACE FUNCTION note_days() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        IF TG_OP = 'INSERT' THEN
            INSERT INTO day_deltas ({COLUMNS}) SELECT 1, {FACTS} FROM after_it;
        ELSIF TG_OP = 'DELETE' THEN
            INSERT INTO day_deltas ({COLUMNS}) SELECT -1, {FACTS} FROM before_it;
        ELSE
            WITH was AS (SELECT id, {FACTS} FROM before_it),
            becomes AS (SELECT id, {FACTS} FROM after_it),
            both_sides AS (
                SELECT -1 AS sign, * FROM (TABLE was EXCEPT TABLE becomes) AS gone
                UNION ALL
                SELECT 1, * FROM (TABLE becomes EXCEPT TABLE was) AS come
            )
            INSERT INTO day_deltas ({COLUMNS}) SELECT {COLUMNS} FROM both_sides;
        END IF;
        RETURN NULL;
    END $$
"""  # noqa: S608

TABLES = """
    ALTER TABLE day_deltas ADD COLUMN complaint_id bigint;
    -- Kinds at an office in the same areas: a number stands for them in the records.
    CREATE TABLE day_groups (
        id integer GENERATED ALWAYS AS IDENTITY,
        department_code varchar NOT NULL,
        office_code varchar NOT NULL,
        category_code varchar NOT NULL,
        jurisdiction_ids integer[] NOT NULL,
        CONSTRAINT pk_day_groups PRIMARY KEY (id),
        -- Serves a department's groups, and gives each one number.
        CONSTRAINT uq_day_groups
            UNIQUE (department_code, office_code, category_code, jurisdiction_ids)
    );
    -- `groups` holds four bytes for each report of the day, `entries` eight bytes: see day_entries.
    CREATE TABLE day_records (
        kind varchar NOT NULL,
        day date NOT NULL,
        department_code varchar NOT NULL,
        groups bytea NOT NULL,
        entries bytea NOT NULL,
        -- Serves dashboards and public figures: the days of a span, of one department or of all.
        CONSTRAINT pk_day_records PRIMARY KEY (kind, day, department_code)
    );
    -- They are read whole and hardly get smaller.
    ALTER TABLE day_records ALTER COLUMN groups SET STORAGE EXTERNAL,
        ALTER COLUMN entries SET STORAGE EXTERNAL;
    -- Days whose records are not true any more.
    CREATE TABLE day_marks (kind varchar NOT NULL, day date NOT NULL)
"""

# received: the seconds until the fix; -1 less those until it was closed without one; 2^40 more
# than the moment of the report (in seconds since 1970) while it is open.
# closed: the number of the report × 65536, how often it was handed over × 256, and what is true:
# 1 fixed, 2 proven, 4 opened again before, 8 asked back, 16 answered, 32 rated, 64 satisfied.
# reopened: the number of the report, for every time that it was opened again.
ENTRIES = """
    CREATE FUNCTION day_entries(of_kind text, since timestamptz, until timestamptz)
    RETURNS TABLE (
        kind text, day date, complaint_id bigint, department_code varchar, office_code varchar,
        category_code varchar, jurisdiction_ids integer[], entry bigint
    ) LANGUAGE sql STABLE PARALLEL SAFE AS $$
    SELECT 'received', (submitted_at AT TIME ZONE (SELECT timezone FROM city))::date, id,
        department_code, office_code, category_code, jurisdiction_ids,
        CASE
            WHEN closed_at IS NULL THEN (1::bigint << 40) + extract(epoch FROM submitted_at)::bigint
            WHEN light = 'done' THEN
                greatest(extract(epoch FROM closed_at - submitted_at), 0)::bigint
            ELSE -1 - greatest(extract(epoch FROM closed_at - submitted_at), 0)::bigint
        END
    FROM complaints
    WHERE $1 = 'received' AND submitted_at >= $2 AND submitted_at < $3
    UNION ALL
    SELECT 'closed', (closed_at AT TIME ZONE (SELECT timezone FROM city))::date, id,
        department_code, complaints.office_code, category_code, jurisdiction_ids,
        (id << 16) + (least(hops, 255)::bigint << 8)
        + CASE WHEN light = 'done' THEN 1 ELSE 0 END
        + CASE WHEN said.verdict = 'fixed' OR EXISTS (
            SELECT FROM evidence WHERE evidence.complaint_id = complaints.id AND accepted
          ) THEN 2 ELSE 0 END
        + CASE WHEN EXISTS (
            SELECT FROM events WHERE events.complaint_id = complaints.id
            AND events.kind = 'reopened'
          ) THEN 4 ELSE 0 END
        + CASE WHEN EXISTS (
            SELECT FROM events WHERE events.complaint_id = complaints.id
            AND events.kind = 'waiting_citizen'
          ) THEN 8 ELSE 0 END
        + CASE WHEN said.verdict IS NOT NULL THEN 16 ELSE 0 END
        + CASE WHEN said.satisfied IS NOT NULL THEN 32 ELSE 0 END
        + CASE WHEN said.satisfied THEN 64 ELSE 0 END
    FROM complaints
    LEFT JOIN LATERAL (
        SELECT verdict, satisfied FROM feedback
        WHERE feedback.complaint_id = complaints.id AND counted AND by = 'reporter'
        ORDER BY feedback.id DESC LIMIT 1
    ) AS said ON true
    WHERE $1 = 'closed' AND closed_at >= $2 AND closed_at < $3
    UNION ALL
    SELECT 'reopened', (events.at AT TIME ZONE (SELECT timezone FROM city))::date,
        complaints.id, department_code, complaints.office_code, category_code, jurisdiction_ids,
        complaints.id
    FROM events JOIN complaints ON complaints.id = events.complaint_id
    WHERE $1 = 'reopened' AND events.kind = 'reopened' AND events.at >= $2 AND events.at < $3
    $$
"""

STALE = """
    CREATE VIEW day_stale AS
    SELECT kind, day FROM day_marks
    UNION ALL SELECT 'received', received_on FROM day_deltas
    UNION ALL SELECT 'closed', closed_on FROM day_deltas WHERE closed_on IS NOT NULL
    UNION ALL
    SELECT 'reopened', (events.at AT TIME ZONE (SELECT timezone FROM city))::date
    FROM day_deltas JOIN events USING (complaint_id) WHERE events.kind = 'reopened'
"""

# What is said or shown of a closed report changes the record of the day on which it was closed.
# None of these happens while a report is filed.
MARK = """
    CREATE FUNCTION mark_day() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        INSERT INTO day_marks
        SELECT 'closed', (closed_at AT TIME ZONE (SELECT timezone FROM city))::date
        FROM complaints
        WHERE id = coalesce(NEW.complaint_id, OLD.complaint_id) AND closed_at IS NOT NULL;
        RETURN NULL;
    END $$;
    CREATE FUNCTION mark_reopened_day() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        INSERT INTO day_marks
        VALUES ('reopened', (NEW.at AT TIME ZONE (SELECT timezone FROM city))::date);
        RETURN NULL;
    END $$;
    CREATE TRIGGER feedback_marks_day AFTER INSERT OR UPDATE OR DELETE ON feedback
    FOR EACH ROW EXECUTE FUNCTION mark_day();
    CREATE TRIGGER evidence_marks_day AFTER INSERT OR UPDATE OR DELETE ON evidence
    FOR EACH ROW EXECUTE FUNCTION mark_day();
    CREATE TRIGGER events_mark_day AFTER INSERT ON events
    FOR EACH ROW WHEN (NEW.kind IN ('reopened', 'waiting_citizen')) EXECUTE FUNCTION mark_day();
    CREATE TRIGGER events_mark_reopened_day AFTER INSERT ON events
    FOR EACH ROW WHEN (NEW.kind = 'reopened') EXECUTE FUNCTION mark_reopened_day()
"""

FORGET = """
    CREATE OR REPLACE FUNCTION forget_days() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        TRUNCATE {tables};
        UPDATE day_state SET version = gen_random_uuid();
        RETURN NULL;
    END $$
"""

# Reports that were there before the records: the worker's first round packs their days.
CATCH_UP = """
    INSERT INTO day_marks
    SELECT DISTINCT kind, day
    FROM unnest(ARRAY['received', 'closed', 'reopened']) AS of_kind,
        day_entries(of_kind, '-infinity', 'infinity')
"""


def upgrade() -> None:
    forget = FORGET.format(tables="day_deltas, day_counts, day_records, day_marks")
    for statement in (TABLES, NOTE, ENTRIES, STALE, MARK, forget, CATCH_UP):
        op.execute(statement)


def downgrade() -> None:
    for trigger, table in (
        ("feedback_marks_day", "feedback"),
        ("evidence_marks_day", "evidence"),
        ("events_mark_day", "events"),
        ("events_mark_reopened_day", "events"),
    ):
        op.execute(f"DROP TRIGGER {trigger} ON {table}")
    op.execute("DROP FUNCTION mark_day, mark_reopened_day")
    op.execute(FORGET.format(tables="day_deltas, day_counts"))
    op.execute(NOTE_WITHOUT)
    op.execute("DROP VIEW day_stale")
    op.execute("DROP FUNCTION day_entries")
    op.execute("DROP TABLE day_records, day_groups, day_marks")
    op.execute("ALTER TABLE day_deltas DROP COLUMN complaint_id")
