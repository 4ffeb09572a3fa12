"""`geo-portal city`, `boundaries` and `complaints`, typed as a clerk would type them."""

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

COMMAND = "from geo_portal.cli import main; main()"
NEW_WARDS = ("95.0195,-10.0205", "95.0195,-10.0195")


@pytest.fixture(scope="module")
def typed(own_url, tmp_path_factory):
    """Type a command and get what it printed, with its exit code, against an empty database."""
    folder = tmp_path_factory.mktemp("clerk")

    def typed(*words: object) -> "subprocess.CompletedProcess[str]":
        return subprocess.run(
            [sys.executable, "-c", COMMAND, *map(str, words)],
            env={**os.environ, "GEO_PORTAL_DATABASE_URL": own_url, "COLUMNS": "160"},
            cwd=folder,
            capture_output=True,
            text=True,
            timeout=120,
            check=False,
        )

    return typed


@pytest.fixture
def folder(tiny_pack, tmp_path) -> Path:
    """A copy of the tiny town's pack."""
    return Path(shutil.copytree(tiny_pack, tmp_path / "tiny"))


def test_checking_a_good_pack_says_that_it_can_be_loaded(typed, tiny_pack):
    said = typed("city", "check", tiny_pack)

    assert said.returncode == 0
    assert "tiny: 0 errors, 0 warnings, 0 notes. It can be loaded." in said.stdout


def test_checking_a_broken_pack_says_what_to_mend_and_exits_with_1(typed, folder):
    (folder / "departments.csv").write_text("code;name\nHALL;Hall\n", encoding="utf-8")

    said = typed("city", "check", folder)

    assert said.returncode == 1
    assert 'categories.csv, line 2: road.pothole goes to "ROADS"' in said.stdout
    assert "→" in said.stdout


def test_findings_are_there_as_json_too(typed, folder):
    (folder / "rules.csv").write_text("order,department,reason\n1,NOBODY,Why\n", encoding="utf-8")

    told = json.loads(typed("city", "check", folder, "--json").stdout)

    assert told["usable"]
    assert told["findings"][0]["file"] == "rules.csv"
    assert told["findings"][0]["line"] == 2


def test_a_broken_pack_is_not_loaded(typed, folder):
    (folder / "departments.csv").unlink()

    assert typed("city", "load", folder).returncode == 1


def test_from_loading_to_new_borders_and_the_complaints_in_them(typed, folder, tmp_path):
    past = tmp_path / "past.csv"
    past.write_text(
        "id,lon,lat,created_at,category,description\n"
        "1,95.0195,-10.0200,2026-01-05,road.pothole,A hole\n"
        "2,,,2026-01-05,road.pothole,Nowhere\n",
        encoding="utf-8",
    )
    loaded = typed("city", "load", folder)
    imported = json.loads(typed("complaints", "import", past, "--json").stdout)
    exported = typed("complaints", "export", "-")
    wards = (folder / "wards.geojson").read_text(encoding="utf-8").replace(*NEW_WARDS)
    (tmp_path / "new.geojson").write_text(wards, encoding="utf-8")
    drafted = typed(
        *("boundaries", "import", tmp_path / "new.geojson"),
        *("--level", "ward", "--parent", "district", "--name", "moved"),
    )
    previewed = json.loads(typed("boundaries", "preview", "moved", "--json").stdout)
    activated = typed("boundaries", "activate", "moved")
    audited = json.loads(typed("boundaries", "audit", "--json").stdout)
    again = typed("boundaries", "activate", "moved")

    assert "Tiny Town is loaded" in loaded.stdout
    assert (imported["stored"], imported["rejected"]) == (1, 1)
    assert "A hole" in exported.stdout
    assert "boundaries activate moved" in drafted.stdout
    assert [(m["level"], m["before"][0], m["after"][0]) for m in previewed["moves"]] == [
        ("ward", "N", "S")
    ]
    assert activated.returncode == 0
    assert audited["levels"][1]["beyond_m2"] == pytest.approx(0, abs=1)
    assert again.returncode == 1
    assert "already in force" in again.stderr


def test_a_file_that_is_not_there_is_told_in_a_sentence(typed):
    said = typed("complaints", "import", "nowhere.csv")

    assert said.returncode == 1
    assert said.stderr.strip() == "There is no file nowhere.csv."
