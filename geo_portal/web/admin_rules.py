"""The administrator's page of routing rules: read, tried on last month, changed, taken along."""

import csv
import io
from dataclasses import asdict, dataclass
from typing import Annotated

from fastapi import APIRouter, Depends, Form, Request, Response
from fastapi.responses import RedirectResponse
from sqlalchemy.orm import Session

from geo_portal import clock
from geo_portal.accounts.permissions import Operation, require
from geo_portal.city.facts import CityFacts
from geo_portal.city.gazetteer import areas_of_level
from geo_portal.city.rule_facts import RuleFacts, as_facts
from geo_portal.city.tables import Rule
from geo_portal.errors import Invalid
from geo_portal.http import CityDep, ReaderDep, SessionDep, StaffDep
from geo_portal.routing.reasons import department_name
from geo_portal.routing.rule_faults import Fault, faults
from geo_portal.routing.rule_sentences import conditions, destination
from geo_portal.steering import rule_changes
from geo_portal.steering.rule_changes import TypedRule
from geo_portal.steering.rule_trial import Trial, try_rules
from geo_portal.translation import Translator
from geo_portal.web.pages import page

router = APIRouter(include_in_schema=False)

Typed = Annotated[str, Form(max_length=2_000)]
# Between two rules there is room for nine more.
STEP = 10


@dataclass(frozen=True)
class Shown:
    """A rule as the page shows it; `broken` and `fault` say why it never wins."""

    rule: RuleFacts
    conditions: list[str]
    goes: str
    wins: int
    broken: str | None
    fault: Fault | None


def typed_rule(
    position: Typed = "",
    category: Typed = "",
    area: Typed = "",
    text: Typed = "",
    near_asset: Typed = "",
    hours: Typed = "",
    department: Typed = "",
    reason: Typed = "",
) -> TypedRule:
    """The form's fields, without the zero bytes that nobody types."""
    cells = (position, category, area, text, near_asset, hours, department, reason)
    return TypedRule(*(cell.replace("\0", "") for cell in cells))


TypedRuleDep = Annotated[TypedRule, Depends(typed_rule)]


@router.get("/admin/rules")
def rules_page(
    request: Request, session: SessionDep, city: CityDep, words: ReaderDep, who: StaffDep
) -> Response:
    """All rules in order, with what each won last month and what can never win."""
    require(who, Operation.MANAGE_RULES)
    now = clock.now()
    trial = try_rules(session, city, city.rules, now)
    return page(
        request,
        "admin/rules.html",
        lang=words.lang,
        city=city,
        rules=_shown(session, city, words, trial),
        trial=trial,
        changes=rule_changes.changes(session),
    )


@router.get("/admin/rules.csv")
def as_csv(session: SessionDep, who: StaffDep) -> Response:
    """The rules as the file of a city pack."""
    require(who, Operation.MANAGE_RULES)
    file = io.StringIO()
    writer = csv.writer(file)
    writer.writerow(["order" if name == "position" else name for name in asdict(TypedRule())])
    for rule in rule_changes.all_rules(session):
        writer.writerow(asdict(rule_changes.as_typed(as_facts(rule))).values())
    named = {"Content-Disposition": 'attachment; filename="rules.csv"'}
    return Response(file.getvalue(), media_type="text/csv; charset=utf-8", headers=named)


@router.get("/admin/rules/new")
def new_rule(
    request: Request, session: SessionDep, city: CityDep, words: ReaderDep, who: StaffDep
) -> Response:
    """The form for a new rule, to be tried after all others."""
    require(who, Operation.MANAGE_RULES)
    last = max((rule.position for rule in rule_changes.all_rules(session)), default=0)
    return _form(request, session, city, words, TypedRule(position=str(last + STEP)), None)


@router.get("/admin/rules/{number}")
def edit_rule(
    request: Request,
    number: int,
    session: SessionDep,
    city: CityDep,
    words: ReaderDep,
    who: StaffDep,
) -> Response:
    """The form with a rule in it, and what taking it away would change."""
    require(who, Operation.MANAGE_RULES)
    rule = as_facts(rule_changes.stored(session, number))
    without = try_rules(session, city, rule_changes.without_rule(city, number), clock.now())
    typed = rule_changes.as_typed(rule)
    return _form(request, session, city, words, typed, number, without=without)


