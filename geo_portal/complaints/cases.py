"""A complaint as the people who work on it hold it: locked, unchanged since they looked, theirs."""

from collections.abc import Iterable

from sqlalchemy import select
from sqlalchemy.orm import Session

from geo_portal.accounts.permissions import CaseScope
from geo_portal.complaints.find import areas_of
from geo_portal.complaints.tables import Complaint
from geo_portal.errors import Conflict, NotFound
from geo_portal.translation import N_


class ChangedMeanwhile(Conflict):
    """Somebody else changed the case after this person looked; nothing was overwritten.

    `version` is the stored one, for a door that wants to show both.
    """

    def __init__(self, version: int) -> None:
        self.version = version
        super().__init__(
            N_(
                "Somebody else changed this report while you were writing. Nothing of theirs was "
                "overwritten and yours is kept below: look at what changed, then send it again."
            )
        )


def take(session: Session, code: str, seen_version: int | None = None) -> Complaint:
    """The complaint, locked until the transaction ends; raises `NotFound`.

    With `seen_version`, the one that the person's form was made from, raises `ChangedMeanwhile`
    when the stored one is newer.
    """
    found = session.scalars(
        select(Complaint)
        .where(Complaint.code == code)
        .with_for_update()
        .execution_options(populate_existing=True)
    ).one_or_none()
    if found is None:
        raise NotFound("There is no complaint with the number {code}.", code=code)
    if seen_version is not None and found.version != seen_version:
        raise ChangedMeanwhile(found.version)
    return found


def scope_of(session: Session, complaint: Complaint) -> CaseScope:
    """What decides who may do what with the complaint: owner, areas, reporter, hops."""
    return CaseScope(
        department_code=complaint.department_code,
        office_code=complaint.office_code,
        areas=area_codes(session, complaint.jurisdiction_ids),
        reporter_id=complaint.reporter_id,
        assignee_id=complaint.assignee_id,
        hops=complaint.hops,
    )


def area_codes(session: Session, ids: Iterable[int]) -> tuple[tuple[str, str], ...]:
    """Level and code of stored areas, in the order of `ids`: coarse to fine."""
    return tuple((area.level, area.code) for area in areas_of(session, list(ids)))
