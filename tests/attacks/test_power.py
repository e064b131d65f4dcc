"""One person with power tries alone what takes two: an administrator, somebody of HR, whoever is concerned (6.1-a, THREATS.md)."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import select

import config
from admin.access.actor import system_actor
from admin.cli.check import findings
from admin.domain.power import GRANTED
from admin.domain.refusals import NotFound, Refused
from admin.jobs import mailing
from admin.models import Confirmation, Department, Employee, Job, Notification, db
from admin.models.accounts import Role, User
from admin.operations.accounts.codes import PRINTED_WITHIN
from admin.operations.accounts.founding import First, found
from admin.operations.imports.imports import import_file
from admin.operations.imports.imports_accounts import activation_slips
from admin.operations.people.people import come_back, mark_left
from admin.queries.accounts.actors import actor_named
from tests import factories as make
from tests.access.test_permissions import permission_key
from tests.conftest import NOW
from tests.web.accounts import account_of, role_ids
from tests.web.conftest import PASSWORD

CODE = re.compile(r"([A-Z0-9]{4}-){3}[A-Z0-9]{4}")
SOMEBODYS = ("hr", "management", "auditor", "complaint_officer", "head1", "sup1", "emp1")


def roles_of(app, username):
    with app.app_context():
        return {role.name for role in db.session.get(User, account_of(app, username)).roles}


def propose(client, account, role, what="give"):
    """The form on which somebody proposes; answers with its address, or what it was refused with."""
    data = {"account": account, "role": role, "what": what, "reason": "One more is needed."}
    answer = client.post("/confirmations/new", data=data)
    return answer.headers["Location"] if answer.status_code == 302 else answer.status_code


def decide(client, page, action="confirm"):
    """Press the button of a proposal's page: what came of it."""
    key = page.rstrip("/").rsplit("/", 1)[1]
    return client.post(f"/act/confirmation/{key}/{action}", data={"reason": "because"}).status_code


def planted(app, username, *roles):
    """Past every operation, as somebody with the database would: an account holds these roles too."""
    with app.app_context(), make.fixture() as op:
        user = op.get(User, account_of(app, username))
        user.roles = [*user.roles, *op.session.scalars(select(Role).where(Role.name.in_(roles)))]


def of_nobody(app, username, *roles):
    with app.app_context(), make.fixture() as op:
        key = make.account(username, PASSWORD, ["employee"])
        op.get(User, key).roles = list(op.session.scalars(select(Role).where(Role.name.in_(roles))))


@pytest.mark.parametrize("role", GRANTED)
def test_an_administrator_gives_no_office_by_the_form_of_accounts(signed_in, app, centre, role):
    admin = signed_in("admin")
    with app.app_context():
        given = role_ids([role])
    data = {"username": "mine", "first_name": "mine", "active": "y", "roles": given}
    assert admin.post("/accounts/add", data=data).status_code == 422
    seen = re.search(r'name="seen"[^>]*value="([^"]*)"', admin.get(f"/accounts/edit/{account_of(app, 'emp1')}").text)[1]
    changed = {"username": "emp1", "first_name": "emp1", "active": "y", "roles": given, "seen": seen}
    assert admin.post(f"/accounts/edit/{account_of(app, 'emp1')}", data=changed).status_code == 422
    assert role not in roles_of(app, "emp1")


def test_nor_by_the_frameworks_commands(app, centre):
    with app.app_context():
        security = app.appbuilder.sm
        hr = db.session.scalars(select(Role).where(Role.name == "hr")).one()
        with pytest.raises(Refused) as refused:
            security.add_user("mine", "m", "m", "m@example.test", hr, PASSWORD)
        assert refused.value.refusal.clause == "6.1-a"


@pytest.mark.parametrize("first", ["admin", "hr"])
def test_whoever_proposes_an_office_does_not_confirm_it_and_another_does(signed_in, app, centre, first):
    one, own, second = signed_in(first), signed_in("emp1"), signed_in("management")
    page = propose(one, "E3", "hr")
    assert decide(one, page) == 409
    assert own.get(page).status_code == 404
    assert decide(own, page) in (404, 409)
    assert "hr" not in roles_of(app, "emp1")
    assert decide(second, page) in (302, 303)
    assert "hr" in roles_of(app, "emp1")
    assert own.get("/account/").status_code == 302  # whose rights change signs in again
    assert signed_in("emp1").get("/cycles/").status_code == 200


def test_the_api_and_the_second_try_are_no_other_way(signed_in, bearer, app, centre):
    propose(signed_in("admin"), "E3", "management")
    address = "/api/v1/confirmations/1/actions/confirm"
    assert app.test_client().post(address, json={}, headers=bearer("admin")).status_code == 409
    assert app.test_client().post(address, json={}, headers=bearer("auditor")).status_code == 409
    assert propose(signed_in("admin"), "emp1", "management") == 409  # the same is proposed already
    assert app.test_client().post(address, json={}, headers=bearer("hr")).status_code == 200
    assert app.test_client().post(address, json={}, headers=bearer("management")).status_code == 409


