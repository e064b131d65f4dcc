"""Flask-AppBuilder's traps in writing: half-saved edits, raw SQL shown, silent deletes, lost updates."""

from __future__ import annotations

from typing import Any

import pytest
from markupsafe import escape

from tests.web.test_traps_rows import seen


def events(app, record_type):
    from admin.models import AuditEvent, db

    with app.app_context():
        return db.session.query(AuditEvent).filter_by(record_type=record_type).execution_options(unscoped=True).all()


def employee(app, key):
    from admin.access.actor import acting_as, system_actor
    from admin.models import Employee, db

    with app.app_context(), acting_as(system_actor()):
        row = db.session.get(Employee, key)
        return row.superior_id, row.name, row.left_on


def test_a_change_and_its_audit_event_are_one_transaction(signed_in, app, monkeypatch, centre):
    client = signed_in("hr")
    form = client.get(f"/departments/edit/{centre.other}").text
    before = len(events(app, "departments"))
    monkeypatch.setattr("admin.models.audit.write_events", lambda *_: (_ for _ in ()).throw(RuntimeError("no audit")))
    assert (
        client.post(
            f"/departments/edit/{centre.other}", data={"code": "IT", "name": "新名", "seen": seen(form)}
        ).status_code
        == 500
    )
    monkeypatch.undo()
    assert "新名" not in client.get("/departments/list/").text
    assert len(events(app, "departments")) == before


def test_the_data_interface_cannot_write(app):
    from admin.models import Department
    from admin.web.records import Records

    for name in ("add", "edit", "delete", "delete_all"):
        with pytest.raises(RuntimeError, match="changed by an operation"):
            getattr(Records(Department), name)(Department())


def test_a_refused_edit_is_not_saved_by_a_later_one(signed_in, app, centre):
    client = signed_in("hr")
    form = client.get(f"/employees/edit/{centre.sup1}").text
    data = {
        "number": "E2",
        "name": "CHANGED",
        "department": centre.centre,
        "hired_on": "2020-01-06",
        "status": "in_service",
        "superior": centre.emp1,
    }
    answer = client.post(f"/employees/edit/{centre.sup1}", data={**data, "seen": seen(form)})
    assert answer.status_code == 409
    client.post("/departments/add", data={"code": "QA", "name": "品質"})
    assert employee(app, centre.sup1)[:2] == (centre.head1, "sup1")


def test_a_superior_who_is_ones_own_subordinate_is_refused_with_the_clause(signed_in, centre):
    client = signed_in("hr")
    client.get("/lang/en")
    form = client.get(f"/employees/edit/{centre.head1}").text
    data = {
        "number": "E1",
        "name": "head1",
        "department": centre.centre,
        "hired_on": "2020-01-06",
        "status": "in_service",
        "superior": centre.emp2,
    }
    answer = client.post(f"/employees/edit/{centre.head1}", data={**data, "seen": seen(form)})
    assert answer.status_code == 409 and "circle" in answer.text and "1.2" in answer.text


def test_hired_after_joining_the_centre_is_said_at_the_field(signed_in, centre):
    client = signed_in("hr")
    client.get("/lang/en")
    form = client.get(f"/employees/edit/{centre.emp1}").text
    data = {
        "number": "E3",
        "name": "emp1",
        "department": centre.centre,
        "hired_on": "2020-01-06",
        "joined_centre_on": "2019-01-01",
    }
    answer = client.post(f"/employees/edit/{centre.emp1}", data={**data, "seen": seen(form)})
    assert answer.status_code == 422 and "The centre was joined before the hiring date." in answer.text


def test_a_duplicate_is_said_at_the_field_and_shows_no_sql(signed_in):
    client = signed_in("hr")
    client.get("/lang/en")
    answer = client.post("/departments/add", data={"code": "CS", "name": "x"})
    assert answer.status_code == 422 and "Another record has this value already." in answer.text
    assert "INSERT" not in answer.text and "UNIQUE" not in answer.text


def test_deleting_what_others_refer_to_says_who(signed_in, centre):
    client = signed_in("hr")
    client.get("/lang/en")
    answer = client.post(f"/departments/delete/{centre.centre}")
    assert answer.status_code == 409 and "employees still refer to it (4)" in answer.text


@pytest.mark.parametrize("path", ["/departments/delete/1", "/calendar_years/action/confirm/1", "/departments/export"])
def test_what_changes_something_is_not_a_get(signed_in, path):
    assert signed_in("hr").get(path).status_code == 405


def test_without_its_token_no_form_is_taken(app, centre):
    client = app.test_client()
    assert client.post("/login/", data={"username": "hr", "password": "x"}).status_code == 400
    assert client.post(f"/departments/delete/{centre.other}").status_code == 400
    assert client.post("/logout/").status_code == 400


