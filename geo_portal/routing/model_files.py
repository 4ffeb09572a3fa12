"""How a trained classifier lies on disk: numbers and words in a skops file, beside its card."""

import hashlib
import json
import shutil
import tempfile
from datetime import datetime
from pathlib import Path
from typing import Any
from zipfile import ZipFile

import numpy as np
import skops.io

from geo_portal.errors import Unavailable
from geo_portal.routing.linear_classifier import Classifier
from geo_portal.routing.meaning import Meaning, NoMeaning, known_meaning
from geo_portal.routing.ngrams import Kind, Ngrams
from geo_portal.routing.small_weights import from_steps, in_steps
from geo_portal.routing.surroundings import CELLS_M, Surroundings

MODEL_FILE = "model.skops"
CARD_FILE = "card.json"
WORDS_FILE = "CARD.md"
PICTURES = ("confusion.svg", "learning-curve.svg")
# A model of which department took what, inside the folder of the model of categories.
DEPARTMENTS = "departments"
# Goes up whenever an older reader, or this one, would misread the file or the words in it.
FORMAT = 2
# The plain arrays of what a model knows of places and times.
AROUND = ("corner", "centres", "common", "usual")
# A small zip can hold a huge file; no honest model of ours comes near this.
MOST_BYTES_UNPACKED = 800_000_000


class BrokenModel(Unavailable):
    """The folder holds no classifier that can be trusted and understood."""


def save_model(
    folder: Path,
    model: Classifier,
    card: dict[str, Any],
    words: str,
    pictures: dict[str, str] | None = None,
) -> None:
    """Write the folder as a whole or not at all; an earlier model in it is replaced.

    `pictures` are SVG by file name, to stand beside the card.
    """
    folder.parent.mkdir(parents=True, exist_ok=True)
    written = Path(tempfile.mkdtemp(prefix=f".{folder.name}-", dir=folder.parent))
    try:
        skops.io.dump(_content(model), written / MODEL_FILE, compression=8, compresslevel=9)
        facts = {
            "name": model.name,
            "trained_at": model.trained_at.isoformat(),
            "format": FORMAT,
            "sha256": _sha256(written / MODEL_FILE),
            **card,
        }
        text = json.dumps(facts, ensure_ascii=False, indent=1)
        (written / CARD_FILE).write_text(text + "\n", encoding="utf-8")
        (written / WORDS_FILE).write_text(words, encoding="utf-8")
        for name, picture in (pictures or {}).items():
            (written / name).write_text(picture, encoding="utf-8")
        written.chmod(0o755)
        _put_in_place(written, folder)
    finally:
        shutil.rmtree(written, ignore_errors=True)


def load_model(folder: Path) -> Classifier:
    """Read a classifier back; whatever is wrong with the folder is a `BrokenModel` in words."""
    card = read_card(folder)
    file = folder / MODEL_FILE
    try:
        if _sha256(file) != card.get("sha256"):
            raise BrokenModel(
                "The classifier in {folder} is not the one its card describes: the file was "
                "cut short or changed. Train it again or restore it.",
                folder=folder,
            )
        content = _trusted_content(file, folder)
        return _classifier(content, card, _meaning(content, folder))
    except OSError as error:
        raise BrokenModel(
            "The classifier in {folder} cannot be read: {why}.", folder=folder, why=error.strerror
        ) from error
    except (KeyError, TypeError, ValueError, AttributeError, IndexError) as error:
        raise BrokenModel(
            "The classifier in {folder} is not one of this portal's.", folder=folder
        ) from error


def read_card(folder: Path) -> dict[str, Any]:
    """The card of a model folder, without opening the model itself."""
    try:
        card = json.loads((folder / CARD_FILE).read_text(encoding="utf-8"))
    except OSError as error:
        raise BrokenModel("There is no classifier in {folder}.", folder=folder) from error
    except ValueError as error:
        raise BrokenModel("The card in {folder} cannot be read.", folder=folder) from error
    if not isinstance(card, dict) or not isinstance(card.get("format"), int):
        raise BrokenModel("The card in {folder} is not a classifier's card.", folder=folder)
    if card["format"] != FORMAT:
        raise BrokenModel(
            "The classifier in {folder} was made by {which} portal version (format {found}, "
            "this one reads {format}). Train it again.",
            folder=folder,
            which="an older" if card["format"] < FORMAT else "a newer",
            found=card["format"],
            format=FORMAT,
        )
    return card


def _content(model: Classifier) -> dict[str, Any]:
    """Arrays and strings only, so that reading the file back can never run anything."""
    steps, widths = in_steps(model.weights)
    return {
        "categories": list(model.categories),
        "abstaining": list(model.abstaining),
        "languages": list(model.languages),
        "steps": steps,
        "widths": widths,
        "offsets": model.offsets.astype(np.float32),
        "thresholds": model.thresholds.astype(np.float32),
        "ngrams": [
            {
                "kind": part.kind,
                "shortest": part.shortest,
                "longest": part.longest,
                "terms": _packed(part.ids),
                "rarity": part.rarity.astype(np.float32),
            }
            for part in model.ngrams
        ],
        "surroundings": _surroundings_content(model.surroundings),
        # The sentence model itself stays where it is: it may be hundreds of megabytes.
        "meaning": model.meaning and model.meaning.digest,
    }


