"""Sending messages by mail: timed, due and not done; one mail a person, in their language, with a link and no details."""

from __future__ import annotations

import hashlib
import logging
from collections.abc import Callable, Sequence
from datetime import datetime
from email.errors import HeaderParseError
from email.headerregistry import Address
from email.message import EmailMessage
from email.utils import format_datetime
from urllib.parse import urlsplit

from flask_babel import force_locale, ngettext
from flask_babel import gettext as _

import config
from admin.access.actor import Actor, acting_as
from admin.models import Notification, db
from admin.notifications.mail import Mailbox, MailServerDown, PutOff, mailbox
from admin.notifications.messages import told, words_of
from admin.operations.accounts.codes import OwnersCode, address_of, code_for_mail
from admin.operations.system.heartbeats import note_mail
from admin.operations.system.notifications import record_mailed
from admin.queries.system.mails import DEFAULT_LANGUAGE, Mail, language_of, mails_due

log = logging.getLogger(__name__)
Clock = Callable[[], datetime]


def send_mails(*, actor: Actor, now: datetime) -> int:
    """Send what is due, if SMTP_URL is set; returns how many mails. What a server that is down keeps is sent later.

    A mail is recorded as sent right after the server took it: a kill in between sends it twice under one Message-ID.
    """
    settings = config.current()
    note_mail(bool(settings.smtp_url), actor=actor, now=now)
    if not settings.smtp_url:
        return 0
    with acting_as(actor):
        due = mails_due(db.session(), now)
    sent = 0
    try:
        if due:
            with mailbox(settings.smtp_url, f"no-reply@{urlsplit(settings.portal_url).hostname}") as box:
                # Recorded one by one: what was sent before a server fell over must not be sent again.
                for mail in due:
                    sent += _sent(box, mail, actor, now)
    except MailServerDown as down:
        log.warning("mail waits: %s", down, extra={"outage": "mail"})
    return sent


def _sent(box: Mailbox, mail: Mail, actor: Actor, now: datetime) -> int:
    """One mail; what the server puts off for this recipient waits for the next tick and keeps nobody else waiting."""
    try:
        if not _taken(box, mail, now):
            log.warning("a mail could not be sent for good; its reader finds the messages in the portal")
    except PutOff:
        log.warning("the mail server put a mail off; it is tried again each minute", extra={"outage": "mail put off"})
        return 0
    record_mailed([each.id for each in mail.messages], actor=actor, now=now)
    return 1


def _taken(box: Mailbox, mail: Mail, now: datetime) -> bool:
    """Whether the server took it; False also for an address that is none, which must not hold up the others."""
    try:
        message = _composed(mail, box.sender, now)
    # Given up for good and recorded as such: tried again each minute, it would hold up the others.
    except (ValueError, HeaderParseError):
        return False
    return box.send(message)


def _composed(mail: Mail, sender: str, now: datetime) -> EmailMessage:
    settings = config.current()
    with force_locale(mail.language or DEFAULT_LANGUAGE):
        subject = ngettext(
            "Grade review: %(num)s new message", "Grade review: %(num)s new messages", len(mail.messages)
        )
        message = _addressed(subject, sender, mail.address, now)
        message["Message-ID"] = f"<{_fingerprint(mail.messages)}@{urlsplit(settings.portal_url).hostname}>"
        lines = [line for each in mail.messages for line in _lines(each)]
        message.set_content(
            "\n".join(
                [
                    _("Dear %(name)s,", name=mail.name),
                    "",
                    *lines,
                    "",
                    _("Read and act on them here: %(url)s", url=f"{settings.portal_url}/"),
                    "",
                    _("This mail was sent by the system. Under My account you choose whether you get such mails."),
                ]
            )
        )
    return message


def _addressed(subject: str, sender: str, address: str, now: datetime) -> EmailMessage:
    """The head of a mail to one address. Raises ValueError or HeaderParseError for what is none, or is several."""
    message = EmailMessage()
    message["Subject"] = subject
    message["From"], message["To"], message["Date"] = sender, Address(addr_spec=address), format_datetime(now)
    # Keeps out-of-office programs from answering a machine.
    message["Auto-Submitted"] = "auto-generated"
    return message


def send_code(user_id: int, *, actor: Actor, clock: Clock) -> None:
    """Mail the owner of an account a new activation code (6.1-a). Raises `MailServerDown`: it is tried again with another."""
    settings = config.current()
    with acting_as(actor):
        address, language = address_of(db.session(), user_id), language_of(db.session(), user_id)
    if address is None or settings.smtp_url is None:
        return
    try:
        Address(addr_spec=address)
    except (ValueError, HeaderParseError):
        log.warning("no activation code was made: what is on file for its owner is no mail address")
        return
    # The connection first: a code is made, and told of, only where it can be sent.
    with mailbox(settings.smtp_url, f"no-reply@{urlsplit(settings.portal_url).hostname}") as box:
        slip = code_for_mail(user_id, actor=actor, now=clock())
        if not box.send(_code_mail(slip, address, language, box.sender, clock())):
            log.warning("a mail with an activation code was refused for good; its owner asks for another")


def _code_mail(slip: OwnersCode, address: str, language: str | None, sender: str, now: datetime) -> EmailMessage:
    with force_locale(language or DEFAULT_LANGUAGE):
        message = _addressed(_("Grade review: your new activation code"), sender, address, now)
        where = f"{config.current().portal_url}/activate/"
        message.set_content(
            "\n".join(
                [
                    _("Sign-in name: %(username)s", username=slip.username),
                    _("Activation code: %(code)s", code=slip.code),
                    _("Set a new password here: %(url)s", url=where),
                    "",
                    _(
                        "If you did not ask for it, tell HR and the auditor; your present password holds until the code is used."
                    ),
                ]
            )
        )
    return message


def _lines(message: Notification) -> list[str]:
    """A message, and under it what HR has added, marked line by line: no text of theirs can pass for another message."""
    said = f"{_moment(message)}  {told(message.process, message.action, message.facts, _)}"
    words = words_of(message.process, message.action, message.facts)
    return [said, _("HR adds:"), *(f"> {line}" for line in words.splitlines())] if words else [said]


def _moment(message: Notification) -> str:
    return message.created_at.astimezone(config.current().portal_tz).strftime("%Y-%m-%d %H:%M")


def _fingerprint(messages: Sequence[Notification]) -> str:
    # From the messages themselves: sent twice after a kill, the mail has one id, and readers' programs show it once.
    return hashlib.sha256(",".join(str(each.id) for each in messages).encode()).hexdigest()[:32]
