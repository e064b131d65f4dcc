"""A leave that was entered in error is taken back with what it did, and refused where something rests on it (1.2-b, 3.2-d)."""

from __future__ import annotations

from datetime import date, timedelta
from types import SimpleNamespace
from typing import Any

import pytest

from admin.access.actor import acting_as, system_actor
from admin.domain.refusals import Invalid, NotFound, Refused
from admin.models import AuditEvent, Employee, EmployeeChange, HistoryStep, Leave, Notification, Rating, Review, db
from admin.operations.cycles import cycles
from admin.operations.cycles.cycles import CyclePlan
from admin.operations.people import people
from admin.operations.people.leaves import withdraw_leave
from tests import reviewing
from tests.operations.importing import bring, rows
from tests.operations.importing import taken_back as import_taken_back
from tests.reviewing import HR, OPENED
from tests.states import kept

WHY = "Entered for the wrong person."


@kept
def opened_with_somebody_away(days: tuple[date, date | None]) -> SimpleNamespace:
    """An open cycle in which somebody's case ended as unchanged, because of one leave."""
    made = reviewing.seed_people()
    reviewing.give_accounts(made)
    reviewing.confirm_calendar()
    away = made.agents[0]
    leave = people.record_leave(away, "sick", *days, actor=HR, now=OPENED).id
    cycle = cycles.plan_cycle(CyclePlan(2026), actor=HR, now=OPENED)
    cycles.open_cycle(cycle.id, actor=HR, now=OPENED)
    return SimpleNamespace(cycle=cycle.id, away=away, leave=leave, due=cycle.self_assessment_due)


@pytest.fixture
def opened(session: Any) -> SimpleNamespace:
    return opened_with_somebody_away((date(2026, 2, 1), None))


def case_of(made: SimpleNamespace) -> Review:
    db.session.rollback()
    with acting_as(system_actor()):
        return db.session.query(Review).filter_by(cycle_id=made.cycle, employee_id=made.away).one()


def taken_back(made: SimpleNamespace, now: Any = OPENED, reason: str = WHY) -> None:
    withdraw_leave(made.away, made.leave, reason, actor=HR, now=now)


def test_whoever_was_on_leave_by_it_is_in_service_and_the_reason_is_kept(opened: SimpleNamespace) -> None:
    assert dict(rows(Employee, "id", "status"))[opened.away] == "on_leave"
    taken_back(opened)
    assert rows(Leave, "id") == []
    assert dict(rows(Employee, "id", "status"))[opened.away] == "in_service"
    kept_changes = [row[1:] for row in rows(EmployeeChange, "employee_id", "field", "old", "new", "reason")]
    assert ("leave", "2026-02-01 –", None, WHY) in kept_changes
    assert ("status", "on_leave", "in_service", WHY) in kept_changes
    events = [row for row in rows(AuditEvent, "operation", "record_type", "act") if row[1] == "leaves"]
    assert events[-1] == ("withdraw_leave", "leaves", "delete")


def test_a_case_that_ended_as_unchanged_by_it_is_assessed_after_all(opened: SimpleNamespace) -> None:
    before = case_of(opened)
    assert (before.stage, before.outcome_reason) == ("unchanged", "long_leave")
    taken_back(opened)
    case = case_of(opened)
    assert (case.stage, case.outcome_reason, case.outcome_clause) == ("self_assessment", None, None)
    assert case.superior_id and case.head_id and case.superior_id != case.head_id
    asked = [row[1] for row in rows(Rating, "review_id", "kind") if row[0] == case.id]
    assert asked.count("superior") == 1 and asked.count("peer") >= 1
    last = rows(HistoryStep, "record_id", "action", "reason")[-1]
    assert last == (case.id, "take_in", WHY)
    told = [row for row in rows(Notification, "action", "record_id") if row[0] == "take_in"]
    assert told == [("take_in", case.id)]
    others = {row[0] for row in rows(Rating, "review_id") if row[0] != case.id}
    assert others  # the others' raters stand as they were
    assert len(rows(Rating, "id")) == len({(row[0], row[1]) for row in rows(Rating, "review_id", "rater_id")})


def test_it_is_refused_once_the_figures_are_locked_and_changes_nothing(opened: SimpleNamespace) -> None:
    with pytest.raises(Refused, match="no longer takes anyone in") as refused:
        taken_back(opened, opened.due + timedelta(seconds=1))
    assert refused.value.refusal.clause == "1.2-b"
    assert len(rows(Leave, "id")) == 1 and case_of(opened).stage == "unchanged"


def test_it_is_refused_where_a_grade_was_proposed_or_fixed_while_it_counted(session: Any) -> None:
    from tests import factories as make

    person = make.employee("Anna", superior=make.employee("Lead"))
    with make.fixture() as op:
        leave = op.add(Leave(employee_id=person.id, starts_on=date(2025, 1, 1), ends_on=date(2025, 11, 30)))
    make.review(make.open_cycle(), person, stage="committee", head_id=make.employee("Head").id)
    with pytest.raises(Refused, match="while this leave counted") as refused:
        withdraw_leave(person.id, leave.id, WHY, actor=HR, now=make.NOW)
    assert refused.value.refusal.clause == "3.2-d"


def test_a_short_leave_decides_nothing_and_is_taken_back_at_any_time(session: Any) -> None:
    from tests import factories as make

    person = make.employee("Anna", superior=make.employee("Lead"))
    with make.fixture() as op:
        leave = op.add(Leave(employee_id=person.id, starts_on=date(2026, 3, 1), ends_on=date(2026, 3, 9)))
    make.review(
        make.open_cycle(),
        person,
        determined_grade_id=make.grade("J2").id,
        stage="issued",
        head_id=make.employee("Head").id,
    )
    withdraw_leave(person.id, leave.id, WHY, actor=HR, now=make.NOW)
    assert rows(Leave, "id") == []


def test_anothers_leave_nobody_but_hr_and_no_reason(opened: SimpleNamespace) -> None:
    with pytest.raises(NotFound):
        withdraw_leave(opened.away + 1, opened.leave, WHY, actor=HR, now=OPENED)
    with pytest.raises(Invalid):
        taken_back(opened, reason="  ")
    with pytest.raises(NotFound):
        withdraw_leave(opened.away, opened.leave, WHY, actor=reviewing.person(opened.away, "employee"), now=OPENED)
    assert len(rows(Leave, "id")) == 1


STAFF = """
    工號,姓名,部門,崗位,入職日期,狀態,直屬上級
    001,主任,客服中心,主任,2015-03-04,在職,
    002,甲,客服中心/一線,專員,2019-03-04,{status},001
"""


def test_an_import_is_not_undone_where_a_leave_that_it_ended_was_taken_back_since(session: Any) -> None:
    bring("employees", STAFF.format(status="留職停薪"))
    _plan, back = bring("employees", STAFF.format(status="在職"), {"options": {"decided": ["return:002"]}})
    ((leave,),) = rows(Leave, "id")
    person = {number: key for key, number in rows(Employee, "id", "number")}["002"]
    withdraw_leave(person, leave, WHY, actor=HR, now=OPENED)
    with pytest.raises(Refused, match="taken back"):
        import_taken_back(back.id, OPENED)
