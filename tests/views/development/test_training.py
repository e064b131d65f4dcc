"""Courses at the doors: what one needs and why, the last place, the waiting list, attendance, and what counts (5.2.1)."""

from __future__ import annotations

import io
import re
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import python_calamine
from sqlalchemy import select

from admin.access.actor import acting_as, system_actor
from admin.files.workbooks import write_workbook
from admin.models import Department, EmployeeRecord, Enrolment, Notification, ReviewScore, db
from admin.operations.people.people import mark_left
from admin.operations.people.records import approve
from admin.queries.cases.eligibility import eligibility_facts
from admin.queries.system.calendar import company_day
from tests import factories as make
from tests.courses import course_date
from tests.factories import NOW
from tests.views.clients import client_of

ENGLISH = {"Accept-Language": "en"}
TODAY = company_day(NOW)


def rows(table: Any, *where: Any) -> list[Any]:
    db.session.rollback()
    return list(db.session.scalars(select(table).where(*where).order_by(table.id).execution_options(unscoped=True)))


def scored(person: Any) -> None:
    """A told result in which one criterion brought a quarter of its points."""
    case = make.review(make.open_cycle(), person, stage="on_notice")
    with make.fixture() as op:
        case = op.session.merge(case)
        case.score = 55
        criteria = [
            {"code": "resolution", "dimension": "performance", "points": "5.00", "effective_weight": "20.00"},
            {"code": "knowledge", "dimension": "ability", "points": None, "effective_weight": "5.00"},
        ]
        op.add(
            ReviewScore(
                review_id=case.id, total=55, explanation={"criteria": criteria, "readings": {}}, computed_at=NOW
            )
        )


@dataclass(frozen=True)
class There:
    """A head with two people, HR, and a course with one place; each signed in."""

    place: Any
    anna: Any
    ben: Any
    hr: Any
    date: Any
    annas: Any
    bens: Any
    heads: Any
    staff: Any


def centre(app: Any) -> There:
    place = make.department()
    head = make.employee("Li", of=place)
    anna, ben = (make.employee(name, of=place, superior=head) for name in ("Anna", "Ben"))
    with make.fixture() as op:
        op.get(Department, place.id).head_id = head.id
    make.holds(anna, "J2")
    hr = make.employee("Staff", roles=("employee", "hr"))
    course = {"title": "Calm calls", "criterion": "resolution", "dimension": "performance", "brings": "certificate"}
    date = course_date(TODAY + timedelta(days=9), 1, **course)
    return There(place, anna, ben, hr, date, *(client_of(app, who.user_id) for who in (anna, ben, head, hr)))


def test_needs_have_reasons_the_last_place_goes_to_one_and_passes_on(session: Any, app: Any, no_tokens: None) -> None:
    there = centre(app)
    scored(there.anna)
    ben, date, place = there.ben, there.date, there.place
    annas, bens, heads = there.annas, there.bens, there.heads

    mine = annas.get("/training/", headers=ENGLISH).text
    assert "5.00 of 20.00 points in the last result, 25 %" in mine and "Calm calls" in mine and "1 place left" in mine
    assert "Ground (3) for promotion" in mine
    assert annas.post(f"/training/{date.id}/enrol").status_code == 303
    assert heads.post(f"/training/{date.id}/enrol", data={"number": ben.number}).status_code == 303
    assert [row.stage for row in rows(Enrolment)] == ["enrolled", "waiting"]
    assert bens.post(f"/training/{date.id}/enrol").status_code == 409  # by his head already
    strangers = heads.post(f"/training/{date.id}/enrol", data={"number": there.hr.number}, headers=ENGLISH)
    assert strangers.status_code == 422 and "No employee of yours has this number." in strangers.text
    assert "full, 1 waits" in bens.get(f"/training/{date.id}", headers=ENGLISH).text
    assert "Anna" not in bens.get(f"/training/{date.id}", headers=ENGLISH).text

    plan = heads.get(f"/training/plan?department={place.id}", headers=ENGLISH).text
    assert "Anna" in plan and "Calm calls" in plan and "On the waiting list" in plan
    book = python_calamine.CalamineWorkbook.from_object(
        io.BytesIO(heads.post("/training/plan/export", headers=ENGLISH).data)
    )
    assert ("Anna", "Calm calls") in {(line[1], line[6]) for line in book.get_sheet_by_index(0).to_python()}
    entry = annas.get(f"/training/{date.id}/calendar.ics")
    assert b"DTSTART:20261202T010000Z\r\n" in entry.data and b"SUMMARY:Calm calls\r\n" in entry.data

    gone = annas.post(f"/act/enrolment/{rows(Enrolment)[0].id}/withdraw_enrolment")
    assert gone.status_code == 302 and [row.stage for row in rows(Enrolment)] == ["withdrawn", "enrolled"]
    assert rows(Notification, Notification.action == "move_up")[0].user_id == ben.user_id


