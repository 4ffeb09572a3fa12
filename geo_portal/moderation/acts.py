"""What moderators did: written down for good, each with its reason."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from geo_portal.accounts.people import Person
from geo_portal.accounts.permissions import Operation, require
from geo_portal.errors import Invalid
from geo_portal.moderation.tables import ModerationAct
from geo_portal.translation import N_

LONGEST_REASON = 500  # characters
SHOWN = 100
WORDS = {
    "hidden": N_("Hidden"),
    "kept": N_("Left as it is"),
    "shown_again": N_("Shown again"),
    "photo_covered": N_("Parts of a photo covered"),
    "photo_uncovered": N_("Covered parts shown again"),
    "looked_at_original": N_("Looked at a covered photo's original"),
    "photo_hidden": N_("Photo hidden"),
    "photo_shown_again": N_("Photo shown again"),
    "comment_shown": N_("Comment let through"),
    "comment_hidden": N_("Comment hidden"),
    "name_hidden": N_("Name hidden"),
    "name_shown_again": N_("Name shown again"),
    "words_covered": N_("Words covered"),
    "banned": N_("Banned"),
    "ban_kept": N_("Ban upheld on appeal"),
    "ban_lifted": N_("Ban lifted on appeal"),
}


def acts(session: Session, who: Person) -> Sequence[ModerationAct]:
    """What moderators did, newest first; raises `NotAllowed`."""
    require(who, Operation.MODERATE)
    newest = select(ModerationAct).order_by(ModerationAct.id.desc()).limit(SHOWN)
    return session.scalars(newest).all()


def write_down(
    session: Session, who: Person, act: str, kind: str, reference: str, why: str, now: datetime
) -> None:
    """Keep for good what a moderator did."""
    session.add(
        ModerationAct(
            at=now, person_id=who.id, act=act, kind=kind, reference=reference, why=why.strip()
        )
    )
    session.flush()


def checked_reason(why: str) -> str:
    """The reason, trimmed; raises `Invalid` without one or for a long one."""
    said = why.strip()
    if not said:
        raise Invalid("Please write in a few words why.", field="why")
    if len(said) > LONGEST_REASON:
        raise Invalid("At most {most} characters fit here.", field="why", most=LONGEST_REASON)
    return said
