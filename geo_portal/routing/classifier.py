"""The classifier in use: the one last activated, else the base model the portal came with."""

import logging
import os
import shutil
import tempfile
import threading
from pathlib import Path

from geo_portal.routing.linear_classifier import Classifier, Suggestion
from geo_portal.routing.model_files import (
    CARD_FILE,
    DEPARTMENTS,
    MODEL_FILE,
    WORDS_FILE,
    BrokenModel,
    load_model,
    read_card,
)
from geo_portal.settings import settings

__all__ = [
    "BrokenModel",
    "Classifier",
    "Suggestion",
    "activate",
    "active_departments",
    "active_folder",
    "active_model",
    "load_model",
    "read_card",
]

POINTER = "active-classifier"
_log = logging.getLogger(__name__)
_lock = threading.Lock()


class _Loaded:
    """A model of this process, and what its files looked like when it was read."""

    seen: tuple[str, int, int] | None = None
    model: Classifier | None = None

    def of(self, folder: Path) -> Classifier | None:
        """The model in the folder, read again when its file has changed."""
        seen = _look(folder)
        if seen == self.seen:
            return self.model
        with _lock:
            if seen != self.seen:
                self._read(folder)
                self.seen = seen
        return self.model

    def _read(self, folder: Path) -> None:
        try:
            self.model = load_model(folder)
        except BrokenModel as broken:
            stays = self.model.name if self.model else "none; people sort them"
            _log.error(
                "%s Complaints go on with the classifier used until now (%s).", broken, stays
            )


_loaded = _Loaded()
_departments = _Loaded()


def active_model() -> Classifier | None:
    """The classifier in use, read again when another is activated; None when there is none.

    A broken newcomer is reported to the log and the model used until then stays.
    """
    return _loaded.of(active_folder())


def active_departments() -> Classifier | None:
    """The classifier that tells departments from words, where the city's history taught one."""
    folder = active_folder() / DEPARTMENTS
    return _departments.of(folder) if folder.is_dir() else None


def active_folder() -> Path:
    """The folder of the classifier in use, whether or not it can be read."""
    try:
        named = (settings().data_dir / POINTER).read_text(encoding="utf-8").strip()
    except (OSError, ValueError):
        return settings().model_dir
    return _kept_models() / Path(named).name if named else settings().model_dir


def activate(folder: Path) -> Path:
    """Put a copy of the model to use at once, in every process; a broken one is refused.

    The copy lies under the data folder, so what happens to `folder` later does not matter.
    """
    model = load_model(folder)
    name = f"{model.trained_at:%Y%m%dT%H%M%S}-{read_card(folder)['sha256'][:12]}"
    kept = _kept_models() / name
    if not kept.exists():
        _copy(folder, kept)
    pointer = settings().data_dir / POINTER
    handle, written = tempfile.mkstemp(dir=settings().data_dir, prefix=f".{POINTER}-")
    with os.fdopen(handle, "w", encoding="utf-8") as file:
        file.write(name + "\n")
        file.flush()
        os.fsync(file.fileno())
    # The web processes may run as another user than the person at the command line.
    Path(written).chmod(0o644)
    Path(written).replace(pointer)
    return kept


def _kept_models() -> Path:
    return settings().data_dir / "classifiers"


def _copy(folder: Path, kept: Path) -> None:
    kept.parent.mkdir(parents=True, exist_ok=True)
    copy = Path(tempfile.mkdtemp(prefix=".copy-", dir=kept.parent))
    try:
        _copy_files(folder, copy)
        if (folder / DEPARTMENTS).is_dir():
            load_model(folder / DEPARTMENTS)
            (copy / DEPARTMENTS).mkdir()
            _copy_files(folder / DEPARTMENTS, copy / DEPARTMENTS)
        copy.chmod(0o755)
        copy.replace(kept)
    finally:
        shutil.rmtree(copy, ignore_errors=True)


def _copy_files(folder: Path, copy: Path) -> None:
    for name in (MODEL_FILE, CARD_FILE, WORDS_FILE):
        if (folder / name).exists():
            shutil.copyfile(folder / name, copy / name)


def _look(folder: Path) -> tuple[str, int, int]:
    """Changes whenever the folder's model does; costs one look at the disk."""
    try:
        found = (folder / MODEL_FILE).stat()
    except OSError:
        return (str(folder), 0, 0)
    return (str(folder), found.st_mtime_ns, found.st_size)
