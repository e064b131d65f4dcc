"""Rows for tests, each made inside an audited operation of the system: people, a cycle, cases, seats, a notice.

Every function takes what matters to the test and fills in the rest; numbers and names count up by themselves.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, date, datetime, timedelta
from itertools import count
from typing import Any

from sqlalchemy import select
from werkzeug.security import generate_password_hash

from admin.access.actor import Actor, system_actor
from admin.domain.power import GRANTED
from admin.models import (
    CalendarYear,
    CommitteeMember,
    Confirmation,
    Cycle,
    Department,
    Deputy,
    Employee,
    EmployeeRecord,
    Grade,
    GradeChange,
    GradeInterval,
    Meeting,
    Notice,
    NoticeRow,
    PayBand,
    Proposal,
    Rating,
    Review,
    db,
)
from admin.models.accounts import Role, User
from admin.models.sealing import new_case_key, seal
from admin.operations.outcome.documents import new_document
from admin.operations.outcome.grade_entries import enter
from admin.operations.transaction import Operation, operation
from admin.queries.accounts.actors import actor_for
from admin.queries.outcome.grade_on import last_entries
from admin.queries.policy.policy import scorecard_row_of, version_on
from admin.queries.system.calendar import company_day

NOW = datetime(2026, 11, 23, 2, 0, tzinfo=UTC)
_serial = count(1)


@contextmanager
def fixture(now: datetime = NOW) -> Iterator[Operation]:
    """An operation in which a test puts its rows down; joined where one is open."""
    with operation("fixture", actor=system_actor(), now=now) as op:
        yield op


def grade(code: str) -> Grade:
    """A grade of the shipped ladder by its code."""
    return db.session.scalars(select(Grade).where(Grade.code == code)).one()


def department(name: str = "", *, in_centre: bool = True, head: Employee | None = None) -> Department:
    """A department of the centre."""
    key = next(_serial)
    with fixture() as op:
        return op.add(
            Department(
                code=f"D{key:04d}",
                name=name or f"Department {key}",
                in_centre=in_centre,
                head_id=head.id if head else None,
            )
        )


def _role(op: Operation, name: str) -> Role:
    found = op.session.scalars(select(Role).where(Role.name == name)).first()
    return found or op.add(Role(name=name))


def employee(
    name: str = "",
    *,
    of: Department | None = None,
    superior: Employee | None = None,
    roles: Sequence[str] = ("employee",),
    account: bool = True,
    **columns: Any,
) -> Employee:
    """Somebody in service, with an account of these roles."""
    key = next(_serial)
    name = name or f"Person {key}"
    with fixture() as op:
        user = None
        if account:
            user = User(
                first_name=name[:64],  # an account's name is shorter than a person's may be
                last_name="-",
                username=f"user{key}",
                email=f"user{key}@example.test",
                active=True,
                password="-",
            )
            user.roles = [_role(op, role) for role in roles]
            op.add(user)
        place = of or department()
        return op.add(
            Employee(
                number=f"E{key:05d}",
                name=name,
                department_id=place.id,
                superior_id=superior.id if superior else None,
                user_id=user.id if user else None,
                hired_on=columns.pop("hired_on", date(2020, 1, 6)),
                **columns,
            )
        )


def account(username: str, password: str, roles: Sequence[str], person: int | None = None) -> int:
    """An account with a password and these roles, for a person; an office without one gets somebody to hold it. Its number."""
    with fixture() as op:
        user = User(
            first_name=username, last_name="-", username=username, email=f"{username}@example.test", active=True,
            password=generate_password_hash(password, "pbkdf2:sha256:1"),
        )  # fmt: skip
        user.roles = [_role(op, role) for role in roles]
        op.add(user)
        if person is None and set(roles) & set(GRANTED):
            # A name without the signs that searches are tried with.
            person = employee(username.replace("_", " "), of=office_department(), account=False).id
        if person is not None:
            op.get(Employee, person).user_id = user.id
        return user.id


def office_department() -> Department:
    """Where those work who hold an office, outside the centre; made once."""
    with fixture() as op:
        found = op.session.scalars(select(Department).where(Department.code == "OFFICE")).first()
        return found or op.add(Department(code="OFFICE", name="Offices"))


def actor_of(person: Employee, now: datetime = NOW, via: str = "web") -> Actor:
    """The actor that a person's account is at that time."""
    user = db.session.get(User, person.user_id)
    return actor_for(db.session, user, today=company_day(now), via=via)


