"""A case that an established breach concerns is assessed again: ordered, begun by HR, sent back or opened anew.

Whoever was found at fault judges it no more; nobody learns from it what led to it (6.3.1, 6.3.2, 6.3-a, 3.3-e).
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from sqlalchemy import exists, select

from admin.access.actor import Actor, system_actor
from admin.access.scope import visible
from admin.domain.codes import CaseKind, CaseStage, CycleKind, JudgingAct, NoticeStage
from admin.domain.reassessment import Remedy, remedy
from admin.domain.refusals import N_, NotFound, Refusal, Refused, refuse
from admin.domain.service import Place, Standing
from admin.models import (
    Complaint,
    Cycle,
    Employee,
    Evidence,
    Notice,
    NoticeRow,
    Rating,
    Reassessment,
    Review,
    SelfAssessment,
)
from admin.operations.accounts.apart import refuse_apart
from admin.operations.cases.department import drop_proposal, void_what_was_signed
from admin.operations.cases.single_cases import proceedings, running_case
from admin.operations.cases.voiding import ask_superior, set_aside
from admin.operations.committee.committee import record_recusals, require
from admin.operations.complaints.complaints import working_days
from admin.operations.cycles.cycle_cases import ask_raters, create_cases
from admin.operations.transaction import Operation, operation
from admin.queries.cases.line import line_facts, line_refusal, newly_named_refusal
from admin.queries.cases.own_case import why_not_ones_own
from admin.queries.cases.reassessments import WAITS, Again, again, last_day_before, out_of_order, without_beginner
from admin.queries.cases.review_facts import review_facts
from admin.queries.committee.committee import seats
from admin.queries.complaints.voters import party_ids
from admin.queries.cycles.cycles import Prospect, centre_departments, prospects
from admin.queries.policy.rules import rules_of
from admin.queries.system.recipients import users_told

BEGIN_DAYS = 5  # working days from the order to its beginning
APPEAL_FIRST = N_("An appeal or objection on this case is being heard; it is sent back when that is decided.")
REOPEN = {"rating": "reopen_rating", "department_review": "reopen_department", "committee": "reopen_committee"}


def order_reassessments(op: Operation, complaint: Complaint) -> None:
    """What closing with a breach orders: every case named is assessed again; HR is told the case and no more (6.3.2).

    A case of a rehearsal, one that ended without a result, and one on which an order waits already, is passed over.
    """
    if not complaint.breach:
        return
    out = users_told(op.session, (), today=op.today, people=party_ids(complaint, "accused", "barred"))
    # Parties are out of it: who has a stake does not even learn that an order exists.
    able = users_told(op.session, ("hr",), today=op.today) - out
    told = able or users_told(op.session, ("management",), today=op.today) - out
    for named in complaint.cases:
        if _counts(op, named.review):
            order = Reassessment(review_id=named.review_id, ordered_at=op.now, due=working_days(op, BEGIN_DAYS))
            # Kept with the order: who may begin it must not change with whoever joins HR later.
            order.to_management = not able
            op.add(order)
            op.tell(told, "review", "order_reassessment", named.review_id)


def renew_orders(*, actor: Actor, now: datetime) -> int:
    """Timed: an order that nobody of HR may begin any more is management's, which learns of it; returns how many (6.3.2).

    Whoever could has left since, or a later complaint on the same case bars them.
    """
    with operation("renew_orders", actor=actor, now=now, clause="6.3.2") as op:
        rows = op.session.scalars(select(Reassessment).where(WAITS, Reassessment.to_management.is_(False))).all()
        waiting = [order for order in rows if remedy(order.review.stage, ()) is not None]
        found = without_beginner(op.session, waiting, op.today)
        for order in found:
            order.to_management = True
            told = users_told(op.session, ("management",), today=op.today) - out_of_order(op.session, order)
            op.tell(told, "review", "order_reassessment", order.review_id)
        return len(found)


def _counts(op: Operation, review: Review) -> bool:
    waits = op.session.scalar(select(Reassessment.id).where(Reassessment.review_id == review.id, WAITS))
    return review.cycle.kind != CycleKind.REHEARSAL and waits is None and remedy(review.stage, ()) is not None


def reassess(
    review_id: int, *, superior_id: int | None = None, head_id: int | None = None, actor: Actor, now: datetime
) -> Review:
    """HR begins what is ordered: a case still open goes back to the stage at fault, else a new case is opened.

    `superior_id`, `head_id`: who judges in the place of somebody at fault or gone (3.3-f). Returns the case in which it is
    assessed again. Raises `Refused`: nothing is ordered, or it was begun (6.3.2); somebody at fault is named (3.3-e) or
    nobody in their place (3.3-f); an appeal is heard first (3.3.5-b); another case runs (6.3-a). `NotFound` for anybody else.
    """
    require(actor, "hr", "management")
    with operation("reassess", actor=actor, now=now, clause="6.3.2") as op:
        order = _waiting(op, review_id)
        if own := why_not_ones_own(order.review.employee_id, actor):
            raise Refused(own)
        review, way = order.review, again(op.session, order.review, op.today)
        if way.remedy is None:
            raise Refused(
                Refusal("6.3.2", N_("The case has ended without a result; there is nothing to assess again."))
            )
        line = _line(op, review, way, {"superior": superior_id, "head": head_id})
        found = (
            _open(op, review, way, line) if way.remedy.new_case else _send_back(op, review, way.remedy, way.out, line)
        )
        # Before anybody looks at the agenda: those at fault do not find the case from the first moment.
        _recuse(op, found, way.out)
        order.case_id, order.begun_at = found.id, now
        return found


def _waiting(op: Operation, review_id: int) -> Reassessment:
    """The order on a case, locked, unless the actor is at fault or has a stake: they are told what everybody is told."""
    query = select(Reassessment).where(Reassessment.review_id == review_id, WAITS, visible(op.actor, Reassessment))
    # Locked, so that two who begin at once do not open two cases.
    order = op.locked(query).first()
    # Told alike whether there is no order or it is not theirs to see: the difference would name those at fault.
    if order is None and op.actor.has("hr") and op.find(Review, review_id):
        raise Refused(Refusal("6.3.2", N_("No re-assessment of this case is ordered, or it has begun already.")))
    if order is None:
        raise NotFound(f"Reassessment of {review_id}")
    return order


def _line(op: Operation, review: Review, way: Again, named: Mapping[str, int | None]) -> dict[str, int | None]:
    """Superior and head of the case from now on. Raises `Refused` where somebody is missing or may not judge it."""
    line: dict[str, int | None] = {name: each.id if each else None for name, each in review.line.items()}
    for name, kept in way.judges.items():
        given = named[name] or (kept.id if kept else None)
        if given is None:
            raise Refused(Refusal("3.3-f", N_("Superior or reviewer cannot judge this case again: name another.")))
        person = op.get(Employee, given)
        if person.left_on is not None and person.left_on <= op.today:
            raise Refused(Refusal("3.3-f", N_("This person is no longer in service.")))
        line[name] = person.id
    facts = line_facts(op.session, [review], line.values())
    if way.judges:
        _hold_to(line_refusal(review, line["superior"], line["head"], facts))
    if way.remedy is not None and not way.remedy.new_case:
        _hold_to(newly_named_refusal(review, line["superior"], line["head"], facts))
    if line["head"] != review.head_id:
        refuse_apart(op, line["head"], "head")
    return line


def _hold_to(refusal: Refusal | None) -> None:
    if refusal is not None:
        raise Refused(refusal)


def _recuse(op: Operation, review: Review, out: frozenset[int]) -> None:
    """Members at fault do not find the case from the first moment."""
    for panel, act in ((False, JudgingAct.COMMITTEE_BALLOT), (True, JudgingAct.PANEL_BALLOT)):
        mine = [seat for seat in seats(op.session, op.today, panel=panel) if seat.employee_id in out]
        record_recusals(op, [review], mine, act)


# -- a case that is still open ---------------------------------------------------------------------------------------


def _send_back(
    op: Operation, review: Review, way: Remedy, out: frozenset[int], line: Mapping[str, int | None]
) -> Review:
    _check_free(op, review)
    # Before anything falls: whoever evaluates from now on is asked, and nobody else.
    review.superior_id, review.head_id = line["superior"], line["head"]
    if way.stage in (CaseStage.SELF_ASSESSMENT, CaseStage.RATING):
        void_what_was_signed(op, review)
        _ask_anew(op, review, line["superior"], out)
    elif way.stage == CaseStage.DEPARTMENT_REVIEW:
        drop_proposal(op, review)
    # What was determined on the way at fault stands no more, though the panel has sent the case back since.
    review.determined_grade_id = None
    if way.stage == review.stage:
        op.remember("review", review, "reassess", relation="hr")
        return review
    facts = review_facts(op.session, review, system_actor(), op.now)
    # By the system: it is the effect of the order, and the table knows it as nothing else.
    op.step(review, facts, REOPEN[way.stage], as_system=True)
    op.session.flush()
    return review


def _check_free(op: Operation, review: Review) -> None:
    if review.stage == CaseStage.APPEALED:
        raise Refused(Refusal("3.3.5-b", APPEAL_FIRST))
    printing = (
        select(NoticeRow.id)
        .join(Notice)
        .where(NoticeRow.review_id == review.id, Notice.stage == NoticeStage.PUBLISHING)
    )
    if op.session.scalar(select(exists(printing))):
        raise Refused(Refusal("3.3.5", N_("The case's notice is being published at this moment; try again shortly.")))


def _ask_anew(op: Operation, review: Review, superior: int | None, out: frozenset[int]) -> None:
    """Ratings of those at fault count no more; whoever evaluates in the superior's place is asked."""
    for row in op.session.scalars(select(Rating).where(Rating.review_id == review.id, Rating.rater_id.in_(out))):
        set_aside(row)
    ask_superior(op, review, superior)


