"""A request that is sent twice is carried out once, whatever it asks for; its key goes after some weeks."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select

from admin.access.actor import Actor
from admin.domain.refusals import Invalid, Refused
from admin.models import Cycle, DoneOnce, Meeting, db
from admin.operations.committee.meetings import plan_meeting
from admin.operations.once import Repeated, asking
from admin.operations.system.jobs import forget_keys
from tests import factories as make
from tests.factories import NOW

DAY = timedelta(days=1)


@pytest.fixture
def hr(session: Any) -> Actor:
    return make.actor_of(make.employee(roles=("employee", "hr")))


def plan(hr: Actor, key: str, what: str = "plan", at: Any = NOW + DAY) -> Meeting:
    cycle = db.session.scalars(select(Cycle).execution_options(unscoped=True)).first() or make.open_cycle()
    with asking(key, what):
        return plan_meeting(cycle.id, at, actor=hr, now=NOW)


def everything(table: type[Any]) -> list[Any]:
    return list(db.session.scalars(select(table).execution_options(unscoped=True)))


def test_two_clicks_plan_one_meeting(hr: Actor):
    plan(hr, "one")
    with pytest.raises(Repeated) as again:
        plan(hr, "one")
    assert again.value.done_at == NOW
    assert len(everything(Meeting)) == 1


def test_another_key_is_another_request(hr: Actor):
    plan(hr, "one")
    plan(hr, "two")
    assert len(everything(Meeting)) == 2


def test_a_key_that_stood_for_something_else_is_refused(hr: Actor):
    plan(hr, "one")
    with pytest.raises(Refused, match="something else"):
        plan(hr, "one", "another thing")


def test_somebody_elses_key_is_their_own(hr: Actor):
    plan(hr, "one")
    plan(make.actor_of(make.employee(roles=("employee", "hr"))), "one")
    assert len(everything(Meeting)) == 2


def test_what_was_refused_may_be_asked_for_again_under_its_key(hr: Actor):
    with pytest.raises(Invalid):
        plan(hr, "one", at=NOW - DAY)
    plan(hr, "one")
    assert len(everything(Meeting)) == 1


def test_without_a_key_everything_is_done_as_often_as_it_is_asked_for(hr: Actor):
    plan(hr, "")
    plan(hr, "")
    assert (len(everything(Meeting)), everything(DoneOnce)) == (2, [])


def test_keys_go_after_some_weeks_and_not_before(hr: Actor):
    plan(hr, "one")
    assert forget_keys(actor=hr, now=NOW + 29 * DAY) == 0
    assert forget_keys(actor=hr, now=NOW + 31 * DAY) == 1
    assert everything(DoneOnce) == []
