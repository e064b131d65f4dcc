"""Which messages are to go out by mail: unread ones of accounts that want them and have an address on file."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import groupby
from typing import Any

from sqlalchemy import BigInteger, ColumnElement, Select, and_, cast, func, or_, select
from sqlalchemy.orm import Session

from admin.access.actor import Actor
from admin.models import AccountState, Employee, Heartbeat, Notification
from admin.models.accounts import User
from admin.models.jobs import MAIL
from admin.queries.system.calendar import morning

DEFAULT_LANGUAGE = "zh_Hant_TW"  # of whoever has chosen none
GATHERED_FOR = timedelta(minutes=5)  # what happens together comes in one mail
NOT_OLDER = timedelta(days=2)  # a server that is set up late sends no history
MOST_AT_ONCE = 2_000
CIRCLE, SECTION = 2**31 - 1, 1_327_217_885  # a prime, and its golden section


@dataclass(frozen=True)
class Mail:
    """What one person is sent: several messages in one mail."""

    address: str
    name: str
    language: str | None
    messages: Sequence[Notification]


def mails_due(session: Session, now: datetime) -> list[Mail]:
    """One mail for each person whose oldest unsent message has waited long enough for others to join it.

    More than go out at once are begun at another place each minute, so that those whose servers put them off again and
    again do not keep the others waiting.
    """
    query = _waiting(session, now).add_columns(Employee.email, Employee.name, AccountState.language)
    ordered = query.order_by(_place(now), Notification.id).limit(MOST_AT_ONCE)
    rows = session.execute(ordered.execution_options(unscoped=True)).all()
    mails = []
    for _user, lines in groupby(rows, key=lambda row: row[0].user_id):
        messages, addresses, names, languages = zip(*lines, strict=True)
        mails.append(Mail(addresses[0], names[0], languages[0], messages))
    return mails


def _place(now: datetime) -> ColumnElement[int]:
    """Where a person stands on a circle that is turned each minute, both by the golden section.

    However many wait, nobody stays outside the part that is read: the places at which it begins come to lie evenly. Nothing
    has to be kept for it, whoever sends and whenever.
    """
    return (cast(Notification.user_id, BigInteger) + int(now.timestamp()) // 60) * SECTION % CIRCLE


def _waiting(session: Session, now: datetime) -> Select[Any]:
    # Whoever watches mails being sent must not learn when somebody complained: what came on a day goes out after it (6.3-d).
    until_tomorrow = and_(Notification.process == "complaint", Notification.created_at >= morning(now))
    unsent = and_(
        Notification.mailed_at.is_(None), Notification.read_at.is_(None), Notification.created_at > _first(session, now),
        ~until_tomorrow,
    )  # fmt: skip
    ripe = (
        select(Notification.user_id)
        .where(unsent)
        .group_by(Notification.user_id)
        # By the oldest: gathered by the newest, a busy day would put the mail off for ever.
        .having(func.min(Notification.created_at) <= now - GATHERED_FOR)
    )
    return (
        select(Notification)
        .join(User, User.id == Notification.user_id)
        .join(Employee, Employee.user_id == Notification.user_id)
        .outerjoin(AccountState, AccountState.user_id == Notification.user_id)
        .where(unsent, Notification.user_id.in_(ripe), User.active.is_(True), Employee.email.is_not(None))
        # Whoever has never chosen has no row there, and is sent mail.
        .where(or_(AccountState.id.is_(None), AccountState.wants_mail.is_(True)))
    )


def _first(session: Session, now: datetime) -> datetime:
    """What is older than this is history; it counts from when there was a mail server, so that nothing since is dropped."""
    since = session.scalar(select(Heartbeat.beat_at).where(Heartbeat.name == MAIL))
    return (min(since, now) if since else now) - NOT_OLDER


def oldest_unsent(session: Session, now: datetime) -> datetime | None:
    """Since when a mail has been due and not sent; None where none is."""
    oldest = _waiting(session, now).with_only_columns(func.min(Notification.created_at), maintain_column_froms=True)
    return session.scalar(oldest.execution_options(unscoped=True))


@dataclass(frozen=True)
class MailChoice:
    """What somebody has chosen about mail; the address is the one that HR has on file."""

    address: str | None
    wanted: bool
    language: str | None


def mail_choice(session: Session, actor: Actor) -> MailChoice:
    """The actor's own choice."""
    query = select(Employee.email).where(Employee.user_id == actor.user_id).execution_options(unscoped=True)
    state = session.scalars(select(AccountState).where(AccountState.user_id == actor.user_id)).first()
    return MailChoice(session.scalar(query), state is None or state.wants_mail, state.language if state else None)


def languages_of(session: Session, accounts: Select[Any]) -> dict[str, int]:
    """How many of these accounts read their messages in which language, most first."""
    chosen = func.coalesce(AccountState.language, DEFAULT_LANGUAGE)
    query = select(chosen, func.count()).select_from(User).outerjoin(AccountState, AccountState.user_id == User.id)
    query = query.where(User.id.in_(accounts)).group_by(chosen).order_by(func.count().desc(), chosen)
    return {language: int(count) for language, count in session.execute(query.execution_options(unscoped=True))}


def language_of(session: Session, user_id: int) -> str | None:
    """The language that somebody has chosen for mail; None where none was."""
    return session.scalar(select(AccountState.language).where(AccountState.user_id == user_id))
