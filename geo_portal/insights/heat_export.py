"""Writes a heat map in the form that somebody wants to take away."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from geo_portal.city.facts import CityFacts
from geo_portal.complaints.find import ComplaintFilter
from geo_portal.errors import Invalid, TooMuch
from geo_portal.insights.backdrop import backdrop
from geo_portal.insights.heat_files import csv_table, geojson
from geo_portal.insights.heat_words import asked_for, heat_words
from geo_portal.insights.heatmap import USUAL_M, HeatMap, heat_map
from geo_portal.translation import Translator, direction, translator

MEDIA_TYPES = {
    "html": "text/html; charset=utf-8",
    "png": "image/png",
    "geojson": "application/geo+json",
    "csv": "text/csv; charset=utf-8",
}
# Two megabytes of HTML; more squares than anybody can tell apart on a screen.
MOST_CELLS_DRAWN = 6_000
MOST_CELLS_LISTED = 200_000
# What a file weighs without squares and per square, in bytes, as measured on the demo city.
_WEIGHTS = {"html": (530_000, 260), "png": (700_000, 0), "geojson": (800, 220), "csv": (100, 150)}


@dataclass(frozen=True)
class HeatFile:
    """The file's content, and the map that is in it."""

    content: bytes
    found: HeatMap


def heat_file(
    session: Session,
    wanted: ComplaintFilter,
    city: CityFacts,
    speaker: Translator,
    now: datetime,
    *,
    kind: str,
    cell_m: int = USUAL_M,
    most_scanned: int = 5_000_000,
) -> HeatFile:
    """A heat map as `kind`, one of `MEDIA_TYPES`; `wanted` must have been `checked`.

    Pages and pictures take larger squares when there are more than can be told apart; files for
    other programs refuse instead.
    """
    check_kind(kind)
    drawn = kind in ("html", "png")
    found = heat_map(
        session,
        wanted,
        city,
        now,
        cell_m=cell_m,
        most_cells=MOST_CELLS_DRAWN if drawn else None,
        most_scanned=most_scanned,
    )
    if len(found.cells) > MOST_CELLS_LISTED:
        raise TooMuch("That would be {cells} squares; take larger ones.", cells=len(found.cells))
    return HeatFile(_written(session, wanted, found, city, speaker, now, kind), found)


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


def _written(
    session: Session,
    wanted: ComplaintFilter,
    found: HeatMap,
    city: CityFacts,
    speaker: Translator,
    now: datetime,
    kind: str,
) -> bytes:
    if kind == "png" and direction(speaker.lang) == "rtl":
        # The drawing library cannot join Arabic letters; English is better than torn words.
        speaker = translator("en")
    words = heat_words(session, wanted, found, city, speaker, now)
    if kind == "geojson":
        return geojson(found, words, asked_for(wanted, found.cell_m), speaker)
    if kind == "csv":
        return csv_table(found, words)
    behind = backdrop(session, city)
    # folium and matplotlib take a second to import; only those who draw wait for them.
    if kind == "png":
        from geo_portal.insights.heat_picture import picture

        return picture(found, words, behind, speaker)
    from geo_portal.insights.heat_page import page

    return page(found, words, behind, speaker)
