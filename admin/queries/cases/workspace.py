"""One case as its reader may see it, in a fixed number of statements (3.2-b, 3.3-g)."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from sqlalchemy import ColumnElement, func, select
from sqlalchemy.orm import Session, joinedload

from admin.access.actor import Actor
from admin.access.scope import whole_case_seen
from admin.domain.codes import CaseStage, CycleKind, RaterKind, RatingState
from admin.domain.ratings import average, check_shown
from admin.domain.refusals import N_, P_, NotFound
from admin.models import (
    Appeal,
    Cycle,
    Determination,
    Employee,
    Evidence,
    GradeChange,
    Hearing,
    Notice,
    NoticeRow,
    PredecessorStatement,
    Proposal,
    Rating,
    Review,
    ReviewScore,
    SelfAssessment,
)
from admin.queries.accounts.differences import Difference, differences_of
from admin.queries.cases.raters import STILL_OUT, missing_this_morning
from admin.queries.system.audit import COLLEAGUE
from admin.queries.system.calendar import company_day
from admin.queries.system.orders import least_first

R = Review
LINE = tuple(
    joinedload(each)
    for each in (
        R.employee, R.department, R.superior, R.head, R.superior_for, R.head_for, R.present_grade, R.target_grade,
        R.suggested_grade, R.proposed_grade, R.determined_grade,
    )
)  # fmt: skip


PUBLIC = ("on_notice", "appealed", "issued", "left")
DECIDED = ("committee", "determined", "checked", *PUBLIC)


@dataclass(frozen=True)
class ChainStep:
    """How the grade came about: one step with its value, who gave it, when, and why."""

    step: str
    value: str
    grade: Any = None
    actor: str = ""
    at: date | None = None  # a day alone where the moment would be somebody's (6.3-d)
    reason: str = ""
    changed: bool = False
    facts: Mapping[str, Any] = field(default_factory=dict)
    in_place_of: Employee | None = None


@dataclass
class Workspace:
    """A case with everything on it that the reader may see."""

    review: Review
    relation: str
    self_assessment: SelfAssessment | None
    predecessor: PredecessorStatement | None
    superior: Rating | None
    mine: Rating | None
    peers: list[Rating]
    peer_mean: str
    peers_asked: Counter[str]
    score: ReviewScore | None
    evidence: list[Evidence]
    proposals: list[Proposal]
    determinations: list[Determination]
    hearings: list[Hearing]
    appeals: list[Appeal]
    notice: Notice | None
    change: GradeChange | None
    differences: Sequence[Difference]


def find_review(session: Session, review_id: int, *limits: ColumnElement[bool]) -> Review:
    """A case with its people, grades and cycle, in the reader's scope and these limits; raises `NotFound`."""
    options = (*LINE, joinedload(R.cycle).joinedload(Cycle.policy_version))
    row = session.scalars(select(R).where(R.id == review_id, *limits).options(*options)).first()
    if row is None:
        raise NotFound(f"Review {review_id}")
    return row


def relation_to(review: Review, actor: Actor) -> str:
    """What the reader is to the case, the closest first: their page is made for it."""
    line = {"subject": review.employee_id, "superior": review.superior_id, "head": review.head_id}
    # An account without an employee has no place in any line, though a reviewer may be missing (None) in the case.
    for name, key in line.items():
        if actor.employee_id is not None and key == actor.employee_id:
            return name
    # By office only after the line: HR staff who are reviewed themselves see the page of the person concerned.
    for office in ("hr", "auditor", "secretary", "chair", "committee_member", "panel_member", "panel_chair"):
        if actor.has(office):
            return office
    raise NotFound(f"Review {review.id}")


