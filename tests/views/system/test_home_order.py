"""HR's home: an appeal that waits for its panel is told with its day; real work stands before a rehearsal's (1.2-e)."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import pytest

from admin.access.actor import Actor, acting_as
from admin.models import Cycle, db
from admin.queries.system.home import home
from admin.queries.system.home_bodies import Task
from tests import factories as make
from tests import reviewing
from tests.factories import NOW
from tests.operations.appealing import filed, on_notice

HR = Actor("hr", user_id=9001, roles=frozenset({"hr"}))


def tasks(now: Any) -> list[Task]:
    with acting_as(HR):
        db.session.rollback()
        return list(home(db.session(), HR, now, now.date()).tasks)


@pytest.mark.usefixtures("session")
def test_hr_is_told_of_an_appeal_that_waits_for_its_panel_and_by_when() -> None:
    assert "with_panel" not in {each.kind for each in tasks(NOW)}
    appeal = filed(on_notice())
    found = next(each for each in tasks(NOW) if each.kind == "with_panel")
    assert (found.count, found.key, found.due) == (1, appeal.id, appeal.answer_due)


@pytest.mark.usefixtures("session")
def test_what_is_overdue_in_a_rehearsal_stands_behind_real_work() -> None:
    made: SimpleNamespace = reviewing.open_cycle()
    with make.fixture() as op:
        op.get(Cycle, made.cycle).kind = "rehearsal"
    filed_later = tasks(reviewing.later(90))
    late = [each for each in filed_later if each.kind == "overdue"]
    assert late and all(each.facts["rehearsal"] for each in late)
    marks = [bool(each.facts.get("rehearsal")) for each in filed_later]
    assert marks == sorted(marks)
