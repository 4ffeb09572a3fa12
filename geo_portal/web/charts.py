"""Draws small charts as SVG on the server: columns per period, lines in a tile, bars in a table."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

# Units of the drawing; CSS scales it to the page.
WIDTH, HEIGHT = 640, 220
LEFT, RIGHT, TOP, BOTTOM = 44, 8, 12, 34
SPARK_WIDTH, SPARK_HEIGHT = 100, 28
_STEPS = (1, 2, 5)
_MOST_LINES = 4
_MOST_LABELS = 6


@dataclass(frozen=True)
class Column:
    """One column: its left edge, top, width and height in units of the drawing."""

    kind: str
    x: float
    y: float
    width: float
    height: float


@dataclass(frozen=True)
class Mark:
    """A line of the scale, or a label under the columns: where it is and what it says."""

    at: float
    value: float


@dataclass(frozen=True)
class Columns:
    """Columns side by side per period; `lines` are the scale, `labels` number the periods."""

    columns: list[Column]
    lines: list[Mark]
    labels: list[Mark]
    width: int = WIDTH
    height: int = HEIGHT
    left: int = LEFT
    base: int = HEIGHT - BOTTOM


def columns(series: Mapping[str, Sequence[float]]) -> Columns:
    """A chart of several equally long series, by kind; all zeros draw an empty chart."""
    periods = max((len(numbers) for numbers in series.values()), default=0)
    top = _round_top(max((max(numbers, default=0) for numbers in series.values()), default=0))
    room = (WIDTH - LEFT - RIGHT) / max(periods, 1)
    width = room * 0.76 / max(len(series), 1)
    drawn = []
    for nth, (kind, numbers) in enumerate(series.items()):
        for period, number in enumerate(numbers):
            height = _height(number, top)
            x = LEFT + room * (period + 0.12) + width * nth
            y = HEIGHT - BOTTOM - height
            drawn.append(Column(kind, _tidy(x), _tidy(y), _tidy(width * 0.92), _tidy(height)))
    lines = [Mark(_tidy(HEIGHT - BOTTOM - _height(value, top)), value) for value in _scale(top)]
    every = -(-periods // _MOST_LABELS) or 1
    labels = [Mark(_tidy(LEFT + room * (n + 0.5)), n) for n in range(0, periods, every)]
    return Columns(drawn, lines, labels)


def spark(numbers: Sequence[float | None]) -> str:
    """The points of a line through the numbers that are known; empty for fewer than two."""
    known = [(n, number) for n, number in enumerate(numbers) if number is not None]
    if len(known) < 2:
        return ""
    top = max(number for _, number in known) or 1
    step = SPARK_WIDTH / (len(numbers) - 1)
    room = SPARK_HEIGHT - 4
    points = ((n * step, SPARK_HEIGHT - 2 - room * number / top) for n, number in known)
    return " ".join(f"{_tidy(x)},{_tidy(y)}" for x, y in points)


def _height(number: float, top: float) -> float:
    return (HEIGHT - TOP - BOTTOM) * number / top


def _round_top(most: float) -> float:
    """The first number of the scale that is not below `most`."""
    return _scale_step(most) * max(1, -(-most // _scale_step(most)))


def _scale(top: float) -> list[float]:
    step = _scale_step(top)
    return [step * n for n in range(int(top // step) + 1)]


def _scale_step(top: float) -> float:
    """1, 2 or 5 times a power of ten, so that at most `_MOST_LINES` steps reach `top`."""
    power = 1
    while True:
        for times in _STEPS:
            if times * power * _MOST_LINES >= top:
                return times * power
        power *= 10


def _tidy(number: float) -> float:
    return round(number, 1)
