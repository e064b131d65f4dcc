"""A batch of adjustments from a spreadsheet: faults by row and column, everyone seen before, rejected rows given back (4.3)."""

from __future__ import annotations

import io
import re
from datetime import date

import pytest

from admin.files.workbooks import write_workbook
from admin.models import Employee, db
from tests import factories as make

HEADS = ["Employee number", "New grade", "Holds from", "Reason"]
ENGLISH = {"Accept-Language": "en"}


@pytest.fixture
def graded(app, centre):
    with app.app_context(), make.fixture():
        for key in (centre.emp1, centre.emp2):
            make.holds(db.session.get(Employee, key), "M1")
    return centre


def send(client, *rows, heads=HEADS):
    file = (io.BytesIO(write_workbook("batch", heads, rows)), "batch.xlsx")
    return client.post("/adjustments/file", data={"file": file, "effective_on": "2027-01-01"}, headers=ENGLISH)


def test_every_fault_is_named_at_once_by_its_row_and_column_and_nothing_is_proposed(signed_in, graded):
    hr = signed_in("hr")
    answer = send(
        hr, ["E3", "M2", None, "merged"], ["E999", "M2", None, "x"], ["E4", "X9", None, ""], ["E4", "M1", None, ""],
        ["E3", "M3", date(2026, 1, 5), "again"],
    )  # fmt: skip
    assert answer.status_code == 422
    for said in ("There is no employee with this number.", "There is no grade X9", "holds already", "already in row 2"):
        assert said in answer.text
    assert re.search(r">\s*3\s*<.*E999", answer.text, re.S)
    assert not re.search(r'href="/adjustments/\d+"', hr.get("/adjustments/", headers=ENGLISH).text)


@pytest.mark.parametrize(
    ("day", "said"),
    [
        (date(2020, 1, 1), "on the day of the document or later"),
        (date(2031, 1, 1), "within a year"),
        ("31 February", "Holds from"),
    ],
)
def test_a_day_of_effect_that_cannot_be_is_said_in_its_row(signed_in, graded, day, said):
    answer = send(signed_in("hr"), ["E3", "M2", day, "merged"])
    assert answer.status_code == 422 and said in answer.text


def test_a_day_before_the_present_grade_began_or_after_the_leaving_is_said_in_its_row(app, signed_in, graded):
    with app.app_context(), make.fixture():
        make.holds(db.session.get(Employee, graded.sup1), "M1", since=date(2027, 6, 1))
        db.session.get(Employee, graded.emp2).left_on = date(2026, 12, 31)
    number = None
    with app.app_context(), make.fixture():
        number = db.session.get(Employee, graded.sup1).number
    answer = send(signed_in("hr"), [number, "M2", date(2027, 3, 1), "x"], ["E4", "M2", None, "x"])
    assert "The present grade begins on that day or later" in answer.text
    assert "This employee has left by that day." in answer.text


def test_a_batch_goes_from_the_file_to_management_and_what_is_rejected_comes_back_with_its_reason(signed_in, graded):
    hr, management = signed_in("hr"), signed_in("management")
    form = hr.post("/adjustments/file/form", headers=ENGLISH)
    assert form.status_code == 200
    shown = send(
        hr,
        ["E3", "M2", date(2027, 2, 1), "two hotlines merge"],
        ["E4", "中級客服三級", None, "takes the stubborn cases"],
    )
    assert shown.status_code == 200, shown.text
    assert (
        "Everyone concerned" in shown.text and "2027-02-01" in shown.text and "takes the stubborn cases" in shown.text
    )
    lines = re.search(r"<textarea[^>]*name=\"list\"[^>]*>(.*?)</textarea>", shown.text, re.S)[1].strip()
    sent = hr.post("/adjustments/new", data={"list": lines, "effective_on": "2027-01-01", "reason": ""})
    assert sent.status_code == 302, sent.text
    page = management.get("/adjustments/", headers=ENGLISH).text
    first, second = sorted(map(int, re.findall(r'name="decision-(\d+)"', page)))
    batch = re.search(r'href="(/adjustments/batch/[^"]+)"', page)[1]
    decided = {f"decision-{first}": "approve", f"decision-{second}": "reject", f"reason-{second}": "one step at a time"}
    management.post("/adjustments/decide", data=decided)
    page = hr.get(batch, headers=ENGLISH).text
    assert "one step at a time" in page and "two hotlines merge" in page
    back = hr.post(f"{batch}/rejected", headers=ENGLISH)
    again = hr.post(
        "/adjustments/file",
        data={"file": (io.BytesIO(back.data), "b.xlsx"), "effective_on": "2027-01-01"},
        headers=ENGLISH,
    )
    assert again.status_code == 200 and "takes the stubborn cases" in again.text and "two hotlines" not in again.text


def test_a_batch_that_is_not_there_and_what_nobody_rejected_are_not_found(signed_in, graded):
    assert signed_in("hr").get("/adjustments/batch/adjustment-2026-01-01-9").status_code == 404
    assert signed_in("hr").post("/adjustments/batch/adjustment-2026-01-01-9/rejected").status_code == 404
    assert signed_in("management").post("/adjustments/file").status_code == 404


def test_an_empty_form_proposes_nobody_and_a_file_without_its_columns_names_them(signed_in, graded):
    hr = signed_in("hr")
    form = hr.post("/adjustments/file/form", headers=ENGLISH).data
    answer = hr.post(
        "/adjustments/file", data={"file": (io.BytesIO(form), "f.xlsx"), "effective_on": "2027-01-01"}, headers=ENGLISH
    )
    assert answer.status_code == 422 and "Only the form" in answer.text
    assert "New grade" in send(hr, ["E3", "x"], heads=["Employee number", "Note"]).text
    assert hr.post("/adjustments/file", data={"effective_on": "2027-01-01"}).status_code == 422
