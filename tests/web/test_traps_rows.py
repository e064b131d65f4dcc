"""Flask-AppBuilder's traps that show or change rows outside one's scope."""

from __future__ import annotations

import re

import pytest


def seen(page: str) -> str:
    return re.search(r'name="seen"[^>]*value="([^"]*)"', page)[1]


def test_a_list_shows_rows_in_scope_only_and_counts_no_others(signed_in):
    page = signed_in("sup1").get("/employees/list/").text
    assert "emp1" in page and "outsider" not in page
    assert re.search(r'class="count num">[^<\d]*3[^<\d]*<', page)


@pytest.mark.parametrize("path", ["show", "edit"])
def test_a_stranger_is_404_by_address(signed_in, centre, path):
    assert signed_in("sup1").get(f"/employees/{path}/{centre.outsider}").status_code == 404


@pytest.mark.parametrize("pk", ["0", "999999", "abc", "99999999999999999999", "%00", "1;DROP"])
def test_a_number_that_is_none_is_404(signed_in, pk):
    assert signed_in("hr").get(f"/departments/show/{pk}").status_code == 404


def test_an_act_on_a_row_that_is_not_there_or_an_unknown_act_is_404(signed_in):
    client = signed_in("hr")
    assert client.post("/calendar_years/action/confirm/4711").status_code == 404
    assert client.post("/calendar_years/action/no_such/1").status_code == 404
    assert client.post("/calendar_years/action_post", data={"action": "confirm", "rowid": ["4711"]}).status_code == 404


def test_an_act_is_refused_to_those_without_its_permission(signed_in, app):
    hr, employee = signed_in("hr"), signed_in("emp1")
    hr.post("/calendar_years/add", data={"year": "2031"})
    page = hr.get("/calendar_years/list/?_flt_0_year=2031").text
    key = re.search(r"/calendar_years/show/(\d+)", page)[1]
    assert employee.post(f"/calendar_years/action/confirm/{key}").status_code == 404
    assert hr.post(f"/calendar_years/action/confirm/{key}").status_code == 302


def test_a_form_lists_no_rows_of_a_relation(signed_in):
    page = signed_in("hr").get("/employees/add").text
    assert "outsider" not in page and "/employees/look_up/superior" in page


def test_a_look_up_is_scoped_bounded_and_searches(signed_in):
    hr, superior = signed_in("hr"), signed_in("sup1")
    assert [row["text"] for row in hr.get("/employees/look_up/superior?q=outs").json["results"]] == ["E5 outsider"]
    assert superior.get("/employees/look_up/superior?q=outs").json["results"] == []
    assert len(hr.get("/employees/look_up/superior?q=%25").json["results"]) == 0


def test_a_look_up_of_a_column_that_is_not_in_the_forms_is_404(signed_in):
    assert signed_in("hr").get("/employees/look_up/grade_intervals").status_code == 404
    assert signed_in("hr").get("/employees/look_up/number").status_code == 404


def test_a_filter_in_the_address_does_not_override_the_form(signed_in, app):
    client = signed_in("hr")
    client.post("/departments/add?_flt_0_parent=1&_flt_0_in_centre=1", data={"code": "QA", "name": "品質"})
    from admin.models import Department, db

    with app.app_context():
        row = db.session.query(Department).filter_by(code="QA").one()
        assert (row.parent_id, row.in_centre) == (None, False)


def test_a_relation_to_a_row_out_of_scope_is_refused(signed_in):
    answer = signed_in("hr").post("/departments/add", data={"code": "QA", "name": "品質", "parent": "4711"})
    assert answer.status_code == 422 and "4711" in answer.text


def test_fields_that_the_form_does_not_have_are_ignored(signed_in, app, centre):
    client = signed_in("hr")
    form = client.get(f"/employees/edit/{centre.emp1}").text
    data = {
        "number": "E3",
        "name": "emp1",
        "department": centre.centre,
        "hired_on": "2020-01-06",
        "status": "in_service",
        "seen": seen(form),
    }
    assert (
        client.post(
            f"/employees/edit/{centre.emp1}", data={**data, "user_id": "1", "id": "99", "grade": "11"}
        ).status_code
        == 302
    )
    from admin.access.actor import acting_as, system_actor
    from admin.models import Employee, db

    with app.app_context(), acting_as(system_actor()):
        assert db.session.get(Employee, centre.emp1).user_id != 1


def test_hidden_columns_give_no_order_no_filter_and_no_search(signed_in):
    client = signed_in("sup1")
    plain = client.get("/employees/list/").text
    rows = re.findall(r"/employees/show/(\d+)", plain)
    for query in (
        "_oc_EmployeeView=email&_od_EmployeeView=desc",
        "_flt_0_email=x",
        "_flt_0_user_id=1",
        "_oc_EmployeeView=department.name&_od_EmployeeView=asc",
    ):
        assert re.findall(r"/employees/show/(\d+)", client.get(f"/employees/list/?{query}").text) == rows, query


@pytest.mark.parametrize(
    "query",
    [
        "page_DepartmentView=abc",
        "page_DepartmentView=-1",
        "page_DepartmentView=99999999999999999999",
        "psize_DepartmentView=abc",
        "psize_DepartmentView=100000000",
        "psize_DepartmentView=-5",
        "_flt_9_code=x",
        "_flt_0_parent=abc",
        "_flt_0_parent=99999999999999999999",
        "_flt_0_in_centre=perhaps",
        "_oc_DepartmentView=nothing&_od_DepartmentView=asc",
        "_od_DepartmentView=sideways&_oc_DepartmentView=code",
        "_flt_0_no_such=1",
    ],
)
def test_a_spoilt_address_gives_a_list_and_no_fault(signed_in, query):
    assert signed_in("hr").get(f"/departments/list/?{query}").status_code == 200


def test_a_page_has_at_most_a_hundred_rows(app):
    from admin.web import model_view

    view = next(view for view in app.appbuilder.baseviews if type(view).__name__ == "DepartmentView")
    with app.test_request_context("/departments/list/?psize_DepartmentView=100000"):
        assert view._page() == (0, model_view.LARGEST_PAGE)


def test_filters_belong_to_one_request(app):
    view = next(view for view in app.appbuilder.baseviews if type(view).__name__ == "DepartmentView")
    with app.test_request_context("/departments/list/?_flt_0_code=A"):
        view._read_filters()
        first = view._filters
        assert first.get_filter_value("code") == ["A"]
    with app.test_request_context("/departments/list/"):
        assert view._filters is not first and view._filters.values == []


def test_a_percent_sign_in_a_filter_is_a_plain_character(signed_in):
    assert not re.search(r"\bE3\b", signed_in("hr").get("/employees/list/?_flt_0_number=%25").text)


def test_codes_dates_and_yes_and_no_are_shown_as_words(signed_in):
    client = signed_in("hr")
    client.get("/lang/en")
    page = client.get("/employees/list/").text
    assert "In service" in page and "in_service</span>" not in page
    departments = client.get("/departments/list/").text
    assert "Yes" in departments and ">True<" not in departments


@pytest.mark.parametrize("address", ["/employees/list/", "/reviews/list/"])
def test_a_list_takes_at_most_seven_statements(address, signed_in, app):
    from tests.web.counting import statements

    client = signed_in("hr")
    client.get(address)  # the choices over it are kept until something is written
    with statements(app) as sent:
        assert client.get(address).status_code == 200
    assert len(sent) <= 7, "\n".join(sent)
