"""Who has judged a case and what else binds people to it: the facts behind separation and recusal (3.3-d, 3.3-e)."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from functools import cache
from itertools import zip_longest
from typing import Any

from sqlalchemy import (
    BindParameter,
    CompoundSelect,
    Executable,
    Select,
    String,
    bindparam,
    case,
    literal,
    or_,
    select,
    union_all,
)
from sqlalchemy.orm import Session

from admin.domain.codes import (
    CaseKind,
    CaseStage,
    ChangeKind,
    ComplaintStage,
    Conflict,
    JudgingAct,
    PartyRole,
    RaterKind,
    RatingState,
)
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
    Notice,
    NoticeRow,
    PanelBallot,
    Proposal,
    Rating,
    Recusal,
    Review,
)
from admin.models.base import again
from admin.queries.cycles.rehearsed import REHEARSED

Acts = dict[int, dict[int, set[JudgingAct]]]
Pairs = dict[int, set[int]]
# By names of their own: what asks may read the cases itself.
SUBJECTS, OF = again(Review, "subjects", "id", "employee_id"), again(Review, "cases_of", "id", "employee_id")
ASKED, NAMED = again(Review, "cases_asked", "id"), again(Review, "cases_named", "id", "reassesses_id")
# a signed rating that was voided later was still an act of judging
GIVEN = ("submitted", "void")
# What else binds somebody to a case, beside having judged it: the last is a recusal that two people have lifted.
BONDS = ("subject", "superior", "subordinate", "kin", "party", "declared", "overridden")


CASES: BindParameter[Any] = bindparam("cases", expanding=True)
PEOPLE: BindParameter[Any] = bindparam("people", expanding=True)
NOBODY: Mapping[str, Sequence[int]] = {}
SOME = 500  # cases, or people, a statement: their numbers stand in it some ten times, and a database takes 32,766


def acts_on(session: Session, review_id: int) -> dict[int, set[JudgingAct]]:
    """The kinds of judging act done on one case, by employee."""
    return acts_on_many(session, [review_id])[review_id]


def acts_on_many(session: Session, review_ids: Collection[int]) -> Acts:
    """For each case the kinds of judging act done on it, by employee; one statement for all kinds."""
    acts: Acts = {review_id: defaultdict(set) for review_id in review_ids}
    for kind, review_id, employee_id in _read(session, ACTS, review_ids):
        acts[review_id][employee_id].add(JudgingAct(kind))
    return acts


def _read(
    session: Session,
    query: Executable,
    review_ids: Collection[int],
    people: Collection[int] = (),
    among: Mapping[str, Sequence[int]] = NOBODY,
) -> Iterator[tuple[str, int, int]]:
    """(what binds, case or person, who is bound); what binds nobody is left out."""
    for some, few in zip_longest(_parts(review_ids), _parts(people), fillvalue=()):
        given = {"cases": list(some), "people": list(few), **among}
        for row in session.execute(query.execution_options(unscoped=True), given):
            if row[2] is not None:
                yield row


def _parts(keys: Collection[int]) -> Iterator[Sequence[int]]:
    listed = sorted(keys)
    return (listed[start : start + SOME] for start in range(0, len(listed), SOME))


@cache  # asked on every home page; making it anew cost more than asking
def barred_in_line() -> Select[Any]:
    """Cases that wait for a superior's evaluation or a department's review by somebody who may not give it (3.3-d).

    Nobody is named so; but whoever stands in a place may come to judge the case in another way first.
    """
    waiting = (CaseStage.RATING, CaseStage.DEPARTMENT_REVIEW)
    ids = select(Review.id).where(Review.stage.in_(waiting), Review.cycle_id.not_in(REHEARSED))
    acts = _together(*_acts(ids)).subquery()
    kind, case, person = acts.c
    signed = select(Rating.id).where(
        Rating.review_id == Review.id, Rating.kind == RaterKind.SUPERIOR, Rating.state == RatingState.SUBMITTED
    )
    as_superior = (
        (Review.stage == CaseStage.RATING)
        & or_(person == Review.superior_id, person == Review.superior_for_id)
        & (kind != JudgingAct.SUPERIOR_EVALUATION)
    )
    as_head = (
        (Review.stage == CaseStage.DEPARTMENT_REVIEW)
        & or_(person == Review.head_id, person == Review.head_for_id)
        & (kind != JudgingAct.DEPARTMENT_REVIEW)
    )
    barred = or_(as_superior & ~signed.exists(), as_head)
    return select(Review.id).join(acts, case == Review.id).where(barred).distinct()


def _acts(cases: Any = CASES) -> Iterable[tuple[str, Select[Any, Any]]]:
    for act, kind in ((JudgingAct.PEER_RATING, "peer"), (JudgingAct.SUPERIOR_EVALUATION, "superior")):
        # A voided signature still judged: taking a case back must not make its judge neutral (3.3-d).
        signed = or_(Rating.state.in_(GIVEN), Rating.signed_at.is_not(None))
        given = (Rating.kind == kind, signed, Rating.review_id.in_(cases))
        yield act, select(Rating.review_id, Rating.rater_id).where(*given)
        # What was signed in somebody's place was done in their name: it limits both (3.3-c).
        yield act, select(Rating.review_id, Rating.in_place_of_id).where(*given)
    for head in (Proposal.head_id, Proposal.in_place_of_id):
        yield JudgingAct.DEPARTMENT_REVIEW, select(Proposal.review_id, head).where(Proposal.review_id.in_(cases))
    yield (
        JudgingAct.COMMITTEE_BALLOT,
        select(AgendaItem.review_id, Ballot.employee_id)
        .join(Motion, Motion.item_id == AgendaItem.id)
        .join(Ballot, Ballot.motion_id == Motion.id)
        .where(AgendaItem.review_id.in_(cases)),
    )
    yield (
        JudgingAct.PANEL_BALLOT,
        select(Appeal.review_id, PanelBallot.employee_id)
        .join(PanelBallot, PanelBallot.appeal_id == Appeal.id)
        .where(Appeal.review_id.in_(cases)),
    )
    yield (
        JudgingAct.FINDING_ADOPTION,
        select(ComplaintCase.review_id, ComplaintBallot.employee_id)
        .join(ComplaintBallot, ComplaintBallot.complaint_id == ComplaintCase.complaint_id)
        .where(ComplaintCase.review_id.in_(cases)),
    )
    yield (
        JudgingAct.ADJUSTMENT_APPROVAL,
        select(GradeChange.review_id, Employee.id)
        .join(Employee, Employee.user_id == GradeChange.decided_by_id)
        .where(GradeChange.review_id.in_(cases), GradeChange.kind == ChangeKind.ADJUSTMENT),
    )
    # What a document served was approved by somebody, who does not hear the appeal against it (4.3-a).
    served = Review.__table__.alias("served")
    yield (
        JudgingAct.ADJUSTMENT_APPROVAL,
        select(served.c.id, Employee.id)
        .select_from(served)
        .join(NoticeRow, NoticeRow.review_id == served.c.id)
        .join(Notice, Notice.id == NoticeRow.notice_id)
        .join(
            GradeChange,
            (GradeChange.document_id == Notice.document_id) & (GradeChange.employee_id == served.c.employee_id),
        )
        .join(Employee, Employee.user_id == GradeChange.decided_by_id)
        .where(served.c.id.in_(cases), served.c.kind == CaseKind.SERVED),
    )


def ties_of(session: Session, review: Review) -> CaseTies:
    """Everything that binds people to one case."""
    return ties_of_many(session, [review])[review.id]


def ties_of_many(
    session: Session, reviews: Sequence[Review], among: Collection[int] | None = None
) -> dict[int, CaseTies]:
    """What binds people to each case: acts, line, kin, parties, declared conflicts; one statement for all.

    `among`: of these people alone, where nobody else is asked about.
    """
    query, some = (TIES, {}) if among is None else (TIES_AMONG, {"among": list(among)})
    cases, people = {review.id for review in reviews}, {review.employee_id for review in reviews}
    found = _bonds(session, query, cases, people, some)
    superiors, subordinates, kin = found["superior"], found["subordinate"], found["kin"]
    parties, declared = found["party"], found["declared"]
    return {
        review.id: CaseTies(
            subject=review.employee_id,
            acts=frozenset((person, kind) for kind in JudgingAct for person in found[kind][review.id]),
            # All: the snapshot's superior has judged, whoever they stand in for and today's have power.
            superiors=frozenset(
                superiors[review.employee_id] | ({review.superior_id, review.superior_for_id} - {None})
            ),
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
    found = _bonds(session, TIES_OF_PEOPLE, (), employee_ids)
    superiors, subordinates, heads, kin = (found[name] for name in ("superior", "subordinate", "head", "kin"))
    return [
        CaseTies(
            subject=person,
            superiors=frozenset(superiors[person] | heads[person] - {person}),
            subordinates=frozenset(subordinates[person]),
            kin=frozenset(kin[person]),
        )
        for person in employee_ids
    ]


def at_fault(session: Session, ids: Collection[int]) -> Pairs:
    """Who was found to have acted unfairly in a case, or in one that it assesses again: they judge it no more (3.3-e)."""
    return _bonds(session, AT_FAULT, ids, ())["party"]


def _bonds(
    session: Session,
    query: Executable,
    review_ids: Collection[int],
    people: Collection[int],
    among: Mapping[str, Sequence[int]] = NOBODY,
) -> dict[str, Pairs]:
    found: dict[str, Pairs] = defaultdict(lambda: defaultdict(set))
    for kind, key, person in _read(session, query, review_ids, people, among):
        found[kind][key].add(person)
    return found


def bonds_of(cases: Select[Any]) -> CompoundSelect[Any]:
    """(what binds, case, who is bound) of the cases that a statement names: what `ties_of_many` reads, and who is recused."""
    these, people = Review.id.in_(cases), select(SUBJECTS.c.employee_id).where(SUBJECTS.c.id.in_(cases))
    out = case((Recusal.overridden_at.is_(None), literal("out-") + Recusal.ground), else_=BONDS[-1])
    recused = select(out, Recusal.review_id, Recusal.employee_id).where(Recusal.review_id.in_(cases))
    return union_all(
        *_together(
            *_acts(cases), *_parties(cases), ("declared", _declared(cases)),
            ("subject", select(Review.id, Review.employee_id).where(these)),
            *(("superior", select(Review.id, each).where(these)) for each in (Review.superior_id, Review.superior_for_id)),
            *((kind, _by_case(query, cases)) for kind, query in (*_line(people), ("kin", _kin(people)))),
        ).selects,
        recused,
    )  # fmt: skip


def _by_case(query: Select[Any], cases: Select[Any]) -> Select[Any]:
    """What binds to persons, as what binds to their cases."""
    subject, person = query.subquery().c
    return select(OF.c.id, person).join(OF, OF.c.employee_id == subject).where(OF.c.id.in_(cases))


def _line(people: Any = PEOPLE) -> Iterable[tuple[str, Select[Any, Any]]]:
    """Direct superiors and direct subordinates as they are today; the snapshot's superior is added by the caller."""
    yield "superior", select(Employee.id, Employee.superior_id).where(Employee.id.in_(people))
    yield "subordinate", select(Employee.superior_id, Employee.id).where(Employee.superior_id.in_(people))


