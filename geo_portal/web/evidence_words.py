"""The findings about a photo of a fix, as sentences in the reader's language."""

from datetime import timedelta
from typing import Any

from geo_portal.complaints.evidence_list import Proof
from geo_portal.complaints.evidence_score import SENTENCES
from geo_portal.translation import Translator


def told(proof: Proof, words: Translator) -> list[tuple[str, str]]:
    """Each finding with `good`, `bad` or `plain`, the heaviest first."""
    found = sorted(proof.reasons, key=lambda reason: reason["weight"])
    return [(_side(reason["weight"]), _sentence(reason, words)) for reason in found]


def _side(weight: int) -> str:
    return "good" if weight > 0 else "bad" if weight < 0 else "plain"


def _sentence(reason: dict[str, Any], words: Translator) -> str:
    sentence = SENTENCES[reason["code"]]
    return words.gettext(sentence).format(
        distance=words.metres(reason.get("distance_m", 0)),
        span=words.span(timedelta(seconds=reason.get("early_s", 0))),
        code=reason.get("report", ""),
    )
