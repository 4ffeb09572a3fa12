"""Open data feature by feature: public views, asked page by page in the name of a reader."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import text
from sqlalchemy.orm import Session

from geo_portal.errors import NotFound
from geo_portal.geometry import Box

READER = "geo_portal_reader"
MOST_PER_PAGE = 1_000
_MAY_READ = text("""
    SELECT pg_has_role(current_user, oid, 'MEMBER')
        AND has_table_privilege(oid, 'open_complaints', 'SELECT')
    FROM pg_roles WHERE rolname = :reader
""")


@dataclass(frozen=True)
class Collection:
    """A public view: `key` names its features, `moment` is what `datetime` asks about."""

    id: str
    title: str
    description: str
    view: str
    key: str
    kind: str
    properties: tuple[str, ...]
    moment: str | None = None


COLLECTIONS = {
    one.id: one
    for one in (
        Collection(
            "complaints",
            "Complaints",
            "Every report that is public, with where it stands. Sensitive kinds are not in it.",
            "open_complaints",
            "code",
            "Point",
            (
                *("code", "category", "department", "office", "status", "light", "outcome"),
                *("description", "language", "channel"),
                *("submitted_at", "due_at", "closed_at", "updated_at"),
            ),
            "submitted_at",
        ),
        Collection(
            "jurisdictions",
            "Areas",
            "The borders in force, all levels.",
            "open_areas",
            "id",
            "MultiPolygon",
            ("level", "code", "name", "population", "area_km2"),
        ),
        Collection(
            "cells",
            "Counted squares",
            "How many public reports lie in each square of 250 m.",
            "open_cells",
            "id",
            "Polygon",
            ("cell_m", "count", "open"),
        ),
    )
}


@dataclass(frozen=True)
class Span:
    """A span of time with both ends in it, as OGC's `datetime` means it; None is open."""

    since: datetime | None
    until: datetime | None


@dataclass(frozen=True)
class FeaturePage:
    """GeoJSON features, and the number after which the next page begins (None at the end)."""

    features: list[dict[str, Any]]
    next_after: int | None


def collection(name: str) -> Collection:
    """Raises `NotFound`."""
    if name not in COLLECTIONS:
        raise NotFound("There is no collection “{name}” here.", name=name[:40])
    return COLLECTIONS[name]


def see_only_what_is_public(session: Session) -> None:
    """For the rest of the transaction nothing can be written, nor read beyond the public views.

    A database whose owner allowed us no such role still cannot be written to.
    """
    session.execute(text("SET TRANSACTION READ ONLY"))
    if session.scalar(_MAY_READ, {"reader": READER}):
        session.execute(text(f"SET LOCAL ROLE {READER}"))


def let_reader_read(session: Session) -> None:
    """Grant the reader the public views; a database without such a role is left as it is."""
    session.execute(text("SELECT let_reader_read()"))


def page(
    session: Session,
    of: Collection,
    *,
    boxes: Sequence[Box] = (),
    span: Span | None = None,
    after: int | None = None,
    limit: int = 10,
) -> FeaturePage:
    """At most `limit` features in the order of their numbers, which no new one ever disturbs."""
    conditions, asked = _where(of, boxes, span, after)
    rows = session.execute(_features(of, conditions), asked | {"limit": limit + 1}).all()
    features = [_feature(of, row) for row in rows[:limit]]
    return FeaturePage(features, rows[limit - 1].number if len(rows) > limit else None)


def _where(
    of: Collection, boxes: Sequence[Box], span: Span | None, after: int | None
) -> tuple[str, dict[str, Any]]:
    """The condition and what is to be filled in."""
    conditions = ["true"]
    asked: dict[str, Any] = {"after": after}
    inside = []
    for nth, box in enumerate(boxes):
        edges = {"west": box.west, "south": box.south, "east": box.east, "north": box.north}
        asked |= {f"{side}{nth}": degrees for side, degrees in edges.items()}
        frame = f"ST_MakeEnvelope(:west{nth}, :south{nth}, :east{nth}, :north{nth}, 4326)"
        inside.append(f"(geom && {frame} AND ST_Intersects(geom, {frame}))")
    conditions += [f"({' OR '.join(inside)})"] if inside else []
    if span and of.moment:
        conditions += [f"{of.moment} >= :since"] if span.since else []
        conditions += [f"{of.moment} <= :until"] if span.until else []
        asked |= {"since": span.since, "until": span.until}
    conditions += ["id > :after"] if after is not None else []
    return " AND ".join(conditions), asked


def one(session: Session, of: Collection, key: str) -> dict[str, Any]:
    """Raises `NotFound`."""
    condition = f"{of.key}::text = :key" if of.key == "id" else f"{of.key} = :key"
    row = session.execute(_features(of, condition), {"key": key, "limit": 1}).one_or_none()
    if row is None:
        raise NotFound("There is no feature “{key}” in this collection.", key=key[:40])
    return _feature(of, row)


def _features(of: Collection, condition: str) -> Any:
    # Only names from `COLLECTIONS` and our own conditions are written into it.
    columns = ", ".join(of.properties)
    return text(
        f"SELECT id AS number, {of.key}::text AS key, {columns},"  # noqa: S608
        f" ST_AsGeoJSON(geom, 7) AS geojson FROM {of.view} WHERE {condition}"
        " ORDER BY id LIMIT :limit"
    )


def _feature(of: Collection, row: Any) -> dict[str, Any]:
    return {
        "type": "Feature",
        "id": row.key,
        "geometry": json.loads(row.geojson) if row.geojson else None,
        "properties": {name: _plain(getattr(row, name)) for name in of.properties},
    }


def _plain(value: Any) -> Any:
    if not isinstance(value, datetime):
        return value
    # Whole seconds: the readers behind this interface keep no finer ones.
    return value.isoformat(timespec="seconds").replace("+00:00", "Z")
