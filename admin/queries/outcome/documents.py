"""What can be issued, and what a formal document contains (3.3.6)."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Select, and_, exists, func, literal, or_, select, true
from sqlalchemy.orm import Session, aliased

from admin.domain.calendar import LONGEST_WAY, certain_from
from admin.domain.codes import (
    BasisAct,
    Body,
    CaseKind,
    CaseStage,
    ChangeKind,
    ConfirmationStage,
    DocumentKind,
    HearingForm,
    NoticeStage,
)
from admin.domain.refusals import N_, Refusal
from admin.domain.witness import Published, short_form
from admin.models import (
    Appeal,
    Confirmation,
    Cycle,
    Department,
    Determination,
    DocumentPrint,
    Employee,
    Grade,
    GradeChange,
    Hearing,
    IssuedDocument,
    Notice,
    NoticeRow,
    Reassessment,
    Review,
)
from admin.queries.outcome import document_words as words
from admin.queries.outcome.document_words import document_wording, language_of, said
from admin.queries.outcome.statements import last_published, result_proof, sole_change
from admin.queries.outcome.withdrawals import taken_by_change
from admin.queries.policy.rules import ByDay, rules_of, rules_on
from admin.queries.system.audit_chain import Head
from admin.queries.system.calendar import company_day
from admin.queries.system.orders import greatest_first
from admin.queries.system.paging import PER_PAGE, Paged, Part, part_of
from config import current

OPEN_APPEAL = ("with_superior", "answered", "with_panel")
NOTHING_READY = N_("No case is ready to be issued: the notice runs, an appeal is open, or a re-assessment is ordered.")


def issuable(session: Session, cycle_id: int | None, now: datetime, *, keys: Sequence[int] | None = None) -> list[int]:
    """Cases on notice whose own last notice is over for certain, with no appeal or objection open and no order to assess again."""
    query = issuable_cases(cycle_id, now)
    if keys is not None:
        query = query.where(Review.id.in_(keys))
    return list(session.scalars(query.order_by(Review.id).execution_options(unscoped=True)))


def movements_to_issue(session: Session, cycle: Cycle, now: datetime) -> Counter[str]:
    """How many of the cases of a cycle that can be issued lead which way, by the cycle's own ladder."""
    before, after = aliased(Grade), aliased(Grade)
    counts = (
        select(before.code, after.code, func.count())
        .select_from(Review)
        .outerjoin(before, before.id == Review.present_grade_id)
        .join(after, after.id == Review.determined_grade_id)
        .where(Review.id.in_(issuable_cases(cycle.id, now)))
        .group_by(before.code, after.code)
    )
    ladder, found = rules_of(session, cycle).ladder, Counter[str]()
    for old, new, count in session.execute(counts.execution_options(unscoped=True)):
        found[ladder.movement(old, new)] += count
    return found


def issuable_cases(cycle_id: int | None, now: datetime) -> Select[Any]:
    """The same as a question: their numbers."""
    last = (
        select(func.max(Notice.ends_at))
        .join(NoticeRow)
        .where(NoticeRow.review_id == Review.id)
        .correlate(Review)
        .scalar_subquery()
    )
    pending = exists(
        select(1).where(
            NoticeRow.review_id == Review.id, NoticeRow.notice_id == Notice.id, Notice.stage == NoticeStage.PUBLISHING
        )
    )
    open_ = exists(select(1).where(Appeal.review_id == Review.id, Appeal.stage.in_(OPEN_APPEAL)))
    # Received, though not confirmed by a second of HR yet: issued, it would come too late for whoever filed in time (6.1-a).
    entered = exists(
        select(1).where(
            NoticeRow.review_id == Review.id, Confirmation.record_id == NoticeRow.id,
            Confirmation.act == BasisAct.FILE_APPEAL, Confirmation.stage == ConfirmationStage.PROPOSED,
        )
    )  # fmt: skip
    again = exists(select(1).where(Reassessment.review_id == Review.id, Reassessment.case_id.is_(None)))
    # Nothing to issue: the document that served it stands (4.3-a).
    fixed = exists(select(1).where(Determination.review_id == Review.id, Determination.body == Body.PANEL))
    as_served = and_(Review.kind == CaseKind.SERVED, ~fixed)
    query = select(Review.id).where(
        Review.stage == CaseStage.ON_NOTICE, last <= now - LONGEST_WAY, ~pending, ~open_, ~entered, ~again, ~as_served
    )
    return query.where(Review.cycle_id == cycle_id) if cycle_id is not None else query


def _certain_from(notices: Sequence[Notice], now: datetime) -> datetime | None:
    """From when a notice that has just ended is over for certain (3.3.5-c); None where none has just ended."""
    just = [row.ends_at for row in notices if row.ends_at is not None and now - LONGEST_WAY < row.ends_at <= now]
    return certain_from(max(just)) if just else None


def last_document(session: Session, cycle_id: int) -> IssuedDocument | None:
    """The latest document of a cycle."""
    query = select(IssuedDocument).where(IssuedDocument.cycle_id == cycle_id).order_by(IssuedDocument.id.desc())
    return session.scalars(query.limit(1).execution_options(unscoped=True)).first()


