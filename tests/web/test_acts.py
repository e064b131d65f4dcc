"""An act is declared on its verb, once, for buttons, API and command line; a row of the table works with no other edit."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path
from types import SimpleNamespace

import pytest

from admin.access.actor import Actor
from admin.access.permissions import SHOWN_ON
from admin.domain.refusals import Invalid, NotFound, Refused, refuse
from admin.domain.workflow import Facts, transitions
from admin.operations import BRINGING_RULES, DECLARING, acts
from admin.operations.acts import REASON, Field, act
from admin.operations.fields import cleaned
from admin.views.system.acts import KINDS
from admin.web.page import address_asking
from tests.conftest import NOW

HR = Actor("hr", roles=frozenset({"hr"}))
NOBODY = Actor("aud", employee_id=4711, roles=frozenset({"employee", "auditor"}))


def facts_of(op, record, reason):
    known = {"attempt": reason is not None, "reason": reason or ""}
    return Facts("trial", record.stage, frozenset(op.actor.roles), known)


@pytest.fixture
def trial(monkeypatch, app):
    """A process of its own, standing on the table of cycles."""
    from admin.models import Cycle
    from tests import factories as make

    rows = [
        transitions._row("trial", "open", "finish", "closed", "hr", "reason_given", "9.9", "hr"),
        transitions._row("trial", "open", "look", transitions.SAME, "hr", "", "9.8"),
        transitions._row("trial", "open", "sweep", "closed", "system", "", "9.7"),
    ]
    monkeypatch.setattr(transitions, "TABLE", [*transitions.TABLE, *rows])
    monkeypatch.setattr(acts, "PROCESSES", dict(acts.processes()))
    monkeypatch.setattr(acts, "ACTS", dict(acts.ACTS))
    monkeypatch.setitem(SHOWN_ON, "trial", ("CycleView",))
    acts.declare_process("trial", Cycle, facts_of, state=lambda row: {"id": row.id, "stage": row.stage})
    with app.app_context():
        yield SimpleNamespace(key=make.open_cycle(2031).id)


def test_what_is_offered_says_what_is_allowed(trial):
    found = {each.action: each.allowed for each in acts.offered("trial", trial.key, HR, NOW)}
    assert found == {"finish": True, "look": True}
    assert acts.offered("trial", trial.key, NOBODY, NOW) == []


def test_an_action_that_no_verb_declares_is_carried_out_with_its_history(trial, app):
    from admin.models import HistoryStep, db

    acts.perform("trial", trial.key, "finish", {"reason": "because"}, actor=HR, now=NOW)
    step = db.session.query(HistoryStep).filter_by(process="trial").one()
    assert (step.action, step.from_stage, step.to_stage, step.reason, step.clause) == (
        "finish",
        "open",
        "closed",
        "because",
        "9.9",
    )


def test_a_missing_reason_is_refused_with_the_clause(trial):
    with pytest.raises(Refused) as refused:
        acts.perform("trial", trial.key, "finish", {"reason": "  "}, actor=HR, now=NOW)
    assert refused.value.refusal.clause == "1.3.1"


def test_somebody_else_is_refused(trial):
    with pytest.raises(Refused):
        acts.perform("trial", trial.key, "look", {}, actor=NOBODY, now=NOW)


@pytest.mark.parametrize("name", ["sweep", "no_such", ""])
def test_what_is_the_systems_or_nobodys_is_not_found(trial, name):
    with pytest.raises(NotFound):
        acts.perform("trial", trial.key, name, {}, actor=HR, now=NOW)


def test_a_record_that_is_not_there_is_not_found(trial):
    with pytest.raises(NotFound):
        acts.perform("trial", 4711, "look", {}, actor=HR, now=NOW)
    with pytest.raises(NotFound):
        acts.offered("no_such_process", trial.key, HR, NOW)


def test_a_declared_act_gets_what_it_asks_for_and_nothing_else(trial):
    taken = {}
    asked = [
        Field("count", kind="integer"),
        Field("kind", kind="choice", choices=(("a", "A"),), required=False),
        Field("sure", kind="boolean"),
        REASON,
    ]

    @act("trial", "look", *asked)
    def look(key: int, count: int, kind: str, sure: bool, reason: str, note: str = "mine", *, actor, now):
        taken.update(locals())

    data = {"count": "3", "sure": "on", "more": "ignored", "note": "not asked for"}
    acts.perform("trial", trial.key, "look", data, actor=HR, now=NOW)
    taken = {name: value for name, value in taken.items() if name not in ("actor", "now", "taken")}
    assert taken == {"key": trial.key, "count": 3, "kind": None, "sure": True, "reason": "", "note": "mine"}


@dataclass(frozen=True)
class Sheet:
    """What a form holds."""

    title: str
    pages: int = 1


def test_fields_fill_the_dataclass_that_a_verb_takes(trial):
    taken = []

    @act("trial", "look", Field("title"), Field("pages", kind="integer", required=False))
    def look(key: int, given: Sheet, *, actor, now):
        taken.append(given)

    for data in ({"title": "A"}, {"title": "B", "pages": 2}):
        acts.perform("trial", trial.key, "look", data, actor=HR, now=NOW)
    assert taken == [Sheet("A"), Sheet("B", 2)]


def test_a_dataclass_that_may_be_left_out_is_none_where_nothing_of_it_was_given(trial):
    taken = []

    @act("trial", "look", Field("title", required=False), Field("pages", kind="integer", required=False))
    def look(key: int, given: Sheet | None = None, *, actor, now):
        taken.append(given)

    acts.perform("trial", trial.key, "look", {}, actor=HR, now=NOW)
    assert taken == [None]


def test_a_second_declaration_is_refused_at_once(trial):
    @act("trial", "look")
    def look(key: int, *, actor, now):
        """The first."""

    with pytest.raises(acts.Twice, match=r"trial\.look"):
        act("trial", "look")(look)
    with pytest.raises(acts.Twice, match="trial"):
        acts.declare_process("trial", object, facts_of)


def takes_less(key: int, *, actor, now):
    """Nothing but the record."""


def takes_more(key: int, grade: str, *, actor, now):
    """Something that nobody is asked for."""


def takes_another(key: int, meeting_id: int, *, actor, now):
    """A number of another record."""


@pytest.mark.parametrize(
    ("verb", "asked", "why"),
    [
        (takes_less, [Field("grade")], "takes no grade"),
        (takes_more, [], "nothing is asked for grade"),
        (takes_another, [Field("meeting", kind="integer", into="meeting_id")], "say whose it is"),
    ],
)
def test_a_declaration_that_does_not_fit_its_verb_is_refused_at_once(trial, verb, asked, why):
    with pytest.raises(TypeError, match=why):
        act("trial", "look", *asked)(verb)
    with pytest.raises(TypeError, match="no such"):
        act("trial", "no such")(takes_less)


def test_every_module_that_declares_an_act_is_listed_and_every_listed_one_does():
    place = Path(acts.__file__).parent
    declaring = {
        ".".join(file.relative_to(place).with_suffix("").parts)
        for file in place.glob("*/*.py")
        if re.search(r"^(@act|declare_process)\(", file.read_text(encoding="utf-8"), re.MULTILINE)
    }
    assert declaring == set(DECLARING)


def test_every_module_that_brings_a_rule_for_reference_data_is_loaded_before_any_is_written():
    place = Path(acts.__file__).parent
    bringing = {
        ".".join(file.relative_to(place).with_suffix("").parts)
        for file in place.glob("*/*.py")
        if re.search(r"^@rule\(", file.read_text(encoding="utf-8"), re.MULTILINE)
    }
    assert bringing == set(BRINGING_RULES)


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
        cleaned([Field("it", kind=kind, choices=(("a", "A"),))], {"it": given})
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


def test_a_refused_form_comes_back_with_the_clause_and_all_that_was_typed(trial, signed_in):
    @act("trial", "look", Field("note"), REASON)
    def look(key: int, note: str, reason: str, *, actor, now):
        refuse("9.8", "Not today.")

    data = {"note": "typed with care", "reason": "a long one"}
    answer = signed_in("hr").post(f"/act/trial/{trial.key}/look", data=data)
    assert answer.status_code == 409
    for text in ("Not today.", "9.8", "typed with care", "a long one"):
        assert text in answer.text


def test_an_act_that_no_plain_form_can_ask_for_is_asked_for_on_a_page_of_its_own(app):
    acts.load()
    with app.test_request_context():
        asked = {
            name: [each.kind for each in made.fields if each.kind not in {*KINDS, "file"}]
            for name, made in acts.ACTS.items()
        }
        without = [name for name, kinds in asked.items() if kinds and address_asking(*name, 1) is None]
    assert any(asked.values())
    assert without == []


def test_its_address_typed_by_hand_leads_to_that_page(app, signed_in):
    from tests import factories as make

    with app.app_context():
        key = make.open_cycle(2031).id
    assert signed_in("hr").get(f"/act/cycle/{key}/correct_notice").location == f"/cycles/{key}"
    assert signed_in("hr").get("/act/cycle/4711/correct_notice").status_code == 404
