"""What a new centre still needs before its first cycle opens: the page that an empty portal begins with (3, 6.1)."""

from __future__ import annotations

from collections.abc import Hashable, Iterator
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, exists, func, select
from sqlalchemy.orm import Session

from admin.access.actor import Actor
from admin.domain.codes import (
    BasisAct,
    ChangeKind,
    ChangeStage,
    ConfirmationKind,
    ConfirmationStage,
    Constituency,
    CycleKind,
    EmployeeStatus,
    Office,
)
from admin.domain.refusals import Refusal
from admin.domain.voting import check_committee, check_panel
from admin.models import (
    AnnualRating,
    CommitteeMember,
    Confirmation,
    Cycle,
    Department,
    Employee,
    GradeChange,
    Metric,
    PayBand,
)
from admin.models.accounts import User
from admin.models.base import again
from admin.queries.accounts.actors import acting_in
from admin.queries.accounts.reached import unreached
from admin.queries.committee.committee import as_members, chair_of, panel_chair_of, seats
from admin.queries.outcome.grade_on import entries_counted
from admin.queries.policy.policy import provisional_of
from admin.queries.policy.rules import ByDay, rules_on
from admin.queries.system.calendar import years_unconfirmed
from admin.queries.system.kept import kept

UNSCOPED = {"unscoped": True}
ACTING = {"hr": "hr", "management": "management", "officers": "complaint_officer"}


@dataclass(frozen=True)
class FirstStep:
    """One thing to set up: its kind, who does it, whether it is done, whether the cycle can do without; facts for its words."""

    kind: str
    who: str
    done: bool
    facts: dict[str, int]
    optional: bool = False
    refusal: Refusal | None = None
    waits_for: str = ""  # the other office whose word it waits for, its own part being done


def first_steps(session: Session, actor: Actor, today: date) -> list[FirstStep]:
    """The steps in their order, for HR and administrators; none once a regular cycle was opened."""
    # Once begun the list is history: a missing pay band must not stand on everybody's home for years.
    if not actor.has("hr", "admin") or _has_begun(session):
        return []
    # Who has signed in stands in no event: it is counted at each view.
    used = _signed_in(session)
    steps = kept(session, ("first_steps", today), lambda: list(_steps(session, today)))
    return [replace(step, facts={**step.facts, "signed_in": used}) for step in steps]


def sets_up(session: Session, actor: Actor) -> bool:
    """Whether somebody of HR is setting the centre up: no regular cycle was opened yet."""
    return actor.has("hr") and not _has_begun(session)


def _has_begun(session: Session) -> bool:
    begun = exists().where(Cycle.kind == CycleKind.REGULAR, Cycle.opened_at.is_not(None))
    return kept(session, "begun", lambda: bool(session.scalar(select(begun).execution_options(**UNSCOPED))))


def _steps(session: Session, today: date) -> Iterator[FirstStep]:
    found, rules = _counts(session, today), rules_on(session, today, ByDay.BODY)
    provisional, years = provisional_of(session, rules.version, today), years_unconfirmed(session, today)
    first, panel = seats(session, today), seats(session, today, panel=True)
    incomplete = check_committee(as_members(first), chair_of(first))
    named: dict[Hashable, Constituency] = {row.id: Constituency(row.constituency) for row in panel}
    minimum = int(rules.parameters["panel_minimum"])
    short = check_panel(named, panel_chair_of(panel), [row.id for row in first], minimum=minimum)

    def step(kind: str, who: str, done: object, **more: Any) -> FirstStep:
        return FirstStep(kind, who, bool(done), found, **more)

    seconds = {name: "second" if found[name] else "" for name in ("seats_wait", "officers_wait")}
    whole = incomplete is None and found["secretaries"]
    # In the order of the stops (`setting_up.STOPS`): whoever follows the list follows the rail.
    yield step("accounts", "admin", found["hr"] and found["management"])
    yield step("employees", "hr", found["people"])
    yield step("grades", "hr", found["held"], waits_for="management" if found["waiting"] else "")
    yield step("figures", "hr", found["metrics"] and found["ratings"], optional=True)
    yield step("centre", "hr", found["centre"] and not found["headless"])
    # Before anyone sits the reason would only say that no one does.
    yield step("committee", "hr", whole, refusal=incomplete if first else None, waits_for=seconds["seats_wait"])
    yield step("panel", "hr", short is None, refusal=short if panel else None, waits_for=seconds["seats_wait"])
    yield step("calendar", "hr", not years)
    # Provisional values hold: the cycle opens on them, marked, so that one may begin (6.1-c).
    yield step("parameters", "hr", not provisional, optional=True)
    # The one who sets the portal up has signed in too: what counts is whether everyone could.
    yield step("sign_ins", "hr", found["accounts"] and not found["unreached"])
    yield step("officers", "hr", found["officers"], waits_for=seconds["officers_wait"])
    yield step("pay", "hr", found["bands"], optional=True)
    yield step("cycle", "hr", False)


