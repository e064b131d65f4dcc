"""Who has judged a case and what else binds people to it: the facts behind separation and recusal (3.3-d, 3.3-e)."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from typing import Any

from sqlalchemy import Select, literal, or_, select, union_all
from sqlalchemy.orm import Session

from admin.domain.codes import ChangeKind, ComplaintStage, Conflict, JudgingAct, PartyRole
from admin.domain.separation import CaseTies
from admin.models import (
    AgendaItem,
    Appeal,
    Ballot,
    Complaint,
    ComplaintBallot,
    ComplaintCase,
    ComplaintParty,
    Department,
    Employee,
    GradeChange,
    Motion,
    PanelBallot,
    Proposal,
    Rating,
    Recusal,
    Review,
)
from admin.queries.cycles.rehearsed import REHEARSED

Acts = dict[int, dict[int, set[JudgingAct]]]
Pairs = dict[int, set[int]]
# a signed rating that was voided later was still an act of judging
GIVEN = ("submitted", "void")


def acts_on(session: Session, review_id: int) -> dict[int, set[JudgingAct]]:
    """The kinds of judging act done on one case, by employee."""
    return acts_on_many(session, [review_id])[review_id]


def acts_on_many(session: Session, review_ids: Collection[int]) -> Acts:
    """For each case the kinds of judging act done on it, by employee; one statement for all kinds."""
    acts: Acts = {review_id: defaultdict(set) for review_id in review_ids}
    # One statement for all kinds: it is asked for each case on each agenda page.
    every = union_all(*(query.add_columns(literal(kind.value)) for kind, query in _acts(review_ids)))
    for review_id, employee_id, kind in session.execute(every.execution_options(unscoped=True)):
        acts[review_id][employee_id].add(JudgingAct(kind))
    return acts


def _unscoped(session: Session, query: Select[Any, Any]) -> Iterable[Any]:
    return session.execute(query.execution_options(unscoped=True))


def _acts(ids: Collection[int]) -> Iterable[tuple[JudgingAct, Select[Any, Any]]]:
    for act, kind in ((JudgingAct.PEER_RATING, "peer"), (JudgingAct.SUPERIOR_EVALUATION, "superior")):
        # A voided signature still judged: taking a case back must not make its judge neutral (3.3-d).
        signed = or_(Rating.state.in_(GIVEN), Rating.signed_at.is_not(None))
        given = (Rating.kind == kind, signed, Rating.review_id.in_(ids))
        yield act, select(Rating.review_id, Rating.rater_id).where(*given)
    yield JudgingAct.DEPARTMENT_REVIEW, select(Proposal.review_id, Proposal.head_id).where(Proposal.review_id.in_(ids))
    yield (
        JudgingAct.COMMITTEE_BALLOT,
        select(AgendaItem.review_id, Ballot.employee_id)
        .join(Motion, Motion.item_id == AgendaItem.id)
        .join(Ballot, Ballot.motion_id == Motion.id)
        .where(AgendaItem.review_id.in_(ids)),
    )
    yield (
        JudgingAct.PANEL_BALLOT,
        select(Appeal.review_id, PanelBallot.employee_id)
        .join(PanelBallot, PanelBallot.appeal_id == Appeal.id)
        .where(Appeal.review_id.in_(ids)),
    )
    yield (
        JudgingAct.FINDING_ADOPTION,
        select(ComplaintCase.review_id, ComplaintBallot.employee_id)
        .join(ComplaintBallot, ComplaintBallot.complaint_id == ComplaintCase.complaint_id)
        .where(ComplaintCase.review_id.in_(ids)),
    )
    yield (
        JudgingAct.ADJUSTMENT_APPROVAL,
        select(GradeChange.review_id, Employee.id)
        .join(Employee, Employee.user_id == GradeChange.decided_by_id)
        .where(GradeChange.review_id.in_(ids), GradeChange.kind == ChangeKind.ADJUSTMENT),
    )


def ties_of(session: Session, review: Review) -> CaseTies:
    """Everything that binds people to one case."""
    return ties_of_many(session, [review])[review.id]


def ties_of_many(session: Session, reviews: Sequence[Review]) -> dict[int, CaseTies]:
    """What binds people to each case: acts, line, kin, parties, declared conflicts; a few statements for all."""
    ids, subjects = [review.id for review in reviews], {review.employee_id for review in reviews}
    acts, declared = acts_on_many(session, ids), _declared(session, ids)
    superiors, subordinates = _line(session, subjects)
    kin, parties = _kin(session, subjects), _parties(session, ids)
    return {
        review.id: CaseTies(
            subject=review.employee_id,
            acts=frozenset((person, act) for person, kinds in acts[review.id].items() for act in kinds),
            # Both: the snapshot's superior has judged, today's has power.
            superiors=frozenset(superiors[review.employee_id] | ({review.superior_id} - {None})),
            subordinates=frozenset(subordinates[review.employee_id]),
            kin=frozenset(kin[review.employee_id]),
            # Whoever appeals against their own result is its subject, which bars more than being a party.
            complaint_parties=frozenset(parties[review.id] - {review.employee_id}),
            declared=frozenset(declared[review.id]),
        )
        for review in reviews
    }


def ties_of_people(session: Session, employee_ids: Collection[int]) -> list[CaseTies]:
    """What binds people to persons without any case: direct line, department's head, kin (3.3-e)."""
    superiors, subordinates = _line(session, employee_ids)
    heads = _pairs(
        session,
        select(Employee.id, Department.head_id)
        .join(Department, Department.id == Employee.department_id)
        .where(Employee.id.in_(employee_ids)),
    )
    kin = _kin(session, employee_ids)
    return [
        CaseTies(
            subject=person,
            superiors=frozenset(superiors[person] | heads[person] - {person}),
            subordinates=frozenset(subordinates[person]),
            kin=frozenset(kin[person]),
        )
        for person in employee_ids
    ]


