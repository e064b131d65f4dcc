"""One's own account as a page (6.3-b)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from admin.access.actor import ROLES, Actor
from admin.access.framework import LANGUAGES
from admin.models import SignIn
from admin.queries.system.mails import MailChoice, mail_choice
from config import current

LATEST = 10  # sign-ins that one is shown


@dataclass(frozen=True)
class AccountPage:
    """Who one is here, what one has chosen about mail, and when somebody has signed in as oneself, newest first."""

    me: Actor
    mail: MailChoice
    sends_mail: bool
    sign_ins: Sequence[SignIn]

    @property
    def roles(self) -> list[str]:
        """The roles that one holds, in the order of the list."""
        return [name for name in ROLES if name in self.me.roles]

    @property
    def languages(self) -> list[tuple[str, str]]:
        """The languages that a mail may be written in."""
        return [(code, each["name"]) for code, each in LANGUAGES.items()]


def account_page(session: Session, me: Actor) -> AccountPage:
    """One's own account."""
    mine = select(SignIn).where(SignIn.user_id == me.user_id).order_by(SignIn.id.desc()).limit(LATEST)
    # By the setting: without a server the choice would promise what nobody keeps.
    return AccountPage(me, mail_choice(session, me), bool(current().smtp_url), session.scalars(mine).all())
