"""The filter that the list, the map and the exports share, read from the query string."""

from dataclasses import replace
from datetime import timedelta
from typing import Annotated

from fastapi import Depends, Query

from geo_portal import clock
from geo_portal.api.moments import Moment
from geo_portal.complaints.find import ComplaintFilter
from geo_portal.geometry import Box
from geo_portal.http import CityDep, SessionDep


def _listed(values: str | None) -> tuple[str, ...]:
    return tuple(part.strip() for part in values.split(",") if part.strip()) if values else ()


Listed = Annotated[str | None, Query(max_length=2000, description="One, or several by comma.")]


def wanted_anywhere(
    session: SessionDep,
    city: CityDep,
    category: Listed = None,
    department: Listed = None,
    status: Listed = None,
    light: Listed = None,
    area: Annotated[str | None, Query(description="level:code, several by comma")] = None,
    since: Moment | None = None,
    until: Moment | None = None,
    q: Annotated[str | None, Query(max_length=200, description="Words looked for")] = None,
    due_within_h: Annotated[
        int | None,
        Query(ge=0, le=8_760, description="Open, and due within so many hours or overdue"),
    ] = None,
) -> ComplaintFilter:
    """The filter that list, map and exports share, without a box: a map's may cross 180°."""
    return ComplaintFilter(
        categories=_listed(category),
        departments=_listed(department),
        areas=_listed(area),
        statuses=_listed(status),
        lights=_listed(light),
        since=since,
        until=until,
        words=q,
        overdue_at=None if due_within_h is None else clock.now() + timedelta(hours=due_within_h),
    ).checked(session, city)


WantedAnywhereDep = Annotated[ComplaintFilter, Depends(wanted_anywhere)]


def wanted_complaints(
    wanted: WantedAnywhereDep,
    bbox: Annotated[str | None, Query(description="west,south,east,north in degrees")] = None,
) -> ComplaintFilter:
    """The same within a box."""
    return replace(wanted, box=Box.parse(bbox) if bbox else None)


WantedDep = Annotated[ComplaintFilter, Depends(wanted_complaints)]