def test_somebody_who_saved_first_is_told_of_and_both_are_shown(signed_in, centre):
    first, second = signed_in("hr"), signed_in("hr")
    second.get("/lang/en")
    address = f"/departments/edit/{centre.other}"
    opened = seen(second.get(address).text)
    assert (
        first.post(address, data={"code": "IT", "name": "先存", "seen": seen(first.get(address).text)}).status_code
        == 302
    )
    answer = second.post(address, data={"code": "IT", "name": "後存", "seen": opened})
    assert answer.status_code == 409 and "先存" in answer.text and "後存" in answer.text
    assert "先存" in first.get("/departments/list/").text


def test_a_form_without_its_fingerprint_is_stale(signed_in, centre):
    assert (
        signed_in("hr").post(f"/departments/edit/{centre.other}", data={"code": "IT", "name": "x"}).status_code == 409
    )


def test_a_json_column_is_refused_in_a_generated_form(app):
    from admin.models import Criterion
    from admin.web.fields import FormMaker
    from admin.web.records import Records

    class View:
        datamodel, label_columns, description_columns, choices, many_choices = (
            Records(Criterion),
            {"texts": "Texts"},
            {},
            {},
            {},
        )

    with pytest.raises(TypeError, match="spoil"):
        FormMaker(View()).make(["texts"])


@pytest.mark.parametrize(
    "missing", ["list_title", "edit_title", "search_columns", "order_columns", "add_columns", "label_columns"]
)
def test_a_view_that_leaves_something_to_the_framework_is_refused(app, missing):
    from admin.models import Department
    from admin.web.model_view import PortalModelView
    from admin.web.records import Records

    stated: dict[str, Any] = dict(  # noqa: C408
        datamodel=Records(Department),
        list_title="a",
        show_title="b",
        add_title="c",
        edit_title="d",
        list_columns=["code"],
        show_columns=["code"],
        search_columns=[],
        order_columns=[],
        add_columns=[],
        edit_columns=[],
        label_columns={"code": "Code"},
    )
    del stated[missing]
    with pytest.raises(TypeError, match=missing):
        type("HalfView", (PortalModelView,), stated)


def test_an_empty_list_of_columns_means_none_and_not_all(app):
    view = next(view for view in app.appbuilder.baseviews if type(view).__name__ == "AuditEventView")
    assert view.add_columns == [] and view.edit_columns == []


@pytest.mark.parametrize("name", ["a" * 101, "x\x00y", "", "   ", "　"])
def test_texts_that_cannot_be_stored_are_refused(signed_in, name):
    assert signed_in("hr").post("/departments/add", data={"code": "QA", "name": name}).status_code == 422


@pytest.mark.parametrize("amount", ["NaN", "Infinity", "-1", "1e400", "99999999999999", "zehn", "2.005", "1e-9"])
def test_amounts_that_are_none_are_refused(signed_in, app, amount):
    from admin.models import Grade, db

    with app.app_context():
        grade = db.session.query(Grade).first().id
    data = {"grade": grade, "valid_from": "2026-01-01", "amount_min": amount, "amount_max": "5", "currency": "TWD"}
    assert signed_in("hr").post("/pay_bands/add", data=data).status_code == 422


def test_full_width_digits_are_read(signed_in, app):
    assert signed_in("hr").post("/calendar_years/add", data={"year": "２０３１"}).status_code == 302


@pytest.mark.parametrize(
    "text", ["<img src=x onerror=alert(1)>", "{{7*7}}", "{% raw %}", "\u202eabc", "𠮷野", "=HYPERLINK(1)"]
)
def test_odd_texts_stay_inert_and_intact(signed_in, text):
    client = signed_in("hr")
    assert client.post("/departments/add", data={"code": "QA", "name": text}).status_code == 302
    page = client.get("/departments/list/").text
    assert str(escape(text)) in page
    assert "<img src=x" not in page


def test_a_grade_can_be_edited_nowhere(app):
    """Only a case's copy of the grade is corrected (`correct_snapshot`, 1.2-a), and an adjustment is drafted for decision."""
    for view in app.appbuilder.baseviews:
        table = getattr(getattr(view, "datamodel", None), "obj", None)
        columns = {*(getattr(view, "add_columns", None) or ()), *(getattr(view, "edit_columns", None) or ())}
        if table is not None and table.__tablename__ in ("employees", "grade_intervals", "grade_changes", "reviews"):
            by_operation = {"reviews": {"present_grade"}, "grade_changes": {"to_grade"}}.get(table.__tablename__, set())
            assert not {name for name in columns - by_operation if "grade" in name}, type(view).__name__


def test_an_export_is_a_workbook_and_an_event(signed_in, app):
    answer = signed_in("hr").post("/departments/export?_flt_0_code=CS")
    assert answer.status_code == 200 and answer.data[:2] == b"PK"
    (event,) = [each for each in events(app, "departments") if each.act == "export"]
    assert event.changes["rows"] == [None, 1]
