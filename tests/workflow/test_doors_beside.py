"""Each act on a record without stages at each of its doors, sent twice: done once, told the same (1.2-g, 3.3-g)."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from flask import Flask

from admin.domain.workflow.transitions import BESIDE
from admin.operations import acts
from tests.conftest import close_connections
from tests.views.clients import client_of, headers_of
from tests.workflow.beside import BESIDE_DONE, Beside
from tests.workflow.test_doors import TYPED_IN_A_FORM, Door, through

ACTS = sorted((row.process, row.action) for row in BESIDE)


class DoorBeside(Door):
    """Sends such an act; where a page of its own asks for it, the form is that page's."""

    def __init__(self, app: Flask, name: tuple[str, str], asked: Beside, folder: Path) -> None:
        self.app, self.data, self.folder, self.asked = app, asked.data, folder, asked
        self.one = SimpleNamespace(process=name[0], action=name[1])
        self.user_id, self.key = asked.user, asked.record

    def form(self) -> Callable[[], Any]:
        address = f"/act/{self.one.process}/{self.key}/{self.one.action}"
        place, given = self.asked.page or (address, self.data)
        client = client_of(self.app, self.user_id)

        def send() -> Any:
            answer = client.post(place, data={**given, "once": "a-key"})
            assert answer.status_code in (302, 303), answer.text[-600:]
            return "done"

        return send

    def api(self) -> Callable[[], Any]:
        if self.asked.program is None:
            return super().api()
        address, body = self.asked.program
        headers = {**headers_of(self.app, self.user_id), "Idempotency-Key": "a-key"}

        def send() -> Any:
            answer = self.app.test_client().post(address, json=body, headers=headers)
            assert answer.status_code == 201, answer.text
            return answer.json

        return send


def test_every_act_beside_the_table_is_written_down_and_no_other():
    assert set(BESIDE_DONE) == set(ACTS)


def test_a_page_of_its_own_is_named_where_a_plain_form_cannot_ask():
    for process, action in ACTS:
        kinds = {each.kind for each in acts.fields_of(process, action)}
        listed = bool(kinds - TYPED_IN_A_FORM)
        assert listed == ((process, action) in PAGES), (process, action)


PAGES = {
    ("committee_member", "form_panel"), ("notice_row", "file"), ("employee", "hand_over"),
}  # fmt: skip


@pytest.mark.parametrize("door", ["form", "api", "cli"])
@pytest.mark.parametrize("name", ACTS, ids="-".join)
def test_it_is_done_once_at_this_door(
    app: Flask, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, name: tuple[str, str], door: str
):
    monkeypatch.setattr("admin.app.create_app", lambda: app)
    monkeypatch.setitem(app.config, "WTF_CSRF_ENABLED", False)
    with app.app_context():
        asked = BESIDE_DONE[name]()
    close_connections(app)
    assert (asked.page is not None) == (name in PAGES)
    with app.app_context():
        assert through(DoorBeside(app, name, asked, tmp_path), door) == ""
