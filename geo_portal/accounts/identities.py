"""Lets in whom the city's identity provider vouches for, with the roles that their groups give."""

from datetime import datetime

from sqlalchemy import delete, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from geo_portal.accounts.oidc import Identity, ProviderRefused
from geo_portal.accounts.people import Membership
from geo_portal.accounts.register import person_behind, take_on
from geo_portal.accounts.sessions import open_session
from geo_portal.accounts.tables import Account, ForeignIdentity, Posting
from geo_portal.city.facts import CityFacts
from geo_portal.settings import settings


def let_in(
    session: Session, city: CityFacts, told: Identity, now: datetime, *, browser: str
) -> str:
    """The token of a complete sign-in; the provider has seen to the second factor.

    A person's roles are what the provider says today: lost groups are lost roles. Raises
    `ProviderRefused` when no group gives a role, `NotAllowed` when the account was closed.
    """
    memberships = tuple(
        read_membership(settings().oidc_roles[group])
        for group in told.groups
        if group in settings().oidc_roles
    )
    if not memberships:
        raise ProviderRefused(
            "You are known, but none of your groups has a role here. Ask an administrator."
        )
    email = _known_address(session, told) or told.email
    person_id = person_behind(session, email, now, city.languages[0])
    session.execute(delete(Posting).where(Posting.person_id == person_id))
    take_on(session, city, now, email=email, name=told.name, memberships=memberships)
    session.execute(
        insert(ForeignIdentity)
        .values(issuer=told.issuer, subject=told.subject, person_id=person_id)
        .on_conflict_do_nothing()
    )
    return open_session(session, person_id, now, browser=browser, second_factor=True)


def _known_address(session: Session, told: Identity) -> str | None:
    """The address under which somebody with this number at the provider is known here."""
    return session.scalar(
        select(Account.email)
        .join(ForeignIdentity, ForeignIdentity.person_id == Account.id)
        .where(ForeignIdentity.issuer == told.issuer, ForeignIdentity.subject == told.subject)
    )


def read_membership(written: str) -> Membership:
    """A membership as settings and the command line write it: `role[:DEPARTMENT[:level:code]]`."""
    role, _, rest = written.partition(":")
    department, _, area = rest.partition(":")
    level, _, code = area.partition(":")
    return Membership(role, department or None, (level, code) if level and code else None)
