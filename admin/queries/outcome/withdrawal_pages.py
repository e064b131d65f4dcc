"""The pages of taking a document back: the list of proposals, one of them, and the form with what it would do (1.2-f, 5.1)."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload

from admin.access.actor import Actor
from admin.access.amounts import sees_amounts
from admin.domain.codes import ChangeStage
from admin.domain.pay import PayEffect, PayTotals, totals
from admin.domain.refusals import NotFound
from admin.models import DocumentWithdrawal, Grade, IssuedDocument
from admin.queries.outcome.pay import all_bands
from admin.queries.outcome.withdrawals import Hanging, TakenBack, WithdrawalAsked, changes_of, hanging, taken_back
from admin.queries.policy.policy_versions import account_names
from admin.queries.policy.rules import ByDay, grades_of, rules_on
from admin.queries.system.paging import Paged, paged, part_of


@dataclass(frozen=True)
class WithdrawalAhead:
    """What a document that takes another back would do: a part of its people, how many of what, what hangs on it, pay for HR."""

    people: Paged[TakenBack]
    counts: Mapping[str, int]
    out: Sequence[TakenBack]
    hung: Hanging
    effects: Mapping[int, PayEffect]
    pay: PayTotals | None


def ahead(session: Session, reader: Actor, asked: WithdrawalAsked, wanted: int) -> WithdrawalAhead:
    """The same, as of now."""
    rows = taken_back(session, asked)
    able = [row for row in rows if row.refusal is None]
    effects = _effects(session, reader, able)
    part = part_of(len(able), wanted)
    counts = Counter("moved" if row.moves else "kept" for row in able)
    counts["never_held"] = sum(row.moves and row.from_the_day for row in able)
    out = [row for row in rows if row.refusal is not None]
    pay = totals(effects.values()) if effects else None
    return WithdrawalAhead(
        Paged(able[part.start : part.end], part), counts, out, hanging(session, asked, able), effects, pay
    )


def _effects(session: Session, reader: Actor, rows: Sequence[TakenBack]) -> dict[int, PayEffect]:
    """By change, what it brings of pay; nothing for whom amounts are not (5.1)."""
    if not sees_amounts(reader):
        return {}
    bands = all_bands(session)
    return {
        row.change: PayEffect(bands.on(row.before.code, row.since), bands.on(row.after.code, row.since), row.since)
        for row in rows
        if row.moves and row.after is not None
    }


@dataclass(frozen=True)
class WithdrawalForm:
    """The form: the document, how many it names, what was typed, the grades to choose from, and what it would do."""

    document: IssuedDocument
    named: int
    typed: Mapping[str, str]
    grades: Sequence[Grade]
    ahead: WithdrawalAhead | None = None


def withdrawal_form(
    session: Session,
    document: IssuedDocument,
    today: date,
    typed: Mapping[str, str],
    shown: WithdrawalAhead | None = None,
) -> WithdrawalForm:
    """The form over the ladder of today."""
    grades = grades_of(session, rules_on(session, today, ByDay.DATED_ACT))
    return WithdrawalForm(document, len(changes_of(session, document.id)), typed, grades, shown)


@dataclass(frozen=True)
class WithdrawalPage:
    """One proposal: with what it would do while it waits, and the document that did it."""

    row: DocumentWithdrawal
    names: Mapping[int, str]
    ahead: WithdrawalAhead | None
    reads_documents: bool


def withdrawal_page(session: Session, key: int, reader: Actor, wanted: int, today: date) -> WithdrawalPage:
    """The page of a proposal; raises `NotFound` beyond the reader's scope."""
    query = select(DocumentWithdrawal).where(DocumentWithdrawal.id == key)
    loaded = (
        joinedload(DocumentWithdrawal.document),
        joinedload(DocumentWithdrawal.issued),
        joinedload(DocumentWithdrawal.grade),
    )
    row = session.scalars(query.options(*loaded)).first()
    if row is None:
        raise NotFound(f"DocumentWithdrawal {key}")
    shown = None
    if row.stage == ChangeStage.PROPOSED:
        asked = WithdrawalAsked(row.document, row.kind, row.changes, max(row.effective_on, today), row.grade)
        shown = ahead(session, reader, asked, wanted)
    names = account_names(session, {row.proposed_by_id, row.decided_by_id})
    return WithdrawalPage(row, names, shown, reader.has("hr", "auditor"))


@dataclass(frozen=True)
class WithdrawalsPage:
    """A part of all proposals: those that wait first, the others by the latest."""

    rows: Sequence[DocumentWithdrawal]
    part: object
    names: Mapping[int, str]


def withdrawals_page(session: Session, wanted: int) -> WithdrawalsPage:
    """The list, in the reader's scope."""
    query = select(DocumentWithdrawal).options(
        joinedload(DocumentWithdrawal.document), joinedload(DocumentWithdrawal.issued)
    )
    waits = DocumentWithdrawal.stage == ChangeStage.PROPOSED
    found = paged(session, query.order_by(~waits, DocumentWithdrawal.id.desc()), wanted)
    return WithdrawalsPage(found.rows, found.part, account_names(session, {row.proposed_by_id for row in found.rows}))