def workspace(session: Session, review_id: int, actor: Actor, now: datetime) -> Workspace:
    """Everything that the reader may see on a case; raises `NotFound`, also for a colleague, who has the rating form only."""
    review = find_review(session, review_id, whole_case_seen(actor))
    relation = relation_to(review, actor)
    ratings = _ratings(session, review_id)
    submitted = [row for row in ratings if row.state == RatingState.SUBMITTED]
    beyond = review.remitted or review.stage in DECIDED  # what cannot be there yet is not asked for
    public = review.remitted or review.stage in PUBLIC
    return Workspace(
        review=review, relation=relation,
        self_assessment=self_assessment_on(session, review_id),
        predecessor=_predecessor(session, review),
        superior=next((row for row in submitted if row.kind == RaterKind.SUPERIOR), None),
        # Drafts too: one's own form is filled in with what one has written so far.
        mine=next((row for row in ratings if row.rater_id == actor.employee_id), None),
        peers=[row for row in submitted if row.kind == RaterKind.PEER],
        peer_mean=_peer_mean(session, review_id) if relation != "subject" else "",
        peers_asked=_peer_states(session, review, now) if review.stage != CaseStage.SELF_ASSESSMENT else Counter(),
        score=_score(session, review), evidence=evidence_on(session, review_id),
        proposals=_proposals(session, review_id) if beyond else [],
        determinations=_determinations(session, review_id) if beyond else [],
        hearings=_hearings(session, review),
        appeals=list(session.scalars(_of(Appeal, review_id).order_by(Appeal.id))) if public else [],
        notice=last_notice(session, review) if public else None, change=_change(session, review),
        differences=differences_of(session, [review])[review.id] if relation != "subject" else (),
    )  # fmt: skip


def self_assessment_on(session: Session, review_id: int) -> SelfAssessment | None:
    """The self-assessment of a case, where the reader may see it."""
    found: SelfAssessment | None = session.scalars(_of(SelfAssessment, review_id)).first()
    return found


def form_on(session: Session, review_id: int) -> tuple[SelfAssessment | None, list[Evidence]]:
    """Both of a case in one statement, as far as the reader may see each."""
    query = (
        select(SelfAssessment, Evidence)
        .select_from(R)
        .outerjoin(SelfAssessment, SelfAssessment.review_id == R.id)
        .outerjoin(Evidence, Evidence.review_id == R.id)
        .where(R.id == review_id)
        .order_by(least_first(Evidence.id))
    )
    rows = session.execute(query).all()
    return (rows[0][0] if rows else None), [file for _form, file in rows if file is not None]


def evidence_on(session: Session, review_id: int) -> list[Evidence]:
    """The files of a case in the order in which they came, as far as the reader may see them."""
    return list(session.scalars(_of(Evidence, review_id).order_by(Evidence.id)))


def _proposals(session: Session, review_id: int) -> list[Proposal]:
    people = (joinedload(Proposal.grade), joinedload(Proposal.head), joinedload(Proposal.in_place_of))
    return list(session.scalars(_of(Proposal, review_id).options(*people).order_by(Proposal.seq)))


def _determinations(session: Session, review_id: int) -> list[Determination]:
    query = _of(Determination, review_id).options(joinedload(Determination.grade))
    return list(session.scalars(query.order_by(Determination.seq)))


def _of(table: type[Any], review_id: int) -> Any:
    return select(table).where(table.review_id == review_id)


def _ratings(session: Session, review_id: int) -> list[Rating]:
    return list(
        session.scalars(
            _of(Rating, review_id).options(joinedload(Rating.rater), joinedload(Rating.in_place_of)).order_by(Rating.id)
        )
    )


def _peer_states(session: Session, review: Review, now: datetime) -> Counter[str]:
    """How many colleagues have rated and how many have not; while they still rate, as it was when the day began (6.3-d)."""
    mine = (Rating.review_id == review.id, Rating.kind == RaterKind.PEER)
    # How many have rated is everybody's to see, who they are is not: the scope hides the rows, so they are counted past it (3.2-b).
    query = select(Rating.state, missing_this_morning(now)).where(*mine).execution_options(unscoped=True)
    rating = review.stage == CaseStage.RATING
    return Counter(STILL_OUT if rating and missing else state for state, missing in session.execute(query))


