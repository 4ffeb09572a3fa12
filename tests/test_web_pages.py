"""The door for people, asked without a browser: words, languages, what is withheld, what is odd."""

import io
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from geo_portal.complaints.submit import NewComplaint, submit
from geo_portal.geometry import LonLat
from geo_portal.photo_store import keep
from geo_portal.routing.danger import speaks_of_danger
from geo_portal.web.brand import DARK_PAPER, LIGHT_PAPER, _parsed, _sheet, contrast
from geo_portal.web.knowledge import html_of
from tests.city_fixtures import HARBOUR, LOADED_AT

WORDS = "A deep pothole by the harbour gate"


@pytest.fixture
def filed(database, portal):
    """Files a report and gives its code."""

    def file(category=None, photos=()):
        with database.transaction() as session:
            new = NewComplaint(WORDS, LonLat(*HARBOUR), category=category, photos=photos)
            return submit(session, new, LOADED_AT).code

    return file


def test_a_private_kind_of_report_shows_neither_words_nor_place_nor_photo(portal, filed):
    drawn = io.BytesIO()
    Image.new("RGB", (40, 40)).save(drawn, "PNG")
    photo = keep(drawn.getvalue())
    code = filed("order.crime", photos=(photo,))

    page = portal.get(f"/c/{code}").text
    card = portal.get(f"/c/{code}/card").text
    picture = portal.get(f"/photos/{photo.key}/large.jpg")

    assert WORDS not in page + card
    assert str(HARBOUR[0]) not in page
    assert picture.status_code == 404


def test_a_report_is_searched_for_by_its_words(portal, filed):
    code = filed("road.pothole")

    found = portal.get("/complaints", params={"q": "harb", "light": "waiting"}).text
    others = portal.get("/complaints", params={"q": "lamp"}).text

    assert f"/c/{code}" in found
    assert f"/c/{code}" not in others


@pytest.mark.parametrize(
    ("address", "status"),
    [
        ("/c/ZZZZZ-ZZZZZ", 404),
        ("/c/%3Cscript%3E", 404),
        ("/areas/ward/none", 404),
        ("/help/none", 404),
        ("/complaints?category=none", 422),
        ("/complaints?cursor=%F0%9F%92%A5", 422),
        ("/complaints/rows?bbox=1,2,nan,4", 422),
        ("/photos/none/small.jpg", 404),
        ("/report?lon=nan&lat=1e999", 200),
        ("/report?category=none", 200),
    ],
)
def test_an_odd_address_is_answered_with_a_page(portal, address, status):
    reply = portal.get(address)

    assert reply.status_code == status
    assert "<h1>" in reply.text
    assert "<script>" not in reply.text


def test_a_language_that_was_asked_for_is_remembered(portal):
    first = portal.get("/", params={"lang": "ur"})
    second = portal.get("/report")

    assert 'lang="ur" dir="rtl"' in first.text
    assert 'lang="ur" dir="rtl"' in second.text


def test_a_code_can_be_scanned(portal, filed):
    code = filed()

    reply = portal.get(f"/c/{code}/qr.svg")

    assert reply.headers["content-type"] == "image/svg+xml"
    assert reply.text.lstrip().startswith("<?xml")


def test_no_page_needs_what_the_content_policy_forbids(portal, filed):
    code = filed("road.pothole")
    addresses = ("/", "/report", "/complaints", "/help", f"/c/{code}", f"/c/{code}/thanks")

    html = "".join(portal.get(address).text for address in addresses)

    assert not re.search(r"<style|\sstyle=|<script(?![^>]*\ssrc=)|\son\w+=|javascript:", html)


def test_what_would_go_where_is_said_for_a_link(portal):
    lon, lat = HARBOUR
    asked = {"lon": lon, "lat": lat, "description": WORDS, "category": "road.pothole"}

    card = portal.get("/report/where", params=asked).text

    assert "Roads Office North" in card
    assert "Ward Harbour" in card


def test_streets_of_an_area_are_offered(portal):
    options = portal.get("/report/streets", params={"area": "ward:N2"}).text

    assert "Harbour Bridge" in options


@given(st.from_regex(r"\A#[0-9a-f]{6}\Z"))
def test_any_city_colour_can_be_read_in_light_and_dark(colour):
    light, dark = re.findall(r":root\{(.*?)\}", _sheet(_parsed(colour)))

    for tokens, paper in ((light, LIGHT_PAPER), (dark, DARK_PAPER)):
        shades = dict(re.findall(r"--([\w-]+):(#\w{6})", tokens))
        assert contrast(_parsed(shades["brand-ink"]), paper) >= 4.5
        assert contrast(_parsed(shades["brand-ink"]), _parsed(shades["brand-soft"])) >= 4.5
        assert contrast(_parsed(shades["on-brand"]), _parsed(shades["brand"])) >= 4.5


def test_an_address_that_holds_no_text_is_refused_in_a_sentence_one_can_read(portal):
    answer = portal.get("/search?q=a%00b", headers={"Accept": "text/html"})

    assert answer.status_code == 400
    assert answer.headers["content-type"].startswith("text/plain")
    assert answer.text == "The address of this page holds a character of no text."


def test_an_article_brings_no_script_and_no_style():
    html = html_of("# Hi\n<script>alert(1)</script><b onclick=x>b</b> [a](javascript:alert(1))")

    assert not re.search(r"<script|<[^>]*onclick|href=.javascript", str(html))


@pytest.mark.parametrize(
    ("words", "danger"),
    [
        ("Ada kabel putus di depan sekolah", True),
        ("Rumah terbakar!", True),
        ("کھمبے سے کرنٹ لگ رہا ہے", True),
        ("aag lag gayi hai", True),
        ("The street lamp is out", False),
        ("Sampah menumpuk sudah seminggu", False),
    ],
)
def test_words_of_danger_are_noticed(words, danger):
    assert speaks_of_danger(words) is danger


@pytest.mark.parametrize("address", ["/", "/areas/ward/N2", "/help", "/complaints", "/look-up"])
def test_every_link_of_our_own_leads_somewhere(portal, address):
    links = set(re.findall(r'href="(/[^"#?]*)', portal.get(address).text))

    answers = {link: portal.get(link).status_code for link in links}

    assert [link for link, status in answers.items() if status >= 400] == []