def test_nobody_proposes_or_confirms_what_concerns_themselves(signed_in, app, centre):
    assert propose(signed_in("hr"), "hr", "management") == 409
    page = propose(signed_in("admin"), "management", "management", "take")
    assert decide(signed_in("management"), page) == 409
    assert decide(signed_in("hr"), page) in (302, 303)
    assert "management" not in roles_of(app, "management")


def test_an_administrator_takes_no_office_away_by_the_form(signed_in, app, centre):
    admin, key = signed_in("admin"), centre.accounts["auditor"]
    seen = re.search(r'name="seen"[^>]*value="([^"]*)"', admin.get(f"/accounts/edit/{key}").text)[1]
    with app.app_context():
        given = role_ids(["employee"])
    data = {"username": "auditor", "first_name": "auditor", "active": "y", "roles": given, "seen": seen}
    assert admin.post(f"/accounts/edit/{key}", data=data).status_code == 302
    assert "auditor" in roles_of(app, "auditor")


@pytest.mark.parametrize("owner", SOMEBODYS)
def test_an_administrator_does_not_take_an_account_over_by_a_new_code(signed_in, app, centre, owner):
    admin = signed_in("admin")
    key = account_of(app, owner)
    answer = admin.post(f"/accounts/action/issue_code/{key}")
    assert answer.status_code == 302 and not CODE.search(answer.text)
    page = admin.post(f"/confirmations/code/{key}", data={"reason": "Forgotten."}).headers["Location"]
    assert not CODE.search(admin.get(page).text)
    assert decide(admin, page) == 409
    assert admin.post(f"{page}/slip").status_code == 404
    second = "management" if owner == "hr" else "hr"
    printer = signed_in(second)
    assert printer.post(f"{page}/slip").status_code == 404  # not before it is confirmed
    assert decide(printer, page) in (302, 303)
    assert CODE.search(printer.post(f"{page}/slip").text)
    assert printer.post(f"{page}/slip").status_code == 404  # once
    assert signed_in(owner)  # the present password holds until the code is used
    with app.app_context():
        told_of_it = select(Notification.user_id).where(Notification.action == "issue_code")
        told = set(db.session.scalars(told_of_it.execution_options(unscoped=True)))
        who = {key, centre.accounts["hr"], centre.accounts["auditor"]} - {centre.accounts[second]}
        assert told == who


def test_a_code_is_mailed_to_its_owner_and_stands_in_no_row(signed_in, app, centre, monkeypatch):
    sends = replace(app.config["PORTAL"], smtp_url="smtp://127.0.0.1:1")
    monkeypatch.setattr(config, "_in_use", sends)
    with app.app_context(), make.fixture() as op:
        op.get(Employee, centre.head1).email = "head1@example.com"
    key = account_of(app, "head1")
    asked = signed_in("admin").post(f"/confirmations/code/{key}", data={"reason": "Forgotten."})
    assert asked.status_code == 302
    sent = []

    class Box:
        sender = "no-reply@example.com"

        def __enter__(self):
            return self

        def __exit__(self, *_):
            return None

        def send(self, message):
            sent.append(message)
            return True

    monkeypatch.setattr(mailing, "mailbox", lambda *_: Box())
    with app.app_context():
        assert {str(row.payload) for row in db.session.scalars(select(Job).execution_options(unscoped=True))} >= {
            str({"user_id": key})
        }
        mailing.send_code(key, actor=system_actor(), clock=lambda: NOW)
    (message,) = sent
    assert message["To"] == "head1@example.com"
    code = CODE.search(message.get_content())[0]
    data = {"username": "head1", "code": code, "password": "a brand new one 9", "repeated": "a brand new one 9"}
    assert app.test_client().post("/activate/", data=data).status_code == 302


@pytest.mark.parametrize(
    "name",
    [
        "system",
        "System",
        "ｓｙｓｔｅｍ",
        "sуstеm",
        "sy\u200bstem",
        "SYSTÉM",
        "5ystem",
        "系統",
        "系 统",
        "anyone",
        "The system",
        "ⓢystem",
        "ѕүѕтєм",
        "ꓢystem",
        "ᏚYSTEM",
        "ʂystem",
        "s\u115fystem",
        "systern",
        "係統",
        "系綂",
        "αnyone",
        "Someone not signed in",
        "未登入者",
    ],
)
def test_no_account_is_named_like_the_system(signed_in, centre, name):
    admin = signed_in("admin")
    data = {"username": name, "first_name": "x", "active": "y", "roles": []}
    assert admin.post("/accounts/add", data=data).status_code == 422
    assert admin.post("/accounts/add", data={**data, "username": "x", "first_name": name}).status_code == 422
    # Names that share most of its letters, or none that anybody would take for them, are people's own.
    innocent = {**data, "username": "sister", "first_name": "Виктор"}
    assert admin.post("/accounts/add", data=innocent).status_code in (302, 303)


