"""Every generated screen opens for those whom the access list names."""

from __future__ import annotations

import re

import pytest
from sqlalchemy import inspect

from admin.models import Course, Employee
from admin.web.reading_view import ReadingModelView, searched


def test_every_menu_entry_opens_for_hr(signed_in):
    client = signed_in("hr")
    links = re.findall(r'<nav class="side".*?</nav>', client.get("/").text, re.S)[0]
    addresses = set(re.findall(r'href="(/[^"]*)"', links))
    assert {"/departments/list/", "/employees/list/", "/pay/"} <= addresses
    for address in addresses:
        assert client.get(address).status_code == 200, address


@pytest.mark.parametrize("name", ["admin", "auditor", "emp1", "sup1", "head1", "management"])
def test_every_menu_entry_opens_for_its_reader(signed_in, name):
    client = signed_in(name)
    links = re.findall(r'<nav class="side".*?</nav>', client.get("/").text, re.S)[0]
    for address in set(re.findall(r'href="(/[^"]*)"', links)):
        assert client.get(address).status_code == 200, address


def test_a_department_is_added_changed_and_deleted(signed_in):
    client = signed_in("hr")
    assert client.post("/departments/add", data={"code": "QA", "name": "品質"}).status_code == 302
    page = client.get("/departments/list/?_flt_2_code=QA").text
    key = re.search(r"/departments/show/(\d+)", page)[1]
    form = client.get(f"/departments/edit/{key}").text
    seen = re.search(r'name="seen"[^>]*value="([^"]*)"', form)[1]
    assert (
        client.post(f"/departments/edit/{key}", data={"code": "QA", "name": "品質部", "seen": seen}).status_code == 302
    )
    assert "品質部" in client.get(f"/departments/show/{key}").text
    assert client.post(f"/departments/delete/{key}").status_code == 302
    assert client.get(f"/departments/show/{key}").status_code == 404


def test_a_role_that_ships_shows_no_button_that_would_be_refused(app, signed_in):
    from admin.models import db
    from admin.models.accounts import Role

    client = signed_in("admin")
    with app.app_context():
        key = db.session.query(Role.id).filter(Role.name == "hr").scalar()
    assert client.post("/roles/add", data={"name": "our own", "permissions": []}).status_code == 302
    with app.app_context():
        made = db.session.query(Role.id).filter(Role.name == "our own").scalar()
    listed = client.get("/roles/list/").text
    assert f"/roles/edit/{key}" not in listed and f"/roles/edit/{made}" in listed
    page = client.get(f"/roles/show/{key}").text
    assert "c-6.3-b" in page and f"/roles/edit/{key}" not in page
    assert f"/roles/edit/{made}" in client.get(f"/roles/show/{made}").text
    assert client.get(f"/roles/edit/{key}").status_code == 409


def test_the_page_of_an_entry_is_named_after_it_and_leads_to_its_list_and_form(centre, signed_in):
    page = signed_in("hr").get(f"/employees/show/{centre.emp1}").text
    assert re.search(r"<h1>[^<]*E3 emp1</h1>", page)
    main = page[page.index('<main id="main"') :]
    assert 'href="/employees/list/"' in main and f'href="/employees/edit/{centre.emp1}"' in main


def test_a_list_without_entries_says_so_and_one_without_matches_says_that(signed_in):
    client = signed_in("hr")
    english = {"Accept-Language": "en"}
    assert "Nothing has been entered yet." in client.get("/pay_bands/list/", headers=english).text
    assert "No entry matches." in client.get("/departments/list/?_flt_2_code=NONE", headers=english).text


def test_the_menu_leaves_out_what_an_account_without_an_employee_has_not(signed_in):
    menu = re.compile(r'<nav class="side".*?</nav>', re.S)
    assert "/my-path/" in menu.search(signed_in("emp1").get("/").text)[0]
    assert "/my-path/" not in menu.search(signed_in("admin").get("/").text)[0]


def test_the_menu_marks_the_list_from_which_a_page_was_opened(signed_in):
    page = signed_in("hr").get("/calendar_days/list/").text
    assert re.findall(r'<a href="([^"]+)" aria-current="page">', page) == ["/calendar/"]


def test_an_entry_to_which_others_refer_says_why_it_cannot_be_deleted(centre, signed_in):
    client = signed_in("hr")
    kept = client.get(f"/departments/show/{centre.centre}").text
    assert 'aria-disabled="true" aria-describedby="why-kept"' in kept and "/departments/delete/" not in kept
    assert client.post("/departments/add", data={"code": "NEW", "name": "新部門"}).status_code == 302
    key = re.search(r"/departments/show/(\d+)", client.get("/departments/list/?_flt_2_code=NEW").text)[1]
    free = client.get(f"/departments/show/{key}").text
    assert f'action="/departments/delete/{key}"' in free and "why-kept" not in free
    assert "/departments/delete/" not in client.get("/departments/list/").text
    assert "/delete/" not in signed_in("emp1").get(f"/departments/show/{key}").text


def test_an_employee_s_entry_leads_to_the_grade_file_for_those_who_may_read_it(centre, signed_in):
    address = f"/employees/show/{centre.emp1}"
    page = signed_in("hr").get(address).text
    assert 'href="/files/E3"' in page and signed_in("hr").get("/files/E3").status_code == 200
    assert 'href="/files/E3"' not in signed_in("admin").get(address).text


@pytest.mark.parametrize(
    ("address", "readers"),
    [
        ("/pay_bands/add", "HR"),
        ("/departments/add", "everyone with an account"),
        ("/appeals/add", "HR, Auditor, Member of the appeal panel, Chair of the appeal panel; those concerned"),
    ],
)
def test_a_generated_form_says_who_can_read_what_is_entered(signed_in, address, readers):
    page = signed_in("hr").get(address, headers={"Accept-Language": "en"})
    assert page.status_code == 200
    assert f"Who can read this: {readers}" in page.text


def test_a_row_is_looked_up_by_every_text_that_it_is_called_by(portal):
    views = [view for view in portal.appbuilder.baseviews if isinstance(view, ReadingModelView)]
    tables = {
        relation.mapper.class_
        for view in views
        for relation in inspect(view.datamodel.obj).relationships
        if not relation.uselist and relation.key in {*view.add_columns, *view.edit_columns, *view.search_columns}
    }
    assert {Employee, Course} <= tables
    assert {table.__name__: missing for table in tables if (missing := called_by(table) - set(searched(table)))} == {}


def called_by(table):
    """The table's own texts that its name shows."""
    texts = [name for name, column in inspect(table).columns.items() if column.type.python_type is str]
    try:
        shown = str(table(**{name: f"<{name}>" for name in texts}))
    except AttributeError:  # by a row of another table alone
        return set()
    return {name for name in texts if f"<{name}>" in shown}


def test_a_row_is_looked_up_in_either_script(signed_in):
    hr = signed_in("hr")
    assert hr.post("/courses/add", data={"code": "C-1", "title": "客訴處理", "brings": "training"}).status_code == 302
    for text in ("客訴", "客诉", "c-1"):
        found = hr.get("/course_sessions/look_up/course", query_string={"q": text}).json["results"]
        assert [row["text"] for row in found] == ["C-1 客訴處理"], text
