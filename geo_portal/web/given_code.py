"""The tracking code in an address, however it was typed."""

from geo_portal.complaints.codes import read_code
from geo_portal.errors import NotFound


def given_code(typed: str) -> str:
    """The code in its one form; raises `NotFound` for what is none."""
    code = read_code(typed)
    if code is None:
        raise NotFound("There is no complaint with the number {code}.", code=typed[:40])
    return code
