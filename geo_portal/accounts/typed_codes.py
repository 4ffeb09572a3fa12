"""Codes that people read off one screen and type into another, forgivingly."""

import secrets
import unicodedata

# Crockford's base 32: no I, L, O or U, so that nothing is misread or rude.
LETTERS = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
LONGEST = 40
_MISREAD = str.maketrans("OIL", "011")


def new_letters(length: int) -> str:
    """Random letters and digits, five bits each."""
    return "".join(secrets.choice(LETTERS) for _ in range(length))


def letters(typed: str) -> str:
    """The letters that somebody meant, without gaps and dashes."""
    return "".join(sign for sign in typed[:LONGEST].upper() if sign.isalnum()).translate(_MISREAD)


def digits(typed: str) -> str:
    """The digits that somebody meant, of whatever script, without gaps."""
    return "".join(str(unicodedata.digit(sign, "")) for sign in typed[:LONGEST])
