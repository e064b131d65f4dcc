"""The result on the page of a case: grade, way, days left, the way to appeal; the control room's idle acts."""

from __future__ import annotations

from datetime import date

import pytest

from admin.models import Determination, Notice
from admin.views.outcome import result_card
from tests import factories as make
from tests.factories import NOW
from tests.operations.appealing import on_notice
from tests.views.clients import client_of


@pytest.mark.parametrize(
    ("today", "states", "left"),
    [
        (date(2026, 11, 30), "today ahead ahead", "2 days left"),
        (date(2026, 12, 1), "passed today ahead", "1 day left"),
        (date(2026, 12, 2), "passed passed today", "today is the last day"),
    ],
)
def test_a_notice_is_counted_down_day_by_day(app, monkeypatch, today, states, left):
    monkeypatch.setattr(result_card, "today", lambda: today)
    notice = Notice(first_day=date(2026, 11, 30), last_day=date(2026, 12, 2))
    with app.test_request_context(headers={"Accept-Language": "en"}):
        shown = result_card.countdown(notice)
    assert (" ".join(shown["days"]), shown["left"], shown["first"]) == (states, left, "11-30")


@pytest.mark.usefixtures("no_tokens")
def test_the_subject_finds_result_days_left_and_the_appeal_and_the_superior_finds_no_appeal(app, session):
    result = on_notice()
    with make.fixture() as op:
        op.add(
            Determination(
                review_id=result.review.id,
                seq=1,
                body="committee",
                grade_id=make.grade("J2").id,
                clause="3.3.4",
                determined_at=NOW,
            )
        )
    address = f"/reviews/{result.review.id}"
    own = client_of(app, result.subject.user_id).get(address).text
    assert 'class="card result' in own and "countdown" in own and f"/appeal/?notice={result.notice.number}" in own
    drawn = own[own.index('class="card result') :].partition("</figure>")[0]
    assert drawn.count("<rect") == 11 and drawn.count('class="stair now"') == 1 and 'role="img"' in drawn
    superior = client_of(app, result.superior.user_id).get(address).text
    assert 'class="card result' in superior and "/appeal/?notice" not in superior
