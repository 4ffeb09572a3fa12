"""What a photo of a fix is worth: a score, and the reasons for it in words for the supervisor."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from geo_portal.complaints.lookalikes import Lookalike
from geo_portal.translation import N_

# Below this a second person has to look.
GOOD_SCORE = 60
BASE_SCORE = 50

CLOSE_M = 50.0
FAR_M = 250.0
# A phone's clock may be a little off.
CLOCK_SLACK = timedelta(minutes=5)

# What each finding weighs. Any bad one alone keeps an otherwise perfect photo below GOOD_SCORE.
WEIGHTS = {
    "close": 25,
    "near": 0,
    "far": -40,
    "no_place": -25,
    "fresh": 15,
    "too_early": -40,
    "in_future": -30,
    "no_time": -10,
    "from_page": 10,
    "file_tells": 5,
    "no_metadata": -10,
    "edited": -45,
    "invented": -80,
    "used_before": -80,
    "citizens_own": -80,
    "other_report": -80,
}

SENTENCES = {
    "close": N_("Taken {distance} from the reported place."),
    "near": N_("Taken {distance} from the reported place, not quite there."),
    "far": N_("Taken {distance} away from the reported place."),
    "no_place": N_("It is not known where it was taken."),
    "fresh": N_("Taken after the last step of the case."),
    "too_early": N_("Taken {span} before the last step of the case."),
    "in_future": N_("Its time lies in the future, so the clock or the file is wrong."),
    "no_time": N_("It is not known when it was taken."),
    "from_page": N_("Taken in the page, with the camera."),
    "file_tells": N_("A file whose camera data are there."),
    "no_metadata": N_("A file without camera data; they were removed, or it was passed on."),
    "edited": N_("The file was saved by an editing program."),
    "invented": N_("The file says that the picture was made by a program, not by a camera."),
    "used_before": N_("The same picture was given as proof before, for report {code}."),
    "citizens_own": N_("This is the picture that the person who reported it had sent."),
    "other_report": N_("The same picture was sent with report {code}."),
}


@dataclass(frozen=True)
class Reason:
    """One finding: its code in `WEIGHTS`, and the numbers that its sentence names."""

    code: str
    facts: dict[str, Any] = field(default_factory=dict)

    @property
    def weight(self) -> int:
        return WEIGHTS[self.code]

    def stored(self) -> dict[str, Any]:
        """As kept beside the score, with the weight of that day."""
        return {"code": self.code, "weight": self.weight, **self.facts}


@dataclass(frozen=True)
class Seen:
    """What is known of a photo of a fix; distances in metres, None for unknown.

    `unsure_m` is by how much both positions together may be off. `not_before` is when the case
    last took a step.
    """

    complaint_id: int
    distance_m: float | None
    unsure_m: float
    taken_at: datetime | None
    not_before: datetime
    from_camera: bool
    has_metadata: bool = False
    edited: bool = False
    invented: bool = False
    alike: tuple[Lookalike, ...] = ()


def judge(seen: Seen, now: datetime) -> tuple[int, list[Reason]]:
    """The score from 0 to 100, and every finding that made it."""
    reasons = [*_where(seen), *_when(seen, now), *_what(seen), *_whose(seen)]
    total = BASE_SCORE + sum(reason.weight for reason in reasons)
    return max(0, min(100, total)), reasons


def _where(seen: Seen) -> Iterator[Reason]:
    if seen.distance_m is None:
        yield Reason("no_place")
        return
    told = {"distance_m": round(seen.distance_m)}
    if seen.distance_m <= CLOSE_M + seen.unsure_m:
        yield Reason("close", told)
    elif seen.distance_m > FAR_M + seen.unsure_m:
        yield Reason("far", told)
    else:
        yield Reason("near", told)


def _when(seen: Seen, now: datetime) -> Iterator[Reason]:
    if seen.taken_at is None:
        yield Reason("no_time")
    elif seen.taken_at > now + CLOCK_SLACK:
        yield Reason("in_future")
    elif seen.taken_at < seen.not_before - CLOCK_SLACK:
        yield Reason(
            "too_early", {"early_s": round((seen.not_before - seen.taken_at).total_seconds())}
        )
    else:
        yield Reason("fresh")


def _what(seen: Seen) -> Iterator[Reason]:
    # What the page's camera makes has no camera data: a file that has them came from elsewhere.
    if seen.from_camera and not seen.has_metadata:
        yield Reason("from_page")
    elif seen.has_metadata:
        yield Reason("file_tells")
    else:
        yield Reason("no_metadata")
    if seen.invented:
        yield Reason("invented")
    elif seen.edited:
        yield Reason("edited")


def _whose(seen: Seen) -> Iterator[Reason]:
    """The most alike of the earlier pictures is enough to say."""
    for other in seen.alike[:1]:
        if other.kind == "evidence":
            yield Reason("used_before", {"report": other.code})
        elif other.complaint_id == seen.complaint_id:
            yield Reason("citizens_own")
        else:
            yield Reason("other_report", {"report": other.code})