@pytest.mark.parametrize("name", ["System", "ｓｙｓｔｅｍ", "系統"])
def test_no_person_comes_who_is_named_like_the_system_by_form_api_or_file(signed_in, bearer, app, centre, name):
    form = {"number": "X1", "name": name, "department": centre.centre, "hired_on": "2024-01-01", "status": "in_service"}
    assert signed_in("hr").post("/employees/add", data=form).status_code == 422
    assert app.test_client().post("/api/v1/employees/", json=form, headers=bearer("hr")).status_code == 422
    file = f"工號,姓名,部門,到職日\nX1,{name},Office,2024-01-01\n".encode()
    with app.app_context():
        hr = actor_named(db.session(), "hr", today=NOW.date(), via="web")
        plan, row = import_file("employees", "people.csv", file, actor=hr, now=NOW)
    assert row is None and [fault.column for fault in plan.faults] == ["姓名"]


def test_an_auditor_is_nobodys_superior_and_falls_silent_where_a_file_made_them_one(signed_in, bearer, app, centre):
    auditor = person_of(app, "auditor")
    address = f"/api/v1/employees/{centre.emp1}/actions/move"
    answer = app.test_client().post(address, json={"superior": auditor, "moved_on": "2026-11-23"}, headers=bearer("hr"))
    assert answer.status_code == 409 and answer.json["clause"] == "6.1-a"
    assert propose(signed_in("admin"), "sup1", "auditor") == 409
    with app.app_context(), make.fixture() as op:
        op.get(Employee, centre.emp1).superior_id = auditor
    assert signed_in("auditor").get("/audit_events/list/").status_code == 404


@pytest.mark.parametrize(
    ("role", "address"),
    [("hr", "/cycles/"), ("management", "/adjustments/"), ("auditor", "/audit_events/list/"),
     ("complaint_officer", "/complaints/list/")],
)  # fmt: skip
def test_an_office_without_a_person_in_service_does_nothing_and_check_names_it(signed_in, app, centre, role, address):
    of_nobody(app, "ghost", role)
    assert signed_in("ghost").get(address).status_code == 404
    assert propose(signed_in("ghost"), "E3", "hr") == 404
    named = [each for each in findings(app) if each.what == "offices"]
    assert len(named) == 1 and not named[0].fit and f"ghost ({role})" in named[0].advice


def test_offices_that_may_not_meet_do_nothing_however_they_came_to_meet(signed_in, app, centre):
    planted(app, "hr", "complaint_officer")
    planted(app, "management", "admin")
    assert signed_in("hr").get("/cycles/").status_code == 404
    assert signed_in("hr").get("/complaints/list/").status_code == 404
    admin_too = signed_in("management")
    assert admin_too.get("/adjustments/").status_code == 404
    assert admin_too.get("/accounts/list/").status_code == 200
    advice = next(each.advice for each in findings(app) if each.what == "offices")
    assert "hr (complaint_officer, hr)" in advice and "management (admin, management)" in advice


def person_of(app, role):
    with app.app_context():
        query = select(Employee.id).where(Employee.user_id == account_of(app, role))
        return db.session.scalars(query.execution_options(unscoped=True)).one()


@pytest.mark.parametrize(
    ("holder", "office", "answer"),
    [("auditor", "member", 409), ("auditor", "secretary", 409), ("complaint_officer", "chair", 409),
     ("complaint_officer", "secretary", 409), ("complaint_officer", "member", 303)],
)  # fmt: skip
def test_a_seat_is_not_given_beside_an_office_that_it_may_not_meet(signed_in, app, centre, holder, office, answer):
    data = {"employee": person_of(app, holder), "constituency": "hr", "office": office, "term_from": "2026-11-23"}
    assert signed_in("hr").post("/committee_members/add", data=data).status_code == answer


def seated(app, person):
    with app.app_context(), make.fixture() as op:
        make.seat(op.get(Employee, person))


def test_nor_the_head_of_a_department_nor_an_office_beside_a_seat(signed_in, app, centre):
    page = signed_in("hr").post(f"/act/department/{centre.other}/name_head", data={"head": person_of(app, "auditor")})
    assert page.status_code == 409
    with app.app_context():
        assert db.session.get(Department, centre.other).head_id is None
    seated(app, centre.outsider)
    assert propose(signed_in("admin"), "outsider", "auditor") == 409
    assert propose(signed_in("admin"), "outsider", "hr") != 409


