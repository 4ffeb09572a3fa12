"""The values of a TOML file asked for one by one: a wrong one becomes a finding with its line."""

import re
from itertools import pairwise
from typing import Any

from geo_portal.city.findings import Findings, meant


class Values:
    """The values of one section, asked for with their type; a wrong one becomes a finding."""

    def __init__(
        self, file: str, values: dict[str, Any], lines: dict[str, int], findings: Findings
    ) -> None:
        self.file, self.values, self.lines, self.findings = file, values, lines, findings

    def wrong(self, key: str, what: str, mend: str) -> None:
        self.findings.error(self.file, self.lines.get(key, self.lines.get("")), what, mend)

    def text(self, key: str, example: str, *, needed: bool = True) -> str | None:
        value = self.values.get(key)
        if isinstance(value, str) and value.strip():
            return value.strip()
        if value is not None or needed:
            said = "is missing" if value is None else "must be a text that is not empty"
            self.wrong(key, f'"{key}" {said}.', f'Write, for example: {key} = "{example}"')
        return None

    def names(self, key: str, languages: list[str], otherwise: str) -> dict[str, str]:
        """Texts in every language of the city; one that is missing reads as in the first."""
        value = self.values.get(key, {})
        if isinstance(value, dict) and all(isinstance(text, str) for text in value.values()):
            first = value.get(languages[0]) or otherwise
            return {lang: value.get(lang) or first for lang in languages}
        self.wrong(key, f'"{key}" must be texts by language.', f'Write: {key} = {{ en = "…" }}')
        return {}

    def unknown(self, known: set[str]) -> None:
        for key in self.values.keys() - known:
            self.findings.warning(
                self.file,
                self.lines.get(key),
                f'"{key}" is not used.',
                f"Remove it, or correct its name.{meant(key, known)}",
            )


def lines_of(text: str) -> dict[str, int]:
    """The line on which each key is first written; "" is the first line."""
    lines = {"": 1}
    for number, line in enumerate(text.splitlines(), 1):
        key = re.match(r"\s*\[*\s*([A-Za-z0-9_-]+)\s*(?:=|\])", line)
        if key:
            lines.setdefault(key[1], number)
    return lines


def sections_of(text: str, name: str) -> list[dict[str, int]]:
    """`lines_of` each [[name]] section, numbered as in the whole file."""
    starts = [match.start() for match in re.finditer(rf"(?m)^[ \t]*\[\[\s*{name}\s*\]\]", text)]
    sections = []
    for start, end in pairwise([*starts, len(text)]):
        above = text.count("\n", 0, start)
        sections.append({key: n + above for key, n in lines_of(text[start:end]).items()})
    return sections
