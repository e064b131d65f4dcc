"""What a result rests on, and who may change it: columns that one person of HR does not change alone (6.1-a).

`BASIS` names them by table; `WRITERS` every function that writes them, with the act of two that it belongs to or why one is enough.
One that is not on the list is found by `tests/house/test_basis.py`.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

CLAUSE = "6.1-a"

BASIS: Mapping[str, tuple[str, ...]] = {
    "reviews": (
        "present_grade_id", "superior_id", "head_id", "superior_for_id", "head_for_id", "department_id", "post", "queue",
        "target_grade_id",
    ),
    "metrics": ("value",),
    "committee_members": (
        "employee_id", "constituency", "office", "on_panel", "panel_chair", "term_from", "term_to",
    ),
    "notice_rows": ("department", "printed_name"),
    "appeals": ("kind", "ground", "addressee", "filer_id", "text"),
    "self_assessments": ("entered_by_proxy",),
    "reviewer_appointments": ("reviewer_id",),
    "deputies": ("person_id", "deputy_id", "role", "first_day", "last_day", "ended_on"),
    "employees": ("hired_on", "joined_centre_on", "left_on"),
    "predecessor_statements": ("form", "text"),
    "leaves": ("starts_on", "ends_on"),
    "annual_ratings": ("rating",),
}  # fmt: skip
# People's files: a case reads them as they stand, so that they are its basis from the moment its figures are locked; the day of
# leaving, which ends the case, while it runs (1.2-d).
ON_FILE = frozenset({"employees", "leaves", "annual_ratings"})
PEOPLE = frozenset(
    {
        "employee_id",
        "superior_id",
        "head_id",
        "superior_for_id",
        "head_for_id",
        "filer_id",
        "reviewer_id",
        "person_id",
        "deputy_id",
    }
)  # columns that name an employee


@dataclass(frozen=True)
class FileChange:
    """What an act changes of one row of somebody's file: column → (before, after), days as dates or as ISO text; of a yearly
    rating also its year, as (before, after)."""

    table: str
    pairs: Mapping[str, tuple[Any, Any]]
    year: tuple[Any, Any] | None = None

    @property
    def ends_cases(self) -> bool:
        """Whether it says when somebody leaves: whatever case of theirs runs is closed, or issued, by that day (1.2-d)."""
        return "left_on" in self.pairs

    def parts(self) -> Iterator[FileChange]:
        """The day of leaving apart from the others, because other cases rest on it."""
        for leaving in (True, False):
            pairs = {name: pair for name, pair in self.pairs.items() if (name == "left_on") == leaving}
            if pairs:
                yield FileChange(self.table, pairs, self.year)


def rests_on_change(change: FileChange, *, until: date, year: int) -> bool:
    """Whether a case of a year, whose period ends on `until`, rests on it (1.2-b, 3.2.4, 3.2.5, 4.1.1).

    Days of service always count. A leave, or the part of it that changes, counts where it touches the time until `until`;
    a rating where its year is the case's or an earlier one.
    """
    if change.table == "leaves":
        return _first_day(change) <= until
    return change.table != "annual_ratings" or change.year is None or min(filter(None, change.year)) <= year


def _first_day(change: FileChange) -> date:
    """The first day on which a leave is another than it was."""
    if "starts_on" in change.pairs:
        return min(_day(each) for each in change.pairs["starts_on"] if each)
    return min(_day(each) if each else date.max for each in change.pairs["ends_on"])


def _day(value: date | str) -> date:
    return date.fromisoformat(value) if isinstance(value, str) else value


# Every function that writes such a column: the act of two that it belongs to (`BasisAct`), or why one person is enough.
WRITERS: Mapping[str, str] = {
    "appeals._appeal": "file_appeal",
    "cycle_cases.create_cases": "the opening takes over what stands on file that day, and nothing is judged yet",
    "moving_deadlines._begin": "deadlines alone: nobody's case rests on another figure for it",
    "deputies.appoint_deputy": "appoint_deputy",
    "deputies._put": "appoint_deputy",
    "deputies.end_deputy": "end_deputy",
    "departments.name_head": "who heads a department before cases are opened; an open case keeps its head (reassign)",
    "figures._write": "correct_figure",
    "imports_employees_writing._restore": "undo_import",
    "imports_leaves.follow_statuses": "apply_import",
    "imports_leaves.give_leaves_back": "undo_import",
    "leaves._take_in": "an effect of a leave that never was: the case joins its cycle before the figures are locked",
    "meetings.sign_minutes": "the signatures of chair and secretary, each in their own place",
    "moving.lead_each": "whom somebody stands under from today on; an open case keeps its superior (reassign)",
    "moving.move": "whom somebody stands under from a day on; an open case keeps its superior (reassign)",
    "notices._corrected": "correct_notice",
    "notices._list_rows": "prints what was determined and checked by then",
    "people.take_back_leaving": "take_back_leaving",
    "people.end_leave": "end_leave",
    "people.mark_left": "mark_left",
    "people.record_leave": "record_leave",
    "present_grade._take": "take_file_grade",
    "predecessors.attach_predecessor_statement": "attach_predecessor_statement",
    "reassessments._send_back": "an effect of a ballot on a finding or an appeal, with its order",
    "reference_rules.new_entries_follow_dates": "a new entry, on whom no case rests yet",
    "reference.edit_record": "reference data alone: the tables of results refuse the generic write",
    "reviews._write_snapshot": "correct_snapshot",
    "reviews.reassign_each": "reassign",
    "reviewers._appoint": "appoint_reviewer",
    "scoring.suggest_anew": "works out the suggestion anew, of what stands there already",
    "seats._changed": "change_seat",
    "seats._end": "end_term",
    "seats._end_of_those_gone": "an effect of giving the chair to another, done by two",
    "seats._followed": "change_seat",
    "seats._given": "appoint_member",
    "self_assessment._write_application": "the employee's own application, in their own form",
    "self_assessment._mark_missing": "goes on without what was never handed in, marked, with a reason",
    "self_assessment.submit_self_assessment": "submit_self_assessment",
    "self_assessment.withdraw_application": "the employee withdraws their own application",
    "served._open": "takes over what a document served, so that it can be appealed; two approved that (4.3)",
    "tables.show_ladder": "which grades are shown, before a version is promulgated by a second person",
}
