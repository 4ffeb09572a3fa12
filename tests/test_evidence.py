"""The proof of a fix: what makes a photo weak, who looks at it then, and what comes of it."""

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image
from sqlalchemy import select

from geo_portal.complaints.case_tables import Evidence
from geo_portal.complaints.evidence import CheckedAlready, GivenEvidence, accept, give, reject
from geo_portal.complaints.evidence_list import of_case, waiting_for
from geo_portal.complaints.evidence_score import GOOD_SCORE, Seen, judge
from geo_portal.complaints.hand_over import assign
from geo_portal.complaints.lifecycle import NoEvidence, Said, make_move
from geo_portal.complaints.lookalikes import ALIKE_BITS, Lookalike, near_parts
from geo_portal.complaints.tables import Photo
from geo_portal.errors import Conflict, Invalid, NotAllowed, NotFound
from geo_portal.geometry import LonLat
from geo_portal.photo_store import keep
from tests.city_fixtures import HARBOUR, HILLTOP, MARKET
from tests.proof_fixtures import DONE, camera_data, jpeg, scene
from tests.staff_fixtures import MONDAY, kinds

LATER = MONDAY + timedelta(hours=1)
HERE = LonLat(*HARBOUR)
GOOD = Seen(
    complaint_id=1,
    distance_m=12.0,
    unsure_m=8.0,
    taken_at=LATER,
    not_before=MONDAY,
    from_camera=True,
)


@pytest.mark.parametrize(
    ("change", "finding"),
    [
        ({}, "close"),
        ({}, "fresh"),
        ({}, "from_page"),
        ({"distance_m": 58.0}, "close"),
        ({"distance_m": 59.0}, "near"),
        ({"distance_m": 258.0}, "near"),
        ({"distance_m": 259.0}, "far"),
        ({"distance_m": None}, "no_place"),
        ({"taken_at": None}, "no_time"),
        ({"taken_at": MONDAY - timedelta(minutes=4)}, "fresh"),
        ({"taken_at": MONDAY - timedelta(minutes=6)}, "too_early"),
        ({"taken_at": LATER + timedelta(minutes=6)}, "in_future"),
        ({"from_camera": False}, "no_metadata"),
        ({"from_camera": False, "has_metadata": True}, "file_tells"),
        ({"has_metadata": True}, "file_tells"),
        ({"edited": True}, "edited"),
        ({"invented": True, "edited": True}, "invented"),
        ({"alike": (Lookalike(1, "evidence", 2, "X", 3),)}, "used_before"),
        ({"alike": (Lookalike(1, "report", 1, "X", 3),)}, "citizens_own"),
        ({"alike": (Lookalike(1, "report", 2, "X", 3),)}, "other_report"),
    ],
)
def test_what_is_found_out_about_a_photo(change, finding):
    _, reasons = judge(Seen(**(vars(GOOD) | change)), LATER)

    assert finding in [reason.code for reason in reasons]


@pytest.mark.parametrize(
    "weakness",
    [
        {"distance_m": 900.0},
        {"distance_m": None},
        {"taken_at": MONDAY - timedelta(hours=1)},
        {"taken_at": LATER + timedelta(hours=1)},
        {"edited": True},
        {"invented": True},
        {"alike": (Lookalike(1, "evidence", 2, "X", 0),)},
        {"alike": (Lookalike(1, "report", 1, "X", 6),)},
        {"from_camera": False, "taken_at": None},
    ],
)
def test_one_bad_finding_is_enough_for_a_second_person(weakness):
    perfect, _ = judge(GOOD, LATER)
    weak, _ = judge(Seen(**(vars(GOOD) | weakness)), LATER)

    assert (perfect, weak < GOOD_SCORE) == (100, True)


@given(
    far=st.none() | st.floats(0, 1e6),
    unsure=st.floats(0, 1e5),
    at=st.none() | st.datetimes(timezones=st.just(MONDAY.tzinfo)),
    flags=st.tuples(*[st.booleans()] * 4),
)
def test_every_photo_gets_a_score_that_its_reasons_explain(far, unsure, at, flags):
    seen = Seen(1, far, unsure, at, MONDAY, *flags)

    score, reasons = judge(seen, LATER)

    assert score == max(0, min(100, 50 + sum(reason.weight for reason in reasons)))


@given(st.integers(-(2**63), 2**63 - 1), st.sets(st.integers(0, 63), max_size=ALIKE_BITS))
def test_no_picture_within_reach_is_missed_by_the_index(looks, turned):
    other = looks ^ sum(1 << bit for bit in turned)
    quarters = {(place << 16) + ((other >> 16 * place) & 0xFFFF) for place in range(4)}

    assert quarters & set(near_parts(looks))


def test_a_photo_taken_on_the_spot_counts_at_once(session, pothole, rina, shoot):
    [evidence] = give(session, rina, pothole.code, [shoot(LATER)], LATER)
    make_move(session, rina, pothole.code, "resolve", DONE, LATER)

    assert (evidence.score, evidence.accepted) == (100, True)
    assert kinds(session, pothole)[-2:] == ["evidence_given", "resolved"]


def test_a_form_stays_good_while_its_own_photos_are_added(session, pothole, rina, shoot):
    seen = pothole.version
    give(session, rina, pothole.code, [shoot(LATER)], LATER)

    make_move(session, rina, pothole.code, "resolve", DONE, LATER, seen)

    assert pothole.status == "resolved"


def test_a_files_own_camera_data_are_read_before_they_are_dropped(session, pothole, rina):
    content = jpeg(scene(2), exif=camera_data(LATER, HERE))
    photo = keep(content)

    [evidence] = give(session, rina, pothole.code, [GivenEvidence(photo)], LATER)

    assert (evidence.score, evidence.taken_at) == (95, LATER)
    assert [reason["code"] for reason in evidence.reasons] == ["close", "fresh", "file_tells"]


