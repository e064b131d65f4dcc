"""Whoever has learned a password, taken over a session, or would take somebody's second factor off alone (THREATS.md)."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import select

import config
from admin.access.actor import Actor
from admin.domain.one_time_codes import code_at, step_at
from admin.models import Notification, RecoveryCode, SecondFactor, db
from admin.models.factor_sealing import unseal_factor
from admin.operations.accounts.second_factor import begin_second_factor, confirm_second_factor
from admin.operations.accounts.throttle import Locked, Origin
from tests.conftest import NOW
from tests.operations.bodies import case, committee, opened, vote
from tests.operations.racing import race
from tests.views.clients import client_of, headers_of
from tests.web.conftest import PASSWORD

ENGLISH = {"Accept-Language": "en"}
LATER = timedelta(minutes=11)


@pytest.fixture
def required(app, monkeypatch):
    """As in production: those who hold an office need a second factor."""
    asks = replace(app.config["PORTAL"], require_second_factor=True)
    monkeypatch.setattr(config, "_in_use", asks)


def code_of(app, user_id, ahead=0, pending=False):
    """What the owner's app shows now, or so many steps from now."""
    with app.app_context():
        columns = SecondFactor.__table__.c
        sealed = columns.sealed_pending if pending else columns.sealed_secret
        kept = db.session.execute(select(sealed).where(columns.user_id == user_id)).scalar_one()
        return code_at(unseal_factor(kept, user_id), step_at(app.config["PORTAL"].now()) + ahead)


def enrol(app, client, user_id):
    """Set a second factor up by the pages; answers with the recovery codes."""
    assert client.post("/account/second-factor/begin").status_code == 303
    page = client.get("/account/second-factor/", headers=ENGLISH).text
    assert "data:image/svg+xml" in page and "Without a camera" in page
    given = {"code": code_of(app, user_id, ahead=-1, pending=True)}
    answer = client.post("/account/second-factor/confirm", data=given, headers=ENGLISH)
    assert answer.status_code == 200
    return re.findall(r"<code>([A-Z0-9-]{19})</code>", answer.text)


def half_way(app, name, password=PASSWORD):
    """A client whose password was right."""
    client = app.test_client()
    answer = client.post("/login/?next=/my-path/", data={"username": name, "password": password})
    assert (answer.status_code, answer.location) == (302, "/login/code")
    return client


def told(app, user_id):
    with app.app_context():
        rows = select(Notification.process, Notification.action).where(Notification.user_id == user_id)
        return [tuple(row) for row in db.session.execute(rows.execution_options(unscoped=True))]


def test_a_password_alone_opens_nothing_where_there_is_a_second_factor(app, centre, signed_in):
    key = centre.accounts["hr"]
    here = signed_in("hr")
    there = signed_in("hr")
    codes = enrol(app, here, key)
    assert len(codes) == 10 and here.get("/employees/list/").status_code == 200
    assert there.get("/employees/list/").status_code == 302  # sessions without the mark ended
    thief = half_way(app, "hr")
    for address in ("/", "/employees/list/", "/account/"):
        assert thief.get(address).status_code == 302
    token = app.test_client().post("/api/v1/security/login", json={"username": "hr", "password": PASSWORD})
    assert token.status_code == 401 and "access_token" not in token.text
    assert [thief.post("/login/code", data={"code": f"{n:06}"}).status_code for n in range(6)] == [401] * 5 + [429]


def test_a_code_is_used_once_whatever_the_door_and_a_clock_may_be_a_step_off(app, centre, signed_in):
    key = centre.accounts["hr"]
    enrol(app, signed_in("hr"), key)
    for ahead in (0, 1):
        code = code_of(app, key, ahead)
        client = half_way(app, "hr")
        answer = client.post("/login/code", data={"code": f" {code[:3]} {code[3:]}"})
        assert (answer.status_code, answer.location) == (302, "/my-path/")
        assert client.get("/employees/list/").status_code == 200
        assert half_way(app, "hr").post("/login/code", data={"code": code}).status_code == 401
        again = {"username": "hr", "password": PASSWORD, "code": code}
        assert app.test_client().post("/api/v1/security/login", json=again).status_code == 401
    for ahead in (-1, 2):
        assert half_way(app, "hr").post("/login/code", data={"code": code_of(app, key, ahead)}).status_code == 401


def test_a_token_takes_the_code_along(app, centre, signed_in):
    key = centre.accounts["hr"]
    enrol(app, signed_in("hr"), key)
    given = {"username": "hr", "password": PASSWORD, "code": code_of(app, key)}
    answer = app.test_client().post("/api/v1/security/login", json=given)
    headers = {"Authorization": f"Bearer {answer.json['access_token']}"}
    assert app.test_client().get("/api/v1/employees/", headers=headers).status_code == 200


