"""How to make a heat map again: its parameters, its address, its command."""

from dataclasses import dataclass
from datetime import datetime, time
from urllib.parse import urlencode
from zoneinfo import ZoneInfo

from geo_portal.complaints.find import ComplaintFilter
from geo_portal.insights.days import first_day, last_day
from geo_portal.insights.heat_method import HeatMethod


@dataclass(frozen=True)
class Recipe:
    """A choice and a method; with `as_of` and `lang` a file comes out the same byte for byte.

    That holds as long as nothing changes of the complaints that were there at that moment.
    """

    wanted: ComplaintFilter
    method: HeatMethod
    zone: ZoneInfo
    as_of: datetime | None = None
    lang: str = ""

    def parameters(self) -> dict[str, str]:
        """As a program would send them, moments exact; empty and usual ones are left out."""
        wanted, method = self.wanted, self.method
        told = {
            "category": ",".join(wanted.categories),
            "department": ",".join(wanted.departments),
            "area": ",".join(wanted.areas),
            "light": ",".join(wanted.lights),
            "since": wanted.since.isoformat() if wanted.since else "",
            "until": wanted.until.isoformat() if wanted.until else "",
            "q": wanted.words or "",
            "measure": method.measure if method.measure != "count" else "",
            "shape": method.shape if method.shape != "square" else "",
            "cell_m": str(method.cell_m),
            "bandwidth_m": str(method.bandwidth_m or ""),
            "as_of": self.as_of.isoformat() if self.as_of else "",
            "lang": self.lang,
        }
        return {name: value for name, value in told.items() if value}

    def url(self, public_url: str, kind: str = "") -> str:
        """The address of the page that shows it, or of the file of a `kind`."""
        path = f"/heatmap.{kind}" if kind else "/heatmap"
        return f"{public_url.rstrip('/')}{path}?{urlencode(self._as_typed())}"

    def command(self, kind: str = "html") -> str:
        """The command that writes the same file."""
        options = self._as_typed()
        if words := options.pop("q", ""):
            options["words"] = words
        told = [f"--{name.replace('_', '-')} {_quoted(value)}" for name, value in options.items()]
        return " ".join([f"geo-portal heatmap --out heatmap.{kind}", *told])

    def _as_typed(self) -> dict[str, str]:
        """The parameters as people would type them: whole days as days, the last one included."""
        told = self.parameters()
        if self.wanted.since and _is_midnight(self.wanted.since, self.zone):
            told["since"] = str(first_day(self.wanted, self.zone))
        if self.wanted.until and _is_midnight(self.wanted.until, self.zone):
            told["until"] = str(last_day(self.wanted, self.zone))
        return told


def _is_midnight(moment: datetime, zone: ZoneInfo) -> bool:
    return moment.astimezone(zone).time() == time.min


def _quoted(value: str) -> str:
    plain = value
    for harmless in "_.-,:+":
        plain = plain.replace(harmless, "")
    return value if plain.isalnum() else "'" + value.replace("'", "'\\''") + "'"
