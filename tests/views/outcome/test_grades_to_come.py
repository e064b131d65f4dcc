"""What the grade file holds from a later day is told as "from" its day wherever a grade is shown (1.2-f)."""

from __future__ import annotations

import io
import zipfile
from datetime import date

import pytest

from admin.domain.workflow.transitions import FINAL_STAGES
from admin.models import Employee
from tests import factories as make
from tests.views.clients import client_of, headers_of

pytestmark = pytest.mark.usefixtures("no_tokens")
ENGLISH = {"Accept-Language": "en"}


@pytest.fixture
def person(session):
    found = make.employee("Anna")
    make.holds(found, "J2")
    with make.fixture() as op:
        make.moved(op.get(Employee, found.id), "J3", date(2027, 1, 1))
    return found


@pytest.fixture
def hr(session):
    return make.employee("Staff", roles=("employee", "hr"))


def test_the_list_the_page_and_the_workbook_of_employees_say_it(app, person, hr):
    client = client_of(app, hr.user_id)
    for page in ("/employees/list/", f"/employees/show/{person.id}"):
        text = client.get(page, headers=ENGLISH).text
        assert "Junior agent 2" in text and "Junior agent 3 from 2027-01-01" in text
    workbook = zipfile.ZipFile(io.BytesIO(client.post("/employees/export", headers=ENGLISH).data))
    cells = "".join(workbook.read(name).decode() for name in workbook.namelist() if name.endswith(".xml"))
    assert "Junior agent 2" in cells and "Junior agent 3 from 2027-01-01" in cells


def test_programs_are_told_it_in_lists_and_of_one_person(app, person, hr):
    headers, client = headers_of(app, hr.user_id), app.test_client()
    listed = client.get("/api/v1/employees/?q=(page_size:100)", headers=headers).json["result"]
    alone = client.get(f"/api/v1/employees/{person.id}", headers=headers).json["result"]
    for row in (alone, next(each for each in listed if each["name"] == "Anna")):
        assert (row["grade"], row["grade_to_come"], row["grade_to_come_from"]) == ("J2", "J3", "2027-01-01")


def test_who_may_not_read_the_file_learns_no_grade_from_the_list(app, person):
    administrator = make.employee("Keeper", roles=("employee", "admin"))
    text = client_of(app, administrator.user_id).get("/employees/list/", headers=ENGLISH).text
    assert "Anna" in text and "Junior agent 3" not in text


@pytest.mark.parametrize("stage", ["committee", *FINAL_STAGES])
def test_the_head_of_a_case_says_it_whether_it_runs_or_has_ended(app, person, hr, stage):
    fixed = {"determined_grade_id": make.grade("J3").id} if stage == "issued" else {}
    case = make.review(make.open_cycle(), person, present="J2", stage=stage, **fixed)
    text = client_of(app, hr.user_id).get(f"/reviews/{case.id}", headers=ENGLISH).text
    assert "In the grade file: Junior agent 3 from 2027-01-01" in text
