"""How a message looks: as plain text, as simple HTML, and in brief for small screens."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined, Template

from geo_portal.city.facts import CityFacts
from geo_portal.translation import direction, translator

LONGEST_SUBJECT = 150


@dataclass(frozen=True)
class Part:
    """What a message consists of, in the order in which it is read.

    A link is its words and its address.
    """

    title: str
    says: str
    quote: str | None
    links: tuple[tuple[str, str], ...]
    about: str
    because: str
    leave: tuple[str, str] | None


def one_line(subject: str) -> str:
    """No line breaks, whatever a name or a text brings along: a header ends with its line."""
    line = " ".join(subject.split())
    return line if len(line) <= LONGEST_SUBJECT else f"{line[: LONGEST_SUBJECT - 1]}…"


def as_text(part: Part) -> str:
    """The message as plain text."""
    links = [f"{words}:\n{address}" for words, address in part.links]
    last = [part.about, part.because] + ([": ".join(part.leave)] if part.leave else [])
    blocks = [part.says, _quoted(part), *links, "-- \n" + "\n".join(last)]
    return "\n\n".join(block for block in blocks if block) + "\n"


def in_brief(part: Part, code: str) -> str:
    """The message for a telephone: what happened, what was said, one link."""
    link = part.links[0][1] if part.links else ""
    said = [f"{code}: {part.says}", part.quote or "", link]
    return "\n".join(block for block in said if block)


def as_html(part: Part, lang: str, city: str) -> str:
    """The message as a page that mail programs show."""
    return _template("mail.html").render(part=part, lang=lang, dir=direction(lang), city=city)


def in_one(
    lines: Sequence[tuple[str, str, str]], lang: str, stop_link: str, city: CityFacts
) -> tuple[str, str, str]:
    """Subject, text and HTML of a summary of messages: (subject, text, address) each."""
    words = translator(lang)
    title = words.ngettext(
        "%(num)d message about reports", "%(num)d messages about reports", len(lines)
    ) % {"num": len(lines)}
    stop = words.gettext("Stop all messages about reports"), stop_link
    because = words.gettext("You get this because you asked for a summary.")
    told = [f"* {subject}\n  {address}" for subject, _, address in lines]
    text = "\n\n".join([title, *told, "-- \n" + because + "\n" + ": ".join(stop)]) + "\n"
    html = _template("digest.html").render(
        title=title,
        lines=lines,
        because=because,
        stop=stop,
        lang=lang,
        dir=direction(lang),
        city=city.name(lang),
    )
    return f"{city.name(lang)}: {title}", text, html


def _quoted(part: Part) -> str:
    return "\n".join(f"> {line}" for line in (part.quote or "").splitlines())


@cache
def _template(name: str) -> Template:
    templates = Environment(
        loader=FileSystemLoader(Path(__file__).parent / "templates"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    return templates.get_template(name)
