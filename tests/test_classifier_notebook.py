"""The notebook beside the base model's card runs, and the figures can be worked out again."""

import csv
import gzip
import json
import os

import nbformat
import pytest
from nbclient import NotebookClient

from geo_portal.routing.base_figures import (
    by_category,
    by_language_and_category,
    kept_back_by,
    predictions_of_kept_back,
)
from geo_portal.routing.cards import base_words
from geo_portal.routing.evaluation import figures_of
from geo_portal.routing.model_files import load_model
from tests.conftest import CHECKOUT

NOTEBOOK = CHECKOUT / "notebooks" / "classifier_report.ipynb"
CROSSWALKS = CHECKOUT / "models" / "crosswalks"
BASE = CHECKOUT / "models" / "base"


@pytest.fixture
def few_rows(tmp_path):
    """A folder like that of the real data, with a handful of made-up rows for every label."""
    (tmp_path / "text").mkdir()
    with (CROSSWALKS / "datasets.csv").open(newline="") as opened:
        for dataset in csv.DictReader(opened):
            _write(tmp_path / "text" / dataset["file"], dataset)
    return tmp_path


def _write(file, dataset):
    with (CROSSWALKS / f"{dataset['dataset']}.csv").open(newline="") as opened:
        known = list(csv.DictReader(opened))
    with (gzip.open if file.suffix == ".gz" else open)(file, "wt", newline="") as opened:
        writer = csv.writer(opened)
        writer.writerow([dataset["text"], dataset["label"]])
        for row in known:
            word = row["beginning_with"].split("|")[0]
            told = [f"{word} pothole lamp waste {number}" for number in "abcdefgh"]
            writer.writerows([text.strip(), row["label"]] for text in told)


def _printed(notebook):
    return "".join(
        out.get("text", "") for cell in notebook.cells for out in cell.get("outputs", [])
    )


def test_the_notebook_runs_on_other_rows_and_says_so(few_rows):
    notebook = nbformat.read(NOTEBOOK, as_version=4)
    environment = os.environ | {
        "PYTHONPATH": str(CHECKOUT),
        "GEO_PORTAL_REAL_DATA": str(few_rows),
    }

    NotebookClient(notebook, timeout=120, kernel_name="python3").execute(
        cwd=str(CHECKOUT / "notebooks"), env=environment
    )

    assert "These are other rows than those of the card" in _printed(notebook)


def test_what_the_notebook_says_in_the_repository_is_what_the_card_says():
    published = json.loads((BASE / "card.json").read_text())["held_out_real_texts"]
    notebook = nbformat.read(NOTEBOOK, as_version=4)

    assert f"All {8 * len(published)} published figures are" in _printed(notebook)


def test_the_published_figures_of_each_category_can_be_worked_out_again(real_data):
    card = json.loads((BASE / "card.json").read_text())
    model = load_model(BASE)

    said = predictions_of_kept_back(model, kept_back_by(CROSSWALKS, real_data))

    told = by_category(said) | {"per_language_and_category": by_language_and_category(said, model)}
    assert {name: card[name] for name in told} == told


def test_the_page_to_read_is_what_the_card_says():
    card = json.loads((BASE / "card.json").read_text())

    assert base_words(card) == (BASE / "CARD.md").read_text()


def test_the_published_figures_can_be_worked_out_again(real_data):
    published = json.loads((BASE / "card.json").read_text())["held_out_real_texts"]
    kept_back = kept_back_by(CROSSWALKS, real_data)

    said = predictions_of_kept_back(load_model(BASE), kept_back)

    assert {name: figures_of(rows).as_dict() for name, rows in said.items()} == published
