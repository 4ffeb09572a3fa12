"""Models on disk: the same after as before, and nothing foreign, broken or harmful let in."""

import json
import pickle
import zipfile
from pathlib import Path

import numpy as np
import pytest
import skops.io
from sklearn.linear_model import LogisticRegression

from geo_portal.routing.model_files import (
    BrokenModel,
    _sha256,
    load_model,
    save_model,
)
from geo_portal.settings import settings
from tests.past_words import past_words, trained_on_past_words


class Burglar:
    """What a pickle may hide: reading it back runs a command."""

    def __reduce__(self):
        return (Path.touch, (Path("/tmp/burgled-by-a-model"),))


@pytest.fixture(scope="module")
def trained():
    """The model of the small town, as it is in memory after training."""
    return trained_on_past_words().model


@pytest.fixture
def kept(trained, tmp_path) -> Path:
    """The same model on disk."""
    save_model(tmp_path / "town", trained, {"rows": 60}, "# town\n")
    return tmp_path / "town"


def pretend_whole(folder: Path) -> None:
    """Let the card vouch for whatever the model file is now."""
    card = json.loads((folder / "card.json").read_text())
    card["sha256"] = _sha256(folder / "model.skops")
    (folder / "card.json").write_text(json.dumps(card))


def test_a_stored_model_says_exactly_what_it_said_before(trained, kept):
    texts, _ = past_words()

    loaded = load_model(kept)

    assert loaded.categories == trained.categories
    assert np.array_equal(
        [loaded.confidences(text) for text in texts], [trained.confidences(text) for text in texts]
    )
    assert np.array_equal(loaded.thresholds, trained.thresholds)
    assert loaded.suggest("street lamp is out") == trained.suggest("street lamp is out")


def test_a_model_file_holds_no_type_that_needs_trust(kept):
    assert skops.io.get_untrusted_types(file=kept / "model.skops") == []


def test_the_base_model_that_comes_with_the_portal_needs_no_trust():
    folder = settings().model_dir

    assert skops.io.get_untrusted_types(file=folder / "model.skops") == []
    assert (folder / "model.skops").stat().st_size < 1_600_000


def test_a_file_cut_short_is_refused(kept):
    file = kept / "model.skops"
    file.write_bytes(file.read_bytes()[:-100])

    with pytest.raises(BrokenModel, match="cut short or changed"):
        load_model(kept)


def test_a_file_cut_short_is_refused_even_when_its_card_agrees(kept):
    file = kept / "model.skops"
    file.write_bytes(file.read_bytes()[:-100])
    pretend_whole(kept)

    with pytest.raises(BrokenModel, match="not a skops file"):
        load_model(kept)


def test_a_pickle_is_refused_and_not_run(kept):
    (kept / "model.skops").write_bytes(pickle.dumps(Burglar()))
    pretend_whole(kept)

    with pytest.raises(BrokenModel, match="not a skops file"):
        load_model(kept)

    assert not Path("/tmp/burgled-by-a-model").exists()


def test_a_skops_file_with_program_code_is_refused(kept):
    skops.io.dump({"weights": Burglar}, kept / "model.skops")
    pretend_whole(kept)

    with pytest.raises(BrokenModel, match="holds program code"):
        load_model(kept)


def test_a_foreign_skops_model_is_refused(kept):
    foreign = LogisticRegression().fit([[0.0], [1.0]], [0, 1])
    skops.io.dump(foreign, kept / "model.skops")
    pretend_whole(kept)

    with pytest.raises(BrokenModel, match="not one of this portal's"):
        load_model(kept)


def test_a_file_that_unpacks_to_gigabytes_is_refused(kept, monkeypatch):
    monkeypatch.setattr("geo_portal.routing.model_files.MOST_BYTES_UNPACKED", 1_000)

    with pytest.raises(BrokenModel, match="too large"):
        load_model(kept)


def test_weights_that_are_no_numbers_are_refused(kept):
    content = skops.io.load(kept / "model.skops", trusted=[])
    content["widths"][0] = np.nan
    skops.io.dump(content, kept / "model.skops")
    pretend_whole(kept)

    with pytest.raises(BrokenModel, match="not one of this portal's"):
        load_model(kept)


@pytest.mark.parametrize(("version", "which"), [(1, "an older"), (99, "a newer")])
def test_a_model_of_another_version_says_so(kept, version, which):
    card = json.loads((kept / "card.json").read_text())
    (kept / "card.json").write_text(json.dumps(card | {"format": version}))

    with pytest.raises(BrokenModel, match=f"made by {which} portal version"):
        load_model(kept)


def test_an_empty_folder_holds_no_model(tmp_path):
    with pytest.raises(BrokenModel, match="There is no classifier"):
        load_model(tmp_path)


def test_a_model_file_is_a_plain_zip_of_numbers(kept):
    with zipfile.ZipFile(kept / "model.skops") as packed:
        kinds = {Path(name).suffix for name in packed.namelist()}

    assert kinds == {".json", ".npy"}
