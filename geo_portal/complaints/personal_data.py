"""Finds what tells who somebody is in a text — phone, identity card, plate, e-mail — and masks it.

Cautious where a pattern is only likely: a number counts as a telephone number when the country's
numbering plan knows it (`phonenumbers`), an identity number when its parts can be true.
"""

import re
from collections.abc import Iterator
from typing import NamedTuple

import phonenumbers

MASK = "•••"
PHONE, IDENTITY, PLATE, EMAIL = "phone", "identity", "plate", "email"

# A text without these cannot hold any of it; most texts end here.
_WORTH_A_LOOK = re.compile(r"@|\d")
_EMAIL = re.compile(r"[\w.+-]+@[\w-]+(?:\.[\w-]+)*\.[^\W\d_]{2,}")

# Pakistan's CNIC: place of registration (province 1 to 7), family number, a digit for the sex.
_CNIC = re.compile(r"(?<!\d)[1-7]\d{4}([- ])\d{7}\1\d(?!\d)")
_CNIC_BARE = re.compile(r"(?<!\d)[1-7]\d{12}(?!\d)")
# Indonesia's NIK: province, regency, district, date of birth (day + 40 for women), serial number.
_NIK = re.compile(r"(?<!\d)(\d\d)\d{4}[ .]?(\d\d)(\d\d)\d\d[ .]?(\d{4})(?!\d)")
# India's Aadhaar: eleven digits and a check digit after Verhoeff.
_AADHAAR = re.compile(r"(?<!\d)[2-9]\d{3}([ -]?)\d{4}\1\d{4}(?!\d)")

# Plates in capitals, by country; Indonesia's begin with the code of a region. A single digit is
# no plate: P3K is a contract that every teacher writes about.
_PLATES = {
    "ID": re.compile(
        r"\b(?:[ABDEFGHKLMNPRSTWZ]|A[ABDEG]|B[ABDEGHKLMNP]|D[ABCDEGHKLMNRSTW]|E[ABD]|K[BHTU]|P[ABGS])"
        r"[ -]?\d{2,4}[ -]?(?!RT\b|RW\b)[A-Z]{1,3}\b"
    ),
    "PK": re.compile(r"\b[A-Z]{2,3}[ -](?:\d\d[ -])?\d{3,4}\b"),
    "IN": re.compile(r"\b[A-Z]{2}[ -]?\d{1,2}[ -]?[A-Z]{1,3}[ -]?\d{4}\b"),
}
# Anywhere else a plate is what somebody calls one; small letters would take in plain words.
_SAID_PLATE = re.compile(
    r"(?i:number plate|licen[cs]e plate|plate (?:no|number)s?|plat nomor|nomor polisi|nopol|"
    r"no\.? ?pol|gaari number|gari number|گاڑی نمبر|نمبر پلیٹ)[\s:.#-]*(?i:is |adalah |hai )?"
    r"(?P<plate>(?=[\w -]{0,9}\d)[A-Z0-9]{1,4}(?:[ -]{0,3}[A-Z0-9]{1,4}){1,2})\b"
)


class Found(NamedTuple):
    """One of them in a text, characters [start, end); `kind` is a constant of this module."""

    kind: str
    start: int
    end: int


def personal_data(text: str, country: str) -> list[Found]:
    """Everything of the kind in `text`, in its order and without overlaps.

    `country` (ISO 3166, such as "ID") is where numbers without a country code are dialled.
    """
    if not _WORTH_A_LOOK.search(text):
        return []
    kept: list[Found] = []
    for found in (*_emails(text), *_identities(text, country), *_plates(text, country)):
        _keep(kept, found)
    for found in _phones(text, country):
        _keep(kept, found)
    return sorted(kept, key=lambda one: one.start)


def masked(text: str, found: list[Found]) -> str:
    """The text with three dots in the place of each of `found`."""
    for one in sorted(found, key=lambda each: -each.start):
        text = text[: one.start] + MASK + text[one.end :]
    return text


def _keep(kept: list[Found], found: Found) -> None:
    """What was found first, by the stricter pattern, stays."""
    if all(found.end <= one.start or found.start >= one.end for one in kept):
        kept.append(found)


def _emails(text: str) -> Iterator[Found]:
    return (Found(EMAIL, *match.span()) for match in _EMAIL.finditer(text))


def _identities(text: str, country: str) -> Iterator[Found]:
    for match in _NIK.finditer(text):
        province, day, month, serial = (int(part) for part in match.groups())
        if 11 <= province <= 97 and 1 <= day % 40 <= 31 and 1 <= month <= 12 and serial:
            yield Found(IDENTITY, *match.span())
    for match in _CNIC.finditer(text):
        yield Found(IDENTITY, *match.span())
    if country == "PK":
        yield from (Found(IDENTITY, *match.span()) for match in _CNIC_BARE.finditer(text))
    if country == "IN":
        for match in _AADHAAR.finditer(text):
            if _verhoeff_holds(match[0]):
                yield Found(IDENTITY, *match.span())


def _plates(text: str, country: str) -> Iterator[Found]:
    pattern = _PLATES.get(country)
    if pattern:
        yield from (Found(PLATE, *match.span()) for match in pattern.finditer(text))
    for match in _SAID_PLATE.finditer(text):
        yield Found(PLATE, *match.span("plate"))


def _phones(text: str, country: str) -> Iterator[Found]:
    leniency = phonenumbers.Leniency.VALID
    for match in phonenumbers.PhoneNumberMatcher(text, country, leniency):
        # Emergency and short service numbers are nobody's own.
        if sum(character.isdigit() for character in match.raw_string) >= 8:
            yield Found(PHONE, match.start, match.end)


# Multiplication in the dihedral group of order ten, and the permutation by position.
_TIMES = tuple(
    tuple(
        (a + b) % 5 if a < 5 and b < 5
        else 5 + (a + b) % 5 if a < 5
        else 5 + (a - b) % 5 if b < 5
        else (a - b) % 5
        for b in range(10)
    )
    for a in range(10)
)  # fmt: skip
_TURN = (1, 5, 7, 6, 2, 8, 3, 0, 9, 4)


def _verhoeff_holds(number: str) -> bool:
    held = 0
    for place, digit in enumerate(reversed([int(c) for c in number if c.isdigit()])):
        for _ in range(place % 8):
            digit = _TURN[digit]
        held = _TIMES[held][digit]
    return held == 0
