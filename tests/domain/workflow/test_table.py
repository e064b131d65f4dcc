"""The table says nothing that is not there: clauses, guards, people, names, stages."""

from __future__ import annotations

from pathlib import Path

import pytest

from admin import rulebook
from admin.domain.workflow import TABLE, Transition, labels
from admin.domain.workflow.guards import GUARDS
from admin.domain.workflow.transitions import BESIDE, SAME
from admin.rulebook.loader import load
from tests.domain.workflow.procedures import BEGINS, FINAL, KNOWN_RELATIONS, PROCESSES, rows_of, stages_of

CLAUSES = frozenset(clause.id for clause in load(Path(rulebook.__file__).parent / "policy-1").clauses)


def _name(row: Transition) -> str:
    return f"{row.process}-{'/'.join(row.from_)}-{row.action}"


each_row = pytest.mark.parametrize("row", TABLE, ids=_name)
each_process = pytest.mark.parametrize("process", PROCESSES)


@each_row
def test_every_condition_is_a_guard(row: Transition):
    assert set(row.only_if) <= set(GUARDS)


def test_every_guard_stands_in_the_table():
    assert set(GUARDS) == {name for row in (*TABLE, *BESIDE) for name in row.only_if}


@each_row
def test_every_clause_is_in_the_rulebook(row: Transition):
    assert row.clause in CLAUSES


@each_row
def test_everyone_who_acts_or_is_told_is_somebody(row: Transition):
    assert row.who
    assert {*row.who, *row.tells} <= KNOWN_RELATIONS


@each_row
def test_the_system_is_told_nothing(row: Transition):
    assert "system" not in row.tells


@each_row
def test_every_action_has_a_name_on_the_button_and_in_the_trail(row: Transition):
    assert row.action in labels.ACTIONS


@each_row
def test_a_permission_is_named_after_its_action(row: Transition):
    assert row.permission == f"can_{row.action}"


@each_process
def test_every_stage_has_a_name(process: str):
    assert stages_of(process) <= set(labels.STAGES)


def test_a_name_is_given_to_nothing_that_is_not_there():
    named_elsewhere = {"unchanged", "outside"}  # reached without an action of the table
    assert set(labels.STAGES) - {stage for process in PROCESSES for stage in stages_of(process)} <= named_elsewhere


@each_process
def test_an_action_means_one_thing_at_a_stage(process: str):
    pairs = [(stage, row.action) for row in rows_of(process) for stage in row.from_]
    assert len(pairs) == len(set(pairs))


@each_process
def test_nobody_leads_a_case_out_of_a_final_stage(process: str):
    assert [row.action for row in rows_of(process) if row.offered and FINAL[process] & set(row.from_)] == []


@each_process
def test_every_stage_is_reached_from_the_first(process: str):
    reached, before = set(BEGINS[process]), set()
    while reached != before:
        before = set(reached)
        reached |= {row.to for row in rows_of(process) if row.to != SAME and before & set(row.from_)}
    assert reached == stages_of(process)


@each_process
def test_no_stage_but_a_final_one_is_a_dead_end(process: str):
    leads_on = {stage for row in rows_of(process) if row.to != SAME for stage in row.from_}
    assert stages_of(process) - leads_on == FINAL[process] - leads_on


@each_process
def test_from_every_stage_a_final_one_can_be_reached(process: str):
    ends, before = set(FINAL[process]), set()
    while ends != before:
        before = set(ends)
        ends |= {stage for row in rows_of(process) if row.to in before for stage in row.from_}
    assert ends == stages_of(process)


def test_a_reason_is_asked_wherever_somebody_is_sent_back_or_passed_over():
    sent_back = {
        "return_for_correction",
        "close_self_assessment",
        "close_peer_rating",
        "reject_result",
        "close_as_left",
        "decline_rating",
    }
    assert {row.action for row in TABLE if row.action in sent_back and "reason_given" in row.only_if} == sent_back


def test_everyone_who_judges_is_asked_whether_they_judged_otherwise():
    judging = {"rate_as_peer", "submit_superior_evaluation", "propose", "cast_ballot"}
    rows = [row for row in TABLE if row.action in judging and row.process in ("review", "meeting", "appeal")]
    assert rows and all("not_judged_otherwise" in row.only_if for row in rows)


def test_the_head_s_word_for_proposing_a_grade_is_the_head_s_alone():
    # What HR puts down for a second (6.1-a) was told as a head's proposal, by the word that all procedures share.
    called = {process: labels.action_label("propose", process) for process in [*PROCESSES, "confirmation"]}
    assert [process for process, label in called.items() if label == called["review"]] == ["review"]
