"""Whatever waits for management's word stands on its first page, and leaves it when the word is said."""

from __future__ import annotations

from typing import Any

import pytest

from admin.access.actor import acting_as
from admin.domain.workflow.transitions import TABLE
from admin.models import db
from admin.queries.system.home import home
from tests.factories import NOW
from tests.workflow.world import World, world

# Where management alone leads on; what it is asked for when a body is short is told by the body (home_bodies).
ALONE = sorted(
    {(row.process, stage) for row in TABLE if row.who == ("management",) and row.to != "=" for stage in row.from_}
)


def told(there: World) -> set[str]:
    actor = there.actors["management"]
    with acting_as(actor):
        db.session.rollback()
        return {task.kind for task in home(db.session(), actor, NOW, NOW.date()).tasks}


def test_the_table_names_what_management_decides_alone() -> None:
    decided = {process for process, _stage in ALONE}
    assert {"grade_change", "takeover_correction", "document_withdrawal", "honour", "candidate"} <= decided


@pytest.mark.parametrize(("process", "stage"), ALONE)
def test_management_is_told_of_what_waits_for_it_until_it_has_decided(session: Any, process: str, stage: str) -> None:
    there = world(process)
    there.at(stage)
    before = told(there)
    there.at(
        next(row.to for row in TABLE if row.process == process and stage in row.from_ and row.who == ("management",))
    )
    assert before - told(there) != set()
