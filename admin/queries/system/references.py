"""What still refers to a row: the reason why it cannot be deleted."""

from __future__ import annotations

from sqlalchemy import Table, func, select
from sqlalchemy.orm import Session

from admin.domain.refusals import N_, Refusal
from admin.models.base import db

TABLE_NAMES: dict[str, str] = {
    "ab_user": N_("accounts"),
    "ab_role": N_("roles"),
    "annual_ratings": N_("annual ratings"),
    "appeals": N_("appeals"),
    "agenda_items": N_("agenda items"),
    "ballots": N_("ballots"),
    "calendar_days": N_("calendar days"),
    "candidates": N_("nominations for management posts"),
    "honours": N_("honours"),
    "coming_moves": N_("moves to come"),
    "committee_members": N_("committee members"),
    "contact_logins": N_("contact-system logins"),
    "courses": N_("courses"),
    "course_sessions": N_("course dates"),
    "criteria": N_("criteria"),
    "enrolments": N_("enrolments"),
    "follow_ups": N_("follow-up notes"),
    "follow_up_notes": N_("follow-up notes"),
    "work_tasks": N_("rows of work by grade"),
    "cycles": N_("cycles"),
    "departments": N_("departments"),
    "employee_changes": N_("dated changes"),
    "employee_records": N_("records"),
    "employees": N_("employees"),
    "grade_changes": N_("grade changes"),
    "grade_intervals": N_("entries of the grade file"),
    "grade_thresholds": N_("thresholds"),
    "leaves": N_("leaves"),
    "metrics": N_("metrics"),
    "pay_bands": N_("pay bands"),
    "policy_questions": N_("questions about the policy"),
    "policy_readings": N_("readings of the policy"),
    "pay_lists": N_("pay lists"),
    "ratings": N_("ratings"),
    "recusals": N_("recusals"),
    "reviews": N_("reviews"),
}


def still_referred_to(session: Session, table: Table, key: int) -> Refusal | None:
    """Why a row cannot be deleted: the first table whose rows refer to it, with how many (1.3.1)."""
    for other in db.metadata.tables.values():
        for foreign in other.foreign_keys:
            if foreign.column is not table.c.id:
                continue
            query = select(func.count()).select_from(other).where(foreign.parent == key)
            # Past the scope: what refers to it may be hidden from whoever wants to delete it, and is no less in the way.
            if count := session.scalar(query.execution_options(unscoped=True)):
                return Refusal(
                    "1.3.1",
                    N_("This cannot be deleted: %(what)s still refer to it (%(count)s)."),
                    {"count": count, "what": TABLE_NAMES.get(other.name, N_("other records"))},
                )
    return None
