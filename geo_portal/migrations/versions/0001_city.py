"""The city's own facts: areas, departments, categories, rules, articles, basemap."""

import sqlalchemy as sa
from alembic import op
from geoalchemy2 import Geometry
from sqlalchemy.dialects.postgresql import JSONB

revision = "0001_city"
down_revision = None
branch_labels = None
depends_on = None

MOMENT = sa.DateTime(timezone=True)


def shape(kind: str) -> Geometry:
    """A shape in EPSG:4326; its index follows beside the query it serves."""
    return Geometry(kind, srid=4326, spatial_index=False)


def upgrade() -> None:
    op.execute("CREATE EXTENSION IF NOT EXISTS postgis")
    op.execute("CREATE EXTENSION IF NOT EXISTS pg_trgm")
    op.create_table(
        "assets",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("owner", sa.String(), nullable=True),
        sa.Column("name", sa.String(), nullable=True),
        sa.Column("place", shape("GEOMETRY"), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_assets"),
    )
    op.create_index(
        "ix_assets_place",
        "assets",
        [sa.literal_column("(place::geography)")],
        postgresql_using="gist",
    )
    op.create_table(
        "basemap_layers",
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("geojson_gz", sa.LargeBinary(), nullable=False),
        sa.Column("etag", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("name", name="pk_basemap_layers"),
    )
    op.create_table(
        "city",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("code", sa.String(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("names", JSONB(), nullable=False),
        sa.Column("country", sa.String(length=2), nullable=False),
        sa.Column("timezone", sa.String(), nullable=False),
        sa.Column("languages", sa.ARRAY(sa.String()), nullable=False),
        sa.Column("metric_srid", sa.Integer(), nullable=False),
        sa.Column("emergency", JSONB(), nullable=False),
        sa.Column("working_hours", JSONB(), nullable=False),
        sa.Column("facts_version", sa.Integer(), server_default=sa.text("1"), nullable=False),
        sa.Column("pack_digest", sa.String(), nullable=False),
        sa.Column("loaded_at", MOMENT, nullable=False),
        sa.CheckConstraint("id = 1", name="ck_city_only_one"),
        sa.PrimaryKeyConstraint("id", name="pk_city"),
    )
    op.create_table(
        "editions",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("status", sa.String(), nullable=False),
        sa.Column("digest", sa.String(), nullable=False),
        sa.Column("created_at", MOMENT, nullable=False),
        sa.Column("activated_at", MOMENT, nullable=True),
        sa.CheckConstraint("status IN ('draft', 'active', 'retired')", name="ck_editions_status"),
        sa.PrimaryKeyConstraint("id", name="pk_editions"),
        sa.UniqueConstraint("name", name="uq_editions_name"),
    )
    op.create_index(
        "ix_editions_active",
        "editions",
        ["status"],
        unique=True,
        postgresql_where=sa.text("status = 'active'"),
    )
    op.create_table(
        "holidays",
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("names", JSONB(), nullable=False),
        sa.PrimaryKeyConstraint("day", name="pk_holidays"),
    )
    op.create_table(
        "levels",
        sa.Column("code", sa.String(), nullable=False),
        sa.Column("rank", sa.Integer(), nullable=False),
        sa.Column("names", JSONB(), nullable=False),
        sa.PrimaryKeyConstraint("code", name="pk_levels"),
        sa.UniqueConstraint("rank", name="uq_levels_rank"),
    )
    op.create_table(
        "named_places",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("point", shape("POINT"), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_named_places"),
    )
    op.create_index(
        "ix_named_places_name",
        "named_places",
        ["name"],
        postgresql_using="gin",
        postgresql_ops={"name": "gin_trgm_ops"},
    )
    op.create_index("ix_named_places_point", "named_places", ["point"], postgresql_using="gist")
    op.create_table(
        "rules",
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("category", sa.String(), nullable=True),
        sa.Column("area_level", sa.String(), nullable=True),
        sa.Column("area_code", sa.String(), nullable=True),
        sa.Column("text", sa.String(), nullable=True),
        sa.Column("near_asset", sa.String(), nullable=True),
        sa.Column("near_m", sa.Double(), nullable=True),
        sa.Column("hours", sa.String(), nullable=True),
        sa.Column("department_code", sa.String(), nullable=False),
        sa.Column("reason", sa.String(), nullable=False),
        sa.Column("broken_because", sa.String(), nullable=True),
        sa.PrimaryKeyConstraint("position", name="pk_rules"),
    )
    op.create_table(
        "departments",
        sa.Column("code", sa.String(), nullable=False),
        sa.Column("names", JSONB(), nullable=False),
        sa.Column("parent_code", sa.String(), nullable=True),
        sa.Column("level", sa.String(), nullable=True),
        sa.Column("area_level", sa.String(), nullable=True),
        sa.Column("area_code", sa.String(), nullable=True),
        sa.Column("email", sa.String(), nullable=True),
        sa.Column("phone", sa.String(), nullable=True),
        sa.Column("point", shape("POINT"), nullable=True),
        sa.Column("active", sa.Boolean(), server_default=sa.text("true"), nullable=False),
        sa.CheckConstraint(
            "(area_level IS NULL) = (area_code IS NULL)", name="ck_departments_area_is_whole"
        ),
        sa.ForeignKeyConstraint(["level"], ["levels.code"], name="fk_departments_level_levels"),
        sa.ForeignKeyConstraint(
            ["parent_code"], ["departments.code"], name="fk_departments_parent_code_departments"
        ),
        sa.PrimaryKeyConstraint("code", name="pk_departments"),
    )
    op.create_table(
        "jurisdictions",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("edition_id", sa.Integer(), nullable=False),
        sa.Column("level", sa.String(), nullable=False),
        sa.Column("code", sa.String(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("parent_id", sa.Integer(), nullable=True),
        sa.Column("population", sa.Integer(), nullable=True),
        sa.Column("area_m2", sa.Double(), nullable=False),
        sa.Column("border", shape("MULTIPOLYGON"), nullable=False),
        sa.Column("label_point", shape("POINT"), nullable=False),
        sa.CheckConstraint("ST_IsValid(border)", name="ck_jurisdictions_border_is_valid"),
        sa.ForeignKeyConstraint(
            ["edition_id"],
            ["editions.id"],
            name="fk_jurisdictions_edition_id_editions",
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(["level"], ["levels.code"], name="fk_jurisdictions_level_levels"),
        sa.ForeignKeyConstraint(
            ["parent_id"],
            ["jurisdictions.id"],
            name="fk_jurisdictions_parent_id_jurisdictions",
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name="pk_jurisdictions"),
        sa.UniqueConstraint(
            "edition_id", "level", "code", name="uq_jurisdictions_edition_id_level_code"
        ),
    )
    op.create_index("ix_jurisdictions_border", "jurisdictions", ["border"], postgresql_using="gist")
    op.create_index("ix_jurisdictions_parent_id", "jurisdictions", ["parent_id"])
    op.create_table(
        "categories",
        sa.Column("code", sa.String(), nullable=False),
        sa.Column("group_code", sa.String(), nullable=False),
        sa.Column("names", JSONB(), nullable=False),
        sa.Column("group_names", JSONB(), nullable=False),
        sa.Column("department_code", sa.String(), nullable=False),
        sa.Column("respond_within", sa.Interval(), nullable=False),
        sa.Column("fix_within", sa.Interval(), nullable=True),
        sa.Column("working_time", sa.Boolean(), nullable=False),
        sa.Column("sensitive", sa.Boolean(), nullable=False),
        sa.Column("keywords", sa.ARRAY(sa.String()), nullable=False),
        sa.Column("notes", JSONB(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("active", sa.Boolean(), server_default=sa.text("true"), nullable=False),
        sa.CheckConstraint(
            "fix_within IS NULL OR fix_within > interval '0'", name="ck_categories_fix_within"
        ),
        sa.CheckConstraint("respond_within > interval '0'", name="ck_categories_respond_within"),
        sa.ForeignKeyConstraint(
            ["department_code"],
            ["departments.code"],
            name="fk_categories_department_code_departments",
        ),
        sa.PrimaryKeyConstraint("code", name="pk_categories"),
    )
    op.create_table(
        "jurisdiction_pieces",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("jurisdiction_id", sa.Integer(), nullable=False),
        sa.Column("edition_id", sa.Integer(), nullable=False),
        sa.Column("border", shape("POLYGON"), nullable=False),
        sa.ForeignKeyConstraint(
            ["jurisdiction_id"],
            ["jurisdictions.id"],
            name="fk_jurisdiction_pieces_jurisdiction_id_jurisdictions",
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name="pk_jurisdiction_pieces"),
    )
    op.create_index(
        "ix_jurisdiction_pieces_border", "jurisdiction_pieces", ["border"], postgresql_using="gist"
    )
    op.create_index(
        "ix_jurisdiction_pieces_jurisdiction", "jurisdiction_pieces", ["jurisdiction_id"]
    )
    op.create_table(
        "articles",
        sa.Column("slug", sa.String(), nullable=False),
        sa.Column("language", sa.String(), nullable=False),
        sa.Column("title", sa.String(), nullable=False),
        sa.Column("category_code", sa.String(), nullable=True),
        sa.Column("phone", sa.String(), nullable=True),
        sa.Column("url", sa.String(), nullable=True),
        sa.Column("body", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(
            ["category_code"], ["categories.code"], name="fk_articles_category_code_categories"
        ),
        sa.PrimaryKeyConstraint("slug", "language", name="pk_articles"),
    )


def downgrade() -> None:
    op.drop_table("articles")
    op.drop_table("jurisdiction_pieces")
    op.drop_table("categories")
    op.drop_table("jurisdictions")
    op.drop_table("departments")
    op.drop_table("rules")
    op.drop_table("named_places")
    op.drop_table("levels")
    op.drop_table("holidays")
    op.drop_table("editions")
    op.drop_table("city")
    op.drop_table("basemap_layers")
    op.drop_table("assets")
