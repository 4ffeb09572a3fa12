"""Words that speak of danger: who to call stands first, and the report comes first."""

import pytest
from sqlalchemy import text

from geo_portal.routing.danger import speaks_of_danger

AT = {"lon": 95.01, "lat": -10.005}
FIRE = "The transformer is on fire and a live wire hangs over the school gate"


@pytest.mark.parametrize(
    "words",
    [
        "The wall collapsed on the pavement",
        "Smell of gas in Mill Lane",
        "kabel putus menjuntai, ada percikan api",
        "بجلی کی تار گر گئی ہے",
        "bijli ki taar gir gayi hai, current lag raha hai",
    ],
)
def test_words_of_danger_are_heard_in_every_language(words):
    assert speaks_of_danger(words)


@pytest.mark.parametrize(
    "words",
    [
        "Tolong fogging, banyak demam berdarah",
        "Fire inspection request",
        "Kapan pemadam kebakaran punya mobil baru?",
        "The street lamp is out",
    ],
)
def test_words_that_only_sound_like_it_raise_no_alarm(words):
    assert not speaks_of_danger(words)


def test_the_numbers_to_call_come_before_and_after_sending(portal, session):
    form = {"description": FIRE, "lon": "95.01", "lat": "-10.005"}

    before = portal.post("/report", data=form | {"step": "check"}).text
    beside = portal.post("/report/where", data=form).text
    classified = portal.post("/api/v1/classify", json={"description": FIRE}).json()
    filed = portal.post("/api/v1/complaints", json=AT | {"description": FIRE}).json()
    thanks = portal.get(f"/c/{filed['code']}/thanks").text

    top = before.partition("<h2")[0] + before.partition("<h2")[2][:900]
    assert 'href="tel:112"' in top
    assert 'id="danger" aria-live="assertive" hx-swap-oob="true"' in beside
    assert [part.count("Is someone in danger right now?") for part in (beside, thanks)] == [1, 1]
    assert classified["emergency"] == filed["emergency"] == [{"number": "112", "name": "Emergency"}]
    stored = text("SELECT urgent FROM complaints WHERE code = :code")
    assert session.scalar(stored, {"code": filed["code"]}) is True
