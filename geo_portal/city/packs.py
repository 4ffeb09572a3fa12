"""A city pack: the folder from which the portal learns everything about a city."""

from pathlib import Path

from geo_portal.city.areas import read_areas, with_parents
from geo_portal.city.assets import read_assets
from geo_portal.city.check import cross_check
from geo_portal.city.findings import Finding, Findings
from geo_portal.city.pack_categories import read_categories
from geo_portal.city.pack_city import read_city
from geo_portal.city.pack_contents import AreaBorder, CityFile, Pack
from geo_portal.city.pack_deadlines import read_deadlines
from geo_portal.city.pack_departments import read_departments
from geo_portal.city.pack_directory import read_directory
from geo_portal.city.pack_escalation import read_ladder
from geo_portal.city.pack_extras import (
    read_articles,
    read_basemap,
    read_holidays,
    read_places,
    read_population,
)
from geo_portal.city.pack_questions import read_questions
from geo_portal.city.pack_rules import read_rules

__all__ = ["Finding", "Findings", "Pack", "read_pack"]


def read_pack(folder: Path) -> Pack:
    """Read every file of the pack and check it; raises nothing, all complaints are findings.

    Without a usable city.toml the other files are not looked at: nobody knows the languages.
    """
    pack = Pack(folder)
    if not folder.is_dir():
        pack.findings.error(str(folder), None, "There is no such folder.", "Name a city pack.")
        return pack
    pack.city = read_city(folder, pack.findings)
    if pack.city:
        _read_areas(pack, pack.city)
        _read_tables(pack, pack.city)
        cross_check(pack, pack.city)
    return pack


def _read_areas(pack: Pack, city: CityFile) -> None:
    """Each level under the one before it."""
    coarser: list[AreaBorder] = []
    for level in city.levels:
        found = read_areas(pack.folder, level, city.metric_srid, pack.findings)
        pack.areas[level.code] = with_parents(found, coarser, level, pack.findings)
        coarser = found


def _read_tables(pack: Pack, city: CityFile) -> None:
    folder, languages, findings = pack.folder, city.languages, pack.findings
    pack.departments = read_departments(folder, languages, findings)
    pack.categories = read_categories(folder, languages, findings)
    pack.deadlines = read_deadlines(folder, findings)
    pack.ladder = read_ladder(folder, city, findings)
    pack.rules = read_rules(folder, languages, findings)
    pack.assets = read_assets(folder, findings)
    pack.questions = read_questions(folder, languages, findings)
    pack.holidays = read_holidays(folder, languages, findings)
    pack.articles = read_articles(folder, languages, findings)
    pack.population = read_population(folder, findings)
    pack.places = read_places(folder, findings)
    pack.basemap = read_basemap(folder, city.basemap, findings)
    pack.directory = read_directory(folder, languages, pack.area_codes, findings)
