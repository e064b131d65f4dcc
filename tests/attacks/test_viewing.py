"""HR looks at the portal as an employee sees it: whoever would act as them, read what is theirs alone, or do it unseen."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import select

from admin.access.scope import visible
from admin.models import (
    Appeal,
    AuditEvent,
    Employee,
    Notification,
    Rating,
    SecondFactor,
    SelfAssessment,
    UnsentForm,
    db,
)
from admin.operations.accounts.viewing import LASTS, begin_viewing
from admin.operations.transaction import operation
from admin.queries.accounts.viewing import viewed_actor
from tests import factories as make
from tests.conftest import NOW

ENGLISH = {"Accept-Language": "en"}


@pytest.fixture
def cases(app, centre):
    """emp1 writes a draft and rates emp2; sup1 leads both."""
    with app.app_context(), make.fixture() as op:
        cycle = make.open_cycle()
        mine = make.review(cycle, op.get(Employee, centre.emp1), stage="self_assessment", proposed=None)
        other = make.review(cycle, op.get(Employee, centre.emp2), stage="rating", proposed=None)
        op.add(SelfAssessment(review_id=mine.id, answers={"summary": "DRAFT-mine"}, saved_at=NOW))
        op.add(Rating(review_id=other.id, rater_id=centre.emp1, kind="peer", state="asked", values={}))
        return mine.id, other.id


def view_as(signed_in, employee_id, name="hr"):
    client = signed_in(name)
    answer = client.post(f"/employees/action/view_as/{employee_id}")
    return client, answer


def test_hr_sees_the_pages_of_an_employee_under_a_banner_and_goes_back(centre, cases, signed_in):
    client, answer = view_as(signed_in, centre.emp1)
    assert (answer.status_code, answer.location) == (303, "/reviews/mine")
    for page in ("/reviews/mine", f"/reviews/{cases[0]}", "/my-path/", "/files/", "/policy/clauses"):
        shown = client.get(page, headers=ENGLISH)
        assert shown.status_code == 200, page
        banner = re.search(r'<div class="acting" role="status">([^<]*)', shown.text)[1]
        assert "hr, you see the portal as emp1 does" in banner and 'action="/view-as/end"' in shown.text
    assert client.post("/view-as/end").status_code == 303
    assert client.get("/employees/list/").status_code == 200
    assert 'class="acting"' not in client.get("/").text


def test_nothing_is_changed_by_whoever_looks_as_another_at_any_address(app, centre, cases, signed_in):
    client, _answer = view_as(signed_in, centre.emp1)
    with app.app_context():
        before = db.session.scalar(select(db.func.count()).select_from(AuditEvent.__table__))
    tried = 0
    for rule in app.url_map.iter_rules():
        if not {"POST", "PUT", "DELETE"} & set(rule.methods or ()) or rule.rule.startswith("/api"):
            continue
        if rule.endpoint in ("SignInView.logout", "ViewAsView.end"):
            continue
        address = re.sub(r"<[^>]*>", "1", rule.rule)
        for method in {"POST", "PUT", "DELETE"} & set(rule.methods or ()):
            assert client.open(address, method=method).status_code in (404, 409), address
            tried += 1
    with app.app_context():
        after = db.session.scalar(select(db.func.count()).select_from(AuditEvent.__table__))
    assert tried > 150 and after == before


def test_even_an_operation_that_is_called_refuses_whoever_looks_as_another(app, centre):
    from admin.domain.refusals import Refused

    with app.app_context():
        viewer = make.Actor("hr", centre.accounts["hr"], roles=frozenset({"hr"}))
        seen = viewed_actor(db.session(), centre.emp1, viewer, NOW.date())
        assert seen is not None and seen.viewed_by == viewer.user_id
        with pytest.raises(Refused), operation("anything", actor=seen, now=NOW, clause="6.3-b"):
            pass


def test_what_is_the_employee_s_alone_and_whom_they_rate_stays_hidden(centre, cases, signed_in):
    mine, other = cases
    client, _answer = view_as(signed_in, centre.emp1)
    assert "DRAFT-mine" not in client.get(f"/reviews/{mine}").text
    for page in (
        "/", f"/reviews/{other}", f"/self_assessment/{mine}", "/ratings/", f"/ratings/{other}", "/account/",
        "/account/second-factor/", "/appeals/list/", "/appeal/mine", "/complaints/list/",
        "/employees/list/", "/accounts/list/", "/search/?q=emp2",
    ):  # fmt: skip
        assert client.get(page).status_code in (404, 302), page
        assert "emp2" not in client.get(page).text, page


@pytest.mark.parametrize("table", [UnsentForm, Notification, Appeal, SecondFactor])
def test_no_row_that_is_the_employee_s_alone_is_found_while_looked_at(app, centre, table):
    with app.app_context():
        viewer = make.Actor("hr", centre.accounts["hr"], roles=frozenset({"hr"}))
        seen = viewed_actor(db.session(), centre.emp1, viewer, NOW.date())
        assert "false" in str(visible(seen, table)) and "false" not in str(
            visible(replace(seen, viewed_by=None), table)
        )


def test_a_superior_is_seen_without_the_people_they_lead(centre, cases, signed_in):
    client, answer = view_as(signed_in, centre.sup1)
    assert answer.status_code == 303
    for page in (f"/reviews/{cases[0]}", f"/reviews/{cases[1]}", "/evaluations/", "/files/E3"):
        assert client.get(page).status_code == 404, page


def test_nobody_is_looked_at_who_holds_an_office_and_nobody_but_hr_looks(app, centre, cases, signed_in):
    with app.app_context(), make.fixture() as op:
        keeper = make.employee("Keeper", account=False)  # of an administrator's account nobody is behind
        keeper.user_id = centre.accounts["admin"]
        op.session.flush()
        held = [centre.accounts[name] for name in ("admin", "management", "auditor", "complaint_officer")]
        officers = dict(
            op.session.execute(select(Employee.user_id, Employee.id).where(Employee.user_id.in_(held))).all()
        )
        seat = make.seat(op.get(Employee, centre.emp2), "hr", "member")
        colleague = make.employee("Hua", roles=("employee", "hr")).id
        assert seat.id
    for key in (*officers.values(), centre.emp2, colleague):
        assert view_as(signed_in, key)[1].status_code == 409, key
    for name in ("admin", "management", "auditor", "complaint_officer", "sup1", "emp1"):
        assert view_as(signed_in, centre.emp1, name)[1].status_code == 404, name


def test_it_is_told_to_the_employee_and_stands_in_the_trail(app, centre, cases, signed_in):
    client, _answer = view_as(signed_in, centre.emp1)
    client.post("/view-as/end")
    told = signed_in("emp1").get("/", headers=ENGLISH).text
    assert "hr of HR looked at your own pages as you see them" in told
    with app.app_context():
        rows = (
            select(AuditEvent.operation, AuditEvent.actor_name, AuditEvent.record_id)
            .order_by(AuditEvent.id.desc())
            .limit(6)
        )
        found = [tuple(row) for row in db.session.execute(rows.execution_options(unscoped=True))]
        assert ("begin_viewing", "hr", centre.emp1) in found and ("end_viewing", "hr", centre.emp1) in found
        sent = select(Notification.process).where(Notification.process == "viewing").execution_options(unscoped=True)
        assert db.session.scalars(sent).all() == ["viewing"]


def test_it_ends_by_itself_and_with_the_right_to_it(app, centre, cases, signed_in, clock):
    client, _answer = view_as(signed_in, centre.emp1)
    assert client.get("/employees/list/").status_code == 404
    clock(LASTS + timedelta(seconds=1))
    assert client.get("/employees/list/").status_code == 200
    assert 'class="acting"' not in client.get("/reviews/mine").text


def test_signing_out_ends_hr_s_own_session_and_not_the_employee_s(app, centre, cases, signed_in):
    employee = signed_in("emp1")
    client, _answer = view_as(signed_in, centre.emp1)
    assert client.post("/logout/").status_code == 302
    assert employee.get("/account/").status_code == 200
    assert client.get("/reviews/mine").status_code == 302


def test_a_program_never_looks_as_another(app, centre, cases, bearer):
    from admin.access.actor import Actor
    from admin.domain.refusals import NotFound

    answer = app.test_client().post("/api/v1/employees/1/actions/view_as", headers=bearer("hr"))
    assert answer.status_code in (404, 405)
    with app.app_context(), pytest.raises(NotFound):
        begin_viewing(centre.emp1, actor=Actor("sup1", 2, centre.sup1, frozenset({"employee", "superior"})), now=NOW)
