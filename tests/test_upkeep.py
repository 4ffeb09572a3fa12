"""What administrators change by hand: articles that outlive a load, and who works here."""

from dataclasses import replace

import pytest
from sqlalchemy import text

from geo_portal.accounts.people import Membership
from geo_portal.city.facts import facts
from geo_portal.city.knowledge import article
from geo_portal.city.load import load
from geo_portal.city.packs import read_pack
from geo_portal.city.search import search
from geo_portal.errors import Conflict, Invalid, NotAllowed
from geo_portal.upkeep import articles, people
from tests.staff_fixtures import MONDAY

OURS = articles.Wording("potholes", "en", "Holes", "We fill them with zirconium.", "road.pothole")
ADMINISTRATOR = Membership("administrator")


@pytest.fixture
def rahmat(hire):
    """The administrator."""
    return hire("Rahmat", "administrator")


def test_a_wording_outlives_a_load_and_is_found_at_once(session, city, tiny_pack, rahmat):
    articles.reword(session, facts(session), rahmat, OURS, MONDAY)

    load(session, read_pack(tiny_pack), MONDAY)

    assert article(session, "potholes", "en").title == "Holes"
    assert search(session, "zirconium", "en")[0].ref == "potholes"


def test_the_list_says_when_the_pack_has_a_newer_text(session, city, tiny_pack, rahmat):
    articles.reword(session, facts(session), rahmat, OURS, MONDAY)
    pack = read_pack(tiny_pack)
    pack.articles = [replace(one, body=f"{one.body} Newer.") for one in pack.articles]

    load(session, pack, MONDAY)

    listed = {(one.slug, one.language): one for one in articles.article_list(session, rahmat)}
    assert listed["potholes", "en"].pack_is_newer
    assert not listed["potholes", "id"].own


def test_taking_back_brings_the_packs_text_again(session, city, rahmat):
    articles.reword(session, facts(session), rahmat, OURS, MONDAY)

    articles.take_back(session, rahmat, "potholes", "en")

    assert article(session, "potholes", "en").title == "Potholes"


@pytest.mark.parametrize(
    "wrong",
    [{"slug": "../x"}, {"title": " "}, {"body": ""}, {"category": "no"}, {"url": "javascript:x"}],
)
def test_what_cannot_be_an_article_is_refused(session, city, rahmat, wrong):
    with pytest.raises(Invalid):
        articles.reword(session, facts(session), rahmat, replace(OURS, **wrong), MONDAY)


def test_an_officer_rewords_nothing(session, city, rina):
    with pytest.raises(NotAllowed):
        articles.reword(session, facts(session), rina, OURS, MONDAY)


def test_somebody_is_taken_on_and_let_go(session, city, rahmat):
    known = facts(session)
    held = Membership("officer", "ROADS")
    link = people.hire(session, known, rahmat, "new@x.example", "New Person", held, MONDAY)
    hired = next(one for one in people.colleagues(session, rahmat) if one.name == "New Person")

    people.let_go(session, rahmat, hired.id, MONDAY)

    assert "/sign-in/link?token=" in link
    assert hired.memberships == (held,)
    gone = people.colleague(session, rahmat, hired.id)
    assert (gone.active, gone.memberships) == (False, ())


def test_the_last_administrator_stays(session, city, rahmat):
    with pytest.raises(Conflict):
        people.end_role(session, rahmat, rahmat.id, ADMINISTRATOR)


def test_a_head_manages_nobody(session, city, budi):
    with pytest.raises(NotAllowed):
        people.colleagues(session, budi)


def test_the_page_of_people_takes_on_and_signs_out(portal, signed_in, database):
    rahmat = signed_in("rahmat", ADMINISTRATOR)
    budi = signed_in("budi", Membership("officer", "ROADS"))
    with database.session() as session:
        number = session.execute(text("SELECT id FROM people WHERE name = 'Budi'")).scalar_one()
    form = {"email": "siti@x.example", "name": "Siti", "role": "agent"}
    hired = rahmat.post("/admin/people", data=form)

    rahmat.post(f"/admin/people/{number}", data={"step": "sign_out"})

    assert "/sign-in/link?token=" in hired.text
    assert "Siti" in rahmat.get("/admin/people").text
    assert budi.get("/desk", follow_redirects=False).status_code == 303


def test_the_page_of_articles_shows_a_preview_and_publishes(portal, signed_in, database):
    rahmat = signed_in("rahmat", ADMINISTRATOR)
    form = {"slug": "moon", "language": "en", "title": "The moon", "body": "## Made of *cheese*"}
    preview = rahmat.post("/admin/articles/edit", data=form | {"step": "preview"})
    rahmat.post("/admin/articles/edit", data=form | {"step": "keep"})

    page = portal.get("/help/moon")

    rahmat.post("/admin/articles/edit", data=form | {"step": "take_back"})
    assert "<em>cheese</em>" in preview.text
    assert "The moon" in page.text
    assert portal.get("/help/moon").status_code == 404


@pytest.mark.parametrize("path", ["/admin/people", "/admin/articles", "/admin/today"])
def test_the_administrators_pages_are_theirs_alone(portal, signed_in, path):
    officer = signed_in("rina", Membership("officer", "ROADS"))
    rahmat = signed_in("rahmat", ADMINISTRATOR)

    statuses = officer.get(path).status_code, rahmat.get(path).status_code

    assert statuses == (403, 200)
