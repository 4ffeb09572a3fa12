"""How the portal speaks of a place that may belong to several: the question, and the receipt."""

from collections.abc import Callable
from typing import Any

from geo_portal.city.facts import CityFacts
from geo_portal.translation import N_

Translate = Callable[[str], str]

METHODS = {
    "pin": N_("The pin itself is most likely right, so it decided."),
    "likely": N_("Nearly all of the circle lies there, so it decided."),
    "answered": N_("The person who reported it said where it is."),
    "officer": N_("Somebody who works for the city looked at the place and decided."),
    "joint": N_("Nobody could say yet where exactly it is, so it was not left to chance."),
}


def side_name(side: dict[str, Any], city: CityFacts, translate: Translate, lang: str) -> str:
    """Where a side (`Side.as_facts`) lies: “on Coast Highway”, “in Ward Hilltop”."""
    if side["asset"]:
        return translate("on {asset}").format(asset=side["asset"])
    if not side["code"]:
        return translate("outside the city")
    level = city.level_name(side["level"], lang)
    return translate("in {area}").format(area=f"{level} {side['name']}")


def side_option(side: dict[str, Any], city: CityFacts, translate: Translate, lang: str) -> str:
    """The same as an answer to choose."""
    if side["asset"]:
        return translate("On {asset}").format(asset=side["asset"])
    if not side["code"]:
        return translate("Outside the city")
    level = city.level_name(side["level"], lang)
    return translate("In {area}").format(area=f"{level} {side['name']}")


def question(sides: list[dict[str, Any]], translate: Translate) -> str:
    """One plain question to who stands there."""
    on = next((side for side in sides if side["asset"]), None)
    if on and len(sides) == 2:
        return translate("Is it on {asset} itself, or beside it?").format(asset=on["asset"])
    names = [side["name"] for side in sides if side["name"]]
    if len(sides) == 2 and len(set(names)) == 2:
        return translate("Is it on the {one} side or on the {other} side?").format(
            one=names[0], other=names[1]
        )
    return translate("Where exactly is it?")


def receipt(reason: dict[str, Any], city: CityFacts, translate: Translate, lang: str) -> str:
    """What was possible, how likely each was, and what decided."""
    possible = ", ".join(
        translate("{percent} % {where}").format(
            percent=round(100 * side["share"]), where=side_name(side, city, translate, lang)
        )
        for side in reason["sides"]
    )
    told = translate("By the position alone it could lie {possible}.").format(possible=possible)
    if reason["border_m"] is not None:
        near = translate("The nearest border is {metres} m away.")
        told = f"{told} {near.format(metres=round(reason['border_m']))}"
    return f"{told} {translate(METHODS[reason['method']])}"
