"""The list of what a new centre still needs, until its first cycle is open."""

from __future__ import annotations

import re
from datetime import timedelta
from html import unescape

import pytest
from sqlalchemy import select

from admin.access.actor import Actor
from admin.models import CommitteeMember, Department, Employee, db
from admin.models.accounts import Role, User
from admin.queries.system.first_steps import FirstStep, first_steps
from tests import factories as make
from tests.factories import NOW
from tests.web.counting import statements

HR = Actor("hr", roles=frozenset({"hr"}))
TODAY = NOW.date()


def page_of(client) -> str:
    answer = client.get("/", headers={"Accept-Language": "en"})
    assert answer.status_code == 200
    return unescape(answer.text)


@pytest.fixture
def step(app, centre):
    """A function: the step of a kind as it stands."""

    def ask(kind: str) -> FirstStep:
        with app.app_context():
            return next(each for each in first_steps(db.session(), HR, TODAY) if each.kind == kind)

    return ask


def test_hr_and_administrators_of_a_new_centre_are_led_and_nobody_else(signed_in):
    for name in ("hr", "admin"):
        assert "Setting up the centre" in page_of(signed_in(name))
    for name in ("emp1", "head1", "management", "auditor"):
        assert "Setting up the centre" not in page_of(signed_in(name))


def test_the_reader_s_next_step_is_the_page_s_one_main_action(signed_in):
    page = page_of(signed_in("hr"))
    following = re.search(r'<li class="following".*?<h3>(.*?)(?: <|<)', page, re.DOTALL)
    assert following and following[1].strip() == "Grades held so far"
    assert page.count('<a class="btn main"') == 1


def test_a_step_is_ticked_by_what_the_database_holds(app, step):
    assert step("employees").done and step("accounts").done
    assert not step("calendar").done and not step("grades").done and not step("pay").done
    with app.app_context(), make.fixture() as op:
        make.confirmed_calendar(TODAY.year, (TODAY + timedelta(days=60)).year)
        make.holds(op.session.query(Employee).first(), "M1")
    assert step("calendar").done and step("grades").done


def test_a_department_without_a_head_counts_unless_one_above_it_has_one(app, step, centre):
    assert step("centre").done
    with app.app_context(), make.fixture() as op:
        below = op.add(Department(code="T1", name="Team", in_centre=True, parent_id=centre.centre))
        op.get(Employee, centre.emp1).department_id = below.id
        apart = op.add(Department(code="T2", name="Apart", in_centre=True))
        op.get(Employee, centre.outsider).department_id = apart.id
    found = step("centre")
    assert not found.done and found.facts["headless"] == 1


def test_the_committee_is_complete_by_the_rule_that_its_meetings_obey(app, step, centre):
    assert not step("committee").done and step("committee").refusal is None
    constituencies = (("hr", "chair"), ("centre_management", "member"), ("related_departments", "member"))
    people = (centre.head1, centre.sup1, centre.emp1, centre.emp2)
    with app.app_context(), make.fixture() as op:
        for person, (constituency, office) in zip(people, constituencies[:2], strict=False):
            op.add(CommitteeMember(employee_id=person, constituency=constituency, office=office, term_from=TODAY))
    refusal = step("committee").refusal
    assert refusal is not None and refusal.clause == "3.3.4-a"
    with app.app_context(), make.fixture() as op:
        op.add(
            CommitteeMember(employee_id=people[2], constituency="related_departments", office="member", term_from=TODAY)
        )
    assert step("committee").refusal is None and not step("committee").done, "a secretary is still missing"
    with app.app_context(), make.fixture() as op:
        op.add(CommitteeMember(employee_id=people[3], constituency="hr", office="secretary", term_from=TODAY))
    assert step("committee").done and not step("panel").done


def test_an_office_counts_only_with_a_person_in_service_behind_it(app, step, centre):
    assert step("accounts").done
    with app.app_context(), make.fixture() as op:
        op.session.query(Employee).filter_by(user_id=centre.accounts["hr"]).one().user_id = None
    assert not step("accounts").done


def test_an_office_that_does_nothing_counts_for_none(app, step, centre):
    assert step("accounts").done and step("officers").done
    with app.app_context(), make.fixture() as op:
        admin = op.session.scalars(select(Role).where(Role.name == "admin")).one()
        for username in ("hr", "complaint_officer"):
            user = op.get(User, centre.accounts[username])
            user.roles = [*user.roles, admin]
    assert not step("accounts").done and not step("officers").done


def test_the_list_goes_when_the_first_cycle_is_open_and_stays_through_a_rehearsal(app, signed_in):
    with app.app_context(), make.fixture():
        cycle = make.open_cycle()
        cycle.kind = "rehearsal"
    assert "Setting up the centre" in page_of(signed_in("hr"))
    with app.app_context(), make.fixture():
        db.session.merge(cycle).kind = "regular"
    assert "Setting up the centre" not in page_of(signed_in("hr"))


def test_the_list_takes_few_statements(app, centre):
    with statements(app) as sent, app.app_context():
        first_steps(db.session(), HR, TODAY)
    assert len(sent) <= 13, sent
