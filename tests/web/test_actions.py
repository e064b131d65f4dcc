"""One registry behind the buttons, the API and the command line; a row of the table works with no other edit."""

from __future__ import annotations

from types import SimpleNamespace

import pytest

from admin.access.actor import Actor
from admin.domain.refusals import Invalid, NotFound, Refused
from admin.domain.workflow import Facts, transitions
from admin.operations import actions
from tests.conftest import NOW

HR = Actor("hr", roles=frozenset({"hr"}))
NOBODY = Actor("emp", employee_id=4711, roles=frozenset({"employee"}))


def facts_of(op, record, *, attempt, data):
    known = {"attempt": attempt, "reason": data.get("reason", "")}
    return Facts("trial", record.stage, frozenset(op.actor.roles), known)


@pytest.fixture
def trial(monkeypatch, app):
    """A process of its own, standing on the table of calendar years with a stage that is kept beside it."""
    from admin.models import CalendarYear
    from admin.operations.transaction import operation

    rows = [
        transitions._row("trial", "begun", "finish", "done", "hr", "reason_given", "9.9", "hr"),
        transitions._row("trial", "begun", "look", transitions.SAME, "hr", "", "9.8"),
        transitions._row("trial", "begun", "sweep", "done", "system", "", "9.7"),
    ]
    monkeypatch.setattr(transitions, "TABLE", [*transitions.TABLE, *rows])
    monkeypatch.setattr(actions, "PROCESSES", dict(actions.PROCESSES))
    monkeypatch.setattr(actions, "ACTIONS", dict(actions.ACTIONS))
    monkeypatch.setattr(CalendarYear, "stage", "begun", raising=False)
    actions.register_process("trial", CalendarYear, facts_of, state=lambda row: {"id": row.id, "stage": row.stage})
    with app.app_context():
        with operation("trial", actor=HR, now=NOW) as op:
            key = op.add(CalendarYear(year=2031)).id
        yield SimpleNamespace(key=key)


def test_what_is_offered_says_what_is_allowed(trial):
    found = {each.action: each.allowed for each in actions.offered("trial", trial.key, HR, NOW)}
    assert found == {"finish": True, "look": True}
    assert actions.offered("trial", trial.key, NOBODY, NOW) == []


def test_an_action_that_nobody_registered_is_carried_out_with_its_history(trial, app):
    from admin.models import HistoryStep, db

    actions.perform("trial", trial.key, "finish", {"reason": "because"}, actor=HR, now=NOW)
    step = db.session.query(HistoryStep).filter_by(process="trial").one()
    assert (step.action, step.from_stage, step.to_stage, step.reason, step.clause) == (
        "finish",
        "begun",
        "done",
        "because",
        "9.9",
    )


def test_a_missing_reason_is_refused_with_the_clause(trial):
    with pytest.raises(Refused) as refused:
        actions.perform("trial", trial.key, "finish", {"reason": "  "}, actor=HR, now=NOW)
    assert refused.value.refusal.clause == "1.3.1"


def test_somebody_else_is_refused(trial):
    with pytest.raises(Refused):
        actions.perform("trial", trial.key, "look", {}, actor=NOBODY, now=NOW)


@pytest.mark.parametrize("name", ["sweep", "no_such", ""])
def test_what_is_the_systems_or_nobodys_is_not_found(trial, name):
    with pytest.raises(NotFound):
        actions.perform("trial", trial.key, name, {}, actor=HR, now=NOW)


def test_a_record_that_is_not_there_is_not_found(trial):
    with pytest.raises(NotFound):
        actions.perform("trial", 4711, "look", {}, actor=HR, now=NOW)
    with pytest.raises(NotFound):
        actions.offered("no_such_process", trial.key, HR, NOW)


def test_a_registered_action_gets_what_it_asks_for_and_nothing_else(trial):
    taken = {}
    fields = [
        actions.Field("count", kind="integer"),
        actions.Field("kind", kind="choice", choices=(("a", "A"),), required=False),
        actions.Field("sure", kind="boolean"),
        actions.REASON,
    ]
    actions.register("trial", "look", call=lambda key, data, *, actor, now: taken.update(data, key=key), fields=fields)
    data = {"count": "3", "sure": "on", "more": "ignored"}
    actions.perform("trial", trial.key, "look", data, actor=HR, now=NOW)
    assert taken == {"count": 3, "kind": None, "sure": True, "reason": "", "key": trial.key}


@pytest.mark.parametrize(
    ("kind", "given"),
    [
        ("integer", "x"),
        ("integer", True),
        ("integer", "9" * 30),
        ("number", "NaN"),
        ("date", "2026-02-30"),
        ("choice", "b"),
        ("text", "a\0b"),
        ("text", 7),
        ("text", "x" * 100_000),
        ("integer", ""),
        ("integer", None),
    ],
)
def test_wrong_input_names_its_field(kind, given):
    with pytest.raises(Invalid) as wrong:
        actions.cleaned([actions.Field("it", kind=kind, choices=(("a", "A"),))], {"it": given})
    assert set(wrong.value.fields) == {"it"}


def test_the_page_and_its_form_carry_an_action_out(trial, signed_in):
    client = signed_in("hr")
    address = f"/act/trial/{trial.key}/finish"
    assert 'name="reason"' in client.get(address).text
    assert client.post(address, data={"reason": ""}).status_code == 409
    done = client.post(address, data={"reason": "because", "back": "https://evil.example/"})
    assert (done.status_code, done.location) == (302, "/")
    assert client.post("/act/trial/4711/finish", data={"reason": "x"}).status_code == 404
    assert client.post(f"/act/trial/{trial.key}/no_such").status_code == 404
    assert client.post(f"/act/none/{trial.key}/finish").status_code == 404


def test_an_action_without_its_token_is_refused(trial, app, centre):
    assert app.test_client().post(f"/act/trial/{trial.key}/look").status_code == 400
