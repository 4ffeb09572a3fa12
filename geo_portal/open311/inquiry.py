"""Inquiry v1: what the city does and where, for whoever asks instead of reporting."""

from collections.abc import Sequence
from typing import Any

from fastapi import APIRouter, Response
from geoalchemy2.shape import to_shape
from sqlalchemy import select
from sqlalchemy.orm import Session

from geo_portal.city.article_text import html_of, in_brief
from geo_portal.city.facts import CityFacts
from geo_portal.city.knowledge import article, articles
from geo_portal.city.tables import Department
from geo_portal.database import AnyRow
from geo_portal.errors import NotFound
from geo_portal.http import CityDep, SessionDep
from geo_portal.open311.discovery import READING
from geo_portal.open311.forms import read_format, reply
from geo_portal.open311.given import CallerDep
from geo_portal.settings import settings

router = APIRouter(prefix="/open311/inquiry/v1", include_in_schema=False)


@router.api_route("/services.{suffix}", methods=READING)
def services(suffix: str, session: SessionDep, city: CityDep, words: CallerDep) -> Response:
    """All articles of the city."""
    form = read_format(suffix)
    found = articles(session, words.lang)
    return reply(form, "services", [_service_form(one, city, words.lang) for one in found])


@router.api_route("/services/{asked}.{suffix}", methods=READING)
def services_of(
    asked: str, suffix: str, session: SessionDep, city: CityDep, words: CallerDep
) -> Response:
    """The articles of a group of services or of one service, or the article of this name."""
    form = read_format(suffix)
    found = [one for one in articles(session, words.lang) if asked in _categories(one, city)]
    if not found:
        found = [_article(session, asked, words.lang)]
    return reply(form, "services", [_service_form(one, city, words.lang) for one in found])


def _article(session: Session, slug: str, lang: str) -> AnyRow:
    try:
        return article(session, slug, lang)
    except NotFound:
        raise NotFound("There is no article of that name.") from None


def _categories(one: AnyRow, city: CityFacts) -> list[str]:
    known = city.categories.get(one.category_code or "")
    return [known.group_code, known.code] if known else []


def _service_form(one: AnyRow, city: CityFacts, lang: str) -> dict[str, Any]:
    home = settings().public_url.rstrip("/")
    known = city.open_categories.get(one.category_code or "")
    reporting = [
        {"label": kind.name(lang), "url": f"{home}/report?category={kind.code}"}
        for kind in filter(None, [known])
    ]
    return {
        "id": one.slug,
        "service_name": one.title,
        "expiration": None,
        "brief_description": in_brief(one.body),
        "description_html": html_of(one.body),
        "categories": _categories(one, city),
        "url": one.url or f"{home}/help/{one.slug}",
        "phone": one.phone,
        "web_actions": reporting,
    }


@router.api_route("/facilities.{suffix}", methods=READING)
def facilities(suffix: str, session: SessionDep, words: CallerDep) -> Response:
    """Departments and offices that stand somewhere."""
    form = read_format(suffix)
    standing = select(Department).where(Department.active, Department.point.is_not(None))
    rows = session.scalars(standing.order_by(Department.code)).all()
    return reply(form, "facilities", _facility_forms(rows, words.lang))


def _facility_forms(rows: Sequence[Department], lang: str) -> list[dict[str, Any]]:
    return [
        {
            "id": one.code,
            "facility_name": one.names.get(lang) or next(iter(one.names.values())),
            "type": "office" if one.parent_code else "department",
            "phone": one.phone,
            "email": one.email,
            "lat": round(to_shape(one.point).y, 6),
            "long": round(to_shape(one.point).x, 6),
        }
        for one in rows
        if one.point is not None
    ]


@router.api_route("/web_faqs.{suffix}", methods=READING)
def faqs(suffix: str, session: SessionDep, words: CallerDep) -> Response:
    """The articles as questions and answers."""
    form = read_format(suffix)
    told = [
        {"id": one.slug, "question": one.title, "answer_html": html_of(one.body)}
        for one in articles(session, words.lang)
    ]
    return reply(form, "web_faqs", told)
