"""The pages of letters: one's own, and for HR who has read theirs and what they ask (3.3.6, 4.3-a)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import func, or_, select
from sqlalchemy.orm import Session, joinedload

from admin.domain.calendar import add_working_days
from admin.domain.codes import PrintKind
from admin.domain.refusals import Refusal, Refused
from admin.models import Acknowledgement, Appeal, DocumentPrint, Employee, GradeChange, IssuedDocument, ServiceQuestion
from admin.queries.appeals.served import appeals_against, why_not_appealed
from admin.queries.outcome.letters import change_for, count_parts, letters_of, prints_of
from admin.queries.outcome.withdrawals import taken_by_change
from admin.queries.system.calendar import company_day, working_calendar
from admin.queries.system.paging import Paged, paged

ALL, UNREAD, ASKED = "all", "unread", "asked"
FILTERS = (ALL, UNREAD, ASKED)


@dataclass(frozen=True)
class MyLetters:
    """The documents that name the reader, the newest first, each with when it was read."""

    letters: Paged[Any]


@dataclass(frozen=True)
class LetterPage:
    """What a document says of its reader, whether they have read it, what they asked, and how long they may appeal."""

    document: IssuedDocument
    change: GradeChange
    letter: Mapping[str, Any]
    acknowledged: Acknowledgement | None
    questions: Sequence[ServiceQuestion]
    appeal_until: date | None
    taken_by: IssuedDocument | None  # the document that withdrew or corrected it
    why_no_appeal: Refusal | None  # why nobody can appeal against it any more
    appealed: Sequence[Appeal]  # what the reader has filed against it


@dataclass(frozen=True)
class ServedPage:
    """Whom a document was served on: how many have read it, a part of the list, what is asked, and the prints of letters."""

    document: IssuedDocument
    today: date
    chosen: str
    looked_for: str
    counts: Mapping[str, int]
    served: Paged[Any]
    questions: Paged[Any]
    prints: Sequence[DocumentPrint]
    parts: int

    @property
    def printed(self) -> int:
        """How many letters are printed."""
        return sum(len(row.changes) - len(row.unprintable) for row in self.prints)


def my_letters(session: Session, employee_id: int | None, wanted: int) -> MyLetters:
    """The list of whoever asks."""
    query: Any = (
        select(GradeChange, Acknowledgement)
        .join(IssuedDocument, IssuedDocument.id == GradeChange.document_id)
        .outerjoin(Acknowledgement, Acknowledgement.grade_change_id == GradeChange.id)
        .where(GradeChange.employee_id == (employee_id or 0))
        .options(joinedload(GradeChange.document), joinedload(GradeChange.to_grade), joinedload(GradeChange.from_grade))
        .order_by(IssuedDocument.issued_at.desc(), GradeChange.id.desc())
    )
    return MyLetters(paged(session, query.execution_options(unscoped=True), wanted))


def letter_page(session: Session, document_id: int, employee_id: int | None, now: datetime) -> LetterPage:
    """The reader's own letter. Raises `NotFound` for a document that does not name them."""
    change = change_for(session, document_id, employee_id)
    document = session.get_one(IssuedDocument, document_id)
    ((_, letter),) = letters_of(session, document, [change.id], None)
    read = select(Acknowledgement).where(Acknowledgement.grade_change_id == change.id)
    asked = select(ServiceQuestion).where(ServiceQuestion.grade_change_id == change.id).order_by(ServiceQuestion.id)
    return LetterPage(
        document,
        change,
        letter,
        session.scalars(read.execution_options(unscoped=True)).first(),
        session.scalars(asked.execution_options(unscoped=True)).all(),
        appeal_until(session, document),
        taken_by_change(session, [change.id]).get(change.id),
        why_not_appealed(session, change, now),
        appeals_against(session, change),
    )


def appeal_until(session: Session, document: IssuedDocument) -> date | None:
    """The last day on which somebody may appeal whom the document itself is served on; None where a notice gave the time (4.3-a)."""
    if document.appeal_days is None:
        return None
    try:
        return add_working_days(company_day(document.issued_at), document.appeal_days, working_calendar(session))
    except Refused:
        return None  # a year that HR has not confirmed yet: the letter says how many days there are


def served_page(
    session: Session, document: IssuedDocument, today: date, chosen: str, wanted: Mapping[str, int], looked_for: str
) -> ServedPage:
    """The page of a document for HR and auditors; `looked_for` is a part of a name or number."""
    asked = select(ServiceQuestion.grade_change_id).where(ServiceQuestion.answered_at.is_(None))
    of_document = GradeChange.document_id == document.id
    narrowed = {
        ALL: (of_document,),
        UNREAD: (of_document, Acknowledgement.id.is_(None)),
        ASKED: (of_document, GradeChange.id.in_(asked)),
    }
    counted = {name: _rows(*conditions).with_only_columns(func.count()) for name, conditions in narrowed.items()}
    together = select(*(query.order_by(None).scalar_subquery().label(name) for name, query in counted.items()))
    counts = dict(session.execute(together.execution_options(unscoped=True)).mappings().one())
    query = _rows(*narrowed[chosen])
    if looked_for:
        query = query.where(
            or_(
                Employee.number.contains(looked_for, autoescape=True),
                Employee.name.contains(looked_for, autoescape=True),
            )
        )
    open_ = (
        select(ServiceQuestion)
        .where(ServiceQuestion.document_id == document.id)
        .options(joinedload(ServiceQuestion.employee))
        .order_by(ServiceQuestion.answered_at.is_not(None), ServiceQuestion.id)
    )
    return ServedPage(
        document,
        today,
        chosen,
        looked_for,
        counts,
        paged(session, query.execution_options(unscoped=True), wanted["page"]),
        paged(session, open_.execution_options(unscoped=True), wanted["questions"]),
        prints_of(session, document.id, PrintKind.LETTERS),
        count_parts(session, document),
    )


def _rows(*conditions: Any) -> Any:
    found = (
        select(GradeChange, Acknowledgement, Employee)
        .join(Employee, Employee.id == GradeChange.employee_id)
        .outerjoin(Acknowledgement, Acknowledgement.grade_change_id == GradeChange.id)
        .where(*conditions)
        .options(joinedload(GradeChange.from_grade), joinedload(GradeChange.to_grade))
        .order_by(Employee.number)
    )
    return found


def unread_letters(employee_id: int | None) -> Any:
    """How many letters somebody has not acknowledged, and the newest document of them, for the home page."""
    found = (
        select(func.count().label("count"), func.max(GradeChange.document_id).label("newest"))
        .select_from(GradeChange)
        .outerjoin(Acknowledgement, Acknowledgement.grade_change_id == GradeChange.id)
        .where(
            GradeChange.employee_id == (employee_id or 0),
            GradeChange.document_id.is_not(None),
            Acknowledgement.id.is_(None),
        )
    )
    return found
