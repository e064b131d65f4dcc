"""Notices: who is on them, from when to when, corrected rows, what comes down (3.3.5, 3.3.5-c, 4.2-a)."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from types import SimpleNamespace
from typing import Any

import pytest
from sqlalchemy import select

from admin.access.actor import acting_as, system_actor
from admin.domain.refusals import Invalid, NotFound, Refused
from admin.models import HistoryStep, Job, Notice, NoticeRow, Notification, Publication, db
from admin.operations import acts
from admin.operations.cases import demotions, department
from admin.operations.outcome.notices import correct_notice, end_notices, publish_notice, record_publication
from admin.operations.system.calendar import set_day
from admin.queries.outcome.public_snapshot import public_snapshot
from tests import reviewing
from tests.by_two import as_confirmed
from tests.reviewing import HR, OPENED, case, later, person

PUBLISHED = datetime(2026, 12, 2, 3, tzinfo=UTC)


@pytest.fixture
def made(session: Any) -> SimpleNamespace:
    found = reviewing.open_cycle()
    found.keys = reviewing.to_checked(found, 0, 1)
    return found


def live(*numbers: str, release: str = "r1", at: datetime = PUBLISHED) -> Publication:
    """The site has these lists since then."""
    return record_publication(
        release, "0" * 64, {"index.html": "1" * 64}, list(numbers), actor=system_actor(), published_at=at
    )


def rows(notice_id: int) -> list[NoticeRow]:
    with acting_as(system_actor()):
        db.session.rollback()
        return list(
            db.session.scalars(select(NoticeRow).where(NoticeRow.notice_id == notice_id).order_by(NoticeRow.position))
        )


def notice(notice_id: int) -> Notice:
    with acting_as(system_actor()):
        db.session.rollback()
        row = db.session.get(Notice, notice_id)
        assert row is not None
        return row


def test_a_list_prints_what_was_determined_and_runs_from_its_publication(made: SimpleNamespace) -> None:
    (row,) = publish_notice(made.cycle, actor=HR, now=OPENED)
    assert (row.number, row.kind, row.stage, row.ends_at) == ("2026-01", "regular", "publishing", None)
    assert [(each.printed_number, each.from_grade, each.to_grade) for each in rows(row.id)] == [
        ("E0", "M1", "M2"),
        ("E1", "M1", "M2"),
    ]
    assert case(made.keys[0]).stage == "checked"
    live("2026-01")
    assert notice(row.id).stage == "published" and case(made.keys[0]).stage == "on_notice"
    assert notice(row.id).ends_at == datetime(2026, 12, 9, 16, tzinfo=UTC)  # midnight after five full working days


def test_the_period_tells_its_people_and_stands_in_their_history(made: SimpleNamespace) -> None:
    publish_notice(made.cycle, actor=HR, now=OPENED)
    live("2026-01")
    with acting_as(system_actor()):
        told = set(db.session.scalars(select(Notification.user_id).where(Notification.action == "put_on_notice")))
        steps = list(db.session.scalars(select(HistoryStep).where(HistoryStep.action == "put_on_notice")))
    assert told == {100 + made.agents[0], 100 + made.agents[1]} and {step.reason for step in steps} == {"2026-01"}


def test_recording_the_same_release_twice_changes_nothing(made: SimpleNamespace) -> None:
    (row,) = publish_notice(made.cycle, actor=HR, now=OPENED)
    first = live("2026-01")
    again = live("2026-01", at=PUBLISHED + timedelta(days=1))
    assert first.id == again.id and notice(row.id).published_at == PUBLISHED


def test_an_unchecked_result_stops_the_notice(made: SimpleNamespace) -> None:
    key = reviewing.to_department(made, 2, target_grade="M2", ground="1")
    department.propose(key, "M2", actor=person(made.head, "head"), now=OPENED)
    reviewing.determined([key], checked=False)
    with pytest.raises(Refused) as refused:
        publish_notice(made.cycle, actor=HR, now=OPENED)
    assert refused.value.refusal.clause == "6.1.2-a"


def test_what_waits_for_the_site_is_not_listed_twice(made: SimpleNamespace) -> None:
    publish_notice(made.cycle, actor=HR, now=OPENED)
    with pytest.raises(Refused) as refused:
        publish_notice(made.cycle, actor=HR, now=OPENED)
    assert refused.value.refusal.clause == "3.3.5"


def test_a_notice_is_offered_only_while_a_checked_result_is_on_no_list(made: SimpleNamespace) -> None:
    """What is offered is accepted: a list that waits for the site is not offered once more (3.3.5)."""

    def allowed() -> bool:
        found = {each.action: each.allowed for each in acts.offered("cycle", made.cycle, HR, OPENED)}
        db.session.rollback()
        return found["publish_notice"]

    assert allowed()
    publish_notice(made.cycle, actor=HR, now=OPENED)
    assert not allowed()
    with pytest.raises(Refused) as refused:
        publish_notice(made.cycle, actor=HR, now=OPENED)
    assert refused.value.refusal.clause == "3.3.5"


def served_demotion(made: SimpleNamespace) -> tuple[int, dict[str, Notice]]:
    """A case whose demotion is served, and the notices of its publication by their kind."""
    from admin.models import AnnualRating
    from admin.operations.transaction import operation

    with operation("ratings", actor=system_actor(), now=OPENED) as op:
        for row in op.session.scalars(
            select(AnnualRating).where(AnnualRating.employee_id == made.agents[2], AnnualRating.year > 2023)
        ):
            row.rating = "unqualified"
    key, superior = reviewing.to_department(made, 2), person(made.superior, "superior")
    demotions.propose_demotion(key, 1, "連續不合格", actor=superior, now=OPENED)
    demotions.record_hearing(key, "statement", "知悉", actor=superior, now=OPENED)
    department.propose(key, "J3", "連續不合格", actor=person(made.head, "head"), now=OPENED)
    reviewing.determined([key])
    return key, {row.kind: row for row in publish_notice(made.cycle, actor=HR, now=OPENED)}


def test_a_demotion_is_served_personally_and_runs_from_service(made: SimpleNamespace) -> None:
    key, kinds = served_demotion(made)
    assert set(kinds) == {"regular", "personal"} and kinds["personal"].stage == "published"
    assert case(key).stage == "on_notice" and [row.review_id for row in rows(kinds["personal"].id)] == [key]
    with acting_as(system_actor()):
        printed = [each["number"] for each in public_snapshot(db.session(), OPENED)["notices"]]
    assert kinds["personal"].number not in printed


def test_what_was_served_personally_is_printed_nowhere_when_it_is_corrected(made: SimpleNamespace) -> None:
    _, kinds = served_demotion(made)
    served = kinds["personal"]
    (line,) = rows(served.id)
    made_anew = as_confirmed(
        correct_notice, served.id, {line.id: {"printed_name": "員工二"}}, "姓名誤植", actor=HR, now=later(2)
    )
    with acting_as(system_actor()):
        printed = str(public_snapshot(db.session(), later(2)))
    assert "員工二" not in printed and made_anew.number not in printed
    again = notice(made_anew.id)
    assert (again.kind, again.stage) == ("personal", "published") and again.ends_at > notice(served.id).ends_at


def corrected(made: SimpleNamespace) -> tuple[Notice, list[NoticeRow]]:
    (row,) = publish_notice(made.cycle, actor=HR, now=OPENED)
    live("2026-01")
    return row, rows(row.id)


def test_a_corrected_row_is_printed_anew_and_its_period_starts_anew(made: SimpleNamespace) -> None:
    first, lines = corrected(made)
    again = as_confirmed(
        correct_notice, first.id, {lines[0].id: {"printed_name": " 員工零\u3000"}}, "姓名誤植", actor=HR, now=later(3)
    )
    live("2026-01", again.number, release="r2", at=later(3))
    assert [line.superseded for line in rows(first.id)] == [True, False]
    assert [(line.printed_name, line.to_grade) for line in rows(again.id)] == [("員工零", "M2")]
    assert notice(again.id).ends_at > notice(first.id).ends_at


@pytest.mark.parametrize(
    "given",
    [
        {"to_grade": "S1"},
        {"printed_name": " "},
        {"printed_name": "\u200b"},
        {"printed_name": "字" * 101},
        {"printed_name": "員工0"},
    ],
)
def test_a_correction_is_of_printed_words_that_differ(made: SimpleNamespace, given: dict[str, str]) -> None:
    first, lines = corrected(made)
    with pytest.raises(Invalid):
        as_confirmed(correct_notice, first.id, {lines[0].id: given}, "x", actor=HR, now=later(2))


def test_a_row_that_was_printed_anew_is_corrected_there(made: SimpleNamespace) -> None:
    first, lines = corrected(made)
    as_confirmed(correct_notice, first.id, {lines[0].id: {"printed_name": "甲"}}, "x", actor=HR, now=later(2))
    with pytest.raises(Refused):
        as_confirmed(correct_notice, first.id, {lines[0].id: {"printed_name": "乙"}}, "x", actor=HR, now=later(2))


def test_a_correction_takes_a_reason_and_a_notice_that_runs(made: SimpleNamespace) -> None:
    first, lines = corrected(made)
    with pytest.raises(Refused):
        as_confirmed(correct_notice, first.id, {lines[0].id: {"printed_name": "甲"}}, " ", actor=HR, now=later(2))
    with pytest.raises(Refused) as refused:
        as_confirmed(correct_notice, first.id, {lines[0].id: {"printed_name": "甲"}}, "x", actor=HR, now=later(30))
    assert refused.value.refusal.clause == "3.3.5-c"
    with pytest.raises((NotFound, Refused)):
        as_confirmed(
            correct_notice,
            first.id,
            {lines[0].id: {"printed_name": "甲"}},
            "x",
            actor=person(made.agents[0]),
            now=later(2),
        )


def test_a_correction_in_a_year_that_is_no_longer_confirmed_is_refused_at_once(made: SimpleNamespace) -> None:
    (first,) = publish_notice(made.cycle, actor=HR, now=OPENED)
    live(first.number)
    lines = rows(first.id)
    set_day(later(2).date(), False, "typhoon", actor=HR, now=later(2))
    with pytest.raises(Refused) as refused:
        as_confirmed(correct_notice, first.id, {lines[0].id: {"printed_name": "甲"}}, "x", actor=HR, now=later(3))
    assert refused.value.refusal.clause == "3.3.5-c"
    assert refused.value.refusal.facts["page"] == "calendar"
    assert not rows(first.id)[0].superseded


def test_a_list_comes_down_when_the_site_no_longer_has_it(made: SimpleNamespace) -> None:
    (row,) = publish_notice(made.cycle, actor=HR, now=OPENED)
    live("2026-01")
    assert end_notices(actor=system_actor(), now=later(4)) == 0
    assert end_notices(actor=system_actor(), now=later(20)) == 1
    assert (notice(row.id).stage, notice(row.id).taken_down_at) == ("ended", later(20))
    live(release="r2", at=later(21))
    assert (notice(row.id).stage, notice(row.id).taken_down_at) == ("ended", later(20))
    assert end_notices(actor=system_actor(), now=later(21)) == 0
    with acting_as(system_actor()):
        assert {job.kind for job in db.session.scalars(select(Job))} == {"publish_site"}
