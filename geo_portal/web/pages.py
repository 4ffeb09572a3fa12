"""Puts pages together: templates, the reader's language, icons, and our own files' addresses."""

import hashlib
from functools import cache
from pathlib import Path
from typing import Any

from fastapi import Request
from fastapi.responses import HTMLResponse
from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

from geo_portal import clock
from geo_portal.city.facts import CityFacts
from geo_portal.http import LANGUAGE_COOKIE
from geo_portal.settings import settings
from geo_portal.translation import LANGUAGES, Translator, direction, translator
from geo_portal.web.lights import SHAPES, WORDS

HERE = Path(__file__).parent
STATIC = HERE / "static"
A_YEAR_S = 365 * 24 * 3600


def page(
    request: Request,
    template: str,
    *,
    lang: str,
    city: CityFacts | None,
    status: int = 200,
    **context: Any,
) -> HTMLResponse:
    """The page as the reader gets it; asking for `?lang=` once is remembered for a year."""
    body = rendered(request, template, lang=lang, city=city, **context)
    response = HTMLResponse(body, status_code=status)
    response.headers["Vary"] = "Accept-Language, Cookie, HX-Request"
    if request.query_params.get("lang") in LANGUAGES:
        response.set_cookie(LANGUAGE_COOKIE, lang, max_age=A_YEAR_S, samesite="lax", httponly=True)
    return response


def rendered(
    request: Request, template: str, *, lang: str, city: CityFacts | None, **context: Any
) -> str:
    """The HTML of a template, with what every page needs."""
    everywhere = {
        "request": request,
        "city": city,
        "offered": [code for code in LANGUAGES if not city or code in city.languages],
        "now": clock.now(),
        "person": getattr(request.state, "person", None),
        # While many look at once and the network may be poor, words come before pictures.
        "light_page": bool(context.get("emergencies")) and "full" not in request.query_params,
        "tiles": {"url": settings().tile_url or "", "attribution": settings().tile_attribution},
    }
    return environment(lang).get_template(template).render(everywhere | context)


@cache
def environment(lang: str) -> Environment:
    """One template environment per language; a template error is a bug and shows at once."""
    speaker: Translator = translator(lang)
    found = Environment(
        loader=FileSystemLoader(HERE / "templates"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        extensions=["jinja2.ext.i18n"],
    )
    found.install_gettext_callables(speaker.gettext, speaker.ngettext, newstyle=True)  # type: ignore[attr-defined]
    found.globals |= {
        "t": speaker,
        "lang": speaker.lang,
        "dir": speaker.direction,
        "direction": direction,
        "languages": LANGUAGES,
        "static": static,
        "icon": icon,
        "light_shape": light_shape,
        "light_word": lambda light: speaker.gettext(WORDS[light]),
        "same_page": same_page,
    }
    return found


@cache
def static(path: str) -> str:
    """The address of one of our files; it changes with the content, so it may be kept for long."""
    digest = hashlib.sha256((STATIC / path).read_bytes()).hexdigest()[:10]
    return f"/static/{path}?v={digest}"


@cache
def icon(name: str, extra_class: str = "") -> Markup:
    """A Lucide icon, drawn in the colour of the text; never the only bearer of a meaning."""
    svg = (STATIC / "vendor" / "icons" / f"{name}.svg").read_text()
    shapes = svg.partition("stroke-linejoin")[2].partition(">")[2].rpartition("</svg>")[0]
    classes = f"icon {extra_class}".strip()
    return Markup(  # noqa: S704  Our own file, not what anybody typed.
        f'<svg class="{classes}" viewBox="0 0 24 24" fill="none" stroke="currentColor"'
        ' stroke-linecap="round" stroke-linejoin="round" aria-hidden="true">'
        f"{' '.join(shapes.split())}</svg>"
    )


def light_shape(light: str) -> Markup:
    """The shape of a light, for beside its word."""
    return Markup(f'<svg viewBox="0 0 16 16" aria-hidden="true">{SHAPES[light]}</svg>')  # noqa: S704


def same_page(request: Request, **changes: str | None) -> str:
    """The address of this page with some of its parameters changed; None takes one away.

    A page that was asked for by POST is answered at its own address without what was sent.
    """
    url = request.url.remove_query_params([name for name, to in changes.items() if to is None])
    url = url.include_query_params(**{name: to for name, to in changes.items() if to is not None})
    return f"{url.path}?{url.query}" if url.query else url.path
