"""THE transition table: from, action, to, who, only if, clause, tells (3.3, 4, 6.3).

Buttons, permission names, allowed actions, notifications, the process picture and the test grid are derived from it.
"""

from __future__ import annotations

from dataclasses import dataclass

SAME = "="


@dataclass(frozen=True)
class Transition:
    """One row: in `process`, at any stage of `from_`, those in `who` may do `action`, which leads to `to`.

    `only_if` names guards; `tells` names the relations that are notified; a row whose only actor is
    "system" is an effect of another act and is never offered as a button.
    """

    process: str
    from_: tuple[str, ...]
    action: str
    to: str
    who: tuple[str, ...]
    only_if: tuple[str, ...]
    clause: str
    tells: tuple[str, ...] = ()

    @property
    def permission(self) -> str:
        """The name of the permission in the access list."""
        return f"can_{self.action}"

    @property
    def offered(self) -> bool:
        """Whether a person may be offered it as a button."""
        return self.who != ("system",)


def _words(text: str) -> tuple[str, ...]:
    return tuple(text.split())


def _row(
    process: str, from_: str, action: str, to: str, who: str, only_if: str, clause: str, tells: str = ""
) -> Transition:
    return Transition(process, _words(from_), action, to, _words(who), _words(only_if), clause, _words(tells))


BEFORE_RESULT = "self_assessment rating department_review committee"
# Where each procedure ends. A stage may still be left from here by an effect of another act (a remitted appeal resumes).
ENDS: dict[str, frozenset[str]] = {
    "review": frozenset({"issued", "unchanged", "outside", "left", "cancelled"}),
    "cycle": frozenset({"closed", "cancelled"}),
    "notice": frozenset({"ended"}),
    "meeting": frozenset({"signed", "cancelled"}),
    "appeal": frozenset({"decided", "withdrawn", "disowned"}),
    "complaint": frozenset({"closed"}),
    "policy_version": frozenset({"promulgated", "withdrawn"}),
    "grade_change": frozenset({"issued", "rejected", "withdrawn"}),
    "takeover_correction": frozenset({"issued", "rejected", "withdrawn"}),
    "document_withdrawal": frozenset({"issued", "rejected", "withdrawn"}),
    "employee_record": frozenset({"approved", "rejected"}),
    "confirmation": frozenset({"confirmed", "rejected", "withdrawn"}),
    "course_session": frozenset({"held", "cancelled"}),
    "enrolment": frozenset({"completed", "missed", "withdrawn"}),
    "honour": frozenset({"rejected", "withdrawn"}),
    "candidate": frozenset({"chosen", "not_chosen", "withdrawn"}),
}
FINAL_STAGES = tuple(sorted(ENDS["review"]))  # of a case

