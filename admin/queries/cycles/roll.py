"""Who and what is there, by number: for commands that address people as files do."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from admin.domain.codes import ItemState, Office, RaterKind, RatingState
from admin.models import (
    AgendaItem,
    Appeal,
    CommitteeMember,
    Course,
    Cycle,
    Department,
    Employee,
    EmployeeRecord,
    Grade,
    Meeting,
    NoticeRow,
    Rating,
    Review,
)
from admin.models.accounts import Role, User

UNSCOPED = {"unscoped": True}


def people_by_number(session: Session) -> dict[str, int]:
    """Employees' ids by their number."""
    rows = session.execute(select(Employee.number, Employee.id).execution_options(**UNSCOPED))
    return dict(rows.all())


def departments_by_name(session: Session) -> dict[str, int]:
    """Departments' ids by their name."""
    return dict(session.execute(select(Department.name, Department.id)).all())


def roles_by_name(session: Session) -> dict[str, int]:
    """Account roles' ids by name."""
    return dict(session.execute(select(Role.name, Role.id)).all())


def accounts_by_name(session: Session) -> dict[str, int]:
    """Accounts' ids by sign-in name."""
    return dict(session.execute(select(User.username, User.id)).all())


def seats_by_person(session: Session) -> dict[int, int]:
    """Seats on the committee and its panel by employee id."""
    return {person: key for key, person in session.execute(select(CommitteeMember.id, CommitteeMember.employee_id))}


def last_cycle(session: Session, kind: str = "regular") -> tuple[int, str] | None:
    """The newest cycle's id and stage, of the regular ones or the rehearsals."""
    row = session.execute(select(Cycle.id, Cycle.stage).where(Cycle.kind == kind).order_by(Cycle.id.desc())).first()
    return (row.id, row.stage) if row else None


def last_meeting(session: Session) -> tuple[int, str] | None:
    """The newest meeting's id and stage."""
    row = session.execute(
        select(Meeting.id, Meeting.stage).order_by(Meeting.id.desc()).execution_options(**UNSCOPED)
    ).first()
    return (row.id, row.stage) if row else None


@dataclass(frozen=True)
class CaseLine:
    """A case as a command addresses it."""

    id: int
    employee_id: int
    superior_id: int | None
    head_id: int | None
    present: str | None
    suggested: str | None
    proposed: str | None


def cases_at(session: Session, cycle_id: int, stage: str) -> list[CaseLine]:
    """The cases of a cycle at a stage, in order of their employees."""
    codes = dict(session.execute(select(Grade.id, Grade.code)).all())
    rows = session.scalars(
        select(Review)
        .where(Review.cycle_id == cycle_id, Review.stage == stage)
        .order_by(Review.employee_id, Review.id)
        .execution_options(**UNSCOPED)
    )
    return [
        CaseLine(
            row.id, row.employee_id, row.superior_id, row.head_id, codes.get(row.present_grade_id or 0),
            codes.get(row.suggested_grade_id or 0), codes.get(row.proposed_grade_id or 0),
        )
        for row in rows
    ]  # fmt: skip


def raters_asked(session: Session, review_id: int) -> list[int]:
    """Colleagues who have been asked to rate a case and have not yet."""
    query = select(Rating.rater_id).where(
        Rating.review_id == review_id, Rating.kind == RaterKind.PEER, Rating.state == RatingState.ASKED
    )
    return list(session.scalars(query.order_by(Rating.id).execution_options(**UNSCOPED)))


def deadlines_of(session: Session, cycle_id: int) -> dict[str, datetime]:
    """A cycle's deadlines by name."""
    cycle = session.get(Cycle, cycle_id)
    assert cycle is not None
    names = ("self_assessment_due", "rating_due", "department_due")
    return {name: getattr(cycle, name) for name in names}


def open_items(session: Session, meeting_id: int) -> list[tuple[int, bool]]:
    """Agenda items not settled yet, and whether they go by consent."""
    query = select(AgendaItem.id, AgendaItem.consent).where(
        AgendaItem.meeting_id == meeting_id, AgendaItem.state == ItemState.PENDING
    )
    return [
        (key, consent)
        for key, consent in session.execute(query.order_by(AgendaItem.position).execution_options(**UNSCOPED))
    ]


def notice_row_of(session: Session, employee_id: int) -> int | None:
    """The newest notice row of an employee's case."""
    query = select(NoticeRow.id).join(Review).where(Review.employee_id == employee_id).order_by(NoticeRow.id.desc())
    return session.scalar(query.execution_options(**UNSCOPED))


def criteria_of(session: Session, cycle_id: int) -> dict[str, list[str]]:
    """The codes that the employee, the superior and colleagues rate in a cycle."""
    from admin.queries.policy.cards import card_of
    from admin.queries.policy.scorecards import rated_criteria, self_assessed_criteria

    cycle = session.get(Cycle, cycle_id)
    assert cycle is not None
    return {
        "self": [row.code for row in self_assessed_criteria(card_of(cycle))],
        "superior": [row.code for row in rated_criteria(card_of(cycle), "superior")],
        "peers": [row.code for row in rated_criteria(card_of(cycle), "peers")],
    }


def voters_of(session: Session, item_id: int) -> set[int]:
    """The seats that may vote on an agenda item: those in the first instance who are not recused."""
    from admin.models import Recusal

    item = session.get(AgendaItem, item_id)
    assert item is not None
    out = select(Recusal.employee_id).where(Recusal.review_id == item.review_id)
    query = select(CommitteeMember.id).where(
        CommitteeMember.on_panel.is_(False),
        CommitteeMember.office != Office.SECRETARY,
        CommitteeMember.employee_id.not_in(out),
    )
    return set(session.scalars(query))


def people_with_records(session: Session) -> set[int]:
    """Employees who have something on file already."""
    return set(session.scalars(select(EmployeeRecord.employee_id).execution_options(**UNSCOPED)))


def grades_by_name(session: Session) -> dict[str, int]:
    """Grades' ids by their code."""
    return dict(session.execute(select(Grade.code, Grade.id)).all())


def courses_there(session: Session) -> set[str]:
    """The codes of the catalogue of courses."""
    return set(session.scalars(select(Course.code)))


def appeals_filed(session: Session) -> int:
    """How many appeals and objections there are."""
    return session.scalar(select(func.count()).select_from(Appeal).execution_options(**UNSCOPED)) or 0
