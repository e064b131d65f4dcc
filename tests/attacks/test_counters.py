"""Stories of people who try many things at the same moment, and of those who read the counters afterwards (6.3-d)."""

from __future__ import annotations

from collections.abc import Callable
from datetime import time, timedelta
from itertools import pairwise
from typing import Any

import pytest
from sqlalchemy import func, select

from admin.access.actor import system_actor
from admin.domain import work
from admin.domain.receipts import new_receipt
from admin.models import Complaint, ComplaintMessage, Meeting, Throttle, db
from admin.operations.accounts.throttle import Locked, Window, forget_tries
from admin.operations.committee import meetings
from admin.operations.complaints import complaints as filing
from admin.operations.complaints.complaint_receipts import follow_up
from admin.operations.complaints.complaint_work import check_paid, spend, stamp
from admin.operations.complaints.complaints import ComplaintInput, file_complaint, reply_as_complainant
from config import current
from tests import factories as make
from tests.factories import NOW
from tests.operations.racing import race
from tests.report.conftest import WORDS, channel, receipt_in, report, send

__all__ = ["channel", "report", "send"]
MINUTE = timedelta(seconds=61)
SAID = ComplaintInput("unfair_conduct", "評分在會議前就已經談好。")


@pytest.fixture
def no_script(monkeypatch: pytest.MonkeyPatch, send: Any) -> None:
    """Work that no browser here has done: forms are paid for by waiting."""
    monkeypatch.setattr(work, "BITS", 200)


def waited() -> dict[str, str]:
    """The form of somebody whose browser runs no script, opened a minute ago."""
    return {**WORDS, "stamp": stamp(current().now() - MINUTE), "once": "o" * 30}


def counters() -> list[Throttle]:
    db.session.rollback()
    return list(db.session.scalars(select(Throttle)))


def count(table: Any) -> int:
    db.session.rollback()
    return db.session.scalar(select(func.count(table.id)).execution_options(unscoped=True)) or 0


def told(answers: list[str], call: Callable[[], Any]) -> Callable[[], None]:
    """A call whose `Locked` is written down."""

    def attempt() -> None:
        try:
            call()
        except Locked:
            answers.append("locked")

    return attempt


def test_parallel_guesses_at_receipts_that_begin_alike_count_exactly(app, session):
    locked: list[str] = []
    guesses = [told(locked, lambda n=n: follow_up(f"ABCD{n:024d}", now=NOW)) for n in range(24)]
    assert (race(app, *guesses).count("NotFound"), len(locked)) == (10, 14)


def test_parallel_guesses_at_any_receipts_count_exactly(app, session, monkeypatch):
    monkeypatch.setattr("admin.operations.complaints.complaint_receipts.IN_ALL", Window(6, timedelta(minutes=10)))
    locked: list[str] = []
    guesses = [told(locked, lambda: follow_up(new_receipt(), now=NOW)) for _ in range(20)]
    assert (race(app, *guesses).count("NotFound"), len(locked)) == (6, 14)


def test_one_form_that_waited_is_taken_once_however_many_are_sent_at_once(app, session):
    given, now = stamp(NOW - MINUTE), NOW
    check_paid(given, "", "", now=now)

    def sending(number: int) -> None:
        pay = lambda: spend(given, now=now)  # noqa: E731
        file_complaint(ComplaintInput("pressure", f"第 {number} 件"), now=now, pay=pay)

    assert race(app, *[lambda n=n: sending(n) for n in range(8)]) == ["Invalid"] * 7 + ["done"]
    assert count(Complaint) == 1


def test_a_crowd_that_waited_and_sends_at_once_is_counted_one_by_one(app, session, monkeypatch):
    monkeypatch.setattr(work, "CROWD", 4)
    stamps = [stamp(NOW - MINUTE) for _ in range(10)]

    def sending(given: str) -> None:
        file_complaint(ComplaintInput("pressure", given), now=NOW, pay=lambda: spend(given, now=NOW))

    answers = race(app, *[lambda given=given: sending(given) for given in stamps])
    assert answers == ["Invalid"] * 6 + ["done"] * 4


def test_messages_sent_at_once_pass_no_limit_of_a_complaint(app, session, monkeypatch):
    monkeypatch.setattr(filing, "MOST_MESSAGES", 3)
    make.confirmed_calendar(2026)
    key = file_complaint(SAID, now=NOW)[0].id
    db.session.rollback()
    calls = [lambda n=n: reply_as_complainant(key, f"訊息 {n}", now=NOW) for n in range(10)]
    assert race(app, *calls) == ["Invalid"] * 7 + ["done"] * 3
    assert count(ComplaintMessage) == 3


def test_a_form_sent_twice_at_once_is_one_complaint_with_one_receipt(app, session):
    receipts: list[str] = []

    def sending() -> None:
        receipts.append(file_complaint(SAID, once="o" * 30, now=NOW)[1])

    assert race(app, *[sending] * 6) == ["done"] * 6
    assert len(set(receipts)) == 1 and count(Complaint) == 1


def test_what_is_numbered_at_once_gets_as_many_numbers(app, session):
    with make.fixture():
        cycles = [make.open_cycle().id, make.open_cycle(2025).id]
        secretary = make.actor_of(make.employee("Secretary", roles=("employee", "hr")))
    later = NOW + timedelta(days=20)
    calls = [lambda cycle=cycle: meetings.plan_meeting(cycle, later, actor=secretary, now=NOW) for cycle in cycles * 3]
    assert race(app, *calls) == ["done"] * 6
    db.session.rollback()
    assert len(set(db.session.scalars(select(Meeting.number).execution_options(unscoped=True)))) == 6


def test_a_double_click_on_a_form_that_waited_shows_the_same_receipt(session, send, no_script):
    form = waited()
    assert len({receipt_in(send("/report/", form).text) for _ in range(2)}) == 1 and count(Complaint) == 1


def test_what_is_kept_of_a_form_that_waited_tells_the_day_alone_and_goes_with_it(session, send, no_script):
    assert send("/report/", waited()).status_code == 200
    spent = max(counters(), key=lambda row: row.window_ends_at)
    key, over = spent.key, spent.window_ends_at
    assert over.astimezone(current().portal_tz).time() == time(0)
    assert over >= current().now() - MINUTE + work.LIFETIME
    forget_tries(actor=system_actor(), now=over - timedelta(seconds=1))
    assert [row.key for row in counters()] == [key]  # the crowd of those who wait is over after ten minutes
    forget_tries(actor=system_actor(), now=over)
    assert counters() == []


def test_the_keys_of_counters_tell_no_order(session, send, no_script):
    for number in range(4):
        assert send("/report/", {**waited(), "content": f"第 {number} 件"}).status_code == 200
    keys = sorted(row.id for row in counters())
    assert len(keys) == 5 and all(after - before > 1 for before, after in pairwise(keys))


def test_who_holds_a_receipt_leaves_no_counter_behind(session, send):
    code = receipt_in(send("/report/", WORDS).text)
    assert send("/report/follow-up", {"receipt": code}).status_code == 200
    assert counters() == []
