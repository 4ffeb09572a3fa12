"""A day or a week in one e-mail, for who does not want to hear of everything at once."""

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from geo_portal.accounts.tables import Account
from geo_portal.city.facts import facts
from geo_portal.notifications.layout import in_one
from geo_portal.notifications.tables import AT_ONCE, MessageWishes
from geo_portal.notifications.wishes import known_of, next_digest, stop_link
from geo_portal.outbox import INBOX, Letter, post_all
from geo_portal.outbox.tables import Message

MOST_AT_ONCE = 100
MOST_LINES = 50


def write_digests(session: Session, now: datetime) -> int:
    """Write the summaries that are due, some at a time; how many people were looked at.

    What a person has read on the portal meanwhile is left out; who has nothing new gets nothing.
    """
    zone = facts(session).timezone
    due = select(MessageWishes, Account).join(Account, Account.id == MessageWishes.person_id)
    rows = session.execute(
        due.where(MessageWishes.digest_at <= now, MessageWishes.rhythm != AT_ONCE)
        .order_by(MessageWishes.digest_at)
        .limit(MOST_AT_ONCE)
        .with_for_update(of=MessageWishes, skip_locked=True)
    ).all()
    known = known_of(session, [who.email for _, who in rows if who.email])
    letters = []
    for wishes, who in rows:
        state = known.get((who.email or "").lower())
        stopped = state is not None and (state.stopped_at or state.bounced_at)
        if who.email and who.active and wishes.by_mail and not stopped:
            letters += _digest(session, who, now)
        wishes.digest_at = next_digest(wishes.rhythm, now, zone)
    session.flush()
    post_all(session, letters, now)
    return len(rows)


def _digest(session: Session, who: Account, now: datetime) -> list[Letter]:
    new = session.scalars(
        select(Message)
        .where(Message.person_id == who.id, Message.channel == INBOX, Message.read_at.is_(None))
        .where(Message.facts["summed_up"].is_(None))
        .order_by(Message.id)
        .limit(MOST_LINES)
    ).all()
    if not new:
        return []
    for message in new:
        message.facts = (message.facts or {}) | {"summed_up": True}
    email = who.email or ""
    lines = [
        (message.subject, message.body_text, str((message.facts or {}).get("url", "")))
        for message in new
    ]
    subject, text, html = in_one(lines, who.language, stop_link(email), facts(session))
    return [
        Letter(
            kind="digest",
            recipient=email,
            subject=subject,
            text=text,
            html=html,
            language=who.language,
            unsubscribe=stop_link(email),
            dedup_key=f"digest:{who.id}:{now.isoformat()}",
            person_id=who.id,
        )
    ]
