"""What the superior before says where the present one is new: written down by two, told to its author, theirs to disown (3.3-f, 6.1-a)."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import select

from admin.access.actor import Actor
from admin.domain.codes import BasisAct, CycleKind, PredecessorForm
from admin.domain.refusals import N_, Invalid, NotFound, Refusal, Refused
from admin.models import PredecessorStatement, Review
from admin.operations.acts import REASON, Field, act
from admin.operations.cases.review_steps import limited, reasoned
from admin.operations.fields import record_of
from admin.operations.seconding import by_two
from admin.operations.transaction import operation
from admin.queries.cases.review_facts import review_facts
from admin.queries.system.recipients import accounts_of, users_told


@act(
    "review",
    "attach_predecessor_statement",
    Field("form", N_("What there is"), "choice", choices=tuple(PredecessorForm.labels().items())),
    Field("text", N_("The statement, or why it could not be obtained")),
)
@by_two(BasisAct.ATTACH_STATEMENT, "review")
def attach_predecessor_statement(
    review_id: int, form: str, text: str, *, actor: Actor, now: datetime
) -> PredecessorStatement:
    """HR attaches what the superior before says where the present one is new, or why it could not be had (3.3-f).

    Raises `Refused` (3.3-f) where the superior is not new, (3.3-d) on one's own case; `Invalid` without a text.
    """
    with operation("attach_predecessor_statement", actor=actor, now=now, clause="3.3-f") as op:
        review = op.find(Review, review_id)
        facts = review_facts(op.session, review, actor, now)
        op.step(review, facts, "attach_predecessor_statement")
        if form not in PredecessorForm.labels():
            raise Invalid({"form": N_("Say whether there is a statement, or why it could not be obtained.")})
        if not text.strip():
            raise Invalid({"text": N_("Write down the statement, or why it could not be obtained.")})
        query = select(PredecessorStatement).where(PredecessorStatement.review_id == review.id)
        row = op.session.scalars(query).first() or PredecessorStatement(review_id=review.id)
        row.author_id, row.form, row.text = facts.get("predecessor"), form, limited("text", text.strip())
        row.recorded_by_id, row.recorded_at, row.disowned_at, row.reason = actor.user_id, now, None, ""
        op.add(row)
        # Of a rehearsal nobody is told that anything was said in their name (1.2-e).
        if row.author_id is not None and review.cycle.kind != CycleKind.REHEARSAL:
            op.tell(accounts_of(op.session, {row.author_id}).values(), "predecessor_statement", "attach", row.id)
    return row


@act("employee", "disown_statement", record_of("statement", N_("Statement"), PredecessorStatement, "author_id"), REASON)
def disown_statement(
    employee_id: int, statement_id: int, reason: str, *, actor: Actor, now: datetime
) -> PredecessorStatement:
    """A former superior says that what HR wrote down in their name is not theirs: until another is there it counts as missing.

    Raises `NotFound` for another's, `Invalid` without a reason, `Refused` (3.3-f) where it is disowned already.
    """
    with operation("disown_statement", actor=actor, now=now, clause="3.3-f") as op:
        row = op.find(PredecessorStatement, statement_id)
        if actor.employee_id is None or {employee_id, row.author_id} != {actor.employee_id}:
            raise NotFound("PredecessorStatement")
        text = reasoned(reason)
        if row.disowned_at is not None:
            raise Refused(Refusal("3.3-f", N_("You have said already that this statement is not yours.")))
        row.disowned_at, row.reason = now, text
        op.remember("review", row.review, "disown_statement", relation="entered_for", reason=text)
        told = users_told(op.session, ("superior", "head", "hr"), review=row.review, today=op.today)
        op.tell(told, "review", "disown_statement", row.review_id)
    return row