@pytest.mark.parametrize(
    ("exif", "finding"),
    [
        (camera_data(LATER, LonLat(*MARKET)), "far"),
        (camera_data(MONDAY - timedelta(days=2), HERE), "too_early"),
        (camera_data(LATER, HERE, "Adobe Photoshop 26.0"), "edited"),
        (camera_data(LATER, HERE, "Made with DALL-E 3"), "invented"),
        (Image.Exif(), "no_metadata"),
    ],
)
def test_a_file_that_does_not_fit_waits(session, pothole, rina, exif, finding):
    photo = keep(jpeg(scene(3), exif=exif))

    [evidence] = give(session, rina, pothole.code, [GivenEvidence(photo)], LATER)

    assert finding in [reason["code"] for reason in evidence.reasons]
    assert evidence.accepted is None


def test_a_weak_photo_closes_the_case_and_waits_for_a_head(
    session, pothole, rina, budi, joko, shoot
):
    far = shoot(LATER, place=LonLat(*HILLTOP))
    [evidence] = give(session, rina, pothole.code, [far], LATER)
    make_move(session, rina, pothole.code, "resolve", DONE, LATER)

    waiting = waiting_for(session, budi)
    for_others = waiting_for(session, joko) + waiting_for(session, rina)

    assert pothole.status == "resolved"
    assert [proof.photo_id for proof in waiting] == [evidence.photo_id]
    assert for_others == []


def test_the_head_finds_it_good(session, pothole, rina, budi, shoot):
    [evidence] = give(session, rina, pothole.code, [shoot(LATER, place=None)], LATER)
    make_move(session, rina, pothole.code, "resolve", DONE, LATER)

    accept(session, budi, evidence.photo_id, LATER)

    assert (evidence.accepted, evidence.checked_by) == (True, budi.id)
    assert (pothole.status, kinds(session, pothole)[-1]) == ("resolved", "evidence_accepted")
    assert waiting_for(session, budi) == []


def test_the_head_finds_it_worthless_and_somebody_else_goes_on(
    session, pothole, rina, joko, budi, shoot
):
    promised = pothole.due_at
    [evidence] = give(session, rina, pothole.code, [shoot(LATER, place=None)], LATER)
    make_move(session, rina, pothole.code, "resolve", DONE, LATER)

    event = reject(session, budi, evidence.photo_id, "This is another street.", LATER)

    assert (pothole.status, pothole.due_at) == ("reopened", promised)
    assert (event.kind, event.facts["because"]) == ("reopened", "evidence")
    with pytest.raises(NotAllowed):
        make_move(session, rina, pothole.code, "start", Said(), LATER)
    with pytest.raises(Invalid):
        assign(session, budi, pothole.code, LATER, to_person=rina.id)
    assign(session, budi, pothole.code, LATER, to_person=joko.id)


def test_nobody_judges_their_own_work(session, pothole, budi, wati, shoot):
    [evidence] = give(session, budi, pothole.code, [shoot(LATER, place=None)], LATER)
    make_move(session, budi, pothole.code, "resolve", DONE, LATER)

    with pytest.raises(NotAllowed):
        accept(session, budi, evidence.photo_id, LATER)
    accept(session, wati, evidence.photo_id, LATER)

    assert evidence.checked_by == wati.id


@pytest.mark.parametrize("who", ["rina", "sari", "asha"])
def test_who_may_not_judge(session, pothole, joko, shoot, request, who):
    [evidence] = give(session, joko, pothole.code, [shoot(LATER, place=None)], LATER)

    with pytest.raises(NotAllowed):
        accept(session, request.getfixturevalue(who), evidence.photo_id, LATER)

    assert evidence.accepted is None


def test_a_photo_is_judged_once(session, pothole, rina, budi, shoot):
    [evidence] = give(session, rina, pothole.code, [shoot(LATER, place=None)], LATER)
    accept(session, budi, evidence.photo_id, LATER)

    with pytest.raises(CheckedAlready):
        reject(session, budi, evidence.photo_id, "On second thoughts", LATER)
    with pytest.raises(NotFound):
        accept(session, budi, 0, LATER)


def test_a_closed_case_takes_no_more_photos(session, closed, joko, shoot):
    with pytest.raises(Conflict):
        give(session, joko, closed.code, [shoot(LATER)], LATER)


def test_a_category_that_asks_for_proof_is_not_closed_without(
    session, pothole, rina, joko, shoot, proof_needed
):
    with pytest.raises(NoEvidence):
        make_move(session, rina, pothole.code, "resolve", DONE, LATER)
    give(session, rina, pothole.code, [shoot(LATER)], LATER)
    make_move(session, rina, pothole.code, "resolve", DONE, LATER)
    reopened_at = LATER + timedelta(minutes=1)
    make_move(session, joko, pothole.code, "reopen", Said(remark="Still there"), reopened_at)

    with pytest.raises(NoEvidence):
        make_move(session, joko, pothole.code, "resolve", DONE, LATER + timedelta(hours=1))


def test_every_photo_of_a_case_is_listed_with_its_score(session, pothole, rina, shoot):
    give(session, rina, pothole.code, [shoot(LATER), shoot(LATER, seed=7, place=None)], LATER)

    shown = of_case(session, rina, pothole)

    assert [proof.score for proof in shown] == [50, 100]
    assert session.scalars(select(Photo.kind).where(Photo.complaint_id == pothole.id)).all() == [
        "evidence",
        "evidence",
    ]
    assert session.scalars(select(Evidence.given_by)).all() == [rina.id, rina.id]
