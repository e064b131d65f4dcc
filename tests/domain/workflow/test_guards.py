"""Each condition of the table: what passes, what is refused, and under which clause."""

from __future__ import annotations

from typing import Any

import pytest

from admin.domain.refusals import Refusal
from admin.domain.workflow import Facts
from admin.domain.workflow.guards import GUARDS

OTHER = Refusal("3.3.4-a", "Found by somebody else.")
# guard: the facts that it passes, the facts that it refuses, the clause
SAYS: dict[str, tuple[dict[str, Any], dict[str, Any], str]] = {
    "not_judged_otherwise": ({"separation": None}, {"separation": OTHER}, "3.3.4-a"),
    "reason_given": ({"attempt": True, "reason": "because"}, {"attempt": True, "reason": " \n"}, "1.3.1"),
    "self_assessment_complete": ({"self_ratings_missing": 0}, {"self_ratings_missing": 1}, "3.3.1"),
    "application_lawful": ({}, {"application_refusal": OTHER}, "3.3.4-a"),
    "stage_over": ({"stage_until": None}, {"stage_until": "2026-12-15T16:00+00:00"}, "3.3-a"),
    "stage_closable": ({}, {"closing_refusal": OTHER}, "3.3.4-a"),
    "somebody_waited_for": ({"stages": {"rating": 1}}, {"stages": {"committee": 1}}, "6.1"),
    "notice_runs": ({"notices_running": 1}, {}, "3.3.5-c"),
    "something_to_issue": ({}, {"issue_refusal": OTHER}, "3.3.4-a"),
    "cycle_openable": ({}, {"opening_refusal": OTHER}, "3.3.4-a"),
    "notice_lawful": ({}, {"notice_refusal": OTHER}, "3.3.4-a"),
    "period_countable": ({}, {"calendar_refusal": OTHER}, "3.3.4-a"),
    "scan_attached": ({}, {"scan_refusal": OTHER}, "3.3.4-a"),
    "agenda_free": ({}, {"agenda_refusal": OTHER}, "3.3.4-a"),
    "recusal_overridable": ({}, {"override_refusal": OTHER}, "3.3.4-a"),
    "filing_received": ({}, {"filing_refusal": OTHER}, "3.3.4-a"),
    "nothing_rests_on_leave": ({}, {"leave_refusal": OTHER}, "3.3.4-a"),
    "nothing_rests_on_import": ({}, {"undo_refusal": OTHER}, "3.3.4-a"),
    "import_unfinished": ({}, {"finished_refusal": OTHER}, "3.3.4-a"),
    "honours_left": ({}, {"award_refusal": OTHER}, "3.3.4-a"),
    "attendance_known": ({}, {"completion_refusal": OTHER}, "3.3.4-a"),
    "course_to_come": ({}, {"place_refusal": OTHER}, "3.3.4-a"),
    "course_begun": ({}, {"attendance_refusal": OTHER}, "3.3.4-a"),
    "pay_list_differs": ({}, {"list_refusal": OTHER}, "3.3.4-a"),
    "work_may_stop": ({}, {"stop_refusal": OTHER}, "3.3.4-a"),
    "work_may_be_repeated": ({}, {"repeat_refusal": OTHER}, "3.3.4-a"),
    "minutes_unsigned": ({}, {"signature_refusal": OTHER}, "3.3.4-a"),
    "result_sound": ({}, {"check_refusal": OTHER}, "3.3.4-a"),
    "peers_have_time": ({"peer_time_over": False}, {"peer_time_over": True}, "3.3-a"),
    "predecessor_stated": ({}, {"predecessor_missing": True}, "3.3-f"),
    "superior_is_new": ({"superior_is_new": True}, {}, "3.3-f"),
    "figures_frozen": ({"figures_frozen": True}, {"figures_frozen": False}, "3.2-a"),
    "figures_locked": ({"figures_locked": True}, {"figures_day": "2026-12-15"}, "3.2-a2"),
    "figures_open": ({"figures_locked": False}, {"figures_locked": True}, "3.2-a2"),
    "all_handed_in": ({"handing_in": 2, "lock_due": True}, {"handing_in": 2}, "3.2-a2"),
    "is_rehearsal": ({"rehearsal": True}, {}, "1.2-e"),
    "score_unsound": ({"score_unsound": True}, {}, "3.2-a2"),
    "off_the_agenda": ({"on_the_agenda": False}, {"on_the_agenda": True}, "3.2-a"),
    "ratings_over": ({"superior_signed": True, "peers_open": 0}, {"superior_signed": True, "peers_open": 2}, "3.2-b"),
    "superior_has_not_signed": ({"superior_signed": False}, {"superior_signed": True}, "3.3.2"),
    "present_grade_on_file": ({"file_refusal": None}, {"file_refusal": OTHER}, "3.3.4-a"),
    "present_grade_off_file": ({"file_refusal": OTHER}, {}, "1.2-f"),
    "enters_the_file": ({}, {"entry_refusal": OTHER}, "3.3.4-a"),
    "document_may_go": ({}, {"withdrawal_refusal": OTHER}, "3.3.4-a"),
    "takeover_correctable": ({}, {"correction_refusal": OTHER}, "3.3.4-a"),
    "proposal_lawful": ({}, {"proposal_refusal": OTHER}, "3.3.4-a"),
    "not_for_demotion": ({}, {"demotion_case": True}, "4.2.2"),
    "ground_put": ({"ground_put": True}, {}, "4.2.2"),
    "not_heard_yet": ({}, {"hearing_recorded": True}, "4.2-a"),
    "statement_in_time": ({}, {"statement_ended": "2026-12-01"}, "4.2-a"),
    "interview_unsigned": ({"interview_unsigned": True}, {}, "4.2-a"),
    "demotion_proposed": ({"is_demotion": True}, {"is_demotion": False}, "4.2-a"),
    "hearing_recorded": ({"hearing_recorded": True}, {}, "4.2-a"),
    "statement_in_own_name": ({"statements": 1}, {"statements": 0}, "3.3-f"),
    "hearing_held": ({"is_demotion": True, "heard": True}, {"is_demotion": True}, "4.2-a"),
    "application_open": ({"applied": True}, {}, "3.3-b"),
    "notice_over": ({"notice_over": True}, {"notice_until": "2026-12-01"}, "3.3.5"),
    "nothing_open": ({"open_appeals": 0}, {"open_appeals": 1}, "3.3.6"),
    "result_checked": ({"unchecked": 0}, {"unchecked": 4}, "6.1.2-a"),
    "result_waits": ({"determined": 2}, {"determined": 0}, "6.1.2-a"),
    "checked_waits": ({"checked": 2}, {}, "3.3.5"),
    "not_conflicted": ({}, {"conflict_refusal": OTHER}, "3.3.4-a"),
    "sits_on_case": ({}, {"bench_refusal": OTHER}, "3.3.4-a"),
    "motion_lawful": ({}, {"motion_refusal": OTHER}, "3.3.4-a"),
    "has_not_voted": ({"has_voted": False}, {"has_voted": True}, "3.3.4-b"),
    "ballot_open": ({"ballot_open": True}, {"ballot_open": False}, "3.3.4-b"),
    "ballots_complete": ({"complete_ballots": 1}, {"complete_ballots": 0}, "3.3.4-b"),
    "quorum_present": ({}, {"quorum_refusal": OTHER}, "3.3.4-a"),
    "enough_votes": ({}, {"votes_refusal": OTHER}, "3.3.4-a"),
    "on_agenda": ({"taken_off": False}, {"taken_off": True}, "3.3.4"),
    "agenda_finished": ({"items_open": 0}, {"items_open": 1}, "3.3.4-a"),
    "another_person": ({"is_proposer": False}, {"is_proposer": True}, "4.1-a"),
    "panel_complete": ({}, {"panel_refusal": OTHER}, "3.3.4-a"),
    "panel_short": ({"panel_refusal": OTHER}, {}, "3.3.5-a"),
    "recusal_to_lift": ({"recusals_to_lift": 1}, {}, "3.3-e"),
    "may_be_disowned": ({}, {"period_over": True}, "3.3.5-e"),
    "no_case_open": ({"cases_open": 0}, {"cases_open": 7}, "3.3.6"),
    "nothing_submitted": ({"submitted": 0}, {"submitted": 1}, "1.2-d"),
    "nothing_determined": ({"ever_determined": 0}, {"ever_determined": 2}, "1.2-d"),
    "has_left": ({"has_left": True}, {"has_left": False}, "1.2-d"),
    "parameters_valid": ({}, {"version_refusal": OTHER}, "3.3.4-a"),
    "finding_not_adopted": ({}, {"return_refusal": OTHER}, "3.3.4-a"),
    "accused_known": ({}, {"accused_refusal": OTHER}, "3.3.4-a"),
    "accused_seconded": ({}, {"seconded_refusal": OTHER}, "3.3.4-a"),
    "accused_to_second": ({}, {"second_refusal": OTHER}, "3.3.4-a"),
    "can_be_confirmed": ({}, {"confirmation_refusal": OTHER}, "3.3.4-a"),
    "officer_without_stake": ({}, {"officer_refusal": OTHER}, "3.3.4-a"),
    "voters_short": ({}, {"voters_refusal": OTHER}, "3.3.4-a"),
    "ballot_finding": ({}, {"finding_refusal": OTHER}, "3.3.4-a"),
}


