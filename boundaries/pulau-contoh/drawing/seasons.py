"""When people write: rain and drought, weekdays, hours, match days and storms."""

from datetime import UTC, datetime, timedelta
from functools import cache
from random import Random

FIRST = datetime(2025, 11, 22, 17, tzinfo=UTC)  # midnight on the island
LAST = datetime(2026, 11, 22, 16, 30, tzinfo=UTC)
ISLAND_TIME = timedelta(hours=7)

# How often each kind is reported, per thousand.
OFTEN = {
    "road.pothole": 92, "road.cavein": 9, "road.sidewalk": 26, "road.slippery": 10,
    "road.debris": 13, "road.excavation": 17, "road.bridge": 7, "road.manhole": 18,
    "road.marking": 10, "light.street": 96, "light.exposed": 18, "elec.outage": 22,
    "elec.cable": 18, "traf.signal": 14, "traf.sign": 10, "traf.parking": 82,
    "traf.driveway": 13, "traf.jam": 17, "traf.abandoned": 9, "traf.transit": 12,
    "waste.missed": 58, "waste.dump": 34, "waste.pile": 72, "waste.bin": 19, "waste.burn": 20,
    "waste.carcass": 10, "water.none": 36, "water.dirty": 14, "water.leak": 25, "water.bill": 9,
    "sew.overflow": 20, "drain.blocked": 44, "drain.flood": 48, "drain.river": 14,
    "tree.fallen": 20, "tree.prune": 21, "park.damage": 12, "park.weeds": 10, "fac.public": 10,
    "order.vendor": 17, "order.encroach": 10, "order.ads": 10, "order.graffiti": 8,
    "order.noise": 32, "order.smoking": 5, "order.crime": 8, "order.drugs": 6,
    "build.illegal": 8, "build.danger": 6, "env.air": 13, "env.water": 8, "pest.rodent": 10,
    "pest.mosquito": 19, "animal.stray": 16, "soc.homeless": 7, "soc.aid": 7,
    "health.facility": 7, "gov.service": 8, "other": 6,
}  # fmt: skip

# Months, January first, as factors; what is not listed comes all year round.
_RAIN = (2.1, 1.7, 1.2, 0.8, 0.5, 0.35, 0.3, 0.3, 0.4, 0.8, 1.6, 1.9)
_AFTER_RAIN = (1.5, 1.8, 1.6, 1.2, 0.9, 0.7, 0.6, 0.6, 0.6, 0.8, 1.0, 1.3)
_DROUGHT = (0.4, 0.4, 0.6, 0.8, 1.1, 1.4, 1.8, 2.0, 1.8, 1.2, 0.6, 0.4)
_FEVER = (1.6, 2.2, 2.2, 1.5, 0.9, 0.6, 0.4, 0.3, 0.3, 0.5, 0.7, 1.0)
SEASONS = {
    "drain.flood": tuple(f**1.8 for f in _RAIN), "drain.blocked": _RAIN, "sew.overflow": _RAIN,
    "tree.fallen": _RAIN, "road.cavein": _RAIN, "light.exposed": _RAIN, "elec.outage": _RAIN,
    "road.pothole": _AFTER_RAIN, "road.slippery": _RAIN, "park.weeds": _AFTER_RAIN,
    "water.none": _DROUGHT, "waste.burn": _DROUGHT, "env.air": _DROUGHT, "water.dirty": _RAIN,
    "pest.mosquito": _FEVER, "drain.river": _RAIN,
}  # fmt: skip

_NIGHT = (
    4, 2, 1, .5, .4, 1, 1, 1, 1, 1, 1, 1,
    1, 1, 1, 1, 1, 1.5, 4, 6, 7, 8, 9, 7,
)  # fmt: skip
_DAY = (
    .4, .2, .1, .1, .3, 1.5, 4, 7, 8, 7, 6, 5,
    5, 5, 5, 5, 6, 6, 5, 5, 5, 4, 2.5, 1,
)  # fmt: skip
_MARKET = (
    .2, .1, .1, .3, 1, 4, 7, 7, 6, 5, 5, 5,
    6, 7, 6, 5, 4, 4, 3, 3, 2, 1.5, 1, .5,
)  # fmt: skip
HOURS = {
    "light.street": _NIGHT, "order.noise": _NIGHT, "order.crime": _NIGHT, "order.drugs": _NIGHT,
    "elec.outage": _NIGHT, "waste.pile": _MARKET, "order.vendor": _MARKET,
}  # fmt: skip

# Storms: local day and hour, and how many flood-like reports came of it.
STORMS = [
    ("2025-12-19T17", 22),
    ("2026-01-17T04", 40),
    ("2026-02-08T21", 28),
    ("2026-11-14T19", 26),
]
STORM_KINDS = (
    ["drain.flood"] * 7 + ["drain.blocked"] * 2 + ["sew.overflow", "tree.fallen", "elec.outage"]
)
# Kick-off of home matches, by the island's clocks.
MATCHES = [datetime(2026, 2, 7, 15, tzinfo=UTC) + timedelta(days=14 * n) for n in range(20)]


def moment(stream: Random, category: str) -> datetime:
    """When a report of this kind was sent (UTC); the portal grows more used over the year."""
    if category == "traf.parking" and stream.random() < 0.34:
        at = stream.choice(MATCHES) + timedelta(minutes=stream.gauss(-10, 70)) - ISLAND_TIME
        return at.replace(microsecond=0)
    days, weights = _days(category)
    day = stream.choices(days, weights)[0]
    hour = stream.choices(range(24), HOURS.get(category, _DAY))[0]
    at = day + timedelta(hours=hour, seconds=stream.randint(0, 3599))
    return min(at, LAST - timedelta(minutes=stream.randint(3, 90)))


def storm_reports(stream: Random) -> list[tuple[str, datetime]]:
    """Kind and moment of what was reported in the day after each storm."""
    found = []
    for start, count in STORMS:
        begin = datetime.fromisoformat(start + ":00+00:00") - ISLAND_TIME
        for _ in range(count):
            at = begin + timedelta(
                hours=stream.gammavariate(1.6, 4.2), seconds=stream.randint(0, 59)
            )
            found.append((stream.choice(STORM_KINDS), at.replace(microsecond=0)))
    return found


@cache
def _days(category: str) -> tuple[list[datetime], list[float]]:
    days = [FIRST + timedelta(days=n) for n in range(365)]
    weights = []
    for n, day in enumerate(days):
        local = day + ISLAND_TIME
        season = SEASONS.get(category, (1.0,) * 12)[local.month - 1]
        week = (1.15, 1.1, 1.02, 1.0, 0.98, 0.82, 0.72)[local.weekday()]
        weights.append(season * week * (0.75 + 0.5 * n / 365))
    return days, weights
