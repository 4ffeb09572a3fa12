"""Telephone numbers: read as people write them, and whether the city can send texts to them."""

from contextlib import suppress

import phonenumbers

from geo_portal.errors import Invalid
from geo_portal.settings import settings

SMS = "sms"


def sends_texts() -> bool:
    """Whether the city has named a gateway for text messages."""
    return SMS in settings().gateways


def read_number(typed: str, country: str | None, *, field: str = "address") -> str:
    """A telephone number as +6281…; raises `Invalid` for what is none.

    A number without a country's code is one of `country` (ISO 3166).
    """
    with suppress(phonenumbers.NumberParseException):
        found = phonenumbers.parse(typed, country)
        if phonenumbers.is_valid_number(found):
            return phonenumbers.format_number(found, phonenumbers.PhoneNumberFormat.E164)
    raise Invalid(
        "This is not a telephone number. It should look like +62 812 3456 7890.", field=field
    )
