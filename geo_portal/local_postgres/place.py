"""Where the portal's own database lives, as which user it runs, and where its socket is."""

import fcntl
import hashlib
import logging
import os
import pwd
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import quote

from geo_portal.errors import Unavailable

log = logging.getLogger(__name__)

ROLE = DATABASE = "geo_portal"
SUPERUSER = "postgres"

# Where root's database goes when the user it runs as cannot enter the data folder.
ELSEWHERE = Path("/var/lib/geo-portal")
# Linux takes 107 bytes for the path of a socket, macOS 103; both hold «/.s.PGSQL.5432» too.
LONGEST_SOCKET_FOLDER = 103 - len("/.s.PGSQL.5432")


class NotPermitted(Unavailable):
    """This user may not run the database, or not there."""


@dataclass(frozen=True)
class Owner:
    """The user of this machine as whom PostgreSQL runs; it refuses to run as root."""

    name: str
    uid: int
    gid: int

    def run(self, *command: str, text: str | None = None) -> subprocess.CompletedProcess[str]:
        """Run a program as this user, `text` on its standard input; the caller looks how it ended.

        Root changes the owner's files only through this, so a link planted there leads nowhere.
        """
        other: dict[str, Any] = {} if self.uid == os.geteuid() else _as_user(self)
        return subprocess.run(
            command,
            input=text or "",
            capture_output=True,
            text=True,
            cwd="/",
            umask=0o077,
            env=_plain_environment(),
            **other,
        )


@dataclass(frozen=True)
class Place:
    """The folder `home` holds the cluster, its log and, when its path is short, the socket."""

    home: Path
    owner: Owner

    @property
    def log(self) -> Path:
        """What PostgreSQL itself has to say."""
        return self.home / "postgres.log"

    @property
    def socket_dir(self) -> Path:
        """The folder of the socket, which only the owner (and root) may enter."""
        beside = self.home / "socket"
        if len(os.fsencode(beside)) <= LONGEST_SOCKET_FOLDER:
            return beside
        # Not $TMPDIR: it may be long itself, and every process must come to the same answer.
        return Path("/tmp") / f"geo-portal-{_digest(self.home)}"  # noqa: S108 (checked below)

    def url(self, *, role: str = ROLE, database: str = DATABASE) -> str:
        """What SQLAlchemy and libpq take."""
        return f"postgresql://{role}@/{database}?host={quote(str(self.socket_dir), safe='')}"

    def make_socket_dir(self) -> None:
        """Make the folder of the socket; raises `NotPermitted` when it is somebody else's."""
        self.owner.run("mkdir", "-m", "700", str(self.socket_dir))
        there = self.socket_dir.lstat()
        if there.st_uid != self.owner.uid or there.st_mode & 0o170777 != 0o040700:
            raise NotPermitted(
                "The folder {folder} must belong to «{user}» alone; remove it and try again.",
                folder=self.socket_dir,
                user=self.owner.name,
            )


@contextmanager
def held(data_dir: Path) -> Iterator[Place]:
    """The place of the database of `data_dir`, made when it is not there, and held by us alone.

    Only who holds it may start or stop the database; others wait. Raises `NotPermitted`.
    """
    with _refusing(data_dir):
        data_dir.mkdir(parents=True, exist_ok=True)
        lock = (data_dir / "postgres.lock").open("a")
    with lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        link = data_dir.absolute() / "postgres"
        with _refusing(link):
            owner = _owner(link)
            _make_home(link, owner)
        yield Place(link.resolve(), owner)


def known(data_dir: Path) -> Place | None:
    """The place of the database of `data_dir`, None when none was made; nothing is changed."""
    link = data_dir.absolute() / "postgres"
    with _refusing(link):
        return Place(link.resolve(), _owner(link)) if link.exists() else None


@contextmanager
def _refusing(folder: Path) -> Iterator[None]:
    """Say in a sentence what the file system would not do."""
    try:
        yield
    except PermissionError as problem:
        raise NotPermitted(
            "The user «{user}» may not write {folder};"
            " mend that, or set GEO_PORTAL_DATA_DIR to another folder.",
            user=_name(os.geteuid()),
            folder=problem.filename or folder,
        ) from problem
    except OSError as problem:
        raise Unavailable(
            "The folder {folder} cannot hold the database: {said}.",
            folder=problem.filename or folder,
            said=problem.strerror,
        ) from problem


def _name(uid: int) -> str:
    try:
        return pwd.getpwuid(uid).pw_name
    except KeyError:
        return str(uid)


def _owner(link: Path) -> Owner:
    if link.exists():
        uid = link.stat().st_uid
        if os.geteuid() not in (0, uid):
            raise NotPermitted(
                "The database in {folder} belongs to «{user}»; run this as that user or as root.",
                folder=link,
                user=_name(uid),
            )
        found = pwd.getpwuid(uid)
    else:
        found = _user_for_a_new_database()
    return Owner(found.pw_name, found.pw_uid, found.pw_gid)


def _user_for_a_new_database() -> pwd.struct_passwd:
    if os.geteuid() == 0:
        names = {user.pw_name: user for user in pwd.getpwall()}
        return names.get("postgres") or names["nobody"]
    try:
        return pwd.getpwuid(os.geteuid())
    except KeyError:
        raise NotPermitted(
            "The user number {uid} has no name on this machine, and PostgreSQL asks for one;"
            " add it to /etc/passwd.",
            uid=os.geteuid(),
        ) from None


def _make_home(link: Path, owner: Owner) -> None:
    if not link.is_symlink() and not link.exists() and not _may_enter(owner, link.parent):
        target = ELSEWHERE / _digest(link)
        link.symlink_to(target)
        log.warning(
            "The database is kept in %s, because its user «%s» cannot enter %s.",
            target,
            owner.name,
            link.parent,
        )
    if not link.exists():
        home = link.resolve()
        home.parent.mkdir(parents=True, exist_ok=True, mode=0o755)
        home.mkdir(mode=0o700)
        os.chown(home, owner.uid, owner.gid)


def _may_enter(owner: Owner, folder: Path) -> bool:
    return owner.run("test", "-x", str(folder)).returncode == 0


def _as_user(owner: Owner) -> dict[str, Any]:
    return {"user": owner.uid, "group": owner.gid, "extra_groups": []}


def _plain_environment() -> dict[str, str]:
    """Without PGDATA, PGHOST and their kin, and with messages in the one language we can read."""
    ours = {name: value for name, value in os.environ.items() if not name.startswith("PG")}
    return {**ours, "LC_ALL": "C", "TZ": "UTC"}


def _digest(path: Path) -> str:
    return hashlib.sha256(os.fsencode(path)).hexdigest()[:16]
