"""The PostgreSQL cluster itself: made once, started when it is down, stopped."""

import os
import re
import time
from dataclasses import dataclass
from pathlib import Path

from geo_portal.errors import Unavailable
from geo_portal.local_postgres import installation
from geo_portal.local_postgres.installation import Installation
from geo_portal.local_postgres.place import ROLE, SUPERUSER, Place

START_WITHIN_S = 300
# How long processes left over from a killed server may hold its memory before we give up.
LEFTOVERS_END_WITHIN_S = 30
LOG_KEPT_BYTES = 5_000_000

SETTINGS = """\
# Written at every start; your own settings go into postgresql.auto.conf (ALTER SYSTEM).
cluster_name = 'geo-portal'
listen_addresses = ''
unix_socket_directories = '{socket}'
unix_socket_permissions = 0700
# A complaint that was acknowledged must outlive a power cut.
fsync = on
full_page_writes = on
synchronous_commit = on
# Failed statements carry citizens' words; the portal logs its own failures without them.
log_min_messages = log
log_checkpoints = off
max_connections = 100
shared_buffers = {shared_mb}MB
work_mem = 16MB
maintenance_work_mem = 128MB
random_page_cost = 1.1
timezone = 'UTC'
log_timezone = 'UTC'
"""
INCLUDE = "include 'geo-portal.conf'\n"

# The kernel says which user is at the other end of the socket, so there is no password to keep;
# only the owner's and root's processes are let in, whatever becomes of the folder's permissions.
DOORS = "local all all peer map=portal\n"


class CannotStart(Unavailable):
    """The database could not be made or started."""


