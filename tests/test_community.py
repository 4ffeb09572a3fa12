"""Neighbours: they support instead of reporting again, write, follow, and cannot be gamed."""

from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import func, select, text

from geo_portal.accounts.permissions import NotSignedIn
from geo_portal.city.facts import facts
from geo_portal.community import bookmarks, comments, follows, profiles
from geo_portal.community.comments import Author, NoComments, comment
from geo_portal.community.hearing import hearing, leave_token
from geo_portal.community.supports import (
    MOST_FROM_NETWORK,
    NotToBeSupported,
    OwnReport,
    Supporter,
    number_of,
    support,
    supports,
    take_back,
)
from geo_portal.community.tables import Support
from geo_portal.complaints.cases import take
from geo_portal.complaints.devices import remember_staff_device
from geo_portal.complaints.followers import followers_of as direct_followers
from geo_portal.complaints.lifecycle import Said, make_move
from geo_portal.complaints.submit import NewComplaint, submit
from geo_portal.complaints.tables import Complaint, Photo
from geo_portal.errors import Invalid, NotAllowed, NotFound
from geo_portal.geometry import LonLat
from geo_portal.photo_store import StoredPhoto
from tests.city_fixtures import HARBOUR, HILLTOP
from tests.staff_fixtures import MONDAY, kinds

LATER = MONDAY + timedelta(hours=1)
HER_PHONE = Supporter(device_hash="asha's phone", network="10.0.0.1")
A_SHAPE = (
    '{"type":"Polygon","coordinates":[[[95.02,-10.01],[95.04,-10.01],[95.04,-10.0],'
    "[95.02,-10.0],[95.02,-10.01]]]}"
)


@pytest.fixture
def moderator(hire):
    return hire("Maya", "moderator")


def another(session, **more):
    """A second report of the pothole, as somebody else sends it."""
    new = NewComplaint("The hole at the harbour gate", LonLat(*HARBOUR), category="road.pothole")
    return session.get_one(Complaint, submit(session, replace(new, **more), MONDAY).id)


def test_a_support_is_counted_once_told_and_followed(session, pothole, asha):
    photo = StoredPhoto("ab" * 16, 800, 600)
    who = Supporter(asha, "asha's phone")

    done = support(session, pothole.code, who, LATER, photo=photo, words="My axle broke")
    again = support(session, pothole.code, replace(who, person=None), LATER)

    kept = session.scalars(select(Photo).where(Photo.kind == "support")).one()
    assert (done.number, done.new, again.number, again.new) == (1, True, 1, False)
    assert kept.complaint_id == pothole.id
    assert kinds(session, pothole) == ["submitted", "assigned", "supported"]
    assert [one.person_id for one in direct_followers(session, pothole.id)] == [asha.id]


def test_a_support_leaves_the_officers_form_valid(session, pothole, asha, rina):
    version = take(session, pothole.code).version
    support(session, pothole.code, Supporter(asha), LATER)

    event = make_move(session, rina, pothole.code, "start", Said(), LATER, version)

    assert event.kind == "in_progress"


def test_ten_thousand_supports_from_one_device_count_once(session, pothole):
    told = {"complaint": pothole.id, "at": LATER}
    session.execute(
        text("""
            INSERT INTO supports (complaint_id, device_hash, at)
            SELECT :complaint, 'one phone', :at FROM generate_series(1, 10000)
            ON CONFLICT DO NOTHING
        """),
        told,
    )
    again = support(session, pothole.code, Supporter(device_hash="one phone"), LATER)

    assert (again.new, number_of(session, pothole.id)) == (False, 1)


def test_many_new_browsers_from_one_connection_are_no_crowd(session, pothole):
    ring = [
        Supporter(device_hash=f"phone {n}", network="10.9.9.9")
        for n in range(MOST_FROM_NETWORK + 15)
    ]

    for who in ring:
        support(session, pothole.code, who, LATER)

    assert number_of(session, pothole.id) == MOST_FROM_NETWORK
    assert session.scalar(select(func.count()).select_from(Support)) == len(ring)


