"""Questions about a kind of problem: from the city's file to the stored answer."""

import shutil
from dataclasses import replace

import pytest
from sqlalchemy import select

from geo_portal.city.facts import facts
from geo_portal.city.given_answers import CallInstead, given_answers
from geo_portal.city.packs import read_pack
from geo_portal.city.questions import asked
from geo_portal.complaints.submit import NewComplaint, submit
from geo_portal.complaints.tables import Complaint
from geo_portal.errors import Invalid, ManyInvalid
from geo_portal.geometry import LonLat
from tests.city_fixtures import HARBOUR
from tests.staff_fixtures import MONDAY

POTHOLE = NewComplaint("A deep pothole", LonLat(*HARBOUR), category="road.pothole")
BIN = NewComplaint("Our bin was not emptied", LonLat(*HARBOUR), category="waste.missed")


def answered(session, new, **answers):
    number = submit(session, replace(new, answers=answers), MONDAY).id
    return session.scalar(select(Complaint.answers).where(Complaint.id == number))


def test_answers_are_kept_as_what_they_mean(session, city):
    kept = answered(
        session,
        POTHOLE,
        depth=["deep"],
        lanes=["right", "left", ""],
        width=["40,5"],
        since=["2026-03-01T08:30"],
        road=["coast highway"],
    )

    assert kept == {
        "depth": "deep",
        "lanes": ["left", "right"],
        "width": 40.5,
        "since": "2026-03-01T01:30:00Z",
        "road": "Coast Highway",
    }


def test_an_answer_to_what_does_not_show_counts_as_none(session, city):
    kept = answered(session, POTHOLE, depth=["flat"], lanes=["left"], width=[" "])

    assert kept == {"depth": "flat"}


@pytest.mark.parametrize(
    ("new", "answers", "field", "words"),
    [
        (BIN, {}, "answers.danger", "Please answer “Is anything in it dangerous?” (danger)."),
        (POTHOLE, {"depth": ["huge"]}, "answers.depth", "Possible are: flat, deep."),
        (POTHOLE, {"depth": ["flat", "deep"]}, "answers.depth", "one answer only"),
        (POTHOLE, {"width": ["nan"]}, "answers.width", "needs a number"),
        (POTHOLE, {"since": ["yesterday"]}, "answers.since", "a day and time"),
        (
            POTHOLE,
            {"road": ["Mill Lane"]},
            "answers.road",
            "known as “Which of the big roads?” (road)",
        ),
        (POTHOLE, {"colour": ["red"]}, "answers.colour", "has no question “colour”"),
        (BIN, {"owner_mends": ["x"], "danger": ["no"]}, "answers.owner_mends", "no question"),
        (BIN, {"danger": ["no"], "seen": ["x" * 4001]}, "answers.seen", "4000 characters"),
    ],
)
def test_a_wrong_answer_is_named_and_nothing_is_filed(session, city, new, answers, field, words):
    with pytest.raises(ManyInvalid) as refused:
        answered(session, new, **answers)

    [mistake] = refused.value.mistakes
    assert (mistake.field, words in str(mistake)) == (field, True)
    assert session.scalars(select(Complaint)).all() == []


def test_what_is_no_case_for_a_report_is_one_for_a_call(session, city):
    with pytest.raises(CallInstead) as refused:
        answered(session, BIN, danger=["yes"])

    assert str(refused.value).startswith("Keep away from it and call at once. The number is 112.")


def test_a_guessed_category_demands_no_answers(session, city):
    kept = given_answers(
        session, facts(session), "waste.missed", {"depth": ["deep"]}, complete=False
    )

    assert kept == {}


def test_a_hint_shows_where_it_deflects(session, city):
    questions = facts(session).questions["waste.missed"]

    shown = [one.text("id") for one in asked(questions, {"danger": ["private"]})]

    assert "Lampu di lahan pribadi diperbaiki pemiliknya." in shown


@pytest.mark.parametrize(
    ("right", "wrong", "line", "words"),
    [
        ("road.pothole,depth,1,single", "road.pothole,depth,0,single", 2, "number from 1"),
        ("road.pothole,depth", "road.potole,depth", 2, 'mean "road.pothole"'),
        ("pothole,depth", "pothole,Depth", 2, "cannot be the code"),
        ("lanes,2,multivaluelist", "lanes,2,multivalulist", 3, 'mean "multivaluelist"'),
        ("lanes,2,multi", "depth,2,multi", 3, 'code "depth" on line 2'),
        ("lanes,2,multi", "lanes,1,multi", 3, "order 1 on line 2"),
        ("left=Left;right=Right", "", 3, "answers to choose from"),
        ("left=Left;", "Left;", 3, "no answer to choose"),
        ("depth=deep", "deph=deep", 3, 'mean "depth"'),
        ("depth=deep", "depth=deeper", 3, 'mean "deep"'),
        ("depth=deep", "depth", 3, "no condition"),
        ("national_road", "national_rod", 6, 'mean "national_road"'),
        (',yes,"Keep', ',yess,"Keep', 7, "none of the options"),
        ("Keep away from it and call at once.", "", 7, "stop_text"),
    ],
)
def test_the_clerk_reads_what_is_wrong_with_questions(
    tiny_pack, tmp_path, right, wrong, line, words
):
    folder = shutil.copytree(tiny_pack, tmp_path / "tiny")
    file = folder / "questions.csv"
    text = file.read_text(encoding="utf-8")
    file.write_text(text.replace(right, wrong, 1), encoding="utf-8")

    found = [one for one in read_pack(folder).findings if one.severity == "error"]

    assert any(
        one.where == f"questions.csv, line {line}" and words in f"{one.what} {one.mend}"
        for one in found
    )


def test_the_answers_of_a_refused_report_are_one_refusal(session, city):
    with pytest.raises(Invalid):
        answered(session, POTHOLE, depth=["huge"], width=["wide"])
