"""A case's form as it was filled in: every word kept as typed, and read once for its meaning."""

from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from typing import Annotated
from zoneinfo import ZoneInfo

from fastapi import Depends, Form
from sqlalchemy.orm import Session

from geo_portal.city.given_place import given_place
from geo_portal.errors import Invalid
from geo_portal.geometry import LonLat
from geo_portal.web.report_place import number

Typed = Annotated[str, Form()]
SPANS = {
    "PT4H": timedelta(hours=4),
    "P1D": timedelta(days=1),
    "P3D": timedelta(days=3),
    "P7D": timedelta(days=7),
}


@dataclass(frozen=True)
class CaseForm:
    """What stands in the fields of a step's form, as typed.

    `version` and `seen_event` say which state of the case it was filled in for; `button` is the
    one that was pressed: send, next (send and open the next), preview or use (a template).
    """

    version: str = ""
    seen_event: str = ""
    remark: str = ""
    outcome: str = ""
    until: str = ""
    span: str = ""
    planned_for: str = ""
    handed_to: str = ""
    into: str = ""
    to: str = ""
    to_person: str = ""
    team: str = ""
    category: str = ""
    lon: str = ""
    lat: str = ""
    title: str = ""
    template: str = ""
    button: str = "send"

    def seen_version(self) -> int | None:
        """The version that the person looked at; without one nothing is compared."""
        return int(self.version) if self.version.isascii() and self.version.isdigit() else None

    def place(self, session: Session) -> LonLat | None:
        """The place in the fields, None when both are empty; raises `Invalid`."""
        if not self.lon.strip() and not self.lat.strip():
            return None
        return given_place(session, number(self.lon, "lon"), number(self.lat, "lat"))

    def for_case(self, version: int, *, to_person: int | None = None) -> "CaseForm":
        """The same form for one of several cases, as it stood when it was ticked."""
        whom = self.to_person if to_person is None else str(to_person)
        return replace(self, version=str(version), to_person=whom)

    def answered_with(self, text: str, outcome: str) -> "CaseForm":
        """The form with a ready-made text, and the outcome that goes with it, if any."""
        return replace(self, remark=text, outcome=outcome or self.outcome)

    def person(self) -> int | None:
        """The number of the colleague who was chosen, None for nobody."""
        chosen = self.to_person
        return int(chosen) if chosen.isascii() and chosen.isdigit() and len(chosen) < 18 else None


def read_form(
    version: Typed = "",
    seen_event: Typed = "",
    remark: Typed = "",
    outcome: Typed = "",
    until: Typed = "",
    span: Typed = "",
    planned_for: Typed = "",
    handed_to: Typed = "",
    into: Typed = "",
    to: Typed = "",
    to_person: Typed = "",
    team: Typed = "",
    category: Typed = "",
    lon: Typed = "",
    lat: Typed = "",
    title: Typed = "",
    template: Typed = "",
    button: Typed = "send",
) -> CaseForm:
    """The form as sent, without the one character that cannot be stored."""
    return CaseForm(**{name: value.replace("\0", "") for name, value in locals().items()})


CaseFormDep = Annotated[CaseForm, Depends(read_form)]


def day(typed: str, zone: ZoneInfo, field: str, at: time = time.min) -> datetime | None:
    """A day as a browser's date field sends it, at a time of the city's clock; None when empty.

    Raises `Invalid` for anything else.
    """
    if not typed.strip():
        return None
    try:
        return datetime.combine(date.fromisoformat(typed.strip()), at, tzinfo=zone)
    except (ValueError, OverflowError):
        raise Invalid(
            "“{typed}” is not a day such as 2026-11-30.", field=field, typed=typed[:40]
        ) from None
