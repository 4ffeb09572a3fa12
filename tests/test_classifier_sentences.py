"""Reading whole sentences with a sentence model beside the words, and doing without it."""

import gzip
import json
import shutil
import sys
from pathlib import Path

import numpy as np
import pytest
from typer.testing import CliRunner

from geo_portal.city.facts import facts
from geo_portal.cli import app
from geo_portal.routing import classifier, meaning, offline_twin
from geo_portal.routing.further import taught_further
from geo_portal.routing.model_files import BrokenModel, load_model, save_model
from geo_portal.routing.training import train
from geo_portal.settings import settings
from geo_portal.steering import registry
from tests.past_words import LONG_AGO, past_words, trained_on_past_words, write_history
from tests.staff_fixtures import MONDAY

SENTENCES = Path(__file__).with_name("sentence_model")


@pytest.fixture(scope="module")
def runtime():
    """The packages of the extra `embeddings`, without which a sentence model cannot be read."""
    why = "the extra “embeddings” (onnxruntime, tokenizers) is not installed"
    pytest.importorskip("onnxruntime", reason=why)
    pytest.importorskip("tokenizers", reason=why)


@pytest.fixture(scope="module")
def reader(runtime):
    """A classifier of the small town that reads sentences beside words."""
    texts, labels = past_words()
    read = meaning.open_meaning(SENTENCES)
    return train(texts, labels, name="reader", now=LONG_AGO, meaning=read).model


@pytest.fixture
def known(runtime, monkeypatch):
    """The portal knows the small sentence model; called with another folder, it knows that."""

    def put(folder=SENTENCES):
        wanted = settings().model_copy(update={"embeddings_dir": folder})
        monkeypatch.setattr(meaning, "settings", lambda: wanted)

    put()
    return put


@pytest.fixture
def kept(reader, known, tmp_path) -> Path:
    """The same on disk."""
    save_model(tmp_path / "reader", reader, {"rows": 60}, "# reader\n")
    return tmp_path / "reader"


@pytest.fixture
def no_kept_models(monkeypatch):
    """The data folder, and what this process remembers, as they were before the test."""
    monkeypatch.setattr(classifier, "_loaded", classifier._Loaded())
    yield
    shutil.rmtree(settings().data_dir / "classifiers", ignore_errors=True)


def test_words_that_mean_the_same_lie_close_together(runtime):
    read = meaning.open_meaning(SENTENCES)

    crater, pothole, trash = read.vectors(["a crater in the road", "POTHOLE road", "trash bag"])

    assert np.linalg.norm(crater) == pytest.approx(1)
    assert crater @ pothole > 0.7 > crater @ trash


def test_a_text_means_the_same_whatever_stands_beside_it(runtime):
    read = meaning.open_meaning(SENTENCES)

    together = read.vectors(["lamp", "garbage near the school on mill road again please"])

    assert np.allclose(together[0], read.vectors(["lamp"])[0], atol=1e-6)


@pytest.mark.parametrize(
    ("text", "category"),
    [("crater on mill road", "road.pothole"), ("refuse on mill road", "waste.pile")],
)
def test_a_word_that_no_report_had_is_understood_by_what_it_means(reader, text, category):
    plain = trained_on_past_words().model

    assert reader.suggest(text)[0].category == category
    assert plain.suggest(text)[0].category != category


def test_a_stored_reader_says_exactly_what_it_said_before(reader, kept):
    texts, _ = past_words()

    loaded = load_model(kept)

    assert np.array_equal(
        [loaded.confidences(text) for text in texts], [reader.confidences(text) for text in texts]
    )


def test_without_its_sentence_model_a_reader_is_refused(kept, known):
    known(None)

    with pytest.raises(BrokenModel, match="set GEO_PORTAL_EMBEDDINGS_DIR to its folder"):
        load_model(kept)


def test_beside_another_sentence_model_a_reader_is_refused(kept, known, tmp_path):
    other = shutil.copytree(SENTENCES, tmp_path / "other")
    (other / "tokenizer.json").write_text(
        (other / "tokenizer.json").read_text().replace("sinkhole", "chasm")
    )
    known(other)

    with pytest.raises(BrokenModel, match="trained with another sentence model"):
        load_model(kept)


def test_a_refused_reader_leaves_the_classifier_in_use(session, city, kept, known, no_kept_models):
    now_used = classifier.model_in_use(facts(session).classifier)
    known(None)

    with pytest.raises(BrokenModel, match="cannot be used here"):
        registry.register(session, kept, MONDAY)

    assert classifier.model_in_use(facts(session).classifier) is now_used
    assert registry.versions(session) == []


def test_a_page_without_network_gets_no_half_of_a_reader(reader):
    body = gzip.decompress(offline_twin._file({}, reader))

    header = json.loads(body[4 : 4 + int.from_bytes(body[:4], "little")])

    assert header["model"] is None


def test_a_reader_can_be_taught_further(reader):
    texts = ["kunang besi padam", "kunang besi mati"]
    wiser = taught_further(reader, texts, ["light.street"] * 2, name="wiser", now=LONG_AGO)

    assert wiser.suggest("kunang besi")[0].category == "light.street"
    assert wiser.suggest("crater on mill road")[0].category == "road.pothole"


def test_the_command_trains_a_reader_and_its_card_says_so(known, tmp_path):
    history = write_history(tmp_path / "history.csv")
    asked = ["--text", "text", "--label", "category", "--embeddings", SENTENCES]
    words = ["classifier", "train", history, *asked, "--out", tmp_path / "town"]

    said = CliRunner().invoke(app, [str(word) for word in words])

    assert said.exit_code == 0, said.output
    card = json.loads((tmp_path / "town" / "card.json").read_text())
    assert card["sentence_model"] == meaning.open_meaning(SENTENCES).digest
    assert "works only where that one is present" in (tmp_path / "town" / "CARD.md").read_text()


def test_a_folder_without_a_sentence_model_is_refused_in_words(tmp_path):
    with pytest.raises(meaning.NoMeaning, match=r"no model\.onnx in .* needs both"):
        meaning.open_meaning(tmp_path)


def test_a_file_that_is_no_sentence_model_is_refused_in_words(runtime, tmp_path):
    folder = shutil.copytree(SENTENCES, tmp_path / "broken")
    (folder / "model.onnx").write_bytes(b"no model")

    with pytest.raises(meaning.NoMeaning, match="cannot be used: it must take tokens"):
        meaning.open_meaning(folder)


def test_without_the_extra_the_package_to_install_is_named(monkeypatch, tmp_path):
    monkeypatch.setitem(sys.modules, "onnxruntime", None)
    folder = shutil.copytree(SENTENCES, tmp_path / "copy")

    with pytest.raises(meaning.NoMeaning, match=r"pip install “geo-portal\[embeddings\]”"):
        meaning.open_meaning(folder)


def test_words_alone_need_no_sentence_model():
    assert trained_on_past_words().model.meaning is None