def _peer_mean(session: Session, review_id: int) -> str:
    """The mean of all colleagues' answers; empty for fewer than may be shown (6.3-d)."""
    query = select(Rating.id, Rating.values).where(
        Rating.review_id == review_id, Rating.kind == RaterKind.PEER, Rating.state == RatingState.SUBMITTED
    )
    # Past the scope, which shows nobody but the auditor a colleague's rating: what leaves here is one mean of all.
    rows = session.execute(query.execution_options(unscoped=True)).all()
    if check_shown(len(rows)):
        return ""
    # Each colleague's answer keeps a key of its own, or the last one would stand for all.
    return _mean({f"{key}.{code}": each for key, values in rows for code, each in values.items()})


def _score(session: Session, review: Review) -> ReviewScore | None:
    """The explanation, while it stands: a case returned for correction has no score."""
    return (
        session.scalars(_of(ReviewScore, review.id)).first()
        if review.stage not in (CaseStage.SELF_ASSESSMENT, CaseStage.RATING)
        else None
    )


def _predecessor(session: Session, review: Review) -> PredecessorStatement | None:
    if review.stage == CaseStage.SELF_ASSESSMENT:
        return None
    query = _of(PredecessorStatement, review.id).options(joinedload(PredecessorStatement.author))
    return session.scalars(query).first()


def _hearings(session: Session, review: Review) -> list[Hearing]:
    return list(session.scalars(_of(Hearing, review.id).order_by(Hearing.id))) if review.demotion_ground else []


def last_notice(session: Session, review: Review) -> Notice | None:
    """The latest notice that the case stands on."""
    # A corrected or appealed case stands on a later list as well: the last one says what holds.
    query = select(Notice).join(NoticeRow).where(NoticeRow.review_id == review.id).order_by(Notice.id.desc())
    return session.scalars(query.limit(1)).first()


def _change(session: Session, review: Review) -> GradeChange | None:
    # Before it is issued no change of grade stands on a case: what cannot be there is not asked for.
    if review.stage != CaseStage.ISSUED:
        return None
    query = _of(GradeChange, review.id).options(joinedload(GradeChange.document), joinedload(GradeChange.to_grade))
    return session.scalars(query.order_by(GradeChange.id.desc())).first()


def result_known(found: Workspace) -> bool:
    """Whether the reader may see the fixed grade: the scope has let its row through."""
    return bool(found.determinations)


def chain(found: Workspace, actor: Actor) -> list[ChainStep]:
    """Self → superior → colleagues → department → committee → panel: every step as it was given, none overwritten."""
    review, steps = found.review, []
    mine = found.self_assessment
    if mine is not None and mine.submitted_at is not None:
        by = N_("HR, by proxy from paper") if mine.entered_by_proxy else review.employee.name
        steps.append(
            ChainStep(
                N_("Self-assessment"),
                _mean(mine.answers),
                review.target_grade if _applies(review) else None,
                by,
                mine.submitted_at,
            )
        )
    # Passed over at the deadline: the chain says so, or the gap would look like a fault of the system.
    elif review.self_assessment_missing:
        steps.append(ChainStep(N_("Self-assessment"), N_("not submitted"), reason="3.3-a"))
    said = found.predecessor
    # The employee reads it with the superior's own opinion, which it is part of, and not before.
    if said is not None and (found.superior is not None or found.relation != "subject"):
        value = "" if said.form == "statement" else N_("could not be had")
        value = N_("disowned by its author") if said.disowned_at is not None else value
        by = said.author.name if said.author else ""
        steps.append(ChainStep(N_("Predecessor's statement"), value, None, by, said.recorded_at, said.text))
    if found.superior is not None:
        row = found.superior
        steps.append(
            ChainStep(
                N_("Superior's evaluation"),
                _mean(row.values),
                None,
                row.rater.name,
                row.signed_at,
                row.opinion,
                in_place_of=row.in_place_of,
            )
        )
    steps += _peer_steps(found, actor)
    if found.score is not None:
        facts = {"score": review.score if review.score is not None else "—"}
        steps.append(
            ChainStep(
                N_("Score and suggested grade"),
                N_("%(score)s points"),
                review.suggested_grade,
                N_("the scorecard"),
                # Made with the last rating: its moment would be that colleague's (6.3-d).
                found.score.computed_at if found.relation == "auditor" else company_day(found.score.computed_at),
                facts=facts,
            )
        )
    steps += _proposal_steps(found)
    steps += _determination_steps(found)
    return steps


