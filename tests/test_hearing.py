"""Who follows a place or a kind hears of it: once, with the reason, and can stop by one click."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from geo_portal.accounts.tables import Account
from geo_portal.city.facts import facts
from geo_portal.community import follows
from geo_portal.community.comments import Author, comment, hide, release
from geo_portal.community.hearing import leave_path
from geo_portal.community.supports import Supporter, support
from geo_portal.community.verify import Sight, verify
from geo_portal.complaints.cases import take
from geo_portal.complaints.followers import follow_signed_in
from geo_portal.complaints.lifecycle import Said, make_move
from geo_portal.complaints.submit import NewComplaint, submit
from geo_portal.complaints.tables import Complaint, Event
from geo_portal.complaints.timeline import PORTAL, tell
from geo_portal.geometry import LonLat
from geo_portal.notifications.notify import notify
from geo_portal.notifications.wishes import Wishes, wish
from geo_portal.outbox import INBOX
from geo_portal.outbox.tables import Message
from tests.city_fixtures import HARBOUR
from tests.people_fixtures import add_person, run_jobs
from tests.staff_fixtures import MONDAY

LATER = MONDAY + timedelta(hours=3)
NEXT_MORNING = MONDAY + timedelta(hours=23)  # 08:00 in the tiny town


@pytest.fixture
def nadia(session, hire, city):
    """A neighbour who follows the ward, the kind and a corner around the harbour."""
    nadia, town = hire("Nadia"), facts(session)
    follows.follow_area(session, town, nadia, "ward", "N2", MONDAY)
    follows.follow_category(session, town, nadia, "road.pothole", MONDAY)
    follows.follow_around(session, town, nadia, LonLat(*HARBOUR), 300, "Home", MONDAY)
    return nadia


def filed(session, **more):
    """A pothole at the harbour gate, reported on Monday."""
    new = NewComplaint("A hole", LonLat(*HARBOUR), category="road.pothole", **more)
    return session.get_one(Complaint, submit(session, new, MONDAY).id)


def told(session, *kinds, at=LATER):
    """Every mail about events of these kinds, in order."""
    asked = select(Event.id).where(Event.kind.in_(kinds)).order_by(Event.id)
    notify(session, session.scalars(asked).all(), at)
    mails = select(Message).where(Message.channel == "email").order_by(Message.id)
    return session.scalars(mails).all()


def test_who_follows_in_three_ways_hears_once_and_why(session, nadia):
    complaint = filed(session)

    [mail] = told(session, "submitted", "assigned")

    ward = follows.mine(session, nadia)[0]
    assert (mail.recipient, mail.complaint_id) == ("nadia@tiny.example", complaint.id)
    assert mail.subject == f"{complaint.code}: New: Pothole or damaged road"
    assert f"because you follow “{ward.name}”" in mail.body_text
    assert mail.unsubscribe.endswith(leave_path(ward.id))


def test_who_follows_the_report_and_its_place_hears_as_its_follower(session, nadia, rina):
    complaint = filed(session)
    follow_signed_in(session, complaint, nadia, MONDAY)
    make_move(session, rina, complaint.code, "start", Said(), LATER)

    [mail] = told(session, "in_progress")

    assert "because you follow this report" in mail.body_text


def test_nobody_hears_of_what_they_did_or_sent_themselves(session, nadia, asha):
    complaint = filed(session, reporter_id=nadia.id)
    follow_signed_in(session, complaint, asha, MONDAY)
    verify(session, asha, complaint.code, Sight("there"), LATER)

    first, second = told(session, "submitted", "verified")

    assert (first.recipient, first.subject[-19:]) == ("nadia@tiny.example", "We have your report")
    assert second.recipient == "nadia@tiny.example"
    assert "A neighbour was there: It is still there" in second.subject


@pytest.mark.parametrize("kind", ["submitted", "resolved", "verified"])
def test_of_a_private_report_nobody_around_hears(session, nadia, kind):
    complaint = filed(session)
    complaint.sensitive = True
    tell(session, take(session, complaint.code), kind, LATER, by=PORTAL)

    assert told(session, kind) == []


def test_a_kind_that_is_found_later_is_told_to_who_follows_the_kind(session, hire, city):
    by_kind, by_place = hire("Kim"), hire("Pat")
    follows.follow_category(session, facts(session), by_kind, "road.pothole", MONDAY)
    follows.follow_area(session, facts(session), by_place, "ward", "N2", MONDAY)
    complaint = take(session, filed(session).code)
    changed = {"changed": {"category": ["other", "road.pothole"]}}
    tell(session, complaint, "triaged", LATER, by="department", facts=changed)

    assert [mail.recipient for mail in told(session, "triaged")] == ["kim@tiny.example"]


def test_quiet_hours_and_summaries_hold_for_followers_too(session, nadia, asha):
    zone = facts(session).timezone
    follows.follow_category(session, facts(session), asha, "road.pothole", MONDAY)
    wish(session, nadia, Wishes("daily"), MONDAY, zone)
    wish(session, asha, Wishes(quiet_from=8, quiet_until=20), MONDAY, zone)
    filed(session)

    [mail] = told(session, "submitted")

    inbox = session.scalars(select(Message.person_id).where(Message.channel == INBOX)).all()
    assert (mail.recipient, mail.send_after) == ("asha@tiny.example", MONDAY.replace(hour=13))
    assert set(inbox) == {nadia.id, asha.id}


def test_supports_and_comments_wait_for_the_morning_and_are_said_once(session, asha, rina):
    complaint = filed(session, contact="budi@x.example")
    for number in range(5):
        support(session, complaint.code, Supporter(device_hash=f"phone {number}"), LATER)
    told(session, "supported", at=LATER)
    tell(session, complaint, "supported", LATER, by="neighbour", facts={"supports": 10})

    [mail] = told(session, "supported", at=LATER + timedelta(hours=1))

    assert (mail.recipient, mail.send_after) == ("budi@x.example", NEXT_MORNING)
    assert "stand behind this report: 10." in mail.body_text


def test_a_comment_is_told_to_all_but_its_writer_and_not_once_it_is_gone(session, asha, hire):
    maya = hire("Maya", "moderator")
    complaint = filed(session, reporter_id=asha.id)
    mine = comment(session, complaint.code, Author(asha), "Still there", LATER)
    theirs = comment(session, complaint.code, Author(device_hash="a phone"), "Spam", LATER)
    for one in (mine, theirs):
        release(session, maya, one.id, LATER)
    hide(session, maya, theirs.id, "Advertising", LATER)

    assert told(session, "commented") == []


def test_who_has_no_mail_finds_it_on_the_portal(session, nadia):
    account = session.get_one(Account, nadia.id)
    account.email, account.phone = None, "+6281234567890"
    session.flush()
    filed(session)

    mails = told(session, "submitted")

    [kept] = session.scalars(select(Message)).all()
    assert (mails, kept.channel, kept.person_id) == ([], INBOX, nadia.id)
    assert kept.subject.endswith("New: Pothole or damaged road")


def test_a_report_that_is_followed_by_place_brings_its_job_and_its_mail(
    portal, database, mail_server
):
    with database.transaction() as session:
        number = add_person(session, "nadia")
        place = LonLat(*HARBOUR)
        who = type("Who", (), {"id": number, "language": "en"})
        wish_number = follows.follow_around(
            session, facts(session), who, place, 300, "Home", MONDAY
        )
    body = {"description": "A hole", "lon": HARBOUR[0], "lat": HARBOUR[1]}
    portal.post("/api/v1/complaints", json=body)
    portal.post("/api/v1/complaints", json=body | {"lon": 95.010})

    run_jobs(database)
    asked = portal.get(leave_path(wish_number))
    left = portal.post(leave_path(wish_number), data={"List-Unsubscribe": "One-Click"})
    portal.post("/api/v1/complaints", json=body)
    run_jobs(database)

    [mail] = mail_server.mails
    assert (mail["To"], asked.status_code, left.status_code) == ("nadia@x.example", 200, 200)
    assert mail["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    assert "Home" in asked.text
    assert portal.get(leave_path(wish_number)[:-9] + "0/leave").status_code == 404
