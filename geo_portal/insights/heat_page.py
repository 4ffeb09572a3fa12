"""A heat map as one HTML file that opens anywhere, also offline: folium with everything inside."""

import json
import re
from html import escape
from pathlib import Path
from typing import Any

import folium
from branca.element import Element, Figure

from geo_portal.errors import Unavailable
from geo_portal.insights.backdrop import (
    AREA_FILL,
    BORDER,
    INK,
    ROAD,
    WATER,
    Backdrop,
    Features,
)
from geo_portal.insights.heat_files import DRAWN, geojson
from geo_portal.insights.heat_legend import HeatLegend
from geo_portal.insights.heat_words import HeatWords
from geo_portal.insights.heatmap import HeatMap
from geo_portal.translation import Translator

# Leaflet comes from npm at set-up; the copy that the pages use goes into the file as well.
LEAFLET = Path(__file__).parent.parent / "web" / "static" / "vendor" / "leaflet"
_SHEET = (Path(__file__).parent / "heat_page.css").read_text(encoding="utf-8")


def page(
    found: HeatMap,
    words: HeatWords,
    legend: HeatLegend,
    behind: Backdrop,
    speaker: Translator,
    metadata: dict[str, Any],
) -> bytes:
    """The file. Every text is escaped: folium writes what it is given into the page as it is."""
    figure = Figure(title=escape(words.title))
    made = _map(behind, found)
    figure.add_child(made)
    _bring_along_leaflet(figure, made)
    for name in ("land", "water", "green", "built"):
        _add(made, behind.layers.get(name, []), _area_style(AREA_FILL[name]))
    for name, (colour, width) in reversed(ROAD.items()):
        _add(made, _roads(behind, name), _line_style(colour, width * 1.6))
    _add_cells(made, found, words, legend)
    _add(made, behind.borders, _line_style(BORDER, 0.8, 0.6))
    _add(made, behind.outline, _line_style(BORDER, 1.8, 0.8))
    figure.html.add_child(Element(_aside(words, legend, speaker, metadata)))
    figure.header.add_child(Element(f"<style>{_SHEET}</style>"))
    # `lang` and `dir` are for the words around the map, which folium's page does not know.
    html = figure.render().replace("<html", f'<html lang="{speaker.lang}"', 1)
    return _with_plain_ids(html).encode()


def _with_plain_ids(html: str) -> str:
    """folium names its parts by chance; numbered, the same map is the same file."""
    known: dict[str, str] = {}

    def plain(name: re.Match[str]) -> str:
        return known.setdefault(name[0], f"{name[1]}{len(known)}")

    return re.sub(r"\b([a-z_]+_)[0-9a-f]{32}", plain, html)


def _map(behind: Backdrop, found: HeatMap) -> folium.Map:
    made = folium.Map(tiles=None, control_scale=True, prefer_canvas=True, zoom_snap=0.25)
    # Otherwise the page asks five other sites for scripts.
    made.default_js, made.default_css = [], []
    corners = found.corners().reshape(-1, 2)
    if behind.extent:
        box = behind.extent
        made.fit_bounds([(box.south, box.west), (box.north, box.east)])
    elif len(corners):
        made.fit_bounds([corners.min(axis=0)[::-1].tolist(), corners.max(axis=0)[::-1].tolist()])
    return made


def _bring_along_leaflet(figure: Figure, made: folium.Map) -> None:
    try:
        script = (LEAFLET / "leaflet.js").read_text(encoding="utf-8")
        sheet = (LEAFLET / "leaflet.css").read_text(encoding="utf-8")
    except FileNotFoundError:
        raise Unavailable("Leaflet is not there yet; run make setup, then try again.") from None
    # Its pictures (layers, default marker) are not used, and would be asked for.
    sheet = re.sub(r"url\([^)]*\)", "none", sheet)
    script = re.sub(r"//# sourceMappingURL=.*", "", script)
    figure.header.add_child(Element(f"<script>{script}</script><style>{sheet}</style>"))
    figure.header.add_child(Element(f"<style>#{made.get_name()}{{background:{WATER}}}</style>"))


def _add(made: folium.Map, features: Features, style: dict[str, Any]) -> None:
    shapes = [
        {"type": "Feature", "properties": {}, "geometry": feature["geometry"]}
        for feature in features
        if feature["geometry"]["type"] != "Point"
    ]
    if shapes:
        _layer(shapes, lambda _: style, interactive=False).add_to(made)


def _layer(shapes: Features, style: Any, **more: Any) -> folium.GeoJson:
    data = {"type": "FeatureCollection", "features": shapes}
    return folium.GeoJson(data, style_function=style, smooth_factor=0.5, **more)


def _roads(behind: Backdrop, name: str) -> Features:
    roads = behind.layers.get("roads", [])
    return [road for road in roads if road["properties"].get("class", "street") == name]


def _area_style(colour: str) -> dict[str, Any]:
    return {"color": colour, "weight": 0.8, "fillColor": colour, "fillOpacity": 1}


def _line_style(colour: str, width: float, opacity: float = 1) -> dict[str, Any]:
    return {"color": colour, "weight": width, "opacity": opacity, "fill": False}


def _add_cells(made: folium.Map, found: HeatMap, words: HeatWords, legend: HeatLegend) -> None:
    if not found.cells:
        return

    def style(feature: dict[str, Any]) -> dict[str, Any]:
        shade = legend.colours[feature["properties"]["class"]]
        edge_px = 0 if found.measure == "density" else 0.4
        return {"color": "#ffffff", "weight": edge_px, "fillColor": shade, "fillOpacity": 0.82}

    cells = json.loads(geojson(found, words, legend, {}, decimals=DRAWN))["features"]
    field = "count" if found.measure == "count" else "value"
    tooltip = folium.GeoJsonTooltip(fields=[field], aliases=[escape(legend.heading)], localize=True)
    _layer(cells, style, tooltip=tooltip).add_to(made)
    strokes = found.hatches().round(DRAWN).tolist()
    if strokes:
        shape = {"type": "MultiLineString", "coordinates": strokes}
        _add(made, [{"geometry": shape}], _line_style(INK, 0.7, 0.75))


def _aside(
    words: HeatWords, legend: HeatLegend, speaker: Translator, metadata: dict[str, Any]
) -> str:
    rows = "".join(
        f'<li><i style="background:{shade}"></i><bdi>{escape(label)}</bdi></li>'
        for shade, label in zip(legend.colours, legend.labels, strict=True)
    )
    if legend.hatched:
        rows += f'<li><i class="hatched"></i>{escape(legend.hatched)}</li>'
    notes = "".join(f"<p>{escape(note)}</p>" for note in words.notes)
    again = escape(speaker.gettext("Make it again"))
    # Inside a script "</" would end it, whatever the quotes.
    block = json.dumps(metadata, ensure_ascii=False).replace("<", "\\u003c")
    return (
        f'<aside class="heat" lang="{speaker.lang}" dir="{speaker.direction}">'
        f"<h1>{escape(words.title)}</h1><p>{escape(words.sentence)}</p>"
        + (f"<h2>{escape(legend.heading)}</h2><ul>{rows}</ul>" if rows else "")
        + f"{notes}<details><summary>{again}</summary>"
        f'<code dir="ltr">{escape(metadata["recipe_command"])}</code></details>'
        f"<footer>{escape(words.source)}</footer></aside>"
        f'<script type="application/json" id="metadata">{block}</script>'
    )
