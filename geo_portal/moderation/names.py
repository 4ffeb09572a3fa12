"""Names that others should not read: beside a comment, and in the words of a report."""

from datetime import datetime

from sqlalchemy.orm import Session

from geo_portal.accounts.people import Person
from geo_portal.accounts.permissions import Operation, require
from geo_portal.community.comments import hide, release
from geo_portal.community.tables import Comment
from geo_portal.complaints.cases import take
from geo_portal.complaints.personal_data import MASK
from geo_portal.complaints.timeline import PORTAL, tell
from geo_portal.errors import Invalid, NotFound
from geo_portal.moderation.acts import checked_reason, write_down

COMMENT, COMPLAINT = "comment", "complaint"


def hide_name(
    session: Session, who: Person, number: int, why: str, now: datetime, *, hidden: bool
) -> Comment:
    """Take the name from beside a comment, or give it back; the words stay.

    Raises `NotAllowed`, `NotFound`, or `Invalid` without a reason.
    """
    require(who, Operation.MODERATE)
    said, found = checked_reason(why), session.get(Comment, number, with_for_update=True)
    if found is None:
        raise NotFound("There is no such comment.")
    found.name_hidden = hidden
    kind = "name_hidden" if hidden else "name_shown_again"
    write_down(session, who, kind, COMMENT, str(number), said, now)
    return found


def cover_words(
    session: Session, who: Person, code: str, words: str, why: str, now: datetime
) -> int:
    """Put three dots in the place of a name in what everybody reads of a report; how often.

    The office still reads what was written. Capitals do not matter. Raises `Invalid` when the
    words do not stand there or nothing would be left, `NotAllowed` or `NotFound`.
    """
    require(who, Operation.MODERATE)
    said, wanted = checked_reason(why), words.strip()
    complaint = take(session, code)
    public = complaint.public_description or complaint.description
    covered, many = _covered(public, wanted)
    if not many:
        raise Invalid("These words do not stand in the report.", field="words")
    complaint.public_description = covered
    tell(session, complaint, "words_covered", now, by=PORTAL, who=who, internal=True)
    write_down(session, who, "words_covered", COMPLAINT, code, said, now)
    return many


def let_through(session: Session, who: Person, number: int, why: str, now: datetime) -> Comment:
    """Let everybody see a comment that waited, or one that was taken away."""
    found = release(session, who, number, now)
    write_down(session, who, "comment_shown", COMMENT, str(number), why, now)
    return found


def take_away(session: Session, who: Person, number: int, why: str, now: datetime) -> Comment:
    """Take a comment away, with the reason for who wrote it."""
    found = hide(session, who, number, checked_reason(why), now)
    write_down(session, who, "comment_hidden", COMMENT, str(number), why, now)
    return found


def _covered(text: str, wanted: str) -> tuple[str, int]:
    low, sought, found, at = text.casefold(), wanted.casefold(), 0, 0
    # Where case folding changes the length, places in one text are not places in the other.
    if not sought or len(low) != len(text):
        low, sought = text, wanted
    while sought and (at := low.find(sought, at)) >= 0:
        text = text[:at] + MASK + text[at + len(sought) :]
        low = low[:at] + MASK + low[at + len(sought) :]
        at, found = at + len(MASK), found + 1
    return text, found
