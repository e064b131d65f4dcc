"""What the workflow table must bring about, written down a second time and by hand: who, when, where to, under which clause, who learns.

HR can read it. The table itself is not looked at here; whoever changes a row changes its line here too, knowingly.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from admin.domain.refusals import Refusal

ELSEWHERE = Refusal("2.1", "Found by somebody else.")


@dataclass(frozen=True)
class Condition:
    """A condition in words: facts that meet it, facts that do not, and the clause under which it then refuses."""

    met: Mapping[str, Any]
    unmet: Mapping[str, Any]
    clause: str


def _found(name: str) -> Condition:
    """A condition that is worked out before the step and carried to it as a refusal."""
    return Condition({name: None}, {name: ELSEWHERE}, ELSEWHERE.clause)


WHEN: dict[str, Condition] = {
    "a reason is given": Condition({"attempt": True, "reason": "because"}, {"attempt": True, "reason": " "}, "1.3.1"),
    "every criterion is rated": Condition({"self_ratings_missing": 0}, {"self_ratings_missing": 1}, "3.3.1"),
    "what is applied for may be": _found("application_refusal"),
    "the stage is due and a case waits in it": _found("closing_refusal"),
    "the import is under way": _found("finished_refusal"),
    "people are waited for": Condition({"stages": {"rating": 1}}, {"stages": {"rating": 0, "committee": 2}}, "6.1"),
    "the deadline is over": Condition({"stage_until": None}, {"stage_until": "2026-12-15T16:00+00:00"}, "3.3-a"),
    "colleagues still have time": Condition({"peer_time_over": False}, {"peer_time_over": True}, "3.3-a"),
    "no other judging act on the case": _found("separation"),
    "the superior has not signed": Condition({"superior_signed": False}, {"superior_signed": True}, "3.3.2"),
    "the ratings are over": Condition({"superior_signed": True, "peers_open": 0}, {"superior_signed": False}, "3.3.2"),
    "the predecessor was heard": Condition({"predecessor_missing": False}, {"predecessor_missing": True}, "3.3-f"),
    "the superior is new": Condition({"superior_is_new": True}, {"superior_is_new": False}, "3.3-f"),
    "the figures are frozen": Condition({"figures_frozen": True}, {"figures_frozen": False}, "3.2-a"),
    "no meeting has it before it": Condition({"on_the_agenda": False}, {"on_the_agenda": True}, "3.2-a"),
    "it may still be done": _found("confirmation_refusal"),
    "a promotion was applied for": Condition({"applied": True}, {"applied": False}, "3.3-b"),
    "a demotion is in question": Condition({"is_demotion": True}, {"is_demotion": False}, "4.2-a"),
    "not a demotion's case": Condition({"demotion_case": False}, {"demotion_case": True}, "4.2.2"),
    "a ground was put": Condition({"ground_put": True}, {"ground_put": False}, "4.2.2"),
    "nothing is written down yet": Condition({"hearing_recorded": False}, {"hearing_recorded": True}, "4.2-a"),
    "the time for a statement runs": Condition({"statement_ended": None}, {"statement_ended": "2026-12-01"}, "4.2-a"),
    "an interview waits for a signature": Condition(
        {"interview_unsigned": True}, {"interview_unsigned": False}, "4.2-a"
    ),
    "a hearing is written down": Condition({"hearing_recorded": True}, {"hearing_recorded": False}, "4.2-a"),
    "heard before a demotion": Condition({"heard": True}, {"is_demotion": True, "heard": False}, "4.2-a"),
    "the proposed grade is lawful": _found("proposal_refusal"),
    "the notice is over": Condition(
        {"notice_over": True}, {"notice_over": False, "notice_until": "2026-12-03"}, "3.3.5"
    ),
    "a list's period runs": Condition({"notices_running": 1}, {"notices_running": 0}, "3.3.5-c"),
    "a case may be issued": _found("issue_refusal"),
    "the cycle can be opened": _found("opening_refusal"),
    "it may be published": _found("notice_refusal"),
    "the calendar is confirmed": _found("calendar_refusal"),
    "a paper form has its scan": _found("scan_refusal"),
    "no other agenda has it": _found("agenda_refusal"),
    "the recusal may be overridden": _found("override_refusal"),
    "nothing rests on the leave": _found("leave_refusal"),  # of an act beside the table
    "nothing rests on the import": _found("undo_refusal"),  # of an act beside the table
    "the work may stop": _found("stop_refusal"),  # of an act beside the table
    "the work may be repeated": _found("repeat_refusal"),  # of an act beside the table
    "not signed yet": _found("signature_refusal"),
    "honours are left this year": _found("award_refusal"),
    "attendance is known": _found("completion_refusal"),
    "the course is to come": _found("place_refusal"),
    "the course has begun": _found("attendance_refusal"),
    "a pay list differs": _found("list_refusal"),  # of an act beside the table
    "a filing is received now": _found("filing_refusal"),  # of an act beside the table
    "the check finds no fault": _found("check_refusal"),
    "the score is at fault": Condition({"score_unsound": True}, {"score_unsound": False}, "3.2-a2"),
    "no appeal is open": Condition({"open_appeals": 0}, {"open_appeals": 1}, "3.3.6"),
    "the present grade is the file's": _found("file_refusal"),
    "the file has another grade": Condition({"file_refusal": ELSEWHERE}, {"file_refusal": None}, "1.2-f"),
    "it fits the grade file": _found("entry_refusal"),
    "the takeover can be put right": _found("correction_refusal"),
    "the document may go": _found("withdrawal_refusal"),
    "it is a rehearsal": Condition({"rehearsal": True}, {"rehearsal": False}, "1.2-e"),
    "the figures are not locked yet": Condition({"figures_locked": False}, {"figures_locked": True}, "3.2-a2"),
    "the figures are locked": Condition({"figures_locked": True}, {"figures_locked": False}, "3.2-a2"),
    "all have handed in": Condition({"handing_in": 0}, {"handing_in": 2, "lock_due": False}, "3.2-a2"),
    "the person leaves": Condition({"has_left": True}, {"has_left": False}, "1.2-d"),
    "a result waits for the check": Condition({"determined": 1}, {"determined": 0}, "6.1.2-a"),
    "every result is checked": Condition({"unchecked": 0}, {"unchecked": 1}, "6.1.2-a"),
    "a checked result waits": Condition({"checked": 1}, {"checked": 0}, "3.3.5"),
    "no case is open": Condition({"cases_open": 0}, {"cases_open": 3}, "3.3.6"),
    "nothing is handed in": Condition({"submitted": 0}, {"submitted": 1}, "1.2-d"),
    "nothing was determined": Condition({"ever_determined": 0}, {"ever_determined": 1}, "1.2-d"),
    "enough members are present": _found("quorum_refusal"),
    "no conflict": _found("conflict_refusal"),
    "sits on the case": _found("bench_refusal"),
    "the ballot is open": Condition({"ballot_open": True}, {"ballot_open": False}, "3.3.4-b"),
    "a ballot is complete": Condition({"complete_ballots": 1}, {"complete_ballots": 0}, "3.3.4-b"),
    "has not voted": Condition({"has_voted": False}, {"has_voted": True}, "3.3.4-b"),
    "the grade moved is lawful": _found("motion_refusal"),
    "enough votes": _found("votes_refusal"),
    "the case is on the agenda": Condition({"taken_off": False}, {"taken_off": True}, "3.3.4"),
    "no ballot stands open": Condition({"items_open": 0}, {"items_open": 1}, "3.3.4-a"),
    "the panel is complete": _found("panel_refusal"),
    "a recusal may be lifted": Condition({"recusals_to_lift": 1}, {"recusals_to_lift": 0}, "3.3-e"),
    "the panel is short": Condition({"panel_refusal": ELSEWHERE}, {"panel_refusal": None}, "3.3.5-a"),
    "the time to file still runs": Condition({"period_over": False}, {"period_over": True}, "3.3.5-e"),
    "too few may vote on the finding": _found("voters_refusal"),
    "the officer has no stake": _found("officer_refusal"),
    "it is known who is meant": _found("accused_refusal"),
    "not by one officer's word": _found("seconded_refusal"),
    "another named the accused": _found("second_refusal"),
    "the ballot carried": _found("finding_refusal"),
    "the ballot did not carry": _found("return_refusal"),
    "the version has no fault": _found("version_refusal"),
    "another person proposed": Condition({"is_proposer": False}, {"is_proposer": True}, "4.1-a"),
}

# procedure | act | stages it is done at -> stage it leads to ("=": none) | who | when | clause | who learns of it
LINES = """
review | save_self_assessment | self_assessment -> = | subject | | 3.3.1 |
review | submit_self_assessment | self_assessment -> rating | subject hr | a paper form has its scan; every criterion is rated; what is applied for may be | 3.3.1 | superior peer
review | close_self_assessment | self_assessment -> rating | hr | the deadline is over; a reason is given | 3.3-a | subject superior peer
review | rate_as_peer | rating -> = | peer | colleagues still have time; no other judging act on the case | 3.2.3 |
review | decline_rating | rating -> = | peer | a reason is given | 3.2-b | hr
review | submit_superior_evaluation | rating -> = | superior | the superior has not signed; no other judging act on the case; the predecessor was heard | 3.3.2 | subject
review | attach_predecessor_statement | self_assessment rating -> = | hr | the superior is new | 3.3-f | superior
review | return_for_correction | rating -> self_assessment | superior | the superior has not signed; not a demotion's case; a reason is given | 3.3.2 | subject
review | return_for_correction | department_review -> rating | head | not a demotion's case; a reason is given | 3.3.3 | superior subject
review | return_to_proposer | department_review -> = | head | a ground was put; a reason is given | 4.2.2 | superior subject hr
review | state_oneself | department_review committee -> = | subject | a demotion is in question; nothing is written down yet; the time for a statement runs | 4.2-a | superior head hr
review | sign_hearing | department_review committee -> = | subject | an interview waits for a signature | 4.2-a | superior head hr
review | lapse_hearing | department_review committee -> = | system | | 4.2-a | subject superior head hr
review | close_peer_rating | rating -> = | hr | the deadline is over; a reason is given | 3.3-a |
review | complete_rating | rating -> department_review | system | the ratings are over; the figures are locked | 3.3-a | head
review | correct_figure | self_assessment -> = | hr | the figures are frozen; a reason is given | 3.2-a | subject superior
review | correct_figure | rating department_review committee -> rating | hr | the figures are frozen; no meeting has it before it; a reason is given | 3.2-a | subject superior head
review | withdraw_application | self_assessment rating department_review -> = | subject | a promotion was applied for | 3.3-b | superior head
review | record_hearing | department_review committee -> = | superior hr | a demotion is in question | 4.2-a | subject head
review | add_to_hearing | department_review committee -> = | subject | a hearing is written down | 4.2-a | superior head hr
review | propose | department_review -> committee | head | the present grade is the file's; no other judging act on the case; the proposed grade is lawful | 3.3.3 |
review | take_file_grade | self_assessment rating department_review -> = | hr system | the file has another grade; a reason is given | 1.2-f | subject superior head
review | take_file_grade | determined checked on_notice -> department_review | hr | the file has another grade; a reason is given | 1.2-f | subject superior head chair secretary
review | take_file_grade | committee -> department_review | hr system | the file has another grade; no meeting has it before it; a reason is given | 1.2-f | subject superior head
review | assign_to_meeting | committee -> = | secretary hr | no other agenda has it; heard before a demotion | 3.3.4 |
review | return_to_panel | committee -> appealed | system | | 3.3.5-a |
review | determine | committee -> determined | system | the present grade is the file's | 3.3.4 | hr
review | verify_result | determined -> checked | hr | the present grade is the file's; the check finds no fault | 6.1.2-a |
review | reject_result | determined -> committee | hr | a reason is given | 6.1.2-a | chair secretary
review | score_again | determined -> rating | hr | the score is at fault; a reason is given | 3.2-a2 | subject superior head chair secretary
review | put_on_notice | checked -> on_notice | system | the present grade is the file's | 3.3.5 | subject
review | file_appeal | on_notice -> appealed | system | | 3.3.5 |
review | dismiss_appeal | appealed -> on_notice | system | | 3.3.5-a |
review | settle_appeal | appealed -> on_notice | system | | 3.3.5-b |
review | allow_appeal | appealed -> checked | system | | 3.3.5-a |
review | conclude_remit | appealed -> checked | system | | 3.3.5-e |
review | hear_after_end | left cancelled -> = | system | | 1.2-d |
review | remit_to_rating | appealed -> rating | system | | 3.3.5-a | superior peer
review | remit_to_department | appealed -> department_review | system | | 3.3.5-a | head
review | reopen_rating | department_review committee determined checked on_notice -> rating | system | no meeting has it before it | 6.3.2 | subject superior
review | reopen_department | committee determined checked on_notice -> department_review | system | no meeting has it before it | 6.3.2 | subject head
review | reopen_committee | determined checked on_notice -> committee | system | | 6.3.2 | subject chair secretary
review | issue | on_notice -> issued | system | the notice is over; no appeal is open; the present grade is the file's | 3.3.6 | subject
review | stand | on_notice -> issued | system | | 4.3-a |
review | take_in | unchanged -> self_assessment | system | | 1.2-b | subject
review | close_as_left | self_assessment rating department_review committee determined checked on_notice -> left | hr system | the person leaves; a reason is given | 1.2-d |
review | cancel | self_assessment rating department_review committee unchanged outside -> cancelled | system | | 1.2-d | subject
review | end_rehearsal | self_assessment rating department_review committee determined checked -> cancelled | system | it is a rehearsal | 1.2-e |
cycle | end_rehearsal | planned open -> closed | hr | it is a rehearsal | 1.2-e |
meeting | end_rehearsal | planned open closed -> cancelled | system | it is a rehearsal | 1.2-e |
cycle | open | planned -> open | hr | the cycle can be opened | 3.1 |
cycle | freeze_figures | open -> = | hr system | the figures are not locked yet; all have handed in | 3.2-a2 |
cycle | extend | open -> = | hr | a reason is given | 3.3-a |
cycle | remind | open -> = | hr | people are waited for | 6.1 |
cycle | close_stage | open -> = | hr | the stage is due and a case waits in it; a reason is given | 3.3-a |
cycle | verify_results | open -> = | hr | a result waits for the check | 6.1.2-a |
cycle | publish_notice | open -> = | hr | every result is checked; a checked result waits; it may be published; the calendar is confirmed | 3.3.5 |
cycle | correct_notice | open -> = | hr | a list's period runs; the calendar is confirmed; a reason is given | 3.3.5-c |
cycle | issue | open -> = | hr | a case may be issued | 3.3.6 |
cycle | close | open -> closed | hr | no case is open | 3.3.6 |
cycle | conclude | open -> closed | system | | 4.3-a |
cycle | cancel | planned open -> cancelled | hr | nothing is handed in; nothing was determined; a reason is given | 1.2-d |
notice | start | publishing -> published | system | | 3.3.5-c |
notice | take_down | published -> ended | system | the notice is over | 3.3.5-c |
meeting | open | planned -> open | chair | enough members are present | 3.3.4-a | committee_member secretary
meeting | declare_conflict | planned open -> = | committee_member chair | the case is on the agenda; a reason is given | 3.3-e | secretary
meeting | premark | planned -> = | committee_member chair | the case is on the agenda; no conflict | 3.3.4-c |
meeting | reschedule | planned -> = | secretary hr | a reason is given | 3.3.4 | committee_member chair secretary
meeting | put_on_agenda | planned -> = | secretary hr | | 3.3.4-c |
meeting | take_off_agenda | planned -> = | secretary hr | the case is on the agenda; a reason is given | 3.3.4 |
meeting | cancel | planned -> cancelled | secretary hr | a reason is given | 3.3.4 | committee_member chair secretary
meeting | cast_ballot | open -> = | committee_member chair | no conflict; sits on the case; the ballot is open; has not voted; no other judging act on the case | 3.3.4-b |
meeting | move_grade | open -> = | committee_member chair | no conflict; sits on the case; no other judging act on the case; the grade moved is lawful; a reason is given | 3.3.4-b |
meeting | pull_from_consent | planned open -> = | committee_member chair | no conflict | 3.3.4-c |
meeting | close_ballot | open -> = | chair | the ballot is open; enough votes | 3.3.4-b |
meeting | close_complete_ballots | open -> = | chair | a ballot is complete | 3.3.4-b |
meeting | override_recusal | planned open -> = | secretary chair hr | the recusal may be overridden; a reason is given | 3.3-e | secretary chair
meeting | adjourn | open -> closed | chair | no ballot stands open | 3.3.4-a | secretary
meeting | sign_minutes | closed -> = | chair secretary | not signed yet | 3.3.4-a |
meeting | complete_minutes | closed -> signed | system | | 3.3.4-a |
appeal | answer | with_superior -> answered | superior | a reason is given | 3.3.5-b | filer hr
appeal | refer_to_panel | with_superior answered -> with_panel | filer hr system | | 3.3.5-b | panel_member filer
appeal | make_statement | with_superior answered with_panel -> = | subject | a reason is given | 3.3.5-b | hr
appeal | cast_ballot | with_panel -> = | panel_member panel_chair | the panel is complete; no conflict; no other judging act on the case; has not voted; the grade moved is lawful; a reason is given | 3.3.5-a |
appeal | close_ballot | with_panel -> decided | panel_chair | enough votes; a reason is given | 3.3.5-a | filer subject hr
appeal | declare_conflict | with_panel -> = | panel_member panel_chair | a reason is given | 3.3-e | hr panel_chair
appeal | override_recusal | with_panel -> = | panel_chair hr | a recusal may be lifted; a reason is given | 3.3-e | panel_chair hr
appeal | appoint_to_panel | with_panel -> = | management | the panel is short | 3.3.5-a | hr
appeal | vote_again | with_panel -> = | system | | 3.3.5-a | panel_member
appeal | decide_together | with_superior answered with_panel -> decided | system | | 3.3.5-a | filer
appeal | resume | decided -> with_panel | system | | 3.3.5-a | panel_member filer
appeal | disown | with_superior answered with_panel -> disowned | entered_for | the time to file still runs | 3.3.5-e | hr
appeal | withdraw | with_superior answered with_panel -> withdrawn | filer | | 3.3.5-b | hr
complaint | acknowledge | received -> acknowledged | complaint_officer officer | | 6.3.1 | chair secretary
complaint | reply | received acknowledged assigned found -> = | complaint_officer officer | | 6.3.1 |
complaint | name_accused | received acknowledged assigned -> = | complaint_officer officer | | 6.3.1 |
complaint | confirm_accused | received acknowledged assigned -> = | complaint_officer officer chair secretary management | another named the accused | 6.1-a |
complaint | assign | received acknowledged assigned -> assigned | chair secretary management | the officer has no stake; a reason is given | 6.3.2 | officer
complaint | find | assigned -> found | officer | the officer has no stake; it is known who is meant; not by one officer's word; a reason is given | 6.3.2 | chair secretary voter
complaint | appoint_voters | found -> = | management | too few may vote on the finding; a reason is given | 6.3-c | voter
complaint | cast_ballot | found -> = | voter | no conflict; no other judging act on the case; has not voted; it is known who is meant | 6.3.2 |
complaint | return_finding | found -> assigned | chair secretary management | the ballot did not carry; a reason is given | 6.3.2 | officer
complaint | close | found -> closed | chair secretary management | it is known who is meant; the ballot carried | 6.3.2 | complaint_officer officer
policy_version | submit | draft -> submitted | hr | the version has no fault | 6.1 |
policy_version | promulgate | submitted -> promulgated | hr management | another person proposed; the version has no fault | 6.1 |
policy_version | withdraw | draft submitted -> withdrawn | hr | a reason is given | 6.1 |
grade_change | propose | draft -> proposed | hr | a reason is given | 4.3 | management
grade_change | approve | proposed -> approved | management | another person proposed; no other judging act on the case | 4.3 | hr
grade_change | reject | proposed -> rejected | management | another person proposed; no other judging act on the case; a reason is given | 4.3 | hr
grade_change | issue | approved -> issued | hr | it fits the grade file | 4.3-a | subject
grade_change | withdraw | draft -> withdrawn | hr | a reason is given | 4.3-b |
grade_change | withdraw | proposed approved -> withdrawn | hr | a reason is given | 4.3-b | management
takeover_correction | propose | draft -> proposed | hr | the takeover can be put right; a reason is given | 1.2-f | management
takeover_correction | approve | proposed -> issued | management | another person proposed; no other judging act on the case; the takeover can be put right; it fits the grade file | 1.2-f | subject hr
takeover_correction | reject | proposed -> rejected | management | another person proposed; no other judging act on the case; a reason is given | 1.2-f | hr
takeover_correction | withdraw | draft proposed -> withdrawn | hr | a reason is given | 1.2-f |
document_withdrawal | approve | proposed -> issued | management | another person proposed; no other judging act on the case; the document may go | 1.2-f | hr
document_withdrawal | reject | proposed -> rejected | management | another person proposed; no other judging act on the case; a reason is given | 1.2-f | hr
document_withdrawal | withdraw | proposed -> withdrawn | hr | a reason is given | 1.2-f | management
employee_record | approve | recorded -> approved | approver | | 4.1-a | recorder subject
employee_record | reject | recorded -> rejected | approver recorder | a reason is given | 4.1-a | recorder subject
confirmation | confirm | proposed -> confirmed | second | it may still be done | 6.1-a | recorder
confirmation | reject | proposed -> rejected | second | a reason is given | 6.1-a | recorder
confirmation | withdraw | proposed -> withdrawn | recorder | a reason is given | 6.1-a |
course_session | complete_course | open -> held | hr | attendance is known | 5.2.1 |
course_session | cancel_course | open -> cancelled | hr | a reason is given | 5.2.1 |
enrolment | withdraw_enrolment | enrolled waiting -> withdrawn | subject superior head hr | the course is to come | 5.2.1 | subject
enrolment | mark_attended | enrolled absent -> attended | hr | the course has begun | 5.2.1 |
enrolment | mark_absent | enrolled attended -> absent | hr | the course has begun | 5.2.1 |
enrolment | move_up | waiting -> enrolled | system | | 5.2.1 | subject
enrolment | drop_place | enrolled waiting attended absent -> withdrawn | system | | 5.2.1 | subject
enrolment | complete_enrolment | attended -> completed | system | | 5.2.1 | subject
honour | award | nominated -> awarded | management | another person proposed; honours are left this year | 5.2.3 | subject recorder
honour | not_award | nominated -> rejected | management | another person proposed; a reason is given | 5.2.3 | recorder
honour | withdraw_nomination | nominated awarded -> withdrawn | recorder | a reason is given | 5.2.3 |
honour | give_consent | awarded -> consented | subject | | 5.2.3 |
honour | withdraw_consent | consented -> awarded | subject | | 5.2.3 |
candidate | choose | nominated -> chosen | management | another person proposed; a reason is given | 5.2.2 | subject recorder hr
candidate | not_choose | nominated -> not_chosen | management | another person proposed; a reason is given | 5.2.2 | recorder
candidate | withdraw_nomination | nominated -> withdrawn | recorder | a reason is given | 5.2.2 |
enrolment | miss_enrolment | absent -> missed | system | | 5.2.1 | subject
"""


@dataclass(frozen=True)
class Line:
    """One line above, taken apart."""

    process: str
    action: str
    stages: tuple[str, ...]
    leads_to: str
    who: frozenset[str]
    when: frozenset[str]
    clause: str
    told: frozenset[str]

    def met(self) -> dict[str, Any]:
        """Facts under which nothing stands against the act."""
        known: dict[str, Any] = {}
        for name in sorted(WHEN.keys() - self.when):
            known |= WHEN[name].met
        for name in sorted(self.when):
            known |= WHEN[name].met
        return known


def _line(text: str) -> Line:
    process, action, way, who, when, clause, told = (part.strip() for part in text.split("|"))
    stages, leads_to = way.split(" -> ")
    words = frozenset(filter(None, when.split("; ")))
    assert words <= WHEN.keys(), words - WHEN.keys()
    return Line(
        process, action, tuple(stages.split()), leads_to, frozenset(who.split()), words, clause, frozenset(told.split())
    )


EXPECTED = [_line(text) for text in LINES.strip().splitlines()]
