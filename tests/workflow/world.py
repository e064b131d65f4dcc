"""One record of each procedure, and everybody who could act on it, with what each is to the record.

What somebody is to a record is written here by hand: the grid checks the portal against it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from sqlalchemy import func, select

from admin.access.actor import Actor
from admin.models import (
    Appeal,
    AuditEvent,
    Complaint,
    ComplaintParty,
    Confirmation,
    Department,
    DocumentWithdrawal,
    Employee,
    EmployeeRecord,
    Enrolment,
    GradeChange,
    HistoryStep,
    Honour,
    IssuedDocument,
    Nomination,
    Notification,
    Rating,
    db,
)
from admin.operations.fields import Field
from admin.operations.policy.policy import draft_with
from tests import factories as make
from tests.courses import course_date
from tests.factories import NOW
from tests.states import kept

ROLES = {
    "hr": "hr",
    "management": "management",
    "auditor": "auditor",
    "admin": "admin",
    "complaint_officer": "complaint_officer",
}
IN_THE_LINE = ("head", "superior", "subject", "peer", "filer", "officer", "outsider")
SEATS: dict[str, dict[str, Any]] = {
    "chair": {"constituency": "hr", "office": "chair"},
    "committee_member": {"constituency": "centre_management"},
    "secretary": {"constituency": "hr", "office": "secretary"},
    "panel_member": {"constituency": "centre_management", "on_panel": True},
    "panel_chair": {"constituency": "related_departments", "on_panel": True, "panel_chair": True},
}
EVERYBODY = (*IN_THE_LINE, *ROLES, *SEATS)


@dataclass
class World:
    """A record, and who everybody is to it."""

    process: str
    record: Any
    actors: Mapping[str, Actor]
    relations: Mapping[str, frozenset[str]]

    def at(self, stage: str) -> None:
        """Put the record at a stage, as if it had come there."""
        with make.fixture() as op:
            record = op.session.merge(self.record)
            if self.process == "appeal":
                record.entered_by_proxy = stage == "disowned"  # only what was entered for somebody is disowned
            record.stage = stage
            op.session.flush()
            self.record = record

    @contextmanager
    def unchanged(self) -> Iterator[None]:
        """What happens inside leaves no trace: no event, no step, no message."""
        before = traces()
        yield
        db.session.rollback()
        assert traces() == before


def traces() -> dict[str, int]:
    """How many events, steps and messages there are."""
    found = {}
    for table in (AuditEvent, HistoryStep, Notification):
        query = select(func.count()).select_from(table).execution_options(unscoped=True)
        found[table.__tablename__] = db.session.scalar(query)
    return found


def cast() -> dict[str, Employee]:
    """Everybody, by what they are."""
    with make.fixture():
        place = make.department()
        found = {"head": make.employee("Head", of=place)}
        found["superior"] = make.employee("Superior", of=place, superior=found["head"])
        for name in ("subject", "peer"):
            found[name] = make.employee(name.title(), of=place, superior=found["superior"])
        for name in ("filer", "officer", "outsider", *SEATS):
            found[name] = make.employee(name.title())
        for name, role in ROLES.items():
            found[name] = make.employee(name.title(), roles=("employee", role))
        for name, seat in SEATS.items():
            make.seat(found[name], **seat)
    return found


def _case(people: Mapping[str, Employee], cycle: Any = None) -> Any:
    case = make.review(
        cycle or make.open_cycle(),
        people["subject"],
        head_id=people["head"].id,
        determined_grade_id=make.grade("J2").id,
    )
    with make.fixture() as op:
        op.add(Rating(review_id=case.id, rater_id=people["peer"].id, kind="peer", state="asked", values={}))
    return case


def _review(people: Mapping[str, Employee]) -> tuple[Any, dict[str, str]]:
    own = ("subject", "superior", "head", "peer", "hr", "management", *SEATS)
    return _case(people), {name: name for name in own}


def _cycle(people: Mapping[str, Employee]) -> tuple[Any, dict[str, str]]:
    return _case(people).cycle, {"hr": "hr"}


def _meeting(people: Mapping[str, Employee]) -> tuple[Any, dict[str, str]]:
    own = {
        "hr": "hr",
        "secretary": "secretary",
        "committee_member": "committee_member",
        "chair": "chair committee_member",
    }
    return make.meeting(make.open_cycle()), own


def _appeal(people: Mapping[str, Employee]) -> tuple[Any, dict[str, str]]:
    cycle = make.open_cycle()
    case = _case(people, cycle)
    notice = make.notice(cycle, [case], ends_at=NOW + timedelta(days=7))
    with make.fixture() as op:
        row = op.add(
            Appeal(
                number="A-1", review_id=case.id, notice_row_id=notice.rows[0].id, filer_id=people["filer"].id, kind="objection",
                stage="with_superior", addressee="superior", ground="other", text="Not as it was.", received_at=NOW,
                answer_due=NOW + timedelta(days=21), superior_due=NOW + timedelta(days=7), result="dismissed",
            )
        )  # fmt: skip
    own = {"filer": "filer", "subject": "subject", "superior": "superior", "hr": "hr", "panel_member": "panel_member"}
    return row, own | {"panel_chair": "panel_member panel_chair"}


def _complaint(people: Mapping[str, Employee]) -> tuple[Any, dict[str, str]]:
    with make.fixture() as op:
        row = op.add(
            Complaint(
                number="C-1", subject="pressure", **make.sealed("…"), received_at=NOW, breach=False, told_apart=True,
                acknowledge_due=NOW + timedelta(days=3), answer_due=NOW + timedelta(days=30),
            )
        )  # fmt: skip
        op.add(ComplaintParty(complaint_id=row.id, employee_id=people["officer"].id, role="officer"))
    own = {name: name for name in ("officer", "secretary", "committee_member")}
    return row, own | {"chair": "chair committee_member"}


def _policy_version(people: Mapping[str, Employee]) -> tuple[Any, dict[str, str]]:
    next_year = date(NOW.year + 1, 1, 1)
    row = draft_with({"notice_days": 7}, effective_from=next_year, actor=make.actor_of(people["hr"]), now=NOW)
    return row, {"hr": "hr", "management": "management"}


def _grade_change(people: Mapping[str, Employee]) -> tuple[Any, dict[str, str]]:
    with make.fixture() as op:
        row = op.add(
            GradeChange(
                employee_id=people["subject"].id, kind="adjustment", stage="draft", to_grade_id=make.grade("J3").id, clause="4.3",
                reason="A new post.",
            )
        )  # fmt: skip
    return row, {"hr": "hr", "management": "management"}


def _takeover_correction(people: Mapping[str, Employee]) -> tuple[Any, dict[str, str]]:
    held = make.holds(people["subject"], "J2")
    with make.fixture() as op:
        row = op.add(
            GradeChange(
                employee_id=people["subject"].id, kind="takeover_correction", stage="draft", from_grade_id=held.grade_id,
                to_grade_id=make.grade("J3").id, clause="1.2-f", reason="The contract says so.", effective_on=held.valid_from,
            )
        )  # fmt: skip
    return row, {"hr": "hr", "management": "management"}


def _employee_record(people: Mapping[str, Employee]) -> tuple[Any, dict[str, str]]:
    with make.fixture() as op:
        op.get(Department, people["subject"].department_id).head_id = people["head"].id
        row = op.add(
            EmployeeRecord(
                employee_id=people["subject"].id, kind="contribution", title="A grave complaint resolved.", recorded_at=NOW,
                happened_on=NOW.date(), recorded_by_id=people["superior"].user_id,
            )
        )  # fmt: skip
    return row, {"head": "approver", "superior": "recorder"}


def _confirmation(people: Mapping[str, Employee]) -> tuple[Any, dict[str, str]]:
    with make.fixture() as op:
        row = op.add(
            Confirmation(
                kind="give_role", role="auditor", user_id=people["subject"].user_id, employee_id=people["subject"].id,
                reason="One more is needed.", recorded_by_id=people["admin"].user_id, recorded_at=NOW,
            )
        )  # fmt: skip
    return row, {"admin": "recorder", "hr": "second", "management": "second"}


def _document_withdrawal(people: Mapping[str, Employee]) -> tuple[Any, dict[str, str]]:
    held = make.holds(people["subject"], "J2")
    with make.fixture() as op:
        document = op.add(
            IssuedDocument(
                number="W", year=2026, serial=7, kind="adjustment", title="W", issued_by_id=1, issued_at=NOW, effective_on=held.valid_from,
                sha256="0" * 64,
            )
        )  # fmt: skip
        change = op.get(GradeChange, held.started_by_id)
        change.kind, change.stage, change.document_id, change.from_grade_id = (
            "adjustment",
            "issued",
            document.id,
            make.grade("J1").id,
        )
        row = op.add(
            DocumentWithdrawal(
                document_id=document.id, kind="withdrawal", reason="A mistake.", effective_on=NOW.date(), changes=[change.id],
                proposed_by_id=people["hr"].user_id, proposed_at=NOW,
            )
        )  # fmt: skip
    return row, {"hr": "hr", "management": "management"}


def _course_session(people: Mapping[str, Employee]) -> tuple[Any, dict[str, str]]:
    return course_date(on=NOW.date() - timedelta(days=3)), {"hr": "hr"}


def _enrolment(people: Mapping[str, Employee]) -> tuple[Any, dict[str, str]]:
    with make.fixture() as op:
        op.get(Department, people["subject"].department_id).head_id = people["head"].id
        row = op.add(
            Enrolment(
                session_id=course_date(on=NOW.date() + timedelta(days=9)).id, employee_id=people["subject"].id,
                enrolled_by="self", asked_by_id=people["subject"].user_id or 0, asked_at=NOW,
            )
        )  # fmt: skip
    return row, {name: name for name in ("subject", "superior", "head", "hr")}


def _nominated(people: Mapping[str, Employee]) -> dict[str, Any]:
    with make.fixture() as op:
        op.get(Department, people["subject"].department_id).head_id = people["head"].id
    return {
        "employee_id": people["subject"].id, "grade_id": make.grade("S1").id, "reason": "Calm.",
        "recorded_by_id": people["head"].user_id, "recorded_at": NOW,
    }  # fmt: skip


def _honour(people: Mapping[str, Employee]) -> tuple[Any, dict[str, str]]:
    with make.fixture() as op:
        row = op.add(Honour(year=NOW.year, title="Star", printed_name="Subject", **_nominated(people)))
    return row, {"head": "recorder", "management": "management", "subject": "subject"}


def _candidate(people: Mapping[str, Employee]) -> tuple[Any, dict[str, str]]:
    with make.fixture() as op:
        row = op.add(Nomination(post="supervisor", **_nominated(people)))
    return row, {"head": "recorder", "management": "management"}


BUILDERS: dict[str, Callable[[Mapping[str, Employee]], tuple[Any, dict[str, str]]]] = {
    "review": _review, "cycle": _cycle, "meeting": _meeting, "appeal": _appeal, "complaint": _complaint,
    "policy_version": _policy_version, "grade_change": _grade_change, "takeover_correction": _takeover_correction,
    "employee_record": _employee_record, "confirmation": _confirmation,
    "document_withdrawal": _document_withdrawal,
    "course_session": _course_session, "enrolment": _enrolment, "honour": _honour, "candidate": _candidate,
}  # fmt: skip


@kept
def world(process: str) -> World:
    """A record of a process in the middle of a small centre."""
    people = cast()
    record, own = BUILDERS[process](people)
    actors = {name: make.actor_of(person) for name, person in people.items()}
    return World(process, record, actors, {name: frozenset(own.get(name, "").split()) for name in EVERYBODY})


EXAMPLES: dict[str, Any] = {
    "text": "J2", "reason": "because", "integer": 1, "number": "1", "boolean": True, "date": "2026-12-31", "day_end": "2026-12-31",
    "yes_no": True, "moment": "2026-12-31T10:00", "objects": {}, "rows": {"1": {"printed_name": "甲"}}, "numbers": [],
    "file": {"name": "form.pdf", "content": "JVBERi0="},
}  # fmt: skip


def example(field: Field) -> Any:
    """Something of the kind that a field asks for."""
    return field.choices[0][0] if field.choices else EXAMPLES[field.kind]
