"""Pay-change lists: what a document changes of whose pay, as payroll was told it, never edited (5.1)."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal

from sqlalchemy import ForeignKey, Index, Numeric, String, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from admin.domain.codes import ChangeKind, Language, PayLineState
from admin.models.amounts import AMOUNT
from admin.models.base import Entity, UtcDateTime, one_of
from admin.models.documents import IssuedDocument
from admin.models.people import Employee

FIRST = text("corrects_id IS NULL")


class PayList(Entity):
    """One list of a document; `corrects_id` is the list of the same document before it, to which this one holds differences.

    `sha256` is that of the CSV, by which payroll knows the file; `language` that in which both files are written.
    """

    __tablename__ = "pay_lists"
    __table_args__ = (
        UniqueConstraint("year", "serial", name="uq_pay_list_serial"),
        # Never twice: a document has one first list, and a list one correction.
        Index("uq_pay_list_first", "document_id", unique=True, sqlite_where=FIRST, postgresql_where=FIRST),
        UniqueConstraint("corrects_id", name="uq_pay_list_correction"),
        one_of("language", Language, name="ck_pay_list_language"),
    )

    number: Mapped[str] = mapped_column(String(20), unique=True)
    year: Mapped[int]
    serial: Mapped[int]
    document_id: Mapped[int] = mapped_column(ForeignKey("issued_documents.id"), index=True)
    corrects_id: Mapped[int | None] = mapped_column(ForeignKey("pay_lists.id"))
    made_by_id: Mapped[int]
    made_at: Mapped[datetime] = mapped_column(UtcDateTime)
    people: Mapped[int]
    language: Mapped[str] = mapped_column(String(10))
    # Whoever knows all but the amounts could try them out by it.
    sha256: Mapped[str] = mapped_column(String(64), info=AMOUNT)

    document: Mapped[IssuedDocument] = relationship()
    corrects: Mapped[PayList | None] = relationship(remote_side="PayList.id")

    def __str__(self) -> str:
        return self.number


class PayListRow(Entity):
    """One person in a list: the bands of the old and the new grade on the effective date, as they were when it was made."""

    __tablename__ = "pay_list_rows"
    __table_args__ = (
        UniqueConstraint("list_id", "grade_change_id", name="uq_pay_list_row_change"),
        one_of("state", PayLineState, name="ck_pay_list_row_state"),
        one_of("kind", ChangeKind, name="ck_pay_list_row_kind"),
    )

    list_id: Mapped[int] = mapped_column(ForeignKey("pay_lists.id"), index=True)
    grade_change_id: Mapped[int] = mapped_column(ForeignKey("grade_changes.id"), index=True)
    employee_id: Mapped[int] = mapped_column(ForeignKey("employees.id"), index=True)
    state: Mapped[str] = mapped_column(String(20))
    number: Mapped[str] = mapped_column(String(40))
    name: Mapped[str] = mapped_column(String(100))
    kind: Mapped[str] = mapped_column(String(20))
    from_grade: Mapped[str | None] = mapped_column(String(10))
    to_grade: Mapped[str] = mapped_column(String(10))
    effective_on: Mapped[date]
    old_low: Mapped[Decimal | None] = mapped_column(Numeric(12, 2), info=AMOUNT)
    old_high: Mapped[Decimal | None] = mapped_column(Numeric(12, 2), info=AMOUNT)
    new_low: Mapped[Decimal] = mapped_column(Numeric(12, 2), info=AMOUNT)
    new_high: Mapped[Decimal] = mapped_column(Numeric(12, 2), info=AMOUNT)
    currency: Mapped[str] = mapped_column(String(3))

    pay_list: Mapped[PayList] = relationship()
    employee: Mapped[Employee] = relationship()
