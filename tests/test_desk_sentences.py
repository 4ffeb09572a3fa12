"""Ready-made sentences of the desk: in every language, filled in, of the right department."""

import pytest
from sqlalchemy import update

from geo_portal.accounts.tables import Account
from geo_portal.city.facts import facts
from geo_portal.errors import Invalid, NotAllowed
from geo_portal.inbox.templates import (
    PLACEHOLDERS,
    WRITTEN_IN,
    add_template,
    filled,
    own_templates,
    remove_template,
    replies,
    shipped,
)


@pytest.fixture
def own(session, city):
    """Keeps a sentence of Roads for closing a case."""

    def keep(who, **wanted):
        given = {
            "department": "ROADS",
            "category": None,
            "step": "resolve",
            "outcome": "fixed",
            "language": "en",
            "name": "Filled",
            "text": "The hole {code} is filled.",
        }
        return add_template(session, who, facts(session), **(given | wanted))

    return keep


@pytest.mark.parametrize("row", shipped(), ids=lambda row: row["key"])
def test_a_shipped_sentence_says_the_same_in_every_language(row):
    known = {"{" + name + "}" for name in PLACEHOLDERS}

    used = [{one for one in known if one in row[f"text_{lang}"]} for lang in ("en", "id", "ur")]

    assert row["move"] in WRITTEN_IN
    assert used[0] == used[1] == used[2]
    assert all(row[f"{part}_{lang}"] for part in ("name", "text") for lang in ("en", "id", "ur"))
    assert set(row) == {*("key", "move", "outcome", "category"), *_translated("name", "text")}


def test_a_sentence_is_filled_in_for_the_case(session, pothole):
    said = filled(session, facts(session), pothole, "{code}: {category}, {office}, {place}, {due}")

    assert said == (
        f"{pothole.code}: Pothole or damaged road, Roads Office North, Harbour, 5 March 2026, 09:00"
    )


def test_a_sentence_is_filled_in_in_the_reporters_language(session, pothole, asha):
    pothole.reporter_id = asha.id
    session.execute(update(Account).where(Account.id == asha.id).values(language="id"))

    said = filled(session, facts(session), pothole, "{category}")

    assert said == "Jalan rusak atau berlubang"


@pytest.mark.parametrize("text", ["{}", "{0}", "{code.__class__}", "{{x}}", "{ code }", "{CODE}"])
def test_other_braces_stay_what_they_are(session, pothole, text):
    said = filled(session, facts(session), pothole, text)

    assert said == text


def test_braces_in_what_is_filled_in_are_not_filled_in_again(session, pothole):
    pothole.address = "{code} {due}"

    said = filled(session, facts(session), pothole, "At {place}")

    assert said == "At {code} {due}"


def test_sentences_fit_the_step_the_kind_and_the_language(session, pothole):
    city = facts(session)

    closing = {one.key for one in replies(session, city, pothole, "resolve", "id")}
    pothole.language = "ur"
    asking = replies(session, city, pothole, "ask", "id")

    assert "resolve-road" in closing
    assert "resolve-light" not in closing
    assert asking[0].name == "Di mana tepatnya?"
    assert asking[0].text.startswith("ہم {place}")


def test_a_departments_own_sentences_come_first(session, pothole, budi, own):
    own(budi, category="waste.pile")
    own(budi, language="ur")
    kept = own(budi)

    offered = replies(session, facts(session), pothole, "resolve", "en")

    assert [one.key for one in offered][:2] == [str(kept.id), "resolve-fixed"]


def test_heads_look_after_their_departments_sentences_only(session, rina, budi, sari, wati, own):
    kept = own(budi)
    with pytest.raises(NotAllowed):
        own(rina)
    with pytest.raises(NotAllowed):
        own(budi, department="LIGHT")
    with pytest.raises(NotAllowed):
        remove_template(session, sari, kept.id)
    for_all = own(wati, department=None)

    seen = [own_templates(session, who) for who in (rina, sari)]
    remove_template(session, budi, kept.id)

    assert seen == [[kept], []]
    assert own_templates(session, wati) == [for_all]


@pytest.mark.parametrize(
    "wrong",
    [
        {"step": "explode"},
        {"language": "xx"},
        {"category": "x"},
        {"name": " "},
        {"text": ""},
        {"text": "x" * 4001},
    ],
)
def test_a_sentence_that_cannot_be_used_is_refused(budi, own, wrong):
    with pytest.raises(Invalid):
        own(budi, **wrong)


def _translated(*parts):
    return [f"{part}_{lang}" for part in parts for lang in ("en", "id", "ur")]
