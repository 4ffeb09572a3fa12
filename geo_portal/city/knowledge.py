"""The city's articles: in the reader's language where there is one, else in any.

Where an administrator has reworded an article, their text stands in place of the pack's.
"""

from collections.abc import Sequence

from sqlalchemy import Case, case, column, select, table
from sqlalchemy.dialects.postgresql import distinct_on
from sqlalchemy.orm import Session

from geo_portal.database import AnyRow
from geo_portal.errors import NotFound

_COLUMNS = ("slug", "language", "title", "category_code", "phone", "url", "body")
# A view over the pack's articles and the city's own changes.
_CURRENT = table("current_articles", *(column(name) for name in _COLUMNS))


def articles(
    session: Session, lang: str, categories: Sequence[str] | None = None
) -> Sequence[AnyRow]:
    """One version of every article, by title; `lang` first, then English, then what there is.

    With `categories` only those about one of them.
    """
    nearest = (
        select(*_CURRENT.c)
        .ext(distinct_on(_CURRENT.c.slug))
        .order_by(_CURRENT.c.slug, _preference(lang), _CURRENT.c.language)
    )
    if categories is not None:
        nearest = nearest.where(_CURRENT.c.category_code.in_(categories))
    return sorted(session.execute(nearest), key=lambda found: found.title.casefold())


def article(session: Session, slug: str, lang: str) -> AnyRow:
    """One article in the language nearest to `lang`; raises `NotFound`."""
    found = session.execute(
        select(*_CURRENT.c)
        .where(_CURRENT.c.slug == slug)
        .order_by(_preference(lang), _CURRENT.c.language)
        .limit(1)
    ).one_or_none()
    if found is None:
        raise NotFound("There is no article of that name.")
    return found


def _preference(lang: str) -> Case[int]:
    return case((_CURRENT.c.language == lang, 0), (_CURRENT.c.language == "en", 1), else_=2)
