"""The department head's one table as a page: every case with what stands in its row and why it could not be sent (3.3.3)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, func, or_, select
from sqlalchemy.orm import Session

from admin.access.actor import Actor
from admin.domain.codes import CaseStage
from admin.domain.refusals import NotFound, Refusal
from admin.domain.suggestion import ProposalFacts, check_proposal
from admin.models import Cycle, Employee, Grade, ProposalDraft, Review
from admin.models.base import holds_any
from admin.queries.accounts.differences import Difference, differences_of
from admin.queries.cases.process import deadline_day
from admin.queries.cases.proposals import proposal_facts_of
from admin.queries.cases.staffing import (
    StaffingRow,
    last_saved,
    latest_drafts,
    row_version,
    saved_version,
    staffing_table,
)
from admin.queries.cycles.boards import headed_cases, headed_cycles, headed_departments
from admin.queries.policy.policy import grades_by_code
from admin.queries.policy.rules import Rules, rules_of
from admin.queries.system.chunks import MOST_AT_ONCE
from admin.queries.system.paging import Part, paged

OPEN: ColumnElement[bool] = Review.stage == CaseStage.DEPARTMENT_REVIEW
SAVED: ColumnElement[bool] = select(ProposalDraft.id).where(ProposalDraft.review_id == Review.id).exists()


@dataclass(frozen=True)
class GradeChoice:
    """A grade that the row offers, and which way it leads from the present one: "promotion", "demotion", or None."""

    grade: Grade
    movement: str | None


@dataclass(frozen=True)
class Row:
    """One case in the table. `raises`: the suggestion lies above the present grade."""

    review: Review
    draft: ProposalDraft | None
    refusal: Refusal | None
    raises: bool
    choices: tuple[GradeChoice, ...]
    differences: Sequence[Difference] = ()

    @property
    def open(self) -> bool:
        """Whether the head's proposal is still to come."""
        return self.review.stage == CaseStage.DEPARTMENT_REVIEW

    @property
    def sent(self) -> bool:
        """Whether the proposal has gone to the committee."""
        # A case that came back has an earlier proposal on it and waits for another one: it is open, not sent.
        return self.review.proposed_grade_id is not None and not self.open

    @property
    def proposed(self) -> Grade | None:
        """What stands in the row: what was saved or sent, else the suggestion, else the present grade."""
        review = self.review
        # What the head has typed stands over everything else, or going away from the page would undo it.
        if self.draft is not None:
            return self.draft.grade
        return review.proposed_grade or review.suggested_grade or review.present_grade

    @property
    def reason(self) -> str:
        """The saved reason."""
        return self.draft.reason if self.draft else ""

    @property
    def version(self) -> str:
        """What is saved in this row, told from what another window may save meanwhile."""
        return row_version(self.draft)


@dataclass(frozen=True)
class DepartmentTable:
    """A part of one cycle's cases of one head, open ones first; the figures count all of them.

    `saved`: how many saved proposals are in the whole list, on all of its parts.
    """

    cycle: Cycle
    cycles: Sequence[Cycle]
    rules: Rules
    rows: Sequence[Row]
    part: Part
    total: int
    waiting: int
    drafted: int
    saved: int
    last: ProposalDraft | None
    which: str
    staffing: Sequence[StaffingRow]
    grades: Mapping[str, Grade]
    due: date
    today: date

    @property
    def to_send(self) -> Sequence[Row]:
        """The saved rows that are shown: what is not shown is sent only where all are asked for."""
        return [row for row in self.rows if row.open and row.draft is not None]

    @property
    def last_version(self) -> str:
        """The row that was saved last, told from those that another window saves meanwhile."""
        return saved_version(self.last)

    @property
    def hidden(self) -> int:
        """How many the filter leaves out."""
        return self.total - self.part.count

    @property
    def late(self) -> bool:
        """Whether the deadline is over and somebody still waits."""
        return self.due < self.today and self.waiting > 0

    @property
    def last_saved(self) -> datetime | None:
        """When a row was last saved."""
        return self.last.saved_at if self.last is not None else None


def cycle_reviewed(session: Session, reader: Actor, wanted: int | None) -> Cycle:
    """The cycle asked for, else the latest in which one reviews; raises `NotFound` without any."""
    mine = headed_cycles(session, reader.employee_id or 0)
    found = next((each for each in mine if wanted is None or each.id == wanted), None)
    if found is None:
        raise NotFound("Cycle")
    return found


