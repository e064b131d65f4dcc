"""Who begins what a breach has ordered: HR, management in their place, and never whoever has a stake or whose case it is (6.3.2)."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import pytest
from sqlalchemy import select

from admin.access.actor import acting_as, system_actor
from admin.models import Employee, Notification, db
from admin.models.accounts import Role
from admin.operations.cases import reassessments
from admin.operations.cases.reassessments import reassess
from admin.operations.transaction import operation
from admin.queries.cases.reassessments import orders_waiting, orders_without_anyone
from tests import factories as make
from tests.operations import breaching
from tests.operations.breaching import CLOSED, OVER, closed, issued, refusal, rows
from tests.reviewing import case


@pytest.fixture
def made(session: Any) -> SimpleNamespace:
    return issued(0)


def test_management_begins_it_where_nobody_of_hr_is_without_a_stake(made) -> None:
    with operation("one_hr", actor=system_actor(), now=OVER) as op:
        for key in (9001, 9002):
            op.get(breaching.User, key).roles = []
        clerk = make.employee("唯一人資", roles=("employee", "hr"))
        boss = make.employee("總經理", roles=("employee", "management"))
    closed(made, [made.keys[0]], [clerk.id])
    told = {row.user_id for row in rows(Notification, Notification.action == "order_reassessment")}
    assert told == {breaching.act(made, "boss").user_id, boss.user_id}  # all of management
    assert refusal(reassess, made.keys[0], actor=make.actor_of(clerk, CLOSED), now=CLOSED) == "6.3.2"
    assert reassess(made.keys[0], actor=make.actor_of(boss, CLOSED), now=CLOSED).kind == "reassessment"


@pytest.mark.parametrize("why", ["left", "barred"])
def test_an_order_that_nobody_of_hr_may_begin_any_more_becomes_managements(made, why: str) -> None:
    """Or it would wait for good, and its case could never be issued."""
    with operation("one_hr", actor=system_actor(), now=OVER):
        clerk = make.employee("唯一人資", roles=("employee", "hr"))
        boss = make.actor_of(make.employee("總經理", roles=("employee", "management")), CLOSED)
    closed(made, [made.keys[0]], [made.superior])
    renew = lambda: reassessments.renew_orders(actor=system_actor(), now=CLOSED)  # noqa: E731
    assert renew() == 0
    with operation("gone", actor=system_actor(), now=CLOSED) as op:
        for key in (9001, 9002):
            op.get(breaching.User, key).roles = []
        op.get(breaching.User, clerk.user_id).active = why == "barred"
    if why == "barred":
        closed(made, [made.keys[0]], [clerk.id])
    assert [renew(), renew()] == [1, 0]
    with acting_as(system_actor()):
        assert orders_waiting(db.session(), boss, CLOSED.date())[0] == 1
        db.session.rollback()
    assert boss.user_id in {row.user_id for row in rows(Notification, Notification.action == "order_reassessment")}
    begins = {"superior_id": made.new_superior.id, "actor": boss, "now": CLOSED}
    assert reassess(made.keys[0], **begins).kind == "reassessment"


def test_an_order_that_all_of_hr_and_management_has_a_stake_in_is_named_to_auditors(made) -> None:
    """Until the administrator has given the office to somebody without one (6.3.2)."""
    with operation("one_hr", actor=system_actor(), now=OVER) as op:
        for key in (9001, 9002):
            op.get(breaching.User, key).roles = []
        clerk = make.employee("唯一人資", roles=("employee", "hr"))
        auditor = make.actor_of(make.employee("稽核", roles=("employee", "auditor")), CLOSED)
    closed(made, [made.keys[0]], [clerk.id])
    named = lambda who: orders_without_anyone(db.session(), who, CLOSED.date())  # noqa: E731
    assert (named(auditor), named(breaching.act(made, "boss"))) == (0, 0)
    closed(made, [made.keys[0]], [made.boss.id])
    assert (named(auditor), named(breaching.act(made, "boss"))) == (1, 0)
    other = make.actor_of(make.employee("副總", roles=("employee", "management")), CLOSED)
    assert named(auditor) == 0
    begins = {"superior_id": made.new_superior.id, "actor": other, "now": CLOSED}
    assert reassess(made.keys[0], **begins).kind == "reassessment"


def test_whose_own_case_it_is_does_not_begin_it_though_they_are_all_of_hr(made) -> None:
    """Whose case a complaint names has a stake in it: it is management's then, and they find no order."""
    key = case(made.keys[0]).employee_id
    with operation("own", actor=system_actor(), now=OVER) as op:
        for clerk in (9001, 9002):
            op.get(breaching.User, clerk).roles = []
        subject = op.get(Employee, key)
        role = op.session.scalars(select(Role).where(Role.name == "hr")).one()
        op.get(breaching.User, subject.user_id).roles = [role]
    closed(made, [made.keys[0]], [made.superior])
    told = {row.user_id for row in rows(Notification, Notification.action == "order_reassessment")}
    assert told == {breaching.act(made, "boss").user_id}
    mine = make.actor_of(subject, CLOSED)
    with acting_as(system_actor()):
        assert orders_waiting(db.session(), mine, CLOSED.date())[0] == 0
        db.session.rollback()
    assert refusal(reassess, made.keys[0], actor=mine, now=CLOSED) == "6.3.2"
    boss = breaching.act(made, "boss")
    assert reassess(made.keys[0], superior_id=made.new_superior.id, actor=boss, now=CLOSED).kind == "reassessment"
