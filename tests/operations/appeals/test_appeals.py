"""Appeals and objections: filed, answered, explained, withdrawn (3.3.5-a to c)."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import select

from admin.access.actor import acting_as
from admin.domain.refusals import Invalid, NotFound, Refused
from admin.models import Appeal, Employee, HistoryStep, Notification
from admin.operations.appeals.appeals import (
    AppealInput,
    answer,
    correct_entry,
    file_appeal,
    make_statement,
    refer_overdue,
    refer_to_panel,
    withdraw,
)
from admin.operations.cases.reviews import close_as_left
from admin.operations.system.reference import Stale, fingerprint
from tests import factories as make
from tests.by_two import as_confirmed
from tests.factories import NOW
from tests.operations.appealing import ENDS, SCAN, TEXT, filed, on_notice
from tests.operations.bodies import system

pytestmark = pytest.mark.usefixtures("session")


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
    assert refused.value.refusal.facts["end"] == ENDS.isoformat()


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


def test_the_appeal_of_a_leaver_in_time_is_taken_though_the_case_is_closed_as_left(session):
    case = on_notice()
    with make.fixture() as op:
        op.get(Employee, case.review.employee_id).left_on = NOW.date()
    close_as_left(case.review.id, "left", actor=case.hr, now=NOW)
    given = AppealInput("figures", TEXT, filer_id=case.review.employee_id, scan=SCAN)
    appeal = as_confirmed(file_appeal, case.row, given, actor=case.hr, now=NOW)
    assert (appeal.kind, appeal.stage, appeal.review.stage) == ("appeal", "with_panel", "left")
    with pytest.raises(Refused):
        as_confirmed(file_appeal, case.row, given, actor=case.hr, now=ENDS)


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
        AppealInput("figures", "."),
        AppealInput("figures", "。。。…… – !"),
        AppealInput("dislike", TEXT),
        AppealInput("figures", TEXT, "the board"),
    ):
        with pytest.raises(Invalid):
            as_confirmed(file_appeal, case.row, given_, actor=case.subject, now=NOW)


def test_hr_enters_a_paper_appeal_for_its_filer():
    case = on_notice()
    given_ = AppealInput("figures", TEXT, filer_id=case.subject.employee_id, scan=SCAN)
    appeal = as_confirmed(file_appeal, case.row, given_, actor=case.hr, now=NOW)
    assert (appeal.kind, appeal.filer_id, appeal.entered_by_proxy) == ("appeal", case.subject.employee_id, True)


def paper(case):
    given = AppealInput("figures", TEXT, filer_id=case.subject.employee_id, scan=SCAN)
    return as_confirmed(file_appeal, case.row, given, actor=case.hr, now=NOW)


def test_hr_corrects_what_it_copied_wrongly_with_a_reason_and_the_filer_is_told(session):
    case = on_notice()
    appeal = paper(case)
    corrected = as_confirmed(
        correct_entry, appeal.id, "procedure", " As on the paper. ", "Misread.",
        seen=fingerprint(appeal), actor=case.hr, now=NOW,
    )  # fmt: skip
    assert (corrected.ground, corrected.text, corrected.received_at) == ("procedure", "As on the paper.", NOW)
    with acting_as(system()):
        told = session.scalars(select(Notification).where(Notification.action == "correct_entry")).one()
        step = session.scalars(select(HistoryStep).where(HistoryStep.action == "correct_entry")).one()
    assert (told.user_id, step.reason, step.clause) == (case.subject.user_id, "Misread.", "3.3.5-b")


def test_what_somebody_wrote_themselves_or_what_was_decided_is_not_corrected():
    case = on_notice()
    own, entered = filed(case, ground="procedure"), paper(case)
    withdraw(entered.id, actor=case.subject, now=NOW)
    for appeal in (own, entered):
        with pytest.raises(Refused) as refused:
            as_confirmed(correct_entry, appeal.id, "figures", "Other words", "Why", seen=None, actor=case.hr, now=NOW)
        assert refused.value.refusal.clause == "3.3.5-b"


def test_only_hr_corrects_an_entry_only_with_a_reason_and_never_over_somebody_else_s_change():
    case = on_notice()
    appeal = paper(case)
    with pytest.raises(NotFound):
        as_confirmed(correct_entry, appeal.id, "figures", TEXT, "Why", seen=None, actor=case.colleague, now=NOW)
    with pytest.raises(Invalid):
        as_confirmed(correct_entry, appeal.id, "figures", TEXT, " ", seen=None, actor=case.hr, now=NOW)
    with pytest.raises(Stale):
        as_confirmed(correct_entry, appeal.id, "figures", TEXT, "Why", seen="older", actor=case.hr, now=NOW)


def test_nobody_else_files_for_another():
    case = on_notice()
    given_ = AppealInput("figures", TEXT, filer_id=case.subject.employee_id, scan=SCAN)
    with pytest.raises(NotFound):
        as_confirmed(file_appeal, case.row, given_, actor=case.colleague, now=NOW)


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
