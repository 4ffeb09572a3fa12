"""Who harms others may not take part for a while, can appeal once, and can always report danger."""

from datetime import timedelta

import pytest
from sqlalchemy import select, text

from geo_portal.accounts.bans import Banned, standing_ban
from geo_portal.accounts.limits import TooManyAttempts
from geo_portal.accounts.people import Membership
from geo_portal.community.comments import Author, comment, shown_of
from geo_portal.community.supports import Supporter, support
from geo_portal.community.tables import Comment
from geo_portal.complaints.floods import REPORTS_OF_PLACE
from geo_portal.complaints.submit import NewComplaint, submit
from geo_portal.complaints.tables import Complaint
from geo_portal.errors import Conflict, Invalid, NotAllowed
from geo_portal.geometry import LonLat
from geo_portal.moderation import bans, flags, names
from geo_portal.moderation.acts import acts
from geo_portal.web.own_browser import DEVICE
from tests.city_fixtures import HARBOUR
from tests.staff_fixtures import MONDAY

HERE = LonLat(*HARBOUR)
PHONE = "a phone"
DANGER = "There is a gas leak here, people are trapped"


@pytest.fixture
def mod(hire):
    """A moderator."""
    return hire("Mod", "moderator")


@pytest.fixture
def nur(hire):
    """Another moderator."""
    return hire("Nur", "moderator")


@pytest.fixture
def insult(session, pothole, asha):
    """What Asha wrote from her phone."""
    return comment(session, pothole.code, Author(asha, PHONE), "You are all idiots", MONDAY)


def banned(session, who, written, days=7):
    return bans.ban(session, who, "comment", str(written.id), days, "Insults", MONDAY)


def test_who_is_banned_takes_no_part_by_account_or_browser_and_is_told_why(
    session, pothole, mod, insult, asha
):
    banned(session, mod, insult)

    with pytest.raises(Banned, match=r"until 2026-03-09: Insults\. .*/account/ban"):
        comment(session, pothole.code, Author(asha), "Again", MONDAY)
    with pytest.raises(Banned):
        support(session, pothole.code, Supporter(device_hash=PHONE), MONDAY)
    with pytest.raises(Banned):
        flags.flag(session, "complaint", pothole.code, "false", "", f"device:{PHONE}", MONDAY)
    with pytest.raises(Banned):
        submit(session, NewComplaint("A hole", HERE, device_hash=PHONE), MONDAY)
    assert standing_ban(session, asha.id, None, MONDAY + timedelta(days=8)) is None


def test_who_is_banned_can_still_report_a_danger(session, mod, insult):
    banned(session, mod, insult)

    done = submit(session, NewComplaint(DANGER, HERE, device_hash=PHONE), MONDAY)

    assert (done.urgent, session.get_one(Complaint, done.id).urgent) == (True, True)


def test_an_appeal_is_decided_once_by_another_moderator(session, mod, nur, insult, asha):
    made = banned(session, mod, insult)
    bans.appeal(session, asha.id, None, "It was a quotation", MONDAY)

    with pytest.raises(NotAllowed, match="yourself"):
        bans.decide_appeal(session, mod, made.id, "No", MONDAY, lift=False)
    waiting = len(bans.appeals(session, nur))
    bans.decide_appeal(session, nur, made.id, "It was", MONDAY, lift=True)

    assert (waiting, bans.appeals(session, nur)) == (1, [])
    assert standing_ban(session, asha.id, PHONE, MONDAY) is None
    assert [one.act for one in acts(session, nur)] == ["ban_lifted", "banned"]
    with pytest.raises(Conflict):
        bans.appeal(session, asha.id, None, "Once more", MONDAY)


def test_a_ban_needs_a_reason_a_length_and_somebody_who_is_no_staff(
    session, pothole, mod, rina, insult
):
    by_staff = comment(session, pothole.code, Author(rina), "We are on it", MONDAY)

    with pytest.raises(Invalid):
        bans.ban(session, mod, "comment", str(insult.id), 7, " ", MONDAY)
    with pytest.raises(Invalid):
        bans.ban(session, mod, "comment", str(insult.id), 10_000, "x", MONDAY)
    with pytest.raises(Conflict, match="staff"):
        banned(session, mod, by_staff)
    with pytest.raises(NotAllowed):
        banned(session, rina, insult)


def test_names_are_hidden_beside_a_comment_and_in_the_words_of_a_report(session, pothole, mod):
    written = Comment(
        complaint_id=pothole.id, signed_as="Asha B.", words="Hm", state="shown", at=MONDAY
    )
    session.add(written)
    session.flush()

    names.hide_name(session, mod, written.id, "She asked for it", MONDAY, hidden=True)
    many = names.cover_words(session, mod, pothole.code, "HARBOUR gate", "A name", MONDAY)

    [shown] = shown_of(session, pothole.id)
    assert (shown.signed_as, written.signed_as, many) == (None, "Asha B.", 1)
    assert pothole.public_description == "A deep pothole by the •••"
    assert pothole.description == "A deep pothole by the harbour gate"


def test_one_browser_cannot_flood_one_place_but_can_report_a_danger_there(session, city):
    told = {"place": HERE, "device_hash": PHONE}
    [
        submit(session, NewComplaint(f"Hole {n}", **told), MONDAY)
        for n in range(REPORTS_OF_PLACE.most)
    ]

    with pytest.raises(TooManyAttempts):
        submit(session, NewComplaint("One more hole", **told), MONDAY)

    assert submit(session, NewComplaint(DANGER, **told), MONDAY).urgent


def test_a_stranger_is_banned_reads_why_appeals_and_reads_the_answer(portal, database, signed_in):
    body = {"description": "A hole", "lon": HARBOUR[0], "lat": HARBOUR[1]}
    code = portal.post("/api/v1/complaints", json=body).json()["code"]
    portal.cookies.set(DEVICE, "x" * 22)
    portal.post(f"/c/{code}/comments", data={"words": "Idiots, all of them"})
    mod = signed_in("mod", Membership("moderator"))
    nur = signed_in("nur", Membership("moderator"))
    with database.transaction() as session:
        number = session.scalars(select(Comment.id)).one()
    page = mod.get("/desk/moderation").text
    wish = {"kind": "comment", "reference": str(number), "days": "7", "why": "An <b>insult</b>"}

    mod.post("/desk/moderation/bans", data=wish)
    refused = portal.post(f"/c/{code}/comments", data={"words": "And again"})
    told = portal.get("/account/ban").text
    unsaid = portal.post("/account/ban", data={"words": " "})
    portal.post("/account/ban", data={"words": "I meant the potholes"})
    own = mod.post("/desk/moderation/appeals/1", data={"why": "no", "step": "keep"})
    with database.transaction() as session:
        ban = session.execute(text("SELECT id FROM bans")).scalar_one()
    lifted = nur.post(f"/desk/moderation/appeals/{ban}", data={"why": "Granted", "step": "lift"})
    nur.post(f"/desk/moderation/comments/{number}", data={"step": "show"})

    assert "Idiots, all of them" in page
    assert (refused.status_code, "An &lt;b&gt;insult" in refused.text) == (403, True)
    assert ("An &lt;b&gt;insult" in told, unsaid.status_code) == (True, 422)
    assert (own.status_code in (403, 404), lifted.status_code) == (True, 200)
    assert "Granted" in portal.get("/account/ban").text
    assert "Idiots, all of them" in portal.get(f"/c/{code}").text
    assert portal.post(f"/c/{code}/comments", data={"words": "Thanks"}).status_code == 200
    with database.transaction() as session:
        session.execute(text("TRUNCATE bans, moderation_acts CASCADE"))
