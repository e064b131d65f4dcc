"""The department head's work: checking, returning, proposing, one row at a time or all at once (3.3.3)."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

from sqlalchemy import delete, func, insert, select

from admin.access.actor import Actor
from admin.domain.codes import CaseStage
from admin.domain.refusals import N_, Invalid, NotFound, Refusal, Refused, refuse
from admin.domain.suggestion import check_proposal
from admin.domain.workflow import decide
from admin.models import Employee, Grade, Proposal, ProposalDraft, Review
from admin.operations.acts import OPTIONAL_REASON, REASON, Field, act
from admin.operations.appeals.panel import resume
from admin.operations.cases.review_steps import limited, signature, step_with_reason
from admin.operations.cases.self_assessment import draft_of
from admin.operations.cases.voiding import void_superior
from admin.operations.many import running_on
from admin.operations.newer import NewerVersion, Pairs
from admin.operations.transaction import Operation, operation
from admin.operations.writing import write_many
from admin.queries.appeals.filings import remitted_since_notice
from admin.queries.cases.proposals import proposal_facts_of
from admin.queries.cases.review_facts import review_facts, reviews_facts
from admin.queries.cases.staffing import last_saved, latest_drafts, row_version, saved_version
from admin.queries.policy.policy import grades_by_code
from admin.queries.policy.rules import rules_of
from admin.queries.system.chunks import chunks


@act("review", "return_for_correction", REASON)
def return_for_correction(review_id: int, reason: str, *, actor: Actor, now: datetime) -> Review:
    """The superior returns the case to the employee, the head to the superior; signatures concerned are void."""
    with operation("return_for_correction", actor=actor, now=now, clause="3.3.3") as op:
        review = op.find(Review, review_id)
        step_with_reason(op, review, "return_for_correction", reason)
        if review.stage == CaseStage.SELF_ASSESSMENT:
            draft = draft_of(op, review)
            if draft is not None:
                draft.submitted_at = draft.signature = None
            review.self_assessment_missing = False
        else:
            void_what_was_signed(op, review)
    return review


def void_what_was_signed(op: Operation, review: Review) -> None:
    """The superior's signature and the department's proposal fall; both are given again. What was written stays."""
    void_superior(op, review)
    drop_proposal(op, review)


def drop_proposal(op: Operation, review: Review) -> None:
    """The department's proposal is made again; the earlier one stays on record."""
    _drop_drafts(op, [review])
    review.proposed_grade_id = None
    review.individual_reasons = [each for each in review.individual_reasons if each != "grade_change"]


@act("review", "propose", Field("grade", N_("Proposed grade")), OPTIONAL_REASON)
def propose(review_id: int, grade: str, reason: str = "", *, actor: Actor, now: datetime) -> Review:
    """The department head's proposed grade (3.3.3); raises `Refused` for an unlawful one or a missing reason."""
    with operation("propose", actor=actor, now=now, clause="3.3.3") as op:
        review = op.find(Review, review_id)
        if wrong := propose_each(op, [Proposing(review, grade, reason)]):
            raise wrong[review.id]
    return review


@dataclass(frozen=True)
class Proposing:
    """A grade that is about to be proposed for a case, by its code."""

    review: Review
    grade: str
    reason: str


def propose_each(op: Operation, proposals: Sequence[Proposing]) -> dict[int, Refused | Invalid]:
    """The same for cases of one cycle, which are held, in a few statements for any number; which of them were refused with what.

    Each stands by itself. They are weighed beside each other as all stand before the first one goes: sending a row that is
    saved moves nobody to another level.
    """
    facts = reviews_facts(op.session, [each.review for each in proposals], op.actor, op.now)
    wrong, due, ready = dict[int, Refused | Invalid](), list[Proposing](), list[Proposing]()
    for each in proposals:
        # Two passes: with a refusal about the grade alone a stranger would learn how the grade stands.
        try:
            decide(facts[each.review.id], "propose")  # whose turn it is, before what is proposed
            due.append(each)
        except Refused as error:
            wrong[each.review.id] = error
    refusals = _refusals(op, due)
    for each in due:
        key, refusal = each.review.id, refusals[each.review.id]
        try:
            if isinstance(refusal, Invalid):
                raise refusal
            facts[key] = replace(facts[key], known={**facts[key].known, "proposal_refusal": refusal})
            decide(facts[key], "propose")
            limited("reason", each.reason.strip())
            ready.append(each)
        except (Refused, Invalid) as error:
            wrong[key] = error
    if ready:
        moved = [(each.review, facts[each.review.id]) for each in ready]
        op.step_many(moved, "propose", reason={each.review.id: each.reason for each in ready})
        _write_proposals(op, ready)
        _put_on_cases(op, ready)
        _drop_drafts(op, [each.review for each in ready])
        for each in ready:
            _resume_remitted(op, each.review)
    return wrong


