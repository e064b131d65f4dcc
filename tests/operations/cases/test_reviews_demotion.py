"""Demotion: a duty seen, proposed on a ground or why not, and the employee heard (4.2.1, 4.2.2, 4.2-a)."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import pytest
from sqlalchemy import select

from admin.access.actor import Actor, acting_as, system_actor
from admin.domain.refusals import Invalid, NotFound, Refused
from admin.models import AnnualRating, DemotionWaiver, Hearing, db
from admin.operations import acts
from admin.operations.cases import demotions, department
from admin.operations.transaction import operation
from admin.queries.cases.demotions import meeting_ground_one
from admin.queries.system.home import home
from tests import reviewing
from tests.reviewing import HR, OPENED, case, later, person


@pytest.fixture
def made(session: Any) -> SimpleNamespace:
    found = reviewing.open_cycle()
    with operation("ratings", actor=system_actor(), now=OPENED) as op:
        query = select(AnnualRating).where(
            AnnualRating.employee_id == found.agents[0], AnnualRating.year.in_((2024, 2025))
        )
        for row in op.session.scalars(query):
            row.rating = "unqualified"
    return found


def superior(made: SimpleNamespace) -> Actor:
    return person(made.superior, "superior")


def listed(reader: Actor, superior_id: int | None = None) -> list[tuple[int, bool]]:
    with acting_as(reader):
        db.session.rollback()
        met = meeting_ground_one(db.session(), OPENED.date(), superior_id)
        found = [(each.review.id, each.settled) for each in met.part(db.session(), OPENED.date(), 1).rows]
        db.session.rollback()
        return found


def test_everyone_who_meets_the_ground_is_listed_until_something_is_done(made: SimpleNamespace) -> None:
    assert listed(HR) == listed(superior(made), made.superior) == [(made.cases[0], False)]
    demotions.record_no_demotion(made.cases[0], "部門重組期間", actor=superior(made), now=OPENED)
    assert listed(HR) == [(made.cases[0], True)]


def tasks(who: Actor) -> dict[str, int]:
    """What waits on somebody's first page, by kind."""
    with acting_as(who):
        db.session.rollback()
        found = {task.kind: task.count for task in home(db.session(), who, OPENED, OPENED.date()).tasks}
        db.session.rollback()
        return {kind: count for kind, count in found.items() if kind in ("demotion_duties", "hearings")}


def test_the_duty_and_the_hearing_are_tasks_of_the_superior_and_of_hr(made: SimpleNamespace) -> None:
    """Head and committee are refused until they are done (4.2.1, 4.2-a)."""
    key = made.cases[0]
    mine = Actor("hr", user_id=9003, employee_id=made.agents[0], roles=frozenset({"hr"}))
    assert tasks(HR) == tasks(superior(made)) == {"demotion_duties": 1}
    assert tasks(mine) == tasks(person(made.head, "superior", "head")) == {}
    to_hearing(made)
    assert tasks(HR) == tasks(superior(made)) == {"hearings": 1} and tasks(mine) == {}
    demotions.record_hearing(key, "interview", "我會改進", actor=superior(made), now=OPENED)
    assert tasks(HR) == tasks(superior(made)) == {}


def test_a_duty_that_was_answered_with_a_reason_is_nobodys_task(made: SimpleNamespace) -> None:
    demotions.record_no_demotion(made.cases[0], "部門重組期間", actor=superior(made), now=OPENED)
    assert tasks(HR) == tasks(superior(made)) == {}


def test_the_department_proposes_nothing_while_the_duty_is_open(made: SimpleNamespace) -> None:
    """Ground (1) is a duty: proposed by the superior, or written down why not (4.2.1)."""
    key, head = reviewing.to_department(made, 0), person(made.head, "head")
    with pytest.raises(Refused) as refused:
        department.propose(key, "M1", "維持", actor=head, now=OPENED)
    assert refused.value.refusal.clause == "4.2.1"
    drafted = department.save_proposal_draft(key, "M1", "維持", actor=head, now=OPENED)
    assert drafted.refusal is not None and drafted.refusal.clause == "4.2.1"
    demotions.record_no_demotion(key, "部門重組期間", actor=superior(made), now=OPENED)
    assert department.propose(key, "M1", "維持", actor=head, now=OPENED).stage == "committee"


