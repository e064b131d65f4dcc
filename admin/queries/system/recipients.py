"""Which accounts the workflow table means by "tells": relations of a record turned into account numbers."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from admin.models import CommitteeMember, Employee, Rating, Review
from admin.models.accounts import Role, User

OFFICES = {"chair": ("chair",), "secretary": ("secretary",), "committee_member": ("member", "alternate")}
ACCOUNT_RELATIONS = ("hr", "management", "complaint_officer", "auditor", "admin")


def users_told(
    session: Session, relations: Iterable[str], *, review: Review | None = None, today: date, people: Iterable[int] = ()
) -> set[int]:
    """Accounts of these relations; `people` are employee ids already known (a filer, an officer)."""
    employees = set(people)
    users: set[int] = set()
    for relation in relations:
        if relation in ACCOUNT_RELATIONS:
            users |= _with_role(session, relation)
        elif relation in ("panel_member", "panel_chair") or relation in OFFICES:
            employees |= _seated(session, relation, today)
        elif review is not None:
            employees |= _of_review(session, relation, review)
    return users | _accounts(session, employees)


def _with_role(session: Session, role: str) -> set[int]:
    return set(session.scalars(select(User.id).join(User.roles).where(Role.name == role, User.active.is_(True))))


def _seated(session: Session, relation: str, today: date) -> set[int]:
    seat = CommitteeMember
    query = select(seat.employee_id).where(seat.term_from <= today, or_(seat.term_to.is_(None), seat.term_to >= today))
    if relation in OFFICES:
        query = query.where(seat.office.in_(OFFICES[relation]), seat.on_panel.is_(False))
    else:
        query = query.where(seat.on_panel.is_(True))
    return set(session.scalars(query))


def _of_review(session: Session, relation: str, review: Review) -> set[int]:
    if relation == "peer":
        rows = select(Rating.rater_id).where(
            Rating.review_id == review.id, Rating.kind == "peer", Rating.state.in_(("asked", "draft"))
        )
        return set(session.scalars(rows))
    key = {"subject": review.employee_id, "superior": review.superior_id, "head": review.head_id}.get(relation)
    return {key} if key is not None else set()


def _accounts(session: Session, employees: set[int]) -> set[int]:
    if not employees:
        return set()
    rows = (
        select(Employee.user_id)
        .where(Employee.id.in_(employees), Employee.user_id.is_not(None))
        .execution_options(unscoped=True)
    )
    return {user for user in session.scalars(rows) if user is not None}
