"""What an established breach does to a case: sent back to the earliest stage at fault, or a new one (6.3.2, 6.3-a)."""

from __future__ import annotations

import pytest

from admin.domain.codes import JudgingAct as Act
from admin.domain.reassessment import COURSE, DECIDED, SETTLED, Remedy, remedy


@pytest.mark.parametrize("stage", SETTLED)
def test_after_the_document_it_is_a_new_case_from_the_beginning(stage: str) -> None:
    assert remedy(stage, [Act.COMMITTEE_BALLOT]) == Remedy(True, "self_assessment")


@pytest.mark.parametrize("stage", ["left", "cancelled", "outside"])
def test_a_case_that_ended_without_a_result_is_not_assessed_again(stage: str) -> None:
    assert remedy(stage, [Act.SUPERIOR_EVALUATION]) is None


@pytest.mark.parametrize("stage", DECIDED)
@pytest.mark.parametrize(
    ("acts", "at_fault"),
    [
        ([Act.PEER_RATING], "rating"), ([Act.SUPERIOR_EVALUATION, Act.COMMITTEE_BALLOT], "rating"),
        ([Act.DEPARTMENT_REVIEW], "department_review"), ([Act.COMMITTEE_BALLOT], "committee"), ([Act.PANEL_BALLOT], "committee"),
        ([], "rating"), ([Act.FINDING_ADOPTION], "rating"),
    ],
)  # fmt: skip
def test_a_decided_case_goes_back_to_the_earliest_stage_at_fault(stage: str, acts: list[Act], at_fault: str) -> None:
    assert remedy(stage, acts) == Remedy(False, at_fault)


@pytest.mark.parametrize("stage", COURSE)
@pytest.mark.parametrize("act", [Act.SUPERIOR_EVALUATION, Act.DEPARTMENT_REVIEW, Act.COMMITTEE_BALLOT])
def test_a_case_never_goes_forward(stage: str, act: Act) -> None:
    found = remedy(stage, [act])
    assert found is not None and COURSE.index(found.stage) <= COURSE.index(stage)
