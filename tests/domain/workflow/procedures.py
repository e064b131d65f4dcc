"""What the policy knows beside the table: who there is, and where each procedure ends."""

from __future__ import annotations

from admin.domain.workflow import TABLE, Transition
from admin.domain.workflow.labels import RELATIONS
from admin.domain.workflow.transitions import ENDS

PROCESSES = sorted({row.process for row in TABLE})
OFFERING = sorted({row.process for row in TABLE if row.offered})  # those in which people act
KNOWN_RELATIONS = frozenset(RELATIONS)
FIRST = {
    "review": "self_assessment", "cycle": "planned", "meeting": "planned", "appeal": "with_superior", "complaint": "received",
    "policy_version": "draft", "grade_change": "draft", "takeover_correction": "draft", "notice": "publishing",
    "employee_record": "recorded", "confirmation": "proposed", "document_withdrawal": "proposed",
    "course_session": "open", "enrolment": "enrolled", "honour": "nominated", "candidate": "nominated",
}  # fmt: skip
BEGINS = {name: {stage} for name, stage in FIRST.items()} | {
    "review": {"self_assessment", "department_review", "unchanged", "outside"}, "appeal": {"with_superior", "with_panel"},
    "cycle": {"planned", "open"}, "enrolment": {"enrolled", "waiting"},
}  # fmt: skip
FINAL = ENDS


def rows_of(process: str) -> list[Transition]:
    """The table's rows of a process."""
    return [row for row in TABLE if row.process == process]


def stages_of(process: str) -> set[str]:
    """Every stage that the table names for a process."""
    rows = rows_of(process)
    return {stage for row in rows for stage in row.from_} | {row.to for row in rows if row.to != "="}


def actions_of(process: str) -> list[str]:
    """Every action of a process."""
    return sorted({row.action for row in rows_of(process)})
