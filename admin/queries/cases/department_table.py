"""The department head's one table as a page: every case with what stands in its row and why it could not be sent (3.3.3)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime

from sqlalchemy.orm import Session

from admin.access.actor import Actor
from admin.domain.codes import CaseStage
from admin.domain.refusals import NotFound, Refusal
from admin.domain.suggestion import ProposalFacts, check_proposal
from admin.models import Cycle, Grade, ProposalDraft, Review
from admin.queries.accounts.differences import Difference, differences_of
from admin.queries.cases.process import deadline_day
from admin.queries.cases.proposals import proposal_facts_of
from admin.queries.cases.staffing import StaffingRow, latest_drafts, row_version, saved_version, staffing_table
from admin.queries.cycles.boards import department_cases, headed_cycles
from admin.queries.policy.policy import grades_by_code
from admin.queries.policy.rules import Rules, rules_of


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
    """One cycle's cases of one head, those asked for first; the figures count all of them."""

    cycle: Cycle
    cycles: Sequence[Cycle]
    rules: Rules
    rows: Sequence[Row]
    every: Sequence[Row]
    which: str
    staffing: Sequence[StaffingRow]
    grades: Mapping[str, Grade]
    due: date
    today: date

    @property
    def total(self) -> int:
        """How many cases one reviews."""
        return len(self.every)

    @property
    def waiting(self) -> int:
        """How many of them wait for a proposal."""
        return sum(row.open for row in self.every)

    @property
    def drafted(self) -> int:
        """How many proposals are saved and not sent."""
        return sum(row.open and row.draft is not None for row in self.every)

    @property
    def to_send(self) -> Sequence[Row]:
        """The saved rows that are in the list: what is not shown is not sent."""
        return [row for row in self.rows if row.open and row.draft is not None]

    @property
    def last_version(self) -> str:
        """The row that was saved last, told from those that another window saves meanwhile."""
        drafts = [row.draft for row in self.every if row.draft is not None]
        return saved_version(max(drafts, key=lambda draft: draft.id, default=None))

    @property
    def hidden(self) -> int:
        """How many the filter leaves out."""
        return len(self.every) - len(self.rows)

    @property
    def late(self) -> bool:
        """Whether the deadline is over and somebody still waits."""
        return self.due < self.today and self.waiting > 0

    @property
    def last_saved(self) -> datetime | None:
        """When a row was last saved."""
        return max((row.draft.saved_at for row in self.every if row.draft), default=None)


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
    refused: Mapping[int, Refusal] | None = None,
) -> DepartmentTable:
    """The table of a cycle; without `which`, what is open while anything is. `refused`: what sending has just refused."""
    head = reader.employee_id or 0
    reviews = department_cases(session, cycle.id, head)
    every = rows_of(session, cycle, reviews, today, refused or {})
    # Once all is sent the list of what is open would be an empty page.
    which = which or ("open" if any(row.open for row in every) else "all")
    # Sorted last and stably: within what is open the order of the numbers stays.
    shown = sorted((row for row in every if _matches(row, which, text.strip().lower())), key=lambda row: not row.open)
    return DepartmentTable(
        cycle=cycle, cycles=headed_cycles(session, head), rules=rules_of(session, cycle), rows=shown, every=every,
        which=which, staffing=staffing_table(session, cycle, sorted({row.department_id for row in reviews})),
        due=deadline_day(cycle.department_due), today=today, grades=grades_by_code(session),
    )  # fmt: skip


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


def _matches(row: Row, which: str, text: str) -> bool:
    person = row.review.employee
    found = not text or text in person.name.lower() or text in person.number.lower()
    # What a head has to look at one by one, whatever the score says.
    flagged = bool(row.review.individual_reasons) or row.review.self_assessment_missing
    kinds = {"open": row.open, "drafted": row.draft is not None, "flagged": flagged, "sent": row.sent}
    return found and kinds.get(which, True)