# fmt: off
TABLE: list[Transition] = [
    #    process    from                action                       to                   who                 only if                                             clause     tells
    _row("review", "self_assessment",   "save_self_assessment",      SAME,                "subject",          "",                                                 "3.3.1"),
    _row("review", "self_assessment",   "submit_self_assessment",    "rating",            "subject hr",       "scan_attached self_assessment_complete application_lawful", "3.3.1",   "superior peer"),
    _row("review", "self_assessment",   "close_self_assessment",     "rating",            "hr",               "stage_over reason_given",                          "3.3-a",   "subject superior peer"),
    _row("review", "rating",            "rate_as_peer",              SAME,                "peer",             "peers_have_time not_judged_otherwise",             "3.2.3"),
    _row("review", "rating",            "decline_rating",            SAME,                "peer",             "reason_given",                                     "3.2-b",   "hr"),
    _row("review", "rating",            "submit_superior_evaluation", SAME,               "superior",         "superior_has_not_signed not_judged_otherwise predecessor_stated", "3.3.2",   "subject"),
    _row("review", "self_assessment rating", "attach_predecessor_statement", SAME,   "hr",               "superior_is_new",                                  "3.3-f",   "superior"),
    _row("review", "rating",            "return_for_correction",     "self_assessment",   "superior",         "superior_has_not_signed not_for_demotion reason_given", "3.3.2",   "subject"),
    _row("review", "rating",            "close_peer_rating",         SAME,                "hr",               "stage_over reason_given",                          "3.3-a"),
    _row("review", "rating",            "complete_rating",           "department_review", "system",           "ratings_over figures_locked",                      "3.3-a",   "head"),
    _row("review", "self_assessment",   "correct_figure",            SAME,                "hr",               "figures_frozen reason_given",                      "3.2-a",   "subject superior"),
    _row("review", "rating department_review committee", "correct_figure", "rating",     "hr",               "figures_frozen off_the_agenda reason_given",              "3.2-a",   "subject superior head"),
    _row("review", "self_assessment rating department_review", "withdraw_application", SAME, "subject",        "application_open",                                 "3.3-b",   "superior head"),
    _row("review", "department_review", "return_for_correction",     "rating",            "head",             "not_for_demotion reason_given",                    "3.3.3",   "superior subject"),
    _row("review", "department_review", "return_to_proposer",        SAME,                "head",             "ground_put reason_given",                          "4.2.2",   "superior subject hr"),
    _row("review", "department_review committee", "state_oneself",   SAME,                "subject",          "demotion_proposed not_heard_yet statement_in_time", "4.2-a",  "superior head hr"),
    _row("review", "department_review committee", "record_hearing",  SAME,                "superior hr",      "demotion_proposed",                                "4.2-a",   "subject head"),
    _row("review", "department_review committee", "sign_hearing",    SAME,                "subject",          "interview_unsigned",                               "4.2-a",   "superior head hr"),
    _row("review", "department_review committee", "lapse_hearing",   SAME,                "system",           "",                                                 "4.2-a",   "subject superior head hr"),
    _row("review", "department_review committee", "add_to_hearing",  SAME,                "subject",          "hearing_recorded",                                 "4.2-a",   "superior head hr"),
    _row("review", "department_review", "propose",                   "committee",         "head",             "present_grade_on_file not_judged_otherwise proposal_lawful", "3.3.3"),
    _row("review", "self_assessment rating department_review", "take_file_grade", SAME, "hr system",        "present_grade_off_file reason_given",              "1.2-f",   "subject superior head"),
    _row("review", "committee",         "take_file_grade",           "department_review", "hr system",        "present_grade_off_file off_the_agenda reason_given", "1.2-f", "subject superior head"),
    _row("review", "determined checked on_notice", "take_file_grade", "department_review", "hr",           "present_grade_off_file reason_given",              "1.2-f",   "subject superior head chair secretary"),
    _row("review", "committee",         "assign_to_meeting",         SAME,                "secretary hr",     "agenda_free hearing_held",                         "3.3.4"),
    _row("review", "committee",         "return_to_panel",           "appealed",          "system",           "",                                                 "3.3.5-a"),
    _row("review", "committee",         "determine",                 "determined",        "system",           "present_grade_on_file",                                                 "3.3.4",   "hr"),
    _row("review", "determined",        "verify_result",             "checked",           "hr",               "present_grade_on_file result_sound",               "6.1.2-a"),
    _row("review", "determined",        "reject_result",             "committee",         "hr",               "reason_given",                                     "6.1.2-a", "chair secretary"),
    _row("review", "determined",        "score_again",               "rating",            "hr",               "score_unsound reason_given",                       "3.2-a2",  "subject superior head chair secretary"),
    _row("review", "checked",           "put_on_notice",             "on_notice",         "system",           "present_grade_on_file",                            "3.3.5",   "subject"),
    _row("review", "on_notice",         "file_appeal",               "appealed",          "system",           "",                                                 "3.3.5"),
    _row("review", "appealed",          "dismiss_appeal",            "on_notice",         "system",           "",                                                 "3.3.5-a"),
    _row("review", "appealed",          "settle_appeal",             "on_notice",         "system",           "",                                                 "3.3.5-b"),
    _row("review", "appealed",          "allow_appeal",              "checked",           "system",           "",                                                 "3.3.5-a"),
    _row("review", "appealed",          "conclude_remit",            "checked",           "system",           "",                                                 "3.3.5-e"),
    _row("review", "left cancelled",    "hear_after_end",            SAME,                "system",           "",                                                 "1.2-d"),
    _row("review", "appealed",          "remit_to_rating",           "rating",            "system",           "",                                                 "3.3.5-a", "superior peer"),
    _row("review", "appealed",          "remit_to_department",       "department_review", "system",           "",                                                 "3.3.5-a", "head"),
    _row("review", "department_review committee determined checked on_notice", "reopen_rating", "rating", "system", "off_the_agenda",                 "6.3.2",   "subject superior"),
    _row("review", "committee determined checked on_notice", "reopen_department", "department_review", "system", "off_the_agenda",                 "6.3.2",   "subject head"),
    _row("review", "determined checked on_notice", "reopen_committee", "committee",      "system",           "",                                                 "6.3.2",   "subject chair secretary"),
    _row("review", "on_notice",         "issue",                     "issued",            "system",           "notice_over nothing_open present_grade_on_file",   "3.3.6",   "subject"),
    _row("review", "on_notice",         "stand",                     "issued",            "system",           "",                                                 "4.3-a"),
    _row("review", "unchanged",         "take_in",                   "self_assessment",   "system",           "",                                                 "1.2-b",   "subject"),
    _row("review", BEFORE_RESULT + " determined checked on_notice", "close_as_left", "left", "hr system",    "has_left reason_given",                            "1.2-d"),
    _row("review", BEFORE_RESULT + " unchanged outside", "cancel",   "cancelled",         "system",           "",                                                 "1.2-d",   "subject"),
    _row("review", BEFORE_RESULT + " determined checked", "end_rehearsal", "cancelled",  "system",           "is_rehearsal",                                     "1.2-e"),

    _row("cycle",  "planned",           "open",                      "open",              "hr",               "cycle_openable",                                   "3.1"),
    _row("cycle",  "open",              "extend",                    SAME,                "hr",               "reason_given",                                     "3.3-a"),
    _row("cycle",  "open",              "remind",                    SAME,                "hr",               "somebody_waited_for",                              "6.1"),
    _row("cycle",  "open",              "freeze_figures",            SAME,                "hr system",         "figures_open all_handed_in",                       "3.2-a2"),
    _row("cycle",  "open",              "close_stage",               SAME,                "hr",               "stage_closable reason_given",                      "3.3-a"),
    _row("cycle",  "open",              "verify_results",            SAME,                "hr",               "result_waits",                                     "6.1.2-a"),
    _row("cycle",  "open",              "publish_notice",            SAME,                "hr",               "result_checked checked_waits notice_lawful period_countable", "3.3.5"),
    _row("cycle",  "open",              "correct_notice",            SAME,                "hr",               "notice_runs period_countable reason_given",        "3.3.5-c"),
    _row("cycle",  "open",              "issue",                     SAME,                "hr",               "something_to_issue",                               "3.3.6"),
    _row("cycle",  "open",              "close",                     "closed",            "hr",               "no_case_open",                                     "3.3.6"),
    _row("cycle",  "open",              "conclude",                  "closed",            "system",           "",                                                 "4.3-a"),
    _row("cycle",  "planned open",      "cancel",                    "cancelled",         "hr",               "nothing_submitted nothing_determined reason_given", "1.2-d"),
    _row("cycle",  "planned open",      "end_rehearsal",             "closed",            "hr",               "is_rehearsal",                                     "1.2-e"),

    _row("notice", "publishing",        "start",                     "published",         "system",           "",                                                 "3.3.5-c"),
    _row("notice", "published",         "take_down",                 "ended",             "system",           "notice_over",                                      "3.3.5-c"),

    _row("meeting", "planned",          "open",                      "open",              "chair",            "quorum_present",                                   "3.3.4-a", "committee_member secretary"),
    _row("meeting", "planned open",     "declare_conflict",          SAME,                "committee_member chair", "on_agenda reason_given",                     "3.3-e",   "secretary"),
    _row("meeting", "planned",          "premark",                   SAME,                "committee_member chair", "on_agenda not_conflicted",                   "3.3.4-c"),
    _row("meeting", "planned",          "reschedule",                SAME,                "secretary hr",     "reason_given",                                     "3.3.4",   "committee_member chair secretary"),
    _row("meeting", "planned",          "put_on_agenda",             SAME,                "secretary hr",     "",                                                 "3.3.4-c"),
    _row("meeting", "planned",          "take_off_agenda",           SAME,                "secretary hr",     "on_agenda reason_given",                           "3.3.4"),
    _row("meeting", "planned",          "cancel",                    "cancelled",         "secretary hr",     "reason_given",                                     "3.3.4",   "committee_member chair secretary"),
    _row("meeting", "open",             "cast_ballot",               SAME,                "committee_member chair", "not_conflicted sits_on_case ballot_open has_not_voted not_judged_otherwise", "3.3.4-b"),
    _row("meeting", "open",             "move_grade",                SAME,                "committee_member chair", "not_conflicted sits_on_case not_judged_otherwise motion_lawful reason_given", "3.3.4-b"),
    _row("meeting", "planned open",     "pull_from_consent",         SAME,                "committee_member chair", "not_conflicted",                             "3.3.4-c"),
    _row("meeting", "open",             "close_ballot",              SAME,                "chair",            "ballot_open enough_votes",                         "3.3.4-b"),
    _row("meeting", "open",             "close_complete_ballots",    SAME,                "chair",            "ballots_complete",                                 "3.3.4-b"),
    _row("meeting", "planned open",     "override_recusal",          SAME,                "secretary chair hr", "recusal_overridable reason_given",               "3.3-e",   "secretary chair"),
    _row("meeting", "open",             "adjourn",                   "closed",            "chair",            "agenda_finished",                                            "3.3.4-a", "secretary"),
    _row("meeting", "closed",           "sign_minutes",              SAME,                "chair secretary",  "minutes_unsigned",                                                 "3.3.4-a"),
    _row("meeting", "closed",           "complete_minutes",          "signed",            "system",           "",                                                 "3.3.4-a"),
    _row("meeting", "planned open closed", "end_rehearsal",          "cancelled",         "system",           "is_rehearsal",                                     "1.2-e"),

    _row("appeal", "with_superior",     "answer",                    "answered",          "superior",         "reason_given",                                     "3.3.5-b", "filer hr"),
    _row("appeal", "with_superior answered", "refer_to_panel",       "with_panel",        "filer hr system",  "",                                                 "3.3.5-b", "panel_member filer"),
    _row("appeal", "with_superior answered with_panel", "make_statement", SAME,          "subject",          "reason_given",                                     "3.3.5-b", "hr"),
    _row("appeal", "with_panel",        "cast_ballot",               SAME,                "panel_member panel_chair", "panel_complete not_conflicted not_judged_otherwise has_not_voted motion_lawful reason_given", "3.3.5-a"),
    _row("appeal", "with_panel",        "close_ballot",              "decided",           "panel_chair",      "enough_votes reason_given",                        "3.3.5-a", "filer subject hr"),
    _row("appeal", "with_panel",        "declare_conflict",          SAME,                "panel_member panel_chair", "reason_given",                               "3.3-e",   "hr panel_chair"),
    _row("appeal", "with_panel",        "override_recusal",          SAME,                "panel_chair hr",   "recusal_to_lift reason_given",                     "3.3-e",   "panel_chair hr"),
    _row("appeal", "with_panel",        "appoint_to_panel",          SAME,                "management",       "panel_short",                                      "3.3.5-a", "hr"),
    _row("appeal", "with_panel",        "vote_again",                SAME,                "system",           "",                                                 "3.3.5-a", "panel_member"),
    _row("appeal", "with_superior answered with_panel", "decide_together", "decided",    "system",           "",                                                 "3.3.5-a", "filer"),
    _row("appeal", "decided",           "resume",                    "with_panel",        "system",           "",                                                 "3.3.5-a", "panel_member filer"),
    _row("appeal", "with_superior answered with_panel", "disown", "disowned",            "entered_for",      "may_be_disowned",                                  "3.3.5-e", "hr"),
    _row("appeal", "with_superior answered with_panel", "withdraw",  "withdrawn",         "filer",            "",                                                 "3.3.5-b", "hr"),

    _row("complaint", "received",       "acknowledge",               "acknowledged",      "complaint_officer officer", "",                                        "6.3.1",   "chair secretary"),
    _row("complaint", "received acknowledged assigned found", "reply", SAME,              "complaint_officer officer", "",                                        "6.3.1"),
    _row("complaint", "received acknowledged assigned", "name_accused", SAME,             "complaint_officer officer", "",                                        "6.3.1"),
    _row("complaint", "received acknowledged assigned", "confirm_accused", SAME, "complaint_officer officer chair secretary management", "accused_to_second", "6.1-a"),
    _row("complaint", "received acknowledged assigned", "assign",    "assigned",          "chair secretary management", "officer_without_stake reason_given",     "6.3.2",   "officer"),
    _row("complaint", "assigned",       "find",                      "found",             "officer",          "officer_without_stake accused_known accused_seconded reason_given", "6.3.2",   "chair secretary voter"),
    _row("complaint", "found",          "appoint_voters",            SAME,                "management",       "voters_short reason_given",                        "6.3-c",   "voter"),
    _row("complaint", "found",          "cast_ballot",               SAME,                "voter",            "not_conflicted not_judged_otherwise has_not_voted accused_known", "6.3.2"),
    _row("complaint", "found",          "return_finding",            "assigned",          "chair secretary management", "finding_not_adopted reason_given",       "6.3.2",   "officer"),
    _row("complaint", "found",          "close",                     "closed",            "chair secretary management", "accused_known ballot_finding",           "6.3.2",   "complaint_officer officer"),

    _row("policy_version", "draft",     "submit",                    "submitted",         "hr",               "parameters_valid",                                 "6.1"),
    _row("policy_version", "submitted", "promulgate",                "promulgated",       "hr management",    "another_person parameters_valid",                  "6.1"),
    _row("policy_version", "draft submitted", "withdraw", "withdrawn",               "hr",               "reason_given",                                     "6.1"),

    _row("grade_change", "draft",       "propose",                   "proposed",          "hr",               "reason_given",                                     "4.3",     "management"),
    _row("grade_change", "proposed",    "approve",                   "approved",          "management",       "another_person not_judged_otherwise",              "4.3",     "hr"),
    _row("grade_change", "proposed",    "reject",                    "rejected",          "management",       "another_person not_judged_otherwise reason_given", "4.3",     "hr"),
    _row("grade_change", "approved",    "issue",                     "issued",            "hr",               "enters_the_file",                                  "4.3-a",   "subject"),
    _row("grade_change", "draft",       "withdraw",                  "withdrawn",         "hr",               "reason_given",                                     "4.3-b"),
    _row("grade_change", "proposed approved", "withdraw",            "withdrawn",         "hr",               "reason_given",                                     "4.3-b",   "management"),

    _row("takeover_correction", "draft", "propose",                  "proposed",          "hr",               "takeover_correctable reason_given",                "1.2-f",   "management"),
    _row("takeover_correction", "proposed", "approve",               "issued",            "management",       "another_person not_judged_otherwise takeover_correctable enters_the_file", "1.2-f", "subject hr"),
    _row("takeover_correction", "proposed", "reject",                "rejected",          "management",       "another_person not_judged_otherwise reason_given", "1.2-f",   "hr"),
    _row("takeover_correction", "draft proposed", "withdraw",        "withdrawn",         "hr",               "reason_given",                                     "1.2-f"),

    _row("document_withdrawal", "proposed", "approve",               "issued",            "management",       "another_person not_judged_otherwise document_may_go", "1.2-f", "hr"),
    _row("document_withdrawal", "proposed", "reject",                "rejected",          "management",       "another_person not_judged_otherwise reason_given", "1.2-f",   "hr"),
    _row("document_withdrawal", "proposed", "withdraw",              "withdrawn",         "hr",               "reason_given",                                     "1.2-f",   "management"),

    _row("employee_record", "recorded", "approve",                   "approved",          "approver",         "",                                                 "4.1-a",   "recorder subject"),
    _row("employee_record", "recorded", "reject",                    "rejected",          "approver recorder", "reason_given",                                    "4.1-a",   "recorder subject"),

    _row("confirmation", "proposed",    "confirm",                   "confirmed",         "second",           "can_be_confirmed",                                 "6.1-a",   "recorder"),
    _row("confirmation", "proposed",    "reject",                    "rejected",          "second",           "reason_given",                                     "6.1-a",   "recorder"),
    _row("confirmation", "proposed",    "withdraw",                  "withdrawn",         "recorder",         "reason_given",                                     "6.1-a"),

    _row("course_session", "open",      "complete_course",           "held",              "hr",               "attendance_known",                                 "5.2.1"),
    _row("course_session", "open",      "cancel_course",             "cancelled",         "hr",               "reason_given",                                     "5.2.1"),
    _row("enrolment", "enrolled waiting", "withdraw_enrolment",      "withdrawn",         "subject superior head hr", "course_to_come",                           "5.2.1",   "subject"),
    _row("enrolment", "enrolled absent", "mark_attended",            "attended",          "hr",               "course_begun",                                     "5.2.1"),
    _row("enrolment", "enrolled attended", "mark_absent",            "absent",            "hr",               "course_begun",                                     "5.2.1"),
    _row("enrolment", "waiting",        "move_up",                   "enrolled",          "system",           "",                                                 "5.2.1",   "subject"),
    _row("enrolment", "enrolled waiting attended absent", "drop_place", "withdrawn",      "system",           "",                                                 "5.2.1",   "subject"),
    _row("enrolment", "attended",       "complete_enrolment",        "completed",         "system",           "",                                                 "5.2.1",   "subject"),
    _row("enrolment", "absent",         "miss_enrolment",            "missed",            "system",           "",                                                 "5.2.1",   "subject"),

    _row("honour", "nominated",         "award",                     "awarded",           "management",       "another_person honours_left",                      "5.2.3",   "subject recorder"),
    _row("honour", "nominated",         "not_award",                 "rejected",          "management",       "another_person reason_given",                      "5.2.3",   "recorder"),
    _row("honour", "nominated awarded", "withdraw_nomination",       "withdrawn",         "recorder",         "reason_given",                                     "5.2.3"),
    _row("honour", "awarded",           "give_consent",              "consented",         "subject",          "",                                                 "5.2.3"),
    _row("honour", "consented",         "withdraw_consent",          "awarded",           "subject",          "",                                                 "5.2.3"),
    _row("candidate", "nominated",      "choose",                    "chosen",            "management",       "another_person reason_given",                      "5.2.2",   "subject recorder hr"),
    _row("candidate", "nominated",      "not_choose",                "not_chosen",        "management",       "another_person reason_given",                      "5.2.2",   "recorder"),
    _row("candidate", "nominated",      "withdraw_nomination",       "withdrawn",         "recorder",         "reason_given",                                     "5.2.2"),
]