# -- a case after its document ---------------------------------------------------------------------------------------


def _open(op: Operation, earlier: Review, way: Again, line: Mapping[str, int | None]) -> Review:
    """A new case of the same period under the same rules, from the beginning: what was written before is taken over."""
    employee = earlier.employee
    if running_case(op, employee) is not None:
        reason = N_("Another case of this employee is open; the re-assessment begins when it has ended.")
        raise Refused(Refusal("6.3-a", reason))
    until = last_day_before(op.session, earlier)
    cycle = proceedings(op, employee, {}, again=earlier.cycle, until=until)
    everybody = _present(op, cycle, employee)
    mine = _as_before(earlier, line, everybody, op)
    applied = earlier.target_grade_id if earlier.application_withdrawn_at is None else None
    create_cases(
        op, cycle, [mine], clause="6.3-a", kind="reassessment", stage="self_assessment", reassesses_id=earlier.id,
        target_grade_id=applied, applied_ground=earlier.applied_ground if applied else None, outcome_clause=None,
        outcome_reason=None,
    )  # fmt: skip
    able = [each for each in everybody if each.employee_id not in way.out and each.employee_id != employee.id]
    everybody = sorted([*able, mine], key=lambda each: each.number)
    ask_raters(op, cycle, everybody, rules_of(op.session, cycle).parameters)
    case = op.session.scalars(select(Review).where(Review.cycle_id == cycle.id)).one()
    _take_over(op, earlier, case, way.out)
    op.tell([employee.user_id], "review", "reassess", case.id, year=cycle.year)
    return case