def _head() -> Select[Any, Any]:
    query = select(Employee.id, Department.head_id).join(Department, Department.id == Employee.department_id)
    return query.where(Employee.id.in_(PEOPLE))


def _declared(cases: Any = CASES) -> Select[Any, Any]:
    return select(Recusal.review_id, Recusal.employee_id).where(
        Recusal.review_id.in_(cases), Recusal.declared, Recusal.overridden_at.is_(None)
    )


def _kin(people: Any = PEOPLE) -> Select[Any, Any]:
    """Kin, once declared in any case of a person, are kin in all of them; what is declared in a rehearsal is only tried."""
    return (
        select(Review.employee_id, Recusal.employee_id)
        .join(Recusal, Recusal.review_id == Review.id)
        .where(Review.employee_id.in_(people), Recusal.declared, Recusal.ground == Conflict.KIN.value)
        # An override says that two people did not believe it; a rehearsal, that it was only tried.
        .where(Recusal.overridden_at.is_(None), Review.cycle_id.not_in(REHEARSED))
    )


def _parties(cases: Any = CASES) -> Iterable[tuple[str, Select[Any, Any]]]:
    """Whoever objected to the result of a case, or was found to have acted unfairly in it, is a party to it.

    Until a breach is established the accused do not learn of a complaint, not even by a recusal (6.3.1).
    """
    yield "party", select(Appeal.review_id, Appeal.filer_id).where(Appeal.review_id.in_(cases))
    yield "party", _faulted(cases)


