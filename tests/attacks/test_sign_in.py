"""Whoever wants in without being let in, and whoever wants somebody else kept out (THREATS.md)."""

from __future__ import annotations

import re
import unicodedata
from datetime import timedelta
from html import unescape

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import select

from admin.access.actor import system_actor
from admin.domain.refusals import Invalid, Refused
from admin.domain.sign_in_names import canonical
from admin.models import AuditEvent, db
from admin.operations.accounts import accounts, throttle
from admin.operations.accounts.passwords import LOOKED_AT, weakness
from admin.operations.accounts.throttle import EVERYBODY, SOURCE, Locked, Origin
from admin.queries.accounts.actors import actor_named
from admin.queries.accounts.own_words import words_of
from tests import factories as make
from tests.conftest import NOW
from tests.operations.racing import race
from tests.web.conftest import PASSWORD

ENGLISH = {"Accept-Language": "en"}
OWNER, STRANGER = "203.0.113.7", "198.51.100.9"
DOORS = ("/login/", "/api/v1/security/login")


def send(client, door, name, password=PASSWORD, source=STRANGER, headers=None):
    """One try to sign in, from an address; answers with what came of it."""
    given = {"username": name, "password": password}
    body = {"json": given} if door.startswith("/api") else {"data": given}
    return client.post(door, **body, headers=headers, environ_base={"REMOTE_ADDR": source})


def enters(client, door, name, **how):
    return send(client, door, name, **how).status_code in (200, 302)


def lock_out(app, name, door=DOORS[0]):
    """A stranger tries passwords until the account is locked."""
    answers = [send(app.test_client(), door, name, "guess").status_code for _ in range(6)]
    assert answers == [401] * 5 + [429]


@pytest.mark.parametrize("door", DOORS)
def test_strangers_wrong_tries_do_not_lock_the_owner_out_of_a_known_device(app, centre, no_tokens, door):
    mine = app.test_client()
    assert enters(mine, door, "hr", source=OWNER)
    mine.delete_cookie("portal")
    lock_out(app, "hr", door)
    assert (
        send(app.test_client(), door, "hr").status_code == 429
    )  # a right password on a device that nobody knows waits
    for other in DOORS:
        assert enters(mine, other, "hr", source=OWNER)
        mine.delete_cookie("portal")


def test_a_known_device_has_no_more_tries_than_others_and_only_for_its_own_account(app, centre, no_tokens):
    mine = app.test_client()
    enters(mine, DOORS[0], "emp1")
    mine.delete_cookie("portal")
    assert [send(mine, DOORS[0], "emp1", "guess").status_code for _ in range(6)] == [401] * 5 + [429]
    assert enters(app.test_client(), DOORS[0], "emp1")  # the count was the device's own
    assert [send(mine, DOORS[0], "hr", "guess").status_code for _ in range(5)] == [401] * 5
    assert send(app.test_client(), DOORS[0], "hr").status_code == 429  # for another account it is a stranger's


def test_a_device_cookie_opens_nothing_is_rotated_and_cannot_be_made_or_changed(app, centre, no_tokens):
    mine = app.test_client()
    answer = send(mine, DOORS[0], "hr")
    (told,) = (value for name, value in answer.headers if name == "Set-Cookie" and value.startswith("device="))
    assert "HttpOnly" in told and "SameSite=Lax" in told and "hr" not in told
    first = mine.get_cookie("device").value
    mine.delete_cookie("portal")
    assert mine.get("/").status_code == 302  # it opens nothing
    send(mine, DOORS[0], "hr")
    assert mine.get_cookie("device").value != first
    lock_out(app, "hr")
    for forged in (first[:-2] + "xx", "", "[[1, 1]]", first.replace(".", "", 1)):
        thief = app.test_client()
        thief.set_cookie("device", forged)
        assert send(thief, DOORS[0], "hr").status_code == 429, forged