def _present(op: Operation, cycle: Cycle, employee: Employee) -> list[Prospect]:
    """The centre as it is today, from which colleagues are asked; raises `Refused` (1.2) for somebody outside it."""
    found = prospects(op.session, cycle, rules_of(op.session, cycle).parameters, op.today)
    if employee.id not in {each.employee_id for each in found}:
        refuse("1.2", N_("This employee is not in service of the customer service centre."))
    return found


def _as_before(earlier: Review, line: Mapping[str, int | None], found: list[Prospect], op: Operation) -> Prospect:
    """The snapshot of the earlier case, with the grade before its result, and whoever judges now."""
    today = next(each for each in found if each.employee_id == earlier.employee_id)
    known = earlier.department_id in centre_departments(op.session)
    return Prospect(
        today.employee_id, today.number, today.name, earlier.department_id if known else today.department_id,
        earlier.post, earlier.queue, line["superior"], line["head"], earlier.present_grade_id,
        Place(CaseKind.REASSESSMENT, Standing.GRADED, "6.3-a"),
    )  # fmt: skip


def _take_over(op: Operation, earlier: Review, case: Review, out: frozenset[int]) -> None:
    """The earlier form as a draft that the employee changes and hands in anew, with its files; none from those at fault."""
    before = earlier.self_assessment
    if before is not None and before.submitted_at is not None:
        op.add(
            SelfAssessment(
                review_id=case.id,
                answers=dict(before.answers),
                summary=before.summary,
                saved_at=op.now,
                submitted_at=None,
            )
        )
    at_fault = set(op.session.scalars(select(Employee.user_id).where(Employee.id.in_(out))))
    for row in op.session.scalars(select(Evidence).where(Evidence.review_id == earlier.id).order_by(Evidence.id)):
        # Evidence that somebody at fault put there would judge along through the back door.
        if row.uploaded_by_id not in at_fault:
            op.add(
                Evidence(
                    review_id=case.id, uploaded_by_id=row.uploaded_by_id, uploaded_at=row.uploaded_at, size=row.size,
                    filename=row.filename, media_type=row.media_type, sha256=row.sha256,
                )
            )  # fmt: skip
