"""Charts drawn on the server by Altair, as SVG files of their own for light and dark pages."""

from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import altair as alt
import vl_convert

from geo_portal.insights.survival import Curve
from geo_portal.settings import settings
from geo_portal.translation import Translator

DAY_S = 86_400.0
# A curve of many thousand steps is drawn by so many; the eye sees no difference.
_MOST_STEPS = 400
WIDTH, HEIGHT = 560, 220


@dataclass(frozen=True)
class Ink:
    """The colours of a page, for charts that no style sheet reaches."""

    text: str
    soft: str
    line: str
    mark: str


LIGHT = Ink("#17201e", "#47524f", "#dde1df", "")
DARK = Ink("#e9edeb", "#bcc6c3", "#303938", "#6fc7bf")


def waiting_chart(curve: Curve, words: Translator, *, dark: bool) -> str:
    """The share of reports that still waits after so many days, with its bounds, as SVG."""
    ink = DARK if dark else LIGHT
    step = max(1, len(curve.at_s) // _MOST_STEPS)
    rows = [
        {"days": round(at / DAY_S, 3), "share": share, "low": low, "high": high}
        for at, share, low, high in zip(
            curve.at_s.tolist()[::step],
            curve.waiting.round(4).tolist()[::step],
            curve.low.round(4).tolist()[::step],
            curve.high.round(4).tolist()[::step],
            strict=True,
        )
    ]
    across = alt.X("days:Q", title=words.gettext("Days since the report"))
    share = alt.Y(
        "share:Q",
        title=words.gettext("Not fixed yet"),
        scale=alt.Scale(domain=[0, 1]),
        axis=alt.Axis(format="%", tickCount=5),
    )
    base = alt.Chart({"values": rows}, width=WIDTH, height=HEIGHT)
    colour = ink.mark or settings().brand_colour
    band = base.mark_area(interpolate="step-after", opacity=0.22, color=colour).encode(
        x=across, y=alt.Y("low:Q"), y2="high:Q"
    )
    line = base.mark_line(interpolate="step-after", strokeWidth=2.5, color=colour).encode(
        x=across, y=share
    )
    return _as_svg(alt.layer(band, line), ink)


def _as_svg(chart: Any, ink: Ink) -> str:
    axis: dict[str, Any] = {"labelColor": ink.soft, "titleColor": ink.soft, "gridColor": ink.line}
    axis |= {"domainColor": ink.line, "tickColor": ink.line, "labelFontSize": 12}
    look = chart.configure(background="transparent", font="Source Sans 3, sans-serif")
    look = look.configure_axis(**axis, titleFontSize=13, titleFontWeight="normal")
    return _converted(look.configure_view(stroke=None).to_json(indent=None))


@lru_cache(maxsize=64)
def _converted(spec: str) -> str:
    return str(vl_convert.vegalite_to_svg(spec))
