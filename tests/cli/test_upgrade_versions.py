"""Versions of an earlier release, brought up to date: told apart by their days, each with a scorecard of its own (6.1-c)."""

from __future__ import annotations

from datetime import date

from flask import Flask
from flask_migrate import upgrade

from admin.access.actor import acting_as, system_actor
from admin.cli.setup import setup
from admin.models import PolicyVersion, Scorecard, db
from admin.queries.system.audit_rows import departures
from admin.rulebook.loader import shipped
from tests.cli.test_upgrades import NOW, empty, row, upgraded
from tests.policy_two import second_book

__all__ = ["upgraded"]


def test_versions_of_before_are_told_apart_by_their_days_and_each_gets_its_own_scorecard(upgraded: Flask) -> None:
    with upgraded.app_context():
        empty(upgraded)
        upgrade(revision="0011_done_once")
        old, new = shipped().to_dict(), second_book().to_dict()
        with db.engine.begin() as connection:
            for number, stage, content in ((1, "superseded", old), (2, "in_force", new)):
                begins = date.fromisoformat(content["effective_from"])
                said = {"sha256": f"{number}" * 64, "content": content, "effective_from": begins}
                row(
                    connection,
                    "policy_versions",
                    number=number,
                    stage=stage,
                    promulgated_at=NOW.replace(tzinfo=None),
                    **said,
                )
            row(connection, "scorecards", code="standard-1", stage="in_force", policy_version_id=2)
        setup(upgraded)
        with acting_as(system_actor("cli")):
            versions = list(db.session.query(PolicyVersion).order_by(PolicyVersion.number))
            assert [(each.stage, each.sha256[0]) for each in versions] == [("promulgated", "1"), ("promulgated", "2")]
            cards = list(db.session.query(Scorecard).order_by(Scorecard.id))
            assert [(card.code, card.policy_version.number) for card in cards] == [("standard-1", 1), ("standard-2", 2)]
            assert list(departures(db.session())) == []
