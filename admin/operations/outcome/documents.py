"""Issuing the formal document and entering grades in the files (3.3.6, 1.2-d, 6.3-a)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any

from sqlalchemy import Select, func, insert, select
from sqlalchemy.orm import selectinload

from admin.access.actor import Actor
from admin.domain.codes import Body, CaseKind, CaseStage, CycleKind
from admin.domain.grade_file import check_day_of_effect
from admin.domain.refusals import N_, P_, Invalid, Refusal, Refused, refuse
from admin.domain.witness import Published
from admin.domain.workflow.facts import effect
from admin.models import (
    Cycle,
    Determination,
    Employee,
    Grade,
    GradeChange,
    IssuedDocument,
    Review,
)
from admin.operations.acts import Field, act
from admin.operations.many import CHANGED_MEANWHILE, Many, Turn, whole
from admin.operations.numbering import next_after
from admin.operations.outcome.grade_entries import enter
from admin.operations.outcome.notices import first_of_next_month
from admin.operations.system.audit import seal_all
from admin.operations.transaction import Operation, operation
from admin.queries.appeals.served import contested
from admin.queries.cases.reassessments import disputed_change, from_the_file, grades_before
from admin.queries.cases.review_facts import notice_facts_of
from admin.queries.cycles.cycle_facts import cycle_facts
from admin.queries.outcome.document_words import NUMBER, document_wording, language_of, said, title_of
from admin.queries.outcome.documents import NOTHING_READY, issuable, issuable_cases
from admin.queries.outcome.file_fit import off_the_file
from admin.queries.outcome.issuing import left_out
from admin.queries.outcome.templates import template_in_use
from admin.queries.policy.rules import ByDay, rules_of, rules_on
from admin.queries.system.audit_chain import chain_head
from admin.queries.system.long_work import cases_named
from config import current

RENDER_JOB = "render_document"
# the clause by which a grade is reached, for each way a result may lead
MOVED_BY = {"initial": "1.2", "promotion": "4.1.2", "demotion": "4.2.2", "unchanged": "3.3.6"}


def _begin_issuing(turn: Turn) -> None:
    op, cycle, today = turn.op, turn.record, turn.op.today
    # Before the document: what it rests on is chained to the published head, and cannot be changed unseen
    # afterwards.
    seal_all(op)
    effective = turn.values.get("effective_on") or first_of_next_month(today)
    facts = cycle_facts(op.session, cycle, op.actor, op.now, effective_on=max(effective, today))
    op.step(cycle, facts, "issue")
    if wrong_day := check_day_of_effect(effective, today):
        raise Invalid({"effective_on": wrong_day})
    document = new_document(op, _kind(op, cycle, issuable_cases(cycle.id, op.now)), effective, today, cycle=cycle)
    turn.kept |= {"document": document.id, "left_out": []}


def _ready(turn: Turn) -> Select[Any]:
    return issuable_cases(turn.record.id, turn.since).where(Review.stage_since <= turn.since)


def _issue(turn: Turn, keys: Sequence[int]) -> Mapping[int, Refusal]:
    op, document = turn.op, turn.op.get(IssuedDocument, turn.kept["document"])
    # Chosen first, locked second: locking everything of the cycle would stop appeals that have nothing to do with it.
    ready = _lock(op, keys)
    out = left_out(op.session, ready, {case.id: document.effective_on for case in ready})
    cases = [case for case in ready if case.employee_id not in out]
    refused = {case.id: out[case.employee_id] for case in ready if case.employee_id in out}
    refused |= dict.fromkeys(set(keys) - {case.id for case in ready}, CHANGED_MEANWHILE)  # an appeal came in
    turn.kept["left_out"] += named(op, out)
    if cases:
        off = off_the_file(op.session, cases)
        # Before the changes are written: they would already look like the earlier document's successors.
        _supersede(op, cases, document)
        _write_changes(op, cases, document)
        enter(op, GradeChange.document_id == document.id, GradeChange.review_id.in_([case.id for case in cases]))
        _finish(op, cases, document, off)
    return refused


def _end_issuing(turn: Turn) -> None:
    op, document = turn.op, turn.op.get(IssuedDocument, turn.kept["document"])
    carried = select(GradeChange.review_id).where(GradeChange.document_id == document.id)
    if op.session.scalar(carried.limit(1)) is None:
        refuse("3.3.6", NOTHING_READY)  # an appeal came in meanwhile
    # By those whom it carries: what was left out of it says nothing about what it is.
    kind = _kind(op, turn.record, carried)
    document.kind, document.title = kind, title_of(kind, turn.record.year, language_of(document.title))
    document.left_out = sorted(turn.kept["left_out"], key=lambda each: str(each["number"]))
    op.job(RENDER_JOB, {"document_id": document.id})
    turn.found.append(document)


ISSUE = Many(
    "issue",
    "3.3.6",
    _ready,
    _issue,
    cases_named,
    P_(
        "%(count)s grade is entered in the file by one document, and the employee gets a message; this is final.",
        "%(count)s grades are entered in the files by one document, and everyone gets a message; this is final.",
    ),
    begin=_begin_issuing,
    end=_end_issuing,
    stoppable=False,
)


@act("cycle", "issue", Field("effective_on", N_("Effective from"), "date", required=False), many=ISSUE)
def issue(cycle_id: int, *, actor: Actor, now: datetime, effective_on: date | None = None) -> IssuedDocument:
    """HR's act after the notice: one document for every case whose notice is over and that nothing is open on.

    A number per year without gaps, grade changes and intervals with their document, messages to the people; the DOCX
    is rendered after the commit. Raises `Refused` (3.3.5) while the notice runs, (3.3.6) where nothing can be issued.
    """
    document: IssuedDocument
    (document,) = whole(ISSUE, cycle_id, Cycle, {"effective_on": effective_on}, actor=actor, now=now).found
    return document


def _lock(op: Operation, keys: Sequence[int]) -> list[Review]:
    """The cases, locked, so that an appeal that arrives now either comes first or finds them issued (3.3.5-c)."""
    ready = select(Review).where(Review.id.in_(keys), Review.stage == CaseStage.ON_NOTICE)
    beside = (Review.cycle, Review.employee, Review.present_grade, Review.determined_grade)
    cases = list(op.locked(ready.options(*map(selectinload, beside))))
    # Asked again under the lock: an appeal may have come in between.
    still = set(issuable(op.session, None, op.now, keys=keys))
    return [case for case in cases if case.id in still]


def named(op: Operation, out: Mapping[int, Refusal]) -> list[dict[str, Any]]:
    """Who is left out of a document, as it is kept with it: the employee's number, clause, reason and facts."""
    query = select(Employee.id, Employee.number).where(Employee.id.in_(out)).order_by(Employee.number)
    return [
        {"number": number, "clause": why.clause, "reason": why.reason, "facts": dict(why.facts)}
        for key, number in op.session.execute(query)
        for why in (out[key],)
    ]


