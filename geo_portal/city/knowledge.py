"""The city's articles: in the reader's language where there is one, else in any."""

from collections.abc import Sequence

from sqlalchemy import Case, case, select
from sqlalchemy.dialects.postgresql import distinct_on
from sqlalchemy.orm import Session

from geo_portal.city.tables import Article
from geo_portal.errors import NotFound


def articles(session: Session, lang: str) -> Sequence[Article]:
    """One version of every article, by title; `lang` first, then English, then what there is."""
    newest = (
        select(Article)
        .ext(distinct_on(Article.slug))
        .order_by(Article.slug, _preference(lang), Article.language)
    )
    return sorted(session.scalars(newest), key=lambda found: found.title.casefold())


def article(session: Session, slug: str, lang: str) -> Article:
    """One article in the language nearest to `lang`; raises `NotFound`."""
    found = session.scalars(
        select(Article)
        .where(Article.slug == slug)
        .order_by(_preference(lang), Article.language)
        .limit(1)
    ).one_or_none()
    if found is None:
        raise NotFound("There is no article of that name.")
    return found


def _preference(lang: str) -> Case[int]:
    return case((Article.language == lang, 0), (Article.language == "en", 1), else_=2)
