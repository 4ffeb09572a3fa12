"""How sure a share is, when it was counted among few."""

import math
from dataclasses import dataclass

_Z = 1.959964  # 95 of 100


@dataclass(frozen=True)
class Share:
    """`count` of `of`; a share of nothing is not known."""

    count: int
    of: int

    @property
    def known(self) -> float | None:
        """0…1."""
        return self.count / self.of if self.of else None

    @property
    def between(self) -> tuple[float, float] | None:
        """Where the true share lies, 95 times of 100, after Wilson (1927)."""
        return wilson(self.count, self.of) if self.of else None


def wilson(count: int, of: int) -> tuple[float, float]:
    """The 95 % score interval of `count` among `of` > 0; it never leaves 0…1."""
    share, square = count / of, _Z * _Z
    middle = (share + square / (2 * of)) / (1 + square / of)
    half = _Z * math.sqrt(share * (1 - share) / of + square / (4 * of * of)) / (1 + square / of)
    return max(0.0, middle - half), min(1.0, middle + half)
