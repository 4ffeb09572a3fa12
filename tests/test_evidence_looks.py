"""Pictures that look like earlier ones: known again cropped, shrunk, brightened or saved anew."""

import io
from datetime import timedelta

import pytest

from geo_portal.complaints.evidence import give
from geo_portal.complaints.lookalikes import ALIKE_BITS
from geo_portal.complaints.submit import NewComplaint, submit
from geo_portal.geometry import LonLat
from geo_portal.photo_store import find, keep
from tests.city_fixtures import HARBOUR
from tests.proof_fixtures import jpeg, scene
from tests.staff_fixtures import MONDAY

LATER = MONDAY + timedelta(hours=1)
HERE = LonLat(*HARBOUR)


def saved_again(picture):
    return jpeg(picture, quality=40)


def made_smaller(picture):
    return jpeg(picture.resize((400, 300)))


def cut_a_little(picture):
    wide, high = picture.size
    return jpeg(picture.crop((wide // 50, high // 50, wide - wide // 50, high - high // 50)))


def made_brighter(picture):
    return jpeg(picture.point(lambda value: min(255, int(value * 1.15))))


def as_png(picture):
    written = io.BytesIO()
    picture.save(written, "PNG")
    return written.getvalue()


@pytest.mark.parametrize("seed", [11, 12, 13])
@pytest.mark.parametrize(
    "changed", [saved_again, made_smaller, cut_a_little, made_brighter, as_png]
)
def test_the_citizens_own_picture_is_no_proof(session, city, rina, shoot, changed, seed):
    report = NewComplaint(
        "A hole", HERE, category="road.pothole", photos=(keep(jpeg(scene(seed))),)
    )
    code = submit(session, report, MONDAY).code

    [evidence] = give(session, rina, code, [shoot(LATER, content=changed(scene(seed)))], LATER)

    assert "citizens_own" in [reason["code"] for reason in evidence.reasons]
    assert evidence.accepted is None


def test_the_proof_of_another_case_is_no_proof(session, city, pothole, rina, shoot):
    other = submit(session, NewComplaint("Again", HERE, category="road.pothole"), MONDAY).code
    give(session, rina, pothole.code, [shoot(LATER)], LATER)

    [again] = give(session, rina, other, [shoot(LATER)], LATER)

    assert {"code": "used_before", "weight": -80, "report": pothole.code} in again.reasons


def test_different_pictures_are_told_apart():
    hashes = [keep(jpeg(scene(seed))).looks for seed in range(20, 40)]
    apart = [
        bin((one ^ other) & (2**64 - 1)).count("1")
        for place, one in enumerate(hashes)
        for other in hashes[:place]
    ]

    assert min(apart) > ALIKE_BITS


def test_how_a_picture_looks_is_known_again_without_looking(session, city):
    kept = keep(jpeg(scene(5)))

    assert find(kept.key).looks == kept.looks
