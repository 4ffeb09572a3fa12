"""The figures of a dashboard, each with what exactly it counts."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from geo_portal.complaints.figures import FEWEST_FOR_A_MEDIAN as FEWEST
from geo_portal.insights.department import Dashboard
from geo_portal.insights.intervals import Share
from geo_portal.insights.statistics import Figures
from geo_portal.translation import N_, Translator
from geo_portal.web.charts import spark

NOT_ENOUGH = "–"
# Nobody wrote down how many were open on another day.
_OF_THIS_MOMENT = ("open", "overdue")


@dataclass(frozen=True)
class Tile:
    """One figure: `spark` are the points of its line over the span, or empty.

    `change` says how it was in another span that it is compared with; an `alarming` figure is red.
    """

    code: str
    name: str
    figure: str
    note: str
    meaning: str
    spark: str = ""
    change: str = ""
    alarming: bool = False


def tiles(found: Dashboard, words: Translator) -> list[Tile]:
    """In the order in which they are read: what is open first."""
    return [*_waiting(found, words), _received(found, words), *_quality(found, words)]


def compared(
    make: Callable[[Dashboard, Translator], list[Tile]],
    found: Dashboard,
    other: Dashboard | None,
    words: Translator,
) -> list[Tile]:
    """The tiles that `make` makes, each with its figure in another span where that tells of it."""
    made = make(found, words)
    if other is None:
        return made
    before = {tile.code: tile.figure for tile in make(other, words)}
    return [
        one if one.code in _OF_THIS_MOMENT else replace(one, change=before[one.code])
        for one in made
    ]


def _waiting(found: Dashboard, words: Translator) -> list[Tile]:
    translate, whole = words.gettext, found.whole
    share = words.percent(whole.overdue / whole.open) if whole.open else ""
    return [
        Tile(
            "open",
            translate("Open now"),
            words.number(whole.open),
            "",
            translate("Reports that are not closed at this moment, whenever they were sent."),
            spark(found.open_course),
        ),
        Tile(
            "overdue",
            translate("Overdue"),
            words.number(whole.overdue),
            translate("{share} of those open").format(share=share) if share else "",
            translate("Open reports past the moment by which they should have been mended."),
            alarming=whole.overdue > 0,
        ),
    ]


def _received(found: Dashboard, words: Translator) -> Tile:
    translate = words.gettext
    return Tile(
        "received",
        translate("Received"),
        words.number(found.whole.received),
        "",
        translate("Reports sent in this time, whatever became of them."),
        _line(found.finished, "received"),
    )


def _course(found: Dashboard, words: Translator) -> list[Tile]:
    translate, whole = words.gettext, found.whole
    unfixed = words.ngettext(
        "{number} more closed without a fix", "{number} more closed without a fix", whole.unfixed
    ).format(number=words.number(whole.unfixed))
    return [
        Tile(
            "fixed",
            translate("Fixed"),
            words.number(whole.fixed),
            unfixed if whole.unfixed else "",
            translate("Reports closed as fixed in this time, whenever they were sent."),
            _line(found.finished, "fixed"),
        ),
    ]


def _quality(found: Dashboard, words: Translator) -> list[Tile]:
    return [_time(found, words), _verified(found, words), _satisfied(found, words)]


def _time(found: Dashboard, words: Translator) -> Tile:
    translate, whole = words.gettext, found.whole
    within = [
        translate(sentence).format(time=words.span(time))
        for sentence, time in (
            (N_("8 of 10 within {time}"), whole.p80),
            (N_("9 of 10 within {time}"), whole.p90),
        )
        if time
    ]
    if whole.median and not within:
        within = [translate("Fewer than 8 of 10 are fixed yet")]
    return Tile(
        "time",
        translate("Usual time to a fix"),
        words.span(whole.median) if whole.median else NOT_ENOUGH,
        " · ".join(within),
        translate(
            "Half of the reports received in this time were fixed within so long, by the clock on"
            " the wall, waiting included. Those still open count as long as they have waited"
            " (Kaplan–Meier). Not said for fewer than five fixes."
        ),
    )


def _verified(found: Dashboard, words: Translator) -> Tile:
    translate, share = words.gettext, found.outcomes.quality.verified
    return Tile(
        "verified",
        translate("Fix is proven"),
        _figure(share, words),
        _of(share, words),
        translate(
            "Of the reports fixed in this time, those with a photo of the result that held up, or"
            " whose reporter says that it is fixed."
        ),
    )


def _satisfied(found: Dashboard, words: Translator) -> Tile:
    translate, known = words.gettext, found.outcomes.quality
    answered = known.answered.known
    said = (
        translate("{share} of {all} answered").format(
            share=words.percent(answered), all=words.number(known.answered.of)
        )
        if answered is not None
        else ""
    )
    return Tile(
        "satisfied",
        translate("Satisfied"),
        _figure(known.satisfied, words),
        " · ".join(part for part in (between(known.satisfied, words), said) if part),
        translate(
            "Of the reporters who said how satisfied they are with a report closed in this time."
            " Answers that staff could have given are left out. The range holds the share of all,"
            " had all answered alike, 95 times of 100 (Wilson)."
        ),
    )


def more_tiles(found: Dashboard, words: Translator) -> list[Tile]:
    """The figures that stand below the map: what came, what went, and by how many hands."""
    translate, known = words.gettext, found.outcomes.quality
    hops = "" if known.hops is None else words.number(round(known.hops, 2))
    return [
        *_course(found, words),
        Tile(
            "reopened",
            translate("Opened again"),
            _figure(known.reopened, words),
            _of(known.reopened, words),
            translate(
                "Of the reports fixed or opened again in this time, those that were opened again."
            ),
        ),
        Tile(
            "first",
            translate("Done by the first office"),
            _figure(known.first_contact, words),
            _of(known.first_contact, words),
            translate(
                "Of the reports fixed in this time, those that were not handed over, needed no"
                " question back and were not opened again."
            ),
        ),
        Tile(
            "hops",
            translate("Handed over"),
            _figure(known.handed_over, words),
            translate("{number} times on average").format(number=hops) if hops else "",
            translate(
                "Of the reports closed in this time, those that another department or office had"
                " before."
            ),
        ),
    ]


def _figure(share: Share, words: Translator) -> str:
    known = share.known
    return NOT_ENOUGH if known is None or share.of < FEWEST else words.percent(known)


def _of(share: Share, words: Translator) -> str:
    if not share.of:
        return ""
    return words.gettext("{count} of {all} reports").format(
        count=words.number(share.count), all=words.number(share.of)
    )


def between(share: Share, words: Translator) -> str:
    """The range of a share in words; empty where too few are known."""
    bounds = share.between
    if bounds is None or share.of < FEWEST:
        return ""
    low, high = (words.percent(one) for one in bounds)
    return words.gettext("between {low} and {high}").format(low=low, high=high)


def _line(periods: Sequence[Figures], figure: str) -> str:
    return spark([getattr(period, figure) for period in periods])
