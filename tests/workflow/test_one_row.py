"""One more row in the table, and no other edit: button, API, history, message, permission and grid have it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from types import SimpleNamespace
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from admin.access.actor import Actor, acting_as, system_actor
from admin.domain.refusals import Refused
from admin.domain.workflow import TABLE, Facts, Transition, labels
from admin.models import Employee, HistoryStep, Notification, Review, db
from admin.operations import acts
from tests import factories as make
from tests.factories import NOW
from tests.workflow.test_grid import allowed_by_the_table, passes
from tests.workflow.world import world

ACTION = "ask_for_advice"
ROW = Transition(
    "review", ("department_review",), ACTION, "committee", ("hr",), ("reason_given",), "3.3.3", ("superior",)
)


@pytest.fixture
def one_row_more() -> Iterator[Transition]:
    """The table with one more row."""
    TABLE.append(ROW)
    yield ROW
    TABLE.remove(ROW)


@pytest.fixture
def case(app: Flask, centre: SimpleNamespace, one_row_more: Transition) -> int:
    """A case in the department's review."""
    with app.app_context(), make.fixture() as op:
        subject = op.get(Employee, centre.emp1)
        return make.review(make.open_cycle(), subject, stage="department_review", head_id=centre.head1).id


def path(case: int, rest: str = "") -> str:
    return f"/api/v1/reviews/{case}/actions{rest}"


def test_it_is_a_button_on_the_page_of_the_case(case: int, signed_in: Callable[[str], FlaskClient]):
    page = signed_in("hr").get(f"/reviews/{case}")
    assert page.status_code == 200
    assert f"/act/review/{case}/{ACTION}" in page.text
    assert "Ask for advice" in page.text


def test_it_is_no_button_for_anybody_else(case: int, signed_in: Callable[[str], FlaskClient]):
    assert ACTION not in signed_in("head1").get(f"/reviews/{case}").text


def test_its_page_asks_for_the_reason_that_its_condition_wants(case: int, signed_in: Callable[[str], FlaskClient]):
    page = signed_in("hr").get(f"/act/review/{case}/{ACTION}")
    assert page.status_code == 200
    assert 'name="reason"' in page.text


def test_the_button_carries_it_out(case: int, app: Flask, signed_in: Callable[[str], FlaskClient]):
    answer = signed_in("hr").post(f"/act/review/{case}/{ACTION}", data={"reason": "A hard one."})
    assert answer.status_code == 302
    assert stage_of(app, case) == "committee"


def test_the_api_lists_it(case: int, app: Flask, bearer: Callable[[str], dict[str, str]]):
    listed = app.test_client().get(path(case), headers=bearer("hr")).json["actions"]
    assert {"name": ACTION, "allowed": True, "refusals": []} in listed


def test_the_api_carries_it_out_and_answers_the_new_state(
    case: int, app: Flask, bearer: Callable[[str], dict[str, str]]
):
    answer = app.test_client().post(path(case, f"/{ACTION}"), json={"reason": "A hard one."}, headers=bearer("hr"))
    assert (answer.status_code, answer.json["stage"]) == (200, "committee")
    assert stage_of(app, case) == "committee"


def test_the_api_refuses_it_without_the_reason_and_names_the_clause(
    case: int, app: Flask, bearer: Callable[[str], dict[str, str]]
):
    answer = app.test_client().post(path(case, f"/{ACTION}"), json={}, headers=bearer("hr"))
    assert (answer.status_code, answer.json["refused"], answer.json["clause"]) == (409, True, "1.3.1")
    assert stage_of(app, case) == "department_review"


def test_the_history_tells_who_did_it_under_which_clause_and_why(case: int, app: Flask, centre: SimpleNamespace):
    carry_out(app, case, centre)
    with app.app_context(), acting_as(system_actor()):
        step = db.session.scalars(select(HistoryStep).where(HistoryStep.action == ACTION)).one()
        assert (step.from_stage, step.to_stage, step.relation) == ("department_review", "committee", "hr")
        assert (step.clause, step.reason, step.actor_name) == ("3.3.3", "A hard one.", "hr")


def test_those_whom_the_row_tells_find_a_message_that_reads_well(
    case: int, app: Flask, centre: SimpleNamespace, signed_in: Callable[[str], FlaskClient]
):
    carry_out(app, case, centre)
    with app.app_context(), acting_as(system_actor()):
        told = db.session.scalars(select(Notification).where(Notification.action == ACTION)).one()
        superior = db.session.get(Employee, centre.sup1)
        assert superior is not None and told.user_id == superior.user_id
        assert (told.process, told.record_id) == ("review", case)
    home = signed_in("sup1").get("/").text
    assert "Ask for advice" in home
    assert ACTION not in home.replace(f"/{ACTION}", "")


def test_it_has_a_permission_and_a_name(one_row_more: Transition):
    assert one_row_more.permission == "can_ask_for_advice"
    assert labels.action_label(ACTION) == "Ask for advice"


def test_the_grid_has_it(one_row_more: Transition):
    for relation in labels.RELATIONS:
        facts = Facts("review", "department_review", frozenset({relation}), {"attempt": True, "reason": "because"})
        assert passes(facts, ACTION) == (relation == "hr")
        assert allowed_by_the_table("review", "department_review", ACTION, facts.relations) == (relation == "hr")


def test_without_the_row_there_is_no_such_action(app: Flask, centre: SimpleNamespace):
    with app.app_context(), pytest.raises(Exception, match=ACTION):
        acts.fields_of("review", ACTION)


def test_at_another_stage_it_is_refused(case: int, app: Flask, centre: SimpleNamespace):
    carry_out(app, case, centre)
    with pytest.raises(Refused, match="present stage"):
        carry_out(app, case, centre)


def carry_out(app: Flask, case: int, centre: SimpleNamespace) -> Any:
    """HR does it, by the registry."""
    hr = Actor("hr", user_id=centre.accounts["hr"], roles=frozenset({"hr"}))
    with app.app_context():
        return acts.perform("review", case, ACTION, {"reason": "A hard one."}, actor=hr, now=NOW)


def stage_of(app: Flask, case: int) -> str:
    with app.app_context():
        return db.session.scalars(select(Review.stage).where(Review.id == case).execution_options(unscoped=True)).one()


@pytest.mark.parametrize(
    ("process", "stage", "who", "told"),
    [("appeal", "with_panel", "hr", "filer"), ("complaint", "assigned", "chair", "officer")],
)
def test_a_row_may_tell_whom_the_record_itself_names(session: Any, process: str, stage: str, who: str, told: str):
    there = world(process)
    there.at(stage)
    row = Transition(process, (stage,), ACTION, "=", (who,), (), "6.3.2", (told,))
    TABLE.append(row)
    try:
        acts.perform(process, there.record.id, ACTION, {}, actor=there.actors[who], now=NOW)
    finally:
        TABLE.remove(row)
    query = select(Notification.user_id).where(Notification.action == ACTION).execution_options(unscoped=True)
    assert list(db.session.scalars(query)) == [there.actors[told].user_id]