def _trusted_content(file: Path, folder: Path) -> dict[str, Any]:
    try:
        with ZipFile(file) as packed:
            unpacked = sum(entry.file_size for entry in packed.infolist())
        if unpacked > MOST_BYTES_UNPACKED:
            raise BrokenModel("The classifier in {folder} is too large to open.", folder=folder)
        untrusted = skops.io.get_untrusted_types(file=file)
        if untrusted:
            raise BrokenModel(
                "The classifier in {folder} holds program code ({types}) and was not opened.",
                folder=folder,
                types=", ".join(sorted(untrusted)[:3]),
            )
        content = skops.io.load(file, trusted=[])
    except BrokenModel:
        raise
    # skops raises many kinds of error on a foreign file; whichever it is, the model is not used.
    except Exception as error:
        raise BrokenModel(
            "The classifier in {folder} cannot be opened: it is not a skops file of this portal.",
            folder=folder,
        ) from error
    if not isinstance(content, dict):
        raise TypeError("no dictionary")
    return content


def _meaning(content: dict[str, Any], folder: Path) -> Meaning | None:
    """The sentence model that the classifier was trained with; another would mislead it."""
    digest = content.get("meaning")
    if digest is None:
        return None
    try:
        return known_meaning(str(digest))
    except NoMeaning as why:
        raise BrokenModel(
            "The classifier in {folder} cannot be used here. {why}", folder=folder, why=why
        ) from why


def _classifier(
    content: dict[str, Any], card: dict[str, Any], meaning: Meaning | None
) -> Classifier:
    ngrams, first = [], 0
    for part in content["ngrams"]:
        terms = _unpacked(part["terms"])
        rarity = part["rarity"].astype(np.float32)
        if rarity.shape != (len(terms),):
            raise ValueError("one rarity per n-gram is needed")
        ids = {term: number for number, term in enumerate(terms)}
        kind: Kind = "words" if part["kind"] == "words" else "letters"
        shortest, longest = int(part["shortest"]), int(part["longest"])
        ngrams.append(Ngrams(kind, shortest, longest, ids, rarity, first))
        first += len(terms)
    model = Classifier(
        name=str(card["name"]),
        trained_at=datetime.fromisoformat(card["trained_at"]),
        categories=tuple(content["categories"]),
        ngrams=tuple(ngrams),
        weights=_weights(content["steps"], content["widths"]),
        offsets=content["offsets"].astype(np.float32),
        thresholds=content["thresholds"].astype(np.float32),
        abstaining=tuple(content["abstaining"]),
        languages=tuple(content["languages"]),
        surroundings=_surroundings(content["surroundings"], len(content["categories"])),
        meaning=meaning,
    )
    many = len(model.categories)
    around = len(model.surroundings.usual) if model.surroundings else 0
    meant = meaning.width if meaning else 0
    if model.weights.shape != (first + meant + around, many) or not (
        model.offsets.shape == model.thresholds.shape == (many,)
    ):
        raise ValueError("shapes do not fit")
    if not (np.isfinite(model.weights).all() and np.isfinite(model.offsets).all()):
        raise ValueError("not a number")
    return model


def _surroundings_content(around: Surroundings | None) -> dict[str, Any] | None:
    if around is None:
        return None
    arrays = {name: getattr(around, name) for name in AROUND}
    return arrays | {"cells": list(around.cells), "counts": list(around.counts)}


def _surroundings(content: dict[str, Any] | None, many: int) -> Surroundings | None:
    if content is None:
        return None
    cells, counts = tuple(content["cells"]), tuple(content["counts"])
    made = Surroundings(**{name: content[name] for name in AROUND}, cells=cells, counts=counts)
    fits = [len(cells) == len(counts) == len(CELLS_M), made.centres.shape[1:] == (2,)]
    fits += [table.shape == (len(c), many) for c, table in zip(cells, counts, strict=True)]
    fits += [made.corner.shape == (2,), made.common.shape == (many,)]
    fits += [made.usual.shape == (made.blocks["before"].stop,)]
    if not all(fits):
        raise ValueError("shapes do not fit")
    return made


def _weights(steps: np.ndarray, widths: np.ndarray) -> np.ndarray:
    if steps.ndim != 2 or steps.dtype != np.int8 or widths.shape != steps.shape[:1]:
        raise ValueError("shapes do not fit")
    return from_steps(steps, widths)


def _packed(ids: dict[str, int]) -> np.ndarray:
    """Terms in the order of their numbers as UTF-8 bytes, one per line."""
    ordered = sorted(ids, key=lambda term: ids[term])
    return np.frombuffer("\n".join(ordered).encode(), dtype=np.uint8)


def _unpacked(terms: np.ndarray) -> list[str]:
    text = terms.astype(np.uint8).tobytes().decode()
    return text.split("\n") if text else []


def _sha256(file: Path) -> str:
    with file.open("rb") as opened:
        return hashlib.file_digest(opened, "sha256").hexdigest()


def _put_in_place(written: Path, folder: Path) -> None:
    if folder.exists():
        for file in written.iterdir():
            file.replace(folder / file.name)
    else:
        written.replace(folder)
