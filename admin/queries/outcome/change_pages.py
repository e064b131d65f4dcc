"""The pages of adjustments and of corrections of takeovers: the list, one change, the form of a proposal (1.2-f, 4.3)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy.orm import Session

from admin.access.actor import Actor
from admin.domain.codes import ChangeKind, ChangeStage
from admin.domain.pay import PayEffect, PayTotals, totals
from admin.domain.refusals import NotFound
from admin.models import Grade, GradeChange
from admin.queries.outcome.adjustments import (
    adjustments_by_stage,
    batch_rows,
    change_of_kind,
    open_adjustments,
    rejections,
    settled_adjustments,
)
from admin.queries.outcome.adjustments_ahead import ProposalAhead
from admin.queries.outcome.pay import effect_of, effects_of
from admin.queries.policy.policy_versions import account_names
from admin.queries.policy.rules import ByDay, grades_of, rules_on
from admin.queries.system.paging import Part


@dataclass(frozen=True)
class AdjustmentsPage:
    """A part of what waits for management and to be issued, how many there are at each stage, what was decided lately."""

    reader: Actor
    open: Sequence[GradeChange]
    part: Part
    counts: Mapping[str, int]
    settled: Sequence[GradeChange]
    names: Mapping[int, str]  # of those who proposed or decided, by account
    effects: Mapping[int, PayEffect]  # by change, for whom amounts are (5.1)
    rejected: Mapping[int, str]  # by change that was rejected, why

    @property
    def pay(self) -> PayTotals | None:
        """What issuing the approved ones that are shown would change of pay; None for whom amounts are not."""
        found = [self.effects[row.id] for row in self.approved if row.id in self.effects]
        return totals(found) if found else None

    @property
    def waiting(self) -> list[GradeChange]:
        """What management has to decide."""
        return self._at(ChangeStage.PROPOSED)

    @property
    def approved(self) -> list[GradeChange]:
        """What HR has to issue."""
        return self._at(ChangeStage.APPROVED)

    @property
    def drafts(self) -> list[GradeChange]:
        """What nobody has proposed yet."""
        return self._at(ChangeStage.DRAFT)

    def _at(self, stage: ChangeStage) -> list[GradeChange]:
        return [row for row in self.open if row.stage == stage]


@dataclass(frozen=True)
class ChangePage:
    """One change of a grade, with the names of who proposed and decided it."""

    row: GradeChange
    names: Mapping[int, str]
    effect: PayEffect | None  # for HR, and for the person (5.1)


@dataclass(frozen=True)
class BatchPage:
    """What was proposed together: everybody with what became of it, and why what was rejected was (4.3-a)."""

    reader: Actor
    name: str
    rows: Sequence[GradeChange]
    part: Part
    counts: Mapping[str, int]
    rejected: Mapping[int, str]
    effects: Mapping[int, PayEffect]


@dataclass(frozen=True)
class ProposalForm:
    """The form on which HR proposes: what was typed, and the grades to choose from."""

    typed: Mapping[str, str]
    grades: Sequence[Grade]
    ahead: ProposalAhead | None = None


def adjustments_page(session: Session, reader: Actor, wanted: int, today: date) -> AdjustmentsPage:
    """The list, for whoever proposes, decides or audits."""
    found, settled = open_adjustments(session, wanted), settled_adjustments(session)
    # Of what is open who proposed it is asked for, of what is settled who decided.
    keys = {row.proposed_by_id for row in found.rows} | {row.decided_by_id for row in settled}
    counts = adjustments_by_stage(session)
    effects = effects_of(session, reader, found.rows, today)
    return AdjustmentsPage(
        reader,
        found.rows,
        found.part,
        counts,
        settled,
        account_names(session, keys),
        effects,
        rejections(session, settled),
    )


def batch_page(session: Session, name: str, reader: Actor, wanted: int, today: date) -> BatchPage:
    """The page of a batch; raises `NotFound` where the reader sees none of it."""
    found, counts = batch_rows(session, name, wanted)
    if not counts:
        raise NotFound(name)
    why, effects = rejections(session, found.rows), effects_of(session, reader, found.rows, today)
    return BatchPage(reader, name, found.rows, found.part, counts, why, effects)


def change_page(session: Session, key: int, kind: ChangeKind, reader: Actor, today: date) -> ChangePage:
    """The page of an adjustment or a correction; raises `NotFound` for one of another kind, or beyond the reader's scope."""
    row = change_of_kind(session, key, kind)
    move = (row.from_grade.code if row.from_grade else None, row.to_grade.code)
    effect = effect_of(session, reader, row.employee_id, move, row.effective_on or today)
    return ChangePage(row, account_names(session, {row.proposed_by_id, row.decided_by_id}), effect)


def adjustment_form(
    session: Session, today: date, typed: Mapping[str, str], ahead: ProposalAhead | None = None
) -> ProposalForm:
    """The form of an adjustment, over the ladder of the day on which it is proposed; with `ahead` as a preview of everyone."""
    return ProposalForm(typed, grades_of(session, rules_on(session, today, ByDay.DATED_ACT)), ahead)


def correction_form(session: Session, today: date, typed: Mapping[str, str]) -> ProposalForm:
    """The form of a correction."""
    return ProposalForm(typed, correctable_grades(session, today))


def correctable_grades(session: Session, today: date) -> list[Grade]:
    """The grades that a takeover may be put right to: those in force today, the lowest first."""
    return grades_of(session, rules_on(session, today, ByDay.TAKEN_OVER))
