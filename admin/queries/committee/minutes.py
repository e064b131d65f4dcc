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
    HistoryStep,
    Meeting,
    Motion,
    Recusal,
    Review,
)
from config import current

CONSTITUENCIES = {"hr": "人力資源", "centre_management": "中心管理層", "related_departments": "相關部門"}
OFFICES = {"chair": "主席", "member": "委員", "alternate": "候補委員"}
GROUNDS = {
    "self": "本人案件", "superior": "直屬上級", "subordinate": "直屬下屬", "other_act": "曾參與本案評定", "kin": "親屬",
    "complaint_party": "相關投訴或異議之當事人", "declared": "自行申報",
}  # fmt: skip
CASE_HEADING = ("工號", "姓名", "部門", "現職級", "提議職級", "結果", "同意／不同意")
NONE = "—"


def minutes_context(session: Session, meeting: Meeting, without: Collection[int] = ()) -> dict[str, Any]:
    """Everything that the minutes print; the same meeting gives the same context.

    `without` are reviews that the reader is recused from: nothing of them is in it (3.3-e).
    """
    items = [item for item in _items(session, meeting) if item.review_id not in without]
    single = [item for item in items if not item.consent]
    attended = _attendance(session, meeting)
    return {
        "company": current().portal_company[0],
        "title": f"職級評審委員會會議紀錄　{meeting.number}",
        "facts": [
            ("評定週期", meeting.cycle.name_zh_hant if meeting.cycle else NONE), ("開會時間", _moment(meeting.opened_at)),
            ("散會時間", _moment(meeting.closed_at)), ("應到委員", meeting.appointed), ("法定人數", meeting.quorum),
            ("出席委員", sum(row.present for row in attended)),
        ],
        "sections": [
            ("一、出席情形", [], [("姓名", "代表方", "職務", "出席"), *map(_present, attended)]),
            ("二、迴避", *_listed([("委員", "案件", "事由")], _recusals(session, items))),
            ("三、逐案審議", [line for item in single for line in _motions(item)],
             [CASE_HEADING, *map(_case, single)] if single else []),
            ("四、一併審議（職級不變）", _by_department([item for item in items if item.consent]) or ["無。"], []),
        ],
        "signatures": _signatures(session, meeting),
    }  # fmt: skip


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
    here = "出席" if row.present else "缺席"
    return seat.employee.name, CONSTITUENCIES[seat.constituency], OFFICES.get(seat.office, NONE), here


def _recusals(session: Session, items: Sequence[AgendaItem]) -> list[tuple[str, ...]]:
    cases = {item.review_id: str(item.review.employee) for item in items}
    query = select(Recusal).options(joinedload(Recusal.member).joinedload(CommitteeMember.employee))
    query = query.where(Recusal.review_id.in_(cases), Recusal.overridden_at.is_(None))
    rows = session.scalars(query.order_by(Recusal.review_id, Recusal.employee_id).execution_options(unscoped=True))
    return [(row.member.employee.name, cases[row.review_id], GROUNDS[row.ground]) for row in rows]


def _listed(heading: list[tuple[str, ...]], rows: list[tuple[str, ...]]) -> tuple[list[str], list[tuple[str, ...]]]:
    return ([], heading + rows) if rows else (["無。"], [])


def _case(item: AgendaItem) -> tuple[str, ...]:
    review, carried = item.review, _carried(item)
    voted = carried or next((each for each in reversed(item.motions) if each.votes_for is not None), None)
    return (
        review.employee.number, review.employee.name, str(review.department), str(review.present_grade or NONE),
        str(review.proposed_grade or NONE), _result(item),
        f"{voted.votes_for}／{voted.votes_against}" if voted else NONE,
    )  # fmt: skip


def _carried(item: AgendaItem) -> Motion | None:
    return next((motion for motion in item.motions if motion.state == MotionState.CARRIED), None)


def _result(item: AgendaItem) -> str:
    """The determined grade, the present one where no motion was carried, or the clause by which it was put off."""
    if item.state == ItemState.DETERMINED:
        carried = _carried(item)
        return str(carried.grade) if carried else f"{item.review.present_grade}（無動議通過，維持現職級）"
    return f"延後審議（{item.deferral['clause']}）" if item.deferral else "延後審議"


def _motions(item: AgendaItem) -> list[str]:
    """The motions of a case that more than its proposal was put to the vote on, or that changes it; with reasons."""
    carried = _carried(item)
    if len(item.motions) < 2 and (carried is None or carried.grade_id == item.review.proposed_grade_id):
        return []
    voted = [each for each in item.motions if each.votes_for is not None]
    return [
        f"{item.review.employee}：動議 {each.seq}，{each.grade}，同意 {each.votes_for}、不同意 {each.votes_against}。"
        + (f"理由：{each.reason}" if each.reason else "")
        for each in voted
    ]


def _by_department(items: Sequence[AgendaItem]) -> list[str]:
    # By department, because hundreds of cases by consent would fill pages with one line each that says the same.
    groups: dict[tuple[str, str], list[str]] = defaultdict(list)
    for item in items:
        settled = "維持現職級" if item.state == ItemState.DETERMINED else _result(item)
        groups[str(item.review.department), settled].append(f"{item.review.employee}（{item.review.present_grade}）")
    return [
        f"{department}，{settled}，{len(people)} 人：" + "、".join(people)
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
    office = {"chair": "主席", "secretary": "紀錄"}
    rows = session.execute(query.execution_options(unscoped=True))
    return [
        f"{office.get(step.relation, NONE)}：{name or step.actor_name}　{_moment(step.happened_at)} 簽署"
        for step, name in rows
    ]