def waits_for_a_second(person: Employee, proposed_by: int) -> Confirmation:
    """A proposal that somebody is given the role of HR."""
    with fixture() as op:
        asked = {"kind": "give_role", "role": "hr", "user_id": person.user_id, "employee_id": person.id}
        return op.add(Confirmation(**asked, reason="One more.", recorded_by_id=proposed_by, recorded_at=NOW))


def confirmed_calendar(*years: int) -> None:
    """Years of the working calendar without holidays, confirmed by HR."""
    with fixture() as op:
        for year in years:
            if not op.session.scalars(select(CalendarYear).where(CalendarYear.year == year)).first():
                op.add(CalendarYear(year=year))
            row = op.session.scalars(select(CalendarYear).where(CalendarYear.year == year)).one()
            row.confirmed_at, row.confirmed_by_id = NOW, 1


def open_cycle(year: int = 2026, now: datetime = NOW) -> Cycle:
    """An open regular cycle under the shipped policy version and scorecard."""
    with fixture(now) as op:
        version = version_on(op.session, max(now.date(), date(2026, 1, 1)))
        card = scorecard_row_of(op.session, version)
        assert card is not None
        day = timedelta(days=1)
        return op.add(
            Cycle(
                year=year,
                stage="open",
                policy_version_id=version.id,
                scorecard_id=card.id,
                opened_at=now,
                period_from=date(year, 1, 1),
                period_to=date(year, 12, 31),
                self_assessment_due=now + 10 * day,
                rating_due=now + 20 * day,
                department_due=now + 25 * day,
                committee_on=(now + 30 * day).date(),
            )
        )


def review(
    cycle: Cycle,
    subject: Employee,
    *,
    stage: str = "committee",
    present: str | None = "J2",
    proposed: str | None = "J2",
    **columns: Any,
) -> Review:
    """A case at a stage, with the snapshot that opening would have taken."""
    columns.setdefault("superior_id", subject.superior_id)
    columns.setdefault("department_id", subject.department_id)
    with fixture() as op:
        if present:
            holds(subject, present)
        return op.add(
            Review(
                cycle_id=cycle.id,
                employee_id=subject.id,
                stage=stage,
                present_grade_id=grade(present).id if present else None,
                proposed_grade_id=grade(proposed).id if proposed else None,
                stage_since=NOW,
                **columns,
            )
        )


def holds(person: Employee, code: str, since: date = date(2022, 1, 1)) -> GradeInterval:
    """The grade that somebody has held since a day, taken over from before the system."""
    with fixture() as op:
        held = op.session.scalars(select(GradeInterval).where(GradeInterval.employee_id == person.id)).first()
        if held is not None:
            return held
        change = op.add(
            GradeChange(
                employee_id=person.id,
                kind="takeover",
                stage="issued",
                to_grade_id=grade(code).id,
                clause="1.2-c",
                effective_on=since,
            )
        )
        return op.add(
            GradeInterval(employee_id=person.id, grade_id=grade(code).id, valid_from=since, started_by_id=change.id)
        )


def band(code: str, low: int, high: int, since: date = date(2026, 1, 1), currency: str = "TWD") -> PayBand:
    """A pay band, not added yet."""
    return PayBand(grade_id=grade(code).id, valid_from=since, amount_min=low, amount_max=high, currency=currency)


def moved(person: Employee, code: str, on: date, kind: str = "adjustment") -> GradeChange:
    """A document of that kind moved somebody from the grade on file to another, from a day on."""
    with fixture() as op:
        held = last_entries(op.session, [person.id], unscoped=True)[person.id]
        document = new_document(op, kind, on, op.today)
        change = op.add(
            GradeChange(
                employee_id=person.id, kind=kind, stage="issued", from_grade_id=held.grade.id, to_grade_id=grade(code).id,
                clause="4.3", effective_on=on, document_id=document.id,
            )
        )  # fmt: skip
        enter(op, GradeChange.id == change.id)
        return change


