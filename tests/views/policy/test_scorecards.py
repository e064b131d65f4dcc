"""A scorecard's page adds its criteria up; a criterion's page draws its curve (3.2.5)."""

from __future__ import annotations

import re
from decimal import Decimal
from types import SimpleNamespace
from typing import Any

from flask import Flask

from admin.access.actor import acting_as, system_actor
from admin.models import Criterion, Scorecard, db


def test_a_scorecard_shows_its_criteria_and_that_their_weights_add_up(
    as_person: Any, app: Flask, opened: SimpleNamespace
) -> None:
    page = as_person("emp0").get(f"/scorecard_versions/show/{_scorecard(app).id}").text
    rows, sums = page.partition('id="criteria"')[2].partition("</table>")[0].split("<tfoot>")
    weights = [Decimal(each) for each in re.findall(r'class="n"[^>]*>([\d.]+)<', rows)]
    totals = [Decimal(each) for each in re.findall(r'class="n"[^>]*>([\d.]+)<', sums)]
    assert len(weights) > 5 and totals[-1] == sum(totals[:-1]) == sum(weights) == 100
    assert rows.count('href="/criteria/show/') == len(weights) and 'id="thresholds"' in page


def test_a_criterion_draws_its_curve(as_person: Any, app: Flask, opened: SimpleNamespace) -> None:
    card = _scorecard(app)
    page = as_person("emp0").get(f"/criteria/show/{card.criterion}").text
    assert "<polyline" in page and "占權重的百分比" in page


def _scorecard(app: Flask) -> SimpleNamespace:
    with app.app_context(), acting_as(system_actor()):
        card = db.session.query(Scorecard).one()
        measured = db.session.query(Criterion).filter_by(scorecard_id=card.id, source="metric").first()
        return SimpleNamespace(id=card.id, criterion=measured.id)
