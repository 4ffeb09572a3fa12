"""Who a person is and what they are responsible for, as all operations see them."""

from dataclasses import dataclass
from functools import cached_property

ROLES = ("officer", "head", "planner", "moderator", "administrator", "agent")


@dataclass(frozen=True)
class Membership:
    """A role, for a department or office (None: all of them) in an area (None: everywhere).

    `area` is (level, code), such as ("district", "N").
    """

    role: str
    department_code: str | None = None
    area: tuple[str, str] | None = None


@dataclass(frozen=True)
class Person:
    """Somebody who is signed in; a citizen is a person without memberships.

    `second_factor` says whether this sign-in was confirmed by a second factor.
    """

    id: int
    name: str
    pseudonym: str
    email: str | None = None
    phone: str | None = None
    language: str = "en"
    memberships: tuple[Membership, ...] = ()
    second_factor: bool = False

    @property
    def is_staff(self) -> bool:
        """Whether the person works for the city."""
        return bool(self.memberships)

    @cached_property
    def departments(self) -> tuple[str, ...]:
        """Codes of the departments and offices that the person works for, sorted."""
        return tuple(sorted({m.department_code for m in self.memberships if m.department_code}))

    @cached_property
    def looks_after_everything(self) -> bool:
        """Whether this is an administrator or the city secretary: head of no one department."""
        return any(
            one.role == "administrator"
            or (one.role == "head" and one.department_code is None and one.area is None)
            for one in self.memberships
        )
