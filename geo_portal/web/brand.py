"""The city's own colour, in the shades that light and dark pages need to stay readable."""

from fastapi import APIRouter, Response

from geo_portal.settings import settings

router = APIRouter(include_in_schema=False)

WHITE, BLACK = (255, 255, 255), (0, 0, 0)
LIGHT_PAPER, DARK_PAPER = (255, 255, 255), (24, 30, 29)
LIGHT_GROUND, DARK_GROUND = (236, 238, 237), (35, 42, 41)
READABLE = 4.6  # WCAG AA asks 4.5 for text.

Colour = tuple[int, int, int]


@router.get("/brand.css")
def brand_css() -> Response:
    """The colour tokens made from the setting `brand_colour`."""
    sheet = _sheet(_parsed(settings().brand_colour))
    headers = {"Cache-Control": "public, max-age=3600"}
    return Response(sheet, media_type="text/css", headers=headers)


def _sheet(brand: Colour) -> str:
    light = _tokens(brand, LIGHT_PAPER, LIGHT_GROUND, towards=BLACK)
    dark = _tokens(brand, DARK_PAPER, DARK_GROUND, towards=WHITE)
    return f":root{{{light}}}@media (prefers-color-scheme:dark){{:root{{{dark}}}}}\n"


def _tokens(brand: Colour, paper: Colour, ground: Colour, *, towards: Colour) -> str:
    """`towards` is the pole that makes a colour stand out from this paper."""
    soft = _mixed(brand, paper, 0.9 if towards == BLACK else 0.8)
    on_brand = max((WHITE, BLACK), key=lambda ink: contrast(ink, brand))
    ink = _until_readable(brand, (paper, ground, soft), towards)
    shades = {
        "--brand": brand,
        "--brand-strong": _mixed(brand, BLACK if on_brand == WHITE else WHITE, 0.15),
        "--brand-ink": ink,
        "--brand-soft": soft,
        "--on-brand": on_brand,
    }
    return "".join(f"{name}:{_hex(shade)};" for name, shade in shades.items())


def _until_readable(colour: Colour, papers: tuple[Colour, ...], towards: Colour) -> Colour:
    """`colour`, moved towards black or white until it can be read as text on all of `papers`."""
    shades = (_mixed(colour, towards, step / 20) for step in range(21))
    return next(s for s in shades if all(contrast(s, paper) >= READABLE for paper in papers))


def contrast(one: Colour, other: Colour) -> float:
    """The WCAG contrast ratio, 1 to 21."""
    darker, lighter = sorted((_luminance(one), _luminance(other)))
    return (lighter + 0.05) / (darker + 0.05)


def _luminance(colour: Colour) -> float:
    red, green, blue = (_linear(part / 255) for part in colour)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def _linear(part: float) -> float:
    return part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4


def _mixed(one: Colour, other: Colour, share: float) -> Colour:
    red, green, blue = (round(a + (b - a) * share) for a, b in zip(one, other, strict=True))
    return red, green, blue


def _parsed(text: str) -> Colour:
    return int(text[1:3], 16), int(text[3:5], 16), int(text[5:7], 16)


def _hex(colour: Colour) -> str:
    return "#" + "".join(f"{part:02x}" for part in colour)
