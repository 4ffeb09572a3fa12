"""What an officer wants to see of the queue, as the address of a page says it."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from urllib.parse import urlencode

from sqlalchemy import ColumnElement, func, or_
from sqlalchemy.orm import Session

from geo_portal.accounts.people import Person
from geo_portal.city.facts import CityFacts
from geo_portal.complaints.find import ids_of_areas, prefix_query
from geo_portal.complaints.moves import OPEN
from geo_portal.complaints.tables import Complaint
from geo_portal.errors import Invalid

# Whose work: all of the office's, my own, a team's, nobody's yet.
HOLDERS = ("", "mine", "team", "unassigned")
# The whole queue is the pile without a name; what waits or is snoozed lies apart from it.
PILES = ("", "overdue", "at_risk", "to_sort", "reopened", "waiting", "snoozed")
AT_RISK = timedelta(hours=24)
LONGEST_WORDS = 200
NAMES = ("area", "category", "holder", "pile", "status", "words")


@dataclass(frozen=True)
class QueueFilter:
    """A view of the queue; empty fields leave nothing out. `area` is `level:code`.

    `at_risk` is due within `AT_RISK`, `to_sort` what nobody could route by itself.
    """

    holder: str = ""
    pile: str = ""
    status: str = ""
    category: str = ""
    area: str = ""
    words: str = ""
    area_ids: tuple[int, ...] = ()

    @classmethod
    def read(cls, query: Mapping[str, str]) -> "QueueFilter":
        """The filter that an address names; what it does not know of is left out."""
        given = {name: query.get(name, "").replace("\0", "").strip() for name in NAMES}
        return cls(
            holder=given["holder"] if given["holder"] in HOLDERS else "",
            pile=given["pile"] if given["pile"] in PILES else "",
            status=given["status"][:100],
            category=given["category"][:100],
            area=given["area"][:100],
            words=given["words"][:LONGEST_WORDS],
        )

    def query(self) -> str:
        """The same filter for an address; empty for the whole queue."""
        return urlencode({name: value for name in NAMES if (value := getattr(self, name))})

    def checked(self, session: Session, city: CityFacts) -> "QueueFilter":
        """The filter with its area found; raises `Invalid` for what the city does not have."""
        if self.category and self.category not in city.categories:
            raise _unknown("category", self.category)
        if self.status and self.status not in OPEN:
            raise _unknown("status", self.status)
        return replace(self, area_ids=ids_of_areas(session, (self.area,)) if self.area else ())

    def conditions(self, who: Person, now: datetime) -> list[ColumnElement[bool]]:
        """The WHERE clause over open complaints, to be joined by AND; `words` are not in it."""
        return [*self._holder(who), *self._pile(now), *self._kind()]

    def _holder(self, who: Person) -> list[ColumnElement[bool]]:
        nobodys = Complaint.assignee_id.is_(None)
        whose: dict[str, list[ColumnElement[bool]]] = {
            "": [],
            "mine": [Complaint.assignee_id == who.id],
            "team": [nobodys, Complaint.team.is_not(None)],
            "unassigned": [nobodys, Complaint.team.is_(None)],
        }
        return whose[self.holder]

    def _pile(self, now: datetime) -> list[ColumnElement[bool]]:
        if self.pile == "waiting":
            return [Complaint.paused_at.is_not(None)]
        if self.pile == "snoozed":
            return [Complaint.paused_at.is_(None), Complaint.snoozed_until > now]
        awake = or_(Complaint.snoozed_until.is_(None), Complaint.snoozed_until <= now)
        piles: dict[str, list[ColumnElement[bool]]] = {
            "": [],
            "overdue": [Complaint.due_at < now],
            "at_risk": [Complaint.due_at >= now, Complaint.due_at < now + AT_RISK],
            "to_sort": [Complaint.status == "submitted"],
            "reopened": [Complaint.status == "reopened"],
        }
        return [Complaint.paused_at.is_(None), awake, *piles[self.pile]]

    def _kind(self) -> list[ColumnElement[bool]]:
        found: list[ColumnElement[bool]] = []
        if self.status:
            found.append(Complaint.status == self.status)
        if self.category:
            found.append(Complaint.category_code == self.category)
        if self.area:
            found.append(Complaint.jurisdiction_ids.overlap(list(self.area_ids)))
        return found

    def has_words(self) -> ColumnElement[bool] | None:
        """Whether a complaint's text holds all `words`; None when none are looked for."""
        wanted = prefix_query(self.words) if self.words else ""
        if not wanted:
            return None
        vector = func.to_tsvector("simple", Complaint.description)
        return vector.op("@@", is_comparison=True)(func.to_tsquery("simple", wanted))


def _unknown(what: str, code: str) -> Invalid:
    return Invalid("There is no {what} “{code}” here.", field=what, what=what, code=code)
