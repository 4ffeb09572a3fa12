"""Draws a share over the weeks, for a page that may be light or dark."""

from collections.abc import Sequence
from datetime import datetime

import vl_convert

WIDE_PX, HIGH_PX = 320, 120
LEAST_TOP = 0.1
# The colour of the text around, so that the same drawing is good in the light and in the dark.
INK = "currentColor"


def share_svg(starts: Sequence[datetime], shares: Sequence[float | None]) -> str:
    """A line of shares (0 to 1) by the day on which each week starts; unknown ones leave a gap."""
    # A share of nothing at all still needs a scale to lie on.
    top = max([LEAST_TOP, *(share for share in shares if share is not None)])
    values = [
        {"week": start.date().isoformat(), "share": share}
        for start, share in zip(starts, shares, strict=True)
    ]
    axis = {"labelColor": INK, "gridColor": INK, "domainColor": INK, "tickColor": INK}
    return str(
        vl_convert.vegalite_to_svg(
            {
                "background": None,
                "data": {"values": values},
                "mark": {"type": "line", "point": {"color": INK, "size": 30}, "color": INK},
                "encoding": {
                    "x": {
                        "field": "week",
                        "type": "ordinal",
                        "title": None,
                        "axis": {
                            "labelExpr": "substring(datum.value, 8, 10) + '.'"
                            " + substring(datum.value, 5, 7) + '.'",
                            "labelAngle": 0,
                            "labelOverlap": "greedy",
                        },
                    },
                    "y": {
                        "field": "share",
                        "type": "quantitative",
                        "title": None,
                        "axis": {"format": ".0%", "tickCount": 3},
                        "scale": {"domainMin": 0, "domainMax": top},
                    },
                },
                "width": WIDE_PX,
                "height": HIGH_PX,
                "config": {
                    "axis": axis | {"gridOpacity": 0.15, "labelFontSize": 12},
                    "view": {"stroke": None},
                },
            }
        )
    )
