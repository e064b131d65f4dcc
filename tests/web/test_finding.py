"""What stands in sight over a generated list: a search field, a few filters, and nothing preset that hides rows."""

from __future__ import annotations

import io
import re
from datetime import date

import pytest
from python_calamine import CalamineWorkbook

from admin.models import Employee
from admin.web.model_view import PortalModelView
from tests import factories as make


def shown(client, address):
    """The rows of a list by the text of their first cell."""
    page = client.get(address).text
    return re.findall(r'<td data-label="[^"]*" class="named">\s*<a href="/employees/show/\d+[^"]*">([^<]+)</a>', page)


def test_no_search_field_of_any_list_begins_with_a_value(app):
    with app.test_request_context("/"):
        views = [view for view in app.appbuilder.baseviews if isinstance(view, PortalModelView)]
        preset = {
            f"{type(view).__name__}.{field.name}": field.data
            for view in views
            for field in view.search_form()
            if field.name in view.search_columns and field.data not in (None, "", False)
        }
    assert len(views) > 10 and preset == {}


def test_a_search_that_asks_for_nothing_shows_everything(signed_in):
    client = signed_in("hr")
    everything = shown(client, "/employees/list/")
    assert {"E1", "E2", "E3", "E4", "E5"} < set(everything)
    asked = "/employees/list/?find=&_flt_0_department=&_flt_2_status=&_flt_0_name=&_flt_0_hired_on="
    assert shown(client, asked) == everything


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("E3", ["E3"]),
        ("sup", ["E2", "E3", "E4"]),  # their superior's name counts as well
        ("%", []),
        ("_", []),
        ("x" * 500, []),
    ],
)
def test_one_field_finds_by_number_name_and_superior(signed_in, text, found):
    client = signed_in("hr")
    assert shown(client, "/employees/list/?" + "find=" + re.sub("%", "%25", text).replace("\0", "%00")) == found


@pytest.mark.parametrize("typed", ["范晓", "范曉明", "範晓明", "Ｅ７７", "e77", "晓明"])
def test_a_name_is_found_in_either_script_and_width_in_a_list_as_in_the_search(app, signed_in, centre, typed):
    with app.app_context(), make.fixture() as op:
        op.add(Employee(number="E77", name="范曉明", department_id=centre.centre, hired_on=date(2020, 1, 6)))
    client = signed_in("hr")
    assert shown(client, f"/employees/list/?find={typed}") == ["E77"]
    assert "范曉明" in client.get(f"/search/?q={typed}").text


def test_the_filters_in_sight_narrow_the_list_and_stay_chosen_with_its_order(signed_in, centre):
    client = signed_in("hr")
    asked = f"/employees/list/?_flt_0_department={centre.other}&find=out&_oc_EmployeeView=name&_od_EmployeeView=desc"
    page = client.get(asked).text
    assert shown(client, asked) == ["E5"]
    assert f'name="_flt_0_department" value="{centre.other}"' in page and 'data-text="資訊部"' in page
    assert 'name="find" maxlength="100" value="out"' in page
    assert '<option value="left" selected>' in client.get("/employees/list/?_flt_2_status=left").text
    assert '<input type="hidden" name="_oc_EmployeeView" value="name">' in page


def test_a_person_in_a_list_leads_to_their_grade_file_for_whoever_reads_all_of_them(signed_in):
    assert '<a href="/files/E2">' in signed_in("hr").get("/employees/list/").text.replace(' class="named"', "")
    assert 'href="/files/E2"' not in signed_in("sup1").get("/employees/list/").text


def exported(client, data, address="/employees/export"):
    answer = client.post(address, data={"ticked": "1", **data})
    if answer.status_code != 200:
        return answer.status_code
    sheet = CalamineWorkbook.from_filelike(io.BytesIO(answer.data)).get_sheet_by_index(0).to_python()
    return [row[0] for row in sheet[1:]], sheet[0]


def test_the_ticked_rows_alone_are_exported_with_the_columns_of_the_list(app, signed_in, centre):
    hr, sup = signed_in("hr"), signed_in("sup1")
    whole = CalamineWorkbook.from_filelike(io.BytesIO(hr.post("/employees/export").data)).get_sheet_by_index(0)
    page = hr.get("/employees/list/").text
    assert 'name="ticked"' in page and page.count("data-pick ") + page.count("data-pick>") >= 5
    two = {"rowid": [str(centre.emp1), str(centre.outsider), "999999", "x"]}
    assert exported(hr, two) == (["E3", "E5"], whole.to_python()[0])
    # What was filtered since says nothing about what was ticked; the order is the list's.
    address = "/employees/export?find=E1&_oc_EmployeeView=number&_od_EmployeeView=desc"
    assert exported(hr, two, address)[0] == ["E5", "E3"]
    assert exported(hr, {**two, "all": "yes"}, "/employees/export?find=E3")[0] == ["E3"]
    # A stranger's row is left out, and alone it is not there.
    assert exported(sup, two)[0] == ["E3"]
    assert exported(sup, {"rowid": [str(centre.outsider)]}) == 404
    assert exported(hr, {}) == 422


def test_an_exported_list_holds_a_persons_number_and_name_apart(signed_in):
    data = signed_in("hr").post("/employees/export?find=E3").data
    head, row = CalamineWorkbook.from_filelike(io.BytesIO(data)).get_sheet_by_index(0).to_python()
    cells = dict(zip(head, row, strict=True))
    assert (cells["直屬上級工號"], cells["直屬上級姓名"]) == ("E2", "sup1")
