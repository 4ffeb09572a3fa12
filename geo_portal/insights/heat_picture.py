"""A heat map as a picture for a report: legend, scale bar, north arrow, borders, title, source."""

import io
import json
import math
import textwrap
from collections.abc import Iterator
from datetime import datetime
from typing import Any

import matplotlib as mpl
import numpy as np
import shapely
from matplotlib.axes import Axes
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.collections import LineCollection, PolyCollection
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.patches import Patch, PathPatch
from matplotlib.path import Path as Outline
from shapely.geometry.base import BaseGeometry

from geo_portal.insights.backdrop import (
    AREA_FILL,
    BORDER,
    FAINT,
    INK,
    PAPER,
    ROAD,
    WATER,
    Backdrop,
    Features,
)
from geo_portal.insights.heat_legend import HeatLegend
from geo_portal.insights.heat_words import HeatWords
from geo_portal.insights.heatmap import HeatMap
from geo_portal.translation import Translator

WIDTH_IN, HEIGHT_IN, DPI = 11.0, 8.5, 160
_MAP = (0.03, 0.075, 0.725, 0.775)
# Legend, scale and north stand beside the map, where they cover nothing.
_BESIDE, _TOP, _LOW = 0.77, _MAP[1] + _MAP[3], _MAP[1] + 0.005


# Names of clips and markers in an SVG are drawn from this instead of from chance.
mpl.rcParams["svg.hashsalt"] = "geo_portal"


def picture(
    found: HeatMap,
    words: HeatWords,
    legend: HeatLegend,
    behind: Backdrop,
    speaker: Translator,
    metadata: dict[str, Any],
    *,
    kind: str = "png",
) -> bytes:
    """PNG, SVG or PDF of `WIDTH_IN` × `HEIGHT_IN` inches; without anything to show it says so."""
    figure = Figure(figsize=(WIDTH_IN, HEIGHT_IN), dpi=DPI, facecolor=PAPER)
    FigureCanvasAgg(figure)
    axes: Axes = figure.add_axes(_MAP)
    _frame(axes, found, behind)
    _draw_backdrop(axes, behind)
    _draw_cells(axes, found, legend)
    _draw_borders(axes, behind)
    _draw_names(axes, behind)
    _draw_scale(figure, axes, speaker)
    _draw_north(axes)
    _write(figure, words)
    _draw_legend(figure, legend)
    drawn = io.BytesIO()
    figure.savefig(drawn, format=kind, metadata=_about(metadata, kind), dpi=DPI)
    return drawn.getvalue()


def _about(metadata: dict[str, Any], kind: str) -> dict[str, Any]:
    """The metadata block in the words of each format; the time is that of the data."""
    told = json.dumps(metadata, ensure_ascii=False)
    title, at = metadata["title"], metadata["as_of"]
    if kind == "pdf":
        created = datetime.fromisoformat(at)
        named = {"Title": title, "Subject": metadata["sentence"], "Keywords": told}
        return named | {"Creator": "geo_portal", "CreationDate": created, "ModDate": created}
    if kind == "svg":
        return {"Title": title, "Description": told, "Date": at, "Creator": "geo_portal"}
    # PNG holds Latin-1 only; JSON can say everything in ASCII.
    ascii_only = json.dumps(metadata)
    return {"Title": title, "Software": "geo_portal", "Comment": ascii_only}


