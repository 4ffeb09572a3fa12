"""What is wrong with a city's files, said so that the clerk who made them can mend it."""

import difflib
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from typing import Any

# An error keeps the pack from being loaded; a warning is loaded and works less well than it
# could; a note says what was done without being asked.
SEVERITIES = ("error", "warning", "note")


@dataclass(frozen=True)
class Finding:
    """One thing about one place in one file, and how to mend it."""

    file: str
    line: int | None
    what: str
    mend: str
    severity: str

    @property
    def where(self) -> str:
        """`departments.csv, line 7`, or the file alone when it concerns the whole of it."""
        return self.file if self.line is None else f"{self.file}, line {self.line}"

    def as_dict(self) -> dict[str, Any]:
        """For `--json`."""
        return asdict(self)


class Findings(list[Finding]):
    """Everything found so far, in the order it was found."""

    def error(self, file: str, line: int | None, what: str, mend: str) -> None:
        self.append(Finding(file, line, what, mend, "error"))

    def warning(self, file: str, line: int | None, what: str, mend: str) -> None:
        self.append(Finding(file, line, what, mend, "warning"))

    def note(self, file: str, line: int | None, what: str, mend: str = "") -> None:
        self.append(Finding(file, line, what, mend, "note"))

    @property
    def errors(self) -> list[Finding]:
        """Those that keep the pack from being loaded."""
        return [finding for finding in self if finding.severity == "error"]


def meant(wrong: str, known: Iterable[str]) -> str:
    """A hint at the known words closest to a wrong one: ` Did you mean "ROADS"?`, or nothing."""
    candidates = {word.casefold(): word for word in known}
    close = difflib.get_close_matches(wrong.casefold(), candidates, n=1, cutoff=0.6)
    return f' Did you mean "{candidates[close[0]]}"?' if close else ""


def listed(words: Iterable[str], most: int = 8) -> str:
    """Words in a row for a sentence, cut short after `most`."""
    words = list(words)
    shown = ", ".join(f'"{word}"' for word in words[:most])
    return shown + (f" and {len(words) - most} more" if len(words) > most else "")
