"""Trains the classifier that the portal comes with, from seed phrases and other cities' texts."""

import random
import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import pairwise
from pathlib import Path

import numpy as np

from geo_portal.routing.counted_texts import NgramChoice
from geo_portal.routing.cross_validation import Tell
from geo_portal.routing.crosswalks import Taught, taught_by
from geo_portal.routing.linear_classifier import Classifier
from geo_portal.routing.seeds import OTHER, Seed, composed
from geo_portal.routing.training import Trained, train
from geo_portal.routing.wording import normalised, words_of

NAME = "base"
LANGUAGES = ("en", "id", "ur", "ur-Latn")
STATED_PRECISION = 0.85
CHOICES = (NgramChoice("words", 1, 2, 3), NgramChoice("letters", 2, 5, 5))
# A word that no seed phrase has must be in this many real texts to be learnt.
FEWEST_TEXTS = 8
# Names of people and places are written with a capital in the middle of a sentence.
MOST_CAPITALS = 0.4
GIBBERISH = 250


@dataclass(frozen=True)
class BaseModel:
    """The trained model with what it learnt from and the real texts that were kept from it."""

    trained: Trained
    seeds: list[Seed]
    taught: list[Taught]
    kept_back: list[Taught]

    @property
    def model(self) -> Classifier:
        return self.trained.model


def train_base(
    seeds_folder: Path, crosswalks: Path, real_data: Path, now: datetime, tell: Tell
) -> BaseModel:
    """The same model for the same files; real texts lend it words, never names."""
    seeds = composed(seeds_folder)
    real = taught_by(crosswalks, real_data)
    taught = [one for one in real if not one.kept_back]
    kept_back = [one for one in real if one.kept_back]
    plain_words = learnable_words((seed.text for seed in seeds), [one.text for one in taught])
    noise = gibberish()
    texts = [seed.text for seed in seeds]
    texts += [_only(plain_words, one.text) for one in taught] + noise
    labels = [seed.category for seed in seeds] + [one.category for one in taught]
    phrases = [f"{seed.category} {seed.phrase}" for seed in seeds]
    # A city is judged by what other cities and our own phrases taught, as a new one would be.
    groups = phrases + [one.dataset for one in taught] + noise
    telling = phrases + [one.text for one in taught] + noise
    trained = train(
        texts,
        labels + [OTHER] * len(noise),
        name=NAME,
        now=now,
        precision=STATED_PRECISION,
        choices=CHOICES,
        abstaining=(OTHER,),
        languages=LANGUAGES,
        trust=_trust(labels + [OTHER] * len(noise)),
        groups=groups,
        telling=telling,
        families=("SVM balanced + logistic balanced",),
        tell=tell,
    )
    return BaseModel(trained, seeds, taught, kept_back)


def learnable_words(seeds: Iterable[str], real: Sequence[str]) -> set[str]:
    """Words of the seeds, and common words of real texts that are not written like names."""
    ours = {word for text in seeds for word, _ in words_of(text)}
    texts_with: Counter[str] = Counter()
    capitals: Counter[str] = Counter()
    inside: Counter[str] = Counter()
    for text in real:
        pairs = words_of(text)
        texts_with.update({word for word, _ in pairs})
        shouted = text.isupper()
        for (_, before), (word, written) in pairwise(pairs):
            if not shouted and not re.search(r"[.!?:]$", before):
                inside[word] += 1
                capitals[word] += written[:1].isupper()
    common = {word for word, many in texts_with.items() if many >= FEWEST_TEXTS}
    named = {word for word in common if capitals[word] > MOST_CAPITALS * max(inside[word], 1)}
    return ours | (common - named)


def gibberish() -> list[str]:
    """Keyboard noise, the same each time: what it looks like when nobody meant anything."""
    chance = random.Random(311)  # noqa: S311  (noise for training, not a secret)
    letters = "abcdefghijklmnopqrstuvwxyz"
    rows = ("qwertyuiop", "asdfghjkl", "zxcvbnm", "ابتثجحخدذرزسشصضطظعغفقکلمنوہی", letters, letters)
    made = []
    for _ in range(GIBBERISH):
        row = chance.choice(rows)
        words = ["".join(chance.choices(row, k=chance.randint(3, 11))) for _ in range(5)]
        made.append(" ".join(words[: chance.randint(1, 5)]))
    return made


def _only(words: set[str], text: str) -> str:
    return " ".join(word for word in normalised(text).split() if word in words)


def _trust(labels: Sequence[str]) -> np.ndarray:
    """A category with a thousand real texts must not drown one that only seeds teach."""
    often = Counter(labels)
    middle = float(np.median(list(often.values())))
    return np.array([(middle / often[label]) ** 0.5 for label in labels], dtype=np.float32)
