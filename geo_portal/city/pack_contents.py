"""What a city pack holds once its files have been read."""

from dataclasses import dataclass, field
from datetime import date, timedelta
from pathlib import Path
from typing import Any

from shapely import MultiPolygon
from shapely.geometry.base import BaseGeometry

from geo_portal.city.findings import Findings
from geo_portal.city.ladders import USUAL, Step
from geo_portal.city.pack_directory import Directory
from geo_portal.city.questions import Question
from geo_portal.geometry import LonLat


@dataclass(frozen=True)
class LevelFile:
    """One storey of the area tree, and where its borders are."""

    code: str
    names: dict[str, str]
    file: str
    id: str
    label: str
    parent: str | None = None
    layer: str | None = None
    crs: str | None = None


@dataclass(frozen=True)
class SeasonRow:
    """Days, both included, on which other working hours hold; spans as written, by weekday."""

    first_day: date
    last_day: date
    names: dict[str, str]
    hours: dict[str, str]


@dataclass(frozen=True)
class CityFile:
    """The content of city.toml; levels are coarse to fine, the first language is the default.

    `escalation` names a ladder that is taken over from another system.
    """

    code: str
    name: str
    names: dict[str, str]
    country: str
    timezone: str
    languages: list[str]
    metric_srid: int
    basemap: str | None
    emergency: list[dict[str, Any]]
    working_hours: dict[str, str]
    levels: list[LevelFile]
    seasons: list[SeasonRow] = field(default_factory=list)
    escalation: str | None = None


@dataclass(frozen=True)
class AreaBorder:
    """An area with its repaired border: EPSG:4326, valid, two-dimensional.

    `feature` is its number in the file, counted from 1.
    """

    level: str
    code: str
    name: str
    parent_code: str | None
    border: MultiPolygon
    feature: int


@dataclass(frozen=True)
class DepartmentRow:
    """A department, or with `parent` an office of one; `area` is (level, code)."""

    line: int
    code: str
    names: dict[str, str]
    parent: str | None
    level: str | None
    area: tuple[str, str] | None
    email: str | None
    phone: str | None
    place: LonLat | None
    hours: str | None = None
    address: str | None = None


@dataclass(frozen=True)
class CategoryRow:
    """A kind of complaint."""

    line: int
    code: str
    group: str
    names: dict[str, str]
    group_names: dict[str, str]
    department: str
    respond_within: timedelta
    fix_within: timedelta | None
    working_time: bool
    sensitive: bool
    evidence: bool
    keywords: list[str]
    notes: dict[str, str]


@dataclass(frozen=True)
class OwnDeadlineRow:
    """A promise for one department or area in place of the category's; None is any, or as usual."""

    line: int
    category: str | None
    department: str | None
    area: tuple[str, str] | None
    respond_within: timedelta | None
    fix_within: timedelta | None
    working_time: bool | None


@dataclass(frozen=True)
class RuleRow:
    """A routing rule; `broken_because` says why it can never match."""

    line: int
    order: int
    category: str | None
    area: tuple[str, str] | None
    text: str | None
    near_asset: str | None
    near_m: float | None
    hours: str | None
    department: str
    reason: str
    broken_because: str | None = None


@dataclass(frozen=True)
class QuestionRow:
    """A question about a category; within one those with a lower order come first."""

    line: int
    category: str
    order: int
    question: Question


@dataclass(frozen=True)
class AssetShape:
    """A line or point that owns its place: EPSG:4326."""

    file: str
    kind: str
    owner: str | None
    name: str | None
    place: BaseGeometry


@dataclass(frozen=True)
class ArticleFile:
    """A knowledge article in one language."""

    file: str
    slug: str
    language: str
    title: str
    category: str | None
    phone: str | None
    url: str | None
    body: str


@dataclass(frozen=True)
class PlaceRow:
    """A name that people search for."""

    name: str
    kind: str
    place: LonLat


@dataclass
class Pack:
    """A city's folder as read; `city` is None when city.toml could not be understood."""

    folder: Path
    findings: Findings = field(default_factory=Findings)
    city: CityFile | None = None
    areas: dict[str, list[AreaBorder]] = field(default_factory=dict)
    departments: list[DepartmentRow] = field(default_factory=list)
    categories: list[CategoryRow] = field(default_factory=list)
    deadlines: list[OwnDeadlineRow] = field(default_factory=list)
    ladder: tuple[Step, ...] = USUAL
    rules: list[RuleRow] = field(default_factory=list)
    assets: list[AssetShape] = field(default_factory=list)
    questions: list[QuestionRow] = field(default_factory=list)
    holidays: dict[date, dict[str, str]] = field(default_factory=dict)
    articles: list[ArticleFile] = field(default_factory=list)
    population: dict[tuple[str, str], int] = field(default_factory=dict)
    places: list[PlaceRow] = field(default_factory=list)
    basemap: dict[str, bytes] = field(default_factory=dict)
    directory: Directory = field(default_factory=Directory)

    @property
    def usable(self) -> bool:
        """Whether it can be loaded."""
        return self.city is not None and not self.findings.errors

    @property
    def area_codes(self) -> dict[str, set[str]]:
        """The codes of all areas, by level."""
        return {level: {area.code for area in areas} for level, areas in self.areas.items()}
