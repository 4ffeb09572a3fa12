"""The text of an article: Markdown as safe HTML, or its beginning in plain words."""

import re
from functools import cache

import nh3
from markdown_it import MarkdownIt

TAGS = {"p", "ul", "ol", "li", "strong", "em", "a", "h2", "h3", "h4", "blockquote", "code"}
TAGS |= {"br", "hr", "table", "thead", "tbody", "tr", "th", "td"}
LONGEST_BRIEF = 300


def html_of(markdown: str) -> str:
    """Markdown as safe HTML: no script, no style, nothing from elsewhere."""
    return nh3.clean(_reader().render(markdown), tags=TAGS, attributes={"a": {"href"}})


def in_brief(markdown: str) -> str:
    """The first paragraph without its marks, at most `LONGEST_BRIEF` characters."""
    paragraphs = [part.strip() for part in markdown.split("\n\n")]
    first = next((one for one in paragraphs if one and not one.startswith(("#", "-", "|"))), "")
    plain = re.sub(r"[*_`]|\[([^\]]*)\]\([^)]*\)", r"\1", " ".join(first.split()))
    return plain if len(plain) <= LONGEST_BRIEF else f"{plain[: LONGEST_BRIEF - 1]}…"


@cache
def _reader() -> MarkdownIt:
    return MarkdownIt("commonmark", {"html": False}).enable("table")