def _kind(op: Operation, cycle: Cycle, cases: Select[Any]) -> str:
    """What kind of document carries these cases: the year's, one of appeals alone, or that of single proceedings."""
    if cycle.kind == CycleKind.SINGLE:
        return (
            op.session.scalars(select(Review.kind).where(Review.cycle_id == cycle.id).order_by(Review.id)).first() or ""
        )
    by_panel = select(Determination.review_id).where(Determination.body == Body.PANEL)
    regular = select(Review.id).where(Review.id.in_(cases), Review.id.not_in(by_panel)).limit(1)
    return "annual" if op.session.scalar(regular) is not None else "appeal"


def new_document(
    op: Operation, kind: str, effective: date, today: date, *, cycle: Cycle | None = None
) -> IssuedDocument:
    """A document with the year's next number; numbers have no gaps, because they are given under a lock (3.3.6)."""
    serial = next_after(op, select(func.max(IssuedDocument.serial)).where(IssuedDocument.year == today.year))
    head, template, language = chain_head(op.session), template_in_use(op.session), current().portal_language
    return op.add(
        IssuedDocument(
            head_sequence=head.sequence if head else None,
            head_sha256=head.sha256 if head else None,
            number=said(NUMBER, language).format(year=today.year, serial=serial),
            year=today.year,
            serial=serial,
            kind=kind,
            title=title_of(kind, cycle.year if cycle else today.year, language),
            appeal_days=_appeal_days(op, kind, today),
            cycle_id=cycle.id if cycle else None,
            issued_by_id=op.actor.user_id or 0,
            issued_at=op.now,
            effective_on=effective,
            template_id=template.id if template else None,
        )
    )


