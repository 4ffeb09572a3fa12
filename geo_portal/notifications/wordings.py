"""The city's own words for messages: written by an administrator, shown before they are kept."""

from dataclasses import dataclass
from datetime import datetime
from string import Formatter

from sqlalchemy import delete, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from geo_portal.accounts.people import Person
from geo_portal.accounts.permissions import Operation, require
from geo_portal.errors import Invalid, NotFound
from geo_portal.notifications.sayings import SAYINGS, Saying
from geo_portal.notifications.tables import MessageWording
from geo_portal.translation import LANGUAGES, translator

LONGEST_SUBJECT, LONGEST_SENTENCE = 120, 1_000
# What a sentence may name; whatever else stands in braces would be shown as it is written.
NAMES = (
    *("office", "due", "until", "planned", "outcome", "into", "told"),
    *("what", "supports", "seen"),
)
Wordings = dict[tuple[str, str, str], Saying]


@dataclass(frozen=True)
class Shown:
    """The words for a reader (`role`) about an event (`kind`); `own` when the city wrote them."""

    role: str
    kind: str
    language: str
    subject: str
    sentence: str
    own: bool


def wordings(session: Session) -> Wordings:
    """The city's own words by role, kind and language."""
    rows = session.scalars(select(MessageWording))
    return {(row.role, row.kind, row.language): (row.subject, row.sentence) for row in rows}


def shown(session: Session, who: Person, language: str) -> list[Shown]:
    """Every message in a language as it is said now; raises `NotAllowed`."""
    require(who, Operation.MANAGE_TEMPLATES)
    own = wordings(session)
    return [_shown(own, role, kind, language) for role, kind in SAYINGS]


def one_shown(session: Session, who: Person, role: str, kind: str, language: str) -> Shown:
    """One of them; raises `NotFound` for a message that there is not."""
    require(who, Operation.MANAGE_TEMPLATES)
    _refuse_unknown(role, kind, language)
    return _shown(wordings(session), role, kind, language)


def reword(session: Session, who: Person, new: Shown, now: datetime) -> None:
    """Say it in the city's own words from now on; raises `Invalid` and `NotAllowed`."""
    require(who, Operation.MANAGE_TEMPLATES)
    _refuse_unknown(new.role, new.kind, new.language)
    subject, sentence = checked(new.subject, new.sentence)
    values = {"subject": subject, "sentence": sentence, "edited_at": now, "edited_by": who.id}
    key = {"role": new.role, "kind": new.kind, "language": new.language}
    written = insert(MessageWording).values(**key, **values)
    session.execute(written.on_conflict_do_update(index_elements=list(key), set_=values))


def take_back(session: Session, who: Person, role: str, kind: str, language: str) -> None:
    """Say it in the portal's words again."""
    require(who, Operation.MANAGE_TEMPLATES)
    session.execute(
        delete(MessageWording).where(
            MessageWording.role == role,
            MessageWording.kind == kind,
            MessageWording.language == language,
        )
    )


def checked(subject: str, sentence: str) -> Saying:
    """Subject and sentence without outer blanks; raises `Invalid` with what is wrong with them."""
    said = " ".join(subject.split()), sentence.replace("\r\n", "\n").strip()
    for text, field, longest in (
        (said[0], "subject", LONGEST_SUBJECT),
        (said[1], "sentence", LONGEST_SENTENCE),
    ):
        if not 0 < len(text) <= longest:
            raise Invalid("Please write 1 to {most} characters.", field=field, most=longest)
        _check_names(text, field)
    return said


def _check_names(text: str, field: str) -> None:
    """Only plain names in braces: anything more could reach into the program's own insides."""
    try:
        parts = list(Formatter().parse(text))
    except ValueError:
        parts = [("", "{", "", None)]
    for _, name, spec, conversion in parts:
        if name is not None and (name not in NAMES or spec or conversion):
            raise Invalid(
                "In braces only these can stand: {names}.",
                field=field,
                names=", ".join(f"{{{known}}}" for known in NAMES),
            )


def _shown(own: Wordings, role: str, kind: str, language: str) -> Shown:
    words = translator(language)
    subject, sentence = SAYINGS[role, kind]
    standard = words.gettext(subject), words.gettext(sentence)
    said = own.get((role, kind, language), standard)
    return Shown(role, kind, language, *said, own=(role, kind, language) in own)


def _refuse_unknown(role: str, kind: str, language: str) -> None:
    if (role, kind) not in SAYINGS or language not in LANGUAGES:
        raise NotFound("There is no such message.")
