"""Opening, publishing and issuing for many: drawn up batch by batch, out whole, and the same as at once (3.1, 3.3.5, 3.3.6)."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from types import SimpleNamespace
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import func, select

from admin.access.actor import acting_as, system_actor
from admin.domain.refusals import Refusal, Refused
from admin.jobs.sweep import sweep
from admin.models import (
    Cycle,
    Employee,
    GradeChange,
    GradeInterval,
    IssuedDocument,
    LongWork,
    LongWorkRefusal,
    NoticeRow,
    Rating,
    Review,
    db,
)
from admin.operations import acts, many
from admin.operations.cycles import cycles
from admin.operations.cycles.cycles import CyclePlan
from admin.operations.outcome.notices import record_publication
from admin.operations.system import long_work
from admin.queries.accounts.actors import actor_named
from admin.queries.outcome.public_snapshot import public_snapshot
from admin.queries.outcome.site import running_numbers
from admin.queries.system.calendar import company_day
from tests import factories as make
from tests import reviewing
from tests.reviewing import OPENED, later

SYSTEM = system_actor()
OVER = later(12)
PEOPLE = (0, 1, 2, 3, 4)


class Killed(BaseException):
    """The process ends here."""


@pytest.fixture
def made(app: Flask, monkeypatch: pytest.MonkeyPatch) -> Iterator[SimpleNamespace]:
    """Five checked results, and acts on many that leave more than one row to the worker, by two in a batch."""
    with app.app_context():
        found = reviewing.open_cycle()
        found.keys = reviewing.to_checked(found, *PEOPLE)
        make.account("hr", "correct horse battery", ["hr"])
        found.hr = actor_named(db.session(), "hr", today=company_day(OPENED), via="cli")
        monkeypatch.setattr(many, "AT_ONCE", 1)
        monkeypatch.setattr(many, "MOST_ROWS", 2)
        yield found
        db.session.remove()


def ask(made: SimpleNamespace, action: str, now: Any, cycle: int | None = None) -> int:
    key = cycle or made.cycle
    return int(acts.perform("cycle", key, action, {}, actor=made.hr, now=now)["rows"]["id"])


def rows_of(query: Any) -> list[Any]:
    db.session.rollback()
    with acting_as(SYSTEM):
        return list(db.session.scalars(query))


def work_through(now: Any) -> None:
    while work := rows_of(select(LongWork.id).where(LongWork.ended_at.is_(None)).order_by(LongWork.id)):
        long_work.carry_to_the_end(work[0], clock=lambda: now)


def published(made: SimpleNamespace) -> None:
    ask(made, "publish_notice", OPENED)
    work_through(OPENED)
    record_publication("r1", "0" * 64, {}, ["2026-01"], actor=SYSTEM, published_at=OPENED)
    work_through(OPENED)


def change(employee: int, **columns: Any) -> None:
    with make.fixture() as op:
        for name, value in columns.items():
            setattr(op.get(Employee, employee), name, value)


def stages(made: SimpleNamespace) -> list[str]:
    return rows_of(select(Review.stage).where(Review.id.in_(made.keys)).order_by(Review.id))


def test_no_half_list_is_on_the_site(made: SimpleNamespace) -> None:
    work = ask(made, "publish_notice", OPENED)
    assert long_work.carry_on(work, {}, now=OPENED)
    assert rows_of(select(func.count(NoticeRow.id))) == [2]
    with acting_as(SYSTEM):
        assert running_numbers(db.session(), OPENED) == [] and public_snapshot(db.session(), OPENED)["notices"] == []
    work_through(OPENED)
    with acting_as(SYSTEM):
        assert running_numbers(db.session(), OPENED) == ["2026-01"]
        (printed,) = public_snapshot(db.session(), OPENED)["notices"]
    assert [row["number"] for row in printed["rows"]] == ["E0", "E1", "E2", "E3", "E4"]


def test_everybody_on_a_long_list_is_on_notice_and_told_once(made: SimpleNamespace) -> None:
    published(made)
    assert stages(made) == ["on_notice"] * 5
    works = rows_of(select(LongWork.recorded_by_id).where(LongWork.action == "put_on_notice"))
    assert works == [None]  # what follows from the publication is the system's


@pytest.mark.parametrize("batch", [1, 2, 3])
def test_killed_in_any_batch_a_document_is_one_and_each_grade_is_entered_once(
    made: SimpleNamespace, monkeypatch: pytest.MonkeyPatch, batch: int
) -> None:
    published(made)
    work = ask(made, "issue", OVER)
    real, turns = long_work._live_on, []

    def dying(op: Any, row: LongWork) -> None:
        turns.append(1)
        if len(turns) == batch:
            raise Killed
        real(op, row)

    with monkeypatch.context() as patch:
        patch.setattr(long_work, "_live_on", dying)
        with pytest.raises(Killed):
            long_work.carry_to_the_end(work, clock=lambda: OVER)
    db.session.rollback()
    work_through(OVER)
    (document,) = rows_of(select(IssuedDocument))
    assert (document.serial, document.kind, document.left_out) == (1, "annual", [])
    carried = rows_of(select(GradeChange.review_id).where(GradeChange.document_id == document.id))
    assert sorted(carried) == sorted(made.keys) and stages(made) == ["issued"] * 5
    begun = select(func.count(GradeInterval.id)).where(GradeInterval.valid_from == document.effective_on)
    assert rows_of(begun) == [5]


def test_opened_in_batches_a_cycle_asks_the_same_colleagues_as_opened_at_once(made: SimpleNamespace) -> None:
    again = cycles.plan_cycle(CyclePlan(2026, kind="rehearsal"), actor=made.hr, now=OPENED).id
    ask(made, "open", OPENED, again)
    assert rows_of(select(Cycle.stage).where(Cycle.id == again)) == ["open"]
    sweep(actor=SYSTEM, clock=lambda: OPENED)
    pairs = select(Review.employee_id, Rating.rater_id, Rating.kind).join(Rating, Rating.review_id == Review.id)
    db.session.rollback()
    with acting_as(SYSTEM):
        found, at_once = (
            sorted(map(tuple, db.session.execute(pairs.where(Review.cycle_id == key).execution_options(unscoped=True))))
            for key in (again, made.cycle)
        )
    assert found == at_once and len(found) > len(made.agents)


def test_while_it_is_being_opened_a_cycle_is_neither_closed_nor_locked(made: SimpleNamespace) -> None:
    again = cycles.plan_cycle(CyclePlan(2026, kind="rehearsal"), actor=made.hr, now=OPENED).id
    ask(made, "open", OPENED, again)
    with pytest.raises(Exception, match=r"3\.3\.6"):
        cycles.close_cycle(again, actor=made.hr, now=OPENED)
    work_through(OPENED)
    ask(made, "end_rehearsal", OPENED, again)
    work_through(OPENED)
    left = select(Review.stage).where(Review.cycle_id == again).distinct()
    assert set(rows_of(left)) <= {"cancelled", "outside", "unchanged"}


def test_whoever_the_opening_left_out_comes_in_once_their_line_is_mended(made: SimpleNamespace) -> None:
    again = cycles.plan_cycle(CyclePlan(2026, kind="rehearsal"), actor=made.hr, now=OPENED).id
    work = ask(made, "open", OPENED, again)
    change(made.agents[3], superior_id=None)  # between the click and the turn
    work_through(OPENED)
    assert rows_of(select(LongWorkRefusal.key).where(LongWorkRefusal.work_id == work)) == [made.agents[3]]
    change(made.agents[3], superior_id=made.superior)
    long_work.repeat_work(work, actor=made.hr, now=OPENED)
    work_through(OPENED)
    here = select(Review.employee_id).where(Review.cycle_id == again, Review.employee_id.in_(made.agents))
    assert sorted(rows_of(here)) == sorted(made.agents)
    asked = select(func.count(Rating.id)).join(Review).where(Review.cycle_id == again)
    assert rows_of(asked.where(Review.employee_id == made.agents[3])) >= [1]


def test_once_the_figures_are_locked_nobody_comes_in_late(made: SimpleNamespace) -> None:
    again = cycles.plan_cycle(CyclePlan(2026, kind="rehearsal"), actor=made.hr, now=OPENED).id
    work = ask(made, "open", OPENED, again)
    change(made.agents[3], superior_id=None)
    work_through(OPENED)
    with pytest.raises(Refused) as late:
        long_work.repeat_work(work, actor=made.hr, now=later(20))
    assert late.value.refusal.clause == "3.2-a2"
    ask(made, "end_rehearsal", OPENED, again)
    with pytest.raises(Refused) as over:
        long_work.repeat_work(work, actor=made.hr, now=OPENED)
    assert over.value.refusal.clause == "3.1"


@pytest.mark.parametrize("action", ["end_rehearsal", "cancel"])
def test_what_was_refused_of_an_act_that_has_moved_its_cycle_is_done_again(
    made: SimpleNamespace, monkeypatch: pytest.MonkeyPatch, action: str
) -> None:
    again = cycles.plan_cycle(CyclePlan(2026, kind="rehearsal"), actor=made.hr, now=OPENED).id
    cycles.open_cycle(again, actor=made.hr, now=OPENED)
    cases = select(Review.id).where(Review.cycle_id == again, Review.employee_id.in_(made.agents)).order_by(Review.id)
    keys = rows_of(cases)
    declared = acts.act_of("cycle", action)
    assert declared.many is not None
    carry = declared.many.carry

    def refusing(turn: many.Turn, batch: Any) -> Any:
        if keys[2] in batch:
            raise Refused(Refusal("3.3-a", "This one not."))
        return carry(turn, batch)

    with monkeypatch.context() as patch:
        patch.setitem(acts.ACTS, ("cycle", action), replace(declared, many=replace(declared.many, carry=refusing)))
        given = {"reason": "because"} if action == "cancel" else {}
        work = acts.perform("cycle", again, action, given, actor=made.hr, now=OPENED)["rows"]["id"]
        work_through(OPENED)
    stood = rows_of(select(Review.stage).where(Review.id == keys[2]))
    long_work.repeat_work(work, actor=made.hr, now=OPENED)
    work_through(OPENED)
    went = rows_of(select(Review.stage).where(Review.id == keys[2]))
    assert went != stood and went == rows_of(select(Review.stage).where(Review.id == keys[1]))
