"""rules.csv: the city's own routing rules, in the order in which they are tried."""

from collections.abc import Sequence
from pathlib import Path

from geo_portal.city.calendar import WEEKDAYS, parse_hours
from geo_portal.city.findings import Findings
from geo_portal.city.pack_contents import RuleRow
from geo_portal.city.pack_departments import area_of
from geo_portal.city.pack_files import Columns, Row, read_table

FILE = "rules.csv"
COLUMNS = Columns(
    required=("order", "department", "reason"),
    optional=("category", "area", "text", "near_asset", "hours"),
)
NEAR_M = 15.0
FARTHEST_M = 5_000.0


def read_rules(folder: Path, languages: Sequence[str], findings: Findings) -> list[RuleRow]:
    """The rules by order; without the file there are none."""
    if not (folder / FILE).exists():
        return []
    rules: dict[int, RuleRow] = {}
    for row in read_table(folder, FILE, COLUMNS, languages, findings):
        rule = _rule(row, findings)
        if rule is None:
            continue
        if rule.order in rules:
            earlier = rules[rule.order].line
            findings.error(
                FILE,
                row.line,
                f"Order {rule.order} is already used on line {earlier}.",
                "Give each rule its own number; the smaller is tried first.",
            )
        rules.setdefault(rule.order, rule)
    return [rules[order] for order in sorted(rules)]


def _rule(row: Row, findings: Findings) -> RuleRow | None:
    order = _order(row, findings)
    if order is None:
        return None
    if not row["reason"]:
        findings.warning(
            FILE,
            row.line,
            "The rule gives no reason.",
            "Say in a sentence why; citizens read it.",
        )
    kind, near_m, broken_asset = near_of(row["near_asset"])
    return RuleRow(
        line=row.line,
        order=order,
        category=row.or_none("category"),
        area=area_of(row, findings),
        text=alternatives(row["text"]),
        near_asset=kind,
        near_m=near_m,
        hours=row.or_none("hours"),
        department=row["department"],
        reason=row["reason"],
        broken_because=broken_asset or why_not_hours(row["hours"]),
    )


def _order(row: Row, findings: Findings) -> int | None:
    if row["order"].isascii() and row["order"].isdigit() and int(row["order"]) < 2**31:
        return int(row["order"])
    findings.error(
        FILE,
        row.line,
        f'The order "{row["order"]}" is not a number.',
        "Write 10, 20, 30 …",
    )
    return None


def alternatives(text: str) -> str | None:
    """Words between bars, brought to one form; None when there is none."""
    return "|".join(word.strip() for word in text.split("|") if word.strip()) or None


def near_of(text: str) -> tuple[str | None, float | None, str | None]:
    """Kind, distance in metres, and why the text does not say so, of `railway:25`."""
    if not text:
        return None, None, None
    kind, _, metres = text.partition(":")
    try:
        near_m = float(metres) if metres else NEAR_M
        if 0 < near_m <= FARTHEST_M:
            return kind.strip(), near_m, None
    except ValueError:
        pass
    return (
        kind.strip(),
        NEAR_M,
        f'"{text}" is not an asset and its distance, like railway:25.',
    )


def why_not_hours(text: str) -> str | None:
    """Why `text` does not say when; None when it does or is empty.

    The grammar is that of `routing.rules.within_hours`.
    """
    if not text:
        return None
    days, _, hours = text.removeprefix("!").strip().partition(" ")
    try:
        for part in days.lower().split(","):
            first, _, last = part.partition("-")
            WEEKDAYS.index(first), WEEKDAYS.index(last or first)
        if hours.strip():
            parse_hours(hours.strip())
    except ValueError:
        return f'"{text}" does not say when, like mon-fri 08:00-16:00.'
    return None
