"""Two thousand complaints of one year, with what became of each."""

import math
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache
from random import Random
from typing import Any

import shapely
from shapely.geometry import Point

from drawing import lives, seasons, sentences
from drawing.coast import land
from drawing.ground import dice, lon_lat
from drawing.hotspots import somewhere, ward_at
from drawing.landmarks import LANDMARKS
from drawing.lives import Life
from drawing.places import named_streets
from drawing.roads import roads
from drawing.wards import WARDS

COLUMNS = [
    "id", "submitted_at", "lon", "lat", "accuracy_m", "category", "description", "language",
    "status", "outcome", "acknowledged_at", "started_at", "closed_at", "remark", "feedback",
    "satisfied", "feedback_at", "photo",
]  # fmt: skip
HOW_MANY = 1790  # beside storms and second reports of the same thing
# Tongue and its share; Roman Urdu is Urdu written in Latin letters.
TONGUES = {"id": 50, "en": 21, "ur": 14, "roman": 15}
LANGUAGE = {"roman": "ur"}


@dataclass(frozen=True)
class _Report:
    sent: datetime
    category: str
    x: float
    y: float
    tongue: str
    text: str
    life: Life


def rows() -> list[list[Any]]:
    """history.csv, oldest first."""
    stream = dice("history")
    found: list[_Report] = []
    kinds = stream.choices(list(seasons.OFTEN), list(seasons.OFTEN.values()), k=HOW_MANY)
    due = [(kind, seasons.moment(stream, kind)) for kind in kinds] + seasons.storm_reports(stream)
    for category, sent in due:
        first = _report(stream, category, sent, somewhere(stream, category))
        found.append(first)
        if stream.random() < 0.055:
            found += _echoes(stream, first)
    found.sort(key=lambda report: (report.sent, report.x))
    return [_row(stream, number, report) for number, report in enumerate(found, start=1)]


def _report(stream: Random, category: str, sent: datetime, at: tuple[float, float]) -> _Report:
    ward = ward_at(*at)
    tongue = _tongue(stream)
    text = sentences.write(stream, tongue, category, _where(*at, ward), again=False)
    life = lives.live(stream, category, ward, sent, LANGUAGE.get(tongue, tongue))
    return _Report(sent, category, *at, tongue, text, life)


def _echoes(stream: Random, first: _Report) -> list[_Report]:
    """One to three more people who saw the same thing within days, a few steps away."""
    found = []
    for _ in range(stream.choice([1, 1, 1, 2, 3])):
        sent = first.sent + timedelta(hours=stream.expovariate(1 / 26), minutes=4)
        end = first.life.closed or seasons.LAST
        turn, off = stream.uniform(0, math.tau), abs(stream.gauss(0, 18))
        at = Point(first.x + off * math.cos(turn), first.y + off * math.sin(turn))
        if sent >= min(end, seasons.LAST) or not land().covers(at):
            continue
        ward, tongue = ward_at(at.x, at.y), _tongue(stream)
        language = LANGUAGE.get(tongue, tongue)
        text = sentences.write(stream, tongue, first.category, _where(at.x, at.y, ward), again=True)
        joined = stream.random() < 0.6
        life = (
            lives.merged(stream, sent, language)
            if joined
            else lives.live(stream, first.category, ward, sent, language)
        )
        sent = sent.replace(microsecond=0)
        found.append(_Report(sent, first.category, at.x, at.y, tongue, text, life))
    return found


def _tongue(stream: Random) -> str:
    return stream.choices(list(TONGUES), list(TONGUES.values()))[0]


def _where(x: float, y: float, ward: int) -> sentences.Where:
    names, tree = _streets()
    street = names[int(tree.nearest(Point(x, y)))]
    near = [(math.hypot(x - at_x, y - at_y), name) for name, _, at_x, at_y in LANDMARKS]
    far, landmark = min(near)
    return sentences.Where(
        street, landmark if far < 380 else None, WARDS[ward].name, WARDS[ward].name_ur
    )


@cache
def _streets() -> tuple[list[str], shapely.STRtree]:
    named = [*named_streets(), *((road.name, road.line) for road in roads())]
    return [name for name, _ in named], shapely.STRtree([line for _, line in named])


def _row(stream: Random, number: int, report: _Report) -> list[Any]:
    life = report.life
    accuracy = "" if stream.random() < 0.16 else round(min(60, 5 + stream.gammavariate(1.6, 7)))
    return [
        f"PC-{number:05d}", _at(report.sent), *lon_lat(report.x, report.y), accuracy,
        report.category, report.text, LANGUAGE.get(report.tongue, report.tongue),
        life.status, life.outcome, _at(life.acknowledged), _at(life.started), _at(life.closed),
        life.remark, life.feedback, life.satisfied, _at(life.feedback_at), "",
    ]  # fmt: skip


def _at(moment: datetime | None) -> str:
    return moment.strftime("%Y-%m-%dT%H:%M:%SZ") if moment else ""
