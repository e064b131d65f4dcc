"""The mail channel: one connection to the server that SMTP_URL names, over which messages go out one by one."""

from __future__ import annotations

import smtplib
import ssl
from collections.abc import Iterator
from contextlib import contextmanager
from email.message import EmailMessage
from urllib.parse import parse_qs, unquote, urlsplit

PATIENCE = 20  # seconds that a mail server may take to answer
REFUSALS = (smtplib.SMTPRecipientsRefused, smtplib.SMTPDataError, smtplib.SMTPNotSupportedError, UnicodeError)
PORTS = {"smtp": 587, "smtps": 465}


class PutOff(Exception):
    """The server takes this message later (a 4xx for this recipient); the others may pass. Names no address."""


class MailServerDown(Exception):
    """The server cannot be reached or will not talk; what waits is sent later. Names no address."""


class Mailbox:
    """An open connection."""

    def __init__(self, server: smtplib.SMTP, sender: str) -> None:
        self._server, self.sender = server, sender

    def send(self, message: EmailMessage) -> bool:
        """Hand a message over; False where the server refuses this message for good. Raises `PutOff`, `MailServerDown`."""
        try:
            self._server.send_message(message, from_addr=self.sender)
        except REFUSALS as refused:
            if _for_now(refused):
                raise PutOff from None
            return False
        except (smtplib.SMTPException, OSError) as fault:
            raise MailServerDown(type(fault).__name__) from None
        return True


def _for_now(refused: Exception) -> bool:
    """Whether the refusal is one of the 4xx codes, which ask for another try."""
    if isinstance(refused, smtplib.SMTPRecipientsRefused):
        codes = [code for code, _text in refused.recipients.values()]
    else:
        codes = [getattr(refused, "smtp_code", 550)]
    return any(400 <= code < 500 for code in codes)


@contextmanager
def mailbox(url: str, otherwise_from: str) -> Iterator[Mailbox]:
    """Open the connection that a `SMTP_URL` describes: smtps:// is encrypted from the start, smtp:// as soon as offered.

    `otherwise_from` is the sender where the URL has no from=. Raises `MailServerDown`.
    """
    parts = urlsplit(url)
    host, port = parts.hostname or "", parts.port or PORTS[parts.scheme]
    try:
        server = _connected(parts.scheme, host, port)
    except (smtplib.SMTPException, OSError) as fault:
        raise MailServerDown(type(fault).__name__) from None
    with server:
        try:
            if parts.username:
                server.login(unquote(parts.username), unquote(parts.password or ""))
        except (smtplib.SMTPException, OSError) as fault:
            raise MailServerDown(type(fault).__name__) from None
        yield Mailbox(server, parse_qs(parts.query).get("from", [otherwise_from])[0])


def _connected(scheme: str, host: str, port: int) -> smtplib.SMTP:
    context = ssl.create_default_context()
    if scheme == "smtps":
        return smtplib.SMTP_SSL(host, port, timeout=PATIENCE, context=context)
    server = smtplib.SMTP(host, port, timeout=PATIENCE)
    server.ehlo()
    if server.has_extn("starttls"):
        server.starttls(context=context)
        server.ehlo()
    return server