def test_people_who_share_a_computer_each_have_their_own_device_on_it(app, centre, no_tokens):
    shared = app.test_client()
    for name in ("emp1", "emp2", "hr"):
        assert enters(shared, DOORS[0], name)
        shared.delete_cookie("portal")
    for name in ("emp1", "emp2", "hr"):
        lock_out(app, name)
        assert enters(shared, DOORS[0], name)
        shared.delete_cookie("portal")


@pytest.mark.parametrize("door", DOORS)
def test_one_password_tried_on_account_after_account_is_limited_by_its_source(app, centre, no_tokens, door):
    known = app.test_client()
    enters(known, DOORS[0], "emp2")
    known.delete_cookie("portal")
    answers = [send(app.test_client(), door, f"somebody{n}", "Spring-2027").status_code for n in range(SOURCE.free)]
    assert set(answers) == {401}
    for other in DOORS:
        assert send(app.test_client(), other, "emp1").status_code == 429
    given = {"username": "emp1", "code": "AAAA", "password": PASSWORD, "repeated": PASSWORD}
    answer = app.test_client().post("/activate/", data=given, environ_base={"REMOTE_ADDR": STRANGER})
    assert answer.status_code == 429
    assert enters(known, door, "emp2")  # from the same address, on a device that is known
    assert enters(app.test_client(), door, "emp1", source=OWNER)  # from another address


def test_a_network_of_addresses_is_one_source(app, centre, no_tokens):
    for n in range(SOURCE.free):
        assert send(app.test_client(), DOORS[0], f"s{n}", "Spring-2027", f"2001:db8:1:2::{n:x}").status_code == 401
    assert send(app.test_client(), DOORS[0], "emp1", source="2001:db8:1:2:ffff::1").status_code == 429
    assert enters(app.test_client(), DOORS[0], "emp1", source="2001:db8:1:3::1")


def test_right_tries_of_ones_own_do_not_wash_wrong_ones_at_others_away(app, centre, no_tokens):
    for n in range(SOURCE.free - 1):
        send(app.test_client(), DOORS[0], f"somebody{n}", "Spring-2027")
        assert n % 10 or enters(app.test_client(), DOORS[0], "emp1")
    assert send(app.test_client(), DOORS[0], "hr", "Spring-2027").status_code == 401
    assert send(app.test_client(), DOORS[0], "hr", "Spring-2027").status_code == 429


def test_a_password_tried_from_many_addresses_is_limited_over_all_accounts(app, centre, no_tokens, clock, monkeypatch):
    monkeypatch.setattr(throttle, "EVERYBODY", throttle.Window(20, EVERYBODY.length))
    known = app.test_client()
    enters(known, DOORS[0], "emp2")
    known.delete_cookie("portal")
    tried = [send(app.test_client(), DOORS[n % 2], f"s{n}", "Spring-2027", f"192.0.2.{n}") for n in range(21)]
    assert [each.status_code for each in tried] == [401] * 20 + [429]
    assert enters(known, DOORS[0], "emp2")
    clock(EVERYBODY.length)
    assert enters(app.test_client(), DOORS[0], "emp1", source=OWNER)


def test_strangers_wrong_codes_do_not_keep_the_right_one_out(app, centre, no_tokens):
    from admin.access.actor import system_actor

    with app.app_context():
        key = accounts.save_account(None, username="fresh", role_ids=[], actor=system_actor(), now=NOW).id
        code = accounts.issue_activation_codes([key], actor=system_actor(), now=NOW)[key]
    given = {"username": "fresh", "password": PASSWORD, "repeated": PASSWORD}
    wrong = given | {"code": "AAAA-BBBB-CCCC-DDDD"}
    answers = [app.test_client().post("/activate/", data=wrong).status_code for _ in range(6)]
    assert answers == [422] * 5 + [429]
    assert app.test_client().post("/activate/", data=given | {"code": code}).status_code == 302


