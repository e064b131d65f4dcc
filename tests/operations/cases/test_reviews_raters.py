"""Raters far from the others, and a superior who is new (3.3.4-c, 3.3-f)."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from types import SimpleNamespace
from typing import Any

import pytest
from sqlalchemy import select

from admin.access.actor import acting_as, system_actor
from admin.domain.refusals import Invalid, Refused
from admin.models import AgendaItem, Employee, EmployeeChange, Rating, db
from admin.operations.cases import department, ratings, reviews
from admin.operations.cases.predecessors import attach_predecessor_statement
from admin.operations.cases.ratings import RatingInput
from admin.operations.committee import assigning, meetings
from admin.operations.transaction import operation
from admin.queries.cases.raters import outliers
from admin.queries.cases.workspace import chain, workspace
from tests import reviewing
from tests.by_two import as_confirmed
from tests.reviewing import HR, OPENED, case, later, person


@pytest.fixture
def made(session: Any) -> SimpleNamespace:
    return reviewing.open_cycle()


def on_the_agenda(made: SimpleNamespace, keys: list[int]) -> dict[int, bool]:
    """The cases proposed and put on an agenda: which of them go by consent."""
    for key in keys:
        department.propose(key, "M1", "穩定", actor=person(made.head, "head"), now=OPENED)
    meeting = meetings.plan_meeting(made.cycle, later(30), actor=HR, now=OPENED)
    assigning.assign_to_meeting(keys, meeting.id, actor=HR, now=OPENED)
    with acting_as(system_actor()):
        items = db.session.scalars(select(AgendaItem).where(AgendaItem.meeting_id == meeting.id))
        return {item.review_id: item.consent for item in items}


def rated(made: SimpleNamespace, harsh: int | None) -> list[int]:
    """Every case rated 4 by everybody, but 1 by one colleague."""
    reviewing.lock_figures(made.cycle)
    for key, agent in zip(made.cases, made.agents, strict=True):
        reviewing.hand_in(key, agent)
    for key in made.cases:
        for rater in reviewing.peers_of(key):
            value = 1 if rater == harsh else 4
            given = RatingInput({code: {"value": value} for code in reviewing.codes(key, "peers")})
            ratings.rate_as_peer(key, given, actor=person(rater), now=OPENED)
        reviewing.evaluate(key, made.superior, value=4)
    return list(made.cases)


def test_a_rater_far_from_the_others_makes_the_cases_individual(made: SimpleNamespace) -> None:
    harsh = made.agents[2]
    keys = rated(made, harsh)
    with acting_as(system_actor()):
        assert outliers(db.session(), made.cycle) == {("peer", harsh)}
        query = select(Rating.review_id).where(Rating.rater_id == harsh, Rating.kind == "peer")
        touched = set(db.session.scalars(query))
    on_the_agenda(made, keys)
    flagged = {key for key in keys if "outlier_rater" in case(key).individual_reasons}
    assert flagged == touched and len(touched) == 5


def test_among_raters_who_agree_nobody_is_far_from_the_others(made: SimpleNamespace) -> None:
    keys = rated(made, None)
    on_the_agenda(made, keys)
    assert not any("outlier_rater" in case(key).individual_reasons for key in keys)


def test_a_signed_rating_keeps_its_mean(made: SimpleNamespace) -> None:
    reviewing.hand_in(made.cases[0], made.agents[0])
    reviewing.rate_all(made.cases[0], 3)
    with acting_as(system_actor()):
        db.session.rollback()
        query = select(Rating.mean).where(Rating.review_id == made.cases[0], Rating.state == "submitted")
        assert set(db.session.scalars(query)) == {Decimal(3)}


# A superior who is new


def new_superior(made: SimpleNamespace, since: date, old: int | None) -> None:
    with operation("moved", actor=system_actor(), now=OPENED) as op:
        change = {"field": "superior_id", "old": old and str(old), "new": str(made.superior), "effective_on": since}
        op.add(EmployeeChange(employee_id=made.agents[0], **change))
    reviewing.hand_in(made.cases[0], made.agents[0])


def test_a_new_superior_signs_only_with_the_predecessors_statement(made: SimpleNamespace) -> None:
    key = made.cases[0]
    new_superior(made, date(2026, 10, 1), made.head)
    with pytest.raises(Refused) as refused:
        reviewing.evaluate(key, made.superior)
    assert refused.value.refusal.clause == "3.3-f"
    row = as_confirmed(attach_predecessor_statement, key, "statement", "前三季表現穩定。", actor=HR, now=OPENED)
    assert row.author_id == made.head
    reviewing.evaluate(key, made.superior)
    reader = person(made.head, "head")
    with acting_as(reader):
        db.session.rollback()
        steps = [(each.step, each.reason) for each in chain(workspace(db.session(), key, reader, OPENED), reader)]
    assert ("Predecessor's statement", "前三季表現穩定。") in steps


@pytest.mark.parametrize(("since", "old"), [(date(2026, 9, 1), "head"), (date(2026, 11, 1), None)])
def test_three_months_or_the_first_superior_need_no_statement(
    made: SimpleNamespace, since: date, old: str | None
) -> None:
    new_superior(made, since, made.head if old else None)
    with pytest.raises(Refused) as refused:
        attach_predecessor_statement(made.cases[0], "statement", "x", actor=HR, now=OPENED)
    assert refused.value.refusal.clause == "3.3-f"
    reviewing.evaluate(made.cases[0], made.superior)


def test_whoever_takes_an_open_case_over_is_new_too_and_a_statement_may_be_out_of_reach(made: SimpleNamespace) -> None:
    key = made.cases[0]
    reviewing.hand_in(key, made.agents[0])
    with operation("another", actor=system_actor(), now=OPENED) as op:
        other = op.add(
            Employee(number="S2", name="周文華", department_id=made.team, hired_on=date(2012, 1, 2), is_management=True)
        ).id
    as_confirmed(reviews.reassign, key, superior_id=other, reason="調任", actor=HR, now=OPENED)
    given = RatingInput({code: {"value": 4} for code in reviewing.codes(key, "superior")}, "接手")
    with pytest.raises(Refused) as refused:
        ratings.submit_superior_evaluation(key, given, actor=person(other, "superior"), now=OPENED)
    assert refused.value.refusal.clause == "3.3-f"
    for form, text in (("gossip", "x"), ("statement", " ")):
        with pytest.raises(Invalid):
            attach_predecessor_statement(key, form, text, actor=HR, now=OPENED)
    row = as_confirmed(
        attach_predecessor_statement, key, "not_obtainable", "前任已離職，聯絡不上。", actor=HR, now=OPENED
    )
    assert row.author_id == made.superior
    ratings.submit_superior_evaluation(key, given, actor=person(other, "superior"), now=OPENED)
