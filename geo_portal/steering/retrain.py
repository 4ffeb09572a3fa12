"""Every night: a candidate that learnt from what people put right, beside the classifier in use."""

import logging
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from sqlalchemy import update
from sqlalchemy.orm import Session

from geo_portal.city.facts import NoCityYet, facts
from geo_portal.database import Database
from geo_portal.errors import Unavailable
from geo_portal.routing.classifier import Classifier, folder_in_use, load_kept, load_model
from geo_portal.routing.classifier import read_card as card_of
from geo_portal.routing.further import taught_further
from geo_portal.routing.model_files import DEPARTMENTS, save_model
from geo_portal.settings import settings
from geo_portal.steering import registry
from geo_portal.steering.judging import Verdict, judge
from geo_portal.steering.lesson_cards import lesson_words
from geo_portal.steering.lesson_rows import Lessons, Taught, lessons
from geo_portal.steering.tables import ClassifierVersion

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Outcome:
    """What a night brought: nothing to learn (no verdict), nothing better, or a candidate."""

    verdict: Verdict | None
    candidate: int | None = None
    activated: bool = False


@dataclass(frozen=True)
class _Start:
    """What is taught further: the classifier that was last trained on more than lessons."""

    kept: str | None
    model: Classifier
    active: Classifier
    active_kept: str | None
    # The one that came with the portal has learnt from no report of this city.
    learnt_until: datetime | None
    card: dict[str, Any]


def retrain(database: Database, now: datetime) -> Outcome:
    """Propose a candidate, and put it to use where the city lets the portal do so itself.

    The candidate is the last classifier that was trained on a file, or the one that came with the
    portal, taught further by everything that was put right until `now`; so errors of one night
    are not built upon by the next. It is entered only if it is better, see `judging`. The
    learning takes place between two transactions.
    """
    try:
        with database.transaction() as session:
            start = _start(session)
            learnt = lessons(session, facts(session), now)
    except (NoCityYet, Unavailable) as why:
        log.warning("No classifier was taught tonight: %s", why)
        return Outcome(None)
    verdict = judge(
        start.model, start.active, learnt.categories, now, learnt_until=start.learnt_until
    )
    if verdict is None or not verdict.better:
        return Outcome(verdict)
    with tempfile.TemporaryDirectory(prefix="geo-portal-lessons-") as folder:
        _write(Path(folder) / "lessons", start, learnt, verdict, now)
        with database.transaction() as session:
            return _enter(session, Path(folder) / "lessons", verdict, now)


def _start(session: Session) -> _Start:
    version = registry.in_use(session)
    active_kept = version.folder if version else None
    kept = active_kept
    if version and version.origin == "lessons":
        kept = version.card["taught_from"]["folder"]
    return _Start(
        kept,
        _loaded(kept),
        _loaded(active_kept),
        active_kept,
        version.trained_at if version else None,
        card_of(folder_in_use(kept)),
    )


def _loaded(kept: str | None) -> Classifier:
    return load_kept(kept) if kept else load_model(folder_in_use(None))


def _write(folder: Path, start: _Start, learnt: Lessons, verdict: Verdict, now: datetime) -> None:
    name = f"{start.model.name} + lessons of {now:%Y-%m-%d}"
    model = _taught(start.model, learnt.categories, name, now)
    card = {
        "family": f"{start.card.get('family', '')} + lessons",
        "taught_from": {"folder": start.kept, "name": start.model.name},
        "rows": len(learnt.categories),
        "lessons": len(learnt.put_right()),
        "on_lessons": verdict.as_dict(),
        "languages": list(model.languages),
    }
    save_model(folder, model, card, lesson_words(card, name))
    _write_departments(folder / DEPARTMENTS, start, learnt.departments, name, now)


def _write_departments(
    folder: Path, start: _Start, handed_over: Sequence[Taught], name: str, now: datetime
) -> None:
    """Who took what comes along; taught further where the hand-overs make it better."""
    own, used = (folder_in_use(kept) / DEPARTMENTS for kept in (start.kept, start.active_kept))
    if not own.is_dir() or not used.is_dir():
        return
    foundation = load_model(own)
    verdict = judge(foundation, load_model(used), handed_over, now, learnt_until=start.learnt_until)
    better = verdict is not None and verdict.better
    model = _taught(foundation, handed_over, name, now) if better else foundation
    card = card_of(own) if verdict is None else {"on_lessons": verdict.as_dict()}
    kept_back = {"name", "trained_at", "format", "sha256"}
    told = {key: value for key, value in card.items() if key not in kept_back}
    save_model(folder, model, told, "")


def _taught(model: Classifier, taught: Sequence[Taught], name: str, now: datetime) -> Classifier:
    return taught_further(
        model,
        [one.text for one in taught],
        [one.label for one in taught],
        name=name,
        now=now,
        occasions=[one.occasion for one in taught],
    )


def _enter(session: Session, folder: Path, verdict: Verdict, now: datetime) -> Outcome:
    """Enter the candidate in place of those that still waited; activate it where that is set."""
    session.execute(
        update(ClassifierVersion)
        .where(ClassifierVersion.origin == "lessons", ClassifierVersion.state == "candidate")
        .values(state="retired")
    )
    version = registry.register(session, folder, now, origin="lessons")
    activates = settings().lessons_activate
    if activates:
        registry.activate(session, version.id, now, registry.PORTAL)
    return Outcome(verdict, version.id, activates)
