"""Figures per day kept by triggers, usual times, and unusual weeks with those who hear of them."""

import sqlalchemy as sa
from alembic import op

revision = "0017_insights"
down_revision = "0016_services"
branch_labels = None
depends_on = None

# What the figures need to know of a complaint: the days on which it counts for something, in the
# city's own time. One that was stopped in time is not overdue while its clock stands still.
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

TABLES = """
    CREATE TABLE day_deltas (
        sign smallint NOT NULL,
        department_code varchar,
        office_code varchar,
        category_code varchar,
        jurisdiction_ids integer[] NOT NULL,
        received_on date NOT NULL,
        closed_on date,
        is_done boolean NOT NULL,
        due_on date
    );
    CREATE TABLE day_counts (
        department_code varchar NOT NULL,
        kind varchar NOT NULL,
        day date NOT NULL,
        office_code varchar NOT NULL,
        category_code varchar NOT NULL,
        jurisdiction_ids integer[] NOT NULL,
        n integer NOT NULL,
        -- Serves dashboards and public figures: what a department received, fixed or has open, by
        -- day. The number rides along, so that it is read from the index alone.
        CONSTRAINT pk_day_counts PRIMARY KEY
            (department_code, kind, day, office_code, category_code, jurisdiction_ids) INCLUDE (n)
    ) WITH (fillfactor = 85);
    -- Open ones due before `horizon` are counted together, under the day -infinity: which day it
    -- was matters no more. `version` is another one after every change of day_counts.
    CREATE TABLE day_state (horizon date NOT NULL, version uuid NOT NULL);
    INSERT INTO day_state VALUES ('-infinity', gen_random_uuid())
"""

# A complaint counts once as received and once as open, by the day it is due, or as closed. Codes
# that nobody knows are empty words here, for a key has no empty fields.
COUNTS_FOR = """
    CREATE FUNCTION day_kinds(received_on date, closed_on date, is_done boolean, due_on date)
    RETURNS TABLE (kind varchar, day date) LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
        SELECT 'received', received_on
        UNION ALL SELECT CASE WHEN is_done THEN 'fixed' ELSE 'unfixed' END, closed_on
            WHERE closed_on IS NOT NULL
        UNION ALL SELECT 'open', due_on WHERE due_on IS NOT NULL
    $$
"""

VIEW = f"CREATE VIEW day_facts AS SELECT id, {FACTS} FROM complaints"  # noqa: S608

NOTE = f"""
    CREATE FUNCTION note_days() RETURNS trigger LANGUAGE plpgsql AS $$
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

FORGET = """
    CREATE FUNCTION forget_days() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        TRUNCATE day_deltas, day_counts;
        UPDATE day_state SET version = gen_random_uuid();
        RETURN NULL;
    END $$
"""

TRIGGERS = """
    CREATE TRIGGER complaints_days_added AFTER INSERT ON complaints
    REFERENCING NEW TABLE AS after_it FOR EACH STATEMENT EXECUTE FUNCTION note_days();
    CREATE TRIGGER complaints_days_changed AFTER UPDATE ON complaints
    REFERENCING OLD TABLE AS before_it NEW TABLE AS after_it
    FOR EACH STATEMENT EXECUTE FUNCTION note_days();
    CREATE TRIGGER complaints_days_removed AFTER DELETE ON complaints
    REFERENCING OLD TABLE AS before_it FOR EACH STATEMENT EXECUTE FUNCTION note_days();
    CREATE TRIGGER complaints_days_emptied AFTER TRUNCATE ON complaints
    FOR EACH STATEMENT EXECUTE FUNCTION forget_days()
"""

# Complaints that were there before the counts.
CATCH_UP = f"INSERT INTO day_deltas ({COLUMNS}) SELECT 1, {FACTS} FROM complaints"  # noqa: S608


def upgrade() -> None:
    for statement in (TABLES, COUNTS_FOR, VIEW, NOTE, FORGET, TRIGGERS, CATCH_UP):
        op.execute(statement)
    _usual_times()
    _alerts()


def _usual_times() -> None:
    op.create_table(
        "usual_times",
        sa.Column("category_code", sa.String(), nullable=False),
        sa.Column("owner_code", sa.String(), nullable=False),
        sa.Column("known", sa.Integer(), nullable=False),
        sa.Column("half", sa.Interval(), nullable=True),
        sa.Column("most", sa.Interval(), nullable=True),
        sa.Column("as_of", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("category_code", "owner_code", name="pk_usual_times"),
    )


def _alerts() -> None:
    op.create_table(
        "alerts",
        sa.Column("id", sa.BigInteger(), sa.Identity(), nullable=False),
        sa.Column("week", sa.Date(), nullable=False),
        sa.Column("level", sa.String(), nullable=False),
        sa.Column("area_code", sa.String(), nullable=False),
        sa.Column("category_code", sa.String(), nullable=False),
        sa.Column("seen", sa.Integer(), nullable=False),
        sa.Column("expected", sa.Float(), nullable=False),
        sa.Column("chance", sa.Float(), nullable=False),
        sa.Column("found_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_alerts"),
        sa.UniqueConstraint(
            "week",
            "level",
            "area_code",
            "category_code",
            name="uq_alerts_week_level_area_code_category_code",
        ),
    )
    op.create_table(
        "alert_readers",
        sa.Column("id", sa.BigInteger(), sa.Identity(), nullable=False),
        sa.Column("person_id", sa.BigInteger(), nullable=False),
        sa.Column("category_code", sa.String(), nullable=False, server_default=""),
        sa.Column("area", sa.String(), nullable=False, server_default=""),
        sa.Column("language", sa.String(), nullable=False),
        sa.Column("since", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_alert_readers"),
        sa.ForeignKeyConstraint(
            ["person_id"], ["people.id"], name="fk_alert_readers_person_id_people",
            ondelete="CASCADE",
        ),
        sa.UniqueConstraint(
            "person_id", "category_code", "area",
            name="uq_alert_readers_person_id_category_code_area",
        ),
    )  # fmt: skip


def downgrade() -> None:
    for table in ("alert_readers", "alerts", "usual_times"):
        op.drop_table(table)
    for name in ("added", "changed", "removed", "emptied"):
        op.execute(f"DROP TRIGGER complaints_days_{name} ON complaints")
    op.execute("DROP FUNCTION note_days, forget_days")
    op.execute("DROP VIEW day_facts")
    op.execute("DROP TABLE day_counts, day_deltas, day_state")
    op.execute("DROP FUNCTION day_kinds")
