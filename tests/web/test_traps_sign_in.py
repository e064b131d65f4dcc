"""Flask-AppBuilder's traps in signing in: endless tries, cookies that outlive everything, languages that fail."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import timedelta

import pytest

from admin.access.framework import flask_config
from tests.conftest import NOW
from tests.web.conftest import PASSWORD


def page_try(app, password, name="emp1"):
    return app.test_client().post("/login/", data={"username": name, "password": password}).status_code


def api_try(app, password, name="emp1"):
    return app.test_client().post("/api/v1/security/login", json={"username": name, "password": password}).status_code


@pytest.mark.parametrize("name", ["emp1", "nobody-at-all"])
@pytest.mark.parametrize("way", [page_try, api_try])
def test_wrong_passwords_lock_every_way_in_for_longer_and_longer(app, centre, no_tokens, clock, way, name):
    assert [way(app, "wrong", name) for _ in range(5)] == [401] * 5
    for other in (page_try, api_try):
        assert other(app, PASSWORD, name) == 429
    clock(timedelta(seconds=31))
    assert way(app, "wrong", name) == 401
    clock(timedelta(seconds=31 + 31))
    assert way(app, PASSWORD, name) == 429
    clock(timedelta(seconds=31 + 61))
    assert way(app, PASSWORD, name) in (200, 302) if name == "emp1" else way(app, PASSWORD, name) == 401


def test_a_lock_says_how_long_and_hurts_nobody_else(app, centre, no_tokens):
    for _ in range(5):
        page_try(app, "wrong")
    answer = app.test_client().post("/login/", data={"username": "EMP1 ", "password": PASSWORD})
    assert answer.status_code == 429 and 1 <= int(answer.headers["Retry-After"]) <= 31
    assert page_try(app, PASSWORD, "emp2") == 302


def test_the_key_of_a_throttle_is_kept_as_a_hash_only(app, centre, no_tokens):
    from admin.models import Throttle, db

    page_try(app, "wrong")
    with app.app_context():
        assert all("emp1" not in row.key and len(row.key) == 64 for row in db.session.query(Throttle))


def test_a_copied_cookie_is_worth_nothing_after_sign_out(signed_in, app):
    client = signed_in("emp1")
    copied = client.get_cookie("portal").value
    assert client.post("/logout/").status_code == 302
    thief = app.test_client()
    thief.set_cookie("portal", copied)
    assert thief.get("/account/").status_code == 302


def test_a_new_password_ends_other_sessions_and_tokens_but_not_this_one(signed_in, bearer, app):
    here, there, token = signed_in("emp1"), signed_in("emp1"), bearer("emp1")
    data = {"present": PASSWORD, "password": "another long one", "repeated": "another long one"}
    assert here.post("/account/password", data=data).status_code == 302
    assert here.get("/account/").status_code == 200
    assert there.get("/account/").status_code == 302
    assert app.test_client().get("/api/v1/grades/", headers=token).status_code == 401


@pytest.mark.parametrize("change", [{"roles": "employee"}, {"active": False}])
def test_a_change_of_roles_or_deactivation_ends_sessions_and_tokens(signed_in, bearer, app, centre, change):
    from admin.access.actor import system_actor
    from admin.operations.accounts.accounts import save_account
    from tests.web.accounts import role_ids

    client, token = signed_in("hr"), bearer("hr")
    with app.app_context():
        given = role_ids([change.get("roles", "hr")])
        save_account(
            centre.accounts["hr"],
            username="hr",
            role_ids=given,
            active=change.get("active", True),
            actor=system_actor(),
            now=NOW,
        )
    assert client.get("/departments/list/").status_code == 302
    assert app.test_client().get("/api/v1/grades/", headers=token).status_code == 401


def test_wrong_name_wrong_password_and_switched_off_read_the_same(app, centre, no_tokens):
    from admin.access.actor import system_actor
    from admin.operations.accounts.accounts import save_account
    from tests.web.accounts import role_ids

    with app.app_context():
        save_account(
            centre.accounts["management"],
            username="management",
            role_ids=role_ids(["management"]),
            active=False,
            actor=system_actor(),
            now=NOW,
        )
    pages = []
    for name, password in (("nobody", PASSWORD), ("emp1", "wrong"), ("management", PASSWORD)):
        answer = app.test_client().post("/login/", data={"username": name, "password": password})
        assert answer.status_code == 401
        pages.append(answer.text)
    own = re.compile(r'(nonce|value|content)="[^"]*"')
    assert len({own.sub("", page) for page in pages}) == 1


def test_an_account_without_a_password_cannot_sign_in(app, no_tokens):
    from admin.access.actor import system_actor
    from admin.operations.accounts.accounts import save_account

    with app.app_context():
        save_account(None, username="fresh", role_ids=[], actor=system_actor(), now=NOW)
    for password in ("", "\0", "None", "x"):
        assert app.test_client().post("/login/", data={"username": "fresh", "password": password}).status_code in (
            200,
            401,
            422,
        )


@pytest.mark.parametrize(
    "target",
    [
        "https://evil.example/",
        "//evil.example/",
        "/\\evil.example",
        "javascript:alert(1)",
        "http:evil",
        "/\t/evil.example",
        "///evil.example",
    ],
)
def test_next_leads_only_to_ourselves(app, centre, no_tokens, target):
    answer = app.test_client().post(
        "/login/", query_string={"next": target}, data={"username": "emp1", "password": PASSWORD}
    )
    assert (answer.status_code, answer.location) == (302, "/")


def test_next_leads_back_to_the_page_that_was_asked_for(app, centre, no_tokens):
    client = app.test_client()
    asked = client.get("/departments/list/?_flt_0_code=CS")
    assert asked.status_code == 302 and "next=/departments/list/" in asked.location.replace("%2F", "/")
    assert (
        client.post(asked.location, data={"username": "emp1", "password": PASSWORD}).location
        == "/departments/list/?_flt_0_code=CS"
    )


def test_the_cookie_is_for_the_browser_and_our_site_only(signed_in, app):
    answer = app.test_client().post("/login/", data={"username": "emp1", "password": PASSWORD})
    cookie = next(value for name, value in answer.headers if name == "Set-Cookie")
    assert "HttpOnly" in cookie and "SameSite=Lax" in cookie


def test_the_cookie_is_secure_in_production(settings):
    assert flask_config(replace(settings, portal_env="production", portal_now=None))["SESSION_COOKIE_SECURE"] is True


@pytest.mark.parametrize("stale", ["xx", "zh", "", "../../etc", "zh_Hant_HK_extra"])
def test_a_stale_language_in_the_session_fails_nothing(client, stale):
    with client.session_transaction() as kept:
        kept["locale"] = stale
    assert client.get("/login/").status_code == 200


@pytest.mark.parametrize(
    ("header", "tag"),
    [
        ("en-GB,en;q=0.9", "en"),
        ("zh-CN,zh;q=0.9", "zh-Hans"),
        ("zh-TW", "zh-Hant"),
        ("zh-HK", "zh-Hant"),
        ("zh", "zh-Hant"),
        ("zh-Hans-SG", "zh-Hans"),
        ("fr", "zh-Hant"),
        ("fr;q=1,en;q=0.1", "en"),
        ("", "zh-Hant"),
        ("garbage;;;q=x,,", "zh-Hant"),
        ("en;q=0,zh-CN", "zh-Hans"),
    ],
)
def test_the_browsers_language_is_honoured(client, header, tag):
    assert f'<html lang="{tag}">' in client.get("/login/", headers={"Accept-Language": header}).text


def test_a_chosen_language_stays_through_sign_in_and_sign_out(app, centre, no_tokens):
    client = app.test_client()
    assert client.get("/lang/en").status_code == 302
    client.post("/login/", data={"username": "emp1", "password": PASSWORD})
    assert '<html lang="en">' in client.get("/").text
    client.post("/logout/")
    assert '<html lang="en">' in client.get("/login/").text
    assert client.get("/lang/klingon").status_code == 404


def test_an_activation_code_sets_the_first_password_once(app, no_tokens):
    from admin.access.actor import system_actor
    from admin.models import ActivationCode, db
    from admin.operations.accounts.accounts import issue_activation_codes, save_account

    with app.app_context():
        key = save_account(None, username="fresh", role_ids=[], actor=system_actor(), now=NOW).id
        code = issue_activation_codes([key], actor=system_actor(), now=NOW)[key]
        assert code not in str(db.session.query(ActivationCode).one().code_hash)
    data = {"username": "fresh", "password": PASSWORD, "repeated": PASSWORD}
    client = app.test_client()
    assert client.post("/activate/", data={**data, "code": "AAAA-BBBB-CCCC-DDDD"}).status_code == 422
    assert client.post("/activate/", data={**data, "code": code.lower().replace("-", " ")}).status_code == 302
    assert client.post("/activate/", data={**data, "code": code}).status_code == 422
    assert page_try(app, PASSWORD, "fresh") == 302


def test_an_activation_code_gets_too_old_and_guessing_is_slowed(app, no_tokens, clock):
    from admin.access.actor import system_actor
    from admin.operations.accounts.accounts import issue_activation_codes, save_account

    with app.app_context():
        key = save_account(None, username="fresh", role_ids=[], actor=system_actor(), now=NOW).id
        code = issue_activation_codes([key], actor=system_actor(), now=NOW)[key]
    data = {"username": "fresh", "password": PASSWORD, "repeated": PASSWORD}
    clock(timedelta(days=31))
    answers = [app.test_client().post("/activate/", data={**data, "code": code}).status_code for _ in range(6)]
    assert answers == [422] * 5 + [429]


@pytest.mark.parametrize("password", ["short", "x" * 201, "with\0zero-byte"])
def test_a_password_that_cannot_be_used_is_refused(signed_in, password):
    data = {"present": PASSWORD, "password": password, "repeated": password}
    assert signed_in("emp1").post("/account/password", data=data).status_code == 422
