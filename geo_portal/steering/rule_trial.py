"""Tries rules on the reports of the last month: how often each would win, and what moves."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import text
from sqlalchemy.orm import Session

from geo_portal.city.facts import CityFacts
from geo_portal.city.rule_facts import RuleFacts
from geo_portal.routing.rules_in_sql import rule_expression

MONTH = timedelta(days=30)
EXAMPLES = 5
MOST_MOVES = 50


@dataclass(frozen=True)
class Move:
    """So many reports would go from one owner (department or office) to another; some codes."""

    before: str | None
    after: str | None
    reports: int
    codes: tuple[str, ...]


@dataclass(frozen=True)
class Trial:
    """What rules make of `reports` reports: wins by position, and what would go elsewhere."""

    reports: int
    wins: dict[int, int]
    moves: tuple[Move, ...]

    @property
    def elsewhere(self) -> int:
        """How many reports would go elsewhere."""
        return sum(move.reports for move in self.moves)


def try_rules(
    session: Session, city: CityFacts, rules: Sequence[RuleFacts], now: datetime
) -> Trial:
    """Route the last month's reports by the rules in force and by `rules`, in one query.

    Each is asked as it stands now: a report whose kind was put right since is asked by its right
    kind. Reports outside every area are left out, for no rule speaks for them.
    """
    old, values = rule_expression(city.rules, city.timezone.key, "old")
    new, more = rule_expression(rules, city.timezone.key, "new")
    # Both are made of our own words; whatever an administrator typed is a parameter.
    query = text(_MONTH.format(old=old, new=new))
    asked = values | more | {"since": now - MONTH, "now": now, "examples": EXAMPLES}
    sent = {rule.position: rule.department_code for rule in city.rules}
    would_send = {rule.position: rule.department_code for rule in rules}
    reports, wins, moves = 0, Counter[int](), Counter[tuple[str | None, str | None]]()
    codes: dict[tuple[str | None, str | None], list[str]] = {}
    for row in session.execute(query, asked):
        reports += row.reports
        if row.new is not None:
            wins[row.new] += row.reports
        otherwise = _owner(city, row.category)
        way = sent.get(row.old, otherwise), would_send.get(row.new, otherwise)
        if way[0] != way[1]:
            moves[way] += row.reports
            codes.setdefault(way, []).extend(row.codes)
    told = [
        Move(*way, many, tuple(codes[way][:EXAMPLES]))
        for way, many in moves.most_common(MOST_MOVES)
    ]
    return Trial(reports, dict(wins), tuple(told))


def _owner(city: CityFacts, category: str | None) -> str | None:
    known = city.categories.get(category or "")
    return known.department_code if known else city.triage_department


_MONTH = """
    WITH incoming AS (
        SELECT
            id AS line, code, category_code AS category, description, point, submitted_at,
            jurisdiction_ids
        FROM complaints
        WHERE submitted_at >= :since AND submitted_at < :now AND cardinality(jurisdiction_ids) > 0
    ),
    placed AS (SELECT line, jurisdiction_ids AS ids FROM incoming),
    decided AS (
        SELECT incoming.code, incoming.category, {old} AS old, {new} AS new
        FROM incoming JOIN placed USING (line)
    )
    SELECT
        category, old, new, count(*) AS reports,
        (array_agg(code ORDER BY code))[1:CAST(:examples AS integer)] AS codes
    FROM decided
    GROUP BY category, old, new
"""
