"""What `check` looks at around the portal: who can read its files, its secret, the web server before it, mail, backups."""

from __future__ import annotations

import contextlib
import ipaddress
import json
import math
import socket
import ssl
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from admin.cli.finding import Finding
from admin.files.apart import sandbox_holes
from admin.files.backup_note import BackupNote, last_backup
from admin.files.private import open_to_others
from admin.files.whole import write_whole
from config import Settings

PATIENCE_SECONDS = 5.0
SECRET_BITS = 128
TELL_TALE = ("secret", "password", "passwort", "change", "example", "qwerty", "12345", "grades", "portal")
LAPSES_SOON = timedelta(days=14)
BACKUP_AGE = timedelta(days=2)  # one that failed is noticed on the second morning
LISTENING = "listening"  # kept in VAR_DIR by `start`


def server_findings(settings: Settings) -> Iterator[Finding]:
    """All of them; none needs the database."""
    yield from _private(settings)
    yield Finding(
        "SECRET_KEY", not weak(settings.secret_key), "it can be guessed: make one with `openssl rand -hex 32`"
    )
    yield from _front(settings)
    reached = sandbox_holes()
    yield Finding("check of files", not reached, f"a file that takes its check over could reach: {', '.join(reached)}")
    yield from _mail(settings)
    yield from _backups(last_backup(settings), settings.now())


def _private(settings: Settings) -> Iterator[Finding]:
    names = ", ".join(map(str, open_to_others(settings)))
    yield Finding(
        "permissions of VAR_DIR", not names, f"others can open {names}: ./scripts/manage setup as the owner, or chmod"
    )


def weak(secret: str) -> bool:
    """Whether a secret is short, repeats itself or was made of words."""
    bits = len(secret) * math.log2(max(1, len(set(secret))))
    repeats = len(secret) > 1 and secret in (secret + secret)[1:-1]
    return bits < SECRET_BITS or repeats or any(word in secret.lower() for word in TELL_TALE)


def keep_listening(settings: Settings, host: str, port: int) -> None:
    """Note where the portal listens, for `check`."""
    write_whole(settings.var_dir / LISTENING, json.dumps({"host": host, "port": port}))


def _front(settings: Settings) -> Iterator[Finding]:
    """A web server that ends TLS stands before the portal, and nobody comes past it."""
    host = _listening(settings.var_dir).get("host", "")
    yield Finding(
        "front server",
        _only_here(host),
        f"the portal listens on {host or 'nothing yet'}: start it with --host 127.0.0.1 behind nginx (manage server-files)",
    )
    if not settings.portal_url.startswith("https://"):
        return
    try:
        left = certificate_ends(settings.portal_url) - datetime.now(UTC)
        yield Finding("TLS", left > LAPSES_SOON, f"the certificate of PORTAL_URL lapses in {left.days} days: renew it")
    except (OSError, ValueError) as fault:
        yield Finding("TLS", False, f"PORTAL_URL does not answer with a certificate that is trusted ({fault})")


def _listening(var_dir: Path) -> dict[str, Any]:
    with contextlib.suppress(OSError, ValueError):
        return dict(json.loads((var_dir / LISTENING).read_text(encoding="utf-8")))
    return {}


def _only_here(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def certificate_ends(url: str) -> datetime:
    """When the certificate of an address lapses; raises OSError where it cannot be reached or is not trusted."""
    address = urlsplit(url)
    where = (address.hostname or "", address.port or 443)
    with (
        socket.create_connection(where, timeout=PATIENCE_SECONDS) as raw,
        ssl.create_default_context().wrap_socket(raw, server_hostname=address.hostname) as secured,
    ):
        told: Any = secured.getpeercert() or {}
    return datetime.fromtimestamp(ssl.cert_time_to_seconds(str(told.get("notAfter", ""))), UTC)


def _mail(settings: Settings) -> Iterator[Finding]:
    if not settings.smtp_url:
        yield Finding("mail", False, "set SMTP_URL: without it nobody learns of a deadline who does not sign in")
        return
    address = urlsplit(settings.smtp_url)
    default = 465 if address.scheme == "smtps" else 25
    try:
        socket.create_connection((address.hostname or "", address.port or default), timeout=PATIENCE_SECONDS).close()
        yield Finding("mail", True, "")
    except OSError as fault:
        yield Finding("mail", False, f"the server of SMTP_URL cannot be reached ({fault})")


def _backups(last: BackupNote | None, now: datetime) -> Iterator[Finding]:
    if last is None:
        yield Finding(
            "backup",
            False,
            "there is none yet: ./scripts/manage backup, every night (manage server-files writes a timer)",
        )
        return
    age = now - last.made_at
    yield Finding("backup", age <= BACKUP_AGE, f"the last one is {age.days} days old: see that it is made every night")
    yield Finding(
        "keys apart from backups",
        not last.keys,
        "the last backup has the keys in it: whoever has the file can sign in as anybody; leave --with-keys out",
    )