def _faulted(cases: Any = CASES) -> Select[Any, Any]:
    line = select(ASKED.c.id.label("case_id"), ASKED.c.id.label("named_id")).where(ASKED.c.id.in_(cases))
    # Recursive: a case may be assessed again and again, and a fault in the first counts in the last.
    named = line.cte("assessed_again", recursive=True)
    earlier = select(named.c.case_id, NAMED.c.reassesses_id).join(NAMED, NAMED.c.id == named.c.named_id)
    named = named.union_all(earlier.where(NAMED.c.reassesses_id.is_not(None)))
    return (
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


def _together(*parts: tuple[str, Select[Any, Any]]) -> CompoundSelect[Any]:
    """One statement of (what binds, case or person, who is bound)."""
    return union_all(
        *(query.with_only_columns(literal(kind, String), *query.selected_columns) for kind, query in parts)
    )


# Made once: asked for each ballot and each row of an agenda, making them anew cost more than asking.
ACTS = _together(*_acts())
AT_FAULT = _together(("party", _faulted()))
TIES = _together(*_acts(), *_line(), *_parties(), ("kin", _kin()), ("declared", _declared()))
EACH = TIES.subquery("ties").c
TIES_AMONG = select(*EACH).where(EACH[2].in_(bindparam("among", expanding=True)))
TIES_OF_PEOPLE = _together(*_line(), ("head", _head()), ("kin", _kin()))
