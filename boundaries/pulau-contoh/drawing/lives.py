"""What became of a complaint: seen, begun, mended or not, and what its sender said to that."""

import csv
import math
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache
from pathlib import Path
from random import Random

from drawing import sentences
from drawing.seasons import ISLAND_TIME, LAST
from drawing.wards import WARDS

CATEGORIES = Path(__file__).resolve().parent.parent / "categories.csv"
# How quick a department is against its own promise; above 1 it is usually late.
PACE = {
    "PWD": 0.95, "LIGHT": 0.6, "SAN": 0.55, "WAS": 0.8, "DRN": 0.9, "PARK": 0.7, "TRF": 0.65,
    "ENF": 0.8, "ELE": 0.5, "TEL": 1.15, "BLD": 1.3, "HLT": 0.6, "ANI": 0.7, "SOC": 0.6,
    "ENV": 1.0, "HALL": 0.6, "POL": 0.7, "GRV": 1.2,
}  # fmt: skip
OUTCOMES = {
    "": [("fixed", 74), ("partly", 7), ("made_safe", 4), ("scheduled", 4), ("handed_over", 4),
         ("not_found", 4), ("cannot", 3)],
    "order": [("fixed", 55), ("partly", 10), ("handed_over", 8), ("not_found", 20), ("cannot", 7)],
    "traf.parking": [("fixed", 58), ("partly", 6), ("not_found", 32), ("cannot", 4)],
    "build": [("scheduled", 25), ("made_safe", 22), ("partly", 15), ("fixed", 20), ("cannot", 18)],
    "env": [("fixed", 40), ("partly", 15), ("not_found", 20), ("scheduled", 15), ("cannot", 10)],
    "order.crime": [("handed_over", 40), ("fixed", 40), ("not_found", 20)],
    "drain.flood": [("fixed", 60), ("partly", 18), ("scheduled", 17), ("made_safe", 5)],
}  # fmt: skip


@dataclass
class Life:
    """The later columns of history.csv; a moment is None while it has not come."""

    status: str
    outcome: str = ""
    acknowledged: datetime | None = None
    started: datetime | None = None
    closed: datetime | None = None
    remark: str = ""
    feedback: str = ""
    satisfied: str = ""
    feedback_at: datetime | None = None


def live(stream: Random, category: str, ward: int, sent: datetime, language: str) -> Life:
    """The life of one complaint up to the evening of the last day."""
    respond_h, fix_h, department, by_day = _promise(category)
    slow = PACE[department] * (0.75 + 0.55 * WARDS[ward].poor)
    # The rains of the last weeks have filled every inbox.
    slow *= 3.0 if sent > LAST - timedelta(days=26) else 1.0
    at_work = _at_work if by_day else _as_it_is
    seen = at_work(sent + _after(stream, respond_h * 0.4 * slow, 0.8))
    begun = at_work(seen + _after(stream, max(fix_h * 0.25 * slow, 0.4), 0.8))
    done = at_work(begun + _after(stream, max(fix_h * 0.45 * slow, 0.5), 0.95))
    if stream.random() < 0.045:  # forgotten in a drawer, some before anybody began
        forgotten = timedelta(days=stream.uniform(40, 400))
        done += forgotten
        begun += forgotten if stream.random() < 0.35 else timedelta(0)
    if seen > LAST:
        return Life("submitted" if stream.random() < 0.6 else "assigned")
    if begun > LAST:
        return Life("assigned", acknowledged=seen)
    if done > LAST:
        status = stream.choices(["in_progress", "waiting_other", "waiting_citizen"], [68, 18, 14])[
            0
        ]
        return Life(status, acknowledged=seen, started=begun)
    if stream.random() < 0.03:
        return Life(
            "rejected", acknowledged=seen, closed=min(begun, LAST),
            remark=sentences.remark(stream, language, "rejected"),
        )  # fmt: skip
    life = Life("resolved", _outcome(stream, category), seen, begun, done)
    life.remark = sentences.remark(stream, language, life.outcome)
    _answer(stream, life, done, language, late=(done - sent).total_seconds() / 3600 > fix_h * 1.5)
    return life


def merged(stream: Random, sent: datetime, language: str) -> Life:
    """A report that was joined to an earlier one of the same thing."""
    seen = min(sent + _after(stream, 5, 0.7), LAST)
    return Life(
        "merged",
        acknowledged=seen,
        closed=seen,
        remark=sentences.remark(stream, language, "merged"),
    )


def _answer(stream: Random, life: Life, done: datetime, language: str, *, late: bool) -> None:
    """About every third citizen answers; who saw nothing mended says so."""
    at = done + timedelta(hours=stream.gammavariate(1.2, 20))
    if stream.random() > 0.37 or at > LAST:
        return
    good = {"fixed": 0.84, "made_safe": 0.6, "partly": 0.3, "scheduled": 0.25}.get(
        life.outcome, 0.08
    )
    throw = stream.random() + (0.15 if late else 0)
    life.satisfied = "yes" if throw < good else "partly" if throw < good + 0.12 else "no"
    life.feedback = sentences.feedback(stream, language, life.satisfied)
    life.feedback_at = at
    if life.satisfied == "yes":
        life.status = "confirmed"
    elif life.satisfied == "no" and (LAST - at).days < 9:
        life.status, life.outcome, life.closed, life.remark = "reopened", "", None, ""


def _outcome(stream: Random, category: str) -> str:
    table = OUTCOMES.get(category) or OUTCOMES.get(category.split(".")[0]) or OUTCOMES[""]
    return stream.choices([name for name, _ in table], [share for _, share in table])[0]


def _after(stream: Random, median_h: float, spread: float) -> timedelta:
    seconds = int(3600 * math.exp(stream.gauss(math.log(median_h), spread)))
    return timedelta(seconds=max(seconds, 120))


def _as_it_is(moment: datetime) -> datetime:
    return moment


def _at_work(moment: datetime) -> datetime:
    """The same moment, or the beginning of the next working day on the island."""
    local = moment + ISLAND_TIME
    while local.weekday() > 4 or not 8 <= local.hour < 16:
        morning = local.replace(hour=8, minute=local.minute, second=local.second)
        local = morning if morning > local else morning + timedelta(days=1)
        if local.weekday() <= 4:
            break
    return local - ISLAND_TIME


@cache
def _promise(category: str) -> tuple[float, float, str, bool]:
    """Hours to answer, hours to mend, department, only on working days.

    Where nothing is promised it is ten days.
    """
    with CATEGORIES.open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            if row["code"] == category:
                return (
                    _hours(row["respond_within"]),
                    _hours(row["fix_within"]) or 240.0,
                    row["department"],
                    row["working_time"] == "yes",
                )
    raise KeyError(category)


def _hours(duration: str) -> float:
    """Hours of PT4H, P2D; nothing for an empty text."""
    if not duration:
        return 0.0
    amount = float(duration.strip("PTDH"))
    return amount * 24 if duration.endswith("D") else amount