# Acts on records that stand at no stage: who may, and under which clause. Nothing is moved and no step of history written.
BESIDE: list[Transition] = [
    _row("committee_member", "",        "form_panel",                SAME,                "hr secretary chair", "",                                               "3.3.5-a"),
    _row("committee_member", "",        "end_term",                  SAME,                "hr",               "",                                                 "6.1-b"),
    _row("notice_row", "",              "file",                      SAME,                "subject filer hr", "filing_received",                                  "3.3.5"),
    _row("department", "",              "name_head",                 SAME,                "hr",               "",                                                 "3.3.3"),
    _row("employee", "",                "move",                      SAME,                "hr",               "",                                                 "1.2-g"),
    _row("employee", "",                "withdraw_move",             SAME,                "hr",               "",                                                 "1.2-g"),
    _row("employee", "",                "mark_left",                 SAME,                "hr",               "",                                                 "1.2-g"),
    _row("employee", "",                "record_leave",              SAME,                "hr",               "",                                                 "1.2-g"),
    _row("employee", "",                "withdraw_leave",            SAME,                "hr",               "nothing_rests_on_leave",                           "1.2-b"),
    _row("employee", "",                "come_back",                 SAME,                "hr",               "",                                                 "1.2-g"),
    _row("employee", "",                "disown_statement",          SAME,                "subject",          "statement_in_own_name reason_given",               "3.3-f"),
    _row("employee", "",                "hand_over",                 SAME,                "hr",               "",                                                 "1.2-g"),
    _row("employee", "",                "appoint_deputy",            SAME,                "hr",               "",                                                 "3.3-c"),
    _row("employee", "",                "end_deputy",                SAME,                "hr",               "",                                                 "3.3-c"),
    _row("employee", "",                "send_proposals",            SAME,                "head",             "",                                                 "3.3.3"),
    _row("import", "",                  "check_import",              SAME,                "hr",               "import_unfinished",                                "1.3.1"),
    _row("import", "",                  "apply_import",              SAME,                "hr",               "import_unfinished",                                "1.3.1"),
    _row("import", "",                  "undo_import",               SAME,                "hr",               "nothing_rests_on_import",                          "1.3.1"),
    _row("pay_list", "",                "correct_pay_list",          SAME,                "hr",               "pay_list_differs",                                 "5.1"),
    _row("long_work", "",               "stop_work",                 SAME,                "recorder hr",      "work_may_stop",                                    "6.1"),
    _row("long_work", "",               "repeat_work",               SAME,                "recorder hr",      "work_may_be_repeated",                             "6.1"),
]
# fmt: on
