"""Faces and plates in photos are covered for good, and what is hidden is seen by nobody else."""

import io
from datetime import timedelta

import pytest
from PIL import Image
from sqlalchemy import select, text

from geo_portal import photo_store, worker
from geo_portal.accounts.people import Membership
from geo_portal.complaints.find import photos_of
from geo_portal.complaints.lookalikes import lookalikes
from geo_portal.complaints.tables import Event, Photo
from geo_portal.complaints.timeline import tell
from geo_portal.errors import Conflict, Invalid, NotAllowed
from geo_portal.exchange.requests import updates
from geo_portal.moderation import flags, redaction
from geo_portal.moderation.acts import acts
from geo_portal.moderation.tables import CoveredPhoto, ModerationAct
from geo_portal.photo_store import Rectangle
from tests.city_fixtures import HARBOUR
from tests.proof_fixtures import jpeg, scene
from tests.staff_fixtures import MONDAY

FACE = Rectangle(25, 25, 50, 50)


@pytest.fixture
def mod(hire):
    """A moderator."""
    return hire("Mod", "moderator")


@pytest.fixture
def photo(session, pothole):
    """A photo of the pothole, with a passer-by in its middle."""
    kept = photo_store.keep(jpeg(scene(3)), "hole.jpg")
    row = Photo(
        complaint_id=pothole.id,
        key=kept.key,
        width=kept.width,
        height=kept.height,
        position=0,
        added_at=MONDAY,
        looks=kept.looks,
    )
    session.add(row)
    session.flush()
    return row


