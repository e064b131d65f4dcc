"""The year of a cycle, and rehearsals: chosen departments, an end at any time, nothing that counts or is told (1.2-e)."""

from __future__ import annotations

import ast
from datetime import UTC, datetime
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from sqlalchemy import select

from admin.access.actor import acting_as, system_actor
from admin.domain.refusals import Refused
from admin.models import Cycle, Department, Employee, Meeting, Notification, Review, db
from admin.notifications.messages import ASKS_FOR_WORK, MESSAGES, told
from admin.operations import acts
from admin.operations.cases import demotions, department
from admin.operations.committee import assigning, meetings
from admin.operations.cycles import cycles, rehearsals
from admin.operations.cycles.cycles import CyclePlan
from admin.operations.transaction import operation
from admin.queries.cycles.cycles import departments_of
from admin.queries.outcome.grade_file import grade_file
from tests import reviewing
from tests.reviewing import HR, OPENED, case, later, person

AGENTS = 4
ADMIN = Path(__file__).parents[3] / "admin"


def rehearse(*departments: int, now: datetime = OPENED) -> int:
    plan = CyclePlan(2026, "rehearsal", departments=departments)
    key = cycles.plan_cycle(plan, actor=HR, now=now).id
    cycles.open_cycle(key, actor=HR, now=now)
    return key


@pytest.fixture
def made(session: Any) -> SimpleNamespace:
    """People and an open rehearsal; the helpers work on its cases."""
    found = reviewing.seed_people(agents=AGENTS)
    reviewing.give_accounts(found)
    reviewing.confirm_calendar()
    found.cycle = rehearse()
    with acting_as(system_actor()):
        rows = db.session.scalars(select(Review).where(Review.cycle_id == found.cycle))
        found.review = {row.employee_id: row.id for row in rows}
        db.session.rollback()
    found.cases = [found.review[key] for key in found.agents]
    return found


def rows(table: Any, *where: Any) -> list[Any]:
    with acting_as(system_actor()):
        db.session.rollback()
        return list(db.session.scalars(select(table).where(*where).order_by(table.id)))


@pytest.mark.parametrize("year", [2027, 2028])
@pytest.mark.parametrize("kind", ["regular", "rehearsal"])
def test_a_cycle_of_a_year_to_come_is_refused_with_its_clause(made: SimpleNamespace, year: int, kind: str) -> None:
    with pytest.raises(Refused) as refused:
        cycles.plan_cycle(CyclePlan(year, kind), actor=HR, now=OPENED)
    assert refused.value.refusal.clause == "1.2-e"
    assert len(rows(Cycle)) == 1


def test_a_cycle_is_opened_until_the_end_of_march_and_asked_again_at_the_opening(made: SimpleNamespace) -> None:
    march = datetime(2027, 3, 31, 2, tzinfo=UTC)
    key = cycles.plan_cycle(CyclePlan(2026, month_reason="合併"), actor=HR, now=march).id
    with pytest.raises(Refused) as refused:
        cycles.open_cycle(key, actor=HR, now=datetime(2027, 4, 1, 2, tzinfo=UTC))
    assert refused.value.refusal.clause == "1.2-e"
    cycles.open_cycle(key, actor=HR, now=march)


def test_a_rehearsal_may_be_of_chosen_departments_and_the_regular_cycle_may_not(made: SimpleNamespace) -> None:
    with operation("more", actor=system_actor(), now=OPENED) as op:
        other = op.add(Department(code="CS2", name="電話二組", parent_id=made.centre, head_id=made.head))
        op.add(
            Employee(
                number="Z1",
                name="林二",
                department_id=other.id,
                hired_on=OPENED.date().replace(2020),
                superior_id=made.superior,
            )
        )
    key = rehearse(other.id)
    assert [row.employee.number for row in rows(Review, Review.cycle_id == key)] == ["Z1"]
    with acting_as(system_actor()):
        assert set(departments_of(db.session(), db.session.get_one(Cycle, key))) == {other.id}
    with pytest.raises(Refused) as refused:
        cycles.plan_cycle(CyclePlan(2026, departments=(other.id,)), actor=HR, now=OPENED)
    assert refused.value.refusal.clause == "1.2"