def department_table(
    session: Session,
    cycle: Cycle,
    reader: Actor,
    today: date,
    *,
    which: str | None = None,
    text: str = "",
    page: int = 1,
    refused: Mapping[int, Refusal] | None = None,
) -> DepartmentTable:
    """The table of a cycle; without `which`, what is open while anything is. `refused`: what sending has just refused."""
    head, said = reader.employee_id or 0, refused or {}
    total, waiting, drafted = _figures(session, cycle, head)
    # Once all is sent the list of what is open would be an empty page.
    which = which or ("open" if waiting else "all")
    query = headed_cases(cycle.id, head).where(*_matching(which, text))
    # What has just been refused comes first: it is what the head is asked to look at.
    first = Review.id.not_in(list(said)[:MOST_AT_ONCE])
    shown = paged(session, query.order_by(*([first] if said else []), ~OPEN, Employee.number), page)
    saved = (
        0 if not drafted else _count(session, headed_cases(cycle.id, head).where(*_matching(which, text), OPEN, SAVED))
    )
    return DepartmentTable(
        cycle=cycle, cycles=headed_cycles(session, head), rules=rules_of(session, cycle),
        rows=rows_of(session, cycle, shown.rows, today, said), part=shown.part, total=total, waiting=waiting, drafted=drafted,
        saved=saved, last=last_saved(session, cycle.id, head), which=which,
        staffing=staffing_table(session, cycle, headed_departments(session, cycle.id, head)),
        due=deadline_day(cycle.department_due), today=today, grades=grades_by_code(session),
    )  # fmt: skip


def saved_cases(cycle_id: int, head: int, text: str, flagged: bool) -> Select[Any]:
    """The cases of a list, also on its other parts, that wait and have a saved row."""
    return headed_cases(cycle_id, head).where(*_matching("flagged" if flagged else "", text), OPEN, SAVED)


def _figures(session: Session, cycle: Cycle, head: int) -> tuple[int, int, int]:
    count = func.count(Review.id)
    figures = count, count.filter(OPEN), count.filter(OPEN, SAVED)
    query = headed_cases(cycle.id, head).with_only_columns(*figures, maintain_column_froms=True)
    total, waiting, drafted = session.execute(query).one()
    return total, waiting, drafted


def _count(session: Session, query: Select[Any]) -> int:
    return session.scalar(query.with_only_columns(func.count(Review.id), maintain_column_froms=True)) or 0


def _matching(which: str, text: str) -> list[ColumnElement[bool]]:
    # What a head has to look at one by one, whatever the score says.
    flagged = or_(holds_any(Review.individual_reasons), Review.self_assessment_missing)
    # A case that came back has an earlier proposal on it and waits for another one: it is open, not sent.
    sent = and_(Review.proposed_grade_id.is_not(None), ~OPEN)
    kinds = {"open": OPEN, "drafted": and_(OPEN, SAVED), "flagged": flagged, "sent": sent}
    found = [kinds[which]] if which in kinds else []
    if wanted := text.strip().lower():
        named = (func.lower(each).contains(wanted, autoescape=True) for each in (Employee.name, Employee.number))
        found.append(or_(*named))
    return found


def rows_of(
    session: Session, cycle: Cycle, reviews: Sequence[Review], today: date, refused: Mapping[int, Refusal]
) -> list[Row]:
    """The rows of these cases, in a fixed number of statements."""
    if not reviews:
        return []
    # Only these are reckoned: what was sent is the committee's, and its facts are of no use here.
    ready = [review for review in reviews if review.stage == CaseStage.DEPARTMENT_REVIEW]
    rules, grades = rules_of(session, reviews[0]), grades_by_code(session)
    facts = proposal_facts_of(session, cycle, ready, rules, today) if ready else {}
    drafts, changed = latest_drafts(session, [review.id for review in ready]), differences_of(session, ready)
    return [
        replace(
            _row(review, drafts.get(review.id), facts.get(review.id), rules, grades, refused.get(review.id)),
            differences=changed.get(review.id, ()),
        )
        for review in reviews
    ]


def _row(
    review: Review,
    draft: ProposalDraft | None,
    facts: ProposalFacts | None,
    rules: Rules,
    grades: Mapping[str, Grade],
    refusal: Refusal | None,
) -> Row:
    # What sending has just refused says more than looking again: it may hang on the other rows.
    if refusal is None and draft is not None and facts is not None:
        refusal = check_proposal(
            facts, draft.grade.code, reason=draft.reason, ladder=rules.ladder, parameters=rules.parameters
        )
    suggested, present = review.suggested_grade, review.present_grade
    raises = bool(suggested and present and rules.ladder.is_above(suggested.code, present.code))
    return Row(review, draft, refusal, raises, _choices(review, rules, grades))


def _choices(review: Review, rules: Rules, grades: Mapping[str, Grade]) -> tuple[GradeChoice, ...]:
    """The whole ladder from the highest down; what is unlawful is refused with its clause, not hidden."""
    if review.stage != CaseStage.DEPARTMENT_REVIEW:
        return ()
    present = review.present_grade.code if review.present_grade else None
    return tuple(
        GradeChoice(grades[code], rules.ladder.movement(present, code)) for code in reversed(rules.ladder.codes)
    )
