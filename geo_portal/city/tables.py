"""How the city's own facts are stored."""

from datetime import date, datetime, timedelta
from typing import Any

from geoalchemy2 import Geometry, WKBElement
from sqlalchemy import (
    ARRAY,
    CheckConstraint,
    ForeignKey,
    Index,
    String,
    UniqueConstraint,
    text,
)
from sqlalchemy.orm import Mapped, mapped_column

from geo_portal.database import Table


def shape(kind: str) -> Geometry:
    """A shape in EPSG:4326; its index is declared beside the table, with its query."""
    return Geometry(kind, srid=4326, spatial_index=False)


class City(Table):
    """The one city this portal serves: a single row.

    `facts_version` grows with every load of a pack; processes keep the city's small tables in
    memory (`city/facts.py`) and read them again when it has moved.
    """

    __tablename__ = "city"
    __table_args__ = (CheckConstraint("id = 1", name="only_one"),)

    id: Mapped[int] = mapped_column(primary_key=True, default=1)
    code: Mapped[str]
    name: Mapped[str]
    names: Mapped[dict[str, str]]
    country: Mapped[str] = mapped_column(String(2))
    timezone: Mapped[str]
    languages: Mapped[list[str]] = mapped_column(ARRAY(String))
    metric_srid: Mapped[int]
    emergency: Mapped[list[Any]]
    working_hours: Mapped[dict[str, Any]]
    facts_version: Mapped[int] = mapped_column(server_default=text("1"))
    pack_digest: Mapped[str]
    # Of the rules that the pack had when it was loaded; see `load`.
    rules_digest: Mapped[str | None]
    loaded_at: Mapped[datetime]


class Level(Table):
    """A storey of the area tree; rank 0 is the coarsest."""

    __tablename__ = "levels"

    code: Mapped[str] = mapped_column(primary_key=True)
    rank: Mapped[int] = mapped_column(unique=True)
    names: Mapped[dict[str, str]]


