"""Questions to the city: asked, confirmed, answered or passed on, read by the code alone."""

import pytest
from sqlalchemy import select, text

from geo_portal.accounts.limits import TooManyAttempts
from geo_portal.accounts.people import Membership
from geo_portal.city.facts import facts
from geo_portal.errors import Invalid, NotAllowed
from geo_portal.inquiries.answer import AnsweredAlready, NotAgreed, answer, pass_on, shown, waiting
from geo_portal.inquiries.ask import NewInquiry, ask, by_code, events_of
from geo_portal.outbox.tables import Message
from tests.staff_fixtures import MONDAY


@pytest.fixture
def question(session, city):
    """Asha's question about the library."""
    new = NewInquiry("When is the library open?", "en", "asha@x.example")
    return ask(session, facts(session), new, MONDAY)


@pytest.fixture
def nothing_asked(database):
    """No questions when the test ends."""
    yield
    with database.transaction() as session:
        session.execute(text("TRUNCATE inquiries CASCADE"))


def mails(session):
    return [(m.recipient, m.subject) for m in session.scalars(select(Message).order_by(Message.id))]


def test_a_question_has_a_code_a_clock_and_a_confirmation(session, question):
    found = by_code(session, question.code.lower().replace("-", " "))

    assert found.id == question.id
    # Monday 9:00, sixteen working hours of eight a day: Wednesday 9:00.
    assert found.due_at.isoformat() == "2026-03-04T02:00:00+00:00"
    assert mails(session) == [("asha@x.example", f"Your question {question.code} has arrived")]


def test_an_answer_is_sent_once_and_kept(session, question, rina):
    answer(session, rina, question.code, "From Tuesday to Friday.", MONDAY)

    assert (question.status, question.answer) == ("answered", "From Tuesday to Friday.")
    assert mails(session)[1] == ("asha@x.example", f"The answer to your question {question.code}")
    assert [one.kind for one in events_of(session, question)] == ["asked", "answered"]


def test_who_answers_second_is_told(session, question, rina, joko):
    answer(session, rina, question.code, "Yes.", MONDAY)

    with pytest.raises(AnsweredAlready):
        answer(session, joko, question.code, "No.", MONDAY)


def test_a_question_is_passed_on_and_its_clock_runs_on(session, question, rina):
    due = question.due_at

    pass_on(session, facts(session), rina, question.code, "WASTE", MONDAY)

    assert (question.department_code, question.due_at) == ("WASTE", due)
    assert [one.code for one in waiting(session, rina, "open", "WASTE")] == [question.code]


def test_a_citizen_reads_no_questions(session, question, asha):
    with pytest.raises(NotAllowed):
        waiting(session, asha)


@pytest.mark.parametrize("written", ["", "   ", "?!", "x" * 2001])
def test_no_question_and_an_endless_one_are_refused(session, city, written):
    with pytest.raises(Invalid):
        ask(session, facts(session), NewInquiry(written, "en"), MONDAY)


def test_one_network_asks_twenty_questions_an_hour(session, city):
    known = facts(session)
    questions = [NewInquiry(f"Question {number}?", "en") for number in range(21)]

    with pytest.raises(TooManyAttempts):
        [ask(session, known, one, MONDAY, network="192.0.2.1") for one in questions]


def test_a_questions_journey_through_the_pages(portal, signed_in, nothing_asked):
    sent = portal.post(
        "/ask",
        data={"question": "When do you sweep?", "contact": "asha@x.example"},
        follow_redirects=False,
    )
    code = sent.headers["location"].removeprefix("/ask/")
    rina = signed_in("rina", Membership("officer", "ROADS"))
    seen = rina.get(f"/desk/questions/{code}").text
    rina.post(f"/desk/questions/{code}", data={"answer": "On Fridays.", "step": "answer"})

    page = portal.get(f"/ask/{code}")

    assert "asha@x.example" in seen
    assert "On Fridays." in page.text
    assert "asha@x.example" not in page.text
    assert (
        portal.get("/search", params={"q": code}, follow_redirects=False).headers["location"]
        == f"/ask/{code}"
    )


def test_a_form_with_a_mistake_loses_nothing(portal):
    page = portal.post("/ask", data={"question": "  ", "contact": "asha@x.example"})

    assert page.status_code == 422
    assert "asha@x.example" in page.text


def test_an_answer_is_shown_in_words_that_name_nobody(session, city, rina):
    new = NewInquiry("Does Mrs Siti at 0812 3456 7890 get a permit?", "en", may_be_shown=True)
    asked = ask(session, facts(session), new, MONDAY)

    answer(session, rina, asked.code, "Permits take a week.", MONDAY, "How long do permits take?")

    assert [(one.shown_question, one.answer) for one in shown(session)] == [
        ("How long do permits take?", "Permits take a week.")
    ]
    assert shown(session, department="WASTE") == []


def test_without_consent_an_answer_is_shown_to_nobody(session, question, rina):
    with pytest.raises(NotAgreed):
        answer(session, rina, question.code, "From Tuesday.", MONDAY, "When is it open?")

    answer(session, rina, question.code, "From Tuesday.", MONDAY)
    assert shown(session) == []


def test_a_shared_questions_journey_through_the_pages(portal, signed_in, nothing_asked):
    clerk = signed_in("rina", Membership("officer", "ROADS"))
    words = {"question": "May I, 0812 3456 7890, camp here?", "may_be_shown": "1"}
    code = portal.post("/ask", data=words, follow_redirects=False).headers["location"][-13:]
    form = clerk.get(f"/desk/questions/{code}").text
    decided = {"answer": "No <b>camping</b>.", "show": "1", "shown_as": "May I, •••, camp here?"}

    clerk.post(f"/desk/questions/{code}", data=decided)

    page = portal.get("/questions").text
    assert "May I, •••, camp here?" in form
    assert "May I, •••, camp here?" in page
    assert "0812" not in page
    assert "No &lt;b&gt;camping" in page
