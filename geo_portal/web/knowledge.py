"""What the city knows and whom to call: articles written in Markdown, in the reader's language."""

from typing import Annotated

from fastapi import APIRouter, Query, Request, Response
from markupsafe import Markup

from geo_portal.city.article_text import html_of as safe_html
from geo_portal.city.knowledge import article, articles
from geo_portal.http import CityDep, ReaderDep, SessionDep
from geo_portal.web.pages import page

router = APIRouter(include_in_schema=False)


@router.get("/help")
def help_page(
    request: Request,
    session: SessionDep,
    city: CityDep,
    words: ReaderDep,
    q: Annotated[str, Query(max_length=100)] = "",
) -> Response:
    """All articles, and all kinds of problems with who looks after them; `q` narrows both."""
    wanted = q.replace("\0", "").strip()
    kinds = [
        known
        for known in city.open_categories.values()
        if not wanted or _speaks_of(wanted, known.name(words.lang), *known.keywords)
    ]
    found = [
        one
        for one in articles(session, words.lang)
        if not wanted or _speaks_of(wanted, one.title, one.body)
    ]
    return page(
        request, "help.html", lang=words.lang, city=city, articles=found, kinds=kinds, q=wanted
    )


@router.get("/help/{slug}")
def article_page(
    request: Request, slug: str, session: SessionDep, city: CityDep, words: ReaderDep
) -> Response:
    """One article."""
    found = article(session, slug, words.lang)
    return page(
        request,
        "article.html",
        lang=words.lang,
        city=city,
        article=found,
        body=html_of(found.body),
        category=city.open_categories.get(found.category_code or ""),
    )


def _speaks_of(wanted: str, *texts: str) -> bool:
    return any(wanted.casefold() in text.casefold() for text in texts)


def html_of(markdown: str) -> Markup:
    """Markdown as it stands on a page."""
    return Markup(safe_html(markdown))  # noqa: S704  nh3 has cleaned it.
