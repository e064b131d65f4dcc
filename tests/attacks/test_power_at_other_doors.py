"""The same power by another door: an office that came to somebody, or stayed, past the form that asks two persons (6.1-a)."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import select

import config
from admin.access.actor import system_actor
from admin.cli.check import findings
from admin.domain.refusals import Invalid, Refused
from admin.jobs import mailing
from admin.models import AuditEvent, Employee, Notification, Review, db
from admin.models.accounts import Role, User
from admin.operations.accounts import accounts
from admin.operations.accounts.founding import First, found
from admin.operations.committee import seats
from admin.operations.cycles.reviewers import appoint_reviewer
from admin.operations.imports.imports_accounts import activation_slips
from admin.operations.people.people import come_back, mark_left
from admin.operations.system.notifications import choose_mail
from admin.queries.accounts.actors import actor_named
from tests import factories as make
from tests.attacks.test_power import CODE, decide, of_nobody, person_of, planted, propose, roles_of, seated
from tests.attacks.test_second_factor import enrol
from tests.conftest import NOW
from tests.web.accounts import account_of
from tests.web.conftest import PASSWORD

TODAY = NOW.date()


class Box:
    """A mail server that takes everything."""

    sender = "no-reply@example.com"

    def __init__(self, sent):
        self.sent = sent

    def __enter__(self):
        return self

    def __exit__(self, *_):
        return None

    def send(self, message):
        self.sent.append(message)
        return True


def hr_of(app):
    return actor_named(db.session(), "hr", today=TODAY, via="web")


def a_seat_that_is_over(app, person):
    """A seat whose term ended yesterday, and that has not acted."""
    with app.app_context(), make.fixture() as op:
        seat = make.seat(op.get(Employee, person))
        seat.term_to = TODAY - timedelta(days=1)
        return seat.id


@pytest.mark.parametrize("later", [None, TODAY + timedelta(days=90)])
def test_hr_brings_no_office_down_by_a_seat_that_was_over(signed_in, app, centre, later):
    seat = a_seat_that_is_over(app, centre.emp2)
    page = propose(signed_in("hr"), "emp2", "auditor")
    assert decide(signed_in("management"), page) in (302, 303)
    assert signed_in("emp2").get("/audit_events/list/").status_code == 200
    with app.app_context():
        with pytest.raises(Refused) as refused:
            seats.change_seat(seat, {"term_to": later}, actor=hr_of(app), now=NOW)
        assert refused.value.refusal.clause == "6.1-a"
        with pytest.raises(Refused):
            seats.end_term(seat, TODAY + timedelta(days=9), actor=hr_of(app), now=NOW)
    assert signed_in("emp2").get("/audit_events/list/").status_code == 200


def test_the_term_of_somebody_who_has_left_ends_and_is_not_prolonged(app, centre):
    seated(app, centre.emp2)
    with app.app_context():
        seat = 1
        mark_left(centre.emp2, TODAY, actor=system_actor(), now=NOW)
        seats.end_term(seat, TODAY, actor=system_actor(), now=NOW)
        with pytest.raises(Invalid):
            seats.end_term(seat, TODAY + timedelta(days=90), actor=system_actor(), now=NOW)


def test_an_office_ends_with_the_service_though_the_account_was_switched_off_before(app, centre):
    person, system = person_of(app, "complaint_officer"), system_actor()
    with app.app_context():
        key = account_of(app, "complaint_officer")
        admin = actor_named(db.session(), "admin", today=TODAY, via="web")
        for switch in (False, True):
            accounts.save_account(key, username="complaint_officer", role_ids=[], active=switch, actor=admin, now=NOW)
            if not switch:
                mark_left(person, TODAY, actor=system, now=NOW)
                come_back(person, TODAY, actor=system, now=NOW)
    assert "complaint_officer" not in roles_of(app, "complaint_officer")


def test_two_accounts_of_administrators_take_no_second_factor_off(app, centre, signed_in):
    key = centre.accounts["hr"]
    enrol(app, signed_in("hr"), key)
    with app.app_context(), make.fixture() as op:
        # Whoever keeps accounts makes a second one of their own in three clicks.
        second = make.account("admin2", PASSWORD, ["employee"])
        op.get(User, second).roles = list(op.session.scalars(select(Role).where(Role.name == "admin")))
    ask = {"username": "hr", "reason": "the phone was stolen"}
    assert signed_in("admin").post("/second-factor-resets/ask", data=ask).status_code == 303
    answer = signed_in("admin2").post("/second-factor-resets/1/decide", data={"approve": "1"})
    assert answer.status_code == 409
    assert signed_in("management").post("/second-factor-resets/1/decide", data={"approve": "1"}).status_code == 303


def appointed(app, bearer, case, person):
    return app.test_client().put(
        f"/api/v1/reviews/{case}", json={"head": person, "reason": "代理"}, headers=bearer("hr")
    )


def test_an_auditor_reviews_no_case_in_a_heads_place_and_nobody_who_does_becomes_one(signed_in, bearer, app, centre):
    with app.app_context(), make.fixture() as op:
        case = make.review(make.open_cycle(), op.get(Employee, centre.emp1), stage="rating").id
    assert appointed(app, bearer, case, person_of(app, "auditor")).status_code == 409
    with app.app_context(), make.fixture() as op:
        planned = make.open_cycle(2027)
        planned.stage, coming = "planned", planned.id
        assert op.session.get(Review, case).head_id is None
    with app.app_context(), pytest.raises(Refused, match=r"6\.1-a"):
        appoint_reviewer(coming, [centre.emp2], person_of(app, "auditor"), "代理", actor=hr_of(app), now=NOW)
    with app.app_context(), make.fixture() as op:
        op.get(Review, case).head_id = centre.outsider
    assert propose(signed_in("admin"), "outsider", "auditor") == 409
    assert propose(signed_in("admin"), "outsider", "management") != 409


def told_of_a_proposal(signed_in, app):
    """The accounts that a proposal of a role reaches."""
    propose(signed_in("admin"), "E3", "complaint_officer")
    with app.app_context():
        told = select(Notification.user_id).where(Notification.process == "confirmation")
        return set(db.session.scalars(told.execution_options(unscoped=True)))


def test_an_office_that_does_nothing_is_told_nothing(signed_in, app, centre):
    of_nobody(app, "ghost", "hr")
    planted(app, "management", "auditor")
    assert told_of_a_proposal(signed_in, app) == {centre.accounts["hr"]}


def test_where_all_who_could_confirm_do_nothing_check_says_so_and_the_machine_names_others(app, centre):
    for office in ("hr", "management"):
        planted(app, office, "auditor")
    with app.app_context():
        fit = {each.what: each.fit for each in findings(app)}
        assert not fit["an account with the role hr"] and not fit["an account with the role management"]
        first = [First("hr", "E3"), First("management", "E4")]
        assert len(found(first, actor=system_actor("cli"), now=NOW)) == 2


@pytest.mark.parametrize(
    "address", ["head1@example.com, me@example.net", "head1@example.com\nBcc: me@example.net", "x"]
)
def test_the_code_of_an_office_goes_to_no_second_address(bearer, app, centre, monkeypatch, address):
    given = app.test_client().put(f"/api/v1/employees/{centre.head1}", json={"email": address}, headers=bearer("hr"))
    assert given.status_code == 422
    monkeypatch.setattr(config, "_in_use", replace(app.config["PORTAL"], smtp_url="smtp://127.0.0.1:1"))
    sent = []
    monkeypatch.setattr(mailing, "mailbox", lambda *_: Box(sent))
    with app.app_context():
        with make.fixture() as op:  # past the form, as an older release let it in
            op.get(Employee, centre.head1).email = address
        mailing.send_code(account_of(app, "head1"), actor=system_actor(), clock=lambda: NOW)
    assert sent == []


def test_a_code_is_mailed_in_its_owners_language(app, centre, monkeypatch):
    monkeypatch.setattr(config, "_in_use", replace(app.config["PORTAL"], smtp_url="smtp://127.0.0.1:1"))
    sent = []
    monkeypatch.setattr(mailing, "mailbox", lambda *_: Box(sent))
    with app.app_context():
        key = account_of(app, "head1")
        with make.fixture() as op:
            op.get(Employee, centre.head1).email = "head1@example.com"
        choose_mail(True, "en", actor=actor_named(db.session(), "head1", today=TODAY, via="web"), now=NOW)
        mailing.send_code(key, actor=system_actor(), clock=lambda: NOW)
    (message,) = sent
    assert (message["To"], message["Subject"]) == ("head1@example.com", "Grade review: your new activation code")


def used(app, name, code):
    data = {"username": name, "code": code, "password": "a brand new one 9", "repeated": "a brand new one 9"}
    return app.test_client().post("/activate/", data=data, headers={"Accept-Language": "en"})


def slip_of(app, employee):
    """What HR prints for somebody who has not signed in yet."""
    with app.app_context():
        key = db.session.get(Employee, employee, execution_options={"unscoped": True}).user_id
        with make.fixture() as op:
            op.get(User, key).password = None
        return activation_slips([employee], actor=hr_of(app), now=NOW)[0].code


def test_hr_comes_to_no_ballot_by_the_slip_of_somebody_whom_it_then_seats(signed_in, app, centre):
    code = slip_of(app, centre.emp2)
    seated(app, centre.emp2)
    answer = used(app, "emp2", code)
    assert answer.status_code == 422 and "before the account was given an office" in answer.text
    page = signed_in("admin").post(f"/confirmations/code/{account_of(app, 'emp2')}", data={"reason": "Not yet in."})
    assert decide(signed_in("management"), page.headers["Location"]) in (302, 303)
    printed = signed_in("management").post(f"{page.headers['Location']}/slip").text
    assert used(app, "emp2", CODE.search(printed)[0]).status_code == 302


def test_an_administrator_comes_to_no_seat_by_a_code_for_somebody_not_yet_seated(signed_in, app, centre):
    shown = signed_in("admin").post(f"/accounts/action/issue_code/{account_of(app, 'outsider')}")
    assert CODE.search(shown.text) is None


def test_a_slip_of_somebody_without_an_office_is_good(app, centre, no_tokens):
    assert used(app, "emp2", slip_of(app, centre.emp2)).status_code == 302


def test_a_code_that_goes_by_mail_is_asked_for_with_a_reason_that_stays(signed_in, app, centre, monkeypatch):
    monkeypatch.setattr(config, "_in_use", replace(app.config["PORTAL"], smtp_url="smtp://127.0.0.1:1"))
    key = account_of(app, "head1")
    with app.app_context(), make.fixture() as op:
        op.get(Employee, centre.head1).email = "head1@example.com"
    admin = signed_in("admin")
    assert admin.post(f"/confirmations/code/{key}", data={"reason": " "}).status_code == 422
    assert admin.post(f"/confirmations/code/{key}", data={"reason": "The phone is lost."}).status_code == 302
    with app.app_context():
        asked = select(AuditEvent.changes).where(AuditEvent.operation == "ask_for_code", AuditEvent.record_id == key)
        assert {"reason": [None, "The phone is lost."]} in list(
            db.session.scalars(asked.execution_options(unscoped=True))
        )
