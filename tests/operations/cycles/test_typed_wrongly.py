"""What HR types wrongly about a cycle: refused, so that nothing is held up for good or kept unreadably (3.3-a, 3.3-f)."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import pytest

from admin.domain.refusals import Invalid, Refused
from admin.operations.cycles import cycles
from admin.operations.cycles.cycles import CyclePlan
from admin.operations.cycles.moving_deadlines import move_deadline
from admin.operations.cycles.reviewers import appoint_reviewer
from tests import reviewing
from tests.reviewing import HR, OPENED, later


@pytest.fixture
def made(session: Any) -> SimpleNamespace:
    return reviewing.open_cycle()


def test_a_year_typed_wrongly_does_not_hold_a_cycle_up_for_good(made: SimpleNamespace) -> None:
    with pytest.raises(Invalid, match="within a year"):
        move_deadline(made.cycle, "department_due", "2090-01-02", "illness", actor=HR, now=OPENED)
    with pytest.raises(Invalid, match="within a year"):
        cycles.plan_cycle(
            CyclePlan(2026, kind="rehearsal", deadlines={"rating_due": later(30_000)}), actor=HR, now=OPENED
        )


def test_a_reason_that_cannot_be_printed_is_refused_though_only_the_history_keeps_it(made: SimpleNamespace) -> None:
    for reason in ("a\x0bb", "a\x7fb", "a\x00b"):
        with pytest.raises(Invalid) as wrong:
            move_deadline(made.cycle, "department_due", "+3", reason, actor=HR, now=OPENED)
        assert set(wrong.value.fields) == {"reason"}


def test_a_reviewer_is_appointed_before_a_cycle_opens_and_reassigned_after(made: SimpleNamespace) -> None:
    with pytest.raises(Refused, match="has begun") as refused:
        appoint_reviewer(made.cycle, [made.agents[0]], made.agents[1], "x", actor=HR, now=OPENED)
    assert refused.value.refusal.clause == "3.3-f"
