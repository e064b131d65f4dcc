"""What HR types to put a grade right that was taken over wrongly (1.2-f)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from sqlalchemy.orm import Session

from admin.domain.calendar import NO_DAY, day_named
from admin.domain.refusals import N_, Invalid
from admin.queries.outcome.change_pages import correctable_grades
from admin.queries.people.people import employee_numbered


@dataclass(frozen=True)
class Correction:
    """The employee's and the grade's ids, from when it was held, and the evidence."""

    employee_id: int
    grade_id: int
    since: date
    evidence: str


def correction_of(session: Session, form: Mapping[str, str], today: date) -> Correction:
    """What was typed: employee number, grade code, day, evidence. Raises `Invalid` naming every faulty field."""
    employee = employee_numbered(session, form.get("number", ""))
    grade = {row.code: row for row in correctable_grades(session, today)}.get(form.get("grade", "").strip().upper())
    wrong = {}
    if employee is None:
        wrong["number"] = N_("There is no employee with this number.")
    if grade is None:
        wrong["grade"] = N_("There is no such grade on the ladder.")
    try:
        since = day_named(form.get("since", ""))
    except ValueError:
        wrong["since"] = NO_DAY
    if wrong or employee is None or grade is None:
        raise Invalid(wrong)
    return Correction(employee.id, grade.id, since, form.get("evidence", "").strip())
