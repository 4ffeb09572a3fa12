"""Changes the city's routing rules: checked, tried on last month, written down with who did it."""

from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import delete, select, text
from sqlalchemy.orm import Session

from geo_portal.accounts.people import Person
from geo_portal.accounts.permissions import Operation, require
from geo_portal.accounts.tables import Account
from geo_portal.city.facts import CityFacts
from geo_portal.city.gazetteer import areas_of_level
from geo_portal.city.pack_rules import alternatives, near_of, why_not_hours
from geo_portal.city.rule_facts import RuleFacts, as_facts
from geo_portal.city.tables import Asset, Rule
from geo_portal.errors import Invalid, NotFound
from geo_portal.routing.rules import category_matches
from geo_portal.steering.rule_trial import try_rules
from geo_portal.steering.tables import RuleChange

LONGEST_REASON = 500
LONGEST_WORDS = 500
PERSON = "person"
_ONE_CHANGE_AT_A_TIME = 8_201_213  # any number, the same for all processes of this portal


@dataclass(frozen=True)
class TypedRule:
    """A rule as it stands in a form or a line of rules.csv; empty is no condition."""

    position: str = ""
    category: str = ""
    area: str = ""
    text: str = ""
    near_asset: str = ""
    hours: str = ""
    department: str = ""
    reason: str = ""


@dataclass(frozen=True)
class Changed:
    """A change of the rules as the page tells it."""

    at: datetime
    person: str | None
    position: int
    before: dict[str, Any] | None
    after: dict[str, Any] | None
    elsewhere: int | None


def checked(session: Session, city: CityFacts, typed: TypedRule) -> RuleFacts:
    """The rule that was typed; raises `Invalid` with the `field` that names what does not exist."""
    rule = RuleFacts(
        position=_position(typed.position),
        category=typed.category.strip() or None,
        area=_area(session, city, typed.area.strip()),
        text=_words(typed.text),
        **_asset(session, typed.near_asset.strip()),
        hours=_hours(typed.hours.strip()),
        department_code=typed.department.strip(),
        reason=typed.reason.strip(),
    )
    if rule.category and not any(category_matches(rule.category, code) for code in city.categories):
        raise Invalid("There is no such kind of problem.", field="category")
    known = city.departments.get(rule.department_code)
    if known is None or not known.active:
        raise Invalid("Choose the department or office it goes to.", field="department")
    if not rule.reason:
        raise Invalid("Say in a sentence why; citizens read it.", field="reason")
    if len(rule.reason) > LONGEST_REASON:
        raise Invalid("Keep it to {limit} characters.", field="reason", limit=LONGEST_REASON)
    return rule


def with_rule(
    city: CityFacts, rule: RuleFacts, replaces: int | None = None
) -> tuple[RuleFacts, ...]:
    """The rules with this one in its place, and without the one that it `replaces`.

    Raises `Invalid` when its number is another rule's.
    """
    others = [one for one in city.rules if one.position != replaces]
    if any(one.position == rule.position for one in others):
        raise Invalid("Rule {number} is there already.", field="position", number=rule.position)
    return _in_order([*others, rule])


def without_rule(city: CityFacts, position: int) -> tuple[RuleFacts, ...]:
    """The rules without the one of this number."""
    return tuple(one for one in city.rules if one.position != position)


def save_rule(
    session: Session,
    who: Person,
    city: CityFacts,
    typed: TypedRule,
    now: datetime,
    replaces: int | None = None,
) -> RuleFacts:
    """Let the rule hold for every report from now on; what was routed before stays where it is.

    Raises `Invalid` for a rule that makes no sense, `NotFound` when there is none to replace.
    """
    require(who, Operation.MANAGE_RULES)
    _lock(session)
    before = None if replaces is None else stored(session, replaces)
    rule = checked(session, city, typed)
    rules = with_rule(city, rule, replaces)
    _refuse_taken(session, rule.position, replaces)
    elsewhere = try_rules(session, city, rules, now).elsewhere
    if replaces is not None:
        session.execute(delete(Rule).where(Rule.position == replaces))
    session.add(Rule(**_row(rule)))
    _note(session, who, now, rule.position, before, rule, elsewhere)
    return rule


def remove_rule(
    session: Session, who: Person, city: CityFacts, position: int, now: datetime
) -> None:
    """Let the rule hold no more; raises `NotFound`."""
    require(who, Operation.MANAGE_RULES)
    _lock(session)
    before = stored(session, position)
    elsewhere = try_rules(session, city, without_rule(city, position), now).elsewhere
    session.execute(delete(Rule).where(Rule.position == position))
    _note(session, who, now, position, before, None, elsewhere)


