"""What a page needs to say category, area and department without network, in one small file.

Four bytes say how long the JSON is that follows; then come the model's weights, a byte each in
steps of `step`, row by row, and the rarity of each row's n-gram in steps of `RARITY_STEP`. The
whole is gzipped. The n-grams stand in the order of the rows, each by how many letters it shares
with the one before and what follows.
"""

import gzip
import json
from itertools import pairwise
from typing import Any

import numpy as np
from sqlalchemy.orm import Session

from geo_portal.city.facts import CityFacts, facts
from geo_portal.city.offline_borders import GRID, offline_areas, offline_assets
from geo_portal.routing.classifier import Classifier, active_model
from geo_portal.routing.language import offline_language
from geo_portal.routing.ngrams import Ngrams
from geo_portal.routing.wording import offline_wording

LARGEST = 500_000
RARITY_STEP = 0.05
FIRST_STEP, COARSER = 0.1, 1.1

_made: dict[tuple[object, ...], bytes] = {}
_MOST_KEPT = 4


def offline_twin(session: Session) -> bytes:
    """The file, gzipped; made once per model, edition and facts of the city."""
    city, model = facts(session), active_model()
    made_for = (city.version, model.name if model else "", model.trained_at if model else "")
    key = (str(session.get_bind().engine.url), city.edition, *made_for)
    if key not in _made:
        while len(_made) >= _MOST_KEPT:
            _made.pop(next(iter(_made)))
        _made[key] = _file(_city_part(session, city), model)
    return _made[key]


def _file(city: dict[str, Any], model: Classifier | None) -> bytes:
    """As exact as fits: the weights' step grows until the whole is small enough."""
    if model is None:
        return _packed({"city": city, "model": None}, b"")
    order = [_in_order(ngrams) for ngrams in model.ngrams]
    rows = np.concatenate(
        [ngrams.first + numbers for ngrams, (_, numbers) in zip(model.ngrams, order, strict=True)]
    )
    rarity = np.concatenate(
        [ngrams.rarity[numbers] for ngrams, (_, numbers) in zip(model.ngrams, order, strict=True)]
    )
    rare = np.clip(np.round(rarity / RARITY_STEP), 0, 255).astype(np.uint8).tobytes()
    told = _model_part(model, [words for words, _ in order])
    step = FIRST_STEP
    while True:
        steps = np.clip(np.round(model.weights[rows] / step), -127, 127).astype(np.int8)
        packed = _packed({"city": city, "model": told | {"step": step}}, steps.tobytes() + rare)
        if len(packed) <= LARGEST:
            return packed
        step = round(step * COARSER, 4)


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