def _frame(axes: Axes, found: HeatMap, behind: Backdrop) -> None:
    """The city and every square, with a margin, in the proportions of the ground."""
    corners = found.corners().reshape(-1, 2)
    edges = [corners.min(axis=0), corners.max(axis=0)] if len(corners) else []
    if behind.extent:
        box = behind.extent
        edges += [np.array((box.west, box.south)), np.array((box.east, box.north))]
    if not edges:
        edges = [np.array((-180.0, -60.0)), np.array((180.0, 75.0))]
    (west, south), (east, north) = np.min(edges, axis=0), np.max(edges, axis=0)
    squash = math.cos(math.radians((south + north) / 2))
    shape = (_MAP[2] * WIDTH_IN) / (_MAP[3] * HEIGHT_IN)
    half_height = max((north - south) / 2, (east - west) * squash / shape / 2, 0.001) * 1.05
    half_width = half_height * shape / squash
    lon, lat = (west + east) / 2, (south + north) / 2
    axes.set_xlim(lon - half_width, lon + half_width)
    axes.set_ylim(lat - half_height, lat + half_height)
    axes.set_aspect(1 / squash, adjustable="box")
    axes.set_facecolor(WATER)
    axes.set_xticks([])
    axes.set_yticks([])
    for spine in axes.spines.values():
        spine.set_edgecolor("#b9c7c9")
        spine.set_linewidth(0.8)


def _draw_backdrop(axes: Axes, behind: Backdrop) -> None:
    if not behind.layers.get("land"):
        _fill(axes, behind.outline, AREA_FILL["land"], order=1)
    for order, name in enumerate(("land", "water", "green", "built"), start=1):
        _fill(axes, behind.layers.get(name, []), AREA_FILL[name], order=order)
        _lines(axes, behind.layers.get(name, []), AREA_FILL[name], 0.8, order=order)
    for name, (colour, width) in reversed(ROAD.items()):
        roads = [
            road
            for road in behind.layers.get("roads", [])
            if road["properties"].get("class", "street") == name
        ]
        _lines(axes, roads, colour, width, order=6)


def _draw_cells(axes: Axes, found: HeatMap, legend: HeatLegend) -> None:
    cells = PolyCollection(
        list(found.corners()),
        facecolors=[legend.colour_of(cell.shown) for cell in found.cells],
        # What is smooth shall look smooth.
        edgecolors="none" if found.measure == "density" else "#ffffff",
        linewidths=0.0 if found.measure == "density" else 0.25,
        antialiaseds=found.measure != "density",
        alpha=0.86,
        zorder=7,
    )
    axes.add_collection(cells)
    strokes = LineCollection(
        list(found.hatches()), colors=INK, linewidths=0.45, alpha=0.75, zorder=7.5
    )
    axes.add_collection(strokes)


def _draw_borders(axes: Axes, behind: Backdrop) -> None:
    _lines(axes, behind.borders, BORDER, 0.5, order=8, alpha=0.55)
    _lines(axes, behind.outline, BORDER, 1.1, order=8, alpha=0.9)


def _draw_names(axes: Axes, behind: Backdrop) -> None:
    """The names of rank 1 only: a planner knows the streets."""
    for label in behind.layers.get("labels", []):
        if label["properties"].get("rank", 3) > 1 or label["geometry"]["type"] != "Point":
            continue
        lon, lat = label["geometry"]["coordinates"][:2]
        text = axes.text(lon, lat, _plain(label["properties"].get("name", "")), fontsize=8)
        text.set(color=INK, ha="center", va="center", zorder=9, alpha=0.85, clip_on=True)
        text.set_bbox({"facecolor": PAPER, "edgecolor": "none", "alpha": 0.55, "pad": 1.2})


def _draw_scale(figure: Figure, axes: Axes, speaker: Translator) -> None:
    """A bar of a round length, about a quarter of the map wide."""
    (west, east), (south, north) = axes.get_xlim(), axes.get_ylim()
    metres_per_degree = 111_320 * math.cos(math.radians((south + north) / 2))
    length_m = _round_down((east - west) * metres_per_degree / 4)
    width = length_m / metres_per_degree / (east - west) * _MAP[2]
    bar: dict[str, Any] = {"transform": figure.transFigure, "color": INK, "figure": figure}
    ends = (_BESIDE, _BESIDE + width)
    figure.add_artist(Line2D(ends, [_LOW, _LOW], linewidth=2.2, solid_capstyle="butt", **bar))
    for end in ends:
        figure.add_artist(Line2D([end, end], [_LOW - 0.006, _LOW + 0.006], linewidth=1.2, **bar))
    figure.text(_BESIDE, _LOW + 0.012, speaker.metres(length_m), fontsize=8, color=INK)