def proposal(case: Review, head: Employee, code: str, reason: str = "") -> Proposal:
    """The department's proposal on a case."""
    with fixture() as op:
        case.proposed_grade_id = grade(code).id
        return op.add(
            Proposal(
                review_id=case.id,
                seq=1,
                head_id=head.id,
                grade_id=grade(code).id,
                reason=reason,
                proposed_at=NOW,
                signature="0" * 64,
            )
        )


def seat(
    person: Employee,
    constituency: str = "hr",
    office: str = "member",
    *,
    on_panel: bool = False,
    panel_chair: bool = False,
) -> CommitteeMember:
    """A seat on the committee or its panel, in its term."""
    with fixture() as op:
        return op.add(
            CommitteeMember(
                employee_id=person.id,
                constituency=constituency,
                office=office,
                on_panel=on_panel,
                panel_chair=panel_chair,
                term_from=date(2026, 1, 1),
            )
        )


def deputy(op: Operation, person: int, stands_in: int, last_day: date = date(2026, 12, 24)) -> Deputy:
    """Somebody who stands in for a superior since the second of November."""
    days = {"first_day": date(2026, 11, 2), "last_day": last_day, "reason": "Away."}
    row = Deputy(person_id=person, deputy_id=stands_in, role="superior", **days, appointed_by_id=1, appointed_at=NOW)
    return op.add(row)


def meeting(cycle: Cycle, scheduled_at: datetime = NOW) -> Meeting:
    """A planned meeting."""
    with fixture() as op:
        return op.add(Meeting(cycle_id=cycle.id, number=f"M{next(_serial)}", scheduled_at=scheduled_at))


def notice(cycle: Cycle, cases: Sequence[Review], *, ends_at: datetime, published_at: datetime = NOW) -> Notice:
    """A published notice of these cases, whose period ends at that moment (the first one that is too late)."""
    with fixture() as op:
        row = op.add(
            Notice(
                number=f"N{next(_serial)}",
                cycle_id=cycle.id,
                stage="published",
                days=5,
                created_at=published_at,
                published_at=published_at,
                first_day=published_at.date(),
                last_day=(ends_at - timedelta(seconds=1)).date(),
                ends_at=ends_at,
            )
        )
        for position, case in enumerate(cases, 1):
            op.add(_notice_row(row, case, position))
        return row


def _notice_row(row: Notice, case: Review, position: int) -> NoticeRow:
    shown = case.determined_grade or case.proposed_grade
    assert shown is not None
    return NoticeRow(
        notice_id=row.id,
        review_id=case.id,
        position=position,
        department=case.department.name,
        printed_number=case.employee.number,
        printed_name=case.employee.name,
        from_grade=case.present_grade.code if case.present_grade else None,
        to_grade=shown.code,
    )


def certificate(person: Employee, recorder: Employee) -> EmployeeRecord:
    """An approved certificate: a ground for promotion."""
    with fixture() as op:
        approver = employee(roles=("employee", "hr"))
        return op.add(
            EmployeeRecord(
                employee_id=person.id,
                kind="certificate",
                stage="approved",
                title="COPC",
                happened_on=date(2026, 5, 4),
                recorded_by_id=recorder.user_id,
                recorded_at=NOW,
                approved_by_id=approver.user_id,
                approved_at=NOW,
            )
        )


def signed_rating(case: Review, rater: Employee, kind: str) -> Rating:
    """A signed rating by a colleague or the superior."""
    with fixture() as op:
        return op.add(
            Rating(
                review_id=case.id,
                rater_id=rater.id,
                kind=kind,
                state="submitted",
                values={},
                signed_at=NOW,
                signature="0" * 64,
            )
        )


def sealed(content: str) -> dict[str, Any]:
    """The columns of a complaint that says this and no more."""
    case = "0" * 64
    key = new_case_key(case)
    words = json.dumps({"content": content}).encode()
    return {"receipt_hash": case, "bound_to": case, "sealed_key": key, "sealed_words": seal(words, key, case, "words")}