def test_a_rehearsal_ends_from_any_state_with_its_cases_and_meetings(made: SimpleNamespace) -> None:
    proposed = reviewing.to_department(made, 0)
    department.propose(proposed, "M1", "", actor=person(made.head, "head"), now=OPENED)
    meeting = meetings.plan_meeting(made.cycle, later(30), actor=HR, now=OPENED)
    assigning.assign_to_meeting([proposed], meeting.id, actor=HR, now=OPENED)
    before = len(rows(Notification))
    acts.perform("cycle", made.cycle, "end_rehearsal", {}, actor=HR, now=OPENED)
    assert {case(key).stage for key in made.cases} == {"cancelled"}
    assert [row.stage for row in rows(Meeting)] == ["cancelled"]
    assert [row.stage for row in rows(Cycle)] == ["closed"]
    assert len(rows(Notification)) == before


def test_a_cycle_that_counts_is_not_ended_like_a_rehearsal(made: SimpleNamespace) -> None:
    key = cycles.plan_cycle(CyclePlan(2026), actor=HR, now=OPENED).id
    with pytest.raises(Refused) as refused:
        rehearsals.end_rehearsal(key, actor=HR, now=OPENED)
    assert refused.value.refusal.clause == "1.2-e"


def test_a_rehearsal_asks_for_work_says_what_it_is_and_tells_nobody_of_a_decision(made: SimpleNamespace) -> None:
    key = reviewing.to_department(made, 0)
    with operation("two_bad_years", actor=system_actor(), now=OPENED) as op:
        from admin.models import AnnualRating

        for row in op.session.scalars(select(AnnualRating).where(AnnualRating.employee_id == made.agents[0])):
            row.rating = "unqualified"
    demotions.propose_demotion(key, 1, "連續兩年", actor=person(made.superior, "superior"), now=OPENED)
    sent = rows(Notification)
    assert sent and {(row.process, row.action) for row in sent} <= ASKS_FOR_WORK
    assert all(row.facts["rehearsal"] is True for row in sent)
    assert told("review", "open", sent[0].facts, str).startswith("Rehearsal: ")
    mine = {row.action for row in sent if row.user_id == 100 + made.agents[0]}
    assert mine <= {"open", "submit_self_assessment"}


def test_the_real_cycle_tells_what_it_always_told(made: SimpleNamespace) -> None:
    key = cycles.plan_cycle(CyclePlan(2026), actor=HR, now=OPENED).id
    cycles.open_cycle(key, actor=HR, now=OPENED)
    opened = rows(Notification, Notification.action == "open")
    assert [bool(row.facts.get("rehearsal")) for row in opened].count(False) == AGENTS


def test_what_asks_for_work_is_among_the_messages() -> None:
    assert set(MESSAGES) >= ASKS_FOR_WORK


def test_messages_are_written_in_one_place_only() -> None:
    makers = set()
    for path in (ADMIN / "operations").rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and getattr(node.func, "id", "") in ("Notification", "insert"):
                names = {getattr(node.func, "id", ""), *(getattr(each, "id", "") for each in node.args)}
                makers |= {path.name} if "Notification" in names else set()
    assert makers == {"transaction.py"}


def test_nothing_of_a_rehearsal_stands_in_the_grade_file_and_no_single_case_on_its_agenda(
    made: SimpleNamespace,
) -> None:
    key = reviewing.to_department(made, 0)
    department.propose(key, "M1", "", actor=person(made.head, "head"), now=OPENED)
    with acting_as(HR):
        assert grade_file(db.session(), "E0", HR, OPENED.date()).reviews == []
    real = cycles.plan_cycle(CyclePlan(2026), actor=HR, now=OPENED).id
    cycles.open_cycle(real, actor=HR, now=OPENED)
    meeting = meetings.plan_meeting(real, later(30), actor=HR, now=OPENED)
    with pytest.raises(Refused) as refused:
        assigning.assign_to_meeting([key], meeting.id, actor=HR, now=OPENED)
    assert refused.value.refusal.clause == "3.3.4"
    tried = meetings.plan_meeting(made.cycle, later(31), actor=HR, now=OPENED)
    with acting_as(system_actor()):
        other = db.session.scalars(select(Review.id).where(Review.cycle_id == real)).first()
    assert other is not None
    with pytest.raises(Refused) as refused:
        assigning.assign_to_meeting([other], tried.id, actor=HR, now=OPENED)
    assert refused.value.refusal.clause == "1.2-e"


def test_a_rehearsal_says_so_in_every_language(made: SimpleNamespace) -> None:
    (row,) = rows(Cycle)
    assert (row.name_zh_hant, row.name_zh_hans, row.name_en) == ("2026 年度演練", "2026 年度演练", "2026 rehearsal")