def test_while_the_duty_is_open_no_proposal_is_offered_and_afterwards_it_is(made: SimpleNamespace) -> None:
    key, head = reviewing.to_department(made, 0), person(made.head, "head")
    offered = lambda: {each.action: each for each in acts.offered("review", key, head, OPENED)}["propose"]  # noqa: E731
    assert [each.clause for each in offered().refusals] == ["4.2.1"]
    demotions.record_no_demotion(key, "部門重組期間", actor=superior(made), now=OPENED)
    assert offered().allowed


def test_a_reason_not_to_propose_is_kept_and_does_not_bar_a_proposal(made: SimpleNamespace) -> None:
    demotions.record_no_demotion(made.cases[0], "觀察", actor=superior(made), now=OPENED)
    demotions.record_no_demotion(made.cases[0], "再觀察", actor=HR, now=OPENED)
    with acting_as(system_actor()):
        assert [row.reason for row in db.session.scalars(select(DemotionWaiver))] == ["再觀察"]
        db.session.rollback()
    assert (
        demotions.propose_demotion(made.cases[0], 1, "無改善", actor=superior(made), now=OPENED).demotion_ground == "1"
    )


def test_a_ground_that_is_not_met_is_refused(made: SimpleNamespace) -> None:
    with pytest.raises(Refused) as refused:
        demotions.propose_demotion(made.cases[1], 1, "x", actor=superior(made), now=OPENED)
    assert refused.value.refusal.clause == "4.2.1"
    with pytest.raises(Invalid):
        demotions.propose_demotion(made.cases[0], 4, "x", actor=superior(made), now=OPENED)


def test_the_superior_or_hr_proposes_and_nobody_else(made: SimpleNamespace) -> None:
    with pytest.raises(Refused):
        demotions.propose_demotion(made.cases[0], 1, "x", actor=person(made.head, "head"), now=OPENED)
    with pytest.raises((Refused, NotFound)):
        demotions.propose_demotion(made.cases[0], 1, "x", actor=person(made.agents[0]), now=OPENED)


def test_a_ground_is_put_to_a_case_once(made: SimpleNamespace) -> None:
    demotions.propose_demotion(made.cases[0], 1, "x", actor=superior(made), now=OPENED)
    for act in (lambda: demotions.propose_demotion(made.cases[0], 1, "x", actor=superior(made), now=OPENED),
                lambda: demotions.record_no_demotion(made.cases[0], "x", actor=superior(made), now=OPENED)):  # fmt: skip
        with pytest.raises(Refused):
            act()


def to_hearing(made: SimpleNamespace) -> int:
    key = reviewing.to_department(made, 0)
    demotions.propose_demotion(key, 1, "連續不合格", actor=superior(made), now=OPENED)
    return key


def test_nobody_is_demoted_unheard(made: SimpleNamespace) -> None:
    key, head = to_hearing(made), person(made.head, "head")
    with pytest.raises(Refused) as refused:
        department.propose(key, "J3", "連續不合格", actor=head, now=OPENED)
    assert refused.value.refusal.clause == "4.2-a"
    demotions.record_hearing(key, "statement", "我會改進", actor=superior(made), now=OPENED)
    assert department.propose(key, "J3", "連續不合格", actor=head, now=OPENED).stage == "committee"


def test_the_offer_of_a_hearing_runs_five_working_days(made: SimpleNamespace) -> None:
    key = to_hearing(made)
    with pytest.raises(Refused) as refused:
        demotions.record_hearing(key, "not_taken_up", "", actor=superior(made), now=later(7))
    assert refused.value.refusal.facts == {"until": "2026-12-08"}
    row = demotions.record_hearing(key, "not_taken_up", "", actor=superior(made), now=later(8))
    assert row.form == "not_taken_up" and case(key).stage == "department_review"


def test_a_hearing_writes_down_what_was_said(made: SimpleNamespace) -> None:
    key = to_hearing(made)
    for form, text in (("statement", " "), ("shouting", "x")):
        with pytest.raises(Invalid):
            demotions.record_hearing(key, form, text, actor=superior(made), now=OPENED)
    with acting_as(system_actor()):
        assert db.session.scalars(select(Hearing)).one().recorded_at is None


def test_there_is_no_hearing_without_a_proposed_demotion(made: SimpleNamespace) -> None:
    key = reviewing.to_department(made, 1)
    with pytest.raises(Refused) as refused:
        demotions.record_hearing(key, "interview", "x", actor=superior(made), now=OPENED)
    assert refused.value.refusal.clause == "4.2-a"
