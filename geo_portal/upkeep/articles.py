"""Rewording the city's articles: the change lies beside the pack and outlives every load of it.

The rule: an administrator's wording holds until it is taken back, also when the pack brings a
newer text; then the list of articles says so.
"""

import hashlib
import re
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import delete, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from geo_portal.accounts.people import Person
from geo_portal.accounts.permissions import Operation, require
from geo_portal.city import search_index
from geo_portal.city.directory_tables import ArticleChange
from geo_portal.city.facts import CityFacts
from geo_portal.city.tables import Article
from geo_portal.errors import Invalid, NotFound

LONGEST_TITLE, LONGEST_BODY, LONGEST_LINE = 150, 20_000, 300
_SLUG = re.compile(r"[a-z0-9][a-z0-9-]{0,79}")
_ADDRESS = re.compile(r"(https?://|tel:|mailto:)\S+")


@dataclass(frozen=True)
class Wording:
    """An article in one language as an administrator writes it."""

    slug: str
    language: str
    title: str
    body: str
    category: str | None = None
    phone: str | None = None
    url: str | None = None


@dataclass(frozen=True)
class Listed:
    """An article in the list: whether it was reworded, and whether the pack has a newer text."""

    slug: str
    language: str
    title: str
    own: bool
    in_pack: bool
    pack_is_newer: bool


def require_editing(person: Person) -> None:
    """Raise `NotAllowed` for who may not look after articles."""
    require(person, Operation.MANAGE_KNOWLEDGE)


def article_list(session: Session, person: Person) -> list[Listed]:
    """Every article in every language, by slug."""
    require(person, Operation.MANAGE_KNOWLEDGE)
    pack = {(one.slug, one.language): one for one in session.scalars(select(Article))}
    own = {(one.slug, one.language): one for one in session.scalars(select(ArticleChange))}
    return [
        Listed(
            *key,
            title=own[key].title if key in own else pack[key].title,
            own=key in own,
            in_pack=key in pack,
            pack_is_newer=key in own
            and key in pack
            and own[key].instead_of != _fingerprint(pack[key]),
        )
        for key in sorted(pack.keys() | own.keys())
    ]


def wording(session: Session, person: Person, slug: str, language: str) -> Wording:
    """An article as it reads now; raises `NotFound`."""
    require(person, Operation.MANAGE_KNOWLEDGE)
    own = session.get(ArticleChange, (slug, language))
    found = own or session.get(Article, (slug, language))
    if found is None:
        raise NotFound("There is no article of that name.")
    return Wording(
        slug, language, found.title, found.body, found.category_code, found.phone, found.url
    )


def reword(session: Session, city: CityFacts, person: Person, new: Wording, now: datetime) -> None:
    """Keep a wording in place of the pack's, or a new article; the search finds it at once.

    Raises `Invalid` for a name, title, text, category or address that cannot be kept.
    """
    require(person, Operation.MANAGE_KNOWLEDGE)
    _check(city, new)
    pack = session.get(Article, (new.slug, new.language))
    values = {
        "title": new.title.strip(),
        "body": new.body.replace("\r\n", "\n").strip(),
        "category_code": new.category or None,
        "phone": (new.phone or "").strip() or None,
        "url": (new.url or "").strip() or None,
        "instead_of": _fingerprint(pack) if pack else "",
        "changed_at": now,
        "changed_by": person.id,
    }
    session.execute(
        insert(ArticleChange)
        .values(slug=new.slug, language=new.language, **values)
        .on_conflict_do_update(index_elements=["slug", "language"], set_=values)
    )
    search_index.rebuild(session)


def take_back(session: Session, person: Person, slug: str, language: str) -> None:
    """Let the pack's text hold again; an article that no pack has is gone. `NotFound` for none."""
    require(person, Operation.MANAGE_KNOWLEDGE)
    gone = delete(ArticleChange).where(
        ArticleChange.slug == slug, ArticleChange.language == language
    )
    if session.scalar(gone.returning(ArticleChange.slug)) is None:
        raise NotFound("This article was not reworded here.")
    search_index.rebuild(session)


def _check(city: CityFacts, new: Wording) -> None:
    if not _SLUG.fullmatch(new.slug) or new.language not in city.languages:
        raise Invalid(
            "An article's name has small letters, digits and dashes, such as bulky-waste.",
            field="slug",
        )
    if not 0 < len(new.title.strip()) <= LONGEST_TITLE or "\0" in new.title + new.body:
        raise Invalid(
            "A title has 1 to {longest} characters.", field="title", longest=LONGEST_TITLE
        )
    if not 0 < len(new.body.strip()) <= LONGEST_BODY:
        raise Invalid("A text has 1 to {longest} characters.", field="body", longest=LONGEST_BODY)
    if new.category and new.category not in city.categories:
        raise Invalid("There is no such kind of problem.", field="category")
    if len(new.phone or "") > LONGEST_LINE or (
        new.url and (len(new.url) > LONGEST_LINE or not _ADDRESS.fullmatch(new.url.strip()))
    ):
        raise Invalid("Begin the address with https://", field="url")


def _fingerprint(pack: Article) -> str:
    told = (pack.title, pack.body, pack.category_code, pack.phone, pack.url)
    return hashlib.sha256(repr(told).encode()).hexdigest()