def test_parallel_wrong_passwords_count_exactly(app, centre):
    """Eleven passed of what should have been five: they were all looked at before the first was counted."""
    with app.app_context():
        asked = []

        def attempt():
            try:
                accounts.sign_in("emp1", "guess", method="pbkdf2:sha256:1", now=NOW, origin=Origin(STRANGER))
            except Locked:
                asked.append("locked")

        answers = race(app, *[attempt] * 12)
    assert (answers.count("NotFound"), len(asked)) == (5, 7)


SPELT = {
    "hr": ("HR", "ＨＲ", " hr\u3000", "h\u200br", "h\u00adr", "ⓗⓡ", "hr\ufe0f", "𝐇𝐫"),
    "é王ß": ("E\u0301王SS", "É王ẞ", "é王ss", "É王\u034fSS"),
    "İlk-ﬁ": ("i\u0307LK-FI", "İLK-ﬁ", "i̇lk-fi", "İlk-\uff46\uff49"),
}


@pytest.mark.parametrize("name", SPELT)
def test_one_name_is_one_however_it_is_spelt_at_every_door(signed_in, app, centre, no_tokens, name):
    if name != "hr":
        with app.app_context():
            make.account(name, PASSWORD, ["employee"])
    admin = signed_in("admin")
    for place, spelt in enumerate(SPELT[name]):
        assert enters(app.test_client(), DOORS[place % 2], spelt), ascii(spelt)
        with app.app_context():
            assert actor_named(db.session(), spelt, today=NOW.date(), via="cli").name
        given = {"username": spelt, "first_name": "X", "active": "y"}
        assert "taken by another account" in admin.post("/accounts/add", data=given, headers=ENGLISH).text
    tries = [name, *SPELT[name], name, name][:6]
    answers = [send(app.test_client(), DOORS[0], each, "guess").status_code for each in tries]
    assert answers == [401] * 5 + [429], "and is counted as one"


def test_the_database_takes_no_second_spelling_of_a_name(app, centre):
    with app.app_context(), pytest.raises(Refused, match="database refuses"):
        make.account("ＨＲ", PASSWORD, ["employee"])


def test_the_trail_names_whoever_activates_as_their_account_is_named(app, centre, no_tokens):
    with app.app_context():
        key = make.account("Newcomer", "not known to anybody", ["employee"])
        code = accounts.issue_activation_codes([key], actor=system_actor("cli"), now=NOW)[key]
    word = "four words nobody joins"
    given = {"username": "  ＮＥＷＣＯＭＥＲ ", "code": code, "password": word, "repeated": word}
    assert app.test_client().post("/activate/", data=given).status_code in (302, 303)
    with app.app_context():
        named = select(AuditEvent.actor_name).where(AuditEvent.operation == "activate_account")
        assert set(db.session.scalars(named.execution_options(unscoped=True))) == {"Newcomer"}


@given(st.text(max_size=12))
def test_a_name_is_compared_as_what_it_is_compared_as(name):
    plain = canonical(name)
    assert canonical(plain) == plain
    assert {canonical(unicodedata.normalize(form, name)) for form in ("NFC", "NFD", "NFKC", "NFKD")} == {plain}


@pytest.mark.parametrize("door", DOORS)
def test_a_lock_reads_the_same_for_accounts_that_are_there_and_not_and_says_how_long(
    app, centre, no_tokens, door, clock
):
    told = []
    for name in ("emp1", "nobody-at-all"):
        for _ in range(5):
            send(app.test_client(), door, name, "guess", OWNER)
        answer = send(app.test_client(), door, name, headers={"Accept-Language": "en"})
        assert answer.status_code == 429 and "Wait 31 seconds" in answer.text
        told.append(re.sub(r'(nonce|value|content)="[^"]*"', "", answer.text))
    assert told[0] == told[1]


