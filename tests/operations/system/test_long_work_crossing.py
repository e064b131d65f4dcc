"""Acts on many that meet another act, another window or nobody: nothing is left between the two (1.2-d, 3.1, 3.3.3, 3.3.4)."""

from __future__ import annotations

from functools import partial
from types import SimpleNamespace
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select

from admin.access.actor import Actor, acting_as, system_actor
from admin.domain.refusals import Refused
from admin.models import AgendaItem, Cycle, Employee, LongWork, Proposal, ProposalDraft, Review, db
from admin.operations import acts, many
from admin.operations.cases import department
from admin.operations.cycles import cycles
from admin.operations.cycles.cycles import CyclePlan
from admin.operations.system import long_work
from admin.queries.accounts.actors import actor_named
from admin.queries.cases.staffing import saved_version
from admin.queries.system.calendar import company_day
from tests import factories as make
from tests import reviewing
from tests.operations.crossing import cross
from tests.operations.journey import rows
from tests.reviewing import HR, OPENED

SYSTEM = system_actor()


def signed_in(name: str, roles: list[str], person: int | None = None) -> Actor:
    make.account(name, "correct horse battery", roles, person=person)
    return actor_named(db.session(), name, today=company_day(OPENED), via="cli")


@pytest.fixture
def people(session: Any, monkeypatch: pytest.MonkeyPatch) -> SimpleNamespace:
    """People in service and a planned cycle; what is done to more than one goes to the worker, by three in a batch."""
    monkeypatch.setattr(many, "AT_ONCE", 1)
    monkeypatch.setattr(many, "MOST_ROWS", 3)
    made = reviewing.seed_people()
    reviewing.confirm_calendar()
    made.hr = signed_in("hr", ["hr"])
    made.cycle = cycles.plan_cycle(CyclePlan(2026), actor=HR, now=OPENED).id
    return made


def ask(made: SimpleNamespace, action: str, **given: Any) -> dict[str, Any]:
    found: dict[str, Any] = acts.perform("cycle", made.cycle, action, given, actor=made.hr, now=OPENED)["rows"]
    return found


def work_through() -> None:
    db.session.rollback()
    for key in rows(select(LongWork.id).where(LongWork.ended_at.is_(None)).order_by(LongWork.id)):
        long_work.carry_to_the_end(key, clock=lambda: OPENED)
    db.session.rollback()


def stages_of(made: SimpleNamespace) -> set[str]:
    return set(rows(select(Review.stage).where(Review.cycle_id == made.cycle)))


@pytest.mark.parametrize("cancelled_first", [True, False])
def test_a_cycle_that_is_cancelled_while_it_is_being_opened_keeps_no_open_case(
    app: Flask, people: SimpleNamespace, cancelled_first: bool
) -> None:
    work = ask(people, "open")["id"]
    assert long_work.carry_on(work, {}, now=OPENED)
    cancel = partial(acts.perform, "cycle", people.cycle, "cancel", {"reason": "because"}, actor=people.hr, now=OPENED)
    batch = partial(long_work.carry_on, work, {}, now=OPENED)
    assert cross(app, *((cancel, batch) if cancelled_first else (batch, cancel))) == ("done", "done")
    work_through()
    assert rows(select(Cycle.stage).where(Cycle.id == people.cycle)) == ["cancelled"]
    assert stages_of(people) <= {"cancelled", "unchanged", "outside"}


def test_who_has_left_between_the_preview_and_the_turn_gets_no_case_and_holds_nobody_up(
    people: SimpleNamespace,
) -> None:
    work = ask(people, "open")
    with make.fixture() as op:
        op.get(Employee, people.agents[6]).left_on = OPENED.date()
    work_through()
    (ended,) = rows(select(LongWork).where(LongWork.id == work["id"]))
    assert (ended.done, ended.refused, ended.no_longer_due) == (work["total"] - 1, 0, 1)
    here = rows(select(Review.employee_id).where(Review.cycle_id == people.cycle))
    assert people.agents[6] not in here and people.agents[5] in here


def test_a_cycle_is_not_opened_for_nobody(people: SimpleNamespace) -> None:
    with make.fixture() as op:
        for person in op.session.scalars(select(Employee)):
            person.left_on, person.status = OPENED.date(), "left"
    with pytest.raises(Refused) as refused:
        ask(people, "open")
    assert refused.value.refusal.clause == "1.2"
    assert rows(select(Cycle.stage)) == ["planned"] and rows(select(LongWork.id)) == []


@pytest.mark.parametrize("undone_first", [True, False])
def test_a_row_that_is_undone_while_all_are_asked_for_is_signed_in_neither_of_its_forms(
    app: Flask, session: Any, monkeypatch: pytest.MonkeyPatch, undone_first: bool
) -> None:
    monkeypatch.setattr(many, "AT_ONCE", 0)
    made = reviewing.open_cycle(accounts=False)
    key = reviewing.to_department(made, 0)
    head = signed_in("head", ["employee"], made.head)
    for words in ("Of before.", "As the page shows."):
        department.save_proposal_draft(key, "M1", words, actor=head, now=OPENED)
    (last,) = rows(select(ProposalDraft).where(ProposalDraft.reason == "As the page shows."))
    shown = {"cycle": made.cycle, "version": saved_version(last)}
    undo = partial(department.undo_proposal_draft, made.cycle, actor=head, now=OPENED)
    send = partial(acts.perform, "employee", made.head, "send_proposals", shown, actor=head, now=OPENED)
    told = cross(app, *((undo, send) if undone_first else (send, undo)))
    assert told == ("done", "NewerVersion" if undone_first else "Refused")
    with acting_as(SYSTEM):
        assert db.session.scalars(select(Proposal.reason)).all() == []


def test_two_meetings_that_ask_for_all_at_once_share_the_cases(app: Flask, people: SimpleNamespace) -> None:
    cycle = make.open_cycle(2025)
    for _ in range(3):
        make.review(cycle, make.employee())
    one, other = make.meeting(cycle).id, make.meeting(cycle).id
    works = [
        acts.perform("meeting", key, "put_on_agenda", {}, actor=people.hr, now=OPENED)["rows"]["id"]
        for key in (one, other)
    ]
    assert cross(app, *(partial(long_work.carry_on, work, {}, now=OPENED) for work in works)) == ("done", "done")
    work_through()
    assert len(rows(select(AgendaItem.review_id))) == 3
