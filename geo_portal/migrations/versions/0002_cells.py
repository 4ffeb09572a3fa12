"""Counts of complaints per grid cell, kept by triggers, so that no map has to scan complaints."""

from alembic import op

revision = "0002_cells"
down_revision = "0001_complaints"
branch_labels = None
depends_on = None

# What the counts need to know of a complaint. A place is kept twice: in 2^30 steps of the web
# mercator square (a cell at zoom z is the place without its last 30 - z bits), and in whole metres
# of the city's own metric CRS.
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
    date_trunc('month', submitted_at AT TIME ZONE 'UTC')::date AS month
"""
COLUMNS = (
    "sign, id, px, py, metres, light, sensitive, category_code, department_code, office_code, "
    "jurisdiction_ids, month"
)

TABLES = """
    CREATE TABLE cell_deltas (
        sign smallint NOT NULL,
        id bigint NOT NULL,
        px integer NOT NULL,
        py integer NOT NULL,
        metres integer[],
        light varchar NOT NULL,
        sensitive boolean NOT NULL,
        category_code varchar,
        department_code varchar,
        office_code varchar,
        jurisdiction_ids integer[] NOT NULL,
        month date NOT NULL
    );
    CREATE TABLE cell_counts (
        slice varchar NOT NULL,
        grid varchar NOT NULL,
        x integer NOT NULL,
        y integer NOT NULL,
        light varchar NOT NULL,
        sensitive boolean NOT NULL,
        n integer NOT NULL,
        ids bigint NOT NULL,
        px bigint NOT NULL,
        py bigint NOT NULL,
        -- Serves maps and heat maps: the cells of some slices in a rectangle of one grid.
        -- The number rides along, so that a heat map is read from the index alone.
        CONSTRAINT pk_cell_counts PRIMARY KEY (slice, grid, x, y, light, sensitive) INCLUDE (n)
    ) WITH (fillfactor = 85)
"""

PLACES = """
    CREATE FUNCTION cell_px(lon double precision) RETURNS integer
    LANGUAGE sql IMMUTABLE PARALLEL SAFE
    RETURN least(greatest(floor((lon + 180) / 360 * 1073741824), 0), 1073741823)::integer;

    CREATE FUNCTION cell_py(lat double precision) RETURNS integer
    LANGUAGE sql IMMUTABLE PARALLEL SAFE
    RETURN least(greatest(floor(
        (0.5 - ln(tan(pi() / 4 + radians(least(greatest(lat, -85.05), 85.05)) / 2)) / (2 * pi()))
        * 1073741824), 0), 1073741823)::integer;

    -- NULL where the city's CRS cannot say where a place is: a pin on another continent must be
    -- kept as a complaint, and is only missing from the heat map.
    CREATE FUNCTION cell_metres(point geometry, srid integer) RETURNS integer[]
    LANGUAGE plpgsql IMMUTABLE PARALLEL SAFE AS $$
    DECLARE moved geometry;
    BEGIN
        moved := ST_Transform(point, srid);
        RETURN ARRAY[floor(ST_X(moved))::integer, floor(ST_Y(moved))::integer];
    EXCEPTION WHEN OTHERS THEN
        RETURN NULL;
    END $$
"""

# A slice is one selection that maps ask for: everything, a category, a department or office, one
# of these with a category or an area, an area, a month.
SLICES = """
    CREATE FUNCTION cell_slices(
        category varchar, department varchar, office varchar, areas integer[], month date
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
        UNION ALL SELECT 'month=' || to_char(month, 'YYYY-MM')
    $$;

    -- The finest cells that are kept: small ones for everything only, or the table would grow as
    -- large as the complaints; for a department in an area one number is enough. A sensitive
    -- complaint is in no cell smaller than 250 m.
    CREATE FUNCTION cell_finest(
        slice varchar, px integer, py integer, metres integer[], sensitive boolean
    ) RETURNS TABLE (grid varchar, x integer, y integer) LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
        SELECT 'whole', 0, 0
        UNION ALL SELECT 'z17', px >> 13, py >> 13
            WHERE NOT sensitive AND strpos(slice, ' area=') = 0
        UNION ALL SELECT 'z20', px >> 10, py >> 10 WHERE NOT sensitive AND slice = 'all'
        UNION ALL SELECT 'm250', floor(metres[1] / 250.0)::integer,
            floor(metres[2] / 250.0)::integer
            WHERE metres IS NOT NULL AND strpos(slice, ' area=') = 0
        UNION ALL SELECT 'm100', floor(metres[1] / 100.0)::integer,
            floor(metres[2] / 100.0)::integer
            WHERE metres IS NOT NULL AND NOT sensitive AND slice = 'all'
    $$;

    -- The same and the coarser cells that are summed from them.
    CREATE FUNCTION cell_every(
        slice varchar, px integer, py integer, metres integer[], sensitive boolean
    ) RETURNS TABLE (grid varchar, x integer, y integer) LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
        SELECT grid, x, y FROM cell_finest(slice, px, py, metres, sensitive)
        UNION ALL SELECT 'z13', px >> 17, py >> 17
            WHERE NOT sensitive AND strpos(slice, ' area=') = 0
        UNION ALL SELECT 'z9', px >> 21, py >> 21
            WHERE NOT sensitive AND strpos(slice, ' area=') = 0
        UNION ALL SELECT 'm1000', floor(metres[1] / 1000.0)::integer,
            floor(metres[2] / 1000.0)::integer
            WHERE metres IS NOT NULL AND strpos(slice, ' area=') = 0
    $$
"""

VIEW = f"CREATE VIEW cell_facts AS SELECT {FACTS} FROM complaints"  # noqa: S608

# One small insert per statement and no row that two submissions would wait for.
NOTE = f"""
    CREATE FUNCTION note_cells() RETURNS trigger LANGUAGE plpgsql AS $$
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

FORGET = """
    CREATE FUNCTION forget_cells() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        TRUNCATE cell_deltas, cell_counts;
        RETURN NULL;
    END $$
"""

TRIGGERS = """
    CREATE TRIGGER complaints_added AFTER INSERT ON complaints
    REFERENCING NEW TABLE AS after_it FOR EACH STATEMENT EXECUTE FUNCTION note_cells();
    CREATE TRIGGER complaints_changed AFTER UPDATE ON complaints
    REFERENCING OLD TABLE AS before_it NEW TABLE AS after_it
    FOR EACH STATEMENT EXECUTE FUNCTION note_cells();
    CREATE TRIGGER complaints_removed AFTER DELETE ON complaints
    REFERENCING OLD TABLE AS before_it FOR EACH STATEMENT EXECUTE FUNCTION note_cells();
    CREATE TRIGGER complaints_emptied AFTER TRUNCATE ON complaints
    FOR EACH STATEMENT EXECUTE FUNCTION forget_cells()
"""

# Complaints that were there before the counts.
CATCH_UP = f"INSERT INTO cell_deltas ({COLUMNS}) SELECT 1, * FROM cell_facts"  # noqa: S608


def upgrade() -> None:
    for statement in (TABLES, PLACES, SLICES, VIEW, NOTE, FORGET, TRIGGERS, CATCH_UP):
        op.execute(statement)


def downgrade() -> None:
    for name in ("added", "changed", "removed", "emptied"):
        op.execute(f"DROP TRIGGER complaints_{name} ON complaints")
    op.execute("DROP FUNCTION note_cells, forget_cells")
    op.execute("DROP VIEW cell_facts")
    op.execute("DROP TABLE cell_counts, cell_deltas")
    op.execute("DROP FUNCTION cell_slices, cell_every, cell_finest, cell_px, cell_py, cell_metres")
