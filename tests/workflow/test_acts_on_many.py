"""Every act on many, as the code declares them, under what can come between its click and its last row (6.1)."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from types import SimpleNamespace
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import false, select
from sqlalchemy.exc import OperationalError

from admin.access.actor import Actor, acting_as, system_actor
from admin.domain.refusals import Refusal, Refused
from admin.jobs.sweep import LONG, sweep
from admin.models import Job, LongWork, LongWorkRefusal, Meeting, db
from admin.models.accounts import User
from admin.operations import acts, many
from admin.operations.cycles import cycles
from admin.operations.cycles.cycles import CyclePlan
from admin.operations.imports import imports_reading
from admin.operations.system import long_work
from admin.queries.accounts.actors import actor_for
from admin.queries.system.calendar import company_day
from tests import factories as make
from tests import reviewing
from tests.conftest import close_connections
from tests.databases import Database
from tests.factories import NOW
from tests.reviewing import OPENED
from tests.workflow.beside import BESIDE_DONE
from tests.workflow.doing import DOING, Doing
from tests.workflow.world import traces, world

acts.load()
ACTS = sorted(name for name, declared in acts.ACTS.items() if declared.many is not None)
# One piece only where it is about a long file: tests/attacks/test_basis_by_long_file.py.
ELSEWHERE = {("confirmation", "confirm")}
SYSTEM = system_actor()
LATER = timedelta(minutes=11)  # the lease of whoever was killed is over
WHY = Refusal("3.3-a", "This one not.")


class Killed(BaseException):
    """The process ends here."""


@dataclass
class Asked:
    """One act on many, ready to be asked for."""

    name: tuple[str, str]
    key: int
    user: int
    data: dict[str, Any]
    now: datetime = NOW

    def ask(self) -> dict[str, Any]:
        """The click; what is told of the rows."""
        db.session.rollback()
        actor = self.actor()
        process, action = self.name
        rows: dict[str, Any] = acts.perform(process, self.key, action, self.data, actor=actor, now=self.now)["rows"]
        return rows

    def actor(self) -> Actor:
        """Whoever asks, as they are now."""
        with acting_as(SYSTEM):
            user = db.session.get_one(User, self.user)
            return actor_for(db.session(), user, today=company_day(self.now), via="web")

    def work_through(self, later: timedelta = timedelta()) -> int:
        """The worker, with what takes long; what else is due is not looked at here."""
        return sweep(actor=SYSTEM, clock=lambda: self.now + later, which=LONG)


def _planned() -> SimpleNamespace:
    made = reviewing.seed_people(OPENED, 2)
    reviewing.confirm_calendar(OPENED)
    made.cycle = cycles.plan_cycle(CyclePlan(2026), actor=reviewing.HR, now=OPENED).id
    make.account("hr", "correct horse battery", ["hr"])
    return made


def _a_planned_cycle() -> Asked:
    return Asked(("cycle", "open"), _planned().cycle, _hr(), {}, OPENED)


def _all_have_rated() -> Asked:
    made = reviewing.open_cycle(OPENED, 2, accounts=False)
    make.account("hr", "correct horse battery", ["hr"])
    for person in made.agents:
        review = made.review[person]
        reviewing.hand_in(review, person)
        reviewing.rate_all(review)
        if superior := reviewing.case(review).superior_id:
            reviewing.evaluate(review, superior)
    return Asked(("cycle", "freeze_figures"), made.cycle, _hr(), {}, OPENED)


def _hr() -> int:
    with acting_as(SYSTEM):
        return db.session.scalars(select(User.id).where(User.username == "hr")).one()


def _a_case_waits() -> Asked:
    there = world("meeting")
    with make.fixture() as op:
        cycle = op.get(Meeting, there.record.id).cycle
    for name in ("Anna", "Berta"):
        make.review(cycle, make.employee(name), stage="committee")
    user = there.actors["secretary"].user_id
    assert user is not None
    return Asked(("meeting", "put_on_agenda"), there.record.id, user, {})


# Where the world of one record holds no row of the act.
READY: dict[tuple[str, str], Callable[[], Asked]] = {
    ("cycle", "open"): _a_planned_cycle,
    ("cycle", "freeze_figures"): _all_have_rated,
    ("meeting", "put_on_agenda"): _a_case_waits,
}


def ready(name: tuple[str, str]) -> Asked:
    """The act on its success path: on which record, by whom, with which data."""
    if name in READY:
        return READY[name]()
    if name in BESIDE_DONE:
        one = BESIDE_DONE[name]()
        assert one.user is not None
        return Asked(name, one.record, one.user, one.data)
    doing, there = DOING.get(name) or Doing(*name), world(name[0])
    data = doing.ready(there)
    user = there.actors[doing.actor(there)].user_id
    assert user is not None
    return Asked(name, there.record.id, user, data)


def works() -> list[LongWork]:
    db.session.rollback()
    with acting_as(SYSTEM):
        return list(
            db.session.scalars(select(LongWork).order_by(LongWork.id).execution_options(populate_existing=True))
        )


def twice(asked: Asked, _patch: pytest.MonkeyPatch) -> None:
    """From another window: the same work, or a refusal because it has begun; never a second one."""
    with suppress(Refused):
        asked.ask()
    assert len([work for work in works() if work.recorded_by_id is not None]) == 1
    asked.work_through()


def killed(after: bool) -> Callable[[Asked, pytest.MonkeyPatch], None]:
    """The worker dies in the batch, or when it is committed and before more is done."""

    def kill(asked: Asked, patch: pytest.MonkeyPatch) -> None:
        real = long_work._live_on

        def dying(op: Any, work: LongWork) -> None:
            real(op, work)
            if after:
                op.after_commit.append(_die)
            else:
                _die()

        with patch.context() as dead:
            dead.setattr(long_work, "_live_on", dying)
            with pytest.raises(Killed):
                asked.work_through()
            db.session.rollback()
        asked.work_through(LATER)

    return kill


def _die() -> None:
    raise Killed


def disk_full(asked: Asked, patch: pytest.MonkeyPatch) -> None:
    def full(*_given: Any) -> None:
        raise OperationalError("INSERT", {}, Exception("database or disk is full"))

    with patch.context() as without_room:
        without_room.setattr(long_work, "_live_on", full)
        asked.work_through()
    with acting_as(SYSTEM):
        faults = db.session.scalars(select(Job.fault).where(Job.id == works()[0].job_id)).all()
    assert "disk is full" in str(faults[0])
    asked.work_through(LATER)


COMES_TO_THE_SAME = {
    "asked twice": twice,
    "killed in a batch": killed(after=False),
    "killed after a batch": killed(after=True),
    "the disk is full": disk_full,
}


@pytest.fixture
def centre(
    app: Flask, database: Database, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Callable[[tuple[str, str]], Any]]:
    """Makes an act ready, and gives back the same place as often as it is asked for; every row is left to the worker."""
    monkeypatch.setattr(many, "AT_ONCE", -1)
    monkeypatch.setattr(many, "MOST_ROWS", 1)
    monkeypatch.setattr(imports_reading, "FEW_ROWS", -1)

    def made(name: tuple[str, str]) -> Callable[[], Asked]:
        with app.app_context():
            asked = ready(name)
            db.session.remove()
        close_connections(app)
        database.keep("ready")

        def again() -> Asked:
            db.session.remove()
            close_connections(app)
            database.restore("ready")
            return asked

        return again

    with app.app_context():
        yield made
        db.session.remove()


@pytest.mark.parametrize("name", sorted(set(ACTS) - ELSEWHERE), ids="-".join)
def test_whatever_comes_between_it_is_done_once(
    centre: Any, name: tuple[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    again = centre(name)
    asked = again()
    rows = asked.ask()
    assert rows["id"] is not None and rows["total"] + acts.ACTS[name].many.discreet(asked.data), (
        "no row is due: the world says nothing"
    )  # type: ignore[union-attr]
    asked.work_through()
    whole, work = traces(), works()[0]
    assert (work.done, work.refused) == (rows["total"], 0) and work.ended_at is not None
    wrong = {}
    for said, disturb in COMES_TO_THE_SAME.items():
        asked = again()
        asked.ask()
        disturb(asked, monkeypatch)
        work = works()[0]
        if (traces(), work.done, work.refused, work.ended_at is None) != (whole, rows["total"], 0, False):
            wrong[said] = (traces(), work.done, work.refused, work.ended_at)
    assert not wrong, whole


@pytest.mark.parametrize("name", sorted(set(ACTS) - ELSEWHERE), ids="-".join)
def test_a_refused_row_is_named_and_done_again_and_one_that_is_gone_is_counted(
    centre: Any, name: tuple[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    again, declared = centre(name), acts.ACTS[name]
    assert declared.many is not None

    def refusing(*_given: Any) -> Any:
        raise Refused(WHY)

    with monkeypatch.context() as patch:
        patch.setitem(acts.ACTS, name, replace(declared, many=replace(declared.many, carry=refusing)))
        asked = again()
        total = asked.ask()["total"]
        asked.work_through()
        work = works()[0]
        assert (work.done, work.refused) == (0, total or work.refused) and work.refused
        with acting_as(SYSTEM):
            named = db.session.scalars(select(LongWorkRefusal.named)).all()
        assert len(named) == work.refused and all(named)
    repeated = long_work.repeat_work(work.id, actor=asked.actor(), now=asked.now).id
    asked.work_through(LATER)
    done = next(each for each in works() if each.id == repeated)
    assert (done.done or work.refused, done.refused, done.stopped) == (work.refused, 0, None)

    asked = again()
    total = asked.ask()["total"]
    none = replace(declared.many, due=lambda turn: declared.many.due(turn).where(false()))  # type: ignore[union-attr]
    with monkeypatch.context() as patch:
        patch.setitem(acts.ACTS, name, replace(declared, many=none))
        asked.work_through()
    work = works()[0]
    # An act whose end finds nothing that it could end with says so besides.
    assert (work.done, work.refused, work.no_longer_due) == (0, 0, total) and work.ended_at is not None


def test_no_act_on_many_is_left_out() -> None:
    assert set(ACTS) >= ELSEWHERE
