"""Learning categories from past complaints: what is learnt, how surely, and what is refused."""

import numpy as np
import pytest

from geo_portal.errors import Invalid
from geo_portal.routing.cross_validation import folds_of
from geo_portal.routing.labelled_rows import read_labelled
from geo_portal.routing.training import train
from tests.past_words import LONG_AGO, past_words, trained_on_past_words, write_history


@pytest.fixture(scope="module")
def town():
    """The model of the small town."""
    return trained_on_past_words().model


def test_words_never_seen_together_are_told_apart(town):
    best = town.suggest("lamp out at the market")[0]

    assert best.category == "light.street"
    assert "lamp" in best.words


def test_confidences_are_probabilities(town):
    sure = town.confidences("potholes near the lamp")

    assert sure.sum() == pytest.approx(1)
    assert (sure >= 0).all()


def test_a_text_without_a_known_word_suggests_nothing(town):
    assert town.suggest("¿¡…!? ☃") == []
    assert town.suggest("") == []


def test_words_that_point_both_ways_stay_under_the_threshold(town):
    best = town.suggest("garbage pothole lamp")[0]

    assert best.confidence < town.threshold(best.category)


def test_a_category_nobody_taught_is_never_decided(town):
    assert town.threshold("water.none") > 1


def test_a_huge_text_is_read_as_far_as_it_helps(town):
    best = town.suggest("lamp " * 40_000)[0]

    assert best.category == "light.street"


def test_copies_of_a_text_share_a_fold():
    groups = ["a", "b", "a", "c", "d", "b", "e", "f"]

    fold = folds_of(groups, np.zeros(8, dtype=np.intp), 3)

    assert fold[0] == fold[2]
    assert fold[1] == fold[5]


def test_copies_across_the_split_do_not_make_a_model_look_better():
    """Labels drawn at random can be known only of a text that was learnt."""
    chance = np.random.default_rng(1)
    texts = [f"word{i} thing{i} place{i}" for i in range(60)] * 4
    labels = [*chance.choice(["a", "b"], 60), *[""] * 180]
    labels = labels[:60] * 4

    trained = train(texts, labels, name="copies", now=LONG_AGO)

    right = trained.unseen.argmax(axis=1) == trained.columns
    assert right.mean() < 0.75


def test_the_same_rows_teach_the_same_model():
    first, second = trained_on_past_words(), trained_on_past_words()

    assert np.array_equal(first.model.weights, second.model.weights)
    assert first.family == second.family


def test_a_label_with_a_single_row_is_learnt_but_never_decided_alone():
    texts, labels = past_words()

    model = train([*texts, "a camel"], [*labels, "camel"], name="town", now=LONG_AGO).model

    assert "camel" in model.categories
    assert model.threshold("camel") > 1


def test_rows_of_one_label_only_are_refused():
    with pytest.raises(Invalid, match=r"All rows have the same label \(road\)"):
        train(["hole", "crack", "bump"], ["road"] * 3, name="x", now=LONG_AGO)


def test_labels_that_all_have_one_row_are_refused():
    with pytest.raises(Invalid, match="two rows or more"):
        train(["hole", "lamp", "bin"], ["a", "b", "c"], name="x", now=LONG_AGO)


def test_texts_without_a_word_in_common_are_refused():
    with pytest.raises(Invalid, match="nothing to learn from"):
        train(["ab", "cd", "ef", "gh"], ["x", "x", "y", "y"], name="x", now=LONG_AGO)


def test_a_missing_column_is_named_with_those_that_are_there(tmp_path):
    file = write_history(tmp_path / "history.csv")

    with pytest.raises(Invalid, match=r"no column kind\. Its columns: text, category, department"):
        read_labelled(file, ["text"], "kind")


def test_letters_that_are_not_utf8_are_refused_with_their_line(tmp_path):
    file = tmp_path / "history.csv"
    file.write_bytes("text,category\nLaterne kaputt,light\nStraße,road\n".encode("latin-1"))

    with pytest.raises(Invalid, match="line 3: these letters are not UTF-8"):
        read_labelled(file, ["text"], "category")


def test_rows_without_label_or_word_are_left_out_and_counted(tmp_path):
    rows = [("a lamp", "light"), ("", "light"), ("a hole", ""), ("…", "road"), ("mud", "road")]

    read = read_labelled(write_history(tmp_path / "h.csv", rows), ["text"], "category")

    assert read.labels == ["light", "road"]
    assert read.left_out == {"without a word": 2, "without a label": 1}


def test_a_file_cut_short_while_packed_is_refused(tmp_path):
    file = tmp_path / "history.csv.gz"
    file.write_bytes(b"\x1f\x8b\x08\x00garbage")

    with pytest.raises(Invalid, match="not a whole gzip file"):
        read_labelled(file, ["text"], "category")
