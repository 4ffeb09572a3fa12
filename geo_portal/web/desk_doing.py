"""What each form of a case does when it is sent."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, time

from sqlalchemy.orm import Session

from geo_portal.accounts.people import Person
from geo_portal.city.facts import CityFacts
from geo_portal.complaints.hand_over import assign, transfer
from geo_portal.complaints.lifecycle import Said, make_move
from geo_portal.complaints.remarks import note, remark
from geo_portal.complaints.sorting import sort
from geo_portal.complaints.tasks import split
from geo_portal.errors import Invalid
from geo_portal.inbox.case import look_at
from geo_portal.inbox.snooze import snooze
from geo_portal.inbox.templates import filled
from geo_portal.web.desk_forms import SPANS, CaseForm, day

# What is planned for a day may still be done in its evening.
END_OF_DAY = time(23, 59)


@dataclass(frozen=True)
class Sent:
    """A form that was sent: by whom, for which step of which case."""

    session: Session
    city: CityFacts
    who: Person
    code: str
    step: str
    form: CaseForm
    now: datetime


def carry_out(sent: Sent) -> None:
    """Do what the form asks for; raises the operation's refusals."""
    _DOING.get(sent.step, _move)(sent)


def _remark_of(sent: Sent) -> str:
    """What the citizen will read, with the placeholders of a template filled in."""
    complaint = look_at(sent.session, sent.who, sent.code)
    return filled(sent.session, sent.city, complaint, sent.form.remark)


def _move(sent: Sent) -> None:
    form, zone = sent.form, sent.city.timezone
    said = Said(
        remark=_remark_of(sent),
        outcome=form.outcome or None,
        until=day(form.until, zone, "until"),
        planned_for=day(form.planned_for, zone, "planned_for", END_OF_DAY),
        handed_to=form.handed_to or None,
        into=form.into or None,
    )
    make_move(sent.session, sent.who, sent.code, sent.step, said, sent.now, form.seen_version())


def _assign(sent: Sent) -> None:
    assign(
        sent.session,
        sent.who,
        sent.code,
        sent.now,
        to_person=sent.form.person(),
        team=sent.form.team or None,
        seen_version=sent.form.seen_version(),
    )


def _transfer(sent: Sent) -> None:
    form = sent.form
    transfer(
        sent.session, sent.who, sent.code, form.to, _remark_of(sent), sent.now, form.seen_version()
    )


def _sort(sent: Sent) -> None:
    sort(
        sent.session,
        sent.who,
        sent.code,
        sent.now,
        category=sent.form.category or None,
        place=sent.form.place(sent.session),
        remark=sent.form.remark,
        seen_version=sent.form.seen_version(),
    )


def _split(sent: Sent) -> None:
    split(sent.session, sent.who, sent.code, sent.form.title, sent.form.to, sent.now)


def _remark(sent: Sent) -> None:
    remark(sent.session, sent.who, sent.code, _remark_of(sent), sent.now)


def _note(sent: Sent) -> None:
    note(sent.session, sent.who, sent.code, sent.form.remark, sent.now)


def _snooze(sent: Sent) -> None:
    form = sent.form
    until = day(form.until, sent.city.timezone, "until")
    if until is None and form.span in SPANS:
        until = sent.now + SPANS[form.span]
    if until is None and form.span != "wake":
        raise Invalid("Choose a moment that lies in the future.", field="until")
    snooze(sent.session, sent.who, sent.code, until, sent.now, form.seen_version())


_DOING: dict[str, Callable[[Sent], None]] = {
    "assign": _assign,
    "transfer": _transfer,
    "sort": _sort,
    "split": _split,
    "remark": _remark,
    "note": _note,
    "snooze": _snooze,
}
