"""Acts on many rows: left to the worker, carried out in batches, killed, stopped, changed under, done again (6.1)."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from types import SimpleNamespace
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import func, select
from sqlalchemy.exc import OperationalError

from admin.access.actor import Actor, acting_as, system_actor
from admin.domain.refusals import Refusal, Refused
from admin.jobs.sweep import sweep
from admin.models import Employee, HistoryStep, Job, LongWork, LongWorkRefusal, Notification, Review, db
from admin.models.accounts import User
from admin.operations import acts, many
from admin.operations.cases import reviews
from admin.operations.once import asking
from admin.operations.system import long_work
from admin.operations.transaction import operation
from admin.queries.accounts.actors import actor_named
from admin.queries.system.calendar import company_day
from tests import factories as make
from tests import reviewing
from tests.reviewing import later

DUE = later(15)
SYSTEM = system_actor()
REMIND: dict[str, Any] = {"stage": "self_assessment"}
CLOSE = {"stage": "self_assessment", "reason": "到期"}


@pytest.fixture
def made(app: Flask, monkeypatch: pytest.MonkeyPatch) -> Iterator[SimpleNamespace]:
    """An open cycle of seven people, whose acts on many leave more than one row to the worker, by two in a batch."""
    monkeypatch.setattr(many, "AT_ONCE", 1)
    monkeypatch.setattr(many, "MOST_ROWS", 2)
    with app.app_context():
        found = reviewing.open_cycle(accounts=False)
        for name, key in {"sup": found.superior, **{f"emp{i}": key for i, key in enumerate(found.agents)}}.items():
            make.account(name, "correct horse battery", ["employee"], person=key)
        make.account("hr", "correct horse battery", ["hr"])
        found.hr = actor_named(db.session(), "hr", today=company_day(DUE), via="web")
        yield found
        db.session.remove()


def ask(made: SimpleNamespace, action: str, data: dict[str, Any], now: datetime = DUE) -> dict[str, Any]:
    rows: dict[str, Any] = acts.perform("cycle", made.cycle, action, data, actor=made.hr, now=now)["rows"]
    return rows


def work_through(now: datetime = DUE) -> int:
    return sweep(actor=SYSTEM, clock=lambda: now)


def work_of(rows: dict[str, Any]) -> LongWork:
    db.session.rollback()
    with acting_as(SYSTEM):
        return db.session.get_one(LongWork, rows["id"], populate_existing=True)


def stages(made: SimpleNamespace) -> list[str]:
    db.session.rollback()
    with acting_as(SYSTEM):
        query = select(Review.stage).where(Review.cycle_id == made.cycle, Review.id.in_(made.cases)).order_by(Review.id)
        return list(db.session.scalars(query))


def reminders() -> list[int]:
    db.session.rollback()
    with acting_as(SYSTEM):
        return sorted(db.session.scalars(select(Notification.user_id).where(Notification.action == "remind")))


def refused_rows(rows: dict[str, Any]) -> list[LongWorkRefusal]:
    with acting_as(SYSTEM):
        return list(db.session.scalars(select(LongWorkRefusal).where(LongWorkRefusal.work_id == rows["id"])))


def refuse_one(monkeypatch: pytest.MonkeyPatch, key: int) -> None:
    """One case is refused by the step itself, whatever batch it is in."""
    declared = acts.act_of("cycle", "close_stage")
    assert declared.many is not None
    carry = declared.many.carry

    def refusing(turn: many.Turn, keys: Sequence[int]) -> Any:
        if key in keys:
            raise Refused(Refusal("3.3-a", "This one not: %(why)s.", {"why": "because"}))
        return carry(turn, keys)

    monkeypatch.setitem(
        acts.ACTS, ("cycle", "close_stage"), replace(declared, many=replace(declared.many, carry=refusing))
    )


def test_the_click_leaves_the_rows_to_the_worker_who_does_each_once(made: SimpleNamespace) -> None:
    rows = ask(made, "remind", REMIND)
    assert (rows["total"], rows["done"], rows["ended"]) == (7, 0, False) and reminders() == []
    assert work_through() == 1
    work = work_of(rows)
    assert (work.done, work.refused, work.no_longer_due, work.ended_at) == (7, 0, 0, DUE)
    assert len(reminders()) == len(set(reminders())) == 7
    assert work_through() == 0


def test_a_few_rows_are_done_in_the_same_breath(made: SimpleNamespace, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(many, "AT_ONCE", 7)
    rows = ask(made, "remind", REMIND)
    assert (rows["id"], rows["done"], rows["ended"]) == (None, 7, True) and len(reminders()) == 7


def test_in_batches_it_comes_to_the_same_as_at_once(made: SimpleNamespace, monkeypatch: pytest.MonkeyPatch) -> None:
    ask(made, "close_stage", CLOSE)
    work_through()
    assert stages(made) == ["rating"] * 7
    with acting_as(SYSTEM):
        cases = db.session.scalars(select(Review).where(Review.id.in_(made.cases))).all()
        assert all(
            each.self_assessment_missing and each.individual_reasons == ["missing_self_assessment"] for each in cases
        )
        steps = select(func.count(HistoryStep.id)).where(HistoryStep.action == "close_self_assessment")
        assert db.session.scalar(steps) == 7


def test_whoever_has_many_rows_in_it_is_told_once_with_their_number(made: SimpleNamespace) -> None:
    ask(made, "close_stage", CLOSE)
    work_through()
    with acting_as(SYSTEM):
        query = select(Notification.facts).join(Employee, Employee.user_id == Notification.user_id)
        told = db.session.scalars(
            query.where(Employee.id == made.superior, Notification.action == "close_self_assessment")
        ).all()
    assert [each["count"] for each in told] == [7]


def test_asked_for_twice_it_is_one_work(made: SimpleNamespace) -> None:
    with asking("a-key", "remind"):
        first = ask(made, "remind", REMIND)
    with asking("a-key", "remind"):
        again = ask(made, "remind", REMIND)  # the same request sent twice
    joined = ask(made, "remind", REMIND)  # another window, another request
    assert first["id"] == again["id"] == joined["id"]
    with pytest.raises(Refused):
        ask(made, "remind", REMIND | {"department": str(made.team)})
    work_through()
    assert len(reminders()) == 7


def test_one_refused_row_is_named_and_the_others_go_on(made: SimpleNamespace, monkeypatch: pytest.MonkeyPatch) -> None:
    refuse_one(monkeypatch, made.cases[3])
    rows = ask(made, "close_stage", CLOSE)
    work_through()
    work = work_of(rows)
    assert (work.done, work.refused) == (6, 1)
    assert stages(made).count("rating") == 6
    (row,) = refused_rows(rows)
    assert (row.key, row.named, row.clause, row.facts) == (made.cases[3], "E3 員工3", "3.3-a", {"why": "because"})


def test_done_again_it_is_for_those_refused_alone(made: SimpleNamespace, monkeypatch: pytest.MonkeyPatch) -> None:
    with monkeypatch.context() as patch:
        refuse_one(patch, made.cases[3])
        rows = ask(made, "close_stage", CLOSE)
        with pytest.raises(Refused):
            long_work.repeat_work(rows["id"], actor=made.hr, now=DUE)
        work_through()
    again = long_work.repeat_work(rows["id"], actor=made.hr, now=DUE + timedelta(minutes=1))
    assert (again.total, again.repeats_id) == (1, rows["id"])
    work_through(DUE + timedelta(minutes=2))
    assert stages(made) == ["rating"] * 7
    with pytest.raises(Refused):
        long_work.repeat_work(again.id, actor=made.hr, now=DUE)


class Killed(BaseException):
    """The process ends here."""


@pytest.mark.parametrize("batch", [1, 2, 3, 4])
@pytest.mark.parametrize("committed", [False, True], ids=["before its commit", "after its commit"])
def test_killed_in_any_batch_it_goes_on_and_does_no_row_twice(
    made: SimpleNamespace, monkeypatch: pytest.MonkeyPatch, batch: int, committed: bool
) -> None:
    rows = ask(made, "remind", REMIND)
    real, turns = long_work._live_on, []

    def dying(op: Any, work: LongWork) -> None:
        real(op, work)
        turns.append(1)
        if len(turns) == batch + committed:
            raise Killed

    monkeypatch.setattr(long_work, "_live_on", dying)
    if batch + committed <= 4:
        with pytest.raises(Killed):
            work_through()
        db.session.rollback()
        assert work_of(rows).done == 2 * (batch - 1 + committed)
    monkeypatch.setattr(long_work, "_live_on", real)
    # Its lease is over; a worker that holds a lock is found dead at once (test_two_machines).
    work_through(DUE + timedelta(minutes=11))
    assert work_of(rows).done == 7
    assert len(reminders()) == len(set(reminders())) == 7


def test_a_full_disk_in_the_middle_undoes_one_batch_and_the_rest_follows(
    made: SimpleNamespace, monkeypatch: pytest.MonkeyPatch
) -> None:
    rows = ask(made, "remind", REMIND)
    real, turns = long_work._live_on, []

    def full(op: Any, work: LongWork) -> None:
        turns.append(1)
        if len(turns) == 2:
            raise OperationalError("INSERT", {}, Exception("database or disk is full"))
        real(op, work)

    monkeypatch.setattr(long_work, "_live_on", full)
    assert work_through() == 0
    assert (work_of(rows).done, work_of(rows).ended_at) == (2, None)
    with acting_as(SYSTEM):
        job = db.session.get_one(Job, work_of(rows).job_id)
        assert job.state == "due" and "disk is full" in (job.fault or "")
    assert work_through(DUE + timedelta(minutes=5)) == 1
    assert len(reminders()) == len(set(reminders())) == 7


def test_who_is_gone_when_the_turn_comes_is_counted_and_stops_nobody(made: SimpleNamespace) -> None:
    rows = ask(made, "close_stage", CLOSE)
    with operation("leave", actor=SYSTEM, now=DUE) as op:
        op.get(Employee, made.agents[2]).left_on = company_day(DUE)
    reviews.close_as_left(made.cases[2], "離職", actor=made.hr, now=DUE)
    work_through()
    work = work_of(rows)
    assert (work.done, work.refused, work.no_longer_due) == (6, 0, 1)
    assert stages(made).count("left") == 1 and stages(made).count("rating") == 6


def test_it_ends_where_whoever_asked_has_lost_the_office(made: SimpleNamespace) -> None:
    rows = ask(made, "remind", REMIND)
    with operation("close_account", actor=SYSTEM, now=DUE) as op:
        op.get(User, made.hr.user_id).active = False
    work_through()
    work = work_of(rows)
    assert work.stopped is not None and work.stopped["clause"] == "6.1-a"
    assert reminders() == []


def test_stopped_it_does_no_further_row_and_what_is_done_stays(made: SimpleNamespace) -> None:
    rows = ask(made, "remind", REMIND)
    assert long_work.carry_on(rows["id"], {}, now=DUE)
    long_work.stop_work(rows["id"], actor=made.hr, now=DUE)
    work_through()
    assert len(reminders()) == 2
    with pytest.raises(Refused):
        long_work.stop_work(rows["id"], actor=made.hr, now=DUE)


def test_what_may_not_stand_half_done_is_not_stopped(made: SimpleNamespace, monkeypatch: pytest.MonkeyPatch) -> None:
    declared = acts.act_of("cycle", "remind")
    assert declared.many is not None
    bound = replace(declared, many=replace(declared.many, stoppable=False))
    monkeypatch.setitem(acts.ACTS, ("cycle", "remind"), bound)
    rows = ask(made, "remind", REMIND)
    long_work.carry_on(rows["id"], {}, now=DUE)
    with pytest.raises(Refused):
        long_work.stop_work(rows["id"], actor=made.hr, now=DUE)
    work_through()
    assert len(reminders()) == 7


def test_who_asked_finds_a_message_at_the_end(made: SimpleNamespace) -> None:
    ask(made, "remind", REMIND)
    work_through()
    with acting_as(SYSTEM):
        facts = db.session.scalars(select(Notification.facts).where(Notification.process == "long_work")).all()
    assert facts == [{"done": 7, "refused": 0}]


def test_two_workers_on_one_work_do_each_row_once(made: SimpleNamespace) -> None:
    rows = ask(made, "remind", REMIND)
    for worker in range(8):
        long_work.carry_on(rows["id"], {"worker": worker % 2}, now=DUE)
    assert len(reminders()) == len(set(reminders())) == 7


def test_another_who_may_not_do_the_act_neither_sees_nor_stops_it(made: SimpleNamespace) -> None:
    rows = ask(made, "remind", REMIND)
    other = Actor("員工1", user_id=4711, employee_id=made.agents[1], roles=frozenset({"employee"}))
    with pytest.raises(Exception, match=r"LongWork|long_work"):
        acts.perform("long_work", rows["id"], "stop_work", {}, actor=other, now=DUE)
