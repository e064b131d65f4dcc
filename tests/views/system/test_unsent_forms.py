"""What is typed into a form is kept for its writer alone, and until it is sent, thrown away or over."""

from __future__ import annotations

from datetime import timedelta
from types import SimpleNamespace
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import func, select
from werkzeug.test import TestResponse

from admin.access.actor import system_actor
from admin.models import AuditEvent, UnsentForm, db
from admin.operations import acts
from admin.operations.system import unsent_forms
from tests import reviewing

WORDS = "Kept <until> it is sent."


@pytest.fixture
def peer(app: Flask, as_person: Any, opened: SimpleNamespace) -> SimpleNamespace:
    """A colleague who is asked to rate, and the form on which they may decline to."""
    key = opened.cases[0]
    with app.app_context():
        reviewing.hand_in(key, opened.agents[0])
        rater = reviewing.peers_of(key)[0]
        name = f"emp{opened.agents.index(rater)}"
    return SimpleNamespace(client=as_person(name), page=f"/ratings/{key}", place=f"/ratings/{key}/decline", case=key)


def kept(
    client: FlaskClient, place: str, page: str, reason: str = WORDS, window: str = "one", **more: str
) -> TestResponse:
    given = {"reason": reason, "unsent_place": place, "stands_on": page, "unsent_window": window}
    return client.post("/unsent/", data=given | more)


def rows(app: Flask) -> list[UnsentForm]:
    with app.app_context():
        return list(db.session.scalars(select(UnsentForm).execution_options(unscoped=True)))


def test_it_is_sealed_and_leaves_no_trace(app: Flask, peer: SimpleNamespace) -> None:
    with app.app_context():
        before = db.session.scalar(select(func.count()).select_from(AuditEvent).execution_options(unscoped=True))
    assert kept(peer.client, peer.place, peer.page).status_code == 200
    (row,) = rows(app)
    assert row.words and b"until" not in row.words and (row.process, row.record_id) == ("review", peer.case)
    with app.app_context():
        after = db.session.scalar(select(func.count()).select_from(AuditEvent).execution_options(unscoped=True))
    assert after == before


def test_sent_it_is_erased_and_a_saving_that_arrives_late_brings_nothing_back(
    app: Flask, peer: SimpleNamespace
) -> None:
    kept(peer.client, peer.place, peer.page)
    assert peer.client.post(peer.place, data={"reason": WORDS, "unsent": "1", "once": "one"}).status_code == 303
    assert rows(app)[0].words is None
    assert kept(peer.client, peer.place, peer.page, unsent="1").status_code == 200
    assert rows(app)[0].words is None
    assert kept(peer.client, peer.place, peer.page, "anew", "two").status_code == 200
    assert rows(app)[0].words is not None


def test_refused_it_stays(app: Flask, peer: SimpleNamespace) -> None:
    kept(peer.client, peer.place, peer.page, " ")
    assert peer.client.post(peer.place, data={"reason": " ", "unsent": "1", "once": "one"}).status_code == 409
    assert rows(app)[0].words is not None


def test_its_writer_throws_it_away_and_nobody_else_does(app: Flask, peer: SimpleNamespace, as_person: Any) -> None:
    kept(peer.client, peer.place, peer.page)
    key = rows(app)[0].id
    page = peer.client.get(peer.page).text
    assert f'formaction="/unsent/{key}/discard"' in page and "Kept &lt;until&gt; it is sent.</textarea>" in page
    other = as_person("hr")
    assert other.post(f"/unsent/{key}/discard").status_code == 404 and len(rows(app)) == 1
    assert other.get(peer.page).status_code == 404
    assert peer.client.post(f"/unsent/{key}/discard", data={"stands_on": peer.page}).location == peer.page
    assert rows(app) == [] and "Kept &lt;until&gt;" not in peer.client.get(peer.page).text


def test_it_goes_with_what_it_was_about(app: Flask, peer: SimpleNamespace) -> None:
    kept(peer.client, peer.place, peer.page)
    with app.app_context():
        reviewing.leaves(peer.case)
        acts.perform(
            "review", peer.case, "close_as_left", {"reason": "Left."}, actor=reviewing.HR, now=reviewing.OPENED
        )
    assert rows(app) == []


def test_it_goes_after_sixty_days_in_which_nobody_went_on(app: Flask, peer: SimpleNamespace) -> None:
    kept(peer.client, peer.place, peer.page)
    with app.app_context():
        saved_at = rows(app)[0].saved_at
        for days, gone in ((60, 0), (61, 1)):
            assert unsent_forms.erase_old(actor=system_actor(), now=saved_at + timedelta(days=days)) == gone
    assert rows(app) == []


def test_too_much_is_said_and_a_place_that_takes_no_form_is_none(app: Flask, peer: SimpleNamespace) -> None:
    long = kept(peer.client, peer.place, peer.page, "x" * (unsent_forms.MOST_LETTERS + 1))
    assert long.status_code == 422 and "form" in long.json["fields"]
    for place in ("", "/nowhere", "/static/js/portal.js"):
        assert kept(peer.client, place, peer.page).status_code == 404
    assert rows(app) == []


def test_a_page_stands_where_the_key_that_sealed_a_text_is_gone(
    app: Flask, peer: SimpleNamespace, monkeypatch: Any
) -> None:
    kept(peer.client, peer.place, peer.page)
    monkeypatch.setattr("admin.models.sealing._unsent_key", lambda: bytes(32))
    page = peer.client.get(peer.page)
    assert page.status_code == 200 and "Kept" not in page.text
    assert kept(peer.client, peer.place, peer.page, "and again", "two").status_code == 200


def test_a_form_that_changed_meanwhile_gives_the_text_back_beside_it(
    app: Flask, as_person: Any, opened: SimpleNamespace
) -> None:
    hr, key = as_person("hr"), opened.cases[0]
    page = f"/reviews/{key}"
    kept(hr, f"/reviews/{key}/colleagues", page, release="999", unsent_about="release")
    text = hr.get(page).text
    head = text.partition('<main id="main"')[2].partition("<h1")[0]
    assert "Kept &lt;until&gt; it is sent.</textarea>" in head and "/discard" in head


def test_nobody_is_told_that_they_are_signed_out_who_is_not(app: Flask, peer: SimpleNamespace) -> None:
    app.config["WTF_CSRF_ENABLED"] = True
    asked = {"Accept": "application/json", "Origin": "http://localhost"}
    given = {"reason": WORDS, "unsent_place": peer.place, "stands_on": peer.page}
    old = peer.client.post("/unsent/", data=given, headers=asked | {"X-CSRFToken": "old"})
    assert old.status_code == 400 and old.json["csrf_token"]
    assert (
        peer.client.post("/unsent/", data=given, headers=asked | {"X-CSRFToken": old.json["csrf_token"]}).status_code
        == 200
    )
    nobody = app.test_client().post("/unsent/", data=given, headers=asked)
    assert nobody.status_code == 401 and "csrf_token" not in nobody.json
