"""What the minutes of a committee meeting say (3.3.4, 3.3.4-a to c); for one reader without cases."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload

from admin.domain.codes import ItemState, MotionState
from admin.models import (
    AgendaItem,
    Attendance,
    CommitteeMember,
    Employee,
    Grade,
    HistoryStep,
    Meeting,
    Motion,
    Recusal,
    Review,
)
from admin.queries.committee import minutes_words as words
from admin.queries.outcome.document_words import Texts, said
from config import current

NONE = "—"


def minutes_context(session: Session, meeting: Meeting, without: Collection[int] = ()) -> dict[str, Any]:
    """Everything that the minutes print, in the company's language; the same meeting gives the same context.

    `without` are reviews that the reader is recused from: nothing of them is in it (3.3-e).
    """
    items = [item for item in _items(session, meeting) if item.review_id not in without]
    single = [item for item in items if not item.consent]
    attended = _attendance(session, meeting)
    cycle = getattr(meeting.cycle, f"name_{current().portal_language}") if meeting.cycle else NONE
    return {
        "company": _said(current().portal_company),
        "title": _said(words.TITLE).format(number=meeting.number),
        "facts": [
            (_said(words.FACTS[name]), value)
            for name, value in (
                ("cycle", cycle), ("opened", _moment(meeting.opened_at)), ("closed", _moment(meeting.closed_at)),
                ("appointed", meeting.appointed), ("quorum", meeting.quorum), ("present", sum(row.present for row in attended)),
            )
        ],
        "sections": [
            (_said(words.ATTENDANCE), [], [_heads(words.ATTENDED), *map(_present, attended)]),
            (_said(words.RECUSALS), *_listed([_heads(words.RECUSED)], _recusals(session, items))),
            (_said(words.ONE_BY_ONE), [line for item in single for line in _motions(item)],
             [_heads(words.CASE), *map(_case, single)] if single else []),
            (_said(words.BY_CONSENT), _by_department([item for item in items if item.consent]) or [_said(words.NOTHING)], []),
        ],
        "signatures": _signatures(session, meeting),
        "colon": _said(words.COLON),
    }  # fmt: skip


def _said(texts: Texts) -> str:
    return said(texts, current().portal_language)


def _heads(columns: Sequence[Texts]) -> tuple[str, ...]:
    return tuple(map(_said, columns))


def _grade(grade: Grade | None) -> str:
    return getattr(grade, f"name_{current().portal_language}") if grade is not None else NONE


def _items(session: Session, meeting: Meeting) -> list[AgendaItem]:
    review = joinedload(AgendaItem.review)
    query = (
        select(AgendaItem)
        .options(review.joinedload(Review.employee), review.joinedload(Review.department))
        .options(review.joinedload(Review.present_grade), review.joinedload(Review.proposed_grade))
        .options(joinedload(AgendaItem.motions).joinedload(Motion.grade))
        .where(AgendaItem.meeting_id == meeting.id)
        .order_by(AgendaItem.position)
    )
    # The minutes are the body's, not the reader's: what one member may not see is left out of their extract later.
    return list(session.scalars(query.execution_options(unscoped=True)).unique())


def _moment(moment: datetime | None) -> str:
    return moment.astimezone(current().portal_tz).strftime("%Y-%m-%d %H:%M") if moment else NONE


def _attendance(session: Session, meeting: Meeting) -> Sequence[Attendance]:
    person = joinedload(Attendance.member).joinedload(CommitteeMember.employee)
    query = select(Attendance).options(person).where(Attendance.meeting_id == meeting.id).order_by(Attendance.member_id)
    return session.scalars(query.execution_options(unscoped=True)).all()


def _present(row: Attendance) -> tuple[str, ...]:
    seat = row.member
    office = words.OFFICES.get(seat.office)
    return (
        seat.employee.name, _said(words.CONSTITUENCIES[seat.constituency]), _said(office) if office else NONE,
        _said(words.PRESENT if row.present else words.ABSENT),
    )  # fmt: skip


def _recusals(session: Session, items: Sequence[AgendaItem]) -> list[tuple[str, ...]]:
    cases = {item.review_id: str(item.review.employee) for item in items}
    query = select(Recusal).options(joinedload(Recusal.member).joinedload(CommitteeMember.employee))
    query = query.where(Recusal.review_id.in_(cases), Recusal.overridden_at.is_(None))
    rows = session.scalars(query.order_by(Recusal.review_id, Recusal.employee_id).execution_options(unscoped=True))
    return [(row.member.employee.name, cases[row.review_id], _said(words.GROUNDS[row.ground])) for row in rows]


def _listed(heading: list[tuple[str, ...]], rows: list[tuple[str, ...]]) -> tuple[list[str], list[tuple[str, ...]]]:
    return ([], heading + rows) if rows else ([_said(words.NOTHING)], [])


def _case(item: AgendaItem) -> tuple[str, ...]:
    review, carried = item.review, _carried(item)
    voted = carried or next((each for each in reversed(item.motions) if each.votes_for is not None), None)
    return (
        review.employee.number, review.employee.name, str(review.department), _grade(review.present_grade),
        _grade(review.proposed_grade), _result(item),
        f"{voted.votes_for}／{voted.votes_against}" if voted else NONE,
    )  # fmt: skip


def _carried(item: AgendaItem) -> Motion | None:
    return next((motion for motion in item.motions if motion.state == MotionState.CARRIED), None)


def _result(item: AgendaItem) -> str:
    """The determined grade, the present one where no motion was carried, or the clause by which it was put off."""
    if item.state == ItemState.DETERMINED:
        carried = _carried(item)
        return _grade(carried.grade) if carried else _said(words.KEPT).format(grade=_grade(item.review.present_grade))
    return _said(words.DEFERRED_BY).format(**item.deferral) if item.deferral else _said(words.DEFERRED)


def _motions(item: AgendaItem) -> list[str]:
    """The motions of a case that more than its proposal was put to the vote on, or that changes it; with reasons."""
    carried = _carried(item)
    if len(item.motions) < 2 and (carried is None or carried.grade_id == item.review.proposed_grade_id):
        return []
    voted = [each for each in item.motions if each.votes_for is not None]
    return [
        _said(words.MOTION).format(
            employee=item.review.employee,
            seq=each.seq,
            grade=_grade(each.grade),
            yes=each.votes_for,
            no=each.votes_against,
        )
        + (_said(words.REASON).format(reason=each.reason) if each.reason else "")
        for each in voted
    ]


def _by_department(items: Sequence[AgendaItem]) -> list[str]:
    # By department, because hundreds of cases by consent would fill pages with one line each that says the same.
    groups: dict[tuple[str, str], list[str]] = defaultdict(list)
    for item in items:
        settled = _said(words.UNCHANGED) if item.state == ItemState.DETERMINED else _result(item)
        person = _said(words.PERSON).format(employee=item.review.employee, grade=_grade(item.review.present_grade))
        groups[str(item.review.department), settled].append(person)
    return [
        _said(words.GROUP).format(department=department, settled=settled, count=len(people))
        + _said(words.COMMA).join(people)
        for (department, settled), people in groups.items()
    ]


def _signatures(session: Session, meeting: Meeting) -> list[str]:
    query = (
        select(HistoryStep, Employee.name)
        # Outer: a name is printed even where the account belongs to no employee any more.
        .outerjoin(Employee, Employee.user_id == HistoryStep.actor_id)
        .where(
            HistoryStep.process == "meeting", HistoryStep.record_id == meeting.id, HistoryStep.action == "sign_minutes"
        )
        .order_by(HistoryStep.id)
    )
    rows = session.execute(query.execution_options(unscoped=True))
    return [
        _said(words.SIGNED).format(
            office=_said(words.SIGNERS[step.relation]) if step.relation in words.SIGNERS else NONE,
            name=name or step.actor_name,
            moment=_moment(step.happened_at),
        )
        for step, name in rows
    ]