@dataclass(frozen=True)
class Cluster:
    """One cluster: where it is, and the programs that fit it."""

    place: Place
    programs: Installation

    @property
    def folder(self) -> Path:
        """The data directory, named for the major version that can read it."""
        return self.place.home / str(self.programs.major)

    def is_made(self) -> bool:
        """Whether there is something to start; a half-made cluster does not count."""
        return (self.folder / "PG_VERSION").exists()

    def pid(self) -> int | None:
        """The process number of the running server, None when it is down."""
        pid = self._noted_pid()
        return pid if pid and _runs_in(pid, self.folder) else None

    def make(self) -> None:
        """Make an empty cluster with checksums; it appears whole or not at all."""
        owner, new = self.place.owner, f"{self.folder}.new"
        owner.run("rm", "-rf", new)
        made = owner.run(
            self.programs.program("initdb"),
            f"--pgdata={new}",
            f"--username={SUPERUSER}",
            "--auth=reject",
            "--encoding=UTF8",
            f"--locale={_locale()}",
            "--data-checksums",
        )
        if made.returncode == 0:
            made = owner.run(
                "mv", "-T" if os.uname().sysname == "Linux" else "-n", new, str(self.folder)
            )
        if made.returncode != 0:
            owner.run("rm", "-rf", new)
            raise self._refusal(made.stderr)

    def start(self) -> None:
        """Start the server, after a crash too; raises `CannotStart`."""
        self.place.make_socket_dir()
        self._configure()
        self._make_room_in_the_log()
        give_up_at = time.monotonic() + LEFTOVERS_END_WITHIN_S
        while said := self._try_to_start():
            held = "shared memory block" in said or "lock file" in said
            if not held or time.monotonic() > give_up_at:
                raise self._refusal(said)
            time.sleep(0.2)

    def wait_until_ready(self) -> None:
        """Wait for a running server that is still recovering; raises `CannotStart`."""
        ask = [self.programs.program("pg_isready"), "-q", "-h", str(self.place.socket_dir)]
        give_up_at = time.monotonic() + START_WITHIN_S
        while self.place.owner.run(*ask).returncode != 0:
            if not self.pid() or time.monotonic() > give_up_at:
                raise self._refusal("it runs but does not answer yet")
            time.sleep(0.1)

    def stop(self) -> None:
        """Stop the server; who is connected is cut off, what was committed stays."""
        ended = self.place.owner.run(*self._pg_ctl(), "-m", "fast", "stop")
        if ended.returncode != 0 and self.pid():
            raise self._refusal(ended.stderr)

    def _try_to_start(self) -> str | None:
        """What the server said when it would not start, None when it runs."""
        self._forget_dead_server()
        read_from = _size(self.place.log)
        started = self.place.owner.run(*self._pg_ctl(), "-l", str(self.place.log), "start")
        if started.returncode == 0:
            return None
        with self.place.log.open("rb") as log:
            log.seek(read_from)
            return log.read().decode(errors="replace") + started.stderr

    def _pg_ctl(self) -> list[str]:
        return [
            self.programs.program("pg_ctl"),
            *("-D", str(self.folder), "--silent", "--wait", "--timeout", str(START_WITHIN_S)),
        ]

    def _configure(self) -> None:
        written = {
            "geo-portal.conf": SETTINGS.format(
                socket=str(self.place.socket_dir).replace("'", "''"), shared_mb=_shared_mb()
            ),
            "pg_hba.conf": DOORS,
            "pg_ident.conf": self._who_may_enter(),
        }
        main = (self.folder / "postgresql.conf").read_text()
        if INCLUDE not in main:
            written["postgresql.conf"] = main + INCLUDE
        for name, text in written.items():
            path = str(self.folder / name)
            put = self.place.owner.run("sh", "-c", 'cat > "$1"', "sh", path, text=text)
            if put.returncode != 0:
                raise self._refusal(put.stderr)

    def _who_may_enter(self) -> str:
        users = sorted({"root", self.place.owner.name})
        return "".join(f'portal "{user}" {role}\n' for user in users for role in (ROLE, SUPERUSER))

    def _make_room_in_the_log(self) -> None:
        if _size(self.place.log) > LOG_KEPT_BYTES:
            self.place.owner.run("mv", "-f", str(self.place.log), f"{self.place.log}.old")

    def _forget_dead_server(self) -> None:
        """Remove the note of a killed server whose number now belongs to another process.

        PostgreSQL itself clears the note of a process that is gone. A number that was given out
        again (usual in containers) or a zombie makes it refuse for ever. While any process still
        runs in the cluster's folder the note stays: it guards the shared memory.
        """
        if self._noted_pid() and Path("/proc/self/cwd").exists() and not _anyone_in(self.folder):
            socket_note = self.place.socket_dir / ".s.PGSQL.5432.lock"
            self.place.owner.run("rm", "-f", str(self.folder / "postmaster.pid"), str(socket_note))

    def _noted_pid(self) -> int | None:
        try:
            return int((self.folder / "postmaster.pid").read_text().split("\n")[0])
        except (FileNotFoundError, ValueError):
            return None

    def _refusal(self, said: str) -> CannotStart:
        if "No space left on device" in said:
            return CannotStart(
                "The disk that holds {folder} is full, so the database cannot start;"
                " free some space and try again.",
                folder=self.place.home,
            )
        lines = [line.strip() for line in said.splitlines() if line.strip()]
        worst = [line for line in lines if re.search("FATAL:|PANIC:|error:", line)]
        reason = (worst or lines or ["it said nothing"])[-1]
        return CannotStart(
            "The database in {folder} does not start: {said} (more in {log}).",
            folder=self.place.home,
            said=re.sub("^.*?(FATAL|PANIC|error): *", "", reason).rstrip("."),
            log=self.place.log,
        )


def cluster_in(place: Place) -> Cluster:
    """The cluster kept at `place`, or the one to be made there by the newest PostgreSQL."""
    made = [int(path.parent.name) for path in place.home.glob("[0-9][0-9]/PG_VERSION")]
    return Cluster(place, installation.of_major(max(made)) if made else installation.newest())


def _locale() -> str:
    # Without a UTF-8 locale pg_trgm sees no letters in Urdu, and lower() none in é.
    return "en_US.UTF-8" if os.uname().sysname == "Darwin" else "C.UTF-8"


def _runs_in(pid: int, folder: Path) -> bool:
    """Whether the process is alive and works in `folder`, as a PostgreSQL server does."""
    try:
        os.kill(pid, 0)
        if Path("/proc/self/cwd").exists():
            return Path(f"/proc/{pid}/cwd").readlink() == folder
    except OSError:
        return False
    return True


def _anyone_in(folder: Path) -> bool:
    return any(_runs_in(int(path.name), folder) for path in Path("/proc").glob("[0-9]*"))


def _size(path: Path) -> int:
    return path.stat().st_size if path.exists() else 0


def _shared_mb() -> int:
    """An eighth of the machine's memory, 128 MB to 2 GB: the counts that maps read fit in it."""
    machine_mb = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") // 1_000_000
    return int(min(max(machine_mb // 8, 128), 2048))
