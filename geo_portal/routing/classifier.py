"""The classifier in use: the one that the city last activated, else the one the portal came with.

Which one that is the database says with the city's facts, so that every process knows it at once.
"""

import logging
import shutil
import tempfile
import threading
from pathlib import Path

from geo_portal.routing.linear_classifier import Classifier, Suggestion
from geo_portal.routing.model_files import (
    CARD_FILE,
    DEPARTMENTS,
    MODEL_FILE,
    PICTURES,
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
    "departments_in_use",
    "folder_in_use",
    "keep",
    "load_kept",
    "load_model",
    "model_in_use",
    "read_card",
]

# So many letters of a file's digest are in the name of its folder, which the database keeps.
DIGEST_LETTERS = 16
_log = logging.getLogger(__name__)
_lock = threading.Lock()


class _Loaded:
    """A model of this process, and what its files looked like when it was read."""

    seen: tuple[str, int, int] | None = None
    model: Classifier | None = None

    def of(self, folder: Path, kept: str | None) -> Classifier | None:
        """The model in the folder, read again when its file has changed."""
        seen = _look(folder)
        if seen == self.seen:
            return self.model
        with _lock:
            if seen != self.seen:
                self._read(folder, kept)
                self.seen = seen
        return self.model

    def _read(self, folder: Path, kept: str | None) -> None:
        try:
            self.model = load_kept(kept) if kept else load_model(folder)
        except BrokenModel as broken:
            stays = self.model.name if self.model else "none; people sort them"
            _log.error(
                "%s Complaints go on with the classifier used until now (%s).", broken, stays
            )


_loaded = _Loaded()
_departments = _Loaded()


def model_in_use(kept: str | None) -> Classifier | None:
    """The classifier in use, read again when another is activated; None when there is none.

    `kept` is `CityFacts.classifier`. A broken newcomer is reported to the log and the model used
    until then stays.
    """
    return _loaded.of(folder_in_use(kept), kept)


def departments_in_use(kept: str | None) -> Classifier | None:
    """The classifier that tells departments from words, where the city's history taught one."""
    folder = folder_in_use(kept) / DEPARTMENTS
    return _departments.of(folder, None) if folder.is_dir() else None


def folder_in_use(kept: str | None) -> Path:
    """The folder of the classifier in use, whether or not it can be read."""
    return _kept_models() / Path(kept).name if kept else settings().model_dir


def load_kept(kept: str) -> Classifier:
    """Read a model that was kept; one whose file was exchanged since is a `BrokenModel`."""
    folder = folder_in_use(kept)
    model = load_model(folder)
    if not kept.endswith(f"-{read_card(folder)['sha256'][:DIGEST_LETTERS]}"):
        raise BrokenModel("The classifier in {folder} was exchanged for another.", folder=folder)
    return model


def keep(folder: Path) -> str:
    """Copy a model to the data folder and give the name it is kept by; a broken one is refused.

    What happens to `folder` later does not matter. Nothing is put to use by this.
    """
    model = load_model(folder)
    name = f"{model.trained_at:%Y%m%dT%H%M%S}-{read_card(folder)['sha256'][:DIGEST_LETTERS]}"
    kept = _kept_models() / name
    if not kept.exists():
        _copy(folder, kept)
    return name


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
        # The web processes may run as another user than the person at the command line.
        copy.chmod(0o755)
        copy.replace(kept)
    finally:
        shutil.rmtree(copy, ignore_errors=True)


def _copy_files(folder: Path, copy: Path) -> None:
    for name in (MODEL_FILE, CARD_FILE, WORDS_FILE, *PICTURES):
        if (folder / name).exists():
            shutil.copyfile(folder / name, copy / name)


def _look(folder: Path) -> tuple[str, int, int]:
    """Changes whenever the folder's model does; costs one look at the disk."""
    try:
        found = (folder / MODEL_FILE).stat()
    except OSError:
        return (str(folder), 0, 0)
    return (str(folder), found.st_mtime_ns, found.st_size)
