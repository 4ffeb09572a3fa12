"""Finds pictures that look the same as another, however they were sent before."""

from dataclasses import dataclass

from sqlalchemy import text
from sqlalchemy.orm import Session

# Of 64 bits; the same picture saved anew, made smaller or cut a little differs in fewer.
ALIKE_BITS = 6

# The four quarters of a picture's 64 bits: of two pictures that look alike one is nearly equal.
LOOKS_PARTS_SQL = """CASE WHEN looks IS NOT NULL THEN ARRAY[
    (looks & 65535)::integer,
    65536 + ((looks >> 16) & 65535)::integer,
    131072 + ((looks >> 32) & 65535)::integer,
    196608 + ((looks >> 48) & 65535)::integer
] END"""


@dataclass(frozen=True)
class Lookalike:
    """An earlier picture; `kind` is report, evidence or feedback, `bits` how many differ."""

    photo_id: int
    kind: str
    complaint_id: int
    code: str
    bits: int


# Six differing bits over four quarters leave one quarter with one at most, so looking for every
# quarter as it is and with each of its bits turned finds them all, and the index answers.
_ALIKE = text("""
    SELECT photo.id, photo.kind, photo.complaint_id, complaint.code,
           bit_count((photo.looks # CAST(:looks AS bigint))::bit(64))::integer AS bits
    FROM photos AS photo JOIN complaints AS complaint ON complaint.id = photo.complaint_id
    WHERE photo.looks_parts && CAST(:parts AS integer[])
      AND bit_count((photo.looks # CAST(:looks AS bigint))::bit(64)) <= :most
    ORDER BY bits, photo.id
    LIMIT 5
""")


def lookalikes(session: Session, looks: int) -> list[Lookalike]:
    """The pictures of all complaints that look like this one, most alike first; at most five."""
    asked = {"looks": looks, "parts": near_parts(looks), "most": ALIKE_BITS}
    return [Lookalike(*row) for row in session.execute(_ALIKE, asked)]


def near_parts(looks: int) -> list[int]:
    """Every quarter of the hash, and every quarter that differs from it in one bit."""
    found = []
    for place in range(4):
        quarter = (looks >> (16 * place)) & 0xFFFF
        turned = [quarter, *(quarter ^ (1 << bit) for bit in range(16))]
        found += [(place << 16) + value for value in turned]
    return found
