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
    "active_folder",
    "active_model",
    "load_model",
    "read_card",
]

POINTER = "active-classifier"
_log = logging.getLogger(__name__)
_lock = threading.Lock()


class _Loaded:
    """The model of this process, and what its files looked like when it was read."""

    seen: tuple[str, int, int] | None = None
    model: Classifier | None = None


_loaded = _Loaded()


def active_model() -> Classifier | None:
    """The classifier in use, read again when another is activated; None when there is none.

    A broken newcomer is reported to the log and the model used until then stays.
    """
    folder = active_folder()
    seen = _look(folder)
    if seen == _loaded.seen:
        return _loaded.model
    with _lock:
        if seen != _loaded.seen:
            _read(folder)
            _loaded.seen = seen
    return _loaded.model


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
        for name in (MODEL_FILE, CARD_FILE, WORDS_FILE):
            if (folder / name).exists():
                shutil.copyfile(folder / name, copy / name)
        copy.chmod(0o755)
        copy.replace(kept)
    finally:
        shutil.rmtree(copy, ignore_errors=True)


def _look(folder: Path) -> tuple[str, int, int]:
    """Changes whenever the folder's model does; costs one look at the disk."""
    try:
        found = (folder / MODEL_FILE).stat()
    except OSError:
        return (str(folder), 0, 0)
    return (str(folder), found.st_mtime_ns, found.st_size)


def _read(folder: Path) -> None:
    try:
        _loaded.model = load_model(folder)
    except BrokenModel as broken:
        _log.error("%s Complaints go on with %s.", broken, _what_stays())


def _what_stays() -> str:
    if _loaded.model is None:
        return "no classifier: they are sorted by hand"
    return f"the classifier used until now ({_loaded.model.name})"