def test_a_long_wait_is_told_in_minutes(app, centre, no_tokens, clock):
    for n in range(10):
        clock(timedelta(hours=n))
        send(app.test_client(), DOORS[0], "emp1", "guess")
    answer = send(app.test_client(), DOORS[0], "emp1", headers={"Accept-Language": "en"})
    assert "Wait 17 minutes" in answer.text and "signed in before" in answer.text


WEAK = {  # what is typed -> what the answer speaks of
    "emp1.客戶服務中心.emp1": "made of your name",
    "emp1 emp1 emp1": "made of your name",
    "heyheyheyheyhey": "repeats itself",
    "Passw0rd1234": "many people",
    "ｐａｓｓｗｏｒｄ１２３４": "many people",
    "abcdefghijkl": "sequence",
    "zxcvbnm,./zxcv": "easy to guess",
    "2027-03-01": "date",
    "客戶服務中心2027": "company's name",
}


@pytest.mark.parametrize("weak", WEAK)
def test_a_password_that_is_soon_guessed_is_refused_at_every_door_and_says_why(app, signed_in, weak):
    from admin.access.actor import system_actor

    with app.app_context():
        about = {"username": "emp1b", "name": "emp1", "role_ids": []}
        key = accounts.save_account(None, **about, actor=system_actor(), now=NOW).id
        code = accounts.issue_activation_codes([key], actor=system_actor(), now=NOW)[key]
        with pytest.raises(Invalid):
            accounts.set_password(key, weak, method="pbkdf2:sha256:1", now=NOW)
    english, typed = {"Accept-Language": "en"}, {"password": weak, "repeated": weak}
    changed = signed_in("emp1").post("/account/password", data=typed | {"present": PASSWORD}, headers=english)
    assert changed.status_code == 422 and WEAK[weak] in unescape(changed.text)
    activated = app.test_client().post("/activate/", data=typed | {"username": "emp1b", "code": code}, headers=english)
    assert activated.status_code == 422 and "easy to guess" in activated.text
    assert enters(app.test_client(), DOORS[0], "emp1")  # nothing was changed


CHINESE = [
    "wangxiaoming2027", "xiaomingwang!", "wang.xiaoming88", "WangXM1990@",
    "qwertywangxiaoming", "wangxm1314520", "hsiaoming.wang88", "kefuyibu2027",
    "kehufuwuzhongxin9", "woaini5201314", "5201314520", "1314520woaini",
    "laopowoaini", "mima123456", "woshishui123", "zhangsan1234",
    "woaiwojia2027", "kefu123456!",
]  # fmt: skip


@pytest.mark.parametrize("weak", CHINESE)
def test_what_is_typed_for_chinese_characters_is_ones_own_word_or_everybodys(app, weak):
    about = words_of("王小明", "客服一部", "CS0012")
    assert weakness(weak, about), weak


@pytest.mark.parametrize(
    "good", ["三把灰色的雨傘走過橋", "grey umbrellas on a bridge", "xqv7-moltke-arroyo", "yusan qiaoliang huisede"]
)
def test_words_that_do_not_belong_together_are_taken(app, good):
    assert weakness(good, words_of("王小明", "客服一部", "CS0012")) is None


def test_a_long_password_full_of_signs_costs_no_more_than_another(app):
    signs = "4@8({[</369&#!1/|0$5+7%2/" * 8
    assert weakness(signs, []) is None and len(signs) > LOOKED_AT
    assert weakness("a" * 200, []) is not None


def test_the_command_line_refuses_a_weak_password_before_it_makes_an_account(app, monkeypatch):
    from types import SimpleNamespace

    from admin.cli import setup
    from admin.models.accounts import User

    monkeypatch.setattr(setup, "_app", lambda: app)
    with pytest.raises(Invalid, match="easy to guess"):
        setup.run_create_admin(SimpleNamespace(username="chief", password="chief-chief-1"))
    with app.app_context():
        assert db.session.query(User).filter_by(username="chief").count() == 0