def _pairs(session: Session, query: Select[Any, Any]) -> Pairs:
    found: Pairs = defaultdict(set)
    for key, person in _unscoped(session, query):
        if person is not None:
            found[key].add(person)
    return found


def _line(session: Session, subjects: Collection[int]) -> tuple[Pairs, Pairs]:
    """Direct superiors and direct subordinates as they are today; the snapshot's superior is added by the caller."""
    people = Employee
    superiors = select(people.id, people.superior_id).where(people.id.in_(subjects))
    subordinates = select(people.superior_id, people.id).where(people.superior_id.in_(subjects))
    return _pairs(session, superiors), _pairs(session, subordinates)


def _declared(session: Session, ids: Collection[int]) -> Pairs:
    query = select(Recusal.review_id, Recusal.employee_id).where(
        Recusal.review_id.in_(ids), Recusal.declared, Recusal.overridden_at.is_(None)
    )
    return _pairs(session, query)


def _kin(session: Session, subjects: Collection[int]) -> Pairs:
    """Kin, once declared in any case of a person, are kin in all of them; what is declared in a rehearsal is only tried."""
    query = (
        select(Review.employee_id, Recusal.employee_id)
        .join(Recusal, Recusal.review_id == Review.id)
        .where(Review.employee_id.in_(subjects), Recusal.declared, Recusal.ground == Conflict.KIN.value)
        # An override says that two people did not believe it; a rehearsal, that it was only tried.
        .where(Recusal.overridden_at.is_(None), Review.cycle_id.not_in(REHEARSED))
    )
    return _pairs(session, query)


def _parties(session: Session, ids: Collection[int]) -> Pairs:
    """Whoever objected to the result of a case, or was found to have acted unfairly in it, is a party to it.

    Until a breach is established the accused do not learn of a complaint, not even by a recusal (6.3.1).
    """
    found = _pairs(session, select(Appeal.review_id, Appeal.filer_id).where(Appeal.review_id.in_(ids)))
    for review_id, people in at_fault(session, ids).items():
        found[review_id] |= people
    return found


def at_fault(session: Session, ids: Collection[int]) -> Pairs:
    """Who was found to have acted unfairly in a case, or in one that it assesses again: they judge it no more (3.3-e)."""
    cases, reviews = Review.__table__.alias(), Review.__table__
    line = select(reviews.c.id.label("case_id"), reviews.c.id.label("named_id")).where(reviews.c.id.in_(ids))
    # Recursive: a case may be assessed again and again, and a fault in the first counts in the last.
    named = line.cte("assessed_again", recursive=True)
    earlier = select(named.c.case_id, cases.c.reassesses_id).join(cases, cases.c.id == named.c.named_id)
    named = named.union_all(earlier.where(cases.c.reassesses_id.is_not(None)))
    query = (
        select(named.c.case_id, ComplaintParty.employee_id)
        .join(ComplaintCase, ComplaintCase.review_id == named.c.named_id)
        .join(Complaint, Complaint.id == ComplaintCase.complaint_id)
        .join(ComplaintParty, ComplaintParty.complaint_id == Complaint.id)
        .where(
            ComplaintParty.role == PartyRole.ACCUSED,
            # Only what is closed: while it runs the accused must not learn of it by being recused (6.3.1).
            Complaint.stage == ComplaintStage.CLOSED,
            Complaint.breach.is_(True),
        )
    )
    return _pairs(session, query)
