"""An interview before a demotion is signed by both; an offer that nobody takes up ends by itself (4.2-a)."""

from __future__ import annotations

from datetime import date, timedelta
from types import SimpleNamespace

import pytest

from admin.access.actor import system_actor
from admin.domain.refusals import Refused
from admin.models import GradeChange, Hearing, HistoryStep, IssuedDocument, Review
from admin.operations.cases import demotions, department
from admin.operations.cases.single_cases import open_demotion
from admin.queries.outcome.documents import grounds_of
from tests import factories as make
from tests.operations.cases.test_single_cases import SPRING, made, rows, superior
from tests.reviewing import case, person

__all__ = ("made",)
DAY = timedelta(days=1)


@pytest.fixture
def key(made: SimpleNamespace) -> int:
    return int(open_demotion(made.agents[0], 2, "重大違規", actor=superior(made), now=SPRING).id)


def subject(made: SimpleNamespace):
    return person(made.agents[0])


def heard(key: int) -> Hearing:
    return rows(Hearing, Hearing.review_id == key)[-1]


def test_an_interview_counts_once_whoever_was_heard_has_signed_it_and_both_signatures_are_kept(made, key) -> None:
    head = person(made.head, "head")
    demotions.record_hearing(key, "interview", "談話內容", actor=superior(made), now=SPRING)
    with pytest.raises(Refused, match=r"4\.2-a"):
        department.propose(key, "J3", "重大違規", actor=head, now=SPRING)
    with pytest.raises(Refused):
        demotions.sign_hearing(key, actor=superior(made), now=SPRING)
    signed = demotions.sign_hearing(key, "我沒有說過", actor=subject(made), now=SPRING + DAY)
    assert signed.recorder_signature and signed.employee_signature and signed.objection == "我沒有說過"
    assert signed.recorder_signature != signed.employee_signature
    with pytest.raises(Refused, match="waits for your signature"):
        demotions.sign_hearing(key, actor=subject(made), now=SPRING + DAY)
    step = rows(HistoryStep, HistoryStep.action == "sign_hearing")[0]
    assert (step.relation, step.reason, step.clause) == ("subject", "我沒有說過", "4.2-a")
    assert department.propose(key, "J3", "重大違規", actor=head, now=SPRING + DAY).stage == "committee"


def test_what_is_recorded_anew_is_signed_anew(made, key) -> None:
    demotions.record_hearing(key, "interview", "一", actor=superior(made), now=SPRING)
    demotions.sign_hearing(key, actor=subject(made), now=SPRING)
    demotions.record_hearing(key, "interview", "二", actor=superior(made), now=SPRING + DAY)
    assert (heard(key).signed_at, heard(key).employee_signature) == (None, None)
    demotions.sign_hearing(key, actor=subject(made), now=SPRING + DAY)


def test_after_its_last_day_the_case_goes_on_without_a_statement_by_itself_and_that_is_recorded(made, key) -> None:
    assert heard(key).until == date(2026, 4, 21)  # the fifth working day after Tuesday, 14 April
    last_moment, next_day = SPRING.replace(day=21, hour=15, minute=59), SPRING.replace(day=21, hour=16)
    assert demotions.lapse_hearings(actor=system_actor(), now=last_moment) == 0
    with pytest.raises(Refused, match="ended on 2026-04-21"):
        demotions.state_oneself(key, "太晚了", actor=subject(made), now=next_day)
    assert demotions.lapse_hearings(actor=system_actor(), now=next_day) == 1
    assert demotions.lapse_hearings(actor=system_actor(), now=next_day + DAY) == 0
    assert (heard(key).form, heard(key).recorded_at, heard(key).recorded_by_id) == ("not_taken_up", next_day, None)
    step = rows(HistoryStep, HistoryStep.action == "lapse_hearing")[0]
    assert (step.relation, step.clause) == ("system", "4.2-a")
    demotions.add_to_hearing(key, "補充", actor=subject(made), now=next_day)
    head = person(made.head, "head")
    assert department.propose(key, "J3", "重大違規", actor=head, now=next_day).stage == "committee"


def test_a_statement_on_the_last_day_is_taken_up(made, key) -> None:
    demotions.state_oneself(key, "我沒有", actor=subject(made), now=SPRING.replace(day=21, hour=15, minute=59))
    assert demotions.lapse_hearings(actor=system_actor(), now=SPRING.replace(day=22)) == 0


def test_an_interview_that_is_not_signed_in_time_goes_on_unsigned_and_the_document_says_so(made, key) -> None:
    demotions.record_hearing(key, "interview", "談話內容", actor=superior(made), now=SPRING)
    over = SPRING.replace(day=22)
    assert demotions.lapse_hearings(actor=system_actor(), now=over) == 1
    assert (heard(key).form, heard(key).signed_at) == ("interview", None)
    department.propose(key, "J3", "重大違規", actor=person(made.head, "head"), now=over)
    assert "當事人逾期未簽署" in printed_ground(key)


@pytest.mark.parametrize(
    ("ground", "said"),
    [("1", "年度績效連續不合格"), ("2", "嚴重違反公司規定"), ("3", "經培訓及調整職務後，仍不能勝任")],
)
def test_each_ground_is_carried_to_the_document_with_both_signatures(made, key, ground, said) -> None:
    demotions.record_hearing(key, "interview", "談話內容", actor=superior(made), now=SPRING)
    demotions.sign_hearing(key, actor=subject(made), now=SPRING)
    with make.fixture():
        case(key).demotion_ground = ground
    text = printed_ground(key, ground)
    assert f"第 4.2.1 條第（{ground}）款，{said}" in text and "由雙方簽署" in text


def printed_ground(key: int, ground: str = "2") -> str:
    """What a document says of this case's ground."""
    with make.fixture() as op:
        row = op.get(Review, key)
        row.demotion_ground = ground
        document = op.add(
            IssuedDocument(
                number="X", year=2026, serial=9, kind="demotion", title="客服職級降級決定", issued_by_id=1, issued_at=SPRING,
                effective_on=date(2026, 6, 1), appeal_days=5,
            )
        )  # fmt: skip
        op.add(
            GradeChange(
                employee_id=row.employee_id, kind="demotion", stage="issued", to_grade_id=make.grade("J3").id, clause="4.2.2",
                review_id=row.id, document_id=document.id,
            )
        )  # fmt: skip
        return next(iter(grounds_of(op.session, document).values()))
