"""Who may handle which work by grade: a dated table, and rosters checked against it (6.2)."""

from __future__ import annotations

import io
import re
from datetime import date
from typing import Any

from sqlalchemy import select

from admin.files.table_reading import read_table
from admin.files.workbooks import write_workbook
from admin.models import Employee, WorkTask, db
from tests import factories as make
from tests.views.clients import client_of

ENGLISH = {"Accept-Language": "en"}


def rows() -> list[tuple[Any, ...]]:
    db.session.rollback()
    query = select(WorkTask.code, WorkTask.valid_from, WorkTask.valid_to).order_by(WorkTask.valid_from)
    return [tuple(each) for each in db.session.execute(query)]


def test_the_table_is_dated_and_a_roster_names_who_may_not_row_by_row(session: Any, app: Any, no_tokens: None) -> None:
    place = make.department()
    boss, anna, ben = (make.employee(name, of=place) for name in ("Boss", "Anna", "Ben"))
    far, hr = make.employee("Far"), make.employee("Hana", roles=("employee", "hr"))
    with make.fixture() as op:
        for each in (anna, ben):
            op.get(Employee, each.id).superior_id = boss.id
    make.holds(anna, "S1")
    make.holds(ben, "J1")
    hrs, bosses = client_of(app, hr.user_id), client_of(app, boss.user_id)

    given = {
        "code": "VIP",
        "title": "VIP callers",
        "about": "",
        "lowest_grade": make.grade("M1").id,
        "valid_from": "2026-11-01",
    }
    assert hrs.post("/work_tasks/add", data=given).status_code == 302
    twice = hrs.post("/work_tasks/add", data=given | {"valid_from": "2026-12-01"}, headers=ENGLISH)
    assert twice.status_code == 422 and "Enter its last day first" in twice.text
    db.session.rollback()
    (key,) = db.session.scalars(select(WorkTask.id))

    def edited(**more: Any) -> Any:
        page = f"/work_tasks/edit/{key}"
        seen = re.search(r'name="seen"[^>]*value="([^"]+)"', hrs.get(page).text)
        return hrs.post(page, data=given | more | {"seen": seen[1] if seen else ""}, headers=ENGLISH)

    raised = edited(lowest_grade=make.grade("J1").id)
    assert raised.status_code == 422 and "only its last day can change" in raised.text
    past = edited(valid_to="2026-11-10")
    assert past.status_code == 422 and "A day that is over stays as it was" in past.text
    assert hrs.post(f"/work_tasks/delete/{key}", headers=ENGLISH).status_code == 409
    assert edited(valid_to="2026-11-30").status_code == 302
    later = given | {"valid_from": "2026-12-01", "lowest_grade": make.grade("J1").id}
    assert hrs.post("/work_tasks/add", data=later).status_code == 302
    assert rows() == [("VIP", date(2026, 11, 1), date(2026, 11, 30)), ("VIP", date(2026, 12, 1), None)]

    page = bosses.get("/work-by-grade/?task=VIP", headers=ENGLISH).text
    assert "Ben" in page and "This work asks for a higher grade." in page and "Far" not in page
    lines = [
        [anna.number, "VIP callers", None], [ben.number, "vip", None], [ben.number, "VIP", "2026-12-02"],
        [far.number, "VIP", None], [anna.number, "Chat", None], ["", "VIP", None],
    ]  # fmt: skip
    sheet = write_workbook("roster", ["Employee number", "Work", "Date"], lines)

    def sent(**more: str) -> Any:
        file = (io.BytesIO(sheet), "roster.xlsx")
        return bosses.post("/work-by-grade/check", data={"file": file} | more, headers=ENGLISH)

    checked = sent()
    assert checked.status_code == 200 and "No employee of yours has this number" in checked.text
    assert "No work with this code or name" in checked.text and "This must not be blank" in checked.text
    found = [(row[0], row[6]) for row in read_table("c.xlsx", sent(**{"as": "xlsx"}).data).rows]
    assert found == [(2, "Yes"), (3, "No"), (4, "Yes"), (5, "No"), (6, "No"), (7, "No")]
    nothing = bosses.post("/work-by-grade/check", data={"file": (io.BytesIO(b"%PDF-1.7"), "x.xlsx")}, headers=ENGLISH)
    assert nothing.status_code == 422
    table = read_table("t.xlsx", hrs.post("/work-by-grade/export", data={"day": "2026-11-23"}).data)
    assert table.rows[0][:6] == ["VIP", "VIP callers", "", "", "", "✓"]
