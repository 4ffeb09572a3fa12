"""Counts for thirds of months, and lists' indexes that hold what a map needs of a complaint.

A map of odd days is then whole months, whole thirds, and ten days at each end to look through.
"""

from importlib import import_module

from alembic import op

revision = "0012_spans"
down_revision = "0011_messages"
branch_labels = None
depends_on = None

# As in 0002, but with the day in place of the month. Written out again, for what an earlier
# migration did must not change with a later one.
FACTS = """
    id,
    cell_px(ST_X(point)) AS px,
    cell_py(ST_Y(point)) AS py,
    cell_metres(point, (SELECT metric_srid FROM city)) AS metres,
    light,
    sensitive,
    category_code,
    department_code,
    office_code,
    jurisdiction_ids,
    (submitted_at AT TIME ZONE 'UTC')::date AS day
"""
COLUMNS = (
    "sign, id, px, py, metres, light, sensitive, category_code, department_code, office_code, "
    "jurisdiction_ids, day"
)

SLICES = """
    CREATE FUNCTION cell_slices(
        category varchar, department varchar, office varchar, areas integer[], day date
    ) RETURNS TABLE (slice varchar) LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
        SELECT 'all'
        UNION ALL SELECT 'category=' || category WHERE category IS NOT NULL
        UNION ALL SELECT 'department=' || department WHERE department IS NOT NULL
        UNION ALL SELECT 'department=' || office
            WHERE office IS NOT NULL AND office IS DISTINCT FROM department
        UNION ALL SELECT 'department=' || department || ' category=' || category
            WHERE department IS NOT NULL AND category IS NOT NULL
        UNION ALL SELECT 'department=' || office || ' category=' || category
            WHERE office IS NOT NULL AND category IS NOT NULL
              AND office IS DISTINCT FROM department
        UNION ALL SELECT DISTINCT 'area=' || area FROM unnest(areas) AS area
        UNION ALL SELECT DISTINCT 'department=' || department || ' area=' || area
            FROM unnest(areas) AS area WHERE department IS NOT NULL
        UNION ALL SELECT DISTINCT 'department=' || office || ' area=' || area
            FROM unnest(areas) AS area
            WHERE office IS NOT NULL AND office IS DISTINCT FROM department
        UNION ALL SELECT 'month=' || to_char(day, 'YYYY-MM')
        UNION ALL SELECT 'days=' || to_char(day, 'YYYY-MM-') || CASE
            WHEN extract(day FROM day) > 20 THEN '21'
            WHEN extract(day FROM day) > 10 THEN '11' ELSE '01' END
    $$
"""

VIEW = f"CREATE VIEW cell_facts AS SELECT {FACTS} FROM complaints"  # noqa: S608

NOTE = f"""
    CREATE OR REPLACE FUNCTION note_cells() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        IF TG_OP = 'INSERT' THEN
            INSERT INTO cell_deltas ({COLUMNS}) SELECT 1, {FACTS} FROM after_it;
        ELSIF TG_OP = 'DELETE' THEN
            INSERT INTO cell_deltas ({COLUMNS}) SELECT -1, {FACTS} FROM before_it;
        ELSE
            WITH was AS (SELECT {FACTS} FROM before_it), becomes AS (SELECT {FACTS} FROM after_it),
            moved AS (
                SELECT id FROM
                    ((TABLE was EXCEPT TABLE becomes) UNION (TABLE becomes EXCEPT TABLE was)) AS two
            )
            INSERT INTO cell_deltas ({COLUMNS})
            SELECT -1, * FROM was WHERE id IN (SELECT id FROM moved)
            UNION ALL
            SELECT 1, * FROM becomes WHERE id IN (SELECT id FROM moved);
        END IF;
        RETURN NULL;
    END $$
"""  # noqa: S608

# The counts are made anew from these at the next fold; meanwhile they are added up by each map.
CATCH_UP = f"INSERT INTO cell_deltas ({COLUMNS}) SELECT 1, * FROM cell_facts"  # noqa: S608

LISTS = {
    "ix_complaints_newest": "submitted_at DESC, id DESC",
    "ix_complaints_department": "department_code, submitted_at DESC, id DESC",
    "ix_complaints_category": "category_code, submitted_at DESC, id DESC",
}


def upgrade() -> None:
    op.execute("LOCK TABLE complaints IN SHARE ROW EXCLUSIVE MODE")
    op.execute("DROP VIEW cell_facts")
    op.execute("DROP FUNCTION cell_slices")
    op.execute("TRUNCATE cell_deltas, cell_counts")
    op.execute("ALTER TABLE cell_deltas RENAME COLUMN month TO day")
    for statement in (SLICES, VIEW, NOTE, CATCH_UP):
        op.execute(statement)
    for name, columns in LISTS.items():
        op.execute(f"DROP INDEX {name}")
        op.execute(
            f"CREATE INDEX {name} ON complaints ({columns}) INCLUDE (light, sensitive, point)"
        )


def downgrade() -> None:
    before = import_module("geo_portal.migrations.versions.0002_cells")
    op.execute("LOCK TABLE complaints IN SHARE ROW EXCLUSIVE MODE")
    op.execute("DROP VIEW cell_facts")
    op.execute("DROP FUNCTION cell_slices, cell_finest, cell_every")
    op.execute("TRUNCATE cell_deltas, cell_counts")
    op.execute("ALTER TABLE cell_deltas RENAME COLUMN day TO month")
    note = before.NOTE.replace("CREATE FUNCTION", "CREATE OR REPLACE FUNCTION")
    for statement in (before.SLICES, before.VIEW, note, before.CATCH_UP):
        op.execute(statement)
    for name, columns in LISTS.items():
        op.execute(f"DROP INDEX {name}")
        op.execute(f"CREATE INDEX {name} ON complaints ({columns})")
