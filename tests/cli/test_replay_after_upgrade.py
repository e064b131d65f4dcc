"""After an upgrade every stored score still comes out the same, on either database (1.3.1)."""

from __future__ import annotations

from typing import Any

import pytest
from flask import Flask
from flask_migrate import downgrade, upgrade
from sqlalchemy import select

from admin.access.actor import acting_as, system_actor
from admin.cli.setup import MIGRATIONS, revision, setup
from admin.models import Review, ReviewScore, db
from admin.operations.cases.scoring import score_reviews
from admin.operations.transaction import operation
from admin.queries.cases.replay import replays
from admin.queries.system.calendar import company_day
from tests import reviewing
from tests.databases import Database
from tests.reviewing import OPENED, case

EARLIER = "0013_grade_file"  # the last migration before figures were locked with the sums of their queues


def replayed() -> dict[int, bool]:
    with acting_as(system_actor()):
        db.session.rollback()
        cases = list(db.session.scalars(select(Review).where(Review.id.in_(select(ReviewScore.review_id)))))
        return replays(db.session(), cases, company_day(OPENED))


@pytest.mark.slow
def test_scores_of_an_earlier_release_replay_without_a_difference_after_the_upgrade(
    app: Flask, session: Any, database: Database
) -> None:
    made = reviewing.open_cycle()
    reviewing.lock_figures(case(made.cases[0]).cycle_id)
    with operation("score", actor=system_actor(), now=OPENED, clause="3.2.5") as op:
        score_reviews(op, list(op.session.scalars(select(Review).where(Review.id.in_(made.cases)))))
    before = replayed()
    assert before and all(before.values())
    head = revision()
    db.session.remove()
    downgrade(directory=str(MIGRATIONS), revision=EARLIER)
    assert revision() == EARLIER
    upgrade(directory=str(MIGRATIONS))
    setup(app)
    assert revision() == head and replayed() == before
