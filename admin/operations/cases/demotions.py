"""Demotion is a duty with safeguards: proposed on a ground, or why not; the employee is heard (4.2, 4.2-a)."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from sqlalchemy import Select, and_, or_, select

from admin.access.actor import Actor
from admin.domain.calendar import add_working_days
from admin.domain.codes import CaseStage, HearingForm
from admin.domain.refusals import N_, Invalid, Refusal, Refused
from admin.models import DemotionWaiver, Hearing, Review
from admin.operations.acts import REASON, Field, act
from admin.operations.cases.department import drop_proposal
from admin.operations.cases.review_steps import limited, reasoned, relation_of, signature
from admin.operations.transaction import Operation, operation
from admin.queries.cases.demotions import why_not_put
from admin.queries.cases.review_facts import file_of, grounds_on, review_facts
from admin.queries.policy.rules import rules_of
from admin.queries.system.calendar import company_day, working_calendar
from admin.queries.system.recipients import users_told

HEARD_AT = (CaseStage.DEPARTMENT_REVIEW, CaseStage.COMMITTEE)


def propose_demotion(review_id: int, ground: int, reason: str, *, actor: Actor, now: datetime) -> Review:
    """The superior (or HR where the superior is absent) puts a ground of 4.2.1 to an open case (4.2.2, 4.2-a).

    Offers the employee a hearing. Raises `Refused` where the ground is not met, was put already, or the case has gone on.
    """
    with operation("propose_demotion", actor=actor, now=now, clause="4.2.2") as op:
        review = _for_superior(op, review_id)
        # After the actor was found fit to act: a stranger learns nothing from a complaint about the field.
        text = reasoned(reason)
        _check_ground(op, review, ground)
        # Put while the case runs; whether it holds is measured again with the proposal (4.2-a).
        review.demotion_ground = str(ground)
        op.session.add(Hearing(review_id=review.id, form="", offered_at=now, until=_last_day(op, review, now)))
        op.remember("review", review, "propose_demotion", relation=relation_of(review, actor), reason=text)
        told = users_told(op.session, ("subject", "head"), review=review, today=op.today)
        op.tell(told, "review", "propose_demotion", review.id, ground=ground)
    return review


def _for_superior(op: Operation, review_id: int) -> Review:
    review = op.find(Review, review_id)
    if refusal := why_not_put(review, op.actor):
        raise Refused(refusal)
    return review


def _check_ground(op: Operation, review: Review, ground: int) -> None:
    if ground not in (1, 2, 3):
        raise Invalid({"ground": N_("The grounds of 4.2.1 are 1, 2 and 3.")})
    if not _is_met(op, review, ground):
        reason = N_("Ground %(ground)s of clause 4.2.1 is not met by what is on file.")
        raise Refused(Refusal("4.2.1", reason, {"ground": ground}))


def _is_met(op: Operation, review: Review, ground: int) -> bool:
    today = op.today
    file, rules = file_of(op.session, review, today), rules_of(op.session, review)
    _, down = grounds_on(file, review, rules, today)
    return down.ground(ground).met


def record_no_demotion(review_id: int, reason: str, *, actor: Actor, now: datetime) -> DemotionWaiver:
    """Write down why somebody who meets ground (1) is not proposed; a later proposal is still possible (4.2.1)."""
    with operation("record_no_demotion", actor=actor, now=now, clause="4.2.1") as op:
        review, text = _for_superior(op, review_id), reasoned(reason)
        # Only ground (1) is a duty, so only there is anything to write down why not.
        if not _is_met(op, review, 1):
            raise Refused(
                Refusal("4.2.1", N_("Ground %(ground)s of clause 4.2.1 is not met by what is on file."), {"ground": 1})
            )
        row = op.session.scalars(select(DemotionWaiver).where(DemotionWaiver.review_id == review.id)).first()
        if row is None:
            row = DemotionWaiver(review_id=review.id)
            op.session.add(row)
        row.reason, row.recorded_by_id, row.recorded_at = text, actor.user_id or 0, now
        op.remember("review", review, "record_no_demotion", relation=relation_of(review, actor), reason=text)
    return row


@act(
    "review",
    "record_hearing",
    Field("form", N_("How the employee was heard"), "choice", choices=tuple(HearingForm.labels().items())),
    Field("text", N_("What the employee said"), required=False),
)
def record_hearing(review_id: int, form: str, text: str, *, actor: Actor, now: datetime) -> Hearing:
    """Record the employee's statement or interview, or that the offer was not taken up within its days (4.2-a).

    Raises `Refused` where no demotion is proposed, or while the offered working days still run; `Invalid` for an unknown
    form or without what was said.
    """
    with operation("record_hearing", actor=actor, now=now, clause="4.2-a") as op:
        review = op.find(Review, review_id)
        op.step(review, review_facts(op.session, review, actor, now), "record_hearing", reason=form)
        if form not in HearingForm.labels():
            raise Invalid({"form": N_("A hearing is a statement, an interview, or a declined offer.")})
        if form != "not_taken_up" and not text.strip():
            raise Invalid({"text": N_("Write down what the employee said.")})
        row = op.session.scalars(
            select(Hearing).where(Hearing.review_id == review.id).order_by(Hearing.id.desc())
        ).first()
        if row is None:
            row = op.add(Hearing(review_id=review.id, form=form, offered_at=now))
        # What was said may be recorded at any time; silence only once the offer has run out.
        if form == "not_taken_up":
            _check_offer_over(op, review, row)
        row.form, row.text, row.recorded_at, row.recorded_by_id = form, limited("text", text), now, op.actor.user_id
        # Whoever records signs what is recorded; what was signed before was another text.
        row.recorder_signature = signature(_recorded(row)) if form == HearingForm.INTERVIEW else None
        row.employee_signature, row.signed_at, row.objection = None, None, ""
    return row


@act("review", "sign_hearing", Field("objection", N_("What you object to in it"), required=False))
def sign_hearing(review_id: int, objection: str = "", *, actor: Actor, now: datetime) -> Hearing:
    """The employee signs what was written down of the interview, with an objection or without one (4.2-a).

    Raises `Refused` where no interview waits for it.
    """
    with operation("sign_hearing", actor=actor, now=now, clause="4.2-a") as op:
        review = op.find(Review, review_id)
        op.step(review, review_facts(op.session, review, actor, now), "sign_hearing", reason=objection.strip())
        row = op.locked(_hearings_of(review).limit(1)).one()
        row.objection, row.signed_at = limited("objection", objection), now
        row.employee_signature = signature(_recorded(row) | {"objection": row.objection, "signed_at": now.isoformat()})
    return row


def lapse_hearings(*, actor: Actor, now: datetime) -> int:
    """Timed: where the last day of an offer is over the case goes on, without a statement or without the employee's signature;
    returns how many (4.2-a)."""
    with operation("lapse_hearings", actor=actor, now=now, clause="4.2-a") as op:
        open_ = or_(
            Hearing.recorded_at.is_(None), and_(Hearing.form == HearingForm.INTERVIEW, Hearing.signed_at.is_(None))
        )
        query = select(Hearing, Review).join(Review, Review.id == Hearing.review_id)
        query = query.where(open_, Hearing.until < op.today, Hearing.lapsed_at.is_(None))
        query = query.where(Review.demotion_ground.is_not(None), Review.stage.in_(HEARD_AT)).order_by(Hearing.id)
        found = op.session.execute(query.execution_options(unscoped=True)).all()
        steps = [(review, review_facts(op.session, review, op.actor, now)) for _row, review in found]
        op.step_many(steps, "lapse_hearing", as_system=True)
        for row, _review in found:
            row.lapsed_at = now
            if row.recorded_at is None:
                row.form, row.recorded_at = HearingForm.NOT_TAKEN_UP, now
    return len(found)


def _hearings_of(review: Review) -> Select[Hearing]:
    return select(Hearing).where(Hearing.review_id == review.id).order_by(Hearing.id.desc())


def _recorded(row: Hearing) -> dict[str, Any]:
    """What both sign."""
    recorded_at = row.recorded_at.isoformat() if row.recorded_at else None
    return {"review": row.review_id, "form": row.form, "text": row.text, "by": row.recorded_by_id, "at": recorded_at}


@act("review", "state_oneself", Field("text", N_("Your statement")))
def state_oneself(review_id: int, text: str, *, actor: Actor, now: datetime) -> Hearing:
    """The employee writes the statement themself, in answer to the ground that was put to the case (4.2-a).

    Raises `Refused` where no demotion is proposed, or a hearing is written down already; `Invalid` without a text.
    """
    with operation("state_oneself", actor=actor, now=now, clause="4.2-a") as op:
        review = op.find(Review, review_id)
        op.step(review, review_facts(op.session, review, actor, now), "state_oneself")
        if not text.strip():
            raise Invalid({"text": N_("Write your statement.")})
        open_ = select(Hearing).where(Hearing.review_id == review.id).order_by(Hearing.id.desc())
        row = op.locked(open_.limit(1)).first() or op.add(Hearing(review_id=review.id, form="", offered_at=now))
        row.form, row.text = HearingForm.STATEMENT, limited("text", text)
        row.recorded_at, row.recorded_by_id = now, actor.user_id
    return row


@act("review", "return_to_proposer", REASON)
def return_to_proposer(review_id: int, reason: str, *, actor: Actor, now: datetime) -> Review:
    """The department head sends a proposed demotion back to whoever proposed it, who puts it anew or lets it rest (4.2.2).

    The ground falls; what was said in the hearing stays on record. Raises `Refused` without a ground, or a reason (1.3.1).
    """
    with operation("return_to_proposer", actor=actor, now=now, clause="4.2.2") as op:
        review = op.find(Review, review_id)
        facts = review_facts(op.session, review, actor, now, attempt=True, reason=reason)
        op.step(review, facts, "return_to_proposer", reason=reason.strip())
        review.demotion_ground = None
        drop_proposal(op, review)
    return review


@act("review", "add_to_hearing", Field("text", N_("What you add in your own words")))
def add_to_hearing(review_id: int, text: str, *, actor: Actor, now: datetime) -> Hearing:
    """Whoever was heard adds to what another wrote down of it; what they have added before stays (4.2-a).

    Raises `Refused` where nothing is written down yet; `Invalid` without a text, or for too long a one.
    """
    with operation("add_to_hearing", actor=actor, now=now, clause="4.2-a") as op:
        review = op.find(Review, review_id)
        op.step(review, review_facts(op.session, review, actor, now), "add_to_hearing")
        if not text.strip():
            raise Invalid({"text": N_("Write down what you add.")})
        heard = select(Hearing).where(Hearing.review_id == review.id, Hearing.recorded_at.is_not(None))
        row = op.locked(heard.order_by(Hearing.id.desc()).limit(1)).one()
        row.statement = limited("text", "\n\n".join(filter(None, (row.statement, text.strip()))))
        row.stated_at = now
    return row


def _last_day(op: Operation, review: Review, offered_at: datetime) -> date:
    """The last working day of an offer, counted from the day after it in company time, not in that of UTC (4.2-a)."""
    days = int(rules_of(op.session, review).parameters["statement_days"])
    return add_working_days(company_day(offered_at), days, working_calendar(op.session))


def _check_offer_over(op: Operation, review: Review, row: Hearing) -> None:
    until = row.until or _last_day(op, review, row.offered_at)
    if op.today <= until:
        reason = N_("The employee may make a statement until %(until)s.")
        raise Refused(Refusal("4.2-a", reason, {"until": until.isoformat()}))