class Edition(Table):
    """All borders as they were true for some time; old complaints keep pointing at theirs."""

    __tablename__ = "editions"
    __table_args__ = (
        CheckConstraint("status IN ('draft', 'active', 'retired')", name="status"),
        # Serves "the edition in force"; also holds it to one.
        Index(
            "ix_editions_active", "status", unique=True, postgresql_where=text("status = 'active'")
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(unique=True)
    status: Mapped[str]
    digest: Mapped[str]
    created_at: Mapped[datetime]
    activated_at: Mapped[datetime | None]


class Jurisdiction(Table):
    """An area of one level in one edition, with its whole border for drawing."""

    __tablename__ = "jurisdictions"
    __table_args__ = (
        UniqueConstraint("edition_id", "level", "code"),
        CheckConstraint("ST_IsValid(border)", name="border_is_valid"),
        # Serves the choropleth and the boundary layer: areas of the active edition in a viewport.
        Index("ix_jurisdictions_border", "border", postgresql_using="gist"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    edition_id: Mapped[int] = mapped_column(ForeignKey("editions.id", ondelete="CASCADE"))
    level: Mapped[str] = mapped_column(ForeignKey("levels.code"))
    code: Mapped[str]
    name: Mapped[str]
    parent_id: Mapped[int | None] = mapped_column(
        ForeignKey("jurisdictions.id", ondelete="CASCADE"), index=True
    )
    population: Mapped[int | None]
    area_m2: Mapped[float]
    border: Mapped[WKBElement] = mapped_column(shape("MULTIPOLYGON"))
    # Lies inside the border, where a label or a pin for the whole area belongs.
    label_point: Mapped[WKBElement] = mapped_column(shape("POINT"))


class JurisdictionPiece(Table):
    """A border cut into pieces that are quick to ask; a small border is a single piece.

    Rank and area are repeated here so that the tie-break needs no join.
    """

    __tablename__ = "jurisdiction_pieces"
    __table_args__ = (
        # Serves "which areas contain this place", one index for the active edition.
        Index("ix_jurisdiction_pieces_border", "border", postgresql_using="gist"),
        # Serves the foreign key: dropping a draft edition.
        Index("ix_jurisdiction_pieces_jurisdiction", "jurisdiction_id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    jurisdiction_id: Mapped[int] = mapped_column(ForeignKey("jurisdictions.id", ondelete="CASCADE"))
    edition_id: Mapped[int]
    border: Mapped[WKBElement] = mapped_column(shape("POLYGON"))


class Department(Table):
    """Who mends what; one with a parent is an office of it, for the area it names."""

    __tablename__ = "departments"
    __table_args__ = (
        CheckConstraint("(area_level IS NULL) = (area_code IS NULL)", name="area_is_whole"),
    )

    code: Mapped[str] = mapped_column(primary_key=True)
    names: Mapped[dict[str, str]]
    parent_code: Mapped[str | None] = mapped_column(ForeignKey("departments.code"))
    level: Mapped[str | None] = mapped_column(ForeignKey("levels.code"))
    area_level: Mapped[str | None]
    area_code: Mapped[str | None]
    email: Mapped[str | None]
    phone: Mapped[str | None]
    point: Mapped[WKBElement | None] = mapped_column(shape("POINT"))
    hours: Mapped[str | None]
    address: Mapped[str | None]
    active: Mapped[bool] = mapped_column(server_default=text("true"))


class Category(Table):
    """A kind of complaint, who answers it and how soon."""

    __tablename__ = "categories"
    __table_args__ = (
        CheckConstraint("respond_within > interval '0'", name="respond_within"),
        CheckConstraint("fix_within IS NULL OR fix_within > interval '0'", name="fix_within"),
    )

    code: Mapped[str] = mapped_column(primary_key=True)
    group_code: Mapped[str]
    names: Mapped[dict[str, str]]
    group_names: Mapped[dict[str, str]]
    department_code: Mapped[str] = mapped_column(ForeignKey("departments.code"))
    respond_within: Mapped[timedelta]
    fix_within: Mapped[timedelta | None]
    working_time: Mapped[bool]
    sensitive: Mapped[bool]
    evidence: Mapped[bool] = mapped_column(server_default=text("false"))
    keywords: Mapped[list[str]] = mapped_column(ARRAY(String))
    notes: Mapped[dict[str, str]]
    position: Mapped[int]
    active: Mapped[bool] = mapped_column(server_default=text("true"))


class Rule(Table):
    """One line of the city's own routing rules; the first that matches wins.

    `broken_because` holds the sentence for the administrator when the rule names something that
    does not exist; a broken rule never matches.
    """

    __tablename__ = "rules"

    position: Mapped[int] = mapped_column(primary_key=True)
    category: Mapped[str | None]
    area_level: Mapped[str | None]
    area_code: Mapped[str | None]
    text: Mapped[str | None]
    near_asset: Mapped[str | None]
    near_m: Mapped[float | None]
    hours: Mapped[str | None]
    department_code: Mapped[str]
    reason: Mapped[str]
    broken_because: Mapped[str | None]


class Asset(Table):
    """A line or point that owns its place whatever the polygon says: a national road, a railway."""

    __tablename__ = "assets"
    __table_args__ = (
        # Serves "which asset lies within 15 m of this place" (metres: geography).
        Index("ix_assets_place", text("(place::geography)"), postgresql_using="gist"),
        # Serves "the lamp post with this number", however it was typed.
        Index("ix_assets_name", "kind", text("lower(name)")),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    kind: Mapped[str]
    owner: Mapped[str | None]
    name: Mapped[str | None]
    place: Mapped[WKBElement] = mapped_column(shape("GEOMETRY"))


class Holiday(Table):
    """A day off that the city adds to the country's public holidays."""

    __tablename__ = "holidays"

    day: Mapped[date] = mapped_column(primary_key=True)
    names: Mapped[dict[str, str]]


class Article(Table):
    """What the city knows about a subject, in one language; Markdown."""

    __tablename__ = "articles"

    slug: Mapped[str] = mapped_column(primary_key=True)
    language: Mapped[str] = mapped_column(primary_key=True)
    title: Mapped[str]
    category_code: Mapped[str | None] = mapped_column(ForeignKey("categories.code"))
    phone: Mapped[str | None]
    url: Mapped[str | None]
    body: Mapped[str]


class NamedPlace(Table):
    """A street, square or landmark that people search for by name."""

    __tablename__ = "named_places"
    __table_args__ = (
        # Serves the place search: names like what was typed, typing errors included.
        Index(
            "ix_named_places_name",
            "name",
            postgresql_using="gin",
            postgresql_ops={"name": "gin_trgm_ops"},
        ),
        # Serves "the nearest landmark in words" on a complaint's page.
        Index("ix_named_places_point", "point", postgresql_using="gist"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    kind: Mapped[str]
    name: Mapped[str]
    point: Mapped[WKBElement] = mapped_column(shape("POINT"))


class BasemapLayer(Table):
    """One layer of the pack's own vector basemap, as it is sent to the map: gzipped GeoJSON."""

    __tablename__ = "basemap_layers"

    name: Mapped[str] = mapped_column(primary_key=True)
    position: Mapped[int]
    geojson_gz: Mapped[bytes]
    etag: Mapped[str]
