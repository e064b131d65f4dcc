"""The appeal panel: ballots, decision and its effects on the case (3.3.5-a, 3.3.5-b)."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import select

from admin.access.actor import Actor
from admin.domain.codes import AppealStage, CaseKind, CaseStage, JudgingAct, PanelResult
from admin.domain.refusals import N_, Invalid, NotFound, Refusal
from admin.domain.voting import DISMISSED, PanelDecision, panel_decision
from admin.models import Appeal, PanelBallot, Review
from admin.operations.acts import REASON, Field, act
from admin.operations.appeals.appeals import rest, seat_panel, tell_if_short
from admin.operations.cases.voiding import void_superior
from admin.operations.committee.ballots import grade_row
from admin.operations.committee.determinations import determine_by_panel, review_facts
from admin.operations.transaction import Operation, operation
from admin.queries.appeals.appeal_facts import appeal_facts, ballots_of, grade_refusal, open_appeals
from admin.queries.appeals.filings import REMITS
from admin.queries.committee.barred import bars_on
from admin.queries.committee.committee import own_seat
from admin.queries.policy.rules import rules_of
from admin.queries.system.orders import greatest_first

GRADE_FIXED = "grade_fixed"
ENDED = (CaseStage.LEFT, CaseStage.CANCELLED)


@act(
    "appeal",
    "cast_ballot",
    Field("result", N_("Your ballot"), "choice", choices=tuple(PanelResult.labels().items())),
    Field("grade", N_("Code of the grade that is fixed"), required=False),
    REASON,
    finds=True,
)
def cast_ballot(
    appeal_id: int, result: str, reason: str, grade: str | None = None, *, actor: Actor, now: datetime
) -> PanelBallot:
    """A panel member's own ballot: dismiss, fix a grade, or remit to the stage at fault, with the reason.

    Raises `Refused` (3.3.5-a too few members, 3.3-e recused, 3.3-d judged before, 3.3.4-b voted already, 3.3.5-b a
    grade worse for the appellant), `Invalid` for an unknown result or a grade where none belongs, `NotFound`.
    """
    if result not in PanelResult.labels() or (result == GRADE_FIXED) != bool(grade):
        raise Invalid({"result": N_("Choose to dismiss, to remit, or to fix a grade and which.")})
    with operation("cast_panel_ballot", actor=actor, now=now, clause="3.3.5-a") as op:
        appeal, today = _for_ballot(op, appeal_id), op.today
        row = grade_row(op, grade) if grade else None
        refusal = grade_refusal(op.session, appeal, grade, today) if grade else _remit_refusal(appeal, result)
        facts = appeal_facts(op.session, appeal, actor, today, attempt=True, reason=reason, motion_refusal=refusal)
        op.step(appeal, facts, "cast_ballot")
        seat = own_seat(op.session, actor, panel=True)
        assert seat is not None  # the table lets only members vote
        return op.add(
            PanelBallot(
                appeal_id=appeal.id,
                member_id=seat.id,
                employee_id=seat.employee_id,
                result=result,
                grade_id=row.id if row else None,
                reason=reason.strip(),
                cast_at=now,
                round=appeal.round,
            )
        )


def _remit_refusal(appeal: Appeal, result: str) -> Refusal | None:
    if result in REMITS and appeal.review.kind == CaseKind.SERVED:
        return Refusal(
            "4.3-a", N_("No review led to this document, so there is none to send back: dismiss, or fix a grade.")
        )
    if result not in REMITS or appeal.review.stage not in ENDED:
        return None
    return Refusal("1.2-d", N_("The case has ended; it is decided here and cannot be sent back."))


def _for_ballot(op: Operation, appeal_id: int) -> Appeal:
    """The appeal; a recused member of the panel is refused by the guard and not by a 404 (3.3-e)."""
    if own_seat(op.session, op.actor, panel=True) is None:
        return op.find(Appeal, appeal_id)
    query = select(Appeal).where(
        Appeal.id == appeal_id, Appeal.stage.in_((AppealStage.WITH_PANEL, AppealStage.DECIDED))
    )
    appeal = op.locked(query).first()
    if appeal is None:
        raise NotFound("Appeal")
    return appeal


@act("appeal", "close_ballot", REASON)
def close_ballot(appeal_id: int, reason: str, *, actor: Actor, now: datetime) -> Appeal:
    """The panel's chair closes the ballot; the majority decides, a tie dismisses (3.3.5-a).

    Where most allow the appeal but no relief has their majority, a new round begins. Everything else that is open on
    the case is decided together with an appeal that is allowed. Raises `Refused` with too few ballots or no reason.
    """
    with operation("close_panel_ballot", actor=actor, now=now, clause="3.3.5-a") as op:
        appeal, today = op.find(Appeal, appeal_id), op.today
        seat_panel(op, [appeal.review])  # before the ballots are counted: whose does not count is on record
        facts = appeal_facts(op.session, appeal, actor, today, attempt=True, reason=reason)
        minimum = int(rules_of(op.session, appeal.review).parameters["panel_minimum"])
        bars = bars_on(op.session, [appeal.review], JudgingAct.PANEL_BALLOT)
        counted = ballots_of(op.session, appeal, bars)
        decision = panel_decision([_choice(ballot) for ballot in counted], minimum=minimum)
        if decision is None and not facts.get("votes_refusal") and "panel_chair" in facts.relations:
            return _vote_again(op, appeal)
        _decide(appeal, decision or DISMISSED, reason, op)
        op.step(appeal, facts, "close_ballot", reason=reason)
        _carry_out(op, appeal, decision or DISMISSED, reason)
        return appeal


def _choice(ballot: PanelBallot) -> PanelDecision:
    return PanelDecision(ballot.result, ballot.grade.code if ballot.grade else None)


def _vote_again(op: Operation, appeal: Appeal) -> Appeal:
    appeal.round += 1
    facts = appeal_facts(op.session, appeal, op.actor, op.today)
    op.step(appeal, facts, "vote_again", as_system=True)
    return appeal


def _decide(appeal: Appeal, decision: PanelDecision, reason: str, op: Operation) -> None:
    appeal.result, appeal.result_reason, appeal.decided_at = decision.result, reason.strip(), op.now
    appeal.result_grade_id = grade_row(op, decision.grade).id if decision.grade else None


def _carry_out(op: Operation, appeal: Appeal, decision: PanelDecision, reason: str) -> None:
    """The effect on the case: only a dismissal leaves other appeals on it open."""
    review = op.get(Review, appeal.review_id)
    others = open_appeals(op.session, review)
    if review.stage in ENDED:
        _hear_after_end(op, appeal, decision, reason)
        return
    if decision == DISMISSED:
        rest(op, appeal, "dismiss_appeal", reason)
        return
    for other in others:
        _decide(other, decision, reason, op)
        op.step(
            other,
            appeal_facts(op.session, other, op.actor, op.today),
            "decide_together",
            reason=appeal.number,
            as_system=True,
        )
    if decision.result == GRADE_FIXED:
        assert appeal.result_grade_id is not None  # a fixed grade has one
        determine_by_panel(op, appeal, appeal.result_grade_id, reason)
        op.step(review, review_facts(review), "allow_appeal", reason=reason, as_system=True)
    else:
        _remit(op, review, decision.result, reason)


def _hear_after_end(op: Operation, appeal: Appeal, decision: PanelDecision, reason: str) -> None:
    """The case has left or was cancelled: it is heard all the same, and what the panel fixes stands in the file (1.2-d)."""
    if decision.result == GRADE_FIXED and appeal.result_grade_id is not None:
        determine_by_panel(op, appeal, appeal.result_grade_id, reason)
    op.step(appeal.review, review_facts(appeal.review), "hear_after_end", reason=reason, as_system=True)


def _remit(op: Operation, review: Review, result: str, reason: str) -> None:
    """Back to the stage at fault; what was signed there is asked for anew (3.3.5-a)."""
    review.remitted = True
    op.step(review, review_facts(review), result, reason=reason, as_system=True)
    if result == "remit_to_rating":
        void_superior(op, review)
        op.session.flush()


def resume(op: Operation, review: Review) -> None:
    """A remitted case comes back to the panel, with the appeal on which it was remitted and a new round (3.3.5-a)."""
    op.step(review, review_facts(review), "return_to_panel", as_system=True)
    query = select(Appeal).where(
        Appeal.review_id == review.id, Appeal.stage == AppealStage.DECIDED, Appeal.result.in_(REMITS)
    )
    appeal = op.session.scalars(query.order_by(greatest_first(Appeal.decided_at), Appeal.id)).first()
    if appeal is None:
        raise NotFound("Appeal")
    appeal.round += 1
    facts = appeal_facts(op.session, appeal, op.actor, op.today)
    op.step(appeal, facts, "resume", as_system=True)
    appeal.result = appeal.result_reason = appeal.decided_at = None
    # Who has judged the case since it was sent back is out of it now.
    seat_panel(op, [review])
    tell_if_short(op, appeal)
