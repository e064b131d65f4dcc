"""Follow-up after a change of grade: asked for when its day has come, reminded, written by the superior (6.2)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date, datetime, timedelta

from sqlalchemy import Row, Select, exists, func, or_, select
from sqlalchemy.orm import aliased

from admin.access.actor import Actor
from admin.domain.centre import (
    CLAUSE,
    NOT_FOLLOWED,
    PATIENCE,
    check_note,
    days_after,
    quarter_days,
    quarter_of,
    why_not_written,
)
from admin.domain.codes import ChangeStage, EmployeeStatus
from admin.domain.refusals import Refused
from admin.models import Employee, FollowUp, FollowUpNote, GradeChange, Notification
from admin.operations.people.records import relations
from admin.operations.transaction import Operation, operation
from admin.queries.development.follow_ups import follow_up_days, unwritten
from admin.queries.policy.rules import ByDay, rules_on
from admin.queries.system.chunks import chunks
from admin.queries.system.recipients import accounts_of, users_told

PROCESS = "follow_up"
AGAIN = timedelta(days=7)  # from one message about a note to the next
MOST = 3  # reminders of one note; HR has the list
AT_ONCE = 500


def ask_follow_ups(*, actor: Actor, now: datetime) -> int:
    """Ask for the notes whose day has come; the superior is told. Returns how many.

    Nobody who has left, no change that another document has taken back, nothing that was due long ago.
    """
    with operation("ask_follow_ups", actor=actor, now=now, clause=CLAUSE) as op:
        days = days_after(follow_up_days(rules_on(op.session, op.today, ByDay.NO_CASE)))
        asked: list[FollowUp] = []
        for after in days:
            for change in op.session.scalars(_due(op.today, after).limit(AT_ONCE - len(asked))):
                due = _effective(change) + timedelta(days=after)
                asked.append(
                    FollowUp(grade_change_id=change.id, employee_id=change.employee_id, after_days=after, due_on=due)
                )
        op.session.add_all(asked)
        op.session.flush()
        _tell(op, "ask", asked)
        return len(asked)


def _effective(change: GradeChange) -> date:
    if change.effective_on is None:
        raise ValueError(f"grade change {change.id} is issued without its day")
    return change.effective_on


def _due(today: date, after: int) -> Select[GradeChange]:
    later = aliased(GradeChange)
    ended = today - timedelta(days=after)
    return (
        select(GradeChange)
        .join(Employee, Employee.id == GradeChange.employee_id)
        .where(
            GradeChange.effective_on <= ended,
            GradeChange.effective_on > ended - PATIENCE,
            GradeChange.stage == ChangeStage.ISSUED,
            GradeChange.kind.not_in(NOT_FOLLOWED),
            GradeChange.from_grade_id != GradeChange.to_grade_id,
            Employee.status != EmployeeStatus.LEFT,
            ~exists(select(1).where(later.reverses_id == GradeChange.id)),
            ~exists(select(1).where(FollowUp.grade_change_id == GradeChange.id, FollowUp.after_days == after)),
        )
        .order_by(GradeChange.id)
    )


def remind_follow_ups(*, actor: Actor, now: datetime) -> int:
    """Remind superiors of the notes that they have not written: each week, each note three times at most."""
    with operation("remind_follow_ups", actor=actor, now=now, clause=CLAUSE) as op:
        rows = op.session.scalars(_unwritten(now, op.today).limit(AT_ONCE)).all()
        _tell(op, "remind", rows)
        return len(rows)


def _unwritten(now: datetime, today: date) -> Select[FollowUp]:
    of_it = (Notification.process == PROCESS, Notification.record_id == FollowUp.id)
    last = select(func.max(Notification.created_at)).where(*of_it).correlate(FollowUp).scalar_subquery()
    reminders = select(func.count()).select_from(Notification).where(*of_it, Notification.action == "remind")
    return (
        select(FollowUp)
        .join(Employee, Employee.id == FollowUp.employee_id)
        .where(
            *unwritten(),
            FollowUp.due_on > today - PATIENCE,
            last <= now - AGAIN,
            reminders.correlate(FollowUp).scalar_subquery() < MOST,
        )
        .order_by(FollowUp.id)
    )


def _tell(op: Operation, action: str, rows: Iterable[FollowUp]) -> None:
    """Whoever writes each note; where nobody leads somebody, HR finds it on the list."""
    kept = list(rows)
    people = {row.id: (row.superior_id, row.name) for row in _people(op, [each.employee_id for each in kept])}
    accounts = accounts_of(op.session, {superior for superior, _name in people.values() if superior is not None})
    op.post(
        {
            "user_id": accounts[superior], "process": PROCESS, "action": action, "record_id": each.id,
            "facts": {"name": name, "days": each.after_days},
        }
        for each in kept
        for superior, name in [people[each.employee_id]]
        if superior in accounts
    )  # fmt: skip


def _people(op: Operation, keys: list[int]) -> Iterator[Row[int, int | None, str]]:
    for some in chunks(keys):
        query = select(Employee.id, Employee.superior_id, Employee.name).where(Employee.id.in_(some))
        yield from op.session.execute(query)


def write_follow_up(
    follow_up_id: int, outcome: str, text: str, reason: str = "", *, actor: Actor, now: datetime
) -> FollowUpNote:
    """The superior writes the note, or corrects it by another one with its reason; the person is told.

    Raises `NotFound`, `Refused` (6.2) for whoever does not lead the person, `Invalid`.
    """
    with operation("write_follow_up", actor=actor, now=now, clause=CLAUSE) as op:
        row = op.find(FollowUp, follow_up_id)
        person = op.get(Employee, row.employee_id)
        led, left = person.superior_id is not None, person.status == EmployeeStatus.LEFT
        if refusal := why_not_written(relations(op, person), led, left):
            raise Refused(refusal)
        earlier = op.session.scalars(select(FollowUpNote.id).where(FollowUpNote.follow_up_id == row.id)).all()
        check_note(outcome, text, reason, earlier)
        note = op.add(
            FollowUpNote(
                follow_up_id=row.id, outcome=outcome, text=text.strip(), reason=reason.strip() if earlier else None,
                written_by_id=actor.user_id or 0, written_at=now,
            )
        )  # fmt: skip
        op.tell([person.user_id], PROCESS, "correct" if earlier else "write", row.id, days=row.after_days)
    return note


def report_follow_ups(*, actor: Actor, now: datetime) -> int:
    """Tell HR, once, that the report of the last quarter is there; returns how many were told."""
    with operation("report_follow_ups", actor=actor, now=now, clause=CLAUSE) as op:
        year, quarter = quarter_of(quarter_days(*quarter_of(op.today))[0] - timedelta(days=1))
        key = year * 10 + quarter
        told = (Notification.process == PROCESS, Notification.action == "report", Notification.record_id == key)
        first, last = quarter_days(year, quarter)
        due = exists(select(1).where(FollowUp.due_on.between(first, last)))
        if op.session.scalar(select(or_(exists(select(1).where(*told)), ~due))):
            return 0
        users = users_told(op.session, ("hr",), today=op.today)
        op.tell(users, PROCESS, "report", key, quarter=f"{year} Q{quarter}")
        return len(users)
