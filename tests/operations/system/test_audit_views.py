"""Generated screens and the API leave the same events, and nothing at all changes or removes an event."""

from __future__ import annotations

import re
from collections.abc import Callable
from types import SimpleNamespace
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from admin.models import AuditEvent, Department, db
from admin.operations.system.reference import CLAUSES
from admin.web.model_view import PortalModelView
from config import ROOT

CHANGES = {"POST", "PUT", "PATCH", "DELETE"}
TOUCHES = re.compile(
    r"(update|delete)\(\s*(AuditEvent|AUDIT)|AuditEvent\.__table__\.(update|delete)|(UPDATE|DELETE FROM) audit_events",
    re.I,
)


def last_event(app: Flask) -> AuditEvent:
    """The newest event."""
    with app.app_context():
        query = select(AuditEvent).order_by(AuditEvent.id.desc()).limit(1).execution_options(unscoped=True)
        return db.session.scalars(query).one()


def said(event: AuditEvent) -> tuple[Any, ...]:
    return event.act, event.record_type, event.actor_name, event.via


def test_a_generated_form_that_adds_changes_and_deletes_leaves_three_events(
    app: Flask, centre: SimpleNamespace, signed_in: Callable[[str], FlaskClient]
):
    hr = signed_in("hr")
    assert hr.post("/departments/add", data={"code": "QA", "name": "Quality"}).status_code == 302
    made = last_event(app)
    assert said(made) == ("insert", "departments", "hr", "web")
    assert made.clause == "1.2"
    form = hr.get(f"/departments/edit/{made.record_id}").text
    loaded = re.search(r'name="seen"[^>]*value="([^"]*)"', form)
    assert loaded is not None
    data = {"code": "QA", "name": "Quality and training", "seen": loaded[1]}
    assert hr.post(f"/departments/edit/{made.record_id}", data=data).status_code == 302
    changed = last_event(app)
    assert said(changed) == ("update", "departments", "hr", "web")
    assert changed.changes == {"name": ["Quality", "Quality and training"]}
    hr.post(f"/departments/delete/{made.record_id}")
    gone = last_event(app)
    assert said(gone) == ("delete", "departments", "hr", "web")
    assert gone.changes["name"] == ["Quality and training", None]


def test_the_api_leaves_its_event_and_says_so(
    app: Flask, centre: SimpleNamespace, bearer: Callable[[str], dict[str, str]]
):
    answer = app.test_client().post(
        "/api/v1/departments/", json={"code": "QA", "name": "Quality"}, headers=bearer("hr")
    )
    assert answer.status_code == 201, answer.text
    assert said(last_event(app)) == ("insert", "departments", "hr", "api")


def test_a_form_that_is_refused_leaves_no_event(
    app: Flask, centre: SimpleNamespace, signed_in: Callable[[str], FlaskClient]
):
    hr, before = signed_in("hr"), last_event(app).id
    hr.post("/departments/add", data={"code": "CS", "name": "The same code again"})
    hr.post("/departments/add", data={"code": "", "name": ""})
    assert last_event(app).id == before


@pytest.mark.parametrize("view", ["AuditEventView", "ApiAuditEvents"])
def test_the_audit_is_only_read(app: Flask, view: str):
    rules = [rule for rule in app.url_map.iter_rules() if rule.endpoint.startswith(f"{view}.")]
    assert rules
    assert [rule.rule for rule in rules if CHANGES & set(rule.methods or ()) and "export" not in rule.rule] == []


@pytest.mark.parametrize("path", ["/audit/add", "/audit/edit/1", "/audit/delete/1"])
@pytest.mark.parametrize("name", ["auditor", "admin", "hr"])
def test_nobody_has_an_address_to_change_an_event(
    app: Flask, centre: SimpleNamespace, signed_in: Callable[[str], FlaskClient], path: str, name: str
):
    before, client = last_event(app).id, signed_in(name)
    for answer in (client.get(path), client.post(path)):
        assert answer.status_code in (404, 405)
    assert last_event(app).id >= before


def test_no_code_changes_or_removes_an_event():
    touching = [
        f"{path.relative_to(ROOT)}:{number}"
        for path in sorted((ROOT / "admin").rglob("*.py"))
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1)
        if TOUCHES.search(line)
    ]
    assert touching == []


WITHOUT_EVENTS = {
    "take_job", "finish_job", "give_back_job", "count_guess", "take_try", "give_try_back", "forget_tries", "ensure_permissions",
    "mark_read", "record_mailed", "choose_mail", "forget_keys", "beat", "check_held_file", "forget_held_files",
}  # fmt: skip
COMPOSED = {"change_case"}  # the operations inside it name theirs


def test_every_operation_that_leaves_events_names_its_clause():
    opened = re.compile(r'operation\(f?"(\w+)[^)]*?\)+ as \w+:')
    without = {
        found[1]
        for path in sorted((ROOT / "admin").rglob("*.py"))
        for found in opened.finditer(path.read_text(encoding="utf-8"))
        if "clause" not in found[0]
    }
    assert without <= WITHOUT_EVENTS | COMPOSED


def test_every_table_of_reference_data_names_its_clause(app: Flask):
    tables = {
        view.datamodel.obj.__tablename__
        for view in app.appbuilder.baseviews
        if isinstance(view, PortalModelView)
        and type(view).add_operation is PortalModelView.add_operation
        and view.add_columns
    }
    assert tables and tables <= set(CLAUSES)


def test_a_department_is_found_again_as_its_events_say(app: Flask, centre: SimpleNamespace, watch: Any):
    """The events alone rebuild what a row holds."""
    with app.app_context():
        row = db.session.scalars(select(Department).where(Department.code == "CS")).one()
        query = select(AuditEvent).where(AuditEvent.record_type == "departments", AuditEvent.record_id == row.id)
        built: dict[str, Any] = {}
        for event in db.session.scalars(query.order_by(AuditEvent.id).execution_options(unscoped=True)):
            built |= {name: new for name, (_, new) in event.changes.items()}
        assert {name: built.get(name) for name in ("code", "name", "head_id")} == {
            "code": row.code,
            "name": row.name,
            "head_id": row.head_id,
        }
