"""Whoever has the database and its key of events, and writes in the name of somebody who was not signed in (THREATS.md)."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import insert, select, update

import config
from admin.access.actor import acting_as, system_actor
from admin.domain.refusals import NotFound
from admin.jobs.sweep import sweep
from admin.models import AuditEvent, LongWork, SignIn, db
from admin.models import audit as trail
from admin.models.audit import ChangeContext, event_rows
from admin.models.base import real_time
from admin.models.event_form import event_key
from admin.operations import acts, many
from admin.operations.accounts.accounts import issue_activation_codes
from admin.operations.accounts.roles import end_sessions_of
from admin.operations.accounts.sign_ins import begin_sign_in
from admin.operations.cases import reviews  # noqa: F401  declares the acts
from admin.operations.system.audit import note_restored
from admin.operations.transaction import operation
from admin.queries.accounts import actors
from admin.queries.accounts.actors import actor_named
from admin.queries.system.audit_chain import chained_events, verify
from admin.queries.system.audit_sign_ins import sign_ins_of
from tests import factories as make
from tests import reviewing
from tests.attacks.test_basis import decide, seat_form, waiting
from tests.attacks.test_second_factor import enrol, half_way
from tests.conftest import NOW
from tests.reviewing import later
from tests.web.conftest import PASSWORD

EVENTS = AuditEvent.__table__
TOLD = ("update", "departments", 1, {"name": ["一", "二"]})
LONG_AFTER = timedelta(hours=25)


def named(app: Flask, *, with_demo: bool = True) -> list[str]:
    """What is wrong with whom events name, as `audit verify` says it."""
    with app.app_context():
        key = event_key(config.current().var_dir / "keys")
        found = sign_ins_of(db.session(), key, with_demo=with_demo)
        return [fault.what for fault in verify(chained_events(db.session()), (), key, found).faults]


def forge(app: Flask, account: int | None, **more: Any) -> None:
    """An event by whoever has the key of events: its hash and its tag are right."""
    given = {
        "operation": "save_department",
        "actor_id": account,
        "actor_name": "emp1",
        "via": "web",
        "business_at": NOW,
    }
    with app.app_context(), db.engine.begin() as connection:
        connection.execute(insert(EVENTS), event_rows(ChangeContext(**given | more), [TOLD]))


def number_of(app: Flask, account: int) -> int:
    """The newest sign-in of an account."""
    with app.app_context():
        mine = select(SignIn.id).where(SignIn.user_id == account).order_by(SignIn.id.desc())
        return int(db.session.scalars(mine.execution_options(unscoped=True)).first() or 0)


@pytest.fixture
def account(app: Flask, centre: Any) -> int:
    """Of emp1, whose name the forger borrows."""
    with app.app_context():
        return actor_named(db.session(), "emp1", today=NOW.date(), via="web").user_id or 0


def test_what_people_and_the_machine_do_holds(
    app: Flask, centre: Any, account: int, signed_in: Callable[..., Any], bearer: Callable[..., Any]
) -> None:
    hr, second = signed_in("hr"), signed_in("admin")
    assert hr.post("/account/mail", data={"wanted": "1", "language": "en"}).status_code == 303
    kept = {"code": "PX", "name": "Programs"}
    assert app.test_client().post("/api/v1/departments/", json=kept, headers=bearer("hr")).status_code == 201
    changed = {"present": PASSWORD, "password": "another horse battery 7", "repeated": "another horse battery 7"}
    assert hr.post("/account/password", data=changed).status_code == 302
    assert hr.post("/account/mail", data={"wanted": "1", "language": "zh_Hant_TW"}).status_code == 303
    assert second.post("/logout/").status_code == 302
    assert signed_in("emp1").post("/account/mail", data={"wanted": "1", "language": "en"}).status_code == 303
    with app.app_context():
        make.department("By the machine")
    assert named(app) == []


def test_what_one_does_while_signing_in_holds(
    app: Flask, centre: Any, account: int, signed_in: Callable[..., Any]
) -> None:
    codes = enrol(app, signed_in("hr"), centre.accounts["hr"])
    assert half_way(app, "hr").post("/login/code", data={"code": codes[0]}).status_code == 302
    with app.app_context():
        code = issue_activation_codes([account], actor=system_actor("cli"), now=NOW)[account]
    typed = {"username": "emp1", "code": code, "password": "a brand new one", "repeated": "a brand new one"}
    assert app.test_client().post("/activate/", data=typed).status_code == 302
    assert signed_in("emp1", "a brand new one").get("/account/").status_code == 200
    assert named(app) == []


def test_events_in_the_name_of_somebody_who_was_not_signed_in_are_named(
    app: Flask, centre: Any, account: int, signed_in: Callable[..., Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    client = signed_in("emp1")
    signed_in("hr")
    mine, of_hr = number_of(app, account), number_of(app, centre.accounts["hr"])
    forge(app, account)
    assert named(app).pop() == f"acts as account {account} and names no sign-in"
    forge(app, account, sign_in=4_711)
    assert named(app).pop() == f"acts as account {account} and names a sign-in that never was"
    forge(app, account, sign_in=of_hr)
    assert named(app).pop() == f"acts as account {account} and names a sign-in of account {centre.accounts['hr']}"
    forge(app, account, sign_in=mine, via="api")
    assert named(app).pop() == "came by api and names a sign-in by web"
    forge(app, account, via="worker")
    assert named(app).pop() == f"acts as account {account} by worker, where nobody does"
    forge(app, None, actor_name="emp1")
    assert named(app).pop() == "acts as 'emp1', who is no account"
    forge(app, account, via="cli", sign_in=mine)
    assert named(app).pop() == "names a sign-in, and by cli nobody signs in"
    forge(app, account, operation="activate_account")
    assert named(app).pop() == f"acts as account {account} and names no sign-in"
    forge(app, account, sign_in=mine)
    assert len(named(app)) == 8  # the last one is what the portal itself would have written
    client.post("/logout/")
    for after in (timedelta(hours=1), LONG_AFTER):
        with monkeypatch.context() as patched:
            patched.setattr(trail, "real_time", lambda after=after: datetime.now(UTC) + after)
            forge(app, account, sign_in=mine)
    late = named(app)[8:]
    assert len(late) == 2 and all("in a sign-in that had ended at" in what for what in late)
    forge(app, account, via="demo")
    assert len(named(app)) == 10 and named(app, with_demo=False).pop() == "was told by a demo, and this is none"


@pytest.mark.parametrize("by", ["another", "themselves, without the key"])
def test_a_sign_in_that_was_written_for_somebody_is_none(app: Flask, centre: Any, account: int, by: str) -> None:
    row = {"user_id": account, "via": "web", "epoch": 1, "begun_at": real_time(), "ends_at": real_time() + LONG_AFTER}
    with app.app_context(), db.engine.begin() as connection:
        author = centre.accounts["hr"] if by == "another" else account
        context = ChangeContext("begin_sign_in", author, "emp1", "web", NOW)
        told = {
            name: [None, value.isoformat() if isinstance(value, datetime) else value] for name, value in row.items()
        }
        key = connection.execute(insert(SignIn.__table__).values(row)).inserted_primary_key
        number = key[0] if key else 0
        connection.execute(
            insert(EVENTS),
            [
                row | ({} if by == "another" else {"tag": row["tag"][:8] + "0" * 32})
                for row in event_rows(context, [("insert", "sign_ins", number, told)])
            ],
        )
    forge(app, account, sign_in=number)
    assert named(app).pop() == f"acts as account {account} and names a sign-in that never was"


def test_who_reads_the_trail_cannot_tell_that_two_events_are_of_one_sign_in(
    app: Flask, centre: Any, signed_in: Callable[..., Any]
) -> None:
    client = signed_in("hr")
    for language in ("en", "zh_Hant_TW"):
        client.post("/account/mail", data={"wanted": "1", "language": language})
    with app.app_context():
        marks = list(db.session.connection().scalars(select(EVENTS.c.sign_in).where(EVENTS.c.sign_in.is_not(None))))
    assert len(marks) == len(set(marks)) >= 2


def test_a_session_ends_a_day_after_it_began_on_the_server_whatever_was_done_in_it(
    app: Flask, centre: Any, signed_in: Callable[..., Any], bearer: Callable[..., Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    client, token = signed_in("hr"), bearer("hr")
    asked = lambda: app.test_client().get("/api/v1/departments/", headers=token).status_code  # noqa: E731
    for hours, page, program in ((0, 200, 200), (23, 200, 401), (24, 302, 401)):
        monkeypatch.setattr(actors, "real_time", lambda h=hours: datetime.now(UTC) + timedelta(hours=h, minutes=1))
        assert (client.get("/account/").status_code, asked()) == (page, program), hours


def test_whoever_was_signed_in_by_somebody_else_sees_it(
    app: Flask, centre: Any, signed_in: Callable[..., Any], bearer: Callable[..., Any]
) -> None:
    client = signed_in("emp1")
    bearer("emp1")
    shown = client.get("/account/", headers={"Accept-Language": "en"}).text
    assert (shown.count("by a program"), shown.count("on the pages")) == (1, 1)


def test_what_was_proved_before_the_password_was_changed_begins_nothing(app: Flask, centre: Any, account: int) -> None:
    with app.app_context():
        who = actor_named(db.session(), "emp1", today=NOW.date(), via="web")
        with operation("change_password", actor=system_actor("cli"), now=NOW) as op:
            end_sessions_of(op, [account])
        with pytest.raises(NotFound):
            begin_sign_in(1, actor=who, now=NOW)


def test_a_cookie_without_its_row_opens_nothing(app: Flask, centre: Any, signed_in: Callable[..., Any]) -> None:
    client = signed_in("hr")
    with app.app_context(), db.engine.begin() as connection:
        connection.execute(update(SignIn.__table__).values(user_id=centre.accounts["admin"]))
    assert client.get("/account/").status_code == 302


def test_a_restored_state_signs_everybody_out_and_the_trail_says_why(
    app: Flask, centre: Any, signed_in: Callable[..., Any]
) -> None:
    client = signed_in("hr")
    with app.app_context():
        note_restored({"note": "1", "file": "b"}, actor=system_actor("cli"), now=NOW)
    assert client.get("/account/").status_code == 302
    with app.app_context():
        ended = select(EVENTS.c.record_type).where(EVENTS.c.operation == "restore_backup").order_by(EVENTS.c.id)
        assert list(db.session.connection().scalars(ended)) == ["audit_events", "account_states"]


def test_what_a_second_confirms_is_done_in_the_sign_in_of_the_second(
    app: Flask, centre: Any, signed_in: Callable[..., Any]
) -> None:
    with app.app_context():
        make.account("hr2", PASSWORD, ["hr"])
    one, second = signed_in("hr"), signed_in("hr2")
    one.post("/committee_members/add", data=seat_form(centre.emp1))
    one.post("/logout/")
    assert decide(second, waiting(app)[0]).status_code == 302
    assert named(app) == []
    with app.app_context():
        done = select(EVENTS.c.actor_name).where(EVENTS.c.record_type == "committee_members")
        assert set(db.session.connection().scalars(done)) == {"hr"}


def test_an_act_on_many_is_carried_out_in_the_sign_in_in_which_it_was_asked_for_and_no_longer(
    app: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(many, "AT_ONCE", 1)
    due, data = later(15), {"stage": "self_assessment", "reason": "到期"}
    with app.app_context():
        made = reviewing.open_cycle(accounts=False)
        account = make.account("hr", PASSWORD, ["hr"])
        asker = actor_named(db.session(), "hr", today=due.date(), via="web")
        asker = replace(asker, sign_in=begin_sign_in(1, actor=asker, now=due))
        before = len(named(app))
        acts.perform("cycle", made.cycle, "close_stage", data, actor=asker, now=due)
        monkeypatch.setattr(trail, "real_time", lambda: datetime.now(UTC) + LONG_AFTER)
        assert sweep(actor=system_actor(), clock=lambda: due) == 1
        with acting_as(system_actor()):
            assert db.session.scalars(select(LongWork.ended_at)).one() == due
        db.session.rollback()
    assert len(named(app)) == before
    monkeypatch.setattr(trail, "real_time", lambda: datetime.now(UTC) + 2 * LONG_AFTER)
    forge(app, account, sign_in=asker.sign_in)
    assert len(named(app)) == before + 1
