"""What the catalogue refuses, and the end of a course date: completed with records on file, or cancelled (5.2.1)."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import select

from admin.access.actor import Actor
from admin.domain.codes import CourseBrings, EnrolmentStage, RecordKind, SessionStage
from admin.domain.refusals import N_, Invalid
from admin.domain.training import CLAUSE, SEATED, why_not_completed
from admin.domain.workflow import Facts
from admin.domain.workflow.facts import effect
from admin.models import Course, CourseSession, EmployeeRecord, Enrolment
from admin.operations.acts import REASON, act, declare_process
from admin.operations.development.enrolments import PROCESS as ENROLMENT
from admin.operations.development.enrolments import move_up
from admin.operations.system.reference import add_record, rule
from admin.operations.transaction import Operation, operation
from admin.queries.development.training import criterion_codes
from admin.queries.policy.policy import grades_by_code
from admin.queries.policy.rules import ByDay, rules_on
from admin.queries.system.recipients import accounts_of, users_told

PROCESS = "course_session"
HOUR = re.compile(r"([01]\d|2[0-3]):[0-5]\d")


def add_course(data: Mapping[str, Any], *, actor: Actor, now: datetime) -> Course:
    """Add a course to the catalogue, as its page does. Raises `Invalid`."""
    row: Course = add_record(Course, data, actor=actor, now=now)
    return row


def add_course_date(data: Mapping[str, Any], *, actor: Actor, now: datetime) -> CourseSession:
    """Announce a date of a course, as its page does. Raises `Invalid`."""
    row: CourseSession = add_record(CourseSession, data, actor=actor, now=now)
    return row


@rule(Course)
def about_something(op: Operation, row: Course, _old: Mapping[str, Any]) -> None:
    """A course names a criterion of the scorecard in force, and its lowest grade is no higher than its highest."""
    rules = rules_on(op.session, op.today, ByDay.NO_CASE)
    if row.criterion:
        found = criterion_codes(rules)
        if row.criterion not in found:
            raise Invalid(
                {"criterion": N_("The scorecard in force has no such criterion: %(known)s.")},
                {"known": ", ".join(found)},
            )
        row.dimension = found[row.criterion]
    grades = grades_by_code(op.session)
    places = {grades[code].id: place for place, code in enumerate(rules.ladder.codes)}
    low, high = (places.get(key or 0) for key in (row.lowest_grade_id, row.highest_grade_id))
    if low is not None and high is not None and low > high:
        raise Invalid({"highest_grade": N_("The highest grade is below the lowest one.")})
    if row.hours is not None and row.hours < 1:
        raise Invalid({"hours": N_("A course takes at least one hour.")})


@rule(CourseSession)
def on_real_days(op: Operation, row: CourseSession, old: Mapping[str, Any]) -> None:
    """Days and hours are in order, places are for those who have one, and a further place goes to whoever waits first."""
    if row.begins_on and row.ends_on and row.ends_on < row.begins_on:
        raise Invalid({"ends_on": N_("The last day is before the first one.")})
    for name in ("from_hour", "to_hour"):
        if not HOUR.fullmatch(getattr(row, name) or ""):
            raise Invalid({name: N_("Enter a time such as 09:30.")})
    if row.begins_on == row.ends_on and row.to_hour <= row.from_hour:
        raise Invalid({"to_hour": N_("The course ends before it begins.")})
    if row.enrol_until and row.begins_on and row.enrol_until > row.begins_on:
        raise Invalid({"enrol_until": N_("Enrolment ends at the latest on the first day.")})
    if (row.places or 0) < 1:
        raise Invalid({"places": N_("A course has at least one place.")})
    if old:
        _follow(op, row, old)


def _follow(op: Operation, row: CourseSession, old: Mapping[str, Any]) -> None:
    if row.stage != SessionStage.OPEN:
        raise Invalid({"places": N_("This date is completed or cancelled; attendance can no longer be changed.")})
    taken = len(_enrolments(op, row, SEATED))
    if row.places < taken:
        raise Invalid({"places": N_("%(taken)s people have a place already.")}, {"taken": taken})
    if any(getattr(row, name) != old[name] for name in ("begins_on", "ends_on", "from_hour", "to_hour", "place")):
        people = [each.employee_id for each in _enrolments(op, row, (*SEATED, EnrolmentStage.WAITING))]
        about = {"course": row.course.title, "day": row.begins_on.isoformat()}
        op.tell(accounts_of(op.session, people).values(), ENROLMENT, "move", row.id, **about)
    move_up(op, row)


def _enrolments(op: Operation, row: CourseSession, stages: Collection[str]) -> list[Enrolment]:
    there = op.locked(select(Enrolment).where(Enrolment.session_id == row.id))
    return [each for each in there if each.stage in stages]


def _facts(op: Operation, row: CourseSession, reason: str | None) -> Facts:
    query = select(Enrolment.stage, Enrolment.employee_id).where(Enrolment.session_id == row.id)
    there = op.session.execute(query.execution_options(unscoped=True)).all()
    unmarked = sum(stage == EnrolmentStage.ENROLLED for stage, _ in there)
    came = {person for stage, person in there if stage == EnrolmentStage.ATTENDED}
    known = {
        "completion_refusal": why_not_completed(op.today, row.ends_on, unmarked, op.actor.employee_id in came),
        "attempt": reason is not None,
        "reason": reason or "",
    }
    return Facts(PROCESS, row.stage, frozenset(op.actor.roles & {"hr"}), known)


declare_process(PROCESS, CourseSession, _facts)


@act(PROCESS, "complete_course")
def complete_course(session_id: int, *, actor: Actor, now: datetime) -> CourseSession:
    """Complete a date: whoever attended gets a training record, and a certificate where the course brings one.

    Both wait for the approval of another HR colleague, and count from then on (4.1-a).
    """
    with operation("complete_course", actor=actor, now=now, clause=CLAUSE) as op:
        row = op.find(CourseSession, session_id)
        there = _enrolments(op, row, (EnrolmentStage.ATTENDED, EnrolmentStage.ABSENT, EnrolmentStage.WAITING))
        op.step(row, _facts(op, row, None), "complete_course")
        by_stage = {stage: [each for each in there if each.stage == stage] for stage in {each.stage for each in there}}
        _put_on_file(op, row, by_stage.get(EnrolmentStage.ATTENDED, []))
        about = {"course": row.course.title}
        for stage, action in (
            (EnrolmentStage.ATTENDED, "complete_enrolment"),
            (EnrolmentStage.ABSENT, "miss_enrolment"),
            (EnrolmentStage.WAITING, "drop_place"),
        ):
            steps = [(each, effect(ENROLMENT, stage)) for each in by_stage.get(stage, ())]
            if steps:
                op.step_many(steps, action, as_system=True, message=about)
    return row


def _put_on_file(op: Operation, row: CourseSession, attended: Sequence[Enrolment]) -> None:
    kinds = [RecordKind.TRAINING]
    if row.course.brings == CourseBrings.CERTIFICATE:
        kinds.append(RecordKind.CERTIFICATE)
    made = {kind: [_record(op, row, each, kind) for each in attended] for kind in kinds}
    for records in made.values():
        op.session.add_all(records)
    op.session.flush()
    for place, each in enumerate(attended):
        each.training_id = made[RecordKind.TRAINING][place].id
        if RecordKind.CERTIFICATE in made:
            each.certificate_id = made[RecordKind.CERTIFICATE][place].id
    if attended:
        # One message for all of them: whoever approves finds the list.
        told = users_told(op.session, ("hr",), today=op.today)
        op.tell(told, "employee_record", "record_courses", row.id, course=row.course.title, count=len(attended))
    op.session.flush()


def _record(op: Operation, row: CourseSession, each: Enrolment, kind: RecordKind) -> EmployeeRecord:
    return EmployeeRecord(
        employee_id=each.employee_id, kind=kind, title=row.course.title, detail=row.code, happened_on=row.ends_on,
        recorded_by_id=op.actor.user_id or 0, recorded_at=op.now,
    )  # fmt: skip


@act(PROCESS, "cancel_course", REASON)
def cancel_course(session_id: int, reason: str, *, actor: Actor, now: datetime) -> CourseSession:
    """Cancel a date with a reason; whoever is on it is told. Raises `Refused` once it is completed."""
    with operation("cancel_course", actor=actor, now=now, clause=CLAUSE) as op:
        row = op.find(CourseSession, session_id)
        there = _enrolments(op, row, (*SEATED, EnrolmentStage.WAITING))
        op.step(row, _facts(op, row, reason), "cancel_course", reason=reason)
        steps = [(each, effect(ENROLMENT, each.stage)) for each in there]
        if steps:
            op.step_many(steps, "drop_place", as_system=True, message={"course": row.course.title})
    return row
