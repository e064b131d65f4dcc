"""What the trail calls the tables and columns of follow-up, work by grade and the policy read and asked about (6.2)."""

from __future__ import annotations

from admin.domain.refusals import N_

TABLES_OF_THE_CENTRE = {
    "follow_ups": N_("Follow-up note"),
    "follow_up_notes": N_("Text of a follow-up note"),
    "policy_questions": N_("Question about the policy"),
    "policy_readings": N_("Reading of the policy"),
    "reading_requests": N_("Request to read the policy"),
    "work_tasks": N_("Kind of work"),
}
COLUMNS_OF_THE_CENTRE = {
    "after_days": N_("After days"),
    "due_on": N_("Due on"),
    "follow_up_id": N_("Follow-up note"),
    "outcome": N_("How the employee is doing"),
    "published_answer": N_("Answer as published"),
    "published_question": N_("Question as published"),
    "read_at": N_("Read at"),
    "written_at": N_("Written on"),
    "written_by_id": N_("Written by"),
}
