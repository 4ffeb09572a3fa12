"""What people write: sentences by hand, joined as people join them, typing errors included."""

from dataclasses import dataclass
from functools import cache
from pathlib import Path
from random import Random

FOLDER = Path(__file__).resolve().parent / "sentences"


@dataclass(frozen=True)
class Where:
    """The words for a place: its street, a landmark if one is near, its ward and that in Urdu."""

    street: str
    landmark: str | None
    ward: str
    ward_ur: str


@cache
def sentences(language: str) -> dict[str, list[str]]:
    """Section name to its sentences, from `sentences/<language>.txt`."""
    found: dict[str, list[str]] = {}
    section = ""
    for line in (FOLDER / f"{language}.txt").read_text(encoding="utf-8").splitlines():
        if line.startswith("["):
            section = line.strip("[]")
            found.setdefault(section, [])
        elif line.strip() and not line.startswith("#"):
            found[section].append(line.strip())
    return found


def write(stream: Random, language: str, category: str, where: Where, *, again: bool) -> str:
    """A complaint in somebody's words; `again` sounds like one who has seen another's."""
    stock = sentences(language)
    core = stream.choice(stock[category])
    core = core.replace("{at}", _place(stream, stock, where, language))
    full_stop, comma = ("۔", "،") if language == "ur" else (".", ",")
    parts = [_capital(core) if stream.random() < 0.7 else core]
    if again and stream.random() < 0.5:
        parts[0] = f"{stream.choice(stock['+again'])} {core}"
    elif stream.random() < 0.12:
        hello = stream.choice(stock["+hello"])
        parts[0] = f"{hello.rstrip(',:،')}{comma} {core}" if len(core) % 3 else f"{hello} {core}"
    for section, chance in (
        ("+since", 0.38),
        (_harm(stream, stock, category), 0.32),
        ("+please", 0.36),
    ):
        if stream.random() < chance:
            parts.append(stream.choice(stock[section]).replace("{n}", str(stream.randint(2, 9))))
    glue = stream.choices([f"{full_stop} ", f"{comma} ", " ", "\n"], [12, 4, 2, 1])[0]
    whole = glue.join(parts).replace("?.", "?").replace("?,", "?")
    return _as_typed(stream, language, whole, full_stop)


def remark(stream: Random, language: str, outcome: str) -> str:
    """An officer's closing sentence, in the reporter's language."""
    return stream.choice(sentences(language)[f"!{outcome}"])


def feedback(stream: Random, language: str, satisfied: str) -> str:
    """A citizen's answer to "is it fixed?", often empty."""
    if stream.random() < 0.35:
        return ""
    return stream.choice(sentences(language)[f"?{satisfied}"])


def _harm(stream: Random, stock: dict[str, list[str]], category: str) -> str:
    """What the trouble does to people: usually that of its own kind."""
    group = {"sew": "drain"}.get(category.split(".")[0], category.split(".")[0])
    own = f"+harm {group}"
    return own if own in stock and stream.random() < 0.75 else "+harm"


def _place(stream: Random, stock: dict[str, list[str]], where: Where, language: str) -> str:
    kinds = ["+at street", "+at ward"] + (["+at landmark"] * 3 if where.landmark else [])
    phrase = stream.choice(stock[stream.choice(kinds + ["+at street"] * 2)])
    street = where.street
    if stream.random() < 0.3:
        street = street.replace("Jalan ", stream.choice(["Jl. ", "jl ", "Jln "]))
    return (
        phrase.replace("{street}", street)
        .replace("{landmark}", where.landmark or "")
        .replace("{ward}", where.ward_ur if language == "ur" else where.ward)
    )


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]


def _as_typed(stream: Random, language: str, text: str, full_stop: str) -> str:
    """Thumbs on small keys: lower case, lost letters, exclamation marks, no full stop."""
    if language != "ur" and stream.random() < 0.18:
        text = text.lower()
    if stream.random() < 0.14 and len(text) > 30:
        at = stream.randint(8, len(text) - 3)
        if text[at].isalpha() and text[at + 1].isalpha():
            slip = stream.randint(0, 2)
            if slip == 0:
                text = text[:at] + text[at + 1] + text[at] + text[at + 2 :]
            elif slip == 1:
                text = text[:at] + text[at + 1 :]
            else:
                text = text[:at] + text[at] + text[at:]
    ending = stream.random()
    if text.endswith(("?", "!")):
        return text
    if ending < 0.45:
        return text + full_stop
    if ending < 0.53:
        return text + stream.choice(["!!", "!", "!!!"])
    if ending < 0.57:
        return text + stream.choice([" 🙏", " 😡", " 🙏🙏", " 😢"])
    return text
