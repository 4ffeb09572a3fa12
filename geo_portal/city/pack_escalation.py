"""escalation.csv: who is told, and when, that the time for a complaint is running out."""

from datetime import timedelta
from pathlib import Path

from geo_portal.city.findings import Findings, listed, meant
from geo_portal.city.ladders import TOLD, USUAL, Step
from geo_portal.city.pack_categories import read_span
from geo_portal.city.pack_contents import CityFile
from geo_portal.city.pack_files import Columns, Row, read_table

FILE = "escalation.csv"
COLUMNS = Columns(required=("told",), optional=("percent", "after"))
# Ladders of other systems that a city may take over by name: city.toml, escalation = "…".
PRESETS = Path(__file__).parent / "known_ladders"
MOST_PERCENT = 1_000
MEND = f"Write one of: {', '.join(TOLD)}."


def read_ladder(folder: Path, city: CityFile, findings: Findings) -> tuple[Step, ...]:
    """The city's own steps, those it takes over by name, or the usual ones; first come first."""
    own = (folder / FILE).exists()
    if city.escalation is None:
        return _steps(folder, FILE, findings) if own else USUAL
    known = {path.stem for path in PRESETS.glob("*.csv")}
    if own:
        findings.error(
            FILE,
            None,
            f'city.toml asks for the ladder "{city.escalation}", and there is one here too.',
            'Remove this file, or the line "escalation" in city.toml.',
        )
    elif city.escalation not in known:
        findings.error(
            "city.toml",
            None,
            f'There is no ladder with the name "{city.escalation}".',
            f"Write one of: {listed(sorted(known))}.{meant(city.escalation, known)}",
        )
    else:
        return _steps(PRESETS, f"{city.escalation}.csv", findings)
    return USUAL


def _steps(folder: Path, file: str, findings: Findings) -> tuple[Step, ...]:
    rows = read_table(folder, file, COLUMNS, ["en"], findings)
    steps: list[Step] = []
    for row in rows:
        step = _step(row, findings)
        if step and _is_higher(step, steps, row, findings):
            steps.append(step)
    if not steps and not findings.errors:
        findings.warning(
            file, None, "The ladder has no step: nobody hears of what is overdue.", MEND
        )
    return tuple(steps)


def _step(row: Row, findings: Findings) -> Step | None:
    if row["told"] not in TOLD:
        hint = meant(row["told"], TOLD)
        findings.error(row.file, row.line, f'"{row["told"]}" cannot be told.', f"{MEND}{hint}")
        return None
    if bool(row["percent"]) == bool(row["after"]):
        findings.error(
            row.file,
            row.line,
            "A step comes either at a percentage of the promised time or so long after filing.",
            "Fill in percent (150) or after (P20D), not both.",
        )
        return None
    if row["after"]:
        after = read_span(row, "after", findings)
        return Step(None, after, row["told"]) if after else None
    percent = row["percent"].removesuffix("%").strip()
    if percent.isascii() and percent.isdigit() and 0 < int(percent) <= MOST_PERCENT:
        return Step(int(percent), None, row["told"])
    findings.error(
        row.file,
        row.line,
        f'"{row["percent"]}" is not a percentage from 1 to {MOST_PERCENT}.',
        "Write a whole number: 100 is the moment by which it should be mended.",
    )
    return None


def _is_higher(step: Step, steps: list[Step], row: Row, findings: Findings) -> bool:
    """Whether it comes after the last of `steps`; a ladder has one kind of rungs."""
    if not steps:
        return True
    last = steps[-1]
    if (last.percent is None) != (step.percent is None):
        what = "The ladder counts partly in percent and partly in time after filing."
        findings.error(row.file, row.line, what, "Use one of the two columns for all steps.")
        return False
    if _height(step) > _height(last):
        return True
    what = "This step comes no later than the one above it."
    findings.error(row.file, row.line, what, "Order the lines by when they come, each later.")
    return False


def _height(step: Step) -> tuple[int, timedelta]:
    return step.percent or 0, step.after or timedelta()
