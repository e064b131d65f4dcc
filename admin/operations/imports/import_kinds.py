"""The kinds of import, each one record: how its file is read, compared, written and taken back, and under which clause."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from admin.domain.codes import ImportKind
from admin.domain.refusals import N_, Invalid
from admin.files.contacts import read_contacts
from admin.files.employees import read_employees
from admin.files.grades import read_grades
from admin.files.mapping import Mapping as FileMapping
from admin.files.metrics import read_metrics
from admin.files.ratings import read_ratings
from admin.files.reading import Context, Parsed
from admin.files.tables import Table
from admin.models import AnnualRating, Import, Metric
from admin.operations.imports.imports_contacts import plan_contacts, undo_contacts, write_contacts
from admin.operations.imports.imports_employees import plan_employees
from admin.operations.imports.imports_employees_writing import undo_employees, write_employees
from admin.operations.imports.imports_figures import plan_metrics, plan_ratings, undo_figures, write_figures
from admin.operations.imports.imports_grades import plan_grades, undo_grades, write_grades
from admin.operations.imports.imports_plan import Basis, Plan
from admin.operations.progress import Progress
from admin.operations.transaction import Operation


@dataclass(frozen=True)
class Kind:
    """One kind of import; a further one is a further record here and its fields in `files/vocabulary.py`.

    `rests_on_people`: its rows name employees, who have to be in the portal first; `approved`: what it brings waits for
    management's approval (1.2-c).
    """

    code: ImportKind
    clause: str
    explained: str
    read: Callable[[Table, FileMapping, Context], Parsed[Any]]
    plan: Callable[[Session, Basis, datetime], Plan]
    write: Callable[[Operation, Plan, Import, Progress], dict[str, Any]]
    undo: Callable[[Operation, Mapping[str, Any], Import], None]
    rests_on_people: bool = True
    approved: bool = False


KINDS: dict[str, Kind] = {
    kind.code: kind
    for kind in (
        Kind(
            ImportKind.EMPLOYEES,
            "1.2",
            N_("Who works here, since when, where and for which superior. The employee number is the key."),
            read=read_employees,
            plan=lambda session, basis, now: plan_employees(session, basis),
            write=write_employees,
            undo=lambda op, kept, row: undo_employees(op, kept),
            rests_on_people=False,
        ),
        Kind(
            ImportKind.GRADES,
            "1.2-c",
            N_(
                "The grade each employee holds now, since when and by which document. Taken over once; management approves."
            ),
            read=read_grades,
            plan=lambda session, basis, now: plan_grades(session, basis),
            write=write_grades,
            undo=lambda op, kept, row: undo_grades(op, kept),
            approved=True,
        ),
        Kind(
            ImportKind.METRICS,
            "3.2.1",
            N_("Counts per employee and month from the performance system."),
            read=read_metrics,
            plan=plan_metrics,
            write=write_figures,
            undo=lambda op, kept, row: undo_figures(op, Metric, "value", kept, row),
        ),
        Kind(
            ImportKind.CONTACTS,
            "3.2.1",
            N_("One row per contact; the portal adds them up to monthly counts per employee."),
            read=read_contacts,
            plan=plan_contacts,
            write=write_contacts,
            undo=undo_contacts,
            rests_on_people=False,
        ),
        Kind(
            ImportKind.RATINGS,
            "4.1.1",
            N_("Each employee's performance rating, year by year."),
            read=read_ratings,
            plan=lambda session, basis, now: plan_ratings(session, basis),
            write=write_figures,
            undo=lambda op, kept, row: undo_figures(op, AnnualRating, "rating", kept, row),
        ),
    )
}


def kind_named(code: str) -> Kind:
    """The record of a kind; raises `Invalid` where there is none."""
    if code not in KINDS:
        raise Invalid({"kind": N_("There is no import of this kind.")})
    return KINDS[code]
