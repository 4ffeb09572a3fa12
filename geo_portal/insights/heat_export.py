"""Writes a heat map in the form that somebody wants to take away."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from geo_portal.city.facts import CityFacts
from geo_portal.complaints.find import ComplaintFilter
from geo_portal.errors import Invalid, TooMuch
from geo_portal.insights.backdrop import Backdrop, backdrop
from geo_portal.insights.heat_files import csv_table, geojson, kml
from geo_portal.insights.heat_legend import HeatLegend, heat_legend
from geo_portal.insights.heat_measures import measured_map
from geo_portal.insights.heat_metadata import metadata
from geo_portal.insights.heat_method import HeatMethod, as_it_was
from geo_portal.insights.heat_recipe import Recipe
from geo_portal.insights.heat_words import HeatWords, heat_words, may_be_sensitive
from geo_portal.insights.heatmap import HeatMap
from geo_portal.translation import Translator, direction, translator

MEDIA_TYPES = {
    "html": "text/html; charset=utf-8",
    "png": "image/png",
    "svg": "image/svg+xml",
    "pdf": "application/pdf",
    "geojson": "application/geo+json",
    "gpkg": "application/geopackage+sqlite3",
    "tif": "image/tiff; application=geotiff; profile=cloud-optimized",
    "parquet": "application/vnd.apache.parquet",
    "csv": "text/csv; charset=utf-8",
    "kml": "application/vnd.google-earth.kml+xml",
}
PICTURES = ("png", "svg", "pdf")
DRAWN_KINDS = ("html", *PICTURES)
# Two megabytes of HTML; more squares than anybody can tell apart on a screen.
MOST_CELLS_DRAWN = 6_000
MOST_CELLS_LISTED = 200_000
# What a file weighs without squares and per square, in bytes, as measured on the demo city.
_WEIGHTS = {
    "html": (530_000, 260),
    "png": (700_000, 0),
    "svg": (1_300_000, 130),
    "pdf": (330_000, 40),
    "geojson": (2_500, 220),
    "gpkg": (110_000, 190),
    "tif": (9_000, 4),
    "parquet": (10_000, 40),
    "csv": (2_000, 170),
    "kml": (4_000, 480),
}


@dataclass(frozen=True)
class HeatFile:
    """The file's content, and the map that is in it."""

    content: bytes
    found: HeatMap


@dataclass(frozen=True)
class _Drawn:
    """All that a writer needs; `about` gives the metadata of a kind of file."""

    found: HeatMap
    words: HeatWords
    legend: HeatLegend
    speaker: Translator
    about: Callable[[str], dict[str, Any]]
    filters: dict[str, str]
    behind: Callable[[], Backdrop]


def heat_file(
    session: Session,
    wanted: ComplaintFilter,
    city: CityFacts,
    speaker: Translator,
    now: datetime,
    *,
    kind: str,
    method: HeatMethod | None = None,
    as_of: datetime | None = None,
    most_scanned: int = 5_000_000,
) -> HeatFile:
    """A heat map as `kind`, one of `MEDIA_TYPES`; `wanted` must have been `checked`.

    Pages and pictures take larger squares when there are more than can be told apart; files for
    other programs refuse instead. With `as_of` what was reported later is left out, and the same
    call gives the same bytes again. Raises `Invalid` and `TooMuch`.
    """
    check_kind(kind)
    method = (method or HeatMethod()).checked()
    moment = as_of or now
    found = measured_map(
        session,
        as_it_was(session, wanted, as_of, now) if as_of else wanted,
        city,
        moment,
        method,
        most_cells=MOST_CELLS_DRAWN if kind in DRAWN_KINDS else None,
        most_scanned=most_scanned,
    )
    if not may_be_sensitive(wanted, city):
        # Whichever way they were counted: nothing is withheld.
        found = replace(found, left_out=0)
    if len(found.cells) > MOST_CELLS_LISTED:
        raise TooMuch("That would be {cells} squares; take larger ones.", cells=len(found.cells))
    if kind in PICTURES and direction(speaker.lang) == "rtl":
        # The drawing library cannot join Arabic letters; English is better than torn words.
        speaker = translator("en")
    drawn = _drawn(session, wanted, city, speaker, moment, method, found)
    return HeatFile(_WRITERS.get(kind, _picture(kind))(drawn), found)


def _drawn(
    session: Session,
    wanted: ComplaintFilter,
    city: CityFacts,
    speaker: Translator,
    moment: datetime,
    method: HeatMethod,
    found: HeatMap,
) -> _Drawn:
    words = heat_words(session, wanted, found, city, speaker, moment, method)
    recipe = Recipe(
        wanted, replace(method, cell_m=found.wanted_m), city.timezone, moment, speaker.lang
    )
    return _Drawn(
        found,
        words,
        heat_legend(found, speaker),
        speaker,
        metadata(found, words, recipe, city, moment),
        Recipe(wanted, replace(method, cell_m=found.cell_m), city.timezone).parameters(),
        lambda: backdrop(session, city),
    )


def about_kb(kind: str, cells: int) -> int:
    """About how large a file of so many squares is, in kilobytes."""
    empty, per_cell = _WEIGHTS[kind]
    return max(1, round((empty + per_cell * cells) / 1000))


def check_kind(kind: str) -> None:
    """Raise `Invalid`, naming the forms there are."""
    if kind not in MEDIA_TYPES:
        raise Invalid(
            "A heat map cannot be written as .{kind}; there are {kinds}.",
            kind=kind[:20],
            kinds=", ".join(f".{known}" for known in MEDIA_TYPES),
        )


# folium, matplotlib and GDAL take a second to import; only those who draw wait for them.


def _page(drawn: _Drawn) -> bytes:
    from geo_portal.insights.heat_page import page

    behind, about = drawn.behind(), drawn.about("html")
    return page(drawn.found, drawn.words, drawn.legend, behind, drawn.speaker, about)


def _picture(kind: str) -> Callable[[_Drawn], bytes]:
    def write(drawn: _Drawn) -> bytes:
        from geo_portal.insights.heat_picture import picture

        behind, about = drawn.behind(), drawn.about(kind)
        return picture(
            drawn.found, drawn.words, drawn.legend, behind, drawn.speaker, about, kind=kind
        )

    return write


def _geojson(drawn: _Drawn) -> bytes:
    about = drawn.about("geojson")
    return geojson(drawn.found, drawn.words, drawn.legend, drawn.filters, metadata=about)


def _geopackage(drawn: _Drawn) -> bytes:
    from geo_portal.insights.heat_geopackage import geopackage

    return geopackage(drawn.found, drawn.legend, drawn.about("gpkg"))


def _geotiff(drawn: _Drawn) -> bytes:
    from geo_portal.insights.heat_raster import geotiff

    return geotiff(drawn.found, drawn.about("tif"))


def _geoparquet(drawn: _Drawn) -> bytes:
    from geo_portal.insights.heat_parquet import geoparquet

    return geoparquet(drawn.found, drawn.legend, drawn.about("parquet"))


_WRITERS: dict[str, Callable[[_Drawn], bytes]] = {
    "html": _page,
    "geojson": _geojson,
    "gpkg": _geopackage,
    "tif": _geotiff,
    "parquet": _geoparquet,
    "csv": lambda drawn: csv_table(drawn.found, drawn.words, drawn.about("csv")),
    "kml": lambda drawn: kml(drawn.found, drawn.words, drawn.legend, drawn.about("kml")),
}
