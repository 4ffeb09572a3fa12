"""Settles whose place it is when a position may be off: by the pin, by odds, or by an answer."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from geo_portal.city.jurisdictions import Area, NearbyAsset
from geo_portal.city.survey import Survey
from geo_portal.errors import Invalid
from geo_portal.routing.sides import Ground, border_m, grounds

# As sure as this, nobody is asked.
SURE = 0.9
# Less likely than this is not worth a question.
WORTH_ASKING = 0.02
OFFICER = "officer"


class UnknownSide(Invalid):
    """The answer names none of the places that are possible."""


@dataclass(frozen=True)
class Owner:
    """Who would look after a ground, and the asset by which a rule said so."""

    department: str | None
    office: str | None
    asset: NearbyAsset | None = None


@dataclass(frozen=True)
class Side:
    """All ground that one owner would look after; `ground` is its likeliest part."""

    answer: str
    ground: Ground
    owner: Owner
    share: float

    def as_facts(self) -> dict[str, Any]:
        """Codes and numbers for the event, the receipt and the API."""
        area: Area | None = self.ground.areas[-1] if self.ground.areas else None
        asset = self.owner.asset
        return {
            "answer": self.answer,
            "level": area.level if area else None,
            "code": area.code if area else None,
            "name": area.name if area else None,
            "asset": (asset.name or asset.kind.replace("_", " ")) if asset else None,
            "department": self.owner.department,
            "office": self.owner.office,
            "share": round(self.share, 3),
        }


@dataclass(frozen=True)
class Settled:
    """What the route goes by; `sides` are the owners in question, likeliest first, else empty.

    `method` is pin (as given), likely (another side is nearly certain), answered, officer, or
    joint when nobody can tell; `is_open` when it is worth asking who knows. `confidence` is the
    side's probability by the position alone, `border_m` the metres to the nearest border, None
    when none is near.
    """

    method: str
    ground: Ground
    border_m: float | None = None
    confidence: float = 1.0
    sides: tuple[Side, ...] = ()
    is_open: bool = False

    @property
    def is_joint(self) -> bool:
        return self.method == "joint"

    @property
    def same_department(self) -> bool:
        """Whether only offices of one department are in question."""
        return len({side.owner.department for side in self.sides}) == 1


def settle(seen: Survey, owner: Callable[[Ground], Owner], answer: str | None = None) -> Settled:
    """Whose place it is; `answer` is the side a citizen named (`Side.answer`, or `level:code`).

    With `OFFICER` a person who works for the city has looked, and the pin is taken as it stands.
    Raises `UnknownSide` where there is a question and the answer is none to it.
    """
    here = Ground(seen.areas, seen.assets, 1.0)
    if seen.around is None:
        return Settled("pin", here)
    possible = grounds(seen)
    sides = _sides(possible, owner)
    near = border_m(seen)
    if len(sides) < 2:
        return Settled("pin", here, near)
    own = next((side for side in sides if _same(side.owner, owner(here))), None)
    sure = own.share if own else 0.0
    if answer == OFFICER:
        return Settled("officer", here, near, sure, sides)
    if answer:
        side, ground = _answered(answer, possible, sides, owner)
        return Settled("answered", ground, near, side.share, sides)
    if sure >= SURE:
        return Settled("pin", here, near, sure, sides)
    if not seen.around.is_measured:
        # Nothing said that the pin is off, so the borders' own tie-break holds until it is said.
        return Settled("pin", here, near, sure, sides, is_open=True)
    if sides[0].share >= SURE:
        return Settled("likely", sides[0].ground, near, sides[0].share, sides)
    return Settled("joint", here, near, sides[0].share, sides, is_open=True)


def _sides(possible: tuple[Ground, ...], owner: Callable[[Ground], Owner]) -> tuple[Side, ...]:
    """The grounds put together by owner."""
    found: dict[tuple[str | None, str | None], Side] = {}
    for ground in possible:
        whose = owner(ground)
        known = found.get((whose.department, whose.office))
        # Grounds come likeliest first, so the first of an owner stands for all of them.
        found[whose.department, whose.office] = (
            Side(known.answer, known.ground, known.owner, known.share + ground.share)
            if known
            else Side(_answer(ground, whose), ground, whose, ground.share)
        )
    worth = [side for side in found.values() if side.share >= WORTH_ASKING]
    return tuple(sorted(worth, key=lambda side: -side.share))


def _answer(ground: Ground, whose: Owner) -> str:
    area = f"{ground.areas[-1].level}:{ground.areas[-1].code}" if ground.areas else "outside"
    return f"{area}+{whose.asset.kind}" if whose.asset else area


def _same(one: Owner, other: Owner) -> bool:
    return (one.department, one.office) == (other.department, other.office)


def _answered(
    answer: str,
    possible: tuple[Ground, ...],
    sides: tuple[Side, ...],
    owner: Callable[[Ground], Owner],
) -> tuple[Side, Ground]:
    """The side named, or the one that holds the area named."""
    for side in sides:
        if side.answer == answer:
            return side, side.ground
    for ground in possible:
        if answer in {f"{area.level}:{area.code}" for area in ground.areas}:
            for side in sides:
                if _same(side.owner, owner(ground)):
                    return side, ground
    raise UnknownSide(
        "“{answer}” is not one of the places in question; choose again where it is.",
        field="place_answer",
        answer=answer[:80],
    )
