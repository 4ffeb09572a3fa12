"""Which PostgreSQL with PostGIS this machine has."""

import re
import subprocess
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from geo_portal.errors import Unavailable

# Debian and Ubuntu, Fedora and its kin, Homebrew on either kind of Mac.
FOLDERS = (
    "/usr/lib/postgresql/*/bin",
    "/usr/pgsql-*/bin",
    "/opt/homebrew/opt/postgresql@*/bin",
    "/usr/local/opt/postgresql@*/bin",
)

HOW_TO_INSTALL = (
    "on Debian or Ubuntu type «sudo apt-get install postgresql-postgis», "
    "on a Mac «brew install postgis», or name a database in GEO_PORTAL_DATABASE_URL"
)


class NotInstalled(Unavailable):
    """PostgreSQL, or its PostGIS, is not on this machine."""


@dataclass(frozen=True, order=True)
class Installation:
    """The programs of one major version."""

    major: int
    folder: Path

    def program(self, name: str) -> str:
        """The full path of one of its programs."""
        return str(self.folder / name)


@cache
def installed(folders: tuple[str, ...] = FOLDERS) -> tuple[Installation, ...]:
    """Every installed PostgreSQL that has PostGIS, newest first; empty when there is none."""
    found = (path for pattern in folders for path in Path("/").glob(pattern.lstrip("/")))
    asked = (_installation(folder) for folder in found if (folder / "initdb").exists())
    return tuple(sorted((one for one in asked if one), reverse=True))


def newest(folders: tuple[str, ...] = FOLDERS) -> Installation:
    """The newest PostgreSQL that has PostGIS; raises `NotInstalled`."""
    if not (there := installed(folders)):
        raise NotInstalled(
            "PostgreSQL with PostGIS is not installed on this machine: {how}.", how=HOW_TO_INSTALL
        )
    return there[0]


def of_major(major: int, folders: tuple[str, ...] = FOLDERS) -> Installation:
    """The installation that can open a database of this major version; raises `NotInstalled`."""
    for one in installed(folders):
        if one.major == major:
            return one
    raise NotInstalled(
        "The portal's database was made by PostgreSQL {major}, which is not installed with PostGIS"
        " any more: type «sudo apt-get install postgresql-{major}-postgis-3».",
        major=major,
    )


def _installation(folder: Path) -> Installation | None:
    asked = [str(folder / "pg_config"), "--sharedir", "--version"]
    try:
        answer = subprocess.run(asked, capture_output=True, text=True, check=True).stdout
    except (OSError, subprocess.CalledProcessError):
        return None
    shared, version = answer.splitlines()[:2]
    if not (Path(shared) / "extension" / "postgis.control").exists():
        return None
    found = re.match(r"PostgreSQL (\d+)", version)
    return Installation(int(found[1]), folder) if found else None
