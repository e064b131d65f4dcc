"""Accounts as administrators keep them, by the pages and by the framework's own commands."""

from __future__ import annotations

import re
from dataclasses import replace

import config
from admin.models import Employee
from tests import factories as make
from tests.web.accounts import account_of, role_ids
from tests.web.conftest import PASSWORD
from tests.web.test_traps_rows import seen


def test_a_new_code_ends_password_and_sessions_and_sets_a_new_one(signed_in, app, centre):
    with app.app_context():
        make.account("spare", PASSWORD, ["employee"])  # nobody's: anybody's goes to its owner alone
    admin, owner = signed_in("admin"), signed_in("spare")
    page = admin.post(f"/accounts/action/issue_code/{account_of(app, 'spare')}").text
    code = re.search(r"([A-Z0-9]{4}-){3}[A-Z0-9]{4}", page)[0]
    assert owner.get("/account/").status_code == 302
    assert app.test_client().post("/login/", data={"username": "spare", "password": PASSWORD}).status_code == 401
    data = {"username": "spare", "code": code, "password": "a brand new one", "repeated": "a brand new one"}
    assert app.test_client().post("/activate/", data=data).status_code == 302
    assert signed_in("spare", "a brand new one").get("/account/").status_code == 200


def test_two_administrators_editing_one_account_are_told_of_each_other(signed_in, app, centre):
    with app.app_context():
        employee, admin = role_ids(["employee"])[0], role_ids(["admin"])[0]
    first, second = signed_in("admin"), signed_in("admin")
    address = f"/accounts/edit/{centre.accounts['management']}"
    opened = seen(second.get(address).text)
    data = {"username": "management", "first_name": "管理", "active": "y"}
    assert first.post(address, data={**data, "roles": [employee], "seen": opened}).status_code == 302
    assert second.post(address, data={**data, "roles": [admin], "seen": opened}).status_code == 409


def test_a_sign_in_meanwhile_does_not_make_a_form_stale(signed_in, app, centre):
    admin = signed_in("admin")
    address = f"/accounts/edit/{centre.accounts['management']}"
    opened = seen(admin.get(address).text)
    signed_in("management")
    with app.app_context():
        given = role_ids(["employee"])
    data = {"username": "management", "first_name": "管理", "active": "y", "roles": given, "seen": opened}
    assert admin.post(address, data=data).status_code == 302


def test_the_frameworks_commands_make_an_account_and_reset_a_password(app, no_tokens):
    from click.testing import CliRunner
    from flask.cli import ScriptInfo
    from flask_appbuilder.cli import fab

    info = ScriptInfo(create_app=lambda: app)
    given = [
        "--username",
        "chief",
        "--firstname",
        "C",
        "--lastname",
        "H",
        "--email",
        "c@h.invalid",
        "--password",
        PASSWORD,
    ]
    made = CliRunner().invoke(fab, ["create-admin", *given], obj=info)
    assert made.exit_code == 0, made.output
    sign_in = {"username": "chief", "password": PASSWORD}
    assert app.test_client().post("/login/", data=sign_in).status_code == 302
    CliRunner().invoke(fab, ["reset-password", "--username", "chief", "--password", "another long one"], obj=info)
    assert app.test_client().post("/login/", data=sign_in).status_code == 401


def test_one_chooses_on_one_s_account_page_whether_messages_come_by_mail(app, centre, signed_in, monkeypatch):
    with app.app_context(), make.fixture() as op:
        op.get(Employee, centre.emp1).email = "emp1@example.com"
    client, english = signed_in("emp1"), {"Accept-Language": "en"}
    assert "This portal sends no mail" in client.get("/account/", headers=english).text
    sends = replace(app.config["PORTAL"], smtp_url="smtp://127.0.0.1:1")
    monkeypatch.setitem(app.config, "PORTAL", sends)
    monkeypatch.setattr(config, "_in_use", sends)
    page = client.get("/account/", headers=english).text
    assert "Mails go to emp1@example.com" in page and re.search(r'name="wanted"[^>]*', page)
    assert client.post("/account/mail", data={"language": "xx"}).status_code == 422
    assert client.post("/account/mail", data={"language": "zh_Hans_CN"}).status_code == 303
    page = client.get("/account/", headers=english).text
    assert '<option value="zh_Hans_CN" selected>' in page
    assert not re.search(r'type="checkbox" value="1" checked[^>]*name="wanted"', page)
    assert "No mail address of yours" in signed_in("emp2").get("/account/", headers=english).text
