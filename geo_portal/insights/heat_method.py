"""What a heat map shows and how: the measure, the cells, the reach of its smoothing."""

from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from geo_portal.complaints.find import ComplaintFilter
from geo_portal.complaints.tables import Complaint
from geo_portal.errors import Invalid
from geo_portal.insights.heat_grid import SHAPES, Shape
from geo_portal.insights.heatmap import USUAL_M, check_size
from geo_portal.translation import N_

# What can be measured, as the form offers it.
MEASURES = {
    "count": N_("Reports"),
    "density": N_("Density, smoothed"),
    "per_capita": N_("Reports per 1,000 residents"),
    "per_km": N_("Reports per km of street"),
    "change": N_("Change against a year before"),
    "hotspots": N_("Hot and cold spots (significance)"),
    "days": N_("Days until fixed (median)"),
    "satisfaction": N_("Satisfaction with the fix"),
    "adjusted": N_("Problems, adjusted for who reports"),
}
SHAPE_NAMES = {"square": N_("Squares"), "hexagon": N_("Hexagons")}
# The kernel is cut off beyond this many bandwidths, where hardly anything is left of it.
KERNEL_REACH = 4
USUAL_BANDWIDTHS = 2


@dataclass(frozen=True)
class HeatMethod:
    """A measure of `MEASURES` on cells `cell_m` metres wide; `bandwidth_m` is the density's."""

    measure: str = "count"
    cell_m: int = USUAL_M
    shape: Shape = "square"
    bandwidth_m: int | None = None

    def checked(self) -> "HeatMethod":
        """With the usual bandwidth where none is given; raises `Invalid`."""
        _refuse_unknown("measure", self.measure, tuple(MEASURES))
        _refuse_unknown("shape", self.shape, SHAPES)
        check_size(self.cell_m)
        if self.measure != "density":
            return replace(self, bandwidth_m=None)
        bandwidth_m = self.bandwidth_m or USUAL_BANDWIDTHS * self.cell_m
        if not self.cell_m / 2 <= bandwidth_m <= 50 * self.cell_m:
            raise Invalid(
                "A bandwidth lies between half a cell and fifty cells, not at {bandwidth_m} m.",
                field="bandwidth_m",
                bandwidth_m=bandwidth_m,
            )
        # Smoothing is done on the plain lattice; hexagons would only pretend to more.
        return replace(self, bandwidth_m=bandwidth_m, shape="square")


def _refuse_unknown(field: str, code: Any, known: tuple[str, ...]) -> None:
    if code not in known:
        raise Invalid(
            "“{code}” is none of {known}.", field=field, code=str(code)[:40], known=", ".join(known)
        )


def as_it_was(
    session: Session, wanted: ComplaintFilter, as_of: datetime, now: datetime
) -> ComplaintFilter:
    """The filter without what was reported from `as_of` on; raises `Invalid` for the future.

    What was reported before counts as it stands now: its later fate is not undone.
    """
    if as_of > now:
        raise Invalid("“As of” cannot lie in the future.", field="as_of")
    newer = select(Complaint.id).where(Complaint.submitted_at >= as_of).limit(1)
    if session.execute(newer).first() is None:
        # Without an end the kept counts can answer, which know the sensitive ones too.
        return wanted
    until = min(wanted.until, as_of) if wanted.until else as_of
    since = min(wanted.since, until) if wanted.since else None
    return replace(wanted, since=since, until=until)
