"""The register of classifiers: put to use in every process at once, refused in words, gone back."""

import json
import shutil
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from geo_portal.city.facts import facts
from geo_portal.errors import Conflict, NotAllowed, NotFound
from geo_portal.geometry import LonLat
from geo_portal.routing import classifier
from geo_portal.routing.classifier import departments_in_use, model_in_use
from geo_portal.routing.model_files import DEPARTMENTS, BrokenModel, save_model
from geo_portal.routing.route import find_route
from geo_portal.settings import settings
from geo_portal.steering import registry
from geo_portal.steering.registry import COMMAND
from tests.city_fixtures import HARBOUR
from tests.past_words import trained_on_past_words
from tests.staff_fixtures import MONDAY


@pytest.fixture(scope="module")
def trained():
    """The model of the small town, as it is in memory after training."""
    return trained_on_past_words().model


@pytest.fixture
def town(trained, tmp_path) -> Path:
    """The same model on disk, with who took what."""
    card = {"rows": 60, "family": "SVM", "cross_validation": {"accuracy": 0.97}}
    save_model(tmp_path / "town", trained, card, "# town\n")
    save_model(tmp_path / "town" / DEPARTMENTS, trained, {}, "# departments\n")
    return tmp_path / "town"


@pytest.fixture
def newer(trained, tmp_path) -> Path:
    """A model of the town that was trained a day later."""
    later = trained.__class__(
        **{**vars(trained), "name": "newer", "trained_at": trained.trained_at + timedelta(days=1)}
    )
    save_model(tmp_path / "newer", later, {"rows": 61}, "# newer\n")
    return tmp_path / "newer"


@pytest.fixture
def anita(hire):
    """The administrator."""
    return hire("Anita", "administrator")


@pytest.fixture(autouse=True)
def no_kept_models(monkeypatch):
    """The data folder, and what this process remembers, as they were before the test."""
    monkeypatch.setattr(classifier, "_loaded", classifier._Loaded())
    monkeypatch.setattr(classifier, "_departments", classifier._Loaded())
    yield
    shutil.rmtree(settings().data_dir / "classifiers", ignore_errors=True)


def used(session):
    """The name of the model that the next report is read by."""
    model = model_in_use(facts(session).classifier)
    return model and model.name


def put_to_use(session, folder):
    number = registry.register(session, folder, MONDAY).id
    return registry.activate(session, number, MONDAY, COMMAND)


def test_an_activated_model_reads_the_very_next_report(session, city, town):
    put_to_use(session, town)

    route = find_route(session, LonLat(*HARBOUR), None, "street light out again", MONDAY)

    assert (route.category, route.category_by) == ("light.street", "classifier")
    assert used(session) == "town"
    assert departments_in_use(facts(session).classifier) is not None


def test_the_register_keeps_card_figures_digest_and_who(session, city, town, anita):
    version = registry.register(session, town, MONDAY)

    registry.activate(session, version.id, MONDAY, anita)

    [turn] = registry.turns(session)
    assert (version.name, version.family, version.rows, version.state) == (
        *("town", "SVM", 60, "active"),
    )
    assert version.figures == {"accuracy": 0.97}
    assert version.digest == json.loads((town / "card.json").read_text())["sha256"]
    assert version.words == "# town\n"
    assert (turn.kind, turn.by, turn.person) == ("activated", "person", "Anita")


def test_going_back_leads_step_by_step_to_the_one_that_came_along(session, city, town, newer):
    put_to_use(session, town)
    put_to_use(session, newer)

    steps = [used(session)]
    for _ in range(2):
        registry.roll_back(session, MONDAY, COMMAND)
        steps.append(used(session))

    assert steps == ["newer", "town", "base"]
    with pytest.raises(Conflict, match="none was before it"):
        registry.roll_back(session, MONDAY, COMMAND)


def test_only_an_administrator_decides(session, city, town, budi):
    number = registry.register(session, town, MONDAY).id

    with pytest.raises(NotAllowed):
        registry.activate(session, number, MONDAY, budi)

    assert used(session) == "base"


def test_a_broken_model_is_not_registered_and_the_one_in_use_stays(session, city, town, tmp_path):
    put_to_use(session, town)
    broken = Path(shutil.copytree(town, tmp_path / "broken"))
    (broken / "model.skops").write_bytes(b"PK")

    with pytest.raises(BrokenModel, match="cut short or changed"):
        registry.register(session, broken, MONDAY)

    assert used(session) == "town"


def test_a_model_exchanged_on_disk_after_it_was_registered_is_refused(session, city, town, newer):
    version = registry.register(session, town, MONDAY)
    folder = classifier.folder_in_use(version.folder)
    shutil.copytree(newer, folder, dirs_exist_ok=True)

    with pytest.raises(BrokenModel, match="was exchanged"):
        registry.activate(session, version.id, MONDAY, COMMAND)

    assert used(session) == "base"


def test_a_model_damaged_while_in_use_leaves_the_one_in_memory(session, city, town):
    version = put_to_use(session, town)
    used(session)
    (classifier.folder_in_use(version.folder) / "model.skops").write_bytes(b"PK")

    assert used(session) == "town"


def test_who_took_such_reports_before_reads_what_nobody_could_sort(
    session, city, trained, tmp_path
):
    unsure = replace(trained, thresholds=trained.thresholds * 0 + 2)
    owners = replace(
        trained, categories=("LIGHT", "ROADS", "WASTE"), thresholds=trained.thresholds * 0
    )
    save_model(tmp_path / "unsure", unsure, {}, "")
    save_model(tmp_path / "unsure" / DEPARTMENTS, owners, {}, "")
    put_to_use(session, tmp_path / "unsure")

    found = find_route(session, LonLat(*HARBOUR), None, "lamp not working", MONDAY)

    assert (found.department, found.category, found.needs_triage) == ("LIGHT", None, True)
    assert [reason.kind for reason in found.reasons] == ["place", "unsure", "history"]


def test_a_model_without_departments_tells_none(session, city, newer):
    put_to_use(session, newer)

    assert departments_in_use(facts(session).classifier) is None


def test_an_unknown_number_is_refused(session, city):
    with pytest.raises(NotFound, match="number 7777"):
        registry.activate(session, 7777, MONDAY, COMMAND)


def test_without_any_model_reports_are_taken_and_go_to_triage(session, city, town):
    version = put_to_use(session, town)
    shutil.rmtree(classifier.folder_in_use(version.folder))

    route = find_route(session, LonLat(*HARBOUR), None, "a street lamp is out", MONDAY)

    assert route.needs_triage
    assert route.category is None
