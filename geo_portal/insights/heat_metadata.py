"""What a file must say of itself: choice, method, borders, CRS, suppression, rows, time, recipe."""

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

from geo_portal.city.facts import CityFacts
from geo_portal.insights.heat_counts import FEWEST_TOGETHER, SENSITIVE_M
from geo_portal.insights.heat_recipe import Recipe
from geo_portal.insights.heat_words import HeatWords
from geo_portal.insights.heatmap import HeatMap
from geo_portal.settings import settings

# How each measure is worked out, in the words of the trade; the same in every language.
METHODS = {
    "count": "count per cell",
    "density": "Gaussian kernel density from counts per cell, truncated at 4 bandwidths",
    "per_capita": "count / residents x 1000; residents by areal weighting of population.csv",
    "per_km": "count / km of street of the city's basemap",
    "change": "count minus count of the same span 52 weeks earlier; unsure: binomial p >= 0.05",
    "hotspots": "Getis-Ord Gi* (esda.G_Local, star, binary contiguity, normal approximation, "
    "two-sided), Benjamini-Hochberg; value 2/1 hot, -2/-1 cold at 1 %/5 %; low = z score",
    "days": "Kaplan-Meier median of days from report to fix; open and unfixed censored",
    "satisfaction": "per cent satisfied of counted answers; low/high: Wilson 95 %",
    "adjusted": "problems / (1 - exp(-rate x 30 d)); rate of repeats per open day and area, "
    "gamma-Poisson; low/high: 90 %; after arXiv:2204.08620",
}


def metadata(
    found: HeatMap, words: HeatWords, recipe: Recipe, city: CityFacts, as_of: datetime
) -> Callable[[str], dict[str, Any]]:
    """The block for a file of a given kind, as plain values that JSON can hold.

    `recipe` is what was asked for; its method already has the size that was drawn.
    """
    filters = {k: v for k, v in recipe.parameters().items() if k not in ("as_of", "lang")}
    told = {
        "title": words.title,
        "sentence": words.sentence,
        "notes": words.notes,
        "source": words.source,
        "filters": filters,
        "edition": city.edition.name if city.edition else None,
        "crs": f"EPSG:{found.srid}",
        "measure": found.measure,
        "method": METHODS[found.measure],
        "shape": found.shape,
        "cell_m": found.cell_m,
        "bandwidth_m": recipe.method.bandwidth_m,
        "suppression": f"sensitive kinds: only where {FEWEST_TOGETHER} or more lie in the same "
        f"{SENSITIVE_M} m square, never by exact days, words or in other cells",
        "left_out": found.left_out,
        "repeatable": "byte for byte while nothing changes of the complaints of that time; with "
        "sensitive kinds only until the next report, for those are never told by exact days",
        "complete": found.complete,
        "rows": len(found.cells),
        "reports": found.total,
        "as_of": as_of.astimezone(UTC).isoformat(),
    }

    def of_file(kind: str) -> dict[str, Any]:
        url = recipe.url(settings().public_url, kind)
        return told | {"recipe_url": url, "recipe_command": recipe.command(kind)}

    return of_file