def said(name: str, known: dict[str, Any]) -> Refusal | None:
    return GUARDS[name](Facts("any", "any", frozenset(), known))


def test_every_guard_is_tried():
    assert set(SAYS) == set(GUARDS)


@pytest.mark.parametrize("name", SAYS)
def test_a_guard_lets_pass_what_it_should(name: str):
    assert said(name, SAYS[name][0]) is None


@pytest.mark.parametrize("name", SAYS)
def test_a_guard_refuses_with_its_clause_and_words_that_its_facts_fill(name: str):
    _, against, clause = SAYS[name]
    refusal = said(name, against)
    assert refusal is not None
    assert refusal.clause == clause
    assert "%(" not in refusal.text()


@pytest.mark.parametrize("name", GUARDS)
def test_every_guard_says_what_it_is_for(name: str):
    assert GUARDS[name].__doc__


def test_a_reason_is_demanded_of_an_attempt_and_not_of_a_button():
    assert said("reason_given", {"reason": ""}) is None


def test_ratings_are_not_over_before_the_superior_has_signed():
    refusal = said("ratings_over", {"peer_time_over": True})
    assert refusal is not None and refusal.clause == "3.3.2"


def test_ratings_are_over_when_the_colleagues_time_is():
    assert said("ratings_over", {"superior_signed": True, "peers_open": 3, "peer_time_over": True}) is None


def test_nobody_needs_a_hearing_who_is_not_to_be_demoted():
    assert said("hearing_held", {}) is None


def test_the_clause_of_the_second_person_is_that_of_the_record():
    refusal = said("another_person", {"is_proposer": True, "another_person_clause": "4.3"})
    assert refusal is not None and refusal.clause == "4.3"
