"""Every column of what can move a result is written by two, by an office with a witness, as an effect, or cannot matter (6.1-a).

The tables come from the models: a column that nobody has placed fails here, so that the next one is not forgotten.
"""

from __future__ import annotations

from admin.domain.basis import BASIS
from admin.models import Model

# Of a table as a whole: accounts, trail, messages and work under way; who holds an office is given by two (`test_power`).
NO_RESULT = {
    "ab_api_key", "ab_group", "ab_group_role", "ab_permission", "ab_permission_view", "ab_permission_view_role",
    "ab_register_user", "ab_role", "ab_user", "ab_user_group", "ab_user_role", "ab_view_menu", "account_states",
    "activation_codes", "audit_events", "audit_salts", "audit_seals", "confirmations", "done_once", "file_verdicts",
    "heartbeats", "held_files", "history", "import_profiles", "jobs", "key_marks", "long_work_refusals", "long_works",
    "notifications", "publications", "published_heads", "recovery_codes", "second_factor_resets", "second_factors",
    "sign_ins", "throttles", "unsent_forms", "complaint_files", "complaint_messages",
    "acknowledgements", "document_prints", "service_questions", "document_templates",
    "policy_questions", "policy_readings", "reading_requests",
}  # fmt: skip
MARKS = {"id", "version", "created_at", "changed_at", "position", "bundle"}
# Why one person is enough, by table: the columns, then who writes them and who would see it. Those of `BASIS` take two.
PLACED: dict[str, dict[str, str]] = {
    "agenda_items": {
        "meeting_id review_id consent": "office: secretary or HR sets the agenda, which all members read and any may change back",
        "pulled_by_id": "own: any member takes a case out of the consent agenda",
        "state deferral": "effect: of a ballot, or of a case that ended",
    },
    "annual_ratings": {
        "employee_id year": "mark: a rating is its person's and its year's; no door makes it another's",
        "import_id": "mark: the file it came by",
    },
    "appeals": {
        "number review_id notice_row_id received_at answer_due superior_due entered_by_proxy": "effect: of filing, by the server",
        "stage round result result_grade_id result_reason decided_at": "effect: of ballots of the panel, or of what superior or filer does",
        "scan_sha256 scan_name scan_media_type": "two: comes with a paper filing, which a second person confirms",
        "superior_supports superior_answer answered_by_id in_place_of_id": "own: the superior's answer, read by filer and panel",
        "statement": "own: what the subject says to an objection",
    },
    "attendance": {"meeting_id member_id employee_id present": "office: chair and secretary sign it, each in their own place"},
    "ballots": {"motion_id member_id employee_id in_favour cast_at": "own: a member's ballot, entered by nobody else"},
    "calendar_days": {"day working note": "office: HR, published; what has begun keeps the days that were printed"},
    "calendar_years": {"year seeded_from confirmed_by_id confirmed_at": "office: HR confirms a year, published"},
    "coming_moves": {
        "employee_id moves_on department_id superior_id post queue reason": "office: as a move is, carried out on its day"
    },
    "committee_members": {},
    "complaint_ballots": {"complaint_id round member_id employee_id in_favour cast_at": "own: a voter's ballot"},
    "complaint_cases": {"complaint_id review_id": "office: the officer's finding, which a ballot adopts or sends back"},
    "complaint_parties": {
        "complaint_id employee_id role reason": "two: a name that costs a vote is confirmed by another (`confirm_accused`)"
    },
    "complaints": {
        "number receipt_hash bound_to subject sealed_key sealed_words named sealed_identity received_at acknowledge_due "
        "answer_due erased_at": "own: of whoever complains, by the form alone",
        "told_apart": "office: an officer without resemblance; whoever is named is out at once",
        "acknowledged_at to_management stage round closed_at": "effect: of acts on it and of who is left without a stake",
        "sealed_finding breach": "office: the officer's finding, which a ballot adopts or sends back",
    },
    "contact_logins": {
        "login employee_id valid_from valid_to": "office: HR; figures come by an import, which waits for two once they are locked"
    },
    "criteria": {
        "scorecard_id code dimension name_zh_hant name_zh_hans name_en weight source measure direction per points "
        "minimum_sample prior_strength clause texts": "two: of a version, submitted by one and promulgated by another"
    },
    "cycle_departments": {"cycle_id department_id": "office: before a rehearsal opens"},
    "cycles": {
        "year kind subject_id month_reason policy_version_id scorecard_id period_from period_to opened_at": "office: HR plans it; "
        "after the opening it stands",
        "self_assessment_due rating_due department_due committee_on": "office: HR, only later, told to all who wait",
        "stage metrics_frozen_at frozen_queues closed_at draw_secret": "effect: of opening, locking and closing",
    },
    "demotion_waivers": {"review_id reason recorded_by_id recorded_at": "own: the superior's reason, beside the case"},
    "departments": {
        "code name parent_id in_centre head_id": "office: HR; a case keeps the department and the head that it was opened with"
    },
    "deputies": {"reason appointed_by_id appointed_at end_reason": "two: comes with the appointment, or with its early end"},
    "determinations": {
        "review_id seq body grade_id motion_id appeal_id clause reason determined_at": "effect: of closing a ballot",
        "checked_by_id checked_at": "office: the result check, which changes no grade",
    },
    "employee_changes": {"employee_id field old new effective_on reason": "effect: keeps each change of a file with its day"},
    "honours": {
        "employee_id year title printed_name reason grade_id stage recorded_by_id recorded_at decided_by_id "
        "decided_at": "two: nominated by one, awarded by another (5.2.3)"
    },
    "candidates": {
        "employee_id post reason grade_id stage recorded_by_id recorded_at decided_by_id "
        "decided_at": "two: nominated by one, decided by another (5.2.2)"
    },
    "work_tasks": {
        "code title about lowest_grade_id highest_grade_id valid_from valid_to": "cannot: who may handle which work follows "
        "from a grade and moves none"
    },
    "follow_ups": {"grade_change_id employee_id after_days due_on": "effect: asked for when its day has come (6.2)"},
    "follow_up_notes": {
        "follow_up_id outcome text reason written_by_id written_at": "own: the superior's, read by the person and HR; nothing "
        "is worked out of it"
    },
    "courses": {
        "code title about dimension criterion lowest_grade_id highest_grade_id brings hours cost_centre "
        "offered": "cannot: a course decides nothing; what completing it brings takes two (`employee_records`)"
    },
    "course_sessions": {
        "code course_id begins_on ends_on from_hour to_hour place places enrol_until "
        "stage": "cannot: what a completed date puts on file takes two (`employee_records`)"
    },
    "enrolments": {
        "session_id employee_id stage enrolled_by asked_by_id asked_at training_id "
        "certificate_id": "cannot: what a completed date puts on file takes two (`employee_records`)"
    },
    "employee_records": {
        "employee_id kind stage title detail points happened_on recorded_by_id recorded_at approved_by_id approved_at": "two: "
        "recorded by one, approved by another (4.1-a)"
    },
    "employees": {
        "number name email user_id": "office: HR; nothing is worked out of it, and an account with rights is given by two",
        "status": "effect: of dates of service and leaves, which take two where a case rests on them",
        "department_id superior_id post queue is_management": "office: HR; an open case keeps its own. Who is tied to a case "
        "follows the line of the day (THREATS.md)",
    },
    "evidence": {
        "review_id uploaded_by_id uploaded_at filename media_type size sha256": "own: of the person, or the scan of a paper form"
    },
    "grade_changes": {
        "employee_id kind stage from_grade_id to_grade_id clause reason review_id document_id reverses_id batch proposed_by_id proposed_at "
        "decided_by_id decided_at": "two: of a ballot, or proposed by HR and approved by management",
        "effective_on": "office: HR issues after signing anew; printed, and told to the person",
    },
    "grade_intervals": {"employee_id grade_id valid_from valid_to started_by_id ended_by_id": "effect: of an issued change"},
    "grade_thresholds": {"scorecard_id grade_id score": "two: of a version, as criteria"},
    "grades": {"code level step rank name_zh_hant name_zh_hans name_en": "two: of a version, as criteria"},
    "hearings": {
        "review_id form text offered_at recorded_at recorded_by_id recorder_signature": "office: superior or HR; told to the person heard",
        "until lapsed_at": "effect: of the offer, by the calendar",
        "statement stated_at employee_signature signed_at objection": "own: what the person heard adds, and their signature",
    },
    "imports": {
        "kind state filename sha256 size mapping report difference undo uploaded_by_id uploaded_at applied_at": (
            "two: a file on which a case rests"
        )
    },
    "issued_documents": {
        "number year serial kind title cycle_id issued_by_id issued_at sha256 appeal_days left_out head_sequence head_sha256 "
        "proof_sequence proof_sha256 supersedes_id template_id": "effect: of issuing what was determined",
        "effective_on": "office: HR issues after signing anew; printed, and told to each person",
    },
    "document_withdrawals": {
        "document_id kind stage reason effective_on grade_id changes proposed_by_id proposed_at decided_by_id decided_at "
        "issued_id": "two: HR proposes, management approves after signing anew; printed, and told to each person"
    },
    "leaves": {"employee_id": "mark: a leave is its person's; no door makes it another's",
        "kind": "office: HR; every kind counts alike (3.2-d)"},
    "meetings": {
        "cycle_id number stage scheduled_at opened_at closed_at": "office: chair and secretary, told to all members",
        "appointed quorum": "effect: counted at the opening",
        "chair_signed_at secretary_signed_at minutes_sha256": "two: chair and secretary sign",
    },
    "metrics": {"employee_id month queue code": "two: together with its value", "import_id": "mark: the file it came by"},
    "motions": {
        "item_id seq grade_id moved_by_id reason": "own: the proposal, or a member's motion",
        "state votes_for votes_against closed_at": "effect: of closing a ballot, which the chair signs",
    },
    "notice_rows": {
        "notice_id review_id printed_number from_grade to_grade superseded": "effect: prints what was determined and checked"
    },
    "notices": {
        "number cycle_id kind stage corrects_id document_id days first_day last_day ends_at published_at taken_down_at head_sequence "
        "head_sha256": "effect: of publishing, by the calendar",
        "reason": "two: why rows are corrected",
    },
    "panel_ballots": {"appeal_id member_id employee_id result grade_id reason cast_at round": "own: a member's ballot"},
    "parameter_confirmations": {
        "version_id parameter value confirmed_by_id confirmed_at carried_from_id": "office: HR; says that a value stands, changes none"
    },
    "pay_bands": {"grade_id valid_from amount_min amount_max currency": "cannot: pay follows a grade and decides none"},
    "pay_lists": {
        "number year serial document_id corrects_id made_by_id made_at people language "
        "sha256": "cannot: pay follows a grade and decides none"
    },
    "pay_list_rows": {
        "list_id grade_change_id employee_id state number name kind from_grade to_grade effective_on old_low old_high new_low "
        "new_high currency": "cannot: pay follows a grade and decides none"
    },
    "policy_versions": {
        "number stage effective_from content sha256 note submitted_by_id promulgated_by_id promulgated_at": "two: submitted by one, "
        "promulgated by another"
    },
    "predecessor_statements": {
        "review_id author_id recorded_by_id recorded_at": "two: together with its text",
        "disowned_at reason": "own: of whoever it was written down for",
    },
    "premarks": {"item_id member_id employee_id agrees note": "own: a member's, before the meeting"},
    "proposal_drafts": {"review_id head_id grade_id reason saved_at": "own: the head's, seen by nobody before it is sent"},
    "proposals": {"review_id seq head_id grade_id reason proposed_at signature in_place_of_id": "own: the head's, signed with the case"},
    "queue_totals": {"month queue code value": "effect: sums of the figures"},
    "ratings": {
        "review_id rater_id kind": "effect: of chance, from the secret of the cycle",
        "state values opinion reason saved_at signed_at signature in_place_of_id": "own: the rater's, signed by them",
        "mean": "effect: worked out when the ratings close",
    },
    "reassessments": {"review_id ordered_at due to_management case_id begun_at": "effect: of a finding that was adopted"},
    "recusals": {
        "review_id member_id employee_id ground declared reason recorded_at": "own: declared by the member, or found in data",
        "override_reason override_proposed_by_id override_confirmed_by_id overridden_at": "two: one proposes, another confirms",
    },
    "result_statements": {"grade_change_id text": "effect: of issuing the change"},
    "review_scores": {"review_id total explanation computed_at": "effect: worked out, and again by the result check"},
    "reviewer_appointments": {"cycle_id employee_id reason": "two: together with the reviewer"},
    "reviews": {
        "cycle_id employee_id kind reassesses_id": "effect: of opening the case",
        "applied_ground application_withdrawn_at": "own: the employee's application",
        "demotion_ground": "office: superior or HR puts a ground that is met; the employee is heard",
        "stage stage_since outcome_clause outcome_reason self_assessment_missing peer_time_over_at remitted": "effect: of steps "
        "of the workflow, each in the history",
        "score suggested_grade_id individual_reasons": "effect: worked out of what stands there",
        "proposed_grade_id determined_grade_id": "effect: of a proposal and of a ballot",
    },
    "scorecards": {"code name_zh_hant name_zh_hans name_en policy_version_id": "two: of a version, as criteria"},
    "self_assessments": {"review_id answers summary saved_at submitted_at signature": "own: the employee's, signed; on paper by two"},
    "staffing_limits": {"department_id level people": "office: HR; beyond it a proposal needs a reason, and is not refused"},
}  # fmt: skip
WAYS = {"two", "office", "own", "effect", "mark", "cannot"}


def written() -> dict[str, set[str]]:
    """The columns of each table that may matter, without what marks a row and what `BASIS` has taken two for."""
    return {
        name: set(table.c.keys()) - MARKS - set(BASIS.get(name, ()))
        for name, table in Model.metadata.tables.items()
        if name not in NO_RESULT
    }


def test_every_column_has_its_place_and_every_place_its_column() -> None:
    placed = {
        table: [name for names in columns for name in names.split() if name not in MARKS]
        for table, columns in PLACED.items()
    }
    assert {table: sorted(set(names)) for table, names in placed.items()} == {
        table: sorted(names) for table, names in written().items()
    }
    assert {table for table, names in placed.items() if len(names) != len(set(names))} == set()
    assert set(Model.metadata.tables) >= NO_RESULT


def test_every_place_says_who_writes_it_and_why_that_is_enough() -> None:
    why = [(table, said) for table, columns in PLACED.items() for said in columns.values()]
    assert [each for each in why if each[1].partition(":")[0] not in WAYS or len(each[1].split()) < 4] == []