def middle(key, file):
    """The colour in the middle of one of a photo's files."""
    with Image.open(io.BytesIO(photo_store.read(key, file))) as opened:
        return opened.convert("RGB").getpixel((opened.width // 2, opened.height // 2))


def covered(session, who, photo, part):
    painted = photo_store.cover(photo.key, [part])
    redaction.cover(session, who, photo.id, painted, [part], "A face", MONDAY)


def test_other_software_is_told_the_covered_picture_and_never_a_hidden_one(
    session, pothole, mod, photo
):
    event = tell(session, pothole, "verified", MONDAY, by="citizen")
    photo.event_id, photo.kind = event.id, "verify"
    session.flush()
    before = photo.key

    covered(session, mod, photo, FACE)

    [told] = [one for one in updates(session, MONDAY, MONDAY) if one.kind == "verified"]
    assert told.photo_key == photo.key != before
    photo.hidden = True
    session.flush()
    assert {one.photo_key for one in updates(session, MONDAY, MONDAY)} == {None}


def test_a_covered_face_is_painted_over_in_every_file_and_the_history_names_both(
    session, pothole, mod, photo
):
    before, looks = photo.key, photo.looks
    painted = photo_store.cover(before, [FACE])

    redaction.cover(session, mod, photo.id, painted, [FACE], "A passer-by", MONDAY)

    dark = [max(middle(photo.key, file)) < 60 for file in photo_store.FILES]
    [event] = session.scalars(select(Event).where(Event.kind == "photo_covered"))
    assert (dark, photo.key != before, event.internal) == ([True] * 3, True, False)
    assert event.facts["sha256_before"] != event.facts["sha256_after"]
    assert redaction.is_covered_original(session, before)
    assert [act.act for act in acts(session, mod)] == ["photo_covered"]
    # Who sends the uncovered picture as the proof of another fix is still found.
    assert [one.photo_id for one in lookalikes(session, looks)] == [photo.id]
    assert photo_store.find(photo.key).looks == looks


def test_covering_is_undone_while_the_original_is_kept_and_never_after(session, mod, photo):
    first = photo.key
    covered(session, mod, photo, FACE)
    covered(session, mod, photo, Rectangle(0, 0, 10, 10))

    redaction.uncover(session, mod, photo.id, "It was a statue", MONDAY)
    undone = photo.key
    covered(session, mod, photo, FACE)
    redaction.let_originals_go(session, MONDAY + timedelta(days=31))

    assert undone == first
    assert first not in redaction.kept_keys(session)
    with pytest.raises(Conflict, match="is gone"):
        redaction.uncover(session, mod, photo.id, "Again", MONDAY)


def test_who_covers_from_an_outdated_picture_uncovers_nothing_of_a_colleague(session, mod, photo):
    mine, theirs = photo_store.cover(photo.key, [FACE]), photo_store.cover(photo.key, [FACE])
    redaction.cover(session, mod, photo.id, mine, [FACE], "A face", MONDAY)

    with pytest.raises(Conflict):
        redaction.cover(session, mod, photo.id, theirs, [FACE], "A face", MONDAY)


@pytest.mark.parametrize(
    "drawn", [[], [Rectangle(120, 0, 10, 10)], [Rectangle(5, 5, 0.1, 50)], [FACE] * 21]
)
def test_rectangles_that_cover_nothing_are_refused(drawn):
    with pytest.raises(Invalid):
        redaction.checked(drawn)


def test_only_moderators_and_those_on_the_case_cover_and_hide(
    session, rina, sari, asha, mod, photo
):
    redaction.set_hidden(session, rina, photo.id, "A child", MONDAY, hidden=True)

    hidden = (
        photos_of(session, photo.complaint_id),
        len(photos_of(session, photo.complaint_id, hidden=True)),
    )

    assert hidden == ([], 1)
    with pytest.raises(NotAllowed):
        redaction.set_hidden(session, sari, photo.id, "x", MONDAY, hidden=False)
    with pytest.raises(NotAllowed):
        redaction.set_hidden(session, asha, photo.id, "x", MONDAY, hidden=False)


def test_an_upheld_objection_to_a_photo_hides_the_photo_alone(session, pothole, mod, photo):
    flags.flag(session, "photo", photo.key, "person", "", "device:a", MONDAY)

    flags.decide(session, mod, "photo", photo.key, True, "A face", MONDAY)

    assert (photo.hidden, pothole.sensitive) == (True, False)


def test_a_moderator_covers_a_photo_by_numbers_and_the_original_is_gone(
    portal, database, signed_in
):
    sent = portal.post("/api/v1/photos", files={"photo": ("a.jpg", jpeg(scene(4)), "image/jpeg")})
    before = sent.json()["key"]
    body = {"description": "A hole", "lon": HARBOUR[0], "lat": HARBOUR[1], "photos": [before]}
    code = portal.post("/api/v1/complaints", json=body).json()["code"]
    with database.transaction() as session:
        number = session.scalars(select(Photo.id)).one()
    mod = signed_in("mod", Membership("moderator"))
    drawn = {"left": ["25", ""], "top": ["25", ""], "width": ["50", ""], "height": ["50", ""]}
    page = f"/desk/photos/{number}"

    unsaid = mod.post(page, data={**drawn, "why": "", "step": "cover"})
    covered = mod.post(page, data={**drawn, "why": "A <b>face</b>", "step": "cover"})
    looked = mod.post(page, data={"why": "The owner asks", "step": "original"})

    assert (unsaid.status_code, covered.status_code) == (422, 200)
    assert (looked.status_code, looked.headers["cache-control"]) == (200, "private, no-store")
    assert portal.get(f"/photos/{before}/large.jpg").status_code == 404
    after = portal.get(f"/api/v1/complaints/{code}").json()["photos"][0]
    assert portal.get(after["url"]).headers["cache-control"] == "public, max-age=3600"
    shown = portal.get(f"/photos/{after['key']}/small.webp")
    assert shown.headers["content-type"] == "image/webp"
    assert portal.get(page, follow_redirects=False).status_code == 303
    mod.post(page, data={"why": "A child", "step": "hide"})
    assert portal.get(after["url"]).status_code == 404
    assert portal.get(f"/api/v1/complaints/{code}").json()["photos"] == []
    assert mod.get(after["url"]).status_code == 200
    with database.transaction() as session:
        done = list(session.scalars(select(ModerationAct.act).order_by(ModerationAct.id)))
        worker.sweep_photos(session)
        assert photo_store.find(before) is not None
        assert session.scalars(select(CoveredPhoto.original_key)).one() == before
        session.execute(text("TRUNCATE flags, moderation_acts CASCADE"))
    assert done == ["photo_covered", "looked_at_original", "photo_hidden"]
