"""Each declared act on its success path at each of its doors, and sent again: done once, told the same (3.3-g)."""

from __future__ import annotations

import argparse
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from flask import Flask

from admin.cli import act as command
from admin.domain.refusals import Invalid, NotFound, Refused
from admin.models import db
from admin.models.accounts import User
from admin.operations import acts
from tests.conftest import close_connections
from tests.databases import Database
from tests.views.clients import client_of, headers_of
from tests.workflow.doing import DOING_ELSEWHERE, Doing, every_doing
from tests.workflow.world import BUILDERS, World, traces, world

ROOT = Path(__file__).parents[2]
RESOURCES = {process: resource for resource, process in command.PROCESSES.items()}
# What no generic form can ask for: tables and lists, which have pages of their own.
TYPED_IN_A_FORM = {
    "text", "reason", "integer", "number", "boolean", "yes_no", "date", "day_end", "moment", "choice",
}  # fmt: skip


class Door:
    """Sends an act by one of the doors, twice with the same key."""

    def __init__(self, app: Flask, there: World, one: Doing, data: dict[str, Any], folder: Path) -> None:
        self.app, self.there, self.one, self.data, self.folder = app, there, one, data, folder
        self.user_id = there.actors[one.actor(there)].user_id
        self.key = there.record.id

    def form(self) -> Callable[[], Any]:
        client = client_of(self.app, self.user_id)
        address = f"/act/{self.one.process}/{self.key}/{self.one.action}"
        typed = {
            each.name for each in acts.fields_of(self.one.process, self.one.action) if each.kind in TYPED_IN_A_FORM
        }
        given = {name: value for name, value in self.data.items() if name in typed}
        sent = {name: "1" if value is True else value for name, value in given.items()} | {"once": "a-key"}

        def send() -> Any:
            answer = client.post(address, data=sent)
            assert answer.status_code in (302, 303), answer.text[-600:]
            return "done"

        return send

    def api(self) -> Callable[[], Any]:
        headers = {**headers_of(self.app, self.user_id), "Idempotency-Key": "a-key"}
        address = f"/api/v1/{RESOURCES[self.one.process]}/{self.key}/actions/{self.one.action}"

        def send() -> Any:
            answer = self.app.test_client().post(address, json=self.data, headers=headers)
            # 202: what changes a result's basis waits for a second person (6.1-a).
            assert answer.status_code in (200, 202), answer.text
            return answer.json

        return send

    def cli(self) -> Callable[[], Any]:
        file = self.folder / "data.json"
        file.write_text(json.dumps(self.data))
        user = db.session.get(User, self.user_id)
        assert user is not None
        words = [RESOURCES[self.one.process], str(self.key), self.one.action, "--as", user.username]
        parser = argparse.ArgumentParser()
        command.add_parser(parser.add_subparsers())
        args = parser.parse_args(["act", *words, "--json", str(file), "--key", "a-key"])
        db.session.remove()

        def send() -> Any:
            command.run(args)
            return "printed"

        return send


def through(door: Door, name: str) -> str:
    """What goes wrong at a door, in words; empty where the act is done once and told the same twice."""
    send, before = getattr(door, name)(), seen()
    try:
        first, after = send(), seen()
        again = send()
    except (AssertionError, Refused, Invalid, NotFound) as fault:
        return f"{type(fault).__name__}: {fault}"[:400]
    if after == before:
        return "it left no trace"
    return "" if (again, seen()) == (first, after) else "sent again it was done again"


def seen() -> dict[str, int]:
    """The traces that are in the database now."""
    db.session.rollback()
    return traces()


def doors_of(one: Doing) -> list[str]:
    kinds = {each.kind for each in acts.fields_of(one.process, one.action) if each.required}
    return ["api", "cli", *(["form"] if kinds <= TYPED_IN_A_FORM else [])]


@pytest.mark.slow
@pytest.mark.parametrize("process", BUILDERS)
def test_every_act_is_done_once_at_every_door(
    app: Flask, database: Database, process: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr("admin.app.create_app", lambda: app)
    monkeypatch.setitem(app.config, "WTF_CSRF_ENABLED", False)
    with app.app_context():
        there = world(process)
    close_connections(app)
    database.keep("world")
    wrong = {}
    for one in every_doing(process):
        for name in doors_of(one):
            close_connections(app)
            database.restore("world")
            with app.app_context():
                data = one.ready(there)
                fault = through(Door(app, there, one, data, tmp_path), name)
                db.session.remove()
            if fault:
                wrong[one.action, name] = fault
    told = [f"{action} ({door}): {fault}" for (action, door), fault in wrong.items()]
    assert {action for action, _door in wrong} == {name for at, name in DOING_ELSEWHERE if at == process}, told


def test_what_is_done_elsewhere_is_called_in_the_test_that_is_named():
    acts.load()
    missing = {}
    for name, reason in DOING_ELSEWHERE.items():
        file = ROOT / reason.rpartition(": ")[2]
        called = f"{acts.ACTS[name].verb.__name__}("
        if not file.is_file() or called not in file.read_text():
            missing[name] = reason
    assert not missing
