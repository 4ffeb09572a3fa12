"""Points: worth what neighbours confirm, and nothing that somebody could do alone."""

from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import text

from geo_portal.community.comments import Author, comment, mark_helpful, release
from geo_portal.community.points import Points, points_of
from geo_portal.community.supports import Supporter, support
from geo_portal.community.verify import NotToBeVerified, Sight, verify
from geo_portal.complaints.lifecycle import Said, make_move
from geo_portal.complaints.submit import NewComplaint, submit
from geo_portal.complaints.tables import Complaint
from geo_portal.geometry import LonLat
from geo_portal.photo_store import StoredPhoto
from tests.city_fixtures import HARBOUR, HILLTOP
from tests.staff_fixtures import MONDAY

LATER = MONDAY + timedelta(hours=1)
THERE = Sight("there", here=LonLat(*HARBOUR))


@pytest.fixture
def ali(hire):
    """A neighbour of Asha's."""
    return hire("Ali")


def report(session, who, place=HARBOUR, device=None, at=MONDAY, words="A dead lamp"):
    new = NewComplaint(
        words, LonLat(*place), category="light.street", reporter_id=who.id, device_hash=device
    )
    return session.get_one(Complaint, submit(session, new, at).id)


def points(session, who):
    return points_of(session, [who.id]).get(who.id, Points())


def close(session, who, complaint):
    make_move(session, who, complaint.code, "resolve", Said(remark="Done.", outcome="fixed"), LATER)


def test_filing_a_hundred_reports_earns_nothing(session, city, asha):
    for n in range(100):
        report(session, asha, (HARBOUR[0] + n * 1e-5, HARBOUR[1]), words=f"Lamp {n}")

    assert points(session, asha).total == 0


def test_looking_at_the_place_is_worth_points_and_a_photo_more(session, pothole, asha, ali):
    photo = StoredPhoto("cd" * 16, 800, 600)
    far = replace(THERE, here=LonLat(*HILLTOP))

    near = verify(session, asha, pothole.code, THERE, LATER)
    away = verify(session, ali, pothole.code, far, LATER)
    verify(session, ali, pothole.code, Sight("photo", photo), LATER + timedelta(days=8))

    assert (near.facts["counted"], away.facts["counted"]) == (True, False)
    assert (points(session, asha).total, points(session, ali).total) == (2, 3)


def test_a_quota_of_verifications_earns_a_mornings_walk(session, city, asha, ali):
    lamps = [
        report(session, ali, (HARBOUR[0] + n * 1e-5, HARBOUR[1]), words=f"L {n}") for n in range(30)
    ]

    for lamp in lamps:
        verify(session, asha, lamp.code, THERE, LATER)

    assert (points(session, asha).verified, points(session, asha).total) == (5, 10)


def test_nobody_verifies_what_they_reported(session, city, asha):
    mine = report(session, asha)

    with pytest.raises(NotToBeVerified):
        verify(session, asha, mine.code, THERE, LATER)


def test_a_second_account_on_the_same_phone_earns_nothing(session, city, asha, ali, sari):
    mine = report(session, asha, device="one phone")
    verify(session, ali, mine.code, replace(THERE, device_hash="one phone"), LATER)
    close(session, sari, mine)

    assert (points(session, asha).total, points(session, ali).total) == (0, 0)


def test_two_who_support_each_other_from_one_phone_earn_nothing(session, city, asha, ali, sari):
    hers = report(session, asha, device="one phone")
    session.execute(
        text("INSERT INTO supports (complaint_id, person_id, device_hash, at)"
             " VALUES (:c, :p, 'one phone', :at)"),
        {"c": hers.id, "p": ali.id, "at": LATER},
    )  # fmt: skip
    close(session, sari, hers)

    assert points(session, asha).total == 0


def test_the_first_to_see_what_others_confirm_earns_points_when_it_is_fixed(
    session, city, asha, ali, sari
):
    hers = report(session, asha, device="her phone")
    support(session, hers.code, Supporter(ali, "his phone"), LATER)
    before = points(session, asha).total
    close(session, sari, hers)

    assert (before, points(session, asha).total) == (0, 5)


def test_who_says_fixed_of_what_is_opened_again_was_not_there(session, city, asha, ali, sari):
    hers = report(session, asha)
    close(session, sari, hers)
    verify(session, ali, hers.code, replace(THERE, verdict="fixed"), LATER)
    before = points(session, ali).total
    make_move(session, sari, hers.code, "reopen", Said(remark="Still dark."), LATER)

    assert (before, points(session, ali).total) == (2, 0)


def test_a_comment_that_helped_the_office_is_worth_points_once(session, pothole, asha, rina, hire):
    maya = hire("Maya", "moderator")
    for words in ("The water main is below it", "And a cable"):
        made = comment(session, pothole.code, Author(asha), words, LATER)
        release(session, maya, made.id, LATER)
        mark_helpful(session, rina, made.id, LATER)
        mark_helpful(session, rina, made.id, LATER)

    assert (points(session, asha).helped, points(session, asha).total) == (1, 3)


def test_staff_earn_nothing(session, pothole, rina):
    verify(session, rina, pothole.code, THERE, LATER)

    assert points_of(session, [rina.id]) == {}
