"""Places by name: streets, landmarks and areas, typing errors forgiven."""

from dataclasses import dataclass

from sqlalchemy import text
from sqlalchemy.orm import Session

from geo_portal.errors import Invalid

MOST_FOUND = 8


class NotOnePlace(Invalid):
    """A name that stands for no place here, or for several."""


@dataclass(frozen=True)
class FoundPlace:
    """A named place; `kind` is the pack's word for it, or the level of an area."""

    name: str
    kind: str
    lon: float
    lat: float


# word_similarity looks for the typed words inside the name, so "pasar ikan" finds "Jalan Pasar
# Ikan Lama"; names that begin with what was typed come first.
_SEARCH = text("""
    WITH known AS (
        SELECT name, kind, point FROM named_places WHERE name ILIKE :inside OR :typed <% name
        UNION ALL
        SELECT area.name, area.level, area.label_point
        FROM jurisdictions AS area
        JOIN editions AS edition ON edition.id = area.edition_id AND edition.status = 'active'
        WHERE area.name ILIKE :inside OR :typed <% area.name
    )
    SELECT name, kind, ST_X(point), ST_Y(point)
    FROM known
    ORDER BY name ILIKE :begins DESC, word_similarity(:typed, name) DESC, length(name), name
    LIMIT :most
""")


def search_places(session: Session, typed: str) -> list[FoundPlace]:
    """Named places like `typed`, best first, at most `MOST_FOUND`; empty when nothing is alike."""
    wanted = typed.strip()
    if not wanted:
        return []
    plain = wanted.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")
    rows = session.execute(
        _SEARCH,
        {
            "typed": wanted,
            "inside": f"%{plain}%",
            "begins": f"{plain}%",
            "most": MOST_FOUND,
        },
    )
    return [FoundPlace(*row) for row in rows]


def place_called(session: Session, name: str) -> FoundPlace:
    """The one place that is meant by `name`; raises `NotOnePlace` with the names to choose from.

    What is written exactly like it wins over what is only like it.
    """
    found = search_places(session, name.replace("\0", "")[:100])
    exact = [place for place in found if place.name.casefold() == name.casefold()]
    if len(exact) == 1 or len(found) == 1:
        return (exact or found)[0]
    if found:
        names = ", ".join(dict.fromkeys(place.name for place in found))
        raise NotOnePlace(
            "Several places are called like that: {names}. Which one is it?",
            field="address_string",
            names=names,
        )
    raise NotOnePlace(
        "We know no place called “{name}”. Try a street nearby, or choose an area.",
        field="address_string",
        name=name[:100],
    )