def stored(session: Session, position: int) -> Rule:
    """The rule of this number, broken ones too; raises `NotFound`."""
    rule = session.get(Rule, position) if 0 <= position < 2**31 else None
    if rule is None:
        raise NotFound("There is no rule {number}.", number=position)
    return rule


def all_rules(session: Session) -> Sequence[Rule]:
    """All rules in the order in which they are tried, broken ones too."""
    return session.scalars(select(Rule).order_by(Rule.position)).all()


def as_typed(rule: RuleFacts) -> TypedRule:
    """The rule as the form, or a line of rules.csv, has it."""
    near = f"{rule.near_asset}:{rule.near_m:g}" if rule.near_asset and rule.near_m else ""
    return TypedRule(
        position=str(rule.position),
        category=rule.category or "",
        area=":".join(rule.area) if rule.area else "",
        text=rule.text or "",
        near_asset=near,
        hours=rule.hours or "",
        department=rule.department_code,
        reason=rule.reason,
    )


def asset_kinds(session: Session) -> list[str]:
    """The kinds of assets that the city knows, in order."""
    return list(session.scalars(select(Asset.kind).distinct().order_by(Asset.kind)))


def changes(session: Session, limit: int = 30) -> list[Changed]:
    """What was done to the rules, newest first."""
    rows = session.execute(
        select(RuleChange, Account.name)
        .outerjoin(Account, Account.id == RuleChange.person_id)
        .order_by(RuleChange.id.desc())
        .limit(limit)
    )
    return [
        Changed(row.at, name, row.position, row.before, row.after, row.elsewhere)
        for row, name in rows
    ]


def _in_order(rules: Iterable[RuleFacts]) -> tuple[RuleFacts, ...]:
    return tuple(sorted(rules, key=lambda rule: rule.position))


def _position(typed: str) -> int:
    if typed.isascii() and typed.isdigit() and 0 < int(typed[:12]) < 2**31:
        return int(typed)
    raise Invalid("Give it a number; the smaller is tried first.", field="position")


def _area(session: Session, city: CityFacts, typed: str) -> tuple[str, str] | None:
    if not typed:
        return None
    level, _, code = typed.partition(":")
    if not any(area.code == code for area in areas_of_level(session, city, level)):
        raise Invalid("There is no such area.", field="area")
    return level, code


def _words(typed: str) -> str | None:
    if len(typed) > LONGEST_WORDS:
        raise Invalid("Keep it to {limit} characters.", field="text", limit=LONGEST_WORDS)
    return alternatives(typed)


def _asset(session: Session, typed: str) -> dict[str, Any]:
    kind, near_m, broken = near_of(typed)
    if broken or (kind and kind not in asset_kinds(session)):
        raise Invalid("Write a kind of asset and metres, such as railway:25.", field="near_asset")
    return {"near_asset": kind, "near_m": near_m}


def _hours(typed: str) -> str | None:
    if why_not_hours(typed):
        raise Invalid("Write days and hours, such as mon-fri 08:00-16:00.", field="hours")
    return typed or None


def _lock(session: Session) -> None:
    session.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": _ONE_CHANGE_AT_A_TIME})


def _refuse_taken(session: Session, position: int, replaces: int | None) -> None:
    """Also by a broken rule, which the facts do not hold."""
    if position != replaces and session.get(Rule, position) is not None:
        raise Invalid("Rule {number} is there already.", field="position", number=position)


def _row(rule: RuleFacts) -> dict[str, Any]:
    level, code = rule.area or (None, None)
    told = asdict(rule) | {"area_level": level, "area_code": code, "broken_because": None}
    del told["area"]
    return told


def _note(
    session: Session,
    who: Person,
    now: datetime,
    position: int,
    before: Rule | None,
    after: RuleFacts | None,
    elsewhere: int,
) -> None:
    session.add(
        RuleChange(
            at=now,
            by=PERSON,
            person_id=who.id,
            position=position,
            before=asdict(as_typed(as_facts(before))) if before else None,
            after=asdict(as_typed(after)) if after else None,
            elsewhere=elsewhere,
        )
    )
    # Every process reads the rules again with its next look at the city.
    session.execute(text("UPDATE city SET facts_version = facts_version + 1"))
    session.flush()
