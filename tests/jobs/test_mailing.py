"""Messages by mail: gathered, in the reader's language, once; nothing is lost while the server is away."""

from __future__ import annotations

import logging
import socket
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from email import message_from_bytes, policy
from email.message import EmailMessage
from typing import Any

import pytest
from aiosmtpd.controller import Controller
from sqlalchemy import select

import config
from admin.access.actor import system_actor
from admin.jobs import mailing
from admin.jobs.mailing import send_mails
from admin.models import Employee, Notification
from admin.notifications.mail import PutOff
from admin.operations.system.notifications import choose_mail
from tests import factories as make
from tests.factories import NOW

LATER = NOW + timedelta(minutes=6)
PATIENCE_SECONDS = 60


class Taking:
    """What the server does with mails: keeps them, or answers `refusal`."""

    def __init__(self) -> None:
        self.mails: list[EmailMessage] = []
        self.refusal: str | None = None

    async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:
        if self.refusal:
            return self.refusal
        self.mails.append(message_from_bytes(envelope.content, policy=policy.default))
        return "250 taken"


class Server(Controller):
    """On a socket that is bound already, whose port nobody can take meanwhile; patient on a busy machine."""

    def __init__(self, taking: Taking) -> None:
        self.bound = socket.create_server(("127.0.0.1", 0))
        super().__init__(taking, hostname="127.0.0.1", port=self.bound.getsockname()[1], ready_timeout=PATIENCE_SECONDS)

    def _create_server(self) -> Any:
        return self.loop.create_server(self._factory_invoker, sock=self.bound)

    def _trigger_server(self) -> None:
        with socket.create_connection((self.hostname, self.port), PATIENCE_SECONDS) as asking:
            asking.recv(1024)


@pytest.fixture
def taken(session, monkeypatch) -> Iterator[Taking]:
    """A mail server on loopback that the portal is set up with."""
    taking = Taking()
    controller = Server(taking)
    controller.start()
    url = f"smtp://127.0.0.1:{controller.port}?from=grades@example.com"
    monkeypatch.setattr(
        config, "_in_use", replace(config.current(), smtp_url=url, portal_url="https://grades.example.com")
    )
    yield taking
    controller.stop()


@pytest.fixture
def person(session) -> Employee:
    found = make.employee(name="王小美")
    with make.fixture() as op:
        op.get(Employee, found.id).email = "mei@example.com"
    return found


def tell(person: Employee, action: str = "put_on_notice", **fields: Any) -> None:
    given = {"process": "review", "record_id": 1, "facts": {}, "created_at": NOW} | fields
    with make.fixture() as op:
        op.add(Notification(user_id=person.user_id, action=action, **given))


def send(now=LATER) -> int:
    return send_mails(actor=system_actor(), now=now)


def test_what_happens_together_comes_in_one_mail_that_says_what_and_where_but_no_details(person, taken):
    tell(person, facts={"notice": "2026-01"})
    tell(person, "issue", created_at=NOW + timedelta(minutes=1))
    assert send() == 1
    (mail,) = taken.mails
    assert (mail["To"], mail["From"]) == ("mei@example.com", "grades@example.com")
    assert "2 則新訊息" in mail["Subject"] and mail["Auto-Submitted"] == "auto-generated"
    text = mail.get_content()
    assert "王小美，您好：" in text and "https://grades.example.com/" in text
    assert "2026-01" not in text.replace("2026-11", ""), "no facts of the record"


def test_a_message_waits_for_others_to_join_it_and_is_sent_once(person, taken):
    tell(person)
    assert send(NOW + timedelta(minutes=4)) == 0
    assert (send(), send(), len(taken.mails)) == (1, 0, 1)


def test_mails_of_complaints_go_out_after_their_day_and_tell_no_time(person, taken):
    with make.fixture() as op:
        kind = {"process": "complaint", "action": "file_complaint", "record_id": 1, "facts": {"number": "K2026-1"}}
        op.post([{"user_id": person.user_id, **kind}])
    tell(person)
    midnight = datetime(2026, 11, 23, 16, 0, tzinfo=UTC)  # in Taipei
    assert send() == 1 and "投訴" not in taken.mails[0].get_content()
    assert send(midnight - timedelta(seconds=1)) == 0
    assert send(midnight) == 1
    text = taken.mails[1].get_content()
    assert "投訴" in text and "2026-11-23 00:00" in text


def test_a_mail_is_in_the_language_that_its_reader_chose(person, taken):
    choose_mail(True, "en", actor=make.actor_of(person), now=NOW)
    tell(person)
    send()
    assert "1 new message" in taken.mails[0]["Subject"] and "Your result is known." in taken.mails[0].get_content()


def test_who_wants_none_has_read_it_has_left_or_has_no_address_is_sent_nothing(session, person, taken):
    without = make.employee()
    tell(without)
    tell(person, read_at=NOW)
    tell(person, created_at=NOW - timedelta(days=3))
    assert send() == 0
    tell(person)
    choose_mail(False, "en", actor=make.actor_of(person), now=NOW)
    assert send() == 0
    choose_mail(True, "en", actor=make.actor_of(person), now=NOW)
    assert send() == 1


