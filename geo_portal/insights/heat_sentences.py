"""The plain-words sentence of each measure, and what one must know to read it."""

from geo_portal.insights.heat_reporting import SAME_SPOT_M, STAYS_DAYS
from geo_portal.insights.heatmap import HeatMap
from geo_portal.translation import N_, Translator

_SENTENCES = {
    "count": N_("{reports} in {cells}, by where the pin lies."),
    "density": N_(
        "Reports per square kilometre, from {reports} smoothed by a Gaussian kernel with a"
        " bandwidth of {bandwidth}."
    ),
    "per_capita": N_("Reports per 1,000 residents, from {reports} in {cells}."),
    "per_km": N_("Reports per kilometre of street, from {reports} in {cells}."),
    "change": N_("{reports} in this span beside those of the same 52 weeks earlier, in {cells}."),
    "hotspots": N_(
        "Where {cells} and their neighbours have more or fewer reports than chance explains"
        " (Getis-Ord Gi*, corrected for false discoveries by Benjamini–Hochberg)."
    ),
    "days": N_(
        "Days until half of the reports are fixed (Kaplan–Meier; open ones count as not fixed"
        " yet), from {reports} in {cells}."
    ),
    "satisfaction": N_("The share of people satisfied with the fix, from {answers} in {cells}."),
    "adjusted": N_(
        "How many problems there are likely to be, reported or not, from {problems} in {cells}:"
        " repeats of a known problem show how readily people of an area report"
        " (Liu, Bhandaram and Garg, arXiv:2204.08620)."
    ),
}
_EXPLAINED = {
    "per_capita": N_(
        "Residents are known per area and spread evenly over it (areal weighting); where nobody"
        " sleeps, at a market or a harbour, a high figure says little."
    ),
    "per_km": N_("Streets are those of the city's own map."),
    "hotspots": N_("Each cell is looked at together with all cells that touch it."),
    "adjusted": N_(
        "Reports of one kind within {spot}, while the first is open, are taken for one problem;"
        " a problem is taken to stay for {days} days. The interval is in the files."
    ),
}
_BESIDE = {
    "density": N_("{reports} far outside of the city are left out."),
    "per_capita": N_("{reports} lie where no resident is known and are left out."),
    "per_km": N_("{reports} lie where no street is known and are left out."),
}


def sentence(found: HeatMap, words: Translator, bandwidth_m: float | None = None) -> str:
    """What the map shows, in one sentence with its numbers."""
    total = words.number(found.total)
    reports = words.ngettext("{number} report", "{number} reports", found.total)
    answers = words.ngettext("{number} answer", "{number} answers", found.total)
    problems = words.ngettext("{number} known problem", "{number} known problems", found.total)
    return words.gettext(_SENTENCES[found.measure]).format(
        reports=reports.format(number=total),
        answers=answers.format(number=total),
        problems=problems.format(number=total),
        cells=_cells(found, words),
        bandwidth=words.metres(bandwidth_m or found.cell_m),
    )


def _cells(found: HeatMap, words: Translator) -> str:
    number = len(found.cells)
    if found.shape == "hexagon":
        said = words.ngettext("{number} hexagon of {size}", "{number} hexagons of {size}", number)
    else:
        said = words.ngettext("{number} square of {size}", "{number} squares of {size}", number)
    return said.format(number=words.number(number), size=words.metres(found.cell_m))


def said_by(found: HeatMap, words: Translator) -> list[str]:
    """How the measure is to be read, and how many reports it could not place."""
    told = []
    if found.measure in _EXPLAINED:
        explained = words.gettext(_EXPLAINED[found.measure])
        told.append(explained.format(spot=words.metres(SAME_SPOT_M), days=words.number(STAYS_DAYS)))
    if found.beside and found.measure in _BESIDE:
        reports = words.ngettext("{number} report", "{number} reports", found.beside)
        told.append(
            words.gettext(_BESIDE[found.measure]).format(
                reports=reports.format(number=words.number(found.beside))
            )
        )
    return told
