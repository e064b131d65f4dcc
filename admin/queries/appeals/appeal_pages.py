"""The page of one appeal or objection, and the form on which one is filed (3.3.5)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from admin.access.actor import Actor
from admin.domain.codes import JudgingAct
from admin.domain.refusals import Refusal
from admin.models import Appeal, Grade, NoticeRow, PanelBallot, Recusal, Review
from admin.queries.appeals.appeal_facts import ballots_of, bench_of
from admin.queries.appeals.appeals import ballots_seen, filed_before, knows_filer, panel_recusals
from admin.queries.appeals.filings import addressees_of, grounds_open, why_not_filed
from admin.queries.committee.barred import bars_on
from admin.queries.committee.committee import seats
from admin.queries.policy.rules import grades_of, rules_of
from admin.queries.system.audit import TrailEntry, history_of

Given = Mapping[str, str]


@dataclass(frozen=True)
class AppealPage:
    """One appeal as its reader sees it: what was filed, the panel's work on it, and its steps."""

    record: Appeal
    reader: Actor
    case_seen: bool
    recusals: tuple[Recusal, ...]
    grades: tuple[Grade, ...]  # that the panel may name
    own: tuple[PanelBallot, ...]
    cast: int
    sitting: int
    trail: tuple[TrailEntry, ...]
    given: Given

    @property
    def on_panel(self) -> bool:
        """Whether the reader has an office on the panel."""
        return self.reader.has("panel_member", "panel_chair")


@dataclass(frozen=True)
class AppealForm:
    """The form against one printed row: whose result it is, why nothing can be filed, what the reader filed before.

    `grounds` and `addressees` are those that the reader may still choose among.
    """

    printed_row: NoticeRow
    reader: Actor
    own: bool
    refusal: Refusal | None
    filed: tuple[Appeal, ...]
    grounds: tuple[str, ...]
    addressees: tuple[str, ...]


def appeal_page(session: Session, appeal: Appeal, reader: Actor, today: date, given: Given) -> AppealPage:
    """The page of an appeal that the reader may see, with `given` in the fields of its forms."""
    # Of an objection only those who know the filer read the steps, because they name who acted.
    trail = history_of(session, "appeal", appeal.id, reader) if knows_filer(reader, appeal) else []
    bars = bars_on(session, [appeal.review], JudgingAct.PANEL_BALLOT)
    return AppealPage(
        record=appeal,
        reader=reader,
        # Asked in the reader's scope: who may read an appeal need not have the case.
        case_seen=session.scalar(select(Review.id).where(Review.id == appeal.review_id)) is not None,
        recusals=tuple(panel_recusals(session, appeal, reader)),
        grades=tuple(grades_of(session, rules_of(session, appeal.review))),
        own=tuple(ballots_seen(session, appeal)),
        cast=len(ballots_of(session, appeal, bars)),
        sitting=len(bench_of(bars, appeal, seats(session, today, panel=True))),
        trail=tuple(trail),
        given=given,
    )


def appeal_form(session: Session, row: NoticeRow, reader: Actor, now: datetime) -> AppealForm:
    """The form against a printed row."""
    me = reader.employee_id
    refusal, filed = why_not_filed(session, row, me, now), tuple(filed_before(session, reader, row))
    left = grounds_open(session, row, me) if me is not None else ()
    return AppealForm(row, reader, is_own(row, reader), refusal, filed, tuple(left), addressees_of(row.review))


def is_own(row: NoticeRow, reader: Actor) -> bool:
    """Whether a printed row is the reader's own result: an appeal; of anybody else's it is an objection."""
    return row.review.employee_id == reader.employee_id
