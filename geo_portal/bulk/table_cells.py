"""Cells of tables that people open in a spreadsheet."""

import re

_NUMBER = re.compile(r"[+-]?\d+(\.\d+)?")


def guarded(cell: object) -> str:
    """A cell as text, with ' before what a spreadsheet would otherwise run as a formula."""
    text = "" if cell is None else str(cell)
    if text[:1] in ("=", "+", "-", "@", "\t", "\r") and not _NUMBER.fullmatch(text):
        return f"'{text}"
    return text
