"""What a sentence means as a row of numbers, told by a sentence model that the city put here.

It is an extra (`pip install geo-portal[embeddings]`): everything works without it.
"""

import hashlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from geo_portal.errors import Unavailable
from geo_portal.settings import settings

Numbers = NDArray[np.float32]
ONNX_FILE, TOKENIZER_FILE = "model.onnx", "tokenizer.json"
# What follows says little about the category, and the time taken grows with the length.
MOST_TOKENS = 128
AT_ONCE = 32


class NoMeaning(Unavailable):
    """The sentence model that was asked for is not here, or cannot be used."""


@dataclass(frozen=True)
class Meaning:
    """An open sentence model; `digest` names its files, `width` is how many numbers it gives."""

    digest: str
    width: int
    _tokenizer: Any = field(repr=False, compare=False)
    _session: Any = field(repr=False, compare=False)

    def vectors(
        self, texts: Sequence[str], tell: Callable[[str, int, int], None] = lambda *_: None
    ) -> Numbers:
        """One row of length 1 per text: the mean over its tokens. Zeros for an empty text."""
        made = np.zeros((len(texts), self.width), dtype=np.float32)
        # Texts of like length go together, so that none waits for a long one's padding.
        order = sorted(range(len(texts)), key=lambda row: len(texts[row]))
        for first in range(0, len(order), AT_ONCE):
            tell("Reading sentences", first, len(order))
            rows = order[first : first + AT_ONCE]
            made[rows] = self._read([texts[row] for row in rows])
        return made

    def _read(self, texts: list[str]) -> Numbers:
        seen = self._tokenizer.encode_batch(texts)
        known = np.array([one.attention_mask for one in seen], dtype=np.int64)
        if known.size == 0:
            return np.zeros((len(texts), self.width), dtype=np.float32)
        fed = {"input_ids": np.array([one.ids for one in seen], dtype=np.int64)}
        fed |= {"attention_mask": known, "token_type_ids": np.zeros_like(known)}
        wanted = {one.name for one in self._session.get_inputs()}
        given = {name: ids for name, ids in fed.items() if name in wanted}
        each = self._session.run(None, given)[0].astype(np.float32)
        mean = (each * known[:, :, None]).sum(axis=1)
        return np.asarray(mean / np.maximum(np.linalg.norm(mean, axis=1, keepdims=True), 1e-9))


def open_meaning(folder: Path) -> Meaning:
    """Open `model.onnx` and `tokenizer.json` in the folder.

    Raises NoMeaning, in words, when they are not there, are broken, or the extra is not installed.
    """
    files = [folder / ONNX_FILE, folder / TOKENIZER_FILE]
    missing = [file.name for file in files if not file.is_file()]
    if missing:
        raise NoMeaning(
            "There is no {missing} in {folder}; a sentence model needs both {onnx} and {tokens}.",
            missing=missing[0],
            folder=folder,
            onnx=ONNX_FILE,
            tokens=TOKENIZER_FILE,
        )
    look = tuple((file.stat().st_mtime_ns, file.stat().st_size) for file in files)
    return _opened(folder, look)


def known_meaning(digest: str) -> Meaning:
    """The sentence model that GEO_PORTAL_EMBEDDINGS_DIR names, if it is the one with this digest.

    Raises NoMeaning, in words, when it is not.
    """
    folder = settings().embeddings_dir
    if folder is None:
        raise NoMeaning(
            "It reads sentences with a sentence model: set GEO_PORTAL_EMBEDDINGS_DIR to its folder."
        )
    found = open_meaning(folder)
    if found.digest != digest:
        raise NoMeaning(
            "It was trained with another sentence model than the one in {folder}.", folder=folder
        )
    return found


@lru_cache(maxsize=2)
def _opened(folder: Path, _look: tuple[tuple[int, int], ...]) -> Meaning:
    try:
        import onnxruntime
        import tokenizers
    except ImportError as error:
        raise NoMeaning(
            "Sentence models need more packages: pip install “geo-portal[embeddings]”."
        ) from error
    try:
        tokenizer = tokenizers.Tokenizer.from_file(str(folder / TOKENIZER_FILE))
        tokenizer.enable_truncation(MOST_TOKENS)
        tokenizer.enable_padding()
        session = onnxruntime.InferenceSession(
            str(folder / ONNX_FILE), providers=["CPUExecutionProvider"]
        )
        width = int(session.get_outputs()[0].shape[-1])
        opened = Meaning(_digest(folder), width, tokenizer, session)
        opened.vectors(["a lamp"])
    # Both libraries raise bare Exception on a foreign file; whichever it is, it is not used.
    except Exception as error:
        raise NoMeaning(
            "The sentence model in {folder} cannot be used: it must take tokens and give a row "
            "of numbers for each.",
            folder=folder,
        ) from error
    return opened


def _digest(folder: Path) -> str:
    both = hashlib.sha256()
    for name in (ONNX_FILE, TOKENIZER_FILE):
        with (folder / name).open("rb") as opened:
            both.update(hashlib.file_digest(opened, "sha256").digest())
    return both.hexdigest()
