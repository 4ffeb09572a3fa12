"""Packs of real cities, written for a test around boundaries that stay in the real-data folder."""

import json
import os
from dataclasses import dataclass
from pathlib import Path

import shapely
from sqlalchemy import text

from geo_portal.database import Database


@dataclass(frozen=True)
class RealLevel:
    """One boundary file of the real-data folder, and the properties that say code and name."""

    code: str
    file: str
    id: str
    label: str
    parent: str | None = None


@dataclass(frozen=True)
class RealCity:
    """What city.toml says about a real city."""

    code: str
    country: str
    timezone: str
    metric_srid: int
    levels: tuple[RealLevel, ...]

    def borders(self, real_data: Path) -> dict[str, dict[str, shapely.Geometry]]:
        """The borders as published, by level and code, read without any code of ours."""
        return {level.code: _published(real_data, level) for level in self.levels}


NEW_YORK = RealCity(
    "new-york",
    "US",
    "America/New_York",
    32618,
    (
        RealLevel("borough", "nyc-boroughs.geojson", "boro_code", "boro_name"),
        RealLevel("district", "nyc-community-districts.geojson", "boro_cd", "name"),
    ),
)
JAKARTA = RealCity(
    "jakarta",
    "ID",
    "Asia/Jakarta",
    32748,
    (
        RealLevel("kota", "jakarta-kota.geojson", "kota_code", "kota"),
        RealLevel("kecamatan", "jakarta-kecamatan.geojson", "kecamatan_code", "kecamatan"),
        RealLevel(
            "kelurahan",
            "jakarta-kelurahan.geojson",
            "kelurahan_code",
            "kelurahan",
            "kecamatan_code",
        ),
    ),
)
ZURICH = RealCity(
    "zurich",
    "CH",
    "Europe/Zurich",
    2056,
    (RealLevel("district", "zurich-survey-districts.geojson", "code", "name"),),
)
ALL = (NEW_YORK, JAKARTA, ZURICH)

_TOML = """code = "{code}"
name = "{code}"
country = "{country}"
timezone = "{timezone}"
languages = ["en"]
metric_srid = {metric_srid}
"""
_DEPARTMENTS = """code,name
HALL,City Hall
ROADS,Roads
POLICE,Police
WATER,Water
"""
_CATEGORIES = """code,group,name,department,respond_within,fix_within,working_time,sensitive
road.pothole,road,Pothole,ROADS,P1D,P3D,yes,no
traf.parking,traf,Illegal parking,POLICE,PT4H,PT8H,no,no
order.noise,order,Noise,POLICE,PT2H,PT8H,no,no
order.crime,order,Unsafe place,POLICE,PT1H,,no,yes
drain.flood,drain,Flooding,WATER,PT1H,PT12H,no,no
water.leak,water,Leak,WATER,PT4H,P2D,yes,no
other,other,Something else,HALL,P2D,P14D,yes,no
"""
_RULES = """order,category,area,text,near_asset,hours,department,reason
10,order.noise,,construction|banging,,,HALL,Noise of building sites is for City Hall.
"""


def write_pack(city: RealCity, folder: Path, real_data: Path) -> Path:
    """Write a pack for the city into `folder`; its borders are read where they are."""
    folder.mkdir(parents=True, exist_ok=True)
    toml = _TOML.format(**vars(city))
    for level in city.levels:
        toml += f'\n[[levels]]\ncode = "{level.code}"\nid = "{level.id}"\nlabel = "{level.label}"\n'
        toml += f'file = "{real_data / "boundaries" / level.file}"\n'
        toml += f'parent = "{level.parent}"\n' if level.parent else ""
    (folder / "city.toml").write_text(toml, encoding="utf-8")
    (folder / "departments.csv").write_text(_DEPARTMENTS, encoding="utf-8")
    (folder / "categories.csv").write_text(_CATEGORIES, encoding="utf-8")
    (folder / "rules.csv").write_text(_RULES, encoding="utf-8")
    return folder


def _published(real_data: Path, level: RealLevel) -> dict[str, shapely.Geometry]:
    text = (real_data / "boundaries" / level.file).read_text(encoding="utf-8")
    return {
        str(feature["properties"][level.id]): shapely.geometry.shape(feature["geometry"])
        for feature in json.loads(text)["features"]
    }


def real_data_folder() -> Path | None:
    """The folder with real data, or None where it is not."""
    beside = Path(__file__).parent.parent.parent / "shared" / "data"
    folder = Path(os.environ.get("GEO_PORTAL_REAL_DATA", beside))
    return folder if folder.is_dir() else None


def disagreements(
    database: Database, published: dict[str, dict[str, shapely.Geometry]]
) -> list[tuple[str, str, str | None, list[str]]]:
    """Complaints whose stored area is not one that covers them by shapely, level by level.

    On a shared border shapely finds several; the stored one must be among them, and where it
    finds none, none may be stored.
    """
    found = []
    for level, borders in published.items():
        codes = list(borders)
        with database.transaction() as session:
            rows = session.execute(_STORED, {"level": level}).all()
        points = shapely.points([(row.lon, row.lat) for row in rows])
        shapely.prepare(list(borders.values()))
        at, area = shapely.STRtree(points).query(list(borders.values()), predicate="covers")[::-1]
        around: dict[int, list[str]] = {}
        for number, covering in zip(at.tolist(), area.tolist(), strict=True):
            around.setdefault(number, []).append(codes[covering])
        for number, row in enumerate(rows):
            covering_codes = around.get(number, [])
            if row.code not in (covering_codes or [None]):
                found.append((level, row.source_id, row.code, covering_codes))
    return found


_STORED = text("""
    SELECT complaints.source_id, ST_X(point) AS lon, ST_Y(point) AS lat, (
        SELECT code FROM jurisdictions AS area
        WHERE area.id = ANY (complaints.jurisdiction_ids) AND area.level = :level
    ) AS code
    FROM complaints
""")
