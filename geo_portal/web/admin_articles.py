"""The administrators' page of articles: rewording them, with a preview of what citizens read."""

from typing import Annotated

from fastapi import APIRouter, Form, Query, Request, Response
from fastapi.responses import RedirectResponse

from geo_portal import clock
from geo_portal.errors import NotFound, Refused
from geo_portal.http import CityDep, ReaderDep, SessionDep, StaffDep
from geo_portal.upkeep import articles
from geo_portal.web.knowledge import html_of
from geo_portal.web.pages import page

router = APIRouter(include_in_schema=False)

Typed = Annotated[str, Form()]


@router.get("/admin/articles")
def article_list(
    request: Request, session: SessionDep, city: CityDep, words: ReaderDep, who: StaffDep
) -> Response:
    """Every article in every language, and which of them were reworded here."""
    found = articles.article_list(session, who)
    return page(request, "admin/articles.html", lang=words.lang, city=city, found=found)


@router.get("/admin/articles/edit")
def edit(
    request: Request,
    session: SessionDep,
    city: CityDep,
    words: ReaderDep,
    who: StaffDep,
    slug: Annotated[str, Query(max_length=100)] = "",
    language: Annotated[str, Query(max_length=10)] = "",
) -> Response:
    """An article as it reads now, to be changed; an empty form for one that is not there."""
    try:
        found = articles.wording(session, who, slug, language or words.lang)
    except NotFound:
        found = articles.Wording(slug, language or words.lang, "", "")
    return page(
        request,
        "admin/article.html",
        lang=words.lang,
        city=city,
        article=found,
        preview=html_of(found.body),
        mistake=None,
    )


@router.post("/admin/articles/edit")
def save(
    request: Request,
    session: SessionDep,
    city: CityDep,
    words: ReaderDep,
    who: StaffDep,
    slug: Typed = "",
    language: Typed = "",
    title: Typed = "",
    body: Typed = "",
    category: Typed = "",
    phone: Typed = "",
    url: Typed = "",
    step: Typed = "preview",
) -> Response:
    """Show a preview, keep the wording, or take it back."""
    new = articles.Wording(slug.strip(), language, title, body, category, phone, url)
    mistake: Refused | None = None
    try:
        if step == "keep":
            articles.reword(session, city, who, new, clock.now())
        elif step == "take_back":
            articles.take_back(session, who, new.slug, language)
        if step in ("keep", "take_back"):
            return RedirectResponse("/admin/articles", status_code=303)
    except Refused as refusal:
        mistake = refusal
    articles.require_editing(who)
    return page(
        request,
        "admin/article.html",
        lang=words.lang,
        city=city,
        status=422 if mistake else 200,
        article=new,
        preview=html_of(body[: articles.LONGEST_BODY]),
        mistake=mistake,
    )
