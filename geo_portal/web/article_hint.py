"""Beside a report that is being written: articles about what the words speak of."""

from fastapi import APIRouter, Request, Response

from geo_portal.city.search import search
from geo_portal.city.search_index import ARTICLE
from geo_portal.http import CityDep, ReaderDep, SessionDep
from geo_portal.web.pages import page
from geo_portal.web.report_form import ReportFormDep

router = APIRouter(include_in_schema=False)

MOST = 2
# Below this score the words only brush against an article.
LEAST_SCORE = 0.25
READ_FROM_WORDS = 300


@router.post("/report/articles")
def hints(
    request: Request, form: ReportFormDep, session: SessionDep, city: CityDep, words: ReaderDep
) -> Response:
    """The articles that fit best; by POST, so that nobody's words end up in a log."""
    typed = form.description.replace("\0", "")[:READ_FROM_WORDS]
    found = search(session, typed, words.lang, most=MOST, kinds=[ARTICLE])
    return page(
        request,
        "parts/article-hints.html",
        lang=words.lang,
        city=city,
        articles=[one for one in found if one.score >= LEAST_SCORE],
    )
