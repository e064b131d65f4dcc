"""What a document serves is appealed within its days, before the same panel by the same procedure (4.3-a)."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import pytest
from sqlalchemy import select

from admin.access.actor import system_actor
from admin.domain.codes import JudgingAct
from admin.domain.refusals import Invalid, NotFound, Refused
from admin.models import GradeChange, GradeInterval, IssuedDocument, Notice, Review
from admin.operations.appeals import panel
from admin.operations.appeals.appeals import AppealInput, file_appeal, withdraw
from admin.operations.appeals.served import end_served, open_served
from admin.operations.cycles.cycles import close_cycle
from admin.operations.outcome.adjustments import decide_adjustment, issue_adjustments
from admin.operations.outcome.documents import issue
from admin.operations.outcome.notices import publish_notice
from admin.queries.cases.judging import acts_on
from tests import factories as make
from tests.factories import NOW
from tests.invariants import grade_file_is_the_fold_of_documents
from tests.operations.journey import rows
from tests.operations.outcome.test_adjustments import boss, hr, propose
from tests.views.clients import client_of

__all__ = ["boss", "hr"]
DAY = timedelta(days=1)
TEXT = "The hotline was not mine."


@pytest.fixture
def served(session: Any, hr: Any, boss: Any) -> dict[str, Any]:
    """Ann is adjusted from M2 to M1, and served; three sit on the panel."""
    with make.fixture():
        make.confirmed_calendar(2026, 2027)
        ann = make.employee("Ann")
        make.holds(ann, "M2")
        members = [make.employee(f"Panel {n}") for n in range(3)]
        for number, (member, side) in enumerate(zip(members, ("hr", "hr", "related_departments"), strict=True)):
            make.seat(member, side, "member", on_panel=True, panel_chair=number == 0)
    (change,) = propose(hr, (ann.number, "M1"))
    decide_adjustment(change.id, "approve", actor=boss, now=NOW)
    (document,) = issue_adjustments([change.id], actor=hr, now=NOW)
    return {"document": int(document.id), "ann": make.actor_of(ann), "panel": [make.actor_of(each) for each in members]}


def filed(served: dict[str, Any], now: Any = NOW + DAY, ground: str = "other") -> Any:
    row = open_served(served["document"], actor=served["ann"], now=now)
    return file_appeal(row.id, AppealInput(ground, TEXT), actor=served["ann"], now=now)


def voted(served: dict[str, Any], appeal: Any, *ballots: Any, now: Any = NOW + 2 * DAY) -> None:
    for actor, ballot in zip(served["panel"], ballots, strict=True):
        result, grade = ballot if isinstance(ballot, tuple) else (ballot, None)
        panel.cast_ballot(appeal.id, result, "As it stands.", grade, actor=actor, now=now)
    panel.close_ballot(appeal.id, "As the panel has it.", actor=served["panel"][0], now=now)


def case_of(appeal: Any) -> Review:
    (row,) = rows(select(Review).where(Review.id == appeal.review_id))
    return row


def test_a_dismissed_appeal_leaves_the_document_and_its_proceedings_end_when_their_time_is_over(
    session: Any, hr: Any, boss: Any, served: dict[str, Any]
) -> None:
    appeal = filed(served)
    case = case_of(appeal)
    assert (case.kind, case.stage, appeal.stage) == ("served", "appealed", "with_panel")
    # Whoever approved it does not hear the appeal; nobody else is bound by it.
    assert acts_on(session(), case.id) == {boss.employee_id: {JudgingAct.ADJUSTMENT_APPROVAL}}
    # The same proceedings whoever asks again, and no second appeal on the same ground.
    with pytest.raises(Refused, match=r"3\.3\.5"):
        filed(served)
    with pytest.raises(Invalid):
        row = open_served(served["document"], actor=served["ann"], now=NOW)
        file_appeal(row.id, AppealInput("procedure", TEXT, "superior"), actor=served["ann"], now=NOW)
    with pytest.raises(NotFound):
        open_served(served["document"], actor=hr, now=NOW)
    with pytest.raises(Refused, match="none to send back"):
        panel.cast_ballot(appeal.id, "remit_to_rating", "Again", actor=served["panel"][0], now=NOW + DAY)
    voted(served, appeal, "dismissed", "dismissed", "dismissed")
    assert case_of(appeal).stage == "on_notice"
    (notice,) = rows(select(Notice))
    assert (notice.kind, notice.published_at) == ("personal", NOW)
    assert end_served(actor=system_actor(), now=NOW + 2 * DAY) == 0
    assert end_served(actor=system_actor(), now=notice.ends_at + DAY) == 1
    assert (case_of(appeal).stage, case_of(appeal).cycle.stage) == ("issued", "closed")
    assert len(rows(select(IssuedDocument))) == 1


def test_an_allowed_appeal_goes_by_a_personal_notice_to_a_document_that_names_the_first(
    session: Any, hr: Any, served: dict[str, Any]
) -> None:
    appeal = filed(served)
    with pytest.raises(Refused, match="never ends worse"):
        panel.cast_ballot(appeal.id, "grade_fixed", "Lower", "J3", actor=served["panel"][0], now=NOW + DAY)
    voted(served, appeal, ("grade_fixed", "M2"), ("grade_fixed", "M2"), "dismissed")
    case = case_of(appeal)
    assert (case.stage, case.determined_grade.code) == ("checked", "M2")
    later = NOW + 3 * DAY
    (notice,) = publish_notice(case.cycle_id, actor=hr, now=later)
    assert notice.kind == "personal"
    over = notice.ends_at + DAY
    document = issue(case.cycle_id, actor=hr, now=over, effective_on=date(2027, 1, 2))
    assert (document.kind, document.supersedes_id) == ("served", served["document"])
    (change,) = rows(select(GradeChange).where(GradeChange.document_id == document.id))
    assert (change.kind, change.clause, change.to_grade.code) == ("reassessment", "3.3.5-a", "M2")
    last = rows(select(GradeInterval).where(GradeInterval.employee_id == served["ann"].employee_id))[-1]
    assert (last.grade.code, last.valid_to) == ("M2", None)
    close_cycle(case.cycle_id, actor=hr, now=over)
    assert grade_file_is_the_fold_of_documents(session()) == []


def test_nobody_appeals_after_the_period_or_against_what_was_on_notice(
    session: Any, hr: Any, served: dict[str, Any]
) -> None:
    with pytest.raises(Refused, match=r"4\.3-a.*period ended"):
        open_served(served["document"], actor=served["ann"], now=NOW + 30 * DAY)
    (change,) = rows(select(GradeChange).where(GradeChange.document_id == served["document"]))
    # HR opens it for whoever hands in paper, and not for a document that does not name them.
    row = open_served(served["document"], change_id=change.id, actor=hr, now=NOW + DAY)
    assert row.printed_name == "Ann"
    with pytest.raises(NotFound):
        open_served(served["document"] + 1, change_id=change.id, actor=hr, now=NOW + DAY)
    appeal = file_appeal(row.id, AppealInput("other", TEXT), actor=served["ann"], now=NOW + DAY)
    assert withdraw(appeal.id, actor=replace(served["ann"]), now=NOW + DAY).stage == "withdrawn"
    assert case_of(appeal).stage == "on_notice"


@pytest.mark.usefixtures("no_tokens")
def test_the_letter_leads_to_the_appeal_and_its_receipt_says_that_the_document_stands(
    app: Any, served: dict[str, Any]
) -> None:
    english = {"Accept-Language": "en"}
    ann, other = client_of(app, served["ann"].user_id), client_of(app, served["panel"][1].user_id)
    place = f"/letters/{served['document']}"
    assert other.post(f"{place}/appeal").status_code == 404
    form = ann.post(f"{place}/appeal").location
    typed = dict(parse_qsl(urlsplit(form).query)) | {"ground": "other", "text": TEXT, "addressee": "panel"}
    receipt = ann.post(form, data=typed, headers=english, follow_redirects=True).text
    assert "The document stands while the panel decides." in receipt and "is not issued" not in receipt
    assert "With the appeal panel" in ann.get(place, headers=english).text
