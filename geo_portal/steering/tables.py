"""How trained classifiers, and what was done to them and to the rules, are stored."""

from datetime import datetime
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Identity, Index, UniqueConstraint, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from geo_portal.database import Table


class ClassifierVersion(Table):
    """A trained classifier; its files lie in `folder` under the data folder, `digest` is theirs.

    The one that came with the portal has no row: it is in use while none is `active`. `origin` is
    trained (from a file, by command) or lessons (by the portal, from what people put right).
    `rows` are the complaints it learnt from, `figures` how good it is on such as it did not learn
    from.
    """

    __tablename__ = "classifiers"
    __table_args__ = (
        CheckConstraint("state IN ('candidate', 'active', 'retired')", name="state"),
        CheckConstraint("origin IN ('trained', 'lessons')", name="origin"),
        UniqueConstraint("folder"),
        # Serves "which classifier is in use", with every look at the city's facts; at most one is.
        Index(
            "ix_classifiers_active",
            "state",
            unique=True,
            postgresql_where=text("state = 'active'"),
        ),
    )

    id: Mapped[int] = mapped_column(Identity(), primary_key=True)
    folder: Mapped[str]
    name: Mapped[str]
    family: Mapped[str]
    origin: Mapped[str]
    digest: Mapped[str]
    card: Mapped[dict[str, Any]]
    words: Mapped[str]
    figures: Mapped[dict[str, Any]]
    rows: Mapped[int]
    trained_at: Mapped[datetime]
    registered_at: Mapped[datetime]
    state: Mapped[str]


class ClassifierTurn(Table):
    """A change of the classifier in use; without a `classifier_id` to the one that came along.

    `by` is person, command or portal. Rows are only ever added.
    """

    __tablename__ = "classifier_turns"
    __table_args__ = (CheckConstraint("kind IN ('activated', 'rolled_back')", name="kind"),)

    id: Mapped[int] = mapped_column(Identity(), primary_key=True)
    classifier_id: Mapped[int | None] = mapped_column(ForeignKey("classifiers.id"))
    kind: Mapped[str]
    at: Mapped[datetime]
    by: Mapped[str]
    person_id: Mapped[int | None] = mapped_column(ForeignKey("people.id"))


class RuleChange(Table):
    """What somebody did to a routing rule: `before` is empty for a new one, `after` for one gone.

    `elsewhere` is how many reports of the last month would have gone another way. Rows are only
    ever added.
    """

    __tablename__ = "rule_changes"

    id: Mapped[int] = mapped_column(Identity(), primary_key=True)
    at: Mapped[datetime]
    by: Mapped[str]
    person_id: Mapped[int | None] = mapped_column(ForeignKey("people.id"))
    position: Mapped[int]
    before: Mapped[dict[str, Any] | None] = mapped_column(JSONB(none_as_null=True))
    after: Mapped[dict[str, Any] | None] = mapped_column(JSONB(none_as_null=True))
    elsewhere: Mapped[int | None]
