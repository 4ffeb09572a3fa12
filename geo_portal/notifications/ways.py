"""By which ways a message reaches its reader: mail, own channels, the portal's own pages."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, tzinfo

from sqlalchemy import select
from sqlalchemy.orm import Session

from geo_portal.notifications.recipients import STAFF, Addressee
from geo_portal.notifications.tables import AT_ONCE, DAILY, Channel, MailAddress
from geo_portal.notifications.wishes import Wishes, known_of, next_digest, wishes_of
from geo_portal.outbox import EMAIL, INBOX, Letter

# A question has a date by which it must be answered, so it is in no summary.
NEVER_IN_A_SUMMARY = frozenset({"waiting_citizen"})
# Of these much happens in a day and nothing is to be done: one message each morning says the last.
GATHERED = frozenset({"supported", "commented"})
CAME_BACK = "Mail to this address came back before, so it was not tried again: {reason}"
Meant = tuple[Addressee, Letter]


@dataclass(frozen=True)
class _Known:
    """What readers have said, and what is known of their addresses."""

    wishes: dict[int, Wishes]
    channels: dict[int, list[Channel]]
    addresses: dict[str, MailAddress]


def all_ways(session: Session, meant: Sequence[Meant], now: datetime, zone: tzinfo) -> list[Letter]:
    """The letters by every way that its reader wants; whoever has an account finds it there too."""
    known = _known(session, meant)
    return [one for reader, letter in meant for one in _ways(reader, letter, known, now, zone)]


def _known(session: Session, meant: Sequence[Meant]) -> _Known:
    people = {letter.person_id for _, letter in meant if letter.person_id is not None}
    by_person: dict[int, list[Channel]] = {}
    if people:
        added = select(Channel).where(
            Channel.person_id.in_(people), Channel.verified_at.is_not(None)
        )
        for channel in session.scalars(added.order_by(Channel.id)):
            by_person.setdefault(channel.person_id, []).append(channel)
    addresses = {letter.recipient for _, letter in meant if letter.channel == EMAIL}
    return _Known(
        wishes_of(session, people) if people else {}, by_person, known_of(session, addresses)
    )


def _ways(
    reader: Addressee, letter: Letter, known: _Known, now: datetime, zone: tzinfo
) -> list[Letter]:
    person = letter.person_id
    wishes = known.wishes.get(person, Wishes()) if person is not None else Wishes()
    gathers = letter.kind in GATHERED
    begins = next_digest(DAILY, now, zone) if gathers else now
    waits = replace(letter, send_after=wishes.not_before(begins, zone), gathers=gathers)
    found = _by_mail(reader, waits, wishes, known.addresses.get(letter.recipient.lower()))
    if person is not None:
        found += [_by_channel(waits, one) for one in known.channels.get(person, ())]
        found.append(_in_inbox(letter, person))
    return found


def _by_mail(
    reader: Addressee, letter: Letter, wishes: Wishes, address: MailAddress | None
) -> list[Letter]:
    """The letter itself, unless its reader wants none or a summary; staff always hear at once."""
    if letter.channel == INBOX:
        return []
    if letter.channel != EMAIL:
        return [letter]
    if reader.role != STAFF:
        summed_up = wishes.rhythm != AT_ONCE and letter.kind not in NEVER_IN_A_SUMMARY
        if summed_up or not wishes.by_mail or (address and address.stopped_at):
            return []
    if address and address.bounced_at:
        return [replace(letter, refused=CAME_BACK.format(reason=address.reason))]
    return [letter]


def _by_channel(letter: Letter, channel: Channel) -> Letter:
    facts = {"channel": channel.id, "keys": channel.keys} | (letter.facts or {})
    return _copy(letter, channel.kind, channel.address, f"channel:{channel.id}", facts)


def _in_inbox(letter: Letter, person_id: int) -> Letter:
    return _copy(letter, INBOX, f"person:{person_id}", INBOX, letter.facts)


def _copy(
    letter: Letter, channel: str, recipient: str, way: str, facts: dict[str, object] | None
) -> Letter:
    """The same in brief: what it says, without the small print that mail has below."""
    said = str((letter.facts or {}).get("brief", letter.text))
    about = letter.dedup_key if letter.event_id is None else f"event:{letter.event_id}"
    key = f"{about}:{letter.person_id}:{way}"
    return replace(
        letter,
        channel=channel,
        recipient=recipient,
        text=said,
        html=None,
        unsubscribe=None,
        facts=facts,
        dedup_key=key,
        send_after=None if channel == INBOX else letter.send_after,
    )
