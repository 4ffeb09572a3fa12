"""`geo-portal classifier`, typed as a data officer would type it."""

import csv
import json
import os
import subprocess
import sys

import pytest

from tests.conftest import CHECKOUT
from tests.past_words import past_words, write_history

COMMAND = "from geo_portal.cli import main; main()"


@pytest.fixture(scope="module")
def desk(tmp_path_factory):
    """A folder with the town's history, where the officer sits."""
    folder = tmp_path_factory.mktemp("desk")
    write_history(folder / "history.csv")
    return folder


@pytest.fixture(scope="module")
def typed(desk, own_url):
    """Type a command and get what it printed, with its exit code."""

    def typed(*words: object) -> "subprocess.CompletedProcess[str]":
        return subprocess.run(
            [sys.executable, "-c", COMMAND, "classifier", *map(str, words)],
            env=os.environ
            | {
                "GEO_PORTAL_DATA_DIR": str(desk / "data"),
                "GEO_PORTAL_DATABASE_URL": own_url,
                "PYTHONPATH": str(CHECKOUT),
                "COLUMNS": "160",
            },
            cwd=desk,
            capture_output=True,
            text=True,
            timeout=120,
            check=False,
        )

    return typed


@pytest.fixture(scope="module")
def model(typed, desk):
    """The model that `classifier train` made of the history."""
    columns = ("--text", "text", "--label", "category", "--department", "department")
    said = typed("train", desk / "history.csv", *columns, "--out", "town")
    assert said.returncode == 0, said.stderr
    return desk / "town"


def test_training_writes_a_model_and_a_card_to_read(model):
    card = json.loads((model / "card.json").read_text())

    assert card["rows"] == 60
    assert set(card["cross_validation"]) >= {"accuracy", "macro_f1", "top3_accuracy", "ece"}
    assert "Learnt from 60 complaints" in (model / "CARD.md").read_text()
    assert [step["rows"] for step in card["learning_curve"]][-1] == 48
    assert card["per_language"]["en"]["rows"] > 30


def test_beside_the_card_stand_pictures_of_confusion_and_learning(model):
    for name in ("confusion.svg", "learning-curve.svg"):
        assert (model / name).read_text().startswith("<svg")
        assert (model / name).stat().st_size < 100_000


def test_a_model_is_measured_in_figures_that_a_program_reads(typed, model, desk):
    said = typed("evaluate", desk / "history.csv", "--model", model, "--json")

    figures = json.loads(said.stdout)
    assert figures["rows"] == 60
    assert figures["accuracy"] > 0.95
    for name in ("macro_f1", "top3_accuracy", "ece", "coverage", "precision_at_coverage"):
        assert 0 <= figures[name] <= 1


def test_what_was_said_of_each_row_can_be_kept(typed, model, desk):
    said = typed(
        "evaluate", desk / "history.csv", "--model", model, "--json", "--predictions", "said.csv"
    )

    assert json.loads(said.stdout)["predictions"] == "said.csv"
    with (desk / "said.csv").open(newline="") as opened:
        rows = list(csv.DictReader(opened))
    assert [row["label"] for row in rows] == past_words()[1]
    assert {row["accepted"] for row in rows} <= {"yes", "no"}


def test_an_activated_model_explains_itself(typed, model):
    activated = typed("activate", model)

    said = json.loads(typed("explain", "the lamp is out again", "--json").stdout)

    assert activated.returncode == 0
    assert said["suggestions"][0]["category"] == "light.street"
    assert "lamp" in said["suggestions"][0]["words"]
    assert said["department"]["category"] == "LIGHT"


def test_the_list_shows_what_is_in_use_and_going_back_takes_it_out(typed, model):
    typed("activate", model)

    [listed] = json.loads(typed("list", "--json").stdout)
    back = typed("rollback")

    assert (listed["name"], listed["state"], listed["rows"]) == ("town", "active", 60)
    assert "that came with the portal again" in back.stdout


def test_an_explanation_is_also_there_to_read(typed, model):
    said = typed("explain", "a pothole on mill road", "--model", model)

    assert "road.pothole" in said.stdout
    assert "pothole" in said.stdout


@pytest.mark.parametrize(
    ("rows", "sentence"),
    [
        ([("a hole", "road"), ("a bump", "road")], "All rows have the same label (road)"),
        ([], "no row with both a text and a label"),
    ],
)
def test_a_history_that_teaches_nothing_is_refused_in_words(typed, desk, rows, sentence):
    file = write_history(desk / "poor.csv", rows)

    said = typed("train", file, "--text", "text", "--label", "category", "--out", "poor")

    assert said.returncode == 1
    assert sentence in said.stderr
    assert not (desk / "poor").exists()


def test_a_column_that_is_not_there_is_refused_in_words(typed, desk):
    said = typed(
        "train", desk / "history.csv", "--text", "words", "--label", "category", "--out", "x"
    )

    assert said.returncode == 1
    assert "no column words" in said.stderr


def test_a_broken_model_is_not_activated(typed, desk):
    (desk / "broken").mkdir()
    (desk / "broken" / "card.json").write_text("{}")

    said = typed("activate", desk / "broken")

    assert said.returncode == 1
    assert "not a classifier's card" in said.stderr