def _refusals(op: Operation, proposals: Sequence[Proposing]) -> dict[int, Refusal | Invalid | None]:
    """Why each could not be sent as it stands (3.3.3-a, b), or what is wrong with the grade itself."""
    if not proposals:
        return {}
    cases, rules = [each.review for each in proposals], rules_of(op.session, proposals[0].review)
    grades = grades_by_code(op.session)
    facts = proposal_facts_of(op.session, cases[0].cycle, cases, rules, op.today)
    found: dict[int, Refusal | Invalid | None] = {}
    for each in proposals:
        try:
            _known(grades, each.grade)
            found[each.review.id] = check_proposal(
                facts[each.review.id], each.grade, reason=each.reason, ladder=rules.ladder, parameters=rules.parameters
            )
        except Invalid as error:
            found[each.review.id] = error
    return found


def _resume_remitted(op: Operation, review: Review) -> None:
    # A dismissal says that what was determined stands: where that has fallen meanwhile the committee decides first.
    stands = review.determined_grade_id is not None
    if review.remitted and stands and remitted_since_notice(op.session, review):
        op.session.flush()
        resume(op, review)


def _known(grades: Mapping[str, Grade], code: str) -> Grade:
    if code not in grades:
        raise Invalid({"grade": N_("There is no grade %(grade)s on the ladder.")}, {"grade": code})
    return grades[code]


def proposal_refusal(op: Operation, review: Review, grade: str, reason: str) -> Refusal | None:
    """Why this proposal could not be sent as it stands; None when it could (3.3.3-a, b). Raises `Invalid` for no grade."""
    found = _refusals(op, [Proposing(review, grade, reason)])[review.id]
    if isinstance(found, Invalid):
        raise found
    return found


def _write_proposals(op: Operation, proposals: Sequence[Proposing]) -> None:
    # Numbered within the case: earlier proposals stay on record, and the last one counts.
    last, grades = _last_numbers(op, [each.review.id for each in proposals]), grades_by_code(op.session)
    rows: dict[int, list[dict[str, Any]]] = defaultdict(list)
    for each in proposals:
        review, grade, reason = each.review, grades[each.grade], each.reason.strip()
        assert review.head_id is not None
        content = {"review": review.id, "grade": grade.code, "reason": reason, "at": op.now.isoformat()}
        content |= {"in_place_of": review.head_for_id} if review.head_for_id is not None else {}
        seq = last.get(review.id, 0) + 1
        rows[seq].append(
            {
                "review_id": review.id, "seq": seq, "head_id": op.actor.employee_id or review.head_id,
                "grade_id": grade.id, "reason": reason, "proposed_at": op.now, "signature": signature(content),
                "in_place_of_id": review.head_for_id,
            }
        )  # fmt: skip
    for seq, some in rows.items():
        op.session.connection().execute(insert(Proposal.__table__), some)
        mine = Proposal.__table__.c.review_id.in_([row["review_id"] for row in some])
        op.note_inserted(Proposal, mine, Proposal.__table__.c.seq == seq)


def _put_on_cases(op: Operation, proposals: Sequence[Proposing]) -> None:
    """What a proposal is to its case: the grade, and whether it is another one."""
    columns, grades = {}, grades_by_code(op.session)
    for each in proposals:
        review, grade = each.review, grades[each.grade]
        kept = set(review.individual_reasons) - {"grade_change"}
        reasons = sorted(kept | ({"grade_change"} if grade.id != review.present_grade_id else set()))
        columns[review] = {"proposed_grade_id": grade.id, "individual_reasons": reasons}
    write_many(op, columns)


def _last_numbers(op: Operation, review_ids: Sequence[int]) -> dict[int, int]:
    query, found = select(Proposal.review_id, func.max(Proposal.seq)).group_by(Proposal.review_id), dict[int, int]()
    for some in chunks(review_ids):
        found |= dict(op.session.execute(query.where(Proposal.review_id.in_(some))).all())
    return found


@dataclass(frozen=True)
class DraftedProposal:
    """A row of the department's table as it was saved, and what stands against sending it."""

    draft: ProposalDraft
    refusal: Refusal | None


def save_proposal_draft(
    review_id: int, grade: str, reason: str, *, seen: str | None = None, actor: Actor, now: datetime
) -> DraftedProposal:
    """Keep a row of the department's table until it is sent; undo takes the last one back.

    What stands against sending it is answered, not refused: a draft may be unfinished. `seen` is the `row_version` that the
    table was shown with; None saves over whatever is there. Raises `Refused` (3.3.3) where the case is not this head's to
    propose now, `NewerVersion` (1.3.1) where another window has saved the row meanwhile, `Invalid` for a grade that there is
    not.
    """
    with operation("save_proposal_draft", actor=actor, now=now, clause="3.3.3") as op:
        review = op.find(Review, review_id)
        decide(review_facts(op.session, review, actor, now), "propose")
        _refuse_old(op, review, (grade, reason), seen)
        refusal = proposal_refusal(op, review, grade, reason)
        draft = ProposalDraft(
            review_id=review.id,
            head_id=actor.employee_id,
            grade_id=_known(grades_by_code(op.session), grade).id,
            reason=limited("reason", reason),
            saved_at=now,
        )
        return DraftedProposal(op.add(draft), refusal)


