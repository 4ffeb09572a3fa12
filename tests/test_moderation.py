"""What people object to is decided by a person, with a reason that stays written down."""

import pytest
from sqlalchemy import delete, select, text
from sqlalchemy.exc import DBAPIError

from geo_portal.accounts.people import Membership
from geo_portal.complaints.submit import NewComplaint, submit
from geo_portal.complaints.tables import Complaint
from geo_portal.errors import Conflict, Invalid, NotAllowed, NotFound
from geo_portal.geometry import LonLat
from geo_portal.moderation import flags
from geo_portal.moderation.acts import acts
from geo_portal.moderation.tables import Flag, ModerationAct
from tests.city_fixtures import HARBOUR
from tests.staff_fixtures import MONDAY


@pytest.fixture
def mod(hire):
    """A moderator."""
    return hire("Mod", "moderator")


def objected(session, complaint, by="device:a", reason="insult"):
    flags.flag(session, "complaint", complaint.code, reason, "<script>x</script>", by, MONDAY)


def test_objecting_twice_counts_once_and_hides_nothing(session, pothole, mod):
    [objected(session, pothole, by) for by in ("device:a", "device:a", "person:7")]

    [found] = flags.queue(session, mod)

    assert (found.number, found.code, found.hidden) == (2, pothole.code, False)


def test_a_hidden_report_is_not_public_and_can_be_shown_again(session, pothole, mod):
    objected(session, pothole)

    flags.decide(session, mod, "complaint", pothole.code, True, "It names a neighbour", MONDAY)
    hidden = pothole.sensitive
    flags.show_again(session, mod, pothole.code, "The name was taken out", MONDAY)

    assert (hidden, pothole.sensitive, flags.queue(session, mod)) == (True, False, [])
    assert [act.act for act in acts(session, mod)] == ["shown_again", "hidden"]


def test_what_a_moderator_did_cannot_be_taken_back(session, pothole, mod):
    objected(session, pothole)
    flags.decide(session, mod, "complaint", pothole.code, False, "It is a fair remark", MONDAY)

    with pytest.raises(DBAPIError, match="only ever added to"), session.begin_nested():
        session.execute(delete(ModerationAct))


def test_who_was_often_wrong_is_listened_to_last(session, city, pothole, mod):
    old = {
        "kind": "complaint",
        "reason": "false",
        "note": "",
        "flagged_by": "device:a",
        "at": MONDAY,
    }
    session.add_all(
        [Flag(reference=f"X{n}", decision="kept", decided_at=MONDAY, **old) for n in range(5)]
    )
    other = submit(session, NewComplaint("Another hole", LonLat(*HARBOUR)), MONDAY)
    objected(session, pothole, "device:a")
    objected(session, session.get_one(Complaint, other.id), "device:b")

    found = flags.queue(session, mod)

    assert [(one.code, one.trusted) for one in found] == [(other.code, True), (pothole.code, False)]


def test_only_moderators_decide_once_and_with_a_reason(session, pothole, mod, rina):
    objected(session, pothole)

    with pytest.raises(NotAllowed):
        flags.queue(session, rina)
    with pytest.raises(Invalid):
        flags.decide(session, mod, "complaint", pothole.code, True, "  ", MONDAY)
    flags.decide(session, mod, "complaint", pothole.code, False, "fine", MONDAY)
    with pytest.raises(Conflict):
        flags.decide(session, mod, "complaint", pothole.code, True, "bad", MONDAY)
    with pytest.raises(NotFound):
        flags.flag(session, "comment", "1", "insult", "", "device:a", MONDAY)


def test_a_stranger_objects_and_a_moderator_hides_it(portal, database, signed_in):
    body = {"description": "Words of hate", "lon": HARBOUR[0], "lat": HARBOUR[1]}
    code = portal.post("/api/v1/complaints", json=body).json()["code"]
    unsaid = portal.post(f"/c/{code}/flag", data={"reason": ""})
    said = portal.post(f"/c/{code}/flag", data={"reason": "insult", "note": "<b>look</b>"})
    mod = signed_in("mod", Membership("moderator"))
    queue = mod.get("/desk/moderation").text

    answer = mod.post(
        "/desk/moderation",
        data={"kind": "complaint", "reference": code, "why": "hate", "step": "hide"},
    )

    assert (unsaid.status_code, said.status_code, answer.status_code) == (422, 200, 200)
    assert "Words of hate" in queue
    assert "<b>look" not in queue
    assert "Words of hate" not in portal.get(f"/c/{code}").text
    assert portal.get("/desk/moderation", follow_redirects=False).status_code == 303
    with database.transaction() as session:
        assert session.scalars(select(Flag.decision)).one() == "hidden"
        session.execute(text("TRUNCATE flags, moderation_acts CASCADE"))
