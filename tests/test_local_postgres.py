"""The portal's own database: it comes up from nothing, and comes back from everything."""

import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from contextlib import closing
from pathlib import Path

import psycopg2
import pytest

from geo_portal import local_postgres
from geo_portal.errors import Unavailable
from geo_portal.local_postgres import installation
from geo_portal.local_postgres.place import ELSEWHERE

# PostgreSQL refuses to run as root, so only root has to hand it to another user; who is not root
# has nothing there that could be tested.
as_root = pytest.mark.skipif(os.geteuid() != 0, reason="only root runs it as another user")


@pytest.fixture
def data_dir():
    """A folder that any user may enter, with no database in it yet."""
    folder = Path(tempfile.mkdtemp(prefix="geo-portal-"))
    folder.chmod(0o755)
    yield folder
    local_postgres.stop(folder)
    shutil.rmtree(folder)


def ask(url, question):
    with closing(psycopg2.connect(url)) as connection, connection, connection.cursor() as cursor:
        cursor.execute(question)
        return cursor.fetchone() if cursor.description else None


def server(data_dir):
    """The process number of the running server."""
    pid_file = next((data_dir / "postgres").glob("*/postmaster.pid"))
    return int(pid_file.read_text().split("\n")[0])


def kill(data_dir):
    """End the server as a power cut would, and wait until it is gone."""
    os.kill(server(data_dir), signal.SIGKILL)
    while local_postgres.status(data_dir).running:
        time.sleep(0.01)


def test_a_database_with_postgis_is_made_from_nothing(data_dir):
    url = local_postgres.running_url(data_dir)

    assert ask(url, "SELECT ST_Distance(ST_Point(0, 3), ST_Point(4, 0))") == (5.0,)
    assert ask(url, "SELECT show_trgm('سڑک') <> '{}'") == (True,)
    assert ask(url, "SELECT rolsuper FROM pg_roles WHERE rolname = current_user") == (False,)


def test_it_is_durable_and_closed_to_the_network(data_dir):
    url = local_postgres.running_url(data_dir)

    names = (
        "data_checksums",
        "fsync",
        "full_page_writes",
        "synchronous_commit",
        "listen_addresses",
    )
    found = {name: ask(url, f"SHOW {name}")[0] for name in names}
    assert found == {
        "data_checksums": "on",
        "fsync": "on",
        "full_page_writes": "on",
        "synchronous_commit": "on",
        "listen_addresses": "",
    }


def test_asking_twice_gives_the_same_running_database(data_dir):
    first = local_postgres.running_url(data_dir)
    pid = server(data_dir)

    second = local_postgres.running_url(data_dir)

    assert (second, server(data_dir)) == (first, pid)


def test_what_was_committed_outlives_kill_9(data_dir):
    url = local_postgres.running_url(data_dir)
    ask(url, "CREATE TABLE holes AS SELECT 7 AS depth_cm")

    kill(data_dir)

    assert ask(local_postgres.running_url(data_dir), "SELECT depth_cm FROM holes") == (7,)


def test_a_server_killed_at_work_comes_back_when_its_last_process_has_ended(data_dir):
    url = local_postgres.running_url(data_dir)
    with closing(psycopg2.connect(url)) as busy:
        backend = busy.info.backend_pid
        os.kill(backend, signal.SIGSTOP)
        kill(data_dir)
        with subprocess.Popen(["sh", "-c", f"sleep 1; kill -9 {backend}"]):
            again = local_postgres.running_url(data_dir)

    assert ask(again, "SELECT 1") == (1,)


def test_the_number_of_a_dead_server_may_belong_to_somebody_else_now(data_dir):
    local_postgres.running_url(data_dir)
    note = next((data_dir / "postgres").glob("*/postmaster.pid"))
    written = note.read_text().split("\n")
    kill(data_dir)

    owner = note.parent.stat().st_uid
    with subprocess.Popen(["sleep", "60"], user=owner if os.geteuid() == 0 else None) as other:
        note.write_text("\n".join([str(other.pid), *written[1:]]))
        url = local_postgres.running_url(data_dir)
        other.kill()

    assert ask(url, "SELECT 1") == (1,)


def test_a_half_made_cluster_is_made_again(data_dir):
    major = installation.newest().major
    local_postgres.running_url(data_dir)
    local_postgres.stop(data_dir)
    (data_dir / "postgres" / str(major)).rename(data_dir / "postgres" / f"{major}.new")

    url = local_postgres.running_url(data_dir)

    assert ask(url, "SELECT 1") == (1,)
    assert not (data_dir / "postgres" / f"{major}.new").exists()


