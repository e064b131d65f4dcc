"""A deadline is moved both ways, with its reason, and those whose time it is are told (3.3-a)."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import pytest
from sqlalchemy import select

from admin.access.actor import acting_as, system_actor
from admin.domain.refusals import Invalid, Refused
from admin.models import HistoryStep, Notification, db
from admin.notifications.messages import told, words_of
from admin.operations.cycles.moving_deadlines import move_deadline, present_days
from tests import reviewing
from tests.reviewing import HR, OPENED, later


@pytest.fixture
def made(session: Any) -> SimpleNamespace:
    return reviewing.open_cycle()


def messages() -> list[Notification]:
    with acting_as(system_actor()):
        db.session.rollback()
        return list(db.session.scalars(select(Notification).where(Notification.action == "extend")))


def test_a_deadline_moves_both_ways_and_those_who_have_still_to_do_their_part_are_told(made: SimpleNamespace) -> None:
    reviewing.hand_in(made.cases[0], made.agents[0])
    cycle = move_deadline(made.cycle, "self_assessment_due", "+2", "颱風", actor=HR, now=OPENED)
    assert present_days(cycle)["self_assessment_due"].isoformat() == "2026-12-17"
    rows = messages()
    assert {row.user_id for row in rows} == {100 + key for key in made.agents[1:]}
    text = told("cycle", "extend", rows[0].facts, str)
    assert "2026-12-17 instead of 2026-12-15" in text and words_of("cycle", "extend", rows[0].facts) == "颱風"
    cycle = move_deadline(
        made.cycle, "self_assessment_due", "2026-12-16", "恢復", seen="2026-12-17", actor=HR, now=later(1)
    )
    assert present_days(cycle)["self_assessment_due"].isoformat() == "2026-12-16" and len(messages()) == 2 * len(rows)
    with acting_as(system_actor()):
        steps = db.session.scalars(select(HistoryStep.reason).where(HistoryStep.action == "extend")).all()
    assert list(steps) == ["颱風", "恢復"]


def test_all_of_them_move_along_and_everybody_in_their_line_is_told_once(made: SimpleNamespace) -> None:
    cycle = move_deadline(made.cycle, "self_assessment_due", "+2", "颱風", along=True, actor=HR, now=OPENED)
    assert cycle.committee_on.isoformat() > "2027-01-13"
    users = [row.user_id for row in messages()]
    assert len(users) == len(set(users))
    assert set(users) == {100 + key for key in (*made.agents, made.superior, made.head)}


def test_two_of_hr_who_move_the_same_deadline_do_not_undo_each_other_unseen(made: SimpleNamespace) -> None:
    move_deadline(made.cycle, "rating_due", "+1", "甲", seen="2026-12-30", actor=HR, now=OPENED)
    with pytest.raises(Refused) as refused:
        move_deadline(made.cycle, "rating_due", "+3", "乙", seen="2026-12-30", actor=HR, now=OPENED)
    assert refused.value.refusal.clause == "1.3.1" and refused.value.refusal.facts["day"] == "2026-12-31"


def test_nothing_moves_without_a_reason_and_nothing_into_the_past(made: SimpleNamespace) -> None:
    with pytest.raises(Refused):
        move_deadline(made.cycle, "rating_due", "+1", " ", actor=HR, now=OPENED)
    with pytest.raises(Invalid, match="to come"):
        move_deadline(made.cycle, "department_due", "2026-11-30", "x", actor=HR, now=OPENED)
    assert not messages()


def test_a_deadline_that_has_passed_still_locks_the_figures_before_it_is_moved(made: SimpleNamespace) -> None:
    cycle = move_deadline(made.cycle, "self_assessment_due", "2026-12-21", "x", actor=HR, now=later(16))
    assert cycle.metrics_frozen_at == later(16).replace(day=15, hour=16, minute=0)