def test_what_is_completed_counts_once_approved(session: Any, app: Any, no_tokens: None) -> None:
    there = centre(app)
    anna, ben, date, annas, staff = there.anna, there.ben, there.date, there.annas, there.staff
    on = TODAY + timedelta(days=9)
    assert there.bens.post(f"/training/{date.id}/enrol").status_code == 303
    assert annas.post(f"/training/{date.id}/enrol").status_code == 303
    with make.fixture() as op:
        for row in rows(type(date)):
            row.places = 2
    edited = {
        "code": date.code,
        "course": date.course_id,
        "begins_on": on,
        "ends_on": on,
        "from_hour": "09:00",
        "to_hour": "17:00",
    }
    seen = re.findall(r'name="seen"[^>]*value="(\w+)"', staff.get(f"/course_sessions/edit/{date.id}").text)[0]
    told = staff.post(
        f"/course_sessions/edit/{date.id}", data=edited | {"place": "Room 2", "places": "3", "seen": seen}
    )
    assert told.status_code == 302, told.text
    assert [row.stage for row in rows(Enrolment)] == ["enrolled", "enrolled"]
    assert {row.user_id for row in rows(Notification, Notification.action == "move")} == {anna.user_id, ben.user_id}

    with make.fixture() as op:
        for row in op.session.scalars(select(type(date))):
            row.begins_on = row.ends_on = TODAY
    bens_row, annas_row = rows(Enrolment)
    refused = staff.post(f"/act/course_session/{date.id}/complete_course", headers=ENGLISH)
    assert refused.status_code == 409 and "Attendance is missing for 2" in refused.text
    came = {f"came-{annas_row.id}": "yes", f"came-{bens_row.id}": "no"}
    assert staff.post(f"/training/{date.id}/attendance", data=came).status_code == 303
    assert staff.post(f"/act/course_session/{date.id}/complete_course").status_code == 302
    assert [row.stage for row in rows(Enrolment)] == ["missed", "completed"]
    training, certificate = rows(EmployeeRecord)
    assert (training.kind, certificate.kind, training.employee_id) == ("training", "certificate", anna.id)
    other = make.actor_of(make.employee("Other", roles=("employee", "hr")))
    for row in (training, certificate):
        approve(row.id, actor=other, now=NOW)
    with acting_as(system_actor()):
        known = eligibility_facts(db.session(), [anna.id], year=2026, as_of=TODAY)[anna.id]
    assert [each.approved for each in (*known.certificates, *known.trainings)] == [True, True]  # 4.1.1(3), 4.2.1(3)
    assert "Ground (3) for promotion" not in annas.get("/training/", headers=ENGLISH).text


def test_attendance_comes_from_a_list_whole_or_not_at_all(session: Any, app: Any, no_tokens: None) -> None:
    there = centre(app)
    date, staff = there.date, there.staff
    carl, dora = make.employee("Carl", of=there.place), make.employee("Dora", of=there.place)
    with make.fixture() as op:
        op.get(type(date), date.id).places = 2
    for who in (there.anna, there.ben, carl):  # Carl waits
        assert staff.post(f"/training/{date.id}/enrol", data={"number": who.number}).status_code == 303
    with make.fixture() as op:
        kept = op.get(type(date), date.id)
        kept.begins_on = kept.ends_on = TODAY
    place = f"/training/{date.id}/attendance"

    def sent(*lines: list[str]) -> Any:
        data = write_workbook("list", ["Date code", "Employee number", "Attended"], lines)
        return staff.post(f"{place}-file", data={"file": (io.BytesIO(data), "list.xlsx")}, headers=ENGLISH)

    blank = python_calamine.CalamineWorkbook.from_object(io.BytesIO(staff.post(f"{place}-list", headers=ENGLISH).data))
    assert [line[1] for line in blank.get_sheet_by_index(0).to_python()[1:]] == [there.anna.number, there.ben.number]
    faulty = sent(
        [date.code, there.anna.number, "yes"], [date.code, there.anna.number, "no"], ["C0/9", there.ben.number, "yes"],
        ["", "X1", "yes"], ["", dora.number, "yes"], ["", carl.number, "yes"], ["", there.ben.number, "perhaps"],
    )  # fmt: skip
    said = (
        "already in row 2", "about another date", "No employee has this number", "Dora is not enrolled",
        "Carl is on the waiting list", "Say yes or no",
    )  # fmt: skip
    assert faulty.status_code == 422 and [each for each in said if each not in faulty.text] == []
    assert [row.stage for row in rows(Enrolment)] == ["enrolled", "enrolled", "waiting"]
    half = sent([date.code, there.anna.number, "出席"])
    assert half.status_code == 303 and [row.stage for row in rows(Enrolment)] == ["attended", "enrolled", "waiting"]
    assert sent(["", there.ben.number, "缺席"], ["", there.anna.number, "V"]).status_code == 303
    assert [row.stage for row in rows(Enrolment)] == ["attended", "absent", "waiting"]
    assert sent().status_code == 422 and staff.post(f"{place}-file").status_code == 422


def test_whoever_leaves_gives_the_place_back_and_the_next_one_moves_up(session: Any, app: Any, no_tokens: None) -> None:
    there = centre(app)
    for who in (there.anna, there.ben):
        assert there.staff.post(f"/training/{there.date.id}/enrol", data={"number": who.number}).status_code == 303
    assert [row.stage for row in rows(Enrolment)] == ["enrolled", "waiting"]
    mark_left(there.anna.id, TODAY, actor=make.actor_of(there.hr), now=NOW)
    assert [row.stage for row in rows(Enrolment)] == ["withdrawn", "enrolled"]


def test_the_criterion_of_a_course_is_chosen_by_its_name(session: Any, app: Any, no_tokens: None) -> None:
    staff = client_of(app, make.employee("Staff", roles=("employee", "hr")).user_id)
    form = staff.get("/courses/add", headers=ENGLISH).text
    assert re.search(r'<option value="resolution">[A-Z]', form) and 'value="years_of_work"' not in form
    given = {
        "code": "C-9",
        "title": "Calm",
        "criterion": "resolution",
        "brings": "training",
        "hours": "2",
        "offered": "y",
    }
    assert staff.post("/courses/add", data=given).status_code == 302
    assert staff.post("/courses/add", data=given | {"code": "C-10", "criterion": "nothing"}).status_code == 422
