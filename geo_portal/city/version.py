"""What of the database tells whether the city's facts, as a process remembers them, still hold."""

from sqlalchemy import text
from sqlalchemy.orm import Session

_IN_USE = "SELECT folder FROM classifiers WHERE state = 'active'"
# To be selected from the one row of `city`; another classifier in use is another fact.
VERSION_COLUMNS = f"facts_version, pack_digest, loaded_at, ({_IN_USE})"


def classifier_in_use(session: Session) -> str | None:
    """The name of the trained classifier in use, also in a database without a city."""
    name: str | None = session.scalar(text(_IN_USE))
    return name
