"""What cannot be: each is refused with its clause or names the field, and nothing changes.

Votes twice, without quorum or recused are in test_ballots and test_meetings; late and second appeals in test_appeals.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any

import pytest
from sqlalchemy import func, select

from admin.domain.refusals import Invalid, NotFound, Refusal, Refused
from admin.models import AuditEvent, Employee, db
from admin.operations.cases.department import propose
from admin.operations.cases.ratings import RatingInput, rate_as_peer, submit_superior_evaluation
from admin.operations.cases.self_assessment import SelfAssessmentInput, save_self_assessment, submit_self_assessment
from admin.operations.cycles import cycles
from admin.operations.cycles.cycles import CyclePlan
from admin.operations.people.moving import change_employee
from tests import factories as make
from tests.operations.journey import (
    Centre,
    cases,
    codes,
    head_proposes,
    open_cycle,
    plan,
    rate,
    self_assess,
    small_centre,
    told,
)

NOVEMBER = datetime(2026, 11, 23, 2, 0, tzinfo=make.NOW.tzinfo)


@pytest.fixture
def centre(session: Any) -> Centre:
    """A small centre before its cycle."""
    return small_centre()


def refusal_of(act: Callable[[], Any]) -> Refusal:
    """Why it is refused; nothing changed."""
    before = db.session.scalar(select(func.count()).select_from(AuditEvent).execution_options(unscoped=True))
    with pytest.raises(Refused) as caught:
        act()
    after = db.session.scalar(select(func.count()).select_from(AuditEvent).execution_options(unscoped=True))
    assert before == after
    return caught.value.refusal


def wrong_fields(act: Callable[[], Any]) -> dict[str, str]:
    """Which fields are wrong, and why."""
    with pytest.raises(Invalid) as caught:
        act()
    return {name: caught.value.text(name) for name in caught.value.fields}


# -- cycles ----------------------------------------------------------------------------------------------------------


def planning(centre: Centre, given: CyclePlan, now: datetime | None = None) -> Callable[[], Any]:
    return lambda: cycles.plan_cycle(given, actor=centre.actor(centre.hr), now=now or centre.now)


def test_a_second_regular_cycle_of_a_year_is_refused(centre: Centre):
    planning(centre, CyclePlan(2026))()
    refusal = refusal_of(planning(centre, CyclePlan(2026)))
    assert (refusal.clause, refusal.text()) == ("3.1", "There is a regular cycle for 2026 already.")


def test_a_rehearsal_does_not_count_as_the_years_cycle(centre: Centre):
    planning(centre, CyclePlan(2026, kind="rehearsal"))()
    assert planning(centre, CyclePlan(2026))().stage == "planned"


def test_another_month_without_a_reason_is_refused(centre: Centre):
    refusal = refusal_of(planning(centre, CyclePlan(2026), NOVEMBER))
    assert (refusal.clause, refusal.facts["month"]) == ("3.1", 12)
    assert refusal_of(planning(centre, CyclePlan(2026, month_reason="  "), NOVEMBER)).clause == "3.1"


def test_another_month_with_a_reason_is_kept_with_it(centre: Centre):
    cycle = planning(centre, CyclePlan(2026, month_reason="The centre moves in December."), NOVEMBER)()
    assert cycle.month_reason == "The centre moves in December."


def test_a_cycle_of_an_impossible_year_names_the_field(centre: Centre):
    assert set(wrong_fields(planning(centre, CyclePlan(9999)))) == {"year"}


@pytest.mark.parametrize("year", [1999, 2024, 2027, 2028])
def test_a_cycle_of_a_year_that_is_over_or_to_come_is_refused(centre: Centre, year: int):
    assert refusal_of(planning(centre, CyclePlan(year))).clause == "1.2-e"


def test_a_year_that_nobody_confirmed_is_refused_and_names_the_page(session: Any):
    centre = small_centre()
    with make.fixture() as op:
        from admin.models import CalendarYear

        for row in op.session.scalars(select(CalendarYear).where(CalendarYear.year == 2027)):
            row.confirmed_at = row.confirmed_by_id = None
    refusal = refusal_of(planning(centre, CyclePlan(2026)))
    assert (refusal.clause, refusal.facts["year"], refusal.facts["page"]) == ("3.3.5-c", 2027, "calendar")
    assert "2027" in refusal.text() and "calendar" in refusal.text()


def test_deadlines_in_the_wrong_order_name_the_field(centre: Centre):
    given = CyclePlan(2026, deadlines={"self_assessment_due": datetime(2027, 6, 1, tzinfo=make.NOW.tzinfo)})
    assert set(wrong_fields(planning(centre, given))) == {"self_assessment_due"}


# -- people ----------------------------------------------------------------------------------------------------------


def under(person: Employee, superior: Employee, hr: Any, now: datetime) -> Callable[[], Any]:
    return lambda: change_employee(person.id, {"superior_id": superior.id}, actor=hr, now=now)


def test_nobodys_superior_is_their_own_subordinate(centre: Centre):
    hr, agent = centre.actor(centre.hr), centre.agents[0]
    assert refusal_of(under(centre.superior, agent, hr, centre.now)).clause == "1.2"
    assert refusal_of(under(centre.head, agent, hr, centre.now)).clause == "1.2"
    assert refusal_of(under(agent, agent, hr, centre.now)).clause == "1.2"


# -- scores ----------------------------------------------------------------------------------------------------------

WRONG_VALUES = [0, 6, -1, 3.5, "x", "3.5", True, [], 10**9]


@pytest.mark.parametrize("value", WRONG_VALUES, ids=str)
def test_a_self_rating_out_of_range_names_its_criterion(centre: Centre, value: Any):
    told(centre, open_cycle)
    (case, *_), code = cases(centre), codes(centre, "self")[0]
    given = SelfAssessmentInput({code: {"value": value}})
    actor = centre.actor(centre.agents[0])
    assert set(wrong_fields(lambda: save_self_assessment(case.id, given, actor=actor, now=centre.now))) == {code}


@pytest.mark.parametrize("value", [0, 6, "x", 3.5], ids=str)
def test_a_rating_out_of_range_names_its_criterion(centre: Centre, value: Any):
    told(centre, self_assess)
    (case, *_), actor = cases(centre), centre.actor(centre.superior)
    values = {code: {"value": 4} for code in codes(centre, "superior")}
    wrong = next(iter(values))
    values[wrong] = {"value": value}
    act = lambda: submit_superior_evaluation(case.id, RatingInput(values, "Steady."), actor=actor, now=centre.now)  # noqa: E731
    assert set(wrong_fields(act)) == {wrong}


def test_a_score_for_no_criterion_is_named(centre: Centre):
    told(centre, self_assess)
    (case, *_), peer = cases(centre), centre.actor(centre.agents[1])
    act = lambda: rate_as_peer(case.id, RatingInput({"charm": {"value": 5}}), actor=peer, now=centre.now)  # noqa: E731
    assert wrong_fields(act) == {"charm": "The scorecard has no such criterion for you to rate."}


def test_an_evaluation_with_a_criterion_left_out_names_it(centre: Centre):
    told(centre, self_assess)
    (case, *_), actor = cases(centre), centre.actor(centre.superior)
    values = {code: {"value": 4} for code in codes(centre, "superior")}
    left_out = next(iter(values))
    del values[left_out]
    act = lambda: submit_superior_evaluation(case.id, RatingInput(values, "Steady."), actor=actor, now=centre.now)  # noqa: E731
    assert set(wrong_fields(act)) == {left_out}


def test_a_self_assessment_with_a_criterion_left_out_is_refused(centre: Centre):
    told(centre, open_cycle)
    (case, *_), actor = cases(centre), centre.actor(centre.agents[0])
    first = codes(centre, "self")[0]
    given = SelfAssessmentInput({first: {"value": 4}})
    assert refusal_of(lambda: submit_self_assessment(case.id, given, actor=actor, now=centre.now)).clause == "3.3.1"


# -- the wrong person, the wrong stage -------------------------------------------------------------------------------


def submits(centre: Centre, who: Employee) -> Any:
    return submit_self_assessment(cases(centre)[0].id, actor=centre.actor(who), now=centre.now)


def evaluates(centre: Centre, who: Employee) -> Any:
    given = RatingInput({code: {"value": 4} for code in codes(centre, "superior")}, "Steady.")
    return submit_superior_evaluation(cases(centre)[0].id, given, actor=centre.actor(who), now=centre.now)


def proposes(centre: Centre, who: Employee) -> Any:
    return propose(cases(centre)[0].id, "J2", "Steady.", actor=centre.actor(who), now=centre.now)


def test_the_wrong_stage_is_refused_with_the_clause_of_the_act(centre: Centre):
    told(centre, open_cycle)
    assert refusal_of(lambda: evaluates(centre, centre.superior)).clause == "3.3.2"
    assert refusal_of(lambda: proposes(centre, centre.head)).clause == "3.3.3"
    told_on = (self_assess, rate, head_proposes)
    for chapter in told_on:
        chapter(centre)
    assert refusal_of(lambda: submits(centre, centre.agents[0])).clause == "3.3.1"
    assert refusal_of(lambda: evaluates(centre, centre.superior)).clause == "3.3.2"
    assert refusal_of(lambda: proposes(centre, centre.head)).clause == "3.3.3"


def test_the_wrong_person_is_refused_and_a_stranger_finds_nothing(centre: Centre):
    told(centre, self_assess)
    assert refusal_of(lambda: evaluates(centre, centre.head)).clause == "3.3.2"
    assert refusal_of(lambda: evaluates(centre, centre.agents[0])).clause == "3.3.2"
    with pytest.raises(NotFound):
        evaluates(centre, centre.secretary)
    rate(centre)
    assert refusal_of(lambda: proposes(centre, centre.superior)).clause == "3.3.3"
    assert refusal_of(lambda: proposes(centre, centre.hr)).clause == "3.3.3"


def test_nobody_but_hr_plans_or_opens_a_cycle(centre: Centre):
    with pytest.raises(NotFound):
        cycles.plan_cycle(CyclePlan(2026), actor=centre.actor(centre.head), now=centre.now)
    plan(centre)
    assert centre.cycle is not None
    key = centre.cycle.id
    refusal = refusal_of(lambda: cycles.open_cycle(key, actor=centre.actor(centre.head), now=centre.now))
    assert refusal.clause == "3.1"
