"""Places and times as evidence beside words: what they add, and that nothing hangs on them."""

from datetime import UTC, datetime, timedelta

import numpy as np
import pytest

from geo_portal.geometry import LonLat
from geo_portal.routing.evaluation import figures_of, predictions_of
from geo_portal.routing.labelled_rows import OccasionColumns, read_labelled
from geo_portal.routing.model_files import load_model, save_model
from geo_portal.routing.surroundings import NOWHERE, Occasion
from geo_portal.routing.training import train
from tests.past_words import LONG_AGO

HARBOUR, HILLS = LonLat(95.03, -10.00), LonLat(95.20, -10.00)
WINTER, SUMMER = datetime(2026, 1, 10, 8, tzinfo=UTC), datetime(2026, 7, 10, 8, tzinfo=UTC)


@pytest.fixture(scope="module")
def coast():
    """A model of a town whose harbour floods and whose hills lack water, told in the same words."""
    texts, labels, occasions = [], [], []
    for number in range(80):
        at_harbour = number % 2 == 0
        place = HARBOUR if at_harbour else HILLS
        texts.append(f"trouble with the water at number {'abcdefghij'[number % 10]}")
        labels.append("drain.flood" if at_harbour else "water.none")
        nearby = LonLat(place.lon + number * 1e-5, place.lat)
        occasions.append(Occasion(nearby, WINTER + timedelta(days=number)))
    return train(texts, labels, name="coast", now=LONG_AGO, occasions=occasions).model


@pytest.mark.parametrize(("place", "category"), [(HARBOUR, "drain.flood"), (HILLS, "water.none")])
def test_the_same_words_mean_what_was_reported_there_before(coast, place, category):
    best = coast.suggest("trouble with the water", place=place)[0]

    assert best.category == category
    assert best.confidence > 0.7


def test_words_without_a_place_still_get_an_answer(coast):
    best = coast.suggest("trouble with the water")[0]

    assert 0.3 < best.confidence < 0.7


def test_a_place_on_the_other_side_of_the_world_is_no_error(coast):
    suggested = coast.suggest("trouble with the water", place=LonLat(-73.9, 40.7), at=SUMMER)

    assert len(suggested) == 2


def test_a_stored_model_remembers_its_places(coast, tmp_path):
    occasion = Occasion(HARBOUR, SUMMER)
    save_model(tmp_path / "coast", coast, {}, "# coast\n")

    loaded = load_model(tmp_path / "coast")

    assert np.array_equal(
        loaded.confidences("water", occasion), coast.confidences("water", occasion)
    )
    assert not np.array_equal(
        loaded.confidences("water", occasion), loaded.confidences("water", NOWHERE)
    )


def test_a_report_is_not_its_own_witness(coast):
    around = coast.surroundings
    before = around.blocks["before"]

    told = around.vector(Occasion(HARBOUR))[before]
    without_itself = around.vector(Occasion(HARBOUR), own=0)[before]

    assert without_itself[0] < told[0]


def test_places_and_times_that_cannot_be_read_count_as_unknown(tmp_path):
    file = tmp_path / "history.csv"
    file.write_text(
        "text,kind,x,y,t\nhole,road,106.8,-6.2,2026-01-02T03:04:05+07:00\nlamp,light,nan,,soon\n"
    )

    read = read_labelled(file, ["text"], "kind", occasion_columns=OccasionColumns("x", "y", "t"))

    assert read.occasions[0].place == LonLat(106.8, -6.2)
    assert read.occasions[0].at.hour == 3
    assert read.occasions[1] == NOWHERE


def test_place_and_time_help_on_bostons_real_reports(real_data):
    file = real_data / "text" / "boston-open311-train.csv.gz"
    told = OccasionColumns("lon", "lat", "created_at")

    words = _cross_validated(read_labelled(file, ["text"], "category"))
    both = _cross_validated(read_labelled(file, ["text"], "category", occasion_columns=told))

    assert both.accuracy > words.accuracy + 0.003
    assert both.macro_f1 > words.macro_f1 + 0.003


def _cross_validated(rows):
    """Figures of every fourth report, by a model that did not learn from it."""
    texts, labels = rows.texts[::4], rows.labels[::4]
    occasions = rows.occasions[::4] if rows.occasions else None
    families = ("linear SVM",)
    trained = train(
        texts, labels, name="b", now=LONG_AGO, occasions=occasions, families=families, folds=3
    )
    model = trained.model
    return figures_of(predictions_of(model.categories, trained.unseen, model.thresholds, labels))