def test_two_who_send_one_code_at_once_are_one(app, centre):
    from admin.operations.accounts.second_factor import prove_second_factor

    key = centre.accounts["hr"]
    with app.app_context():
        owner = Actor("hr", key)
        begin_second_factor(actor=owner, now=NOW)
        db.session.remove()
        code = code_of(app, key, -1, pending=True)
        confirm_second_factor(code, actor=owner, now=NOW, origin=Origin())
        db.session.remove()
        now_shown = code_of(app, key)
        calls = [lambda: prove_second_factor(now_shown, actor=owner, now=NOW, origin=Origin())] * 2
        assert race(app, *calls) in (["Invalid", "done"], ["done", "Invalid"])


STRANGER = {"REMOTE_ADDR": "198.51.100.9"}


def test_a_stranger_who_knows_the_password_keeps_no_owner_from_the_second_step(app, centre, signed_in, clock):
    """Nor from signing an act or from another app: on a device that is known, its own wrong codes alone count."""
    key, mine = centre.accounts["hr"], signed_in("hr")
    enrol(app, mine, key)
    clock(timedelta(minutes=1))
    stranger = half_way(app, "hr")
    codes = [stranger.post("/login/code", data={"code": "000000"}, environ_base=STRANGER).status_code for _ in range(6)]
    assert codes == [401] * 5 + [429], "brute force is refused"
    right = half_way(app, "hr").post("/login/code", data={"code": code_of(app, key)}, environ_base=STRANGER)
    assert right.status_code == 429, "on a device that nobody knows a right code waits too"
    mine.delete_cookie("portal")
    mine.post("/login/", data={"username": "hr", "password": PASSWORD})
    assert mine.post("/login/code", data={"code": code_of(app, key)}).status_code == 302


def test_a_known_device_has_no_more_tries_of_codes_than_others(app, centre, signed_in):
    key, mine = centre.accounts["hr"], signed_in("hr")
    enrol(app, mine, key)
    mine.delete_cookie("portal")
    mine.post("/login/", data={"username": "hr", "password": PASSWORD})
    codes = [mine.post("/login/code", data={"code": "000000"}).status_code for _ in range(6)]
    assert codes == [401] * 5 + [429]
    assert half_way(app, "hr").post("/login/code", data={"code": code_of(app, key)}).status_code == 302, "its own alone"


def test_a_session_that_somebody_found_keeps_no_owner_from_signing(app, centre, signed_in, clock):
    """Whoever types wrong passwords into an open session elsewhere locks themselves out, not the owner's device."""
    mine, found = signed_in("hr"), app.test_client()
    found.set_cookie("portal", mine.get_cookie("portal").value)
    wrong = {"present": "guess", "password": "four words nobody joins", "repeated": "four words nobody joins"}
    answers = [found.post("/account/password", data=wrong, environ_base=STRANGER).status_code for _ in range(6)]
    assert answers == [422] * 5 + [429]
    assert mine.post("/account/password", data={**wrong, "present": PASSWORD}).status_code == 302


def test_parallel_wrong_codes_count_exactly(app, centre, signed_in):
    from admin.operations.accounts.second_factor import prove_second_factor

    key = centre.accounts["hr"]
    enrol(app, signed_in("hr"), key)
    locked = []

    def attempt():
        try:
            prove_second_factor("000000", actor=Actor("hr", key), now=NOW, origin=Origin(STRANGER["REMOTE_ADDR"]))
        except Locked:
            locked.append(1)

    with app.app_context():
        answers = race(app, *[attempt] * 12)
    assert (answers.count("Invalid"), len(locked)) == (5, 7)


def test_a_recovery_code_lets_in_once_and_its_owner_is_told(app, centre, signed_in):
    key = centre.accounts["hr"]
    codes = enrol(app, signed_in("hr"), key)
    with app.app_context():
        assert not [
            row for row in db.session.query(RecoveryCode.code_hash).execution_options(unscoped=True) if codes[0] in row
        ]
    assert half_way(app, "hr").post("/login/code", data={"code": codes[0].lower()}).status_code == 302
    assert half_way(app, "hr").post("/login/code", data={"code": codes[0]}).status_code == 401
    assert told(app, key) == [("second_factor", "set_up"), ("second_factor", "recovery_code_used")]


def test_the_secret_stands_nowhere_in_the_clear_and_is_shown_until_confirmed_only(app, centre, signed_in):
    key = centre.accounts["hr"]
    client = signed_in("hr")
    client.post("/account/second-factor/begin")
    letters = re.search(r"<code>([A-Z2-7 ]{39})</code>", client.get("/account/second-factor/").text)[1]
    client.post("/account/second-factor/confirm", data={"code": code_of(app, key, pending=True)})
    assert letters not in client.get("/account/second-factor/").text
    with app.app_context():
        secret = unseal_factor(db.session.execute(select(SecondFactor.__table__.c.sealed_secret)).scalar_one(), key)
        trail = str(
            db.session.execute(db.text("SELECT changes FROM audit_events WHERE record_type = 'second_factors'")).all()
        )
        assert "salted:" in trail and secret.hex() not in trail and letters.replace(" ", "") not in trail