@router.post("/admin/rules/try")
def try_rule(
    request: Request,
    typed: TypedRuleDep,
    session: SessionDep,
    city: CityDep,
    words: ReaderDep,
    who: StaffDep,
    replaces: Typed = "",
) -> Response:
    """What the rule would have changed in the last month; nothing is kept."""
    require(who, Operation.MANAGE_RULES)
    number = _number(replaces)
    try:
        rule = rule_changes.checked(session, city, typed)
        rules = rule_changes.with_rule(city, rule, number)
    except Invalid as mistake:
        return _form(request, session, city, words, typed, number, mistake=mistake)
    trial = try_rules(session, city, rules, clock.now())
    return _form(request, session, city, words, typed, number, tried=(rule, rules, trial))


@router.post("/admin/rules/save")
def save_rule(
    request: Request,
    typed: TypedRuleDep,
    session: SessionDep,
    city: CityDep,
    words: ReaderDep,
    who: StaffDep,
    replaces: Typed = "",
) -> Response:
    """Let the rule hold from now on; a mistake is said beside the form."""
    number = _number(replaces)
    try:
        rule_changes.save_rule(session, who, city, typed, clock.now(), number)
    except Invalid as mistake:
        return _form(request, session, city, words, typed, number, mistake=mistake)
    return RedirectResponse("/admin/rules", status_code=303)


@router.post("/admin/rules/{number}/remove")
def remove_rule(number: int, session: SessionDep, city: CityDep, who: StaffDep) -> Response:
    """Let the rule hold no more."""
    rule_changes.remove_rule(session, who, city, number, clock.now())
    return RedirectResponse("/admin/rules", status_code=303)


def _number(typed: str) -> int | None:
    return int(typed) if typed.isascii() and typed.isdigit() and len(typed) < 10 else None


def _shown(session: Session, city: CityFacts, words: Translator, trial: Trial) -> list[Shown]:
    names = _area_names(session, city)
    never = {fault.position: fault for fault in faults(city.rules)}
    return [
        _one(rule, city, words, names, trial, never) for rule in rule_changes.all_rules(session)
    ]


def _one(
    stored: Rule,
    city: CityFacts,
    words: Translator,
    names: dict[str, str],
    trial: Trial,
    never: dict[int, Fault],
) -> Shown:
    rule = as_facts(stored)
    area = names.get(":".join(rule.area)) if rule.area else None
    # What is broken cannot be read out in full: it names what does not exist.
    told = [] if stored.broken_because else _read_out(rule, city, words, area)
    return Shown(
        rule=rule,
        conditions=told,
        goes=destination(rule, city, words.gettext, words.lang),
        wins=trial.wins.get(rule.position, 0),
        broken=stored.broken_because,
        fault=never.get(rule.position),
    )


def _read_out(rule: RuleFacts, city: CityFacts, words: Translator, area: str | None) -> list[str]:
    return conditions(rule, city, words.gettext, words.locale, area)


def _area_names(session: Session, city: CityFacts) -> dict[str, str]:
    return {
        f"{level.code}:{area.code}": area.name
        for level in city.levels
        for area in areas_of_level(session, city, level.code)
    }


def _form(
    request: Request,
    session: Session,
    city: CityFacts,
    words: Translator,
    typed: TypedRule,
    replaces: int | None,
    *,
    mistake: Invalid | None = None,
    without: Trial | None = None,
    tried: tuple[RuleFacts, tuple[RuleFacts, ...], Trial] | None = None,
) -> Response:
    names = _area_names(session, city)
    rule, rules, trial = tried or (None, (), None)
    area = names.get(":".join(rule.area)) if rule and rule.area else None
    return page(
        request,
        "admin/rule.html",
        lang=words.lang,
        city=city,
        status=422 if mistake else 200,
        typed=typed,
        replaces=replaces,
        mistake=words.sentence(mistake) if mistake else "",
        wrong=mistake.field if mistake else "",
        areas=names,
        kinds=rule_changes.asset_kinds(session),
        without=without,
        trial=trial,
        said=_read_out(rule, city, words, area) if rule else [],
        goes=destination(rule, city, words.gettext, words.lang) if rule else "",
        fault=next((f for f in faults(rules) if rule and f.position == rule.position), None),
        owner=lambda code: department_name(city, code, words.gettext, words.lang),
    )
