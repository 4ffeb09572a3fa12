"""How a reporter's e-mail address or telephone number is known again, however it was written."""

import re

# An address in small letters; of a number the last nine digits, which the country's code and a
# leading zero do not change. The database has a function of the same name, for its index.
KEY_SQL = "contact_key(contact)"
SHORTEST_NUMBER = 6


def contact_key(typed: str) -> str | None:
    """What `KEY_SQL` makes of the contact that somebody typed; None when it cannot be one."""
    contact = typed.strip()
    if "@" in contact:
        return contact.lower()
    digits = re.sub(r"[^0-9]", "", contact)
    return digits[-9:] if len(digits) >= SHORTEST_NUMBER else None
