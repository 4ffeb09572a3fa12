"""What a person may not or cannot do, said in a sentence for that person.

Refused
├── Invalid      what was given cannot be used
├── NotFound     there is no such thing, or not for this person
├── NotAllowed   this person may not do it
├── Conflict     something else has happened in between
├── TooMuch      asked too often or for too much at once
└── Unavailable  cannot be done right now; trying again later may work
"""

from dataclasses import dataclass, field


class Refused(Exception):
    """Base of all refusals; `sentence` is for the person, in English, with `{facts}` to fill in.

    Doors translate the sentence first and fill in the facts afterwards, so one catalogue entry
    serves every value: `Invalid("{name} is not a photo.", name="cv.pdf")`.
    """

    def __init__(self, sentence: str, *, field: str | None = None, **facts: object) -> None:
        self.sentence = sentence
        self.field = field
        self.facts = facts
        super().__init__(sentence.format(**facts) if facts else sentence)


class Invalid(Refused):
    """What was given cannot be used as it is."""


class NotUnderstood(Invalid):
    """The question itself cannot be read, as standards want it told apart (400)."""


class TooLarge(Invalid):
    """More was sent than is taken at once."""


class NotFound(Refused):
    """There is no such thing, or this person may not know of it."""


class NotAllowed(Refused):
    """This person may not do this."""


class Conflict(Refused):
    """Something else happened in between, or the same thing was already done."""


class TooMuch(Refused):
    """Asked too often, or for too much at once; `retry_after_s` is when to ask again."""

    retry_after_s = 5


class Unavailable(Refused):
    """It cannot be done just now; `retry_after_s` is when to ask again."""

    retry_after_s = 5


@dataclass
class Mistakes:
    """Collects every mistake before refusing, so that a person mends all of them in one go."""

    found: list[Refused] = field(default_factory=list)

    def add(self, refusal: Refused) -> None:
        self.found.append(refusal)

    def refuse_if_any(self) -> None:
        """Raise `ManyInvalid` when something was found."""
        if self.found:
            raise ManyInvalid(self.found)


class ManyInvalid(Invalid):
    """Several fields cannot be used; `mistakes` holds one refusal each."""

    def __init__(self, mistakes: list[Refused]) -> None:
        self.mistakes = list(mistakes)
        super().__init__(self.mistakes[0].sentence, field=None, **self.mistakes[0].facts)
