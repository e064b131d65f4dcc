"""Appeals and objections, from the last second of the notice to the panel's decision (rules 3.3.5-a to c)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import select

from admin.access.actor import Actor, acting_as
from admin.domain.refusals import Invalid, NotFound, Refused
from admin.domain.voting import DISMISSED, PanelDecision, panel_decision
from admin.models import Appeal, Determination, HistoryStep, Notice, Notification, Review
from admin.operations import panel
from admin.operations.appeals import (
    AppealInput,
    answer,
    file_appeal,
    make_statement,
    refer_overdue,
    refer_to_panel,
    withdraw,
)
from tests import factories as make
from tests.factories import NOW
from tests.operations.bodies import system

pytestmark = pytest.mark.usefixtures("session")
ENDS = NOW + timedelta(days=5)
TEXT = "The figures of May leave out the week of the outage."


@dataclass
class Case:
    """A result on notice, with everybody who may have a say in an appeal."""

    review: Review
    notice: Notice
    subject: Actor
    superior: Actor
    colleague: Actor
    hr: Actor
    panel: list[Actor]

    @property
    def row(self) -> int:
        return self.notice.rows[0].id


def on_notice(present: str = "J2", determined: str = "J2", panel_size: int = 3, **columns: object) -> Case:
    """A determined case on notice until `ENDS`, and a panel."""
    make.confirmed_calendar(2026, 2027)
    with make.fixture():
        superior = make.employee("Superior")
        subject = make.employee("Subject", superior=superior)
        review = make.review(
            make.open_cycle(),
            subject,
            stage="on_notice",
            present=present,
            proposed=determined,
            determined_grade_id=make.grade(determined).id,
            **columns,
        )
        notice = make.notice(review.cycle, [review], ends_at=ENDS)
        homes = ["hr", "centre_management", "related_departments", "hr", "hr"]
        people = [make.employee(f"Panel {n}") for n in range(panel_size)]
        for n, person in enumerate(people):
            make.seat(person, homes[n], on_panel=True, panel_chair=n == 0)
        hr = make.employee("HR", roles=("employee", "hr"))
        colleague = make.employee("Colleague")
    actors = [make.actor_of(person) for person in (subject, superior, colleague, hr)]
    return Case(review, notice, *actors, panel=[make.actor_of(person) for person in people])


def filed(
    case: Case, by: Actor | None = None, ground: str = "figures", addressee: str = "panel", now: datetime = NOW
) -> Appeal:
    return file_appeal(case.row, AppealInput(ground, TEXT, addressee), actor=by or case.subject, now=now)


def vote(case: Case, appeal: Appeal, *results: str | tuple[str, str], now: datetime = NOW) -> None:
    """Each panel member in turn casts a ballot: a result, or a result and a grade."""
    for member, wanted in zip(case.panel, results, strict=False):
        result, grade = wanted if isinstance(wanted, tuple) else (wanted, None)
        panel.cast_ballot(appeal.id, result, "my reason", grade, actor=member, now=now)


def promotable(**columns: object) -> Case:
    """A case that applied for J3 on a certificate and was left at J2."""
    case = on_notice(target_grade_id=make.grade("J3").id, **columns)
    make.certificate(case.review.employee, case.review.employee)
    return case


# filing


def test_one_s_own_result_is_appealed_and_a_colleague_s_is_objected_to():
    case = on_notice()
    own, other = filed(case), filed(case, by=case.colleague)
    assert (own.kind, other.kind) == ("appeal", "objection")
    assert case.review.stage == "appealed"


def test_an_appeal_in_the_last_second_is_in_time():
    case = on_notice()
    assert filed(case, now=ENDS - timedelta(seconds=1)).received_at == ENDS - timedelta(seconds=1)


def test_an_appeal_one_second_late_is_refused_with_the_end_of_the_period():
    case = on_notice()
    with pytest.raises(Refused) as refused:
        filed(case, now=ENDS)
    assert refused.value.refusal.clause == "3.3.5"
    assert refused.value.refusal.facts["until"] == ENDS.isoformat()


def test_the_receipt_reaches_the_filer_at_once_with_the_deadline(session):
    case = on_notice()
    appeal = filed(case)
    receipt = session.scalars(
        select(Notification)
        .where(Notification.user_id == case.subject.user_id, Notification.action == "acknowledge")
        .execution_options(unscoped=True)
    ).one()
    assert receipt.facts == {"number": appeal.number, "answer_due": appeal.answer_due.isoformat()}


def test_the_answer_is_due_after_fifteen_working_days_and_the_superior_s_after_five():
    appeal = filed(on_notice(), addressee="superior")
    assert appeal.superior_due == datetime(2026, 11, 30, 16, tzinfo=UTC)
    assert appeal.answer_due == datetime(2026, 12, 14, 16, tzinfo=UTC)


def test_an_unconfirmed_calendar_year_refuses_instead_of_guessing():
    case = on_notice()
    with make.fixture() as op:
        from admin.models import CalendarYear

        for year in op.session.scalars(select(CalendarYear)):
            year.confirmed_at = None
    with pytest.raises(Refused) as refused:
        filed(case)
    assert refused.value.refusal.clause == "3.3.5-c"
    assert case.review.stage == "on_notice"


def test_a_second_appeal_on_the_same_ground_is_refused_and_names_the_first():
    case = on_notice()
    first = filed(case)
    with pytest.raises(Refused) as refused:
        filed(case)
    assert refused.value.refusal.facts == {"number": first.number}
    assert filed(case, ground="procedure").number != first.number


def test_an_appeal_says_what_is_wrong():
    case = on_notice()
    for given_ in (
        AppealInput("figures", "  "),
        AppealInput("dislike", TEXT),
        AppealInput("figures", TEXT, "the board"),
    ):
        with pytest.raises(Invalid):
            file_appeal(case.row, given_, actor=case.subject, now=NOW)


def test_hr_enters_a_paper_appeal_for_its_filer():
    case = on_notice()
    given_ = AppealInput("figures", TEXT, filer_id=case.subject.employee_id)
    appeal = file_appeal(case.row, given_, actor=case.hr, now=NOW)
    assert (appeal.kind, appeal.filer_id, appeal.entered_by_proxy) == ("appeal", case.subject.employee_id, True)


def test_nobody_else_files_for_another():
    case = on_notice()
    given_ = AppealInput("figures", TEXT, filer_id=case.subject.employee_id)
    with pytest.raises(NotFound):
        file_appeal(case.row, given_, actor=case.colleague, now=NOW)


def test_a_corrected_row_points_to_its_correction():
    case = on_notice()
    with make.fixture():
        case.notice.rows[0].superseded = True
    with pytest.raises(Refused) as refused:
        filed(case)
    assert refused.value.refusal.clause == "3.3.5-c"


def test_a_colleague_cannot_object_to_a_result_that_was_served_personally():
    case = on_notice()
    with make.fixture():
        case.notice.kind = "personal"
    with pytest.raises(NotFound):
        filed(case, by=case.colleague)
    assert filed(case).kind == "appeal"


def test_only_the_case_concerned_waits():
    case = on_notice()
    with make.fixture():
        other = make.review(
            case.review.cycle, make.employee(), stage="on_notice", determined_grade_id=make.grade("J2").id
        )
    filed(case)
    assert (case.review.stage, other.stage) == ("appealed", "on_notice")


# sight


def test_the_colleague_s_objection_is_not_the_panel_member_s_who_is_recused(session):
    case = on_notice(panel_size=4)
    with make.fixture():
        case.review.employee.superior_id = case.panel[3].employee_id
    appeal = filed(case, by=case.colleague)
    with acting_as(case.panel[3]):
        assert session.scalars(select(Appeal)).all() == []
    with acting_as(case.panel[1]):
        assert session.scalars(select(Appeal)).all() == [appeal]


def test_a_stranger_does_not_find_an_appeal():
    case = on_notice()
    appeal = filed(case)
    with pytest.raises(NotFound):
        withdraw(appeal.id, actor=case.colleague, now=NOW)


# superior, statement, withdrawal


def test_a_superior_who_supports_sends_the_appeal_to_the_panel():
    case = on_notice()
    appeal = answer(
        filed(case, addressee="superior").id, True, "May was indeed left out.", actor=case.superior, now=NOW
    )
    assert (appeal.stage, appeal.superior_supports) == ("with_panel", True)


def test_a_superior_who_explains_leaves_the_choice_to_the_filer():
    case = on_notice()
    appeal = answer(
        filed(case, addressee="superior").id, False, "May is there: see the import.", actor=case.superior, now=NOW
    )
    assert (appeal.stage, case.review.stage) == ("answered", "appealed")
    assert refer_to_panel(appeal.id, actor=case.subject, now=NOW).stage == "with_panel"


def test_a_superior_cannot_answer_without_words():
    case = on_notice()
    appeal = filed(case, addressee="superior")
    with pytest.raises(Refused):
        answer(appeal.id, False, " ", actor=case.superior, now=NOW)


def test_the_superior_is_not_asked_about_what_went_to_the_panel():
    case = on_notice()
    appeal = filed(case)
    with pytest.raises(NotFound):
        answer(appeal.id, True, "yes", actor=case.superior, now=NOW)


def test_what_the_superior_does_not_answer_in_time_goes_to_the_panel():
    case = on_notice()
    appeal = filed(case, addressee="superior")
    assert refer_overdue(actor=system(), now=appeal.superior_due - timedelta(seconds=1)) == 0
    assert refer_overdue(actor=system(), now=appeal.superior_due) == 1
    assert refer_overdue(actor=system(), now=appeal.superior_due + timedelta(days=30)) == 0
    assert appeal.stage == "with_panel"


def test_the_subject_of_an_objection_is_heard():
    case = on_notice()
    appeal = filed(case, by=case.colleague)
    assert make_statement(appeal.id, "I was on the night shift.", actor=case.subject, now=NOW).statement
    with pytest.raises(Refused):
        make_statement(appeal.id, "me too", actor=case.colleague, now=NOW)


def test_a_withdrawn_appeal_puts_the_case_back_on_notice_once_nothing_else_is_open():
    case = on_notice()
    own, other = filed(case), filed(case, by=case.colleague)
    withdraw(own.id, actor=case.subject, now=NOW)
    assert case.review.stage == "appealed"
    withdraw(other.id, actor=case.colleague, now=NOW)
    assert case.review.stage == "on_notice"


def test_only_the_filer_withdraws():
    case = on_notice()
    appeal = filed(case)
    with pytest.raises(Refused):
        withdraw(appeal.id, actor=case.hr, now=NOW)


# the panel


def test_a_dismissed_appeal_puts_the_case_back_on_notice():
    case = on_notice()
    appeal = filed(case)
    vote(case, appeal, "dismissed", "dismissed", "dismissed")
    panel.close_ballot(appeal.id, "The week is in the import.", actor=case.panel[0], now=NOW)
    assert (appeal.stage, appeal.result, case.review.stage) == ("decided", "dismissed", "on_notice")


def test_an_allowed_appeal_fixes_the_grade_by_a_determination_of_the_panel(session):
    case = promotable()
    appeal = filed(case)
    vote(case, appeal, ("grade_fixed", "J3"), ("grade_fixed", "J3"), "dismissed")
    panel.close_ballot(appeal.id, "The certificate counts.", actor=case.panel[0], now=NOW)
    fixed = session.scalars(select(Determination).execution_options(unscoped=True)).one()
    assert (fixed.body, fixed.grade.code, fixed.appeal_id, fixed.reason) == (
        "panel",
        "J3",
        appeal.id,
        "The certificate counts.",
    )
    assert (case.review.stage, case.review.determined_grade.code) == ("checked", "J3")


def test_a_tie_dismisses():
    case = promotable(panel_size=4)
    appeal = filed(case)
    vote(case, appeal, ("grade_fixed", "J3"), ("grade_fixed", "J3"), "dismissed", "dismissed")
    panel.close_ballot(appeal.id, "Two against two.", actor=case.panel[0], now=NOW)
    assert appeal.result == "dismissed"


def test_a_panel_that_allows_but_not_how_votes_again():
    case = promotable()
    appeal = filed(case)
    vote(case, appeal, ("grade_fixed", "J3"), "remit_to_rating", "dismissed")
    panel.close_ballot(appeal.id, "no majority", actor=case.panel[0], now=NOW)
    assert (appeal.stage, appeal.round, appeal.result) == ("with_panel", 2, None)
    vote(case, appeal, "remit_to_rating", "remit_to_rating", "dismissed")
    panel.close_ballot(appeal.id, "Rate anew.", actor=case.panel[0], now=NOW)
    assert appeal.result == "remit_to_rating"


def test_fewer_than_three_ballots_decide_nothing():
    case = on_notice()
    appeal = filed(case)
    vote(case, appeal, "dismissed", "dismissed")
    with pytest.raises(Refused):
        panel.close_ballot(appeal.id, "two are enough", actor=case.panel[0], now=NOW)


def test_only_the_panel_s_chair_closes_and_gives_a_reason():
    case = on_notice()
    appeal = filed(case)
    vote(case, appeal, "dismissed", "dismissed", "dismissed")
    with pytest.raises(Refused):
        panel.close_ballot(appeal.id, "reason", actor=case.panel[1], now=NOW)
    with pytest.raises(Refused):
        panel.close_ballot(appeal.id, " ", actor=case.panel[0], now=NOW)


def test_a_panel_member_votes_once():
    case = on_notice()
    appeal = filed(case)
    vote(case, appeal, "dismissed")
    with pytest.raises(Refused) as refused:
        vote(case, appeal, "dismissed")
    assert refused.value.refusal.clause == "3.3.4-b"


def test_a_panel_member_who_judged_before_is_refused():
    case = on_notice(panel_size=4)
    with make.fixture():
        make.signed_rating(case.review, case.review.employee, "peer").rater_id = case.panel[1].employee_id
    appeal = filed(case)
    with pytest.raises(Refused) as refused:
        panel.cast_ballot(appeal.id, "dismissed", "reason", actor=case.panel[1], now=NOW)
    assert refused.value.refusal.clause == "3.3-e"


def test_the_filer_of_an_objection_does_not_decide_it():
    case = on_notice(panel_size=4)
    appeal = filed(case, by=case.panel[1])
    with pytest.raises(Refused) as refused:
        panel.cast_ballot(appeal.id, "dismissed", "reason", actor=case.panel[1], now=NOW)
    assert refused.value.refusal.clause == "3.3-e"


def test_a_panel_left_with_two_members_waits_for_management():
    case = on_notice()
    with make.fixture():
        case.review.employee.superior_id = case.panel[1].employee_id
    appeal = filed(case)
    with pytest.raises(Refused) as refused:
        vote(case, appeal, "dismissed")
    assert refused.value.refusal.clause == "3.3.5-a"


def test_an_appeal_never_ends_worse_for_the_appellant():
    case = on_notice(present="J3", determined="J3", demotion_ground="1")
    appeal = filed(case)
    with pytest.raises(Refused) as refused:
        vote(case, appeal, ("grade_fixed", "J2"))
    assert refused.value.refusal.clause == "3.3.5-b"


def test_an_objection_may_end_worse_for_the_subject():
    case = on_notice(present="J2", determined="J3", target_grade_id=make.grade("J3").id)
    appeal = filed(case, by=case.colleague)
    vote(case, appeal, *[("grade_fixed", "J2")] * 3)
    panel.close_ballot(appeal.id, "There was no certificate.", actor=case.panel[0], now=NOW)
    assert case.review.determined_grade.code == "J2"


def test_while_the_subject_s_own_appeal_is_open_an_objection_does_not_end_worse_either():
    case = on_notice(present="J2", determined="J3", target_grade_id=make.grade("J3").id)
    filed(case)
    appeal = filed(case, by=case.colleague)
    with pytest.raises(Refused):
        vote(case, appeal, ("grade_fixed", "J2"))


def test_the_panel_fixes_only_a_lawful_grade_other_than_the_one_on_notice():
    case = on_notice()
    appeal = filed(case)
    for grade, clause in (("J3", "3.3.3-a"), ("J2", "3.3.5-a")):
        with pytest.raises(Refused) as refused:
            vote(case, appeal, ("grade_fixed", grade))
        assert refused.value.refusal.clause == clause


def test_a_ballot_names_a_grade_exactly_when_it_fixes_one():
    case = on_notice()
    appeal = filed(case)
    for wanted in ("grade_fixed", ("dismissed", "J3"), "ignore"):
        with pytest.raises(Invalid):
            vote(case, appeal, wanted)


def test_what_else_is_open_on_the_case_is_decided_together_with_an_allowed_appeal():
    case = promotable()
    first, second = filed(case), filed(case, ground="procedure")
    vote(case, first, *[("grade_fixed", "J3")] * 3)
    panel.close_ballot(first.id, "The certificate counts.", actor=case.panel[0], now=NOW)
    assert (second.stage, second.result, second.result_grade.code) == ("decided", "grade_fixed", "J3")


def test_a_dismissal_leaves_the_other_appeals_open():
    case = on_notice()
    first, second = filed(case), filed(case, ground="procedure")
    vote(case, first, *["dismissed"] * 3)
    panel.close_ballot(first.id, "no", actor=case.panel[0], now=NOW)
    assert (second.stage, case.review.stage) == ("with_panel", "appealed")


def test_a_remitted_case_goes_back_to_the_stage_at_fault_and_returns_to_the_panel(session):
    case = promotable()
    with make.fixture():
        rating = make.signed_rating(case.review, case.review.superior, "superior")
    appeal = filed(case)
    vote(case, appeal, *["remit_to_rating"] * 3)
    panel.close_ballot(appeal.id, "Rate May anew.", actor=case.panel[0], now=NOW)
    assert (case.review.stage, case.review.remitted, rating.state) == ("rating", True, "draft")
    with make.fixture() as op:
        case.review.stage = "committee"
        op.session.flush()
        panel.resume(op, case.review)
    assert (appeal.stage, appeal.result, appeal.round, case.review.stage) == ("with_panel", None, 2, "appealed")
    vote(case, appeal, *[("grade_fixed", "J3")] * 3)
    panel.close_ballot(appeal.id, "Now it is right.", actor=case.panel[0], now=NOW)
    assert case.review.determined_grade.code == "J3"
    steps = session.scalars(
        select(HistoryStep.action).where(HistoryStep.process == "appeal").order_by(HistoryStep.id)
    ).all()
    assert steps.count("close_ballot") == 2 and "resume" in steps


relief = st.sampled_from([DISMISSED, PanelDecision("remit_to_rating"), PanelDecision("grade_fixed", "J3")])


@given(st.lists(relief, min_size=3, max_size=9))
def test_no_relief_is_granted_against_half_of_the_panel(ballots):
    decision = panel_decision(ballots, minimum=3)
    dismissing = ballots.count(DISMISSED)
    if decision not in (None, DISMISSED):
        assert 2 * dismissing < len(ballots)
        assert ballots.count(decision) > len(ballots) - dismissing - ballots.count(decision)
    if 2 * dismissing >= len(ballots):
        assert decision == DISMISSED
