"""What somebody may mean by a few words in the one box: a report, an article, a place."""

from dataclasses import dataclass, field

from sqlalchemy import select
from sqlalchemy.orm import Session

from geo_portal.city.place_search import FoundPlace, search_places
from geo_portal.city.search import Found, search
from geo_portal.complaints.codes import read_code
from geo_portal.complaints.tables import Complaint

MOST_OF_EACH = 6
LONGEST = 200


@dataclass(frozen=True)
class Proposals:
    """Everything found, best first within each list; `code` is that of a report which exists."""

    typed: str
    code: str | None = None
    found: list[Found] = field(default_factory=list)
    places: list[FoundPlace] = field(default_factory=list)

    def of(self, kind: str) -> list[Found]:
        """Those of one kind, as `city.search_index` names them."""
        return [one for one in self.found if one.kind == kind]

    @property
    def nothing(self) -> bool:
        return not (self.code or self.found or self.places)


def propose(session: Session, typed: str, lang: str, *, most: int = MOST_OF_EACH) -> Proposals:
    """What `typed` may mean, at most `most` of each kind; a word for a code finds no report.

    Nothing is proposed for less than two characters.
    """
    wanted = typed.replace("\0", "").strip()[:LONGEST]
    if len(wanted) < 2:
        return Proposals(wanted)
    return Proposals(
        wanted,
        _report(session, wanted),
        search(session, wanted, lang, most=most),
        search_places(session, wanted[:100])[:most],
    )


def _report(session: Session, typed: str) -> str | None:
    code = read_code(typed)
    known = select(Complaint.code).where(Complaint.code == code)
    return session.scalar(known) if code else None