def _signed_in(session: Session) -> int:
    used = select(User.id).where(User.login_count > 0)
    query = select(func.count(Employee.id)).where(Employee.status != EmployeeStatus.LEFT, Employee.user_id.in_(used))
    return session.scalar(query.execution_options(**UNSCOPED)) or 0


def _counts(session: Session, today: date) -> dict[str, int]:
    """Everything that is counted in one statement, and who acts in the offices that accounts hold."""
    serving = Employee.status != EmployeeStatus.LEFT
    counted = {
        "people": _count(Employee, serving),
        "centre": _count(Department, Department.in_centre.is_(True)),
        "headless": _headless(),
        "accounts": _count(Employee, serving, Employee.user_id.is_not(None)),
        "unreached": _count(Employee, unreached(today)),
        "secretaries": _count(CommitteeMember, CommitteeMember.office == Office.SECRETARY),
        "held": entries_counted(),
        "waiting": _count(
            GradeChange, GradeChange.kind == ChangeKind.TAKEOVER, GradeChange.stage == ChangeStage.PROPOSED
        ),
        "seats_wait": _proposed(Confirmation.act == BasisAct.APPOINT_MEMBERS),
        "officers_wait": _proposed(
            Confirmation.kind == ConfirmationKind.GIVE_ROLE, Confirmation.role == ACTING["officers"]
        ),
        "metrics": _count(Metric),
        "ratings": _count(AnnualRating),
        "bands": _count(PayBand),
    }
    query = select(*(each.label(name) for name, each in counted.items())).execution_options(**UNSCOPED)
    found = {name: int(value or 0) for name, value in session.execute(query).mappings().one().items()}
    return found | {name: len(acting_in(session, role, today)) for name, role in ACTING.items()}


def _count(table: type[Any], *conditions: ColumnElement[bool]) -> Any:
    return select(func.count(table.id)).where(*conditions).scalar_subquery()


def _proposed(*conditions: ColumnElement[bool]) -> Any:
    return _count(Confirmation, Confirmation.stage == ConfirmationStage.PROPOSED, *conditions)


def _headless() -> Any:
    """Departments of the centre with people in service for whom no head is named, in the department or above it."""
    # Downwards from those with a head: a team without one is reviewed by the head above it.
    led = _downwards(Department.head_id.is_not(None))
    centre = _downwards(Department.in_centre.is_(True))
    peopled = select(Employee.department_id).where(Employee.status != EmployeeStatus.LEFT)
    return _count(Department, *(Department.id.in_(each) for each in (centre, peopled)), Department.id.not_in(led))


def _downwards(first: ColumnElement[bool]) -> Any:
    """These departments and all below them."""
    tree = select(Department.id).where(first).cte(recursive=True)
    below = again(Department, "below", "id", "parent_id")
    return select(tree.union(select(below.c.id).where(below.c.parent_id == tree.c.id)).c.id)