def test_while_the_server_is_away_messages_wait_and_no_log_names_anybody(person, taken, monkeypatch, caplog):
    tell(person)
    there = config.current()
    monkeypatch.setattr(config, "_in_use", replace(there, smtp_url="smtp://127.0.0.1:1"))
    with caplog.at_level(logging.WARNING):
        assert send() == 0
    assert "mail waits: ConnectionRefusedError" in caplog.text and "mei@" not in caplog.text
    monkeypatch.setattr(config, "_in_use", there)
    assert (send(), len(taken.mails)) == (1, 1)


@pytest.mark.parametrize(("answer", "sent_later"), [("451 try again", 1), ("550 no such person", 0)])
def test_what_the_server_puts_off_is_tried_again_and_what_it_refuses_is_not(person, taken, caplog, answer, sent_later):
    tell(person)
    taken.refusal = answer
    with caplog.at_level(logging.WARNING):
        send()
    assert "mei@" not in caplog.text and caplog.text
    taken.refusal = None
    send(LATER + timedelta(minutes=10))
    assert len(taken.mails) == sent_later


def test_hostile_names_and_addresses_stay_where_they_are(person, taken):
    with make.fixture() as op:
        row = op.get(Employee, person.id)
        row.name, row.email = "{{7*7}}\r\nBcc: evil@example.com", "mei@example.com\r\nBcc: evil@example.com"
    tell(person)
    other = make.employee(name="陳俊")
    with make.fixture() as op:
        op.get(Employee, other.id).email = "jun@example.com"
    tell(other)
    send()
    assert [mail["To"] for mail in taken.mails] == ["jun@example.com"], "an address that is none holds nobody else up"
    assert not any(mail["Bcc"] for mail in taken.mails)


def test_without_a_server_nothing_is_sent_or_marked(session, person):
    tell(person)
    assert send() == 0
    assert session.scalars(select(Notification.mailed_at).execution_options(unscoped=True)).all() == [None]


def test_what_is_put_off_for_one_recipient_keeps_nobody_else_waiting(session, person, taken, monkeypatch):
    other = make.employee(name="陳俊")
    with make.fixture() as op:
        op.get(Employee, other.id).email = "jun@example.com"
    tell(person)
    tell(other)

    async def full(self: Any, server: Any, session: Any, envelope: Any, address: str, options: Any) -> str:
        if address.startswith("mei@"):
            return "452 mailbox full"
        envelope.rcpt_tos.append(address)
        return "250 OK"

    with monkeypatch.context() as patch:
        patch.setattr(Taking, "handle_RCPT", full, raising=False)
        assert (send(), [mail["To"] for mail in taken.mails]) == (1, ["jun@example.com"])
    assert (send(), [mail["To"] for mail in taken.mails][1:]) == (1, ["mei@example.com"])


def test_however_many_are_put_off_again_and_again_the_others_are_sent(session, person, taken, monkeypatch):
    monkeypatch.setattr("admin.queries.system.mails.MOST_AT_ONCE", 4)
    full = [make.employee() for _ in range(40)]
    with make.fixture() as op:
        for each in full:
            op.get(Employee, each.id).email = f"full{each.id}@example.com"
    for each in (*full, person):
        tell(each)
    monkeypatch.setattr(mailing, "mailbox", lambda *_given: OneTaken("mei@"))
    minutes = next(n for n in range(60) if send(LATER + timedelta(minutes=n)) == 1)
    assert minutes < 2 * (len(full) + 1) / 4, "one of forty-one has its turn before two rounds are over"


class OneTaken:
    """A mail server that puts all recipients off but one."""

    sender = "grades@example.com"

    def __init__(self, taken: str) -> None:
        self.taken = taken

    def __enter__(self) -> OneTaken:
        return self

    def __exit__(self, *_error: object) -> None:
        return None

    def send(self, message: Any) -> bool:
        if not message["To"].startswith(self.taken):
            raise PutOff
        return True


def test_nothing_is_dropped_for_age_and_health_keeps_saying_that_it_waits(app, session, person, taken, monkeypatch):
    send(NOW)  # from here on there is a mail server
    tell(person)
    taken.refusal = "451 try again"
    later = NOW + timedelta(days=9)
    assert send(later) == 0
    monkeypatch.setattr("admin.web.health.now", lambda: later)
    monkeypatch.setattr("admin.web.health.settings", config.current)
    assert app.test_client().get("/health").json["mail"] == "behind"
    taken.refusal = None
    assert send(later) == 1


def test_a_server_that_is_set_up_late_or_again_sends_no_history(session, person, taken, monkeypatch):
    there = config.current()
    send(NOW)
    monkeypatch.setattr(config, "_in_use", replace(there, smtp_url=""))
    send(NOW + timedelta(days=1))
    tell(person, created_at=NOW + timedelta(days=2))
    monkeypatch.setattr(config, "_in_use", there)
    assert send(NOW + timedelta(days=30)) == 0