def test_who_reported_it_cannot_support_it(session, asha):
    mine = another(session, reporter_id=asha.id, device_hash="asha's phone")

    with pytest.raises(OwnReport):
        support(session, mine.code, HER_PHONE, LATER)
    with pytest.raises(OwnReport):
        support(session, mine.code, Supporter(asha), LATER)


def test_staff_are_kept_but_not_counted(session, pothole, rina):
    remember_staff_device(session, rina, "desk", MONDAY)

    support(session, pothole.code, Supporter(rina), LATER)
    support(session, pothole.code, Supporter(device_hash="desk"), LATER)

    reasons = session.scalars(select(Support.left_out_because)).all()
    assert (number_of(session, pothole.id), reasons) == (0, ["staff", "staff_device"])


def test_a_support_can_be_taken_back(session, pothole):
    support(session, pothole.code, HER_PHONE, LATER)

    left = take_back(session, pothole.code, HER_PHONE)

    assert (left, supports(session, pothole.id, HER_PHONE)) == (0, False)


def test_a_closed_report_is_not_supported(session, pothole, rina):
    make_move(session, rina, pothole.code, "reject", Said(remark="No hole there."), LATER)

    with pytest.raises(NotToBeSupported):
        support(session, pothole.code, HER_PHONE, LATER)


def test_joined_reports_are_counted_heard_and_taken_out_again(session, pothole, asha, rina):
    double = another(session, contact="ali@x.example")
    support(session, double.code, Supporter(asha), LATER)
    make_move(session, rina, double.code, "merge", Said(into=pothole.code), LATER)
    late = support(session, double.code, HER_PHONE, LATER)

    joined = number_of(session, pothole.id)
    hears = {one.email for one in direct_followers(session, pothole.id)}
    make_move(session, rina, double.code, "reopen", Said(remark="Another hole."), LATER)

    assert (joined, late.code) == (3, pothole.code)
    assert hears == {"ali@x.example", "asha@tiny.example"}
    assert number_of(session, pothole.id) == 1
    assert number_of(session, double.id) == 1


def test_a_newcomers_comment_waits_for_a_moderator(session, pothole, asha, moderator):
    made = comment(session, pothole.code, Author(asha), " The water stands there \x00", LATER)
    [waiting] = comments.held(session, moderator)
    before = comments.shown_of(session, pothole.id)
    comments.release(session, moderator, made.id, LATER)

    after = comments.shown_of(session, pothole.id)

    assert (waiting.code, waiting.words) == (pothole.code, "The water stands there")
    assert before == []
    assert [(one.words, one.signed_as) for one in after] == [("The water stands there", None)]
    assert kinds(session, pothole)[-1] == "commented"


def test_a_trusted_neighbour_need_not_wait_until_a_comment_is_taken_away(
    session, pothole, asha, moderator
):
    first = [comment(session, pothole.code, Author(asha), f"Note {n}", LATER) for n in range(2)]
    for one in first:
        comments.release(session, moderator, one.id, LATER)
    trusted = comment(session, pothole.code, Author(asha), "Third", LATER)
    comments.hide(session, moderator, trusted.id, "It names a neighbour.", LATER)

    held = comment(session, pothole.code, Author(asha), "Fourth", LATER)

    assert (trusted.held_because, held.held_because) == (None, "hidden_before")
    assert len(comments.shown_of(session, pothole.id)) == 2


def test_only_moderators_decide_about_comments(session, pothole, asha, rina):
    made = comment(session, pothole.code, Author(asha), "A note", LATER)

    with pytest.raises(NotAllowed):
        comments.release(session, rina, made.id, LATER)
    with pytest.raises(NotSignedIn):
        comments.held(session, None)


@pytest.mark.parametrize("words", ["", "  \n", "x" * 1_001])
def test_an_empty_or_endless_comment_is_refused(session, pothole, asha, words):
    with pytest.raises(Invalid):
        comment(session, pothole.code, Author(asha), words, LATER)


def test_nobody_writes_under_a_private_report(session, asha):
    new = NewComplaint("They wanted a bribe", LonLat(*HARBOUR), category="order.crime")
    private = submit(session, new, MONDAY)

    with pytest.raises(NoComments):
        comment(session, private.code, Author(asha), "Me too", LATER)


