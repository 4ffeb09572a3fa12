"""What a page needs to say category, area and department without network, in one small file.

Four bytes say how long the JSON is that follows. Then come, row by row for each n-gram, a bit per
category that says whether its weight is other than nothing, the weights that are, a byte each in
steps of `step`, and the rarity of each n-gram in steps of `RARITY_STEP`. The whole is gzipped.
The n-grams stand in the order of the rows, each by how many letters it shares with the one before
and what follows.
"""

import gzip
import hashlib
import json
import os
from bisect import bisect_left
from itertools import pairwise
from typing import Any

import numpy as np
from sqlalchemy.orm import Session

from geo_portal.city.facts import CityFacts, facts
from geo_portal.city.offline_borders import GRID, offline_areas, offline_assets
from geo_portal.routing.classifier import Classifier, folder_in_use, model_in_use, read_card
from geo_portal.routing.language import offline_language
from geo_portal.routing.ngrams import Ngrams
from geo_portal.routing.wording import offline_wording
from geo_portal.settings import settings

LARGEST = 500_000
RARITY_STEP = 0.05
FOLDER = "offline-twins"
# Steps to choose from, finest first; the finest that fits is taken.
STEPS = tuple(round(0.05 * 1.04**n, 4) for n in range(63))


def offline_twin(session: Session) -> bytes:
    """The file, gzipped; made once per model and facts of the city, and kept in the data folder."""
    city = facts(session)
    model = model_in_use(city.classifier)
    digest = model and _digest(model, city.classifier)
    made_for = [*city.version, city.edition and city.edition.id, digest]
    name = hashlib.sha256(repr(made_for).encode()).hexdigest()[:32]
    kept = settings().data_dir / FOLDER / f"{name}.gz"
    if kept.is_file():
        return kept.read_bytes()
    body = _file(_city_part(session, city), model)
    kept.parent.mkdir(parents=True, exist_ok=True)
    # Two processes may make it at once; each puts a whole file in place.
    begun = kept.with_suffix(f".{os.getpid()}")
    begun.write_bytes(body)
    begun.replace(kept)
    return body


def _digest(model: Classifier, kept: str | None) -> str:
    return str(read_card(folder_in_use(kept)).get("sha256", f"{model.name} {model.trained_at}"))


def _file(city: dict[str, Any], model: Classifier | None) -> bytes:
    """As exact as fits: of `STEPS` the finest with which the whole is small enough."""
    # A page cannot read sentences as a sentence model does, and half a model would mislead.
    if model is None or model.meaning is not None:
        return _packed({"city": city, "model": None}, b"")
    order = [_in_order(ngrams) for ngrams in model.ngrams]
    both = list(zip(model.ngrams, order, strict=True))
    rows = np.concatenate([ngrams.first + numbers for ngrams, (_, numbers) in both])
    rarity = np.concatenate([ngrams.rarity[numbers] for ngrams, (_, numbers) in both])
    rare = np.clip(np.round(rarity / RARITY_STEP), 0, 255).astype(np.uint8).tobytes()
    told, weights = _model_part(model, [words for words, _ in order]), model.weights[rows]

    def with_step(step: float) -> bytes:
        steps = np.clip(np.round(weights / step), -127, 127).astype(np.int8)
        bits = np.packbits(steps != 0).tobytes()
        numbers = bits + steps[steps != 0].tobytes() + rare
        return _packed({"city": city, "model": told | {"step": step}}, numbers)

    at = bisect_left(STEPS, True, key=lambda step: len(with_step(step)) <= LARGEST)
    return with_step(STEPS[min(at, len(STEPS) - 1)])


def _packed(told: dict[str, Any], numbers: bytes) -> bytes:
    header = json.dumps(told, ensure_ascii=False, separators=(",", ":")).encode()
    return gzip.compress(len(header).to_bytes(4, "little") + header + numbers, mtime=0)


def _in_order(ngrams: Ngrams) -> tuple[str, np.ndarray[Any, np.dtype[np.intp]]]:
    """The n-grams by the alphabet, front-coded, and their numbers in that order."""
    known = sorted(ngrams.ids)
    coded = [
        f"{chr(48 + _shared(before, after))}{after[_shared(before, after) :]}"
        for before, after in pairwise(["", *known])
    ]
    return "\n".join(coded), np.array([ngrams.ids[one] for one in known], dtype=np.intp)


def _shared(one: str, other: str) -> int:
    many = 0
    for a, b in zip(one[:60], other[:60], strict=False):
        if a != b:
            break
        many += 1
    return many


def _model_part(model: Classifier, words: list[str]) -> dict[str, Any]:
    return {
        "categories": model.categories,
        "offsets": [round(float(one), 4) for one in model.offsets],
        "thresholds": [round(float(one), 5) for one in model.thresholds],
        "abstaining": model.abstaining,
        "languages": model.languages,
        "rarity_step": RARITY_STEP,
        "ngrams": [
            {"kind": one.kind, "shortest": one.shortest, "longest": one.longest, "words": told}
            for one, told in zip(model.ngrams, words, strict=True)
        ],
        "wording": offline_wording(),
        "language": offline_language(),
    }


def _city_part(session: Session, city: CityFacts) -> dict[str, Any]:
    categories = {
        code: {"names": known.names, "department": known.department_code}
        for code, known in city.open_categories.items()
    }
    departments = {
        code: {
            "names": known.names,
            "parent": known.parent_code,
            "level": known.area_level,
            "area": known.area_code,
        }
        for code, known in city.departments.items()
        if known.active
    }
    return {
        "grid": GRID,
        "timezone": city.timezone.key,
        "categories": categories,
        "departments": departments,
        "triage": city.triage_department,
        "levels": {level.code: level.names for level in city.levels},
        "rules": [_rule(rule) for rule in city.rules],
        "areas": offline_areas(session, city),
        "assets": offline_assets(session, city),
    }


def _rule(rule: Any) -> dict[str, Any]:
    return {
        "category": rule.category,
        "area": rule.area,
        "text": rule.text,
        "near_asset": rule.near_asset,
        "near_m": rule.near_m,
        "hours": rule.hours,
        "department": rule.department_code,
    }
