"""Tracking codes: short enough to read out on the phone, too many to guess."""

import re
import secrets

# Crockford's base 32: no I, L, O or U, so that nothing is misread or rude.
ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
LENGTH = 10  # 50 bits
_MISREAD = str.maketrans("OIL", "011")


def new_code() -> str:
    """A fresh random code such as `4F7K2-M9Q0X`."""
    letters = "".join(secrets.choice(ALPHABET) for _ in range(LENGTH))
    return f"{letters[:5]}-{letters[5:]}"


def read_code(typed: str) -> str | None:
    """The code somebody meant to type, in its stored form; None when it cannot be one."""
    letters = re.sub(r"[\s\-–—_.]", "", typed).upper().translate(_MISREAD)
    if len(letters) != LENGTH or any(letter not in ALPHABET for letter in letters):
        return None
    return f"{letters[:5]}-{letters[5:]}"