def _draw_north(axes: Axes) -> None:
    axes.annotate(
        "N",
        xy=(0.962, _LOW + 0.055),
        xytext=(0.962, _LOW + 0.005),
        xycoords="figure fraction",
        ha="center",
        va="center",
        fontsize=10,
        color=INK,
        arrowprops={"arrowstyle": "-|>", "color": INK, "linewidth": 1.4},
        annotation_clip=False,
    )


def _draw_legend(figure: Figure, legend: HeatLegend) -> None:
    if not legend.limits:
        return
    patches = [
        Patch(facecolor=shade, label=_plain(_folded(label, 27)), edgecolor="#cccccc", linewidth=0.5)
        for shade, label in zip(legend.colours, legend.labels, strict=True)
    ]
    if legend.hatched:
        label = _plain(_folded(legend.hatched, 27))
        strokes = Patch(facecolor=PAPER, label=label, hatch="////", edgecolor=INK, linewidth=0)
        patches.append(strokes)
    figure.legend(
        handles=patches,
        title=_plain(_folded(legend.heading, 26)),
        loc="upper left",
        bbox_to_anchor=(_BESIDE, _TOP),
        fontsize=9,
        title_fontproperties={"size": 10, "weight": "bold"},
        frameon=False,
        borderpad=0,
        borderaxespad=0,
        labelspacing=0.6,
        handlelength=1.6,
        handleheight=1.2,
        alignment="left",
    )


def _write(figure: Figure, words: HeatWords) -> None:
    figure.text(0.03, 0.95, _shortened(words.title, 80), fontsize=17, color=INK, weight="bold")
    told = _folded(" ".join([words.sentence, *words.notes]), 152).split("\n")
    if len(told) > 4:
        told = [*told[:3], f"{told[3]} …"]
    figure.text(
        0.03, 0.935, _plain("\n".join(told)), fontsize=9, color=FAINT, va="top", linespacing=1.3
    )
    figure.text(0.03, 0.04, _plain(words.source), fontsize=8, color=FAINT)


def _shortened(text: str, most: int) -> str:
    return _plain(text if len(text) <= most else f"{text[: most - 1]}…")


def _folded(text: str, width: int) -> str:
    return "\n".join(textwrap.wrap(text, width))


def _plain(text: str) -> str:
    """matplotlib reads what stands between dollar signs as mathematics."""
    return text.replace("$", r"\$")


def _round_down(metres: float) -> float:
    power = 10.0 ** math.floor(math.log10(max(metres, 1)))
    return next(step * power for step in (5, 2, 1) if step * power <= max(metres, 1))


def _shapes(features: Features) -> Iterator[BaseGeometry]:
    for feature in features:
        yield from shapely.get_parts(shapely.geometry.shape(feature["geometry"])).tolist()


def _fill(axes: Axes, features: Features, colour: str, *, order: int) -> None:
    for shape in _shapes(features):
        if shape.geom_type == "Polygon":
            rings = [shape.exterior, *shape.interiors]
            outline = Outline.make_compound_path(*(Outline(np.asarray(r.coords)) for r in rings))
            axes.add_patch(PathPatch(outline, facecolor=colour, edgecolor="none", zorder=order))


def _lines(
    axes: Axes, features: Features, colour: str, width: float, *, order: int, alpha: float = 1
) -> None:
    lines: list[Any] = []
    for shape in _shapes(features):
        if shape.geom_type == "Polygon":
            lines += [np.asarray(ring.coords) for ring in (shape.exterior, *shape.interiors)]
        elif shape.geom_type == "LineString":
            lines.append(np.asarray(shape.coords))
    drawn = LineCollection(lines, colors=colour, linewidths=width, alpha=alpha, zorder=order)
    axes.add_collection(drawn)