def test_a_path_too_long_for_a_socket_is_no_hindrance(data_dir):
    deep = data_dir / ("kelurahan-" * 12)

    url = local_postgres.running_url(deep)

    assert ask(url, "SELECT 1") == (1,)
    local_postgres.stop(deep)


def test_two_portals_that_start_at_once_share_one_database(data_dir):
    code = (
        "import sys, pathlib; from geo_portal import local_postgres;"
        "print(local_postgres.running_url(pathlib.Path(sys.argv[1])))"
    )
    start = [sys.executable, "-c", code, str(data_dir)]
    both = [subprocess.Popen(start, stdout=subprocess.PIPE, text=True) for _ in range(2)]

    said = [portal.communicate(timeout=60)[0].strip() for portal in both]

    assert [portal.returncode for portal in both] == [0, 0]
    assert said[0] == said[1] != ""


def test_stopping_it_is_known_and_can_be_repeated(data_dir):
    local_postgres.running_url(data_dir)

    stopped = [local_postgres.stop(data_dir), local_postgres.stop(data_dir)]

    assert stopped == [True, False]
    assert not local_postgres.status(data_dir).running


def test_a_folder_without_a_database_has_nothing_to_stop(data_dir):
    assert not local_postgres.stop(data_dir)
    assert not local_postgres.status(data_dir).running
    assert list(data_dir.iterdir()) == []


def test_while_the_portal_serves_a_dead_database_is_started_again(data_dir):
    url = local_postgres.running_url(data_dir)
    with local_postgres.kept_running(data_dir):
        kill(data_dir)
        until = time.monotonic() + 20
        while not local_postgres.status(data_dir).running and time.monotonic() < until:
            time.sleep(0.1)
        local_postgres.running_url(data_dir)

    assert ask(url, "SELECT 1") == (1,)


def test_a_database_stopped_on_purpose_stays_stopped(data_dir):
    local_postgres.running_url(data_dir)
    with local_postgres.kept_running(data_dir):
        local_postgres.stop(data_dir)
        time.sleep(local_postgres.LOOK_AGAIN_AFTER_S * 1.5)

    assert not local_postgres.status(data_dir).running


def test_a_machine_without_postgis_is_told_what_to_install(tmp_path):
    with pytest.raises(installation.NotInstalled) as refusal:
        installation.newest((f"{tmp_path}/*/bin",))

    assert "sudo apt-get install postgresql-postgis" in str(refusal.value)


def test_a_database_of_a_postgres_no_longer_there_names_its_version():
    with pytest.raises(installation.NotInstalled, match="postgresql-9-postgis-3"):
        installation.of_major(9)


def test_a_folder_that_is_a_file_is_named(data_dir):
    (data_dir / "oops").write_text("not a folder")

    with pytest.raises(Unavailable, match="oops cannot hold the database"):
        local_postgres.running_url(data_dir / "oops")


@as_root
def test_below_a_folder_that_only_root_may_enter_it_is_kept_elsewhere(data_dir, caplog):
    data_dir.chmod(0o700)

    url = local_postgres.running_url(data_dir)

    home = (data_dir / "postgres").resolve()
    assert home.parent == ELSEWHERE
    assert str(home) in caplog.text
    assert ask(url, "SELECT 1") == (1,)
    local_postgres.stop(data_dir)
    shutil.rmtree(home)


@as_root
def test_no_other_user_of_the_machine_gets_in_even_with_the_folder_open(data_dir):
    url = local_postgres.running_url(data_dir)
    home = data_dir / "postgres"
    for path in (home, home / "socket", home / "socket" / ".s.PGSQL.5432"):
        path.chmod(0o777)
    psql = installation.newest().program("psql")

    tried = subprocess.run(
        [psql, url, "-c", "SELECT 1"], user="nobody", capture_output=True, text=True
    )

    assert tried.returncode != 0
    assert "Peer authentication failed" in tried.stderr


@as_root
def test_a_full_disk_is_said_in_a_sentence(data_dir):
    mounted = subprocess.run(["mount", "-t", "tmpfs", "-o", "size=16m", "tmpfs", str(data_dir)])
    if mounted.returncode != 0:
        pytest.skip("This machine does not let root mount a small disk.")
    try:
        with pytest.raises(Unavailable, match=r"The disk that holds .* is full"):
            local_postgres.running_url(data_dir)
    finally:
        subprocess.run(["umount", "--lazy", str(data_dir)], check=True)