def test_who_holds_an_office_sets_one_up_before_anything_else_where_it_is_required(app, centre, signed_in, required):
    for name in ("hr", "admin", "management", "auditor", "complaint_officer"):
        client = signed_in(name)
        for address in ("/", "/employees/list/", "/account/", "/audit_events/list/"):
            answer = client.get(address)
            assert (answer.status_code, answer.location) == (302, "/account/second-factor/"), (name, address)
        sent = client.post("/departments/add", data={"code": "QA", "name": "TYPED-kept"}, headers=ENGLISH)
        assert sent.status_code == 409 and "TYPED-kept" in sent.text
        token = app.test_client().post("/api/v1/security/login", json={"username": name, "password": PASSWORD})
        assert token.status_code == 401 and "access_token" not in token.text
        enrol(app, client, centre.accounts[name])
        assert client.get("/account/").status_code == 200
        assert client.post("/account/second-factor/give-up").status_code == 409
    assert signed_in("emp1").get("/account/").status_code == 200  # who holds none is asked for none


def test_a_token_from_before_it_was_required_opens_nothing_more(app, centre, bearer, monkeypatch):
    headers = bearer("hr")
    asks = replace(app.config["PORTAL"], require_second_factor=True)
    monkeypatch.setattr(config, "_in_use", asks)
    assert app.test_client().get("/api/v1/employees/", headers=headers).status_code == 401


def test_nobody_takes_a_second_factor_off_alone(app, centre, signed_in):
    key = centre.accounts["hr"]
    enrol(app, signed_in("hr"), key)
    admin, management = signed_in("admin"), signed_in("management")
    ask = {"username": "HR", "reason": "the phone was stolen"}
    assert admin.post("/second-factor-resets/ask", data=ask).status_code == 303
    assert admin.post("/second-factor-resets/ask", data=ask).status_code == 409
    assert admin.post("/second-factor-resets/1/decide", data={"approve": "1"}).status_code == 409
    owner = half_way(app, "hr")
    owner.post("/login/code", data={"code": code_of(app, key)})
    assert owner.post("/second-factor-resets/1/decide", data={"approve": "1"}).status_code == 409
    for nobody in ("auditor", "emp1", "complaint_officer"):
        assert signed_in(nobody).post("/second-factor-resets/1/decide", data={"approve": "1"}).status_code == 404
    half_way(app, "hr")  # still asked for
    assert management.post("/second-factor-resets/1/decide", data={"approve": "1"}).status_code == 303
    assert owner.get("/account/").status_code == 302  # every session of the account ended
    assert signed_in("hr").get("/account/").status_code == 200
    assert management.post("/second-factor-resets/1/decide", data={"approve": "1"}).status_code == 409
    assert told(app, key)[-2:] == [("second_factor", "reset_asked"), ("second_factor", "reset_approved")]
    assert ("second_factor_reset", "ask") in told(app, centre.accounts["management"])


def test_who_asks_for_a_reset_by_sql_and_decides_alone_is_refused_by_the_database(app, centre):
    from sqlalchemy.exc import IntegrityError

    columns = "user_id, asked_by_id, asked_at, reason, decided_by_id, decided_at"
    hr, admin = centre.accounts["hr"], centre.accounts["admin"]
    with app.app_context():
        for asked_by, decided_by in ((admin, admin), (hr, admin), (admin, hr)):
            values = f"{hr}, {asked_by}, '2027-01-01', '', {decided_by}, '2027-01-01'"
            with pytest.raises(IntegrityError):
                db.session.execute(db.text(f"INSERT INTO second_factor_resets ({columns}) VALUES ({values})"))
            db.session.rollback()


def test_an_old_session_sets_up_no_second_factor_of_its_own(app, centre, signed_in, clock):
    client = signed_in("hr")
    clock(LATER)
    answer = client.post("/account/second-factor/begin", headers=ENGLISH)
    assert answer.status_code == 401 and "Sign once more" in answer.text
    signed = client.post("/account/second-factor/begin", data={"password_again": PASSWORD})
    assert signed.status_code == 303


def test_check_names_the_accounts_that_have_none(app, centre, signed_in):
    from admin.queries.accounts.second_factors import without_second_factor
    from admin.queries.system.calendar import company_day

    with app.app_context():
        assert without_second_factor(db.session(), company_day(NOW)) == [
            "admin", "auditor", "complaint_officer", "hr", "management",
        ]  # fmt: skip
    enrol(app, signed_in("hr"), centre.accounts["hr"])
    with app.app_context():
        assert "hr" not in without_second_factor(db.session(), company_day(NOW))


