"""Whatever answers a form, what was typed into it is in the answer: a record that is gone, an old page, a session that ended."""

from __future__ import annotations

import re

import pytest

from tests.web.conftest import TOKEN

REASON = 'Because <of> the long "reason" that took an hour.'
SHOWN = "Because &lt;of&gt; the long &#34;reason&#34; that took an hour."
HERE = {"Origin": "http://localhost"}
ELSEWHERE = {"Origin": "https://elsewhere.example"}
LEFT = {"employee": "3", "left_on": "2026-07-01", "reason": REASON, "stands_on": "/people/"}


@pytest.fixture
def hr_with_tokens(app, signed_in):
    """HR, whose forms ask for their token from now on."""
    client = signed_in("hr")
    app.config[TOKEN] = True
    return client


def test_a_record_that_is_gone_gives_back_what_was_typed(signed_in):
    answer = signed_in("hr").post("/act/meeting/999/reschedule", data={"reason": REASON})
    assert answer.status_code == 404 and SHOWN in answer.text


def test_a_page_outside_ones_role_gives_it_back_too(signed_in):
    answer = signed_in("emp1").post("/people/left", data=LEFT)
    assert answer.status_code == 404 and SHOWN in answer.text


def test_a_form_that_was_open_too_long_comes_back_filled_in(hr_with_tokens):
    answer = hr_with_tokens.post("/people/left", data=LEFT | {"csrf_token": "old"}, headers=HERE)
    assert answer.status_code == 400
    form = answer.text.partition('action="/people/left"')[2].partition("</form>")[0]
    assert "Because &lt;of&gt;" in form and 'value="2026-07-01"' in form and 'role="' in form
    assert 'value="old"' not in form and 'name="csrf_token"' in form


def test_what_another_site_sends_is_neither_filled_in_nor_shown(hr_with_tokens):
    answer = hr_with_tokens.post("/people/left", data=LEFT, headers=ELSEWHERE)
    assert answer.status_code == 400 and "Because" not in answer.text


@pytest.mark.parametrize("tokens", [True, False])
def test_a_session_that_ended_meanwhile_gives_it_back_and_leads_to_the_page_after_sign_in(
    app, client, centre, no_tokens, tokens
):
    app.config[TOKEN] = tokens
    answer = client.post("/people/left", data=LEFT, headers=HERE)
    assert answer.status_code == 401 and SHOWN in answer.text
    assert re.search(r'href="/login/\?next=(/|%2F)people(/|%2F)"', answer.text)


def test_a_press_of_a_button_without_a_session_leads_to_the_sign_in(client, centre, no_tokens):
    answer = client.post("/people/centre/1", data={"in_centre": "1"})
    assert answer.status_code == 302 and answer.location.startswith("/login/")


def test_a_sign_in_that_was_open_too_long_keeps_the_name_and_never_the_password(client, centre):
    answer = client.post("/login/", data={"username": "emp1", "password": "secret-1", "csrf_token": "x"}, headers=HERE)
    assert answer.status_code == 400 and 'value="emp1"' in answer.text and "secret-1" not in answer.text


def test_a_fault_of_ours_gives_it_back(signed_in, monkeypatch):
    client = signed_in("hr")
    monkeypatch.setattr("admin.views.people.people.people.mark_left", lambda *_args, **_more: 1 / 0)
    answer = client.post("/people/left", data=LEFT)
    assert answer.status_code == 500 and SHOWN in answer.text


def test_a_database_that_is_gone_gives_it_back(signed_in, monkeypatch):
    from sqlalchemy.exc import OperationalError

    def gone(*_args, **_more):
        raise OperationalError("insert", {}, Exception("disk full"))

    client = signed_in("hr")
    monkeypatch.setattr("admin.views.people.people.people.mark_left", gone)
    answer = client.post("/people/left", data=LEFT)
    assert answer.status_code == 503 and SHOWN in answer.text


def test_an_address_that_takes_no_form_gives_it_back(signed_in):
    answer = signed_in("hr").post("/cycles/", data={"reason": REASON})
    assert answer.status_code == 405 and SHOWN in answer.text


def test_what_is_too_large_to_be_read_is_told_and_is_no_fault(signed_in, app, monkeypatch):
    client = signed_in("hr")
    monkeypatch.setitem(app.config, "MAX_CONTENT_LENGTH", 1000)
    answer = client.post("/people/left", data=LEFT | {"reason": REASON * 100})
    assert answer.status_code == 413 and "<h1>" in answer.text


def test_what_was_chosen_from_a_list_is_not_shown_by_its_code(signed_in):
    given = {
        "reason": REASON,
        "kind": "certificate",
        "constituency": "hr",
        "in_centre": "true",
        "title": "contribution to training",
    }
    answer = signed_in("hr").post("/act/meeting/999/reschedule", data=given)
    shown = re.findall(r"<textarea[^>]*>([^<]*)</textarea>", answer.text)
    assert sorted(shown) == sorted([SHOWN, "contribution to training"])


@pytest.mark.parametrize("left_on", ["2207-01-01", "2010-01-01"])
def test_a_long_page_that_a_form_comes_back_on_is_shown_at_its_words(signed_in, left_on):
    answer = signed_in("hr").post("/people/left", data=LEFT | {"left_on": left_on})
    form = answer.text.partition('action="/people/left"')[2].partition("</form>")[0]
    assert answer.status_code == 422 and answer.text.count("data-focus") == form.count("data-focus") == 1


def test_so_it_is_where_a_rule_refuses_and_where_the_page_was_old(hr_with_tokens, app):
    old = hr_with_tokens.post("/people/left", data=LEFT, headers=HERE)
    app.config[TOKEN] = False
    hr_with_tokens.post("/people/left", data=LEFT)
    leave = {"employee": "3", "kind": "leave", "starts_on": "2026-07-02", "stands_on": "/people/"}
    refused = hr_with_tokens.post("/people/leave", data=leave)
    assert (old.status_code, refused.status_code) == (400, 409)
    for answer in (old, refused):
        assert re.search(r'tabindex="-1" data-focus>\s*<div class="alert', answer.text)
