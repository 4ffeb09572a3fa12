"""Who may do what: every role with every operation on every kind of case, against a second list.

The expectation is written down here as sets of operations per role and by hand for what depends
on the case; the portal's own table is not read.
"""

import pytest

from geo_portal.accounts.people import ROLES, Membership, Person
from geo_portal.accounts.permissions import (
    CaseScope,
    NotSignedIn,
    Operation,
    may,
    require,
)
from geo_portal.errors import NotAllowed

WORK = {
    *("see_case_details", "triage", "assign", "start", "pause", "resume", "resolve", "transfer"),
    *("remark", "note", "reopen", "reject", "merge", "split", "contractor_link"),
}
HEADS_OWN = {
    *("verify_evidence", "second_sign_off", "manage_templates", "export", "see_dead_letters"),
    *("see_officers", "announce"),
}
CITIZENS_OWN = {"confirm_feedback", "withdraw"}
ANYWHERE = {
    "citizen": set(),
    "officer": {"see_statistics", "file_on_behalf", "answer_questions"},
    "head": {"see_statistics", "verify_audit", "file_on_behalf", "answer_questions"},
    "planner": {"see_statistics", "export"},
    "moderator": {"moderate", "announce"},
    "agent": {"file_on_behalf", "look_up_caller", "answer_questions"},
    "administrator": set(Operation) - CITIZENS_OWN,
}
IN_OWN_CASES = {"officer": WORK, "head": WORK | HEADS_OWN}

ME, SOMEBODY = 7, 8
ROADS_IN_THE_NORTH = {
    "department_code": "ROADS",
    "office_code": "ROADS-N",
    "areas": (("district", "N"), ("ward", "N2")),
}
# What the membership is for, and whether it makes the case one's own.
MEMBERSHIPS = {
    "the department": (("ROADS", None), True),
    "its office": (("ROADS-N", None), True),
    "the department in this district": (("ROADS", ("district", "N")), True),
    "the department in this ward": (("ROADS", ("ward", "N2")), True),
    "the department in another district": (("ROADS", ("district", "S")), False),
    "a ward of another level with the same code": (("ROADS", ("district", "N2")), False),
    "another office": (("ROADS-S", None), False),
    "another department": (("WASTE", None), False),
    "another department in this district": (("WASTE", ("district", "N")), False),
}
OWNERS = {"somebody": SOMEBODY, "nobody known": None, "me": ME}


def somebody_with(*memberships):
    return Person(ME, "Asha", "K7QX2M", memberships=memberships)


@pytest.mark.parametrize("role", ["citizen", *ROLES])
@pytest.mark.parametrize("place", MEMBERSHIPS)
@pytest.mark.parametrize("owner", OWNERS)
def test_every_role_with_every_operation_on_every_kind_of_case(role, place, owner):
    (department, area), is_own_case = MEMBERSHIPS[place]
    held = [] if role == "citizen" else [Membership(role, department, area)]
    scope = CaseScope(**ROADS_IN_THE_NORTH, reporter_id=OWNERS[owner], assignee_id=SOMEBODY)
    expected = (
        ANYWHERE[role]
        | (IN_OWN_CASES.get(role, set()) if is_own_case else set())
        | (CITIZENS_OWN | {"see_case_details", "reopen"} if owner == "me" else set())
    )

    allowed = {operation for operation in Operation if may(somebody_with(*held), operation, scope)}

    assert allowed == expected


@pytest.mark.parametrize("operation", Operation)
def test_who_is_not_signed_in_may_do_nothing(operation):
    scope = CaseScope(**ROADS_IN_THE_NORTH)

    with pytest.raises(NotSignedIn):
        require(None, operation, scope)


@pytest.mark.parametrize("operation", Operation)
def test_the_city_secretary_may_do_everything_but_speak_for_a_citizen(operation):
    secretary = somebody_with(Membership("head"))

    allowed = may(secretary, operation, CaseScope(**ROADS_IN_THE_NORTH))

    assert allowed is (operation not in CITIZENS_OWN)


@pytest.mark.parametrize("operation", sorted(WORK | HEADS_OWN))
def test_an_operation_on_no_case_in_particular_is_nobodys_own(operation):
    head = somebody_with(Membership("head", "ROADS"))

    assert not may(head, Operation(operation))


@pytest.mark.parametrize("operation", ["triage", "resolve", "verify_evidence"])
def test_the_head_of_all_departments_of_a_district_works_in_that_district(operation):
    north, south = Membership("head", None, ("district", "N")), ("district", "S")

    here = may(somebody_with(north), Operation(operation), CaseScope(**ROADS_IN_THE_NORTH))
    there = may(somebody_with(north), Operation(operation), CaseScope("ROADS", areas=(south,)))

    assert (here, there) == (True, False)


@pytest.mark.parametrize("role", ["officer", "head"])
def test_an_officer_without_a_department_has_no_cases(role):
    nowhere_yet = somebody_with(Membership("officer"), Membership(role, "WASTE"))

    assert not may(nowhere_yet, Operation.TRIAGE, CaseScope(**ROADS_IN_THE_NORTH))


@pytest.mark.parametrize("operation", [Operation.VERIFY_EVIDENCE, Operation.SECOND_SIGN_OFF])
@pytest.mark.parametrize(
    "held", [Membership("head", "ROADS"), Membership("head"), Membership("administrator")], ids=str
)
def test_nobody_signs_off_their_own_work(operation, held):
    own_work = CaseScope(**ROADS_IN_THE_NORTH, assignee_id=ME)

    with pytest.raises(NotAllowed, match="a colleague has to check it"):
        require(somebody_with(held), operation, own_work)


@pytest.mark.parametrize(("hops", "allowed"), [(0, True), (2, True), (3, False), (9, False)])
def test_after_three_hops_only_the_arbiter_hands_over(hops, allowed):
    scope = CaseScope(**ROADS_IN_THE_NORTH, hops=hops)
    head, arbiter = Membership("head", "ROADS"), Membership("head")

    by_head = may(somebody_with(head), Operation.TRANSFER, scope)
    by_arbiter = may(somebody_with(arbiter), Operation.TRANSFER, scope)

    assert (by_head, by_arbiter) == (allowed, True)


def test_two_memberships_add_up():
    both = somebody_with(Membership("planner"), Membership("officer", "ROADS"))

    allowed = [
        may(both, operation, CaseScope(**ROADS_IN_THE_NORTH))
        for operation in (Operation.EXPORT, Operation.TRIAGE, Operation.MODERATE)
    ]

    assert allowed == [True, True, False]


@pytest.mark.parametrize(
    ("held", "operation", "said"),
    [
        ((), "triage", "Only staff of the office in charge"),
        ((), "withdraw", "Only the person who sent this report"),
        ((Membership("officer", "WASTE"),), "triage", "another department or area"),
        ((Membership("officer", "ROADS"),), "manage_people", "Your role does not include this"),
    ],
)
def test_a_refusal_says_why(held, operation, said):
    scope = CaseScope(**ROADS_IN_THE_NORTH, reporter_id=SOMEBODY)

    with pytest.raises(NotAllowed, match=said):
        require(somebody_with(*held), Operation(operation), scope)