def test_what_became_unlawful_meanwhile_is_not_confirmed(signed_in, app, centre):
    page = propose(signed_in("admin"), "outsider", "auditor")
    seated(app, centre.outsider)
    assert decide(signed_in("hr"), page) == 409


def test_a_role_of_ones_own_writes_nothing(signed_in, app, centre):
    for view in ("EmployeeView", "CommitteeMemberView", "GradeThresholdView", "CriterionView", "DepartmentView"):
        given = permission_key(app, "can_write", view)
        data = {"name": f"mine {view}", "permissions": [given]}
        assert signed_in("admin").post("/roles/add", data=data).status_code == 422


def test_an_administrator_alone_reads_no_complaint_gives_no_grade_and_names_no_head(signed_in, bearer, app, centre):
    admin = signed_in("admin")
    name_head = f"/api/v1/departments/{centre.centre}/actions/name_head"
    for answer in (
        app.test_client().post(name_head, json={"head": centre.emp1}, headers=bearer("admin")),
        admin.post(f"/act/department/{centre.centre}/name_head", data={"head": centre.emp1}),
    ):
        assert answer.status_code == 404
    for address in ("/complaints/list/", "/adjustments/new", "/takeover-corrections/new", "/cycles/", "/imports/"):
        assert admin.get(address).status_code == 404


def test_the_machine_names_the_first_two_and_nobody_after_them(app):
    first = [First("hr", "P1", "First Person"), First("management", "P2", "Second Person")]
    with app.app_context():
        with pytest.raises(NotFound):
            found(first, department="Office", actor=replace(system_actor(), roles=frozenset({"admin"})), now=NOW)
        named = found(first, department="Office", actor=system_actor("cli"), now=NOW)
        assert [CODE.fullmatch(each.code) is not None for each in named] == [True, True]
        made = actor_named(db.session(), named[0].username, today=NOW.date(), via="web")
        assert made.has("hr") and made.employee_id is not None
        with pytest.raises(Refused) as refused:
            found(
                [First("hr", "P3", "T"), First("management", "P4", "F")],
                department="O",
                actor=system_actor("cli"),
                now=NOW,
            )
        assert refused.value.refusal.clause == "6.1-a"


def test_an_office_ends_with_the_service_and_does_not_come_back_by_itself(app, centre):
    person, system = person_of(app, "complaint_officer"), system_actor()
    with app.app_context():
        mark_left(person, NOW.date(), actor=system, now=NOW)
        come_back(person, NOW.date(), actor=system, now=NOW)
    assert roles_of(app, "complaint_officer") == set()


def test_no_slip_of_hr_is_for_whoever_holds_an_office_and_a_granted_office_voids_older_ones(signed_in, app, centre):
    keys = [account_of(app, name) for name in ("auditor", "emp2")]
    officer = person_of(app, "auditor")
    with app.app_context():
        with make.fixture() as op:
            for key in keys:
                op.get(User, key).password = None
        hr = actor_named(db.session(), "hr", today=NOW.date(), via="web")
        slips = activation_slips([officer, centre.emp2], actor=hr, now=NOW)
    assert [each.username for each in slips] == ["emp2"]
    page = propose(signed_in("hr"), "emp2", "management")
    assert decide(signed_in("management"), page) in (302, 303)
    data = {"username": "emp2", "code": slips[0].code, "password": "a brand new one 9", "repeated": "a brand new one 9"}
    assert app.test_client().post("/activate/", data=data).status_code == 422


def test_the_database_holds_that_two_persons_decided(app, centre):
    with (
        app.app_context(),
        pytest.raises(Refused, match="database refuses"),
        make.fixture(NOW + timedelta(days=1)) as op,
    ):
        key = centre.accounts["admin"]
        given = {"kind": "give_role", "role": "hr", "stage": "confirmed", "reason": "x", "user_id": key}
        op.add(Confirmation(**given, recorded_by_id=key, recorded_at=NOW, decided_by_id=key, decided_at=NOW))


def test_a_code_that_nobody_prints_can_be_printed_no_more_after_some_days(signed_in, app, centre, clock):
    admin, printer = signed_in("admin"), signed_in("hr")
    key = account_of(app, "auditor")
    page = admin.post(f"/confirmations/code/{key}", data={"reason": "Forgotten."}).headers["Location"]
    assert decide(printer, page) in (302, 303)
    clock(PRINTED_WITHIN - timedelta(minutes=1))
    assert f"{page}/slip" in printer.get(page).text
    clock(PRINTED_WITHIN)
    shown = printer.get(page, headers={"Accept-Language": "en"}).text
    assert f"{page}/slip" not in shown and "must request it again" in shown
    assert printer.post(f"{page}/slip").status_code == 404
    again = signed_in("admin").post(f"/confirmations/code/{key}", data={"reason": "Still forgotten."})
    assert again.status_code == 302 and again.headers["Location"] != page
