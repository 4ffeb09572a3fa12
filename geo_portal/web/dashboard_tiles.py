"""The six figures at the side of a dashboard, each with what exactly it counts."""

from collections.abc import Sequence
from dataclasses import dataclass

from geo_portal.insights.department import Dashboard
from geo_portal.insights.statistics import Figures
from geo_portal.translation import Translator
from geo_portal.web.charts import spark

NOT_ENOUGH = "–"


@dataclass(frozen=True)
class Tile:
    """One figure: `spark` are the points of its line over the span, or empty."""

    code: str
    name: str
    figure: str
    note: str
    meaning: str
    spark: str = ""


def tiles(found: Dashboard, words: Translator) -> list[Tile]:
    """In the order in which they are read: what is open first."""
    return [*_waiting(found, words), *_course(found, words), *_quality(found, words)]


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
        ),
    ]


def _course(found: Dashboard, words: Translator) -> list[Tile]:
    translate, whole = words.gettext, found.whole
    unfixed = words.ngettext(
        "{number} more closed without a fix", "{number} more closed without a fix", whole.unfixed
    ).format(number=words.number(whole.unfixed))
    return [
        Tile(
            "received",
            translate("Received"),
            words.number(whole.received),
            "",
            translate("Reports sent in this time, whatever became of them."),
            _line(found.finished, "received"),
        ),
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
    translate, whole = words.gettext, found.whole
    p80 = words.span(whole.p80) if whole.p80 else ""
    share = found.reopened.share
    return [
        Tile(
            "time",
            translate("Usual time to a fix"),
            words.span(whole.median) if whole.median else NOT_ENOUGH,
            translate("8 of 10 within {time}").format(time=p80) if p80 else "",
            translate(
                "Half of the reports fixed in this time took no longer, from report to fix. Those"
                " still open are not in it: they have no time yet. Not said for fewer than five."
            ),
            _line(found.finished, "median_s"),
        ),
        Tile(
            "reopened",
            translate("Opened again"),
            NOT_ENOUGH if share is None else words.percent(share),
            translate("{count} of {all} reports").format(
                count=words.number(found.reopened.count), all=words.number(found.reopened.of)
            )
            if found.reopened.of
            else "",
            translate(
                "Of the reports fixed or opened again in this time, those that were opened again."
            ),
        ),
    ]


def _line(periods: Sequence[Figures], figure: str) -> str:
    return spark([getattr(period, figure) for period in periods])
