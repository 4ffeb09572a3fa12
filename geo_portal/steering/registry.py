"""The register of trained classifiers: which there are, which is in use, and who decided so."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from sqlalchemy import select, text, update
from sqlalchemy.orm import Session

from geo_portal.accounts.people import Person
from geo_portal.accounts.permissions import Operation, require
from geo_portal.accounts.tables import Account
from geo_portal.errors import Conflict, NotFound
from geo_portal.routing import classifier
from geo_portal.routing.model_files import WORDS_FILE
from geo_portal.steering.tables import ClassifierTurn, ClassifierVersion

# Who an activation was by, where it was not a person who is signed in.
COMMAND, PORTAL = "command", "portal"
PERSON = "person"
_ONE_TURN_AT_A_TIME = 8_201_212  # any number, the same for all processes of this portal


@dataclass(frozen=True)
class Turn:
    """A change of the classifier in use; `version` is None for the one that came along."""

    version: int | None
    name: str | None
    kind: str
    at: datetime
    by: str
    person: str | None


def register(
    session: Session, folder: Path, now: datetime, *, origin: str = "trained"
) -> ClassifierVersion:
    """Keep a model's files and enter it as a candidate; one that is known already comes back.

    Raises `BrokenModel`, and then nothing is entered.
    """
    kept = classifier.keep(folder)
    known = session.scalars(
        select(ClassifierVersion).where(ClassifierVersion.folder == kept)
    ).one_or_none()
    if known is not None:
        return known
    card = classifier.read_card(classifier.folder_in_use(kept))
    version = ClassifierVersion(
        folder=kept,
        name=str(card["name"]),
        family=str(card.get("family", "")),
        origin=origin,
        digest=str(card["sha256"]),
        card=card,
        words=_words(classifier.folder_in_use(kept)),
        figures=figures_of(card),
        rows=int(card.get("rows", 0)),
        trained_at=datetime.fromisoformat(card["trained_at"]),
        registered_at=now,
        state="candidate",
    )
    session.add(version)
    session.flush()
    return version


def figures_of(card: dict[str, Any]) -> dict[str, Any]:
    """The figures by which a card's model is compared: cross-validated, or on held-out lessons."""
    return dict(card.get("cross_validation") or card.get("on_lessons", {}).get("candidate") or {})


def activate(session: Session, number: int, now: datetime, by: Person | str) -> ClassifierVersion:
    """Put a registered classifier to use; every process follows with its next look at the city.

    `by` is the person who decided, who must be allowed to, or COMMAND or PORTAL. Raises
    `BrokenModel` when its files are no longer what was registered: the one in use stays.
    """
    _check(by)
    _lock(session)
    version = by_number(session, number)
    classifier.load_kept(version.folder)
    if version.state != "active":
        _change(session, version)
        _note(session, version, "activated", now, by)
    return version


def roll_back(session: Session, now: datetime, by: Person | str) -> ClassifierVersion | None:
    """Go back to the classifier used before this one; None is the one that the portal came with.

    Raises `Conflict` when none was activated yet, `BrokenModel` when the earlier one is gone.
    """
    _check(by)
    _lock(session)
    before = _before(session)
    if before is not None:
        classifier.load_kept(before.folder)
    _change(session, before)
    _note(session, before, "rolled_back", now, by)
    return before


def in_use(session: Session) -> ClassifierVersion | None:
    """The registered classifier in use; None while it is the one that the portal came with."""
    return session.scalars(
        select(ClassifierVersion).where(ClassifierVersion.state == "active")
    ).one_or_none()


def by_number(session: Session, number: int) -> ClassifierVersion:
    """Raises `NotFound` for a number that no classifier has."""
    version = session.get(ClassifierVersion, number)
    if version is None:
        raise NotFound("There is no classifier with number {number}.", number=number)
    return version


def versions(session: Session, limit: int = 100) -> Sequence[ClassifierVersion]:
    """Registered classifiers, newest first."""
    newest = select(ClassifierVersion).order_by(ClassifierVersion.id.desc()).limit(limit)
    return session.scalars(newest).all()


def turns(session: Session, limit: int = 50) -> list[Turn]:
    """What was put to use when and by whom, newest first."""
    rows = session.execute(
        select(ClassifierTurn, ClassifierVersion.name, Account.name)
        .outerjoin(ClassifierVersion, ClassifierVersion.id == ClassifierTurn.classifier_id)
        .outerjoin(Account, Account.id == ClassifierTurn.person_id)
        .order_by(ClassifierTurn.id.desc())
        .limit(limit)
    )
    return [
        Turn(turn.classifier_id, name, turn.kind, turn.at, turn.by, person)
        for turn, name, person in rows
    ]


def _check(by: Person | str) -> None:
    if isinstance(by, Person):
        require(by, Operation.MANAGE_MODELS)


def _lock(session: Session) -> None:
    session.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": _ONE_TURN_AT_A_TIME})


def _before(session: Session) -> ClassifierVersion | None:
    """Turns are gone back over one by one, as if those that were taken back had never been."""
    used: list[int | None] = [None]
    for kind, number in session.execute(
        select(ClassifierTurn.kind, ClassifierTurn.classifier_id).order_by(ClassifierTurn.id)
    ):
        if kind == "activated":
            used.append(number)
        elif len(used) > 1:
            used.pop()
    if len(used) == 1:
        raise Conflict("The classifier that came with the portal is in use; none was before it.")
    return None if used[-2] is None else by_number(session, used[-2])


def _change(session: Session, wanted: ClassifierVersion | None) -> None:
    session.execute(
        update(ClassifierVersion)
        .where(ClassifierVersion.state == "active")
        .values(state="retired")
        .execution_options(synchronize_session="fetch")
    )
    if wanted is not None:
        wanted.state = "active"
    session.flush()


def _note(
    session: Session,
    version: ClassifierVersion | None,
    kind: str,
    now: datetime,
    by: Person | str,
) -> None:
    person = by if isinstance(by, Person) else None
    session.add(
        ClassifierTurn(
            classifier_id=version.id if version else None,
            kind=kind,
            at=now,
            by=PERSON if person else by,
            person_id=person.id if person else None,
        )
    )
    session.flush()


def _words(folder: Path) -> str:
    try:
        return (folder / WORDS_FILE).read_text(encoding="utf-8")
    except (OSError, ValueError):
        return ""
