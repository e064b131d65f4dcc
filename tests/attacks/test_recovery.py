"""An administrator, the only one, who has lost an app or a password: the ways back, and who learns of them (6.3-b)."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy import select

from admin.access.actor import system_actor
from admin.cli import dispatch, setup
from admin.domain.refusals import Invalid, NotFound
from admin.models import AuditEvent, Notification, SecondFactor, db
from admin.models.accounts import User
from admin.operations.accounts.second_factor import recover_second_factor
from tests import factories as make
from tests.attacks.test_second_factor import enrol
from tests.conftest import NOW
from tests.web.conftest import PASSWORD

pytestmark = pytest.mark.usefixtures("no_tokens")


@pytest.fixture
def lone(app: Any, centre: Any, signed_in: Any, monkeypatch: pytest.MonkeyPatch) -> Any:
    """The administrator with a second factor whose app is lost; the commands act on this portal."""
    client = signed_in("admin")
    enrol(app, client, centre.accounts["admin"])
    monkeypatch.setattr(setup, "_app", lambda: app)
    return client


def told(action: str) -> set[str]:
    db.session.rollback()
    query = select(User.username).join(Notification, Notification.user_id == User.id)
    return set(db.session.scalars(query.where(Notification.action == action).execution_options(unscoped=True)))


def enters(app: Any, password: str = PASSWORD) -> str:
    return app.test_client().post("/login/", data={"username": "admin", "password": password}).location


def test_at_the_machine_a_lost_app_is_taken_off_recorded_and_told(app, lone):
    assert enters(app) == "/login/code"
    assert dispatch.main(["recover", "admin", "--reason", "The telephone is lost"]) == 0
    assert enters(app) != "/login/code" and lone.get("/account/").status_code == 302  # its sessions have ended
    with app.app_context():
        assert db.session.scalar(select(SecondFactor).execution_options(unscoped=True)) is None
        query = select(AuditEvent).where(AuditEvent.operation == "recover_second_factor", AuditEvent.act == "recover")
        (event,) = db.session.scalars(query.execution_options(unscoped=True)).all()
        assert event.actor_name == "system" and event.changes["reason"][1]
        assert told("recovered") == {"admin"} and told("recover") == {"hr", "auditor"}


def test_a_password_set_anew_at_the_machine_is_told_to_hr_and_the_auditors_and_keeps_the_second_factor(app, lone):
    assert dispatch.main(["create-admin", "--username", "admin", "--password", "three grey umbrellas walk"]) == 0
    assert enters(app, "three grey umbrellas walk") == "/login/code"
    with app.app_context():
        assert told("password_set") == {"hr", "auditor"}


def test_a_first_password_is_told_to_nobody(app, centre, monkeypatch):
    monkeypatch.setattr(setup, "_app", lambda: app)
    assert dispatch.main(["create-admin", "--username", "second", "--password", "three grey umbrellas walk"]) == 0
    with app.app_context():
        assert told("password_set") == set()


def test_nobody_recovers_by_a_page_and_nothing_without_a_reason(app, lone):
    with app.app_context():
        somebody = make.actor_of(make.employee(roles=("employee", "hr")))
        with pytest.raises(NotFound):
            recover_second_factor("admin", "x", actor=somebody, now=NOW)
        for name, reason, field in (("admin", " ", "reason"), ("nobody", "x", "username"), ("hr", "x", "username")):
            with pytest.raises(Invalid) as refused:
                recover_second_factor(name, reason, actor=system_actor("cli"), now=NOW)
            assert set(refused.value.fields) == {field}
