"""Services: public views for open data and their reader, and indexes that answer maps alone."""

from alembic import op

revision = "0016_services"
down_revision = "0015_channels"
branch_labels = None
depends_on = None

# What everybody may see. A complaint of a sensitive kind shows neither words nor place in public,
# and so is in no view.
VIEWS = """
    CREATE VIEW open_complaints AS
        SELECT id, code, category_code AS category, department_code AS department,
            office_code AS office, status, light, outcome,
            coalesce(public_description, description) AS description, language, channel,
            submitted_at, due_at, closed_at, updated_at, point AS geom
        FROM complaints WHERE NOT sensitive;

    CREATE VIEW open_areas AS
        SELECT area.id, level, code, area.name, population,
            round((area_m2 / 1e6)::numeric, 4)::float8 AS area_km2, border AS geom
        FROM jurisdictions AS area JOIN editions ON editions.id = edition_id
        WHERE editions.status = 'active';

    -- Squares of 250 m. The number of a row is made of its place, for rows come and go.
    CREATE VIEW open_cells AS
        SELECT (x::bigint << 32) | (y::bigint & 4294967295) AS id, 250 AS cell_m,
            sum(n)::integer AS count,
            coalesce(sum(n) FILTER (WHERE light IN ('waiting', 'progress')), 0)::integer AS open,
            ST_Transform(ST_MakeEnvelope(x * 250, y * 250, (x + 1) * 250, (y + 1) * 250,
                (SELECT metric_srid FROM city)), 4326) AS geom
        FROM cell_counts WHERE slice = 'all' AND grid = 'm250' AND NOT sensitive
        GROUP BY x, y HAVING sum(n) > 0
"""

# A role sees them and nothing else; where the portal may make none, it goes without. A restored
# backup has no grants, so this is a function.
READER = """
    CREATE FUNCTION let_reader_read() RETURNS void LANGUAGE plpgsql AS $$
    BEGIN
        IF EXISTS (SELECT FROM pg_roles WHERE rolname = 'geo_portal_reader') THEN
            GRANT SELECT ON open_complaints, open_areas, open_cells TO geo_portal_reader;
        END IF;
    END $$;

    DO $$
    BEGIN
        IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = 'geo_portal_reader') AND (
            SELECT rolsuper OR rolcreaterole FROM pg_roles WHERE rolname = current_user)
        THEN
            CREATE ROLE geo_portal_reader NOLOGIN;
            EXECUTE format('GRANT geo_portal_reader TO %I', current_user);
        END IF;
        PERFORM let_reader_read();
    END $$
"""

# Each serves its newest-first list and, from the index alone, maps of odd days.
_ALSO = "point, light, sensitive, office_code"
WIDER = {
    "newest": ("submitted_at DESC, id DESC", f"{_ALSO}, category_code, department_code"),
    "department": ("department_code, submitted_at DESC, id DESC", f"{_ALSO}, category_code"),
    "category": ("category_code, submitted_at DESC, id DESC", f"{_ALSO}, department_code"),
}

BEFORE = "INCLUDE (light, sensitive, point)"


def upgrade() -> None:
    op.execute(VIEWS)
    op.execute(READER)
    for name, (columns, also) in WIDER.items():
        op.execute(f"DROP INDEX ix_complaints_{name}")
        op.execute(f"CREATE INDEX ix_complaints_{name} ON complaints ({columns}) INCLUDE ({also})")


def downgrade() -> None:
    for name, (columns, _) in WIDER.items():
        op.execute(f"DROP INDEX ix_complaints_{name}")
        op.execute(f"CREATE INDEX ix_complaints_{name} ON complaints ({columns}) {BEFORE}")
    op.execute("DROP FUNCTION let_reader_read")
    op.execute("DROP VIEW open_complaints, open_areas, open_cells")
