"""The control room's pictures of a cycle: what is done, who is missing, the grades before and after (3.1)."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import pytest

from admin.access.actor import acting_as
from admin.models import Cycle, db
from admin.operations.cases import self_assessment
from admin.queries.cycles import boards, waited_for
from tests import reviewing
from tests.reviewing import HR, OPENED, later


@pytest.fixture
def made(session: Any) -> SimpleNamespace:
    return reviewing.open_cycle()


def test_the_board_counts_every_case_once(made: SimpleNamespace) -> None:
    reviewing.to_department(made, 0)
    reviewing.hand_in(made.cases[1], made.agents[1])
    self_assessment.close_self_assessment(made.cases[2], "x", actor=HR, now=later(15))
    with acting_as(HR):
        db.session.rollback()
        cycle = db.session.get(Cycle, made.cycle)
        assert cycle is not None
        board = boards.board(db.session(), cycle, later(15))
    (row,) = board.rows
    assert (row.total, row.done["self_assessment"], row.overdue["self_assessment"]) == (7, 3, 4)
    assert (row.done["rating"], row.waiting["rating"], row.waiting["department_review"]) == (1, 2, 1)
    assert board.graded == 7 and sum(board.outcomes.values()) == 2


def test_the_missing_are_named_with_how_many_cases_wait_for_them(made: SimpleNamespace) -> None:
    for index in (0, 1):
        reviewing.hand_in(made.cases[index], made.agents[index])
    with acting_as(HR):
        db.session.rollback()
        missing = waited_for.who_is_missing(db.session(), db.session.get_one(Cycle, made.cycle), "rating", OPENED)
        assert [(each.employee.id, each.cases) for each in missing.people.rows] == [(made.superior, 2)]
        assert missing.colleagues == 2 * 5


def test_the_pyramid_adds_up_to_the_same_people_before_and_after(made: SimpleNamespace) -> None:
    reviewing.to_checked(made, 0, 1)
    with acting_as(HR):
        db.session.rollback()
        rows = boards.pyramid(db.session(), made.cycle)
        assert sum(row.before for row in rows) == sum(row.after for row in rows) == reviewing.AGENTS
        assert {row.grade.code: row.after for row in rows if row.after} == {"M2": 2, "M1": 5}
        assert sum(count for _, count in boards.distribution(db.session(), made.cycle)) == 2