def _applies(review: Review) -> bool:
    return review.target_grade_id is not None and review.application_withdrawn_at is None


def _mean(values: Mapping[str, Any]) -> str:
    # A criterion that nobody rated is no zero: it stays out of the mean.
    given = [int(each["value"]) for each in values.values() if each.get("value")]
    mean = average(given)
    return "—" if mean is None else f"{mean:.2f} / 5"


def _peer_steps(found: Workspace, actor: Actor) -> list[ChainStep]:
    """Each colleague by name to the auditor; to everyone else one line for all, without moment (3.2-b)."""
    if found.relation == "auditor":
        return [
            ChainStep(N_("Colleague's rating"), _mean(row.values), None, row.rater.name, row.signed_at)
            for row in found.peers
        ]
    # While ratings come in, a mean that moved would give away who had just signed (3.2-b).
    if not found.peers_asked["submitted"] or found.review.stage in (CaseStage.SELF_ASSESSMENT, CaseStage.RATING):
        return []
    if refusal := check_shown(found.peers_asked["submitted"]):
        return [ChainStep(N_("Colleagues' ratings"), refusal.reason, None, COLLEAGUE, facts=refusal.facts)]
    # The employee learns that colleagues have rated, not how (3.2-b).
    value = found.peer_mean or P_("%(count)s rating", "%(count)s ratings")
    return [
        ChainStep(N_("Colleagues' ratings"), value, None, COLLEAGUE, facts={"count": found.peers_asked["submitted"]})
    ]


def _proposal_steps(found: Workspace) -> list[ChainStep]:
    # Every step is held against the one before it, so that the chain marks where somebody departed.
    steps, before = [], found.review.suggested_grade_id
    for row in found.proposals:
        changed = before is not None and before != row.grade_id
        steps.append(
            ChainStep(
                N_("Department's proposal"),
                "",
                row.grade,
                row.head.name,
                row.proposed_at,
                row.reason,
                changed,
                in_place_of=row.in_place_of,
            )
        )
        before = row.grade_id
    return steps


def _determination_steps(found: Workspace) -> list[ChainStep]:
    bodies = {"committee": N_("Committee's determination"), "panel": N_("Panel's decision")}
    names = {"committee": N_("the review committee"), "panel": N_("the appeal panel")}
    # A reader from whom the proposals are hidden is shown the change all the same.
    before = found.proposals[-1].grade_id if found.proposals else found.review.proposed_grade_id
    steps = []
    for row in found.determinations:
        changed = before is not None and before != row.grade_id
        steps.append(
            ChainStep(bodies[row.body], "", row.grade, names[row.body], row.determined_at, row.reason, changed)
        )
        before = row.grade_id
    return steps


def my_reviews(session: Session, employee_id: int) -> list[Review]:
    """One's own cases, latest first, those of rehearsals after the real ones."""
    # A rehearsal that was opened last must not push the real case down (1.2-e).
    query = select(R).where(R.employee_id == employee_id).options(*LINE, joinedload(R.cycle)).order_by(R.id.desc())
    return sorted(
        session.scalars(query), key=lambda row: row.cycle is not None and row.cycle.kind == CycleKind.REHEARSAL
    )


def peers_missing(session: Session, review_id: int, now: datetime) -> int:
    """How many colleagues had still to rate this morning: for HR, who may remind them and does not know who they are (6.3-d)."""
    mine = (Rating.review_id == review_id, Rating.kind == RaterKind.PEER, missing_this_morning(now))
    return session.scalar(select(func.count(Rating.id)).where(*mine).execution_options(unscoped=True)) or 0