def _refuse_old(op: Operation, review: Review, given: tuple[str, str], seen: str | None) -> None:
    """Two windows of one head: what the other one has saved is not written over unseen."""
    kept = latest_of(op, review.id)
    if seen is None or seen == row_version(kept):
        return
    held = (kept.grade.code, kept.reason) if kept is not None else ("", "")
    if held != given:
        fields = (("grade", held[0]), ("reason", held[1]))
        raise NewerVersion(row_version(kept), kept.saved_at if kept is not None else op.now, fields)


def latest_of(op: Operation, review_id: int) -> ProposalDraft | None:
    """The row that this head saved last; what another head had saved before is not theirs to see."""
    return latest_of_many(op, [review_id]).get(review_id)


def latest_of_many(op: Operation, review_ids: Sequence[int]) -> dict[int, ProposalDraft]:
    """The same of each of these cases that has one."""
    return latest_drafts(op.session, review_ids, ProposalDraft.head_id == (op.actor.employee_id or 0))


def undo_proposal_draft(cycle_id: int, *, seen: str | None = None, actor: Actor, now: datetime) -> int:
    """Take the head's last saved row back; the one before counts again. Returns its case.

    `seen` is the row that the page knew as the last one (`last_saved`). Raises `NotFound` without any, `Refused` (3.3.3) while
    all are being sent, `NewerVersion` (1.3.1) where another window has saved one since: what nobody here has seen is not taken
    back.
    """
    with operation("undo_proposal_draft", actor=actor, now=now, clause="3.3.3") as op:
        head = op.find(Employee, actor.employee_id or 0)  # whoever asks for all to be sent holds it too
        if running_on(op.session, "employee", head.id, "send_proposals") is not None:
            # The row before it would be sent in its place, which nobody has looked at.
            refuse("3.3.3", N_("The saved proposals are being sent; undo what is left when that has ended."))
        row = last_saved(op.session, cycle_id, head.id)
        if row is None:
            raise NotFound("ProposalDraft")
        op.locked(
            select(Review).where(Review.id == row.review_id)
        ).one()  # whoever sends or saves this row holds the case
        if seen and seen != saved_version(last_saved(op.session, cycle_id, actor.employee_id or 0)):
            raise NewerVersion(saved_version(row), row.saved_at, row_said(row), ())
        op.session.delete(row)
        return row.review_id


def _drop_drafts(op: Operation, reviews: Sequence[Review]) -> None:
    keys = [review.id for review in reviews]
    drafts = list(op.session.scalars(select(ProposalDraft.id).where(ProposalDraft.review_id.in_(keys))))
    # The keys are read first: a bare DELETE goes past the listener, and each row's end is an event.
    for some in chunks(drafts):
        op.session.execute(delete(ProposalDraft).where(ProposalDraft.id.in_(some)))
    op.note_many(("delete", "proposal_drafts", key, {}) for key in drafts)


@dataclass(frozen=True)
class Sent:
    """What became of a batch: how many proposals were sent, and which cases were refused why."""

    count: int = 0
    refused: dict[int, Refusal] = field(default_factory=dict)


def send_proposals(shown: Mapping[int, str], *, actor: Actor, now: datetime) -> Sent:
    """Send saved rows as the page showed them, by case with their `row_version`; each stands by itself.

    A refused one stays in the table with its reason, and so does one that another window has changed since: nobody signs what
    they have not seen.
    """
    sent, refused = 0, {}
    for review_id, version in shown.items():
        try:
            # A transaction each: one unlawful row must not hold back a department's other two hundred.
            _send(review_id, version, actor=actor, now=now)
            sent += 1
        except Refused as error:
            refused[review_id] = error.refusal
    return Sent(sent, refused)


def _send(review_id: int, shown: str, *, actor: Actor, now: datetime) -> None:
    with operation("send_proposal", actor=actor, now=now, clause="3.3.3") as op:
        op.find(Review, review_id)  # first of all: whoever saves this row meanwhile waits, and is told
        draft = latest_of(op, review_id)
        if row_version(draft) != shown:
            raise NewerVersion(
                row_version(draft), draft.saved_at if draft else now, row_said(draft), _shown(op, review_id, shown)
            )
        if draft is None:
            raise NotFound(f"ProposalDraft of {review_id}")
        propose(review_id, draft.grade.code, draft.reason, actor=actor, now=now)


def _shown(op: Operation, review_id: int, version: str) -> Pairs:
    """What the page showed in a row: one of those that were saved before; nothing of one that was taken back."""
    mine = (ProposalDraft.review_id == review_id, ProposalDraft.head_id == (op.actor.employee_id or 0))
    rows = op.session.scalars(select(ProposalDraft).where(*mine).order_by(ProposalDraft.id.desc()))
    return row_said(next((row for row in rows if row_version(row) == version), None))


def row_said(draft: ProposalDraft | None) -> Pairs:
    if draft is None:
        return ()
    return ((N_("Proposed grade"), draft.grade.code), (N_("Reason"), draft.reason))