def why_nothing_to_issue(session: Session, cycle_id: int, now: datetime) -> Refusal:
    """Why no result of a cycle can be issued now, where none is `issuable` (3.3.5, 3.3.5-c, 3.3.6)."""
    of_cycle = (
        select(Notice).where(Notice.cycle_id == cycle_id).order_by(greatest_first(Notice.ends_at), Notice.id.desc())
    )
    notices = list(session.scalars(of_cycle.execution_options(unscoped=True)))
    # First of all: the notice is over and the page would else say that nothing is ready (3.3.5-c).
    if certain := _certain_from(notices, now):
        text = N_(
            "An appeal received in the last second may still be on its way; the document can be issued from %(at)s."
        )
        return Refusal("3.3.5-c", text, {"at": certain.isoformat()})
    if not notices:
        return Refusal("3.3.5", N_("No result is on public notice yet."))
    running = [row.last_day for row in notices if row.last_day and row.ends_at and row.ends_at > now]
    if running:
        return Refusal("3.3.5", N_("The notice period runs until %(until)s."), {"until": max(running).isoformat()})
    return Refusal("3.3.6", NOTHING_READY)


def rows_shown(session: Session, document: IssuedDocument, wanted: int) -> Paged[dict[str, str]]:
    """One part of the people, for a page: a row each as the document prints it, with the number of what has taken it back, or ""."""
    count = select(func.count()).where(GradeChange.document_id == document.id)
    part = part_of(session.scalar(count.execution_options(unscoped=True)) or 0, wanted)
    found = rows_by_change(session, document, part=part)
    taken = taken_by_change(session, [key for key, _ in found])
    rows = [{**row, "taken_by": taken[key].number if key in taken else ""} for key, row in found]
    return Paged(rows, part)


def rows_by_change(
    session: Session, document: IssuedDocument, change: int | None = None, part: Part | None = None
) -> list[tuple[int, dict[str, str]]]:
    """The number of each grade change and, as the document prints them, number, name, department, grades, effective date.

    Of one change, or of one part of the list, alone where it is named.
    """
    language = language_of(document.title)
    from_grade, to_grade = Grade.__table__.alias("from_grade"), Grade.__table__.alias("to_grade")
    rows = session.execute(
        select(
            GradeChange.id.label("change"),
            Employee.number,
            Employee.name,
            Department.name.label("department"),
            from_grade.c.code.label("from_code"),
            from_grade.c[f"name_{language}"].label("from_grade"),
            to_grade.c.code.label("to_code"),
            to_grade.c[f"name_{language}"].label("to_grade"),
            GradeChange.effective_on,
        )
        .select_from(GradeChange)
        .join(Employee, Employee.id == GradeChange.employee_id)
        .outerjoin(Review, Review.id == GradeChange.review_id)
        # The department of the case, as it was when it was judged; an adjustment has none and takes the present one.
        .join(Department, Department.id == func.coalesce(Review.department_id, Employee.department_id))
        .outerjoin(from_grade, from_grade.c.id == GradeChange.from_grade_id)
        .join(to_grade, to_grade.c.id == GradeChange.to_grade_id)
        .where(GradeChange.document_id == document.id, GradeChange.id == change if change is not None else true())
        .order_by(Department.name, Employee.number)
        .limit(PER_PAGE if part is not None else None)
        .offset(part.start if part is not None else None)
        .execution_options(unscoped=True)
    )
    names = grade_names(session, document, language)
    return [
        (
            row.change,
            {
                "number": row.number,
                "name": row.name,
                "department": row.department,
                "from_grade": names.get(row.from_code, row.from_grade) or "—",
                "to_grade": names.get(row.to_code, row.to_grade),
                "effective_on": row.effective_on.isoformat(),
            },
        )
        for row in rows
    ]


def grade_names(session: Session, document: IssuedDocument, language: str) -> dict[str, str]:
    """What grades are called under the document's own rules: its cycle's, or those of the day on which it was issued (6.1-c)."""
    cycle = session.get(Cycle, document.cycle_id) if document.cycle_id is not None else None
    day = company_day(document.issued_at)
    rules = rules_of(session, cycle) if cycle is not None else rules_on(session, day, ByDay.SERVED)
    return {grade.id: getattr(grade.name, language) for grade in rules.book.grades}


def _superseded(session: Session, document: IssuedDocument) -> str:
    """The number of the document that this one takes the place of."""
    before = session.get(IssuedDocument, document.supersedes_id) if document.supersedes_id is not None else None
    return before.number if before else said(words.EARLIER, language_of(document.title))


