"""Screens over records of a procedure, and trails as their readers may see them."""

from __future__ import annotations

import re

import pytest

from admin.access.actor import Actor
from tests.conftest import NOW
from tests.web.test_traps_rows import seen


@pytest.fixture
def stated(app):
    from admin.models import Appeal
    from admin.web.records import Records

    return {
        "datamodel": Records(Appeal),
        "process": "appeal",
        **{f"{name}_title": name for name in ("list", "show", "add", "edit")},
        "list_columns": ["stage"],
        "show_columns": ["stage"],
        "search_columns": [],
        "order_columns": [],
        "label_columns": {"stage": "Stage", "kind": "Kind"},
    }


def test_a_procedures_screen_has_no_form_and_no_deleting(stated):
    from admin.web.workflow_view import WorkflowModelView

    view = type("PlainView", (WorkflowModelView,), stated)
    assert {"add", "edit", "delete"} <= view.exclude_route_methods


@pytest.mark.parametrize(
    ("more", "why"),
    [
        ({"process": ""}, "name its process"),
        ({"add_columns": ["kind"]}, "operation of its own"),
        ({"edit_columns": ["kind"]}, "operation of its own"),
        ({"edit_columns": ["stage"], "edit_operation": lambda *_: None}, "not typed in"),
    ],
)
def test_a_stage_is_never_typed_in(stated, more, why):
    from admin.web.workflow_view import WorkflowModelView

    with pytest.raises(TypeError, match=why):
        type("BoldView", (WorkflowModelView,), {**stated, **more})


def test_a_page_shows_its_changes_with_values_to_hr_and_without_to_others(signed_in, centre):
    hr, employee = signed_in("hr"), signed_in("emp1")
    address = f"/departments/edit/{centre.other}"
    hr.post(address, data={"code": "IT", "name": "新名稱", "seen": seen(hr.get(address).text)})
    trails = [
        re.findall(r'<ol class="timeline">.*?</ol>', who.get(f"/departments/show/{centre.other}").text, re.S)[0]
        for who in (hr, employee)
    ]
    assert "資訊部 → 新名稱" in trails[0]
    assert "資訊部" not in trails[1] and "hr" in trails[1]


def history(app, **values):
    from admin.models import HistoryStep, db
    from admin.operations.transaction import operation

    step = {
        "process": "review",
        "record_id": 1,
        "from_stage": "rating",
        "to_stage": "rating",
        "clause": "3.2.3",
        "happened_at": NOW,
    }
    with operation("trial", actor=Actor("system", roles=frozenset({"system"})), now=NOW) as op:
        op.add(HistoryStep(**(step | values)))
    return db.session()


@pytest.mark.parametrize(
    ("role", "named"), [("hr", False), ("employee", False), ("head", False), ("admin", False), ("auditor", True)]
)
def test_what_a_peer_did_stands_in_the_history_for_the_auditor_alone(app, role, named):
    from admin.queries.system.audit import history_of

    with app.app_context():
        session = history(app, action="decline_rating", relation="peer", actor_id=7, actor_name="林曉青", reason="太熟")
        entries = history_of(session, "review", 1, Actor("x", user_id=8, roles=frozenset({role})))
        assert [(entry.actor_name, entry.reason) for entry in entries] == ([("林曉青", "太熟")] if named else [])


@pytest.mark.parametrize(
    ("role", "named"), [("employee", False), ("superior", False), ("hr", True), ("panel_member", True)]
)
def test_who_objected_is_known_to_panel_and_hr_only(app, role, named):
    from admin.queries.system.audit import history_of

    with app.app_context():
        session = history(app, process="appeal", action="withdraw", relation="filer", actor_id=7, actor_name="林曉青")
        (entry,) = history_of(session, "appeal", 1, Actor("x", user_id=8, roles=frozenset({role})))
        assert (entry.actor_name == "林曉青") is named


def test_pay_amounts_are_in_no_auditors_trail(app):
    from decimal import Decimal

    from admin.models import Grade, PayBand, db
    from admin.operations.system.reference import add_record
    from admin.queries.system.audit import changes_of

    with app.app_context():
        grade = db.session.query(Grade).first().id
        data = {"grade_id": grade, "valid_from": NOW.date(), "amount_min": Decimal(41234), "amount_max": Decimal(52345)}
        row = add_record(PayBand, data, actor=Actor("hr", roles=frozenset({"hr"})), now=NOW)
        (entry,) = changes_of(db.session(), "pay_bands", row.id, Actor("a", roles=frozenset({"auditor"})))
        assert "41234" not in str(entry.changes)