def test_a_name_is_shown_only_to_whom_the_person_wants(session, pothole, asha, moderator):
    profiles.choose(session, asha, profiles.Seen("pseudonym"), MONDAY)
    made = comment(session, pothole.code, Author(asha), "A note", LATER)
    offices_before = profiles.name_for_offices(session, asha)
    profiles.choose(session, asha, profiles.Seen("name", True), LATER)

    named = comment(session, pothole.code, Author(asha), "Another", LATER)

    assert (made.signed_as, named.signed_as) == (asha.pseudonym, "Asha")
    assert offices_before == asha.pseudonym
    assert profiles.name_for_offices(session, asha) == "Asha"


@pytest.mark.parametrize(
    ("follow", "hears"),
    [
        (lambda s, c, p: follows.follow_category(s, c, p, "road.pothole", MONDAY), True),
        (lambda s, c, p: follows.follow_category(s, c, p, "light.street", MONDAY), False),
        (lambda s, c, p: follows.follow_area(s, c, p, "ward", "N2", MONDAY), True),
        (lambda s, c, p: follows.follow_area(s, c, p, "ward", "N1", MONDAY), False),
        (
            lambda s, c, p: follows.follow_area(s, c, p, "ward", "N2", MONDAY, "light.street"),
            False,
        ),
        (lambda s, c, p: follows.follow_drawn(s, c, p, A_SHAPE, "The quay", MONDAY), True),
        (
            lambda s, c, p: follows.follow_around(
                s, c, p, LonLat(HARBOUR[0], HARBOUR[1] + 0.001), 200, "Home", MONDAY
            ),
            True,
        ),
        (
            lambda s, c, p: follows.follow_around(s, c, p, LonLat(*HILLTOP), 200, "School", MONDAY),
            False,
        ),
    ],
)
def test_a_place_or_a_kind_can_be_followed(session, pothole, asha, follow, hears):
    follow(session, facts(session), asha)

    found = hearing(session, [pothole.id])[pothole.id]

    assert [one.person_id for one in found] == ([asha.id] if hears else [])


def test_a_followed_area_stays_as_it_was_when_borders_change(session, pothole, asha):
    follows.follow_area(session, facts(session), asha, "ward", "N2", MONDAY)
    session.execute(text("UPDATE jurisdictions SET border = ST_Translate(border, 1, 1)"))

    found = hearing(session, [pothole.id])[pothole.id]

    assert [one.name for one in found] == [follows.mine(session, asha)[0].name]


def test_a_follow_ends_by_its_own_link(session, pothole, asha):
    number = follows.follow_category(session, facts(session), asha, "road.pothole", MONDAY)
    [hears] = hearing(session, [pothole.id])[pothole.id]

    with pytest.raises(NotFound):
        follows.leave_by_token(session, number, "somebody's guess", LATER)
    follows.leave_by_token(session, number, leave_token(hears.number), LATER)

    assert hearing(session, [pothole.id])[pothole.id] == []


@pytest.mark.parametrize(
    "drawn",
    [
        "no json",
        '{"type":"Point","coordinates":[95,-10]}',
        '{"type":"Polygon","coordinates":[[[95,-10],[95,-10],[95,-10]]]}',
        '{"type":"Polygon","coordinates":[[[0,-80],[170,-80],[170,80],[0,80],[0,-80]]]}',
        '{"type":"Polygon","coordinates":[[[500,0],[501,0],[501,1],[500,0]]]}',
        '{"type":"Polygon","coordinates":' + "[" * 20_000,
    ],
)
def test_what_is_no_shape_is_refused(session, asha, city, drawn):
    with pytest.raises(Invalid):
        follows.follow_drawn(session, facts(session), asha, drawn, "Mine", MONDAY)


def test_bookmarks_are_ones_own(session, pothole, asha, rina):
    bookmarks.keep(session, asha, pothole.code, MONDAY)
    bookmarks.keep(session, asha, pothole.code, MONDAY)

    kept = [row.code for row in bookmarks.kept(session, asha)]

    assert (kept, bookmarks.kept(session, rina)) == ([pothole.code], [])
