"""A loading of the demo that was ended half way goes on where it stopped."""

from __future__ import annotations

import pytest
from flask import Flask
from sqlalchemy import select

from admin.demo import build as demo
from admin.demo import people, setting
from admin.models import db
from admin.models.accounts import User
from config import Settings
from tests.operations.journey import rows


class Ended(Exception):
    """The machine went away."""


def ended(*_args: object, **_named: object) -> None:
    raise Ended


@pytest.mark.parametrize("place", ["propose_role", "confirm"])
def test_the_offices_are_given_though_the_first_loading_ended_between_the_founding_and_them(
    app: Flask, settings: Settings, monkeypatch: pytest.MonkeyPatch, place: str
) -> None:
    monkeypatch.setattr(demo, "LEAST", 30)
    monkeypatch.setattr(people, "FEWEST_AGENTS", 8)
    monkeypatch.setattr(setting, "_figures", ended)
    with app.app_context():
        with monkeypatch.context() as broken, pytest.raises(Ended):
            broken.setattr(setting, place, ended)
            demo.build(db.session(), settings, 30)
        assert held() == {}
        for _again in range(2):
            with pytest.raises(Ended):
                demo.build(db.session(), settings, 30)
            assert held() == setting.OFFICES


def held() -> dict[str, str]:
    """Who holds an office that was proposed and confirmed."""

    users = rows(select(User).where(User.username.in_(setting.OFFICES)))
    return {user.username: role.name for user in users for role in user.roles if role.name != "employee"}
