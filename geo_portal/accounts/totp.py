"""The second factor: six digits from an app, each good once, and codes for a lost phone."""

import hmac
from dataclasses import dataclass
from datetime import datetime

import pyotp
import segno
from sqlalchemy import delete, insert, select, update
from sqlalchemy.orm import Session

from geo_portal.accounts.secret import digest, sealed, unsealed, unsealed_for_sure
from geo_portal.accounts.tables import Account, RecoveryCode
from geo_portal.accounts.typed_codes import digits, letters, new_letters
from geo_portal.errors import Invalid

STEP_S = 30
# A phone's clock may be one step off, either way.
DRIFT_STEPS = 1
OFFER_LASTS_S = 30 * 60
RECOVERY_CODES = 10


class WrongCode(Invalid):
    """The six digits are not those that the app shows now."""


@dataclass(frozen=True)
class Offer:
    """A new secret, not stored yet: `sealed` comes back with the first code from the app.

    `qr` is an image address with the secret in it, `typed` the same for typing by hand.
    """

    sealed: str
    typed: str
    qr: str


def offer(person_id: int, account: str, issuer: str) -> Offer:
    """A secret for the person's app; it counts once `accept` has seen a code made with it."""
    return _shown(person_id, pyotp.random_base32(), account, issuer)


def offered_again(person_id: int, kept: str, account: str, issuer: str) -> Offer:
    """The same offer once more, after a mistyped code; a new one when it is too old."""
    secret = _offered_secret(person_id, kept)
    return _shown(person_id, secret or pyotp.random_base32(), account, issuer)


def _shown(person_id: int, secret: str, account: str, issuer: str) -> Offer:
    uri = pyotp.TOTP(secret).provisioning_uri(name=account, issuer_name=issuer)
    groups = [secret[at : at + 4] for at in range(0, len(secret), 4)]
    qr = segno.make(uri, error="m").svg_data_uri(scale=4, border=4, light="white")
    return Offer(sealed(f"{person_id}:{secret}"), " ".join(groups), qr)


def accept(
    session: Session, person_id: int, kept: str, code: str, now: datetime
) -> tuple[str, ...]:
    """Make an offered secret the person's second factor; fresh recovery codes come back.

    Raises `WrongCode` when the code was not made with it, or the offer is too old.
    """
    secret = _offered_secret(person_id, kept)
    step = _step_of(secret, code, now) if secret else None
    if secret is None or step is None:
        raise WrongCode(
            "These are not the six digits that your app shows now. "
            "Scan the code again, and look whether the phone's clock is right.",
            field="code",
        )
    session.execute(
        update(Account)
        .where(Account.id == person_id)
        .values(totp_secret=sealed(secret), totp_last_step=step)
    )
    return renew_recovery_codes(session, person_id)


def _offered_secret(person_id: int, kept: str) -> str | None:
    owner, _, secret = (unsealed(kept, max_age_s=OFFER_LASTS_S) or "").partition(":")
    return secret if owner == str(person_id) else None


def is_set_up(session: Session, person_id: int) -> bool:
    """Whether the person has a second factor."""
    found = select(Account.totp_secret.is_not(None)).where(Account.id == person_id)
    return bool(session.scalar(found))


def is_right(session: Session, person_id: int, code: str, now: datetime) -> bool:
    """Whether this is the app's code or an unused recovery code; either works only once."""
    kept = session.scalar(select(Account.totp_secret).where(Account.id == person_id))
    if kept is None:
        return False
    step = _step_of(unsealed_for_sure(kept), code, now)
    if step is None:
        return _use_recovery_code(session, person_id, code, now)
    # Of two requests with one code the row lock lets one pass; the other finds the step used.
    used = session.execute(
        update(Account)
        .where(Account.id == person_id, Account.totp_last_step < step)
        .values(totp_last_step=step)
        .returning(Account.id)
    )
    return used.first() is not None


def _step_of(secret: str, code: str, now: datetime) -> int | None:
    """The time step whose code this is, or None."""
    typed = digits(code)
    current = int(now.timestamp()) // STEP_S
    app = pyotp.TOTP(secret)
    for step in range(current - DRIFT_STEPS, current + DRIFT_STEPS + 1):
        if hmac.compare_digest(app.at(step * STEP_S), typed):
            return step
    return None


def renew_recovery_codes(session: Session, person_id: int) -> tuple[str, ...]:
    """Ten new codes, to be shown once; the old ones work no more."""
    codes = [new_letters(10) for _ in range(RECOVERY_CODES)]
    session.execute(delete(RecoveryCode).where(RecoveryCode.person_id == person_id))
    session.execute(
        insert(RecoveryCode),
        [{"person_id": person_id, "code_hash": _kept(person_id, one)} for one in codes],
    )
    return tuple(f"{one[:5]}-{one[5:]}" for one in codes)


def _use_recovery_code(session: Session, person_id: int, code: str, now: datetime) -> bool:
    used = session.execute(
        update(RecoveryCode)
        .where(
            RecoveryCode.person_id == person_id,
            RecoveryCode.code_hash == _kept(person_id, letters(code)),
            RecoveryCode.used_at.is_(None),
        )
        .values(used_at=now)
        .returning(RecoveryCode.person_id)
    )
    return used.first() is not None


def _kept(person_id: int, code: str) -> str:
    return digest("recovery code", f"{person_id}:{code}")
