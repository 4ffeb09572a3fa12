"""Following a report: nobody hears of it without a yes, and everybody can stop."""

from datetime import timedelta

import pytest
from sqlalchemy import select, text

from geo_portal.accounts.limits import TooManyAttempts
from geo_portal.complaints.case_tables import Follower
from geo_portal.complaints.followers import (
    CONFIRM_WITHIN,
    LinkTooOld,
    confirm,
    follow_by_mail,
    follow_signed_in,
    followers_of,
    how_many,
    leave,
)
from geo_portal.complaints.lifecycle import Said, make_move
from geo_portal.complaints.reporters import ForeignLink, follower_token
from geo_portal.complaints.submit import NewComplaint, submit
from geo_portal.complaints.tables import Complaint
from geo_portal.errors import Invalid
from geo_portal.geometry import LonLat
from geo_portal.outbox import Message
from tests.city_fixtures import HARBOUR
from tests.staff_fixtures import MONDAY

ALI = "ali@x.example"
LATER = MONDAY + timedelta(hours=1)


def test_an_address_hears_nothing_before_it_says_yes(session, pothole):
    follow_by_mail(session, pothole, " Ali@X.example ", "id", "net", MONDAY)

    [mail] = session.scalars(select(Message)).all()
    assert followers_of(session, pothole.id) == []
    assert (mail.recipient, mail.language, mail.complaint_id) == (ALI, "id", pothole.id)
    assert follower_token(pothole.id, ALI) in mail.body_text


def test_a_yes_makes_a_follower(session, pothole):
    follow_by_mail(session, pothole, ALI, "ur", "net", MONDAY)

    code = confirm(session, follower_token(pothole.id, ALI), LATER)

    [told] = followers_of(session, pothole.id)
    assert code == pothole.code
    assert (told.email, told.language, told.token) == (ALI, "ur", follower_token(pothole.id, ALI))


@pytest.mark.parametrize(("late", "taken"), [(timedelta(0), 1), (timedelta(seconds=1), 0)])
def test_the_yes_must_come_within_a_week(session, pothole, late, taken):
    follow_by_mail(session, pothole, ALI, "en", "net", MONDAY)

    _tried(
        lambda: confirm(session, follower_token(pothole.id, ALI), MONDAY + CONFIRM_WITHIN + late)
    )

    assert how_many(session, pothole.id) == taken


def test_who_follows_already_is_not_asked_again_and_nobody_learns_it(session, pothole):
    follow_by_mail(session, pothole, ALI, "en", "net", MONDAY)
    confirm(session, follower_token(pothole.id, ALI), MONDAY)

    follow_by_mail(session, pothole, ALI, "en", "net", LATER)

    assert len(session.scalars(select(Message)).all()) == 1
    assert how_many(session, pothole.id) == 1


def test_who_left_hears_nothing_and_can_come_back(session, pothole):
    token = follower_token(pothole.id, ALI)
    follow_by_mail(session, pothole, ALI, "en", "net", MONDAY)
    confirm(session, token, MONDAY)
    leave(session, token, LATER)
    leave(session, token, LATER)

    gone = followers_of(session, pothole.id)
    with pytest.raises(LinkTooOld):
        confirm(session, token, LATER)
    follow_by_mail(session, pothole, ALI, "en", "net", LATER)
    confirm(session, token, LATER)

    assert gone == []
    assert how_many(session, pothole.id) == 1


def test_who_is_signed_in_follows_at_once(session, pothole, asha):
    follow_signed_in(session, pothole, asha, MONDAY)
    follow_signed_in(session, pothole, asha, LATER)

    [told] = followers_of(session, pothole.id)
    assert (told.email, told.person_id) == ("asha@tiny.example", asha.id)
    assert told.token == follower_token(pothole.id, f"person:{asha.id}")


def test_followers_of_a_joined_report_hear_of_the_other(session, pothole, rina):
    again = _report(session)
    third = _report(session)
    for complaint in (again, third, pothole):
        follow_by_mail(session, complaint, f"{complaint.id}@x.example", "en", "net", MONDAY)
        confirm(session, follower_token(complaint.id, f"{complaint.id}@x.example"), MONDAY)
    make_move(session, rina, third.code, "merge", Said(into=again.code), LATER)
    make_move(session, rina, again.code, "merge", Said(into=pothole.code), LATER)

    told = followers_of(session, pothole.id)

    assert {one.complaint_id for one in told} == {pothole.id, again.id, third.id}


def test_an_address_that_follows_both_hears_once(session, pothole, rina):
    again = _report(session)
    for complaint in (again, pothole):
        follow_by_mail(session, complaint, ALI, "en", "net", MONDAY)
        confirm(session, follower_token(complaint.id, ALI), MONDAY)
    make_move(session, rina, again.code, "merge", Said(into=pothole.code), LATER)

    assert len(followers_of(session, pothole.id)) == 1


@pytest.mark.parametrize(
    "address",
    [
        "",
        "ali",
        "ali@",
        "a@b",
        "a@b.c",
        "a b@c.example",
        "a@b.example,c@d.example",
        "x" * 200 + "@b.example",
    ],
)
def test_what_is_no_address_is_refused(session, pothole, address):
    with pytest.raises(Invalid):
        follow_by_mail(session, pothole, address, "en", "net", MONDAY)

    assert session.scalars(select(Follower)).all() == []


def test_an_address_is_not_flooded(session, pothole):
    reports = [_report(session) for _ in range(6)]
    for complaint in reports[:5]:
        follow_by_mail(session, complaint, ALI, "en", "net", MONDAY)

    with pytest.raises(TooManyAttempts):
        follow_by_mail(session, reports[5], ALI, "en", "net", MONDAY)
    follow_by_mail(session, reports[5], ALI, "en", "net", MONDAY + timedelta(hours=2))

    assert len(session.scalars(select(Message)).all()) == 6


def test_a_guessed_link_belongs_to_nobody(session, pothole):
    follow_by_mail(session, pothole, ALI, "en", "net", MONDAY)

    with pytest.raises(ForeignLink):
        confirm(session, "0" * 64, MONDAY)
    with pytest.raises(ForeignLink):
        leave(session, "", MONDAY)

    stored = session.execute(text("SELECT followers::text FROM followers")).scalar_one()
    assert follower_token(pothole.id, ALI) not in stored


def _report(session):
    new = NewComplaint("Same hole", LonLat(*HARBOUR), category="road.pothole")
    return session.get_one(Complaint, submit(session, new, MONDAY).id)


def _tried(made):
    try:
        made()
    except LinkTooOld:
        return