def grounds_of(session: Session, document: IssuedDocument, change: int | None = None) -> dict[str, str]:
    """By employee number, for each demotion in the document its ground of 4.2.1 and how the person was heard (4.2-a).

    Of one grade change alone where it is named.
    """
    query = (
        select(Employee.number, Review.demotion_ground, Review.id)
        .select_from(GradeChange)
        .join(Employee, Employee.id == GradeChange.employee_id)
        .join(Review, Review.id == GradeChange.review_id)
        .where(GradeChange.document_id == document.id, Review.demotion_ground.is_not(None))
        .where(GradeChange.id == change if change is not None else true())
        .where(or_(GradeChange.kind == ChangeKind.DEMOTION, literal(document.kind == DocumentKind.DEMOTION)))
        .order_by(Employee.number)
    )
    found = session.execute(query.execution_options(unscoped=True)).all()
    language = language_of(document.title)
    heard = _hearings(session, [row.id for row in found], language)
    return {
        row.number: said(words.GROUND, language).format(
            number=row.number,
            ground=row.demotion_ground,
            words=said(words.GROUNDS[row.demotion_ground], language),
            heard=heard.get(row.id, said(words.HEARINGS["not_taken_up"], language)),
        )
        for row in found
    }


def _how_heard(row: Hearing) -> str:
    """How the document says it; an offer without a last day is from before interviews were signed by both."""
    if row.form != HearingForm.INTERVIEW or row.until is None:
        return row.form
    if row.signed_at is None:
        return "interview_unsigned"
    return "interview_objected" if row.objection else "interview_signed"


def _hearings(session: Session, review_ids: Sequence[int], language: str) -> dict[int, str]:
    query = select(Hearing).where(Hearing.review_id.in_(review_ids), Hearing.recorded_at.is_not(None))
    rows = session.scalars(query.order_by(Hearing.id).execution_options(unscoped=True))
    return {
        row.review_id: f"{company_day(row.recorded_at).isoformat()} {said(words.HEARINGS[_how_heard(row)], language)}"
        for row in rows
        if row.recorded_at is not None
    }


def printed_heads(session: Session) -> list[Head]:
    """The heads that documents and notices print."""
    found = []
    documents, notices = IssuedDocument.__table__, Notice.__table__
    prints = DocumentPrint.__table__
    places = ((documents, "issued_at", "head"), (documents, "issued_at", "proof"), (notices, "published_at", "head"))
    for place, at, which in (*places, (prints, "made_at", "proof")):
        size, root = place.c[f"{which}_sequence"], place.c[f"{which}_sha256"]
        query = select(size, root, place.c[at]).where(size.is_not(None))
        found += [Head(*each) for each in session.connection().execute(query.order_by(place.c.id))]
    return found


def _printed_head(document: IssuedDocument) -> str:
    """The audit trail's head in the short form, "" on documents from before it was printed."""
    if document.head_sequence is None or document.head_sha256 is None:
        return ""
    head = short_form(document.head_sequence, document.head_sha256)
    return said(words.HEAD, language_of(document.title)).format(head=head)


def proof_under(session: Session, document: IssuedDocument) -> Published | None:
    """The head under which a document that is to be rendered prints the proof of the one person that it is about.

    That of its first rendering; before it the one that was published last, where it covers the result. None where it prints none.
    """
    change = sole_change(session, document.id)
    if change is None:
        return None
    if document.sha256 is None:
        last = last_published(session)
        return last if last is not None and result_proof(session, change, last) is not None else None
    if document.proof_sequence is None or document.proof_sha256 is None:
        return None
    return Published(document.proof_sequence, document.proof_sha256, "")


def proof_of(session: Session, change: int | None, under: Published | None, language: str) -> dict[str, str]:
    """The sentence and the code of a change's proof under a head, both "" where there is none."""
    proof = result_proof(session, change, under) if change is not None and under is not None else None
    if proof is None or under is None:
        return {"proof": "", "proof_code": ""}
    return {"proof": said(words.PROOF, language).format(head=under.short()), "proof_code": proof}


def document_context(
    session: Session, document: IssuedDocument, under: Published | None = None, change: int | None = None
) -> dict[str, Any]:
    """Everything that the document's template asks for; the same record and head of its proof give the same context.

    With `change`, as if the document named that person alone.
    """
    wording, language = document_wording(document.kind), language_of(document.title)
    grounds = list(grounds_of(session, document, change).values())
    demotion = document_wording("demotion").clauses[:3] if grounds and document.kind != DocumentKind.DEMOTION else ()
    return {
        "company": said(current().portal_company, language),
        "document_number": document.number,
        "title": document.title,
        "issued_on": company_day(document.issued_at).isoformat(),
        "effective_on": document.effective_on.isoformat(),
        "legal_basis": wording.legal_basis(language),
        "clauses": [*wording.clauses, *demotion],
        "introduction": said(wording.introduction, language).format(before=_superseded(session, document)),
        "headings": {name: said(texts, language) for name, texts in words.HEADINGS.items()},
        "rows": [row for _, row in rows_by_change(session, document, change)],
        "grounds": grounds,
        "appeal": said(wording.appeal, language).format(days=document.appeal_days),
        "closing": said(words.CLOSING, language),
        "signatory": said(words.SIGNATORY, language),
        "head": _printed_head(document),
        **proof_of(session, sole_change(session, document.id) if under else None, under, language),
    }
