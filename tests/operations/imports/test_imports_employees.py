"""Employees from a file: who is made, changed, left alone; whole or not at all; taken back."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from flask_appbuilder.security.sqla.models import User
from sqlalchemy import select

from admin.access.actor import Actor, acting_as, system_actor
from admin.domain.refusals import NotFound, Refused
from admin.files.employees import EmployeeRow
from admin.files.faults import FileFault
from admin.models import ActivationCode, ContactLogin, Department, Employee, EmployeeChange, Import, Notification
from admin.models.audit import AuditEvent
from admin.operations.imports import imports, imports_checking
from admin.operations.imports.imports_accounts import activation_slips
from admin.queries.system.audit_rows import departures
from tests import factories as make
from tests.operations.importing import HR, NOW, PEOPLE, bring, count, csv_of, messages, offer_of, rows, taken_back
from tests.web.counting import statements

MOST_TO_LOOK = 80  # one for each column that refers to people or departments, and a few


def test_ten_thousand_people_come_in_and_the_second_time_nothing_changes(
    session: Any, app: Flask, shared_data: Path
) -> None:
    data = (shared_data / "employees_cn_10000.csv").read_bytes()
    plan, row = bring("employees", data)
    assert (plan.counts["new"], plan.counts["in_service_new"], row.state) == (10_000, 7_998, "applied")
    assert sum(status == "in_service" for (status,) in rows(Employee, "status")) == 7_998
    events = count(AuditEvent)
    again, nothing = bring("employees", data)
    assert nothing is None and again.changes_nothing and again.counts["unchanged"] == 10_000
    assert (count(AuditEvent), count(Import)) == (events, 1)
    with statements(app) as sent:
        offered = offer_of("undo_import", row.id)
    assert offered.allowed and len(sent) <= MOST_TO_LOOK, "what rests on ten thousand people is not asked one by one"


def test_departments_superiors_logins_and_accounts_come_with_the_people(session: Any) -> None:
    plan, _ = bring("employees", PEOPLE, {"options": {"in_centre": ["客服中心"]}})
    assert not plan.faults
    assert rows(Department, "name", "in_centre") == [("客服中心", True), ("一線", True), ("二線", True)]
    people = {number: (key, above) for key, number, above in rows(Employee, "id", "number", "superior_id")}
    assert people["002"][1] == people["003"][1] == people["001"][0]
    assert rows(ContactLogin, "login", "valid_from") == [("Becky", date(2022, 7, 1))]
    accounts = {name for (name,) in rows(User, "username")}
    assert {"001", "002", "003"} <= accounts
    assert all(
        password is None for name, password in rows(User, "username", "password") if name in ("001", "002", "003")
    )


def test_new_departments_stay_outside_the_centre_until_somebody_says_so(session: Any) -> None:
    bring("employees", PEOPLE)
    assert not any(marked for (marked,) in rows(Department, "in_centre"))


def test_changed_values_are_kept_with_their_date_and_what_the_file_does_not_speak_of_stays(session: Any) -> None:
    bring("employees", PEOPLE)
    plan, _ = bring("employees", "工號,姓名,部門,入職日期\n002,陳大文,客服中心/二線,2022-07-01")
    assert (plan.counts["changed"], plan.counts["missing"]) == (1, 2)
    assert dict(rows(Employee, "number", "post"))["002"] == "客服專員"
    assert [field for (field,) in rows(EmployeeChange, "field")] == ["department_id"]


CHANGED = {
    "name": ("姓名", "陳小文"), "department": ("部門", "客服中心/二線"), "post": ("崗位", "資深專員"), "queue": ("技能組", "線上"),
    "hired": ("入職日期", "2022-08-01"), "joined_centre": ("到客服中心日期", "2023-01-01"), "left": ("離職日期", "2026-01-31"),
    "status": ("狀態", "離職"), "superior": ("直屬上級", "003"), "email": ("電子郵件", "b@example.com"),
    "management": ("管理崗位", "是"), "logins": ("話務帳號", "Becky2"),
}  # fmt: skip


def test_every_column_that_an_employee_file_may_have_is_in_the_list_above() -> None:
    assert set(CHANGED) == set(EmployeeRow.__slots__) - {"row", "number"}


@pytest.mark.parametrize("name", sorted(CHANGED))
def test_what_an_employee_file_says_is_written_whatever_the_column(session: Any, name: str) -> None:
    """A column that is read and then lost would leave the file half in: the queue once was, and peers were drawn without it."""
    bring("employees", PEOPLE)
    header, value = CHANGED[name]
    given = {"工號": "002", "姓名": "陳大文", "部門": "客服中心/一線", "入職日期": "2022-07-01"} | {header: value}
    _plan, row = bring("employees", f"{','.join(given)}\n{','.join(given.values())}")
    assert row is not None and any(undo["changed"] or undo["logins"] for (undo,) in rows(Import, "undo")[1:])


def test_one_fault_keeps_everything_out(session: Any) -> None:
    before = count(AuditEvent)
    plan, row = bring("employees", PEOPLE.rstrip() + "\n 004,未來人,客服中心,專員,2030-01-01,在職,,")
    assert row is None and count(Employee) == count(Import) == count(Department) == 0
    assert count(AuditEvent) == before
    assert messages(plan) == [(5, "入職日期", "The date is in the future. Enter today or an earlier date.")]


def test_an_import_with_faults_is_kept_with_its_report_and_refused(session: Any) -> None:
    row = imports_checking.upload(
        "employees", "a.csv", csv_of(PEOPLE.replace("2021-01-04", "2021-13-04")), actor=HR, now=NOW
    )
    report = imports_checking.check(row.id, actor=HR, now=NOW)
    assert report["counts"]["faults"] == 1 and report["faults"][0]["row"] == 4
    with pytest.raises(Refused, match="1 fault;"):
        imports.apply(row.id, actor=HR, now=NOW)
    assert rows(Import, "state") == [("faulty",)] and count(Employee) == 0


def test_the_same_waiting_file_is_one_import_and_a_finished_one_is_finished(session: Any) -> None:
    first = imports_checking.upload("employees", "a.csv", csv_of(PEOPLE), actor=HR, now=NOW)
    assert imports_checking.upload("employees", "a.csv", csv_of(PEOPLE), actor=HR, now=NOW).id == first.id
    assert imports_checking.check(first.id, actor=HR, now=NOW)["counts"]["new"] == 3
    assert imports.apply(first.id, actor=HR, now=NOW).state == "applied"
    with pytest.raises(Refused, match="finished"):
        imports.apply(first.id, actor=HR, now=NOW)
    again = imports_checking.upload("employees", "a.csv", csv_of(PEOPLE), actor=HR, now=NOW)
    with pytest.raises(Refused, match="Nothing changes"):
        imports.apply(again.id, actor=HR, now=NOW)


def test_an_undone_import_leaves_the_portal_as_it_was(session: Any) -> None:
    bring("employees", PEOPLE)
    state = [
        rows(Employee, "number", "name", "department_id", "post", "superior_id", "status"),
        rows(Department, "name"),
    ]
    text = (
        PEOPLE.replace("客服專員,2022", "資深專員,2022").replace("二線", "三線").rstrip()
        + "\n 004,新人,新部門,專員,2026-01-05,在職,002,"
    )
    plan, row = bring("employees", text)
    assert (plan.counts["new"], plan.counts["changed"]) == (1, 2)
    assert taken_back(row.id).state == "undone"
    assert [
        rows(Employee, "number", "name", "department_id", "post", "superior_id", "status"),
        rows(Department, "name"),
    ] == state
    assert count(EmployeeChange) == 0


def test_an_import_that_others_build_on_is_not_undone(session: Any) -> None:
    _, first = bring("employees", PEOPLE)
    bring("employees", PEOPLE.replace("客服專員,2022", "資深專員,2022"))
    with pytest.raises(Refused, match="dated changes"):
        taken_back(first.id)
    assert count(Employee) == 3


def test_a_change_made_since_is_not_overwritten_by_undoing(session: Any) -> None:
    bring("employees", PEOPLE)
    _, second = bring("employees", PEOPLE.replace("客服專員,2022", "資深專員,2022"))
    bring("employees", PEOPLE.replace("客服專員,2022", "組長,2022"))
    with pytest.raises(Refused, match="002 was changed after this import"):
        taken_back(second.id)


def test_a_circle_of_superiors_through_the_portal_is_refused(session: Any) -> None:
    bring("employees", PEOPLE)
    plan, row = bring("employees", "工號,姓名,部門,入職日期,直屬上級\n001,林曉青,客服中心/一線,2019-03-04,002")
    assert row is None and "their own superior" in messages(plan)[0][2]


def test_a_department_name_that_several_have_needs_its_path(session: Any) -> None:
    bring("employees", PEOPLE.replace("客服中心/二線", "業務中心/一線"))
    plan, _ = bring("employees", "工號,姓名,部門,入職日期\n004,新人,一線,2026-01-05")
    assert messages(plan) == [(2, "部門", "Several departments have this name; give the path from the top")]
    plan, row = bring("employees", "工號,姓名,部門,入職日期\n004,新人,業務中心,2026-01-05")
    assert row is not None and plan.counts["departments_new"] == 0


def test_a_login_of_somebody_else_is_never_taken(session: Any) -> None:
    bring("employees", PEOPLE)
    plan, _ = bring("employees", "工號,姓名,部門,入職日期,話務帳號\n003,王小明,客服中心/二線,2021-01-04,Becky")
    assert messages(plan) == [(2, "話務帳號", "The login Becky belongs to employee 002; end that first")]


def test_markup_in_names_stays_text(session: Any) -> None:
    name = "<img src=x onerror=alert(1)>{{7*7}}"
    bring("employees", f"工號,姓名,部門,入職日期\n004,{name},=HYPERLINK(1),2026-01-05")
    assert rows(Employee, "name") == [(name,)]


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (b"", "empty"),
        ("工號,姓名,部門,入職日期\n".encode(), "no rows"),
        ("工號,姓名\n001,某人".encode(), "Department of the employee"),
        (b"%PDF-1.7 ...", "PDF"),
        ("工號,姓名,部門,入職日期\n1,某人,部".encode() + b"\xff\xff\xff,2020-01-01", "encod"),
        ("工號,姓名,部門,入職日期,工號\n1,某人,部,2020-01-01,2".encode(), "appears 2 times"),
    ],
)
def test_a_file_that_is_no_table_is_refused_in_words(session: Any, data: bytes, words: str) -> None:
    with pytest.raises(FileFault, match=words):
        bring("employees", data)
    assert count(Import) == 0


@pytest.mark.parametrize("encoding", ["gb18030", "big5", "utf-8-sig", "utf-16"])
def test_the_usual_encodings_are_read(session: Any, encoding: str) -> None:
    plan, row = bring("employees", csv_of(PEOPLE, encoding))
    assert row is not None and not plan.faults
    assert rows(Employee, "name")[0] == ("林曉青",)


def test_only_hr_imports(session: Any) -> None:
    with pytest.raises(NotFound):
        bring("employees", PEOPLE, actor=Actor("somebody", 1, roles=frozenset({"employee", "admin"})))


def test_a_leaver_in_the_file_has_left_and_the_account_ends(session: Any) -> None:
    bring("employees", PEOPLE)
    text = "工號,姓名,部門,入職日期,離職日期,狀態\n003,王小明,客服中心/二線,2021-01-04,2026-10-31,離職"
    plan, _ = bring("employees", text)
    assert plan.counts["leavers"] == 1
    assert dict(rows(Employee, "number", "status"))["003"] == "left"
    assert dict(rows(User, "username", "active"))["003"] is False


def accounts_of_the_import() -> tuple[Import, list[int]]:
    """An import whose people have accounts, codes on slips and a message each, and have not signed in."""
    _, row = bring("employees", PEOPLE)
    assert row is not None
    people = [key for (key,) in rows(Employee, "id")]
    activation_slips(people, actor=HR, now=NOW)
    accounts = [key for (key,) in rows(Employee, "user_id")]
    with make.fixture() as op:
        op.tell(accounts, "account", "issue_code", accounts[0], name="001")
    return row, accounts


def test_an_undone_import_takes_codes_and_messages_along_and_leaves_no_row_unexplained(session: Any) -> None:
    row, _ = accounts_of_the_import()
    assert taken_back(row.id).state == "undone"
    assert (count(ActivationCode), count(Notification)) == (0, 0)
    with acting_as(system_actor()):
        assert list(departures(session)) == []


def test_what_was_proposed_for_an_account_of_an_import_stands_against_undoing_it_in_words(session: Any) -> None:
    row, accounts = accounts_of_the_import()
    with make.fixture() as op:
        make.waits_for_a_second(op.session.scalars(select(Employee)).first(), accounts[1])
    offered = offer_of("undo_import", row.id)
    assert not offered.allowed
    with pytest.raises(Refused, match="now rest on it"):
        taken_back(row.id)