def _appeal_days(op: Operation, kind: str, today: date) -> int | None:
    """How long somebody may appeal who is served this document; None where a public notice gave the time (4.3-a)."""
    if not document_wording(kind).served:
        return None
    return int(rules_on(op.session, today, ByDay.SERVED).parameters["notice_days"])


def _supersede(op: Operation, cases: Sequence[Review], document: IssuedDocument) -> None:
    """The document of a case that was assessed again, or heard on appeal, names the one whose place it takes (4.3-a, 6.3-a)."""
    for case in cases:
        earlier = disputed_change(op.session, case.reassesses_id) if case.reassesses_id is not None else None
        earlier = earlier or contested(op.session, case)
        if earlier is not None:
            document.supersedes_id = earlier.document_id
    op.session.flush()


def _write_changes(op: Operation, cases: Sequence[Review], document: IssuedDocument) -> None:
    before = grades_before(op.session, cases)
    rows = [_change(op, case, before[case.id], document) for case in cases]
    op.session.execute(insert(GradeChange), rows)
    table = GradeChange.__table__.c
    op.note_inserted(GradeChange, table.document_id == document.id, table.review_id.in_([case.id for case in cases]))


def _change(op: Operation, case: Review, present: Grade | None, document: IssuedDocument) -> dict[str, Any]:
    fixed = case.determined_grade
    assert fixed is not None
    # By the case's own ladder: a later version may rank the same codes otherwise.
    moves = rules_of(op.session, case).ladder.movement(present.code if present else None, fixed.code)
    if from_the_file(case):
        kind = "unchanged" if present is not None and present.id == fixed.id else "reassessment"
        clause = "3.3.5-a" if case.kind == CaseKind.SERVED else "6.3-a"
    else:
        kind, clause = moves, MOVED_BY[moves]
    return {
        "employee_id": case.employee_id,
        "kind": kind,
        "stage": "issued",
        "from_grade_id": present.id if present else None,
        "to_grade_id": fixed.id,
        "clause": clause,
        "effective_on": document.effective_on,
        "review_id": case.id,
        "document_id": document.id,
        "decided_at": op.now,
        "decided_by_id": document.issued_by_id,
    }


def _finish(op: Operation, cases: Sequence[Review], document: IssuedDocument, off: Mapping[int, Refusal]) -> None:
    """Take the step on the cases; `off` says whose grade was not the file's before this document was entered."""
    message = {"document": document.number, "effective_on": document.effective_on.isoformat()}
    known = notice_facts_of(op.session, [case.id for case in cases], op.now)
    steps = [(case, effect("review", case.stage, file_refusal=off.get(case.id), **known[case.id])) for case in cases]
    op.step_many(steps, "issue", reason=document.number, as_system=True, message=message)


def record_rendering(
    document_id: int, sha256: str, under: Published | None = None, *, actor: Actor, now: datetime
) -> IssuedDocument:
    """The document's file has these bytes, and prints its proof, if it has one, under that head.

    A file that turns out differently later is named, never replaced.
    """
    with operation("record_rendering", actor=actor, now=now, clause="3.3.6") as op:
        document = op.find(IssuedDocument, document_id)
        # The first bytes are the document; whatever renders differently later is not it.
        if document.sha256 not in (None, sha256):
            raise Refused(
                Refusal(
                    "3.3.6",
                    N_("The document %(number)s was rendered with other bytes before."),
                    {"number": document.number},
                )
            )
        if document.sha256 is None and under is not None:
            document.proof_sequence, document.proof_sha256 = under.sequence, under.sha256
        document.sha256 = sha256
    return document
