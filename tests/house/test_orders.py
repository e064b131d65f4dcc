"""What tests/orders.py finds, of which every test is asked: an order by what may be empty that does not say where that goes."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy import func, select

from admin.models import Appeal, Cycle, Employee, GradeChange, Review
from admin.queries.system.orders import greatest_first, least_first
from tests.orders import unsaid

JOINED = select(Review).outerjoin(Cycle, Cycle.id == Review.cycle_id)
UNSAID = (
    select(Appeal).order_by(Appeal.superior_due),
    select(Appeal).order_by(Appeal.id, Appeal.decided_at.desc()),
    JOINED.order_by(Cycle.year),
    JOINED.order_by(Cycle.kind == "rehearsal"),
    select(Employee.id.in_(select(Appeal.id).order_by(Appeal.decided_at).limit(1))),
    select(func.row_number().over(order_by=GradeChange.batch)),
)
SAID = (
    select(Appeal).order_by(least_first(Appeal.superior_due), greatest_first(Appeal.decided_at), Appeal.id),
    JOINED.order_by(Review.id, least_first(Cycle.kind == "rehearsal")),
    select(Employee).where(Employee.user_id > 3).order_by(Employee.user_id),
    select(Employee).order_by(Employee.left_on.is_not(None), func.coalesce(Employee.user_id, 0)),
)


@pytest.mark.parametrize("statement", UNSAID, ids=range(len(UNSAID)))
def test_an_order_by_what_may_be_empty_is_found(statement: Any) -> None:
    assert len(unsaid(statement)) == 1


@pytest.mark.parametrize("statement", SAID, ids=range(len(SAID)))
def test_one_that_says_where_that_goes_or_is_never_empty_is_not(statement: Any) -> None:
    assert unsaid(statement) == []
