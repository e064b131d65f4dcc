"""Places on courses: asked for by the person, their line or HR, given while there are any, and passed on (5.2.1)."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import select

from admin.access.actor import Actor
from admin.domain.codes import EnrolledBy, EnrolmentStage, SessionStage
from admin.domain.refusals import N_, NotFound, Refusal, Refused
from admin.domain.training import (
    CLAUSE,
    SEATED,
    PlaceAsked,
    place_for,
    why_no_attendance,
    why_not_enrolled,
    why_not_withdrawn,
)
from admin.domain.workflow import Facts
from admin.domain.workflow.facts import effect
from admin.models import CourseSession, Employee, Enrolment
from admin.operations.acts import act, declare_process
from admin.operations.people.records import relations
from admin.operations.transaction import Operation, operation
from admin.queries.development.training import ladder_places, offer_of, rung_of
from admin.queries.system.chunks import chunks
from admin.queries.system.recipients import accounts_of

PROCESS = "enrolment"
OWN = {"self": "subject"}


def enrol(session_id: int, employee_id: int, *, actor: Actor, now: datetime) -> Enrolment:
    """Put somebody on a course date: they get a place, or the next one on the waiting list.

    Of two who ask for the last place at once one gets it: the date is locked while its places are counted.
    Raises `NotFound` for somebody who is neither oneself nor one's people, `Refused` (5.2.1).
    """
    with operation("enrol", actor=actor, now=now, clause=CLAUSE) as op:
        date = op.find(CourseSession, session_id)
        person = op.find(Employee, employee_id, lock=False)
        by = relations(op, person)
        if not by:
            raise NotFound(f"Employee {employee_id}")
        if refusal := why_not_enrolled(_asked(op, date, person, by)):
            raise Refused(refusal)
        row = op.add(
            Enrolment(
                session_id=date.id, employee_id=person.id, stage=place_for(_taken(op, date), date.places),
                enrolled_by=next(each for each in EnrolledBy if each in by), asked_by_id=actor.user_id or 0, asked_at=now,
            )
        )  # fmt: skip
        op.remember_opened(
            PROCESS, [(row.id, row.stage, CLAUSE, "")], relation=OWN.get(row.enrolled_by, row.enrolled_by)
        )
        told = accounts_of(op.session, [person.id]).values()
        op.tell(told, PROCESS, row.stage, row.id, course=date.course.title, day=date.begins_on.isoformat())
    return row


def _asked(op: Operation, date: CourseSession, person: Employee, by: frozenset[str]) -> PlaceAsked:
    mine = select(Enrolment.id).where(
        Enrolment.session_id == date.id, Enrolment.employee_id == person.id, Enrolment.stage != EnrolmentStage.WITHDRAWN
    )
    places = ladder_places(op.session, op.today)
    return PlaceAsked(
        today=op.today,
        begins_on=date.begins_on,
        enrol_until=date.enrol_until,
        announced=date.stage == SessionStage.OPEN,
        in_service=person.hired_on <= op.today and (person.left_on is None or person.left_on > op.today),
        enrolled_already=op.session.scalar(mine.execution_options(unscoped=True)) is not None,
        meant_for=offer_of(date.course, places).is_for(rung_of(op.session, person.id, op.today, places)),
        by=by,
    )


def _taken(op: Operation, date: CourseSession) -> int:
    query = select(Enrolment.id).where(Enrolment.session_id == date.id, Enrolment.stage.in_(SEATED))
    return len(op.session.scalars(query.execution_options(unscoped=True)).all())


def move_up(op: Operation, date: CourseSession) -> None:
    """Give free places to those who have waited longest; they are told."""
    free = date.places - _taken(op, date)
    if free < 1:
        return
    waiting = select(Enrolment).where(Enrolment.session_id == date.id, Enrolment.stage == EnrolmentStage.WAITING)
    first = list(op.locked(waiting.order_by(Enrolment.id).limit(free)))
    if first:
        about = {"course": date.course.title, "day": date.begins_on.isoformat()}
        steps = [(each, effect(PROCESS, each.stage)) for each in first]
        op.step_many(steps, "move_up", as_system=True, message=about)


def give_places_back(op: Operation, employee_ids: Sequence[int]) -> None:
    """Those who leave give the places on courses that have not begun back; whoever has waited longest moves up (1.2-g)."""
    # The dates first, as whoever asks for a place does: two orders would wait for each other.
    ahead = CourseSession.stage == SessionStage.OPEN, CourseSession.begins_on > op.today
    live = Enrolment.stage.in_((EnrolmentStage.ENROLLED, EnrolmentStage.WAITING))
    for some in chunks(employee_ids):
        of_theirs = select(Enrolment.session_id).where(live, Enrolment.employee_id.in_(some))
        for date in op.locked(select(CourseSession).where(*ahead, CourseSession.id.in_(of_theirs))):
            there = op.locked(select(Enrolment).where(live, Enrolment.session_id == date.id))
            gone = set(some)
            steps = [(row, effect(PROCESS, row.stage)) for row in there if row.employee_id in gone]
            op.step_many(steps, "drop_place", as_system=True, message={"course": date.course.title})
            move_up(op, date)


def _facts(op: Operation, row: Enrolment, _reason: str | None) -> Facts:
    date = op.get(CourseSession, row.session_id)
    announced = date.stage == SessionStage.OPEN
    known = {
        "place_refusal": why_not_withdrawn(op.today, date.begins_on, announced),
        "attendance_refusal": why_no_attendance(op.today, date.begins_on, announced),
    }
    # HR stays HR on its own enrolment, so that it is said why it may not mark its own attendance (3.3-d).
    found = relations(op, op.get(Employee, row.employee_id)) | (op.actor.roles & {"hr"})
    return Facts(PROCESS, row.stage, frozenset(OWN.get(each, each) for each in found), known)


declare_process(PROCESS, Enrolment, _facts)


@act(PROCESS, "withdraw_enrolment")
def withdraw_enrolment(enrolment_id: int, *, actor: Actor, now: datetime) -> Enrolment:
    """Give a place back before the course begins; whoever has waited longest moves up."""
    with operation("withdraw_enrolment", actor=actor, now=now, clause=CLAUSE) as op:
        row = op.find(Enrolment, enrolment_id)
        # The date first, as whoever asks for a place does: two orders would wait for each other.
        date = op.locked(select(CourseSession).where(CourseSession.id == row.session_id)).one()
        op.step(row, _facts(op, row, None), "withdraw_enrolment", message={"course": date.course.title})
        move_up(op, date)
    return row


@act(PROCESS, "mark_attended")
def mark_attended(enrolment_id: int, *, actor: Actor, now: datetime) -> Enrolment:
    """Record that somebody came."""
    return _mark(enrolment_id, "mark_attended", actor, now)


@act(PROCESS, "mark_absent")
def mark_absent(enrolment_id: int, *, actor: Actor, now: datetime) -> Enrolment:
    """Record that somebody did not come."""
    return _mark(enrolment_id, "mark_absent", actor, now)


def _mark(enrolment_id: int, action: str, actor: Actor, now: datetime) -> Enrolment:
    with operation(action, actor=actor, now=now, clause=CLAUSE) as op:
        row = op.find(Enrolment, enrolment_id)
        op.step(row, _facts(op, row, None), action)
    return row


def record_attendance(session_id: int, came: dict[int, bool], *, actor: Actor, now: datetime) -> int:
    """Record of several enrolments of a date whether they came; returns how many changed. Raises `NotFound`, `Refused`."""
    with operation("record_attendance", actor=actor, now=now, clause=CLAUSE) as op:
        date = op.find(CourseSession, session_id)
        there = op.locked(select(Enrolment).where(Enrolment.session_id == date.id))
        rows = [row for row in there if row.id in came]
        if len(rows) != len(came):
            raise NotFound("enrolment")
        changed = 0
        for action, stage in (("mark_attended", EnrolmentStage.ATTENDED), ("mark_absent", EnrolmentStage.ABSENT)):
            those = [row for row in rows if came[row.id] is (action == "mark_attended") and row.stage != stage]
            if any(row.stage == EnrolmentStage.WAITING for row in those):
                reason = N_("Employees on the waiting list have no place, so there is no attendance to record.")
                raise Refused(Refusal(CLAUSE, reason))
            if those:
                op.step_many([(row, _facts(op, row, None)) for row in those], action)
            changed += len(those)
    return changed
