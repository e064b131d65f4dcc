"""Every column that names a person is told: what hangs on them is named when they leave, or it is said why nothing does (1.2-g)."""

from __future__ import annotations

import inspect

from admin.models import Model
from admin.queries.people import open_work

# Named to HR in the list of open work, by the kind that tells of it.
NAMED = {
    "reviews.superior_id": "cases_as_superior", "reviews.head_id": "cases_as_head", "employees.superior_id": "people",
    "coming_moves.superior_id": "moves", "departments.head_id": "departments", "ratings.rater_id": "ratings",
    "reviewer_appointments.reviewer_id": "appointments", "committee_members.employee_id": "seats",
    "complaint_parties.employee_id": "complaints", "deputies.deputy_id": "deputies",
}  # fmt: skip
# Nothing waits for the person that such a column names.
NOTHING_WAITS = {
    "annual_ratings.employee_id": "whose rating it is", "metrics.employee_id": "whose figure it is",
    "contact_logins.employee_id": "whose login it is", "employee_changes.employee_id": "whose file it is",
    "employee_records.employee_id": "whose file it is", "confirmations.employee_id": "whom it concerns",
    "enrolments.employee_id": "whose place it is", "honours.employee_id": "who is honoured",
    "candidates.employee_id": "who is nominated", "follow_ups.employee_id": "of a leaver no note is due any more",
    "policy_readings.employee_id": "who has read it", "policy_questions.employee_id": "who asks; HR answers a leaver too",
    "leaves.employee_id": "whose leave it is", "pay_list_rows.employee_id": "whose line it is",
    "acknowledgements.employee_id": "who has read it", "service_questions.employee_id": "who asks; HR answers a leaver too",
    "deputies.person_id": "a leaver is stood in for no more",
    "reviews.superior_for_id": "named as theirs, whoever stands in", "reviews.head_for_id": "named as theirs, whoever stands in",
    "ratings.in_place_of_id": "in whose place it was signed", "proposals.in_place_of_id": "in whose place it was proposed",
    "appeals.answered_by_id": "who answered", "appeals.in_place_of_id": "in whose place it was answered",
    "grade_intervals.employee_id": "whose grade it is", "grade_changes.employee_id": "whose grade it is",
    "coming_moves.employee_id": "a leaver's move is dropped", "reviews.employee_id": "a leaver's case closes as left",
    "cycles.subject_id": "a leaver's case closes as left", "reviewer_appointments.employee_id": "whose case it will be",
    "appeals.filer_id": "an appeal in time is heard all the same (1.2-d)",
    "proposals.head_id": "who proposed", "proposal_drafts.head_id": "goes with the case that is handed over",
    "predecessor_statements.author_id": "who wrote it",
    "recusals.override_proposed_by_id": "anybody else confirms", "recusals.override_confirmed_by_id": "who confirmed",
    "complaint_ballots.employee_id": "a ballot that is cast",
}  # fmt: skip


def columns_that_name_a_person() -> set[str]:
    return {
        f"{table.name}.{column.name}"
        for table in Model.metadata.tables.values()
        for column in table.columns
        if any(key.column.table.name == "employees" for key in column.foreign_keys)
    }


def test_every_column_that_names_a_person_is_named_to_hr_or_said_to_hold_nobody_up():
    known = {*NAMED, *NOTHING_WAITS}
    assert columns_that_name_a_person() - known == set()
    assert known - columns_that_name_a_person() == set()


def test_each_kind_of_open_work_that_is_named_here_is_there():
    source = inspect.getsource(open_work._kinds)
    assert [kind for kind in NAMED.values() if f'"{kind}"' not in source] == []
