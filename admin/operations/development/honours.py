"""Honours: nominated by those who lead, decided by management, published with the person's consent (5.2.3)."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import func, select

from admin.access.actor import Actor
from admin.domain.codes import HonourStage
from admin.domain.honours import HONOURS, why_not_awarded, why_not_honoured
from admin.domain.refusals import N_, Invalid, NotFound, Refusal, Refused
from admin.domain.workflow import Facts
from admin.models import Employee, Honour
from admin.operations.acts import REASON, act, declare_process
from admin.operations.people.records import relations
from admin.operations.transaction import Operation, operation
from admin.queries.development.honours import held_by, most_honours
from admin.queries.policy.rules import ByDay, rules_on
from admin.queries.system.recipients import users_told

PROCESS = "honour"
LONGEST_REASON, LONGEST_TITLE = 2000, 100
AWARDED = (HonourStage.AWARDED, HonourStage.CONSENTED)
YEARLY_LOCK = 523


def nominate_honour(employee_id: int, title: str, reason: str, *, actor: Actor, now: datetime) -> Honour:
    """Nominate somebody whom one leads, or as HR; management is told.

    Raises `NotFound` for somebody not one's to nominate, `Refused` (5.2.3) for oneself or a lower grade, `Invalid`.
    """
    with operation("nominate_honour", actor=actor, now=now, clause=HONOURS) as op:
        person = op.find(Employee, employee_id, lock=False)
        held, level = _nominated(op, person)
        levels = rules_on(op.session, op.today, ByDay.NO_CASE).ladder.levels
        if refusal := why_not_honoured(level, levels, person.left_on is None or person.left_on > op.today):
            raise Refused(refusal)
        check_words(reason, title)
        row = op.add(
            Honour(
                employee_id=person.id, year=op.today.year, title=title.strip(), reason=reason.strip(),
                grade_id=held, printed_name=person.name, recorded_by_id=actor.user_id or 0, recorded_at=now,
            )
        )  # fmt: skip
        op.remember_opened(PROCESS, [(row.id, row.stage, HONOURS, "")], relation="recorder")
        op.tell(users_told(op.session, ("management",), today=op.today), PROCESS, "nominate", row.id, name=person.name)
    return row


def _nominated(op: Operation, person: Employee) -> tuple[int, str | None]:
    """The grade of somebody who may be nominated by the actor, and its level."""
    found = relations(op, person)
    if "self" in found:
        raise Refused(Refusal(HONOURS, N_("You cannot nominate yourself.")))
    if not found or op.actor.user_id is None:
        raise NotFound(f"Employee {person.id}")
    held = held_by(op.session, person.id, op.today)
    if held is None:
        raise Refused(Refusal(HONOURS, N_("This employee has no grade yet.")))
    return held.grade.id, held.grade.level


def check_words(reason: str, title: str | None = None) -> None:
    """Raise `Invalid` where a title or a reason is missing or too long."""
    wrong = {}
    if title is not None and not 0 < len(title.strip()) <= LONGEST_TITLE:
        wrong["title"] = N_("Name the honour in at most 100 characters.")
    if not 0 < len(reason.strip()) <= LONGEST_REASON:
        wrong["reason"] = N_("Give the reason in at most 2,000 characters.")
    if wrong:
        raise Invalid(wrong)


def _facts(op: Operation, row: Honour, reason: str | None) -> Facts:
    found = set(op.actor.roles & {"management"})
    if op.actor.employee_id is not None and row.employee_id == op.actor.employee_id:
        found.add("subject")
    if row.recorded_by_id == op.actor.user_id:
        found.add("recorder")
    awarded = select(func.count()).where(Honour.year == row.year, Honour.stage.in_(AWARDED))
    rules = rules_on(op.session, op.today, ByDay.NO_CASE)
    count = op.session.scalar(awarded.execution_options(unscoped=True)) or 0
    known = {
        "is_proposer": row.recorded_by_id == op.actor.user_id,
        "another_person_clause": HONOURS,
        "award_refusal": why_not_awarded(count, most_honours(rules)),
        "attempt": reason is not None,
        "reason": reason or "",
    }
    return Facts(PROCESS, row.stage, frozenset(found), known)


declare_process(PROCESS, Honour, _facts)


@act(PROCESS, "award")
def award(honour_id: int, *, actor: Actor, now: datetime) -> Honour:
    """Award it, within the year's limit; the person is asked for consent to publication."""
    with operation("award", actor=actor, now=now, clause=HONOURS) as op:
        op.alone(YEARLY_LOCK)  # two at once would both be the last of the year
        return _decided(op, honour_id, "award", "")


@act(PROCESS, "not_award", REASON)
def not_award(honour_id: int, reason: str, *, actor: Actor, now: datetime) -> Honour:
    """Decide against it with a reason, which whoever nominated reads."""
    with operation("not_award", actor=actor, now=now, clause=HONOURS) as op:
        return _decided(op, honour_id, "not_award", reason)


def _decided(op: Operation, honour_id: int, action: str, reason: str) -> Honour:
    row = op.find(Honour, honour_id)
    about = {"name": row.employee.name, "title": row.title}
    op.step(row, _facts(op, row, reason), action, reason=reason, message=about)
    row.decided_by_id, row.decided_at = op.actor.user_id, op.now
    op.session.flush()
    return row


@act(PROCESS, "give_consent")
def give_consent(honour_id: int, *, actor: Actor, now: datetime) -> Honour:
    """The person agrees to publication: the notice site shows it from its next edition on."""
    return _said("give_consent", honour_id, actor, now)


@act(PROCESS, "withdraw_consent")
def withdraw_consent(honour_id: int, *, actor: Actor, now: datetime) -> Honour:
    """The person takes the consent back: whatever is published from now on does not hold it."""
    return _said("withdraw_consent", honour_id, actor, now)


def _said(action: str, honour_id: int, actor: Actor, now: datetime) -> Honour:
    with operation(action, actor=actor, now=now, clause=HONOURS) as op:
        row = op.find(Honour, honour_id)
        op.step(row, _facts(op, row, None), action)
    return row