@pytest.fixture
def ballot(session):
    """A ballot that everybody has cast and nobody has closed."""
    body = committee()
    one = case(body, proposed="J3")
    meeting = opened(body, [one])
    vote(body, meeting, one, **dict.fromkeys(body.seats, True))
    return body, meeting.id, meeting.items[0].id, one.id


def test_who_finds_an_open_session_closes_no_ballot_with_it_and_the_chair_loses_nothing(app, ballot, no_tokens, clock):
    body, meeting, item, _review = ballot
    client = client_of(app, body.chair.user_id)
    clock(LATER)
    address, typed = f"/meetings/{meeting}/cases/{item}/close_ballot", {"reason": "KEPT <as typed> 十二"}
    for wrong in ({}, {"password_again": "guess"}, {"password_again": ""}):
        answer = client.post(address, data=typed | wrong, headers=ENGLISH)
        assert answer.status_code == 401 and "KEPT &lt;as typed&gt; 十二" in answer.text
        assert "guess" not in answer.text
    assert client.get(f"/api/v1/meetings/{meeting}").status_code == 401  # a cookie is no token
    carried = dict(re.findall(r'type="hidden" name="([^"]+)" value="([^"]*)"', answer.text))
    assert carried["reason"] == "KEPT &lt;as typed&gt; 十二"
    signed = client.post(address, data=typed | {"password_again": PASSWORD})
    assert signed.status_code == 302, signed.text
    again = client.post(address, data=typed)
    assert again.status_code == 409  # fresh now, and closed


def test_a_program_with_an_old_token_is_told_how_to_sign(app, ballot, no_tokens, clock):
    body, meeting, _item, review = ballot
    headers = headers_of(app, body.chair.user_id) | ENGLISH
    clock(LATER)
    address = f"/api/v1/meetings/{meeting}/actions/close_ballot"
    answer = app.test_client().post(address, json={"review": review}, headers=headers)
    assert (answer.status_code, answer.json["sign_again"]) == (403, True)
    assert "/api/v1/security/login" in answer.json["message"]
    fresh = headers_of(app, body.chair.user_id)
    assert app.test_client().post(address, json={"review": review}, headers=fresh).status_code == 200


def test_a_signature_takes_the_code_too_and_wrong_ones_are_limited(app, ballot, no_tokens, clock):
    body, meeting, item, _review = ballot
    client = client_of(app, body.chair.user_id)
    enrol(app, client, body.chair.user_id)
    clock(LATER)
    address = f"/meetings/{meeting}/cases/{item}/close_ballot"
    assert client.post(address, data={"password_again": PASSWORD, "code_again": "000000"}).status_code == 401
    code = code_of(app, body.chair.user_id)
    assert client.post(address, data={"password_again": PASSWORD, "code_again": code}).status_code == 302
    clock(2 * LATER)
    answers = [client.post(address, data={"password_again": "guess"}).status_code for _ in range(6)]
    assert answers == [401] * 5 + [429]


def test_no_password_of_a_signature_is_kept_beside_the_key_of_its_form(app, ballot, no_tokens, clock):
    from admin.models import DoneOnce

    body, meeting, item, _review = ballot
    client = client_of(app, body.chair.user_id)
    clock(LATER)
    address, form = f"/meetings/{meeting}/cases/{item}/close_ballot", {"once": "one-key"}
    assert client.post(address, data=form | {"password_again": PASSWORD}).status_code == 302
    twice = client.post(address, data=form | {"password_again": "another"})
    assert twice.status_code == 401
    assert (
        client.post(address, data=form | {"password_again": PASSWORD}).status_code == 302
    )  # done already, and said so
    with app.app_context():
        rows = db.session.query(DoneOnce.operation).execution_options(unscoped=True).all()
        assert {row.operation for row in rows} & {"prove_second_factor", "take_try"} == set()


ASKED = [
    ("policy_version", "promulgate"),
    ("cycle", "issue"),
    ("grade_change", "issue"),
    ("takeover_correction", "approve"),
    ("document_withdrawal", "approve"),
    ("meeting", "close_ballot"),
    ("meeting", "close_complete_ballots"),
    ("appeal", "close_ballot"),
    ("complaint", "close"),
]


def test_what_cannot_be_taken_back_is_in_the_list_and_each_is_a_row_of_the_table():
    from admin.domain.workflow.signed import SIGNED
    from admin.domain.workflow.transitions import TABLE

    assert sorted(SIGNED) == sorted(ASKED)
    assert {(row.process, row.action) for row in TABLE if row.offered} >= SIGNED
