"""The application form as one page: what is asked, what is written, and the evidence beside it (3.3.1, 4.1.1)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, fields
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from admin.access.actor import Actor
from admin.access.scope import whole_case_seen
from admin.domain.codes import PerformanceRating, RecordStage
from admin.domain.eligibility import Eligibility, EligibilityFacts, check_application
from admin.domain.refusals import NotFound, Refusal
from admin.domain.self_assessment import SelfAssessmentInput
from admin.domain.workflow import Decision, actions_at
from admin.models import EmployeeRecord, Evidence, Grade, Import, Metric, Review, SelfAssessment
from admin.queries.cases.case_files import CaseFile, case_files
from admin.queries.cases.eligibility import PersonsFile, persons_file
from admin.queries.cases.figures import Figure, figures_beside
from admin.queries.cases.process import deadline_day
from admin.queries.cases.review_facts import (
    application_refusal,
    facts_shown,
    file_of,
    promotion_grounds_on,
    self_ratings_missing,
)
from admin.queries.cases.workspace import find_review, form_on
from admin.queries.policy.cards import KeptCriterion, card_of
from admin.queries.policy.policy import grades_by_code
from admin.queries.policy.rules import Rules, rules_of
from admin.queries.policy.scorecards import own_weight, self_assessed_criteria
from admin.queries.system.calendar import company_day

MOST_RATINGS, MOST_RECORDS = 4, 12


@dataclass(frozen=True)
class Question:
    """One criterion of the form: its weight together with the colleagues' share, the answer, the figure beside it."""

    criterion: KeptCriterion
    weight: Decimal
    answer: Mapping[str, Any]
    figure: Figure | None


@dataclass(frozen=True)
class Section:
    """The questions of one dimension."""

    dimension: str
    questions: tuple[Question, ...]

    @property
    def weight(self) -> Decimal:
        """Of 100 points."""
        return sum((each.weight for each in self.questions), Decimal(0))


@dataclass(frozen=True)
class Target:
    """What a grade that is asked for takes, and how far it is met today; `refusal` where it may not be asked for at all."""

    code: str
    promotion: Eligibility
    refusal: Refusal | None
    threshold: Decimal | None


@dataclass(frozen=True)
class Background:
    """What lies beside the form as evidence: annual ratings, trainings and other records, where the figures come from."""

    ratings: Sequence[tuple[int, PerformanceRating]]
    records: Sequence[EmployeeRecord]
    last_month: date | None
    source: Import | None

    @property
    def imported_at(self) -> datetime | None:
        """When the figures came into the system."""
        return (self.source.applied_at or self.source.uploaded_at) if self.source else None


@dataclass(frozen=True)
class PrintedForm:
    """One's own form as it reads: questions with their answers, the files, what may be done with it."""

    reader: Actor
    review: Review
    saved: SelfAssessment | None
    entered: SelfAssessmentInput
    sections: tuple[Section, ...]
    files: tuple[CaseFile, ...]
    decisions: Mapping[str, Decision]

    @property
    def questions(self) -> list[Question]:
        """All of them, in the order of the form."""
        return [question for section in self.sections for question in section.questions]

    @property
    def unanswered(self) -> dict[str, KeptCriterion]:
        """The criteria without a self rating, by code (3.3.1)."""
        # By what stands in the fields, not by what is saved: the page that comes back names what was left out on it.
        return {each.criterion.code: each.criterion for each in self.questions if not each.answer["value"]}

    @property
    def version(self) -> int:
        """The version of the draft that the form is loaded with."""
        return self.saved.version if self.saved else 0


@dataclass(frozen=True)
class ApplicationForm(PrintedForm):
    """The same to be filled in: what the target takes, and the evidence beside it."""

    target: Target
    targets: tuple[Grade, ...]
    background: Background
    due: date
    late: bool


@dataclass(frozen=True)
class ShownScan:
    """A file that HR attached, and the numbers of its pages that can be shown beside the fields."""

    row: Evidence
    pages: tuple[int, ...]


@dataclass(frozen=True)
class PaperForm:
    """What HR fills in for somebody who handed in paper, and the scans of it."""

    review: Review
    sections: tuple[Section, ...]
    targets: tuple[Grade, ...]
    scans: Sequence[ShownScan]


def application_form(
    session: Session, review_id: int, reader: Actor, now: datetime, *, given: SelfAssessmentInput | None = None
) -> ApplicationForm:
    """The form of one's own case, with `given` in its fields, else the draft; raises `NotFound` for anybody else."""
    review, today = own_case(session, review_id, reader), company_day(now)
    rules, due = rules_of(session, review), deadline_day(review.cycle.self_assessment_due)
    read = persons_file(session, review.employee_id)
    file = file_of(session, review, today, read)
    refused = application_refusal(review, file, rules)
    form = _printed(session, review, rules, reader, now, given, read, application_refusal=refused)
    return ApplicationForm(
        **{each.name: getattr(form, each.name) for each in fields(form)}, due=due, late=due < today,
        target=_target(review, file, rules, form.entered.target_grade or ""),
        targets=_targets(session, review, rules), background=background(session, review, file, read.records),
    )  # fmt: skip


def printed_form(session: Session, review_id: int, reader: Actor, now: datetime) -> PrintedForm:
    """One's own form to be read, before or after it is handed in; raises `NotFound` for anybody else."""
    review = own_case(session, review_id, reader)
    return _printed(session, review, rules_of(session, review), reader, now)


def _printed(
    session: Session,
    review: Review,
    rules: Rules,
    reader: Actor,
    now: datetime,
    given: SelfAssessmentInput | None = None,
    read: PersonsFile | None = None,
    **known: Any,
) -> PrintedForm:
    saved, evidence = form_on(session, review.id)
    entered = given or _written(review, saved)
    # The guards ask for the same rows as the page, but past the reader's sight: they are told what is read already.
    known |= {"last_entry": read.last_entry} if read is not None else {}
    facts = facts_shown(session, review, reader, now, self_ratings_missing=self_ratings_missing(review, saved), **known)
    return PrintedForm(
        reader=reader, review=review, saved=saved, entered=entered,
        sections=_sections(session, review, rules, entered.answers, read.records if read is not None else None),
        files=case_files(review, evidence, reader),
        decisions={each.action: each for each in actions_at(facts)},
    )  # fmt: skip


def target_of(session: Session, review_id: int, reader: Actor, today: date, code: str) -> Target:
    """What one target grade takes, for the script that shows it at once; raises `NotFound` for anybody else's case."""
    review = own_case(session, review_id, reader)
    return _target(review, file_of(session, review, today), rules_of(session, review), code)


def own_case(session: Session, review_id: int, reader: Actor) -> Review:
    """One's own case without what stands on it, as saving a draft needs it; raises `NotFound` for anybody else's."""
    # A colleague who rates has the case in scope, and must not find it here (3.2-b).
    review = find_review(session, review_id, whole_case_seen(reader))
    if review.employee_id != reader.employee_id:
        raise NotFound(f"Review {review_id}")
    return review


def paper_form(
    session: Session, review: Review, answers: Mapping[str, Mapping[str, Any]], scans: Sequence[ShownScan]
) -> PaperForm:
    """The form that HR fills in for somebody, with these answers, beside the scans of the paper."""
    rules = rules_of(session, review)
    return PaperForm(review, _sections(session, review, rules, answers), _targets(session, review, rules), scans)


def own_scans(session: Session, review_id: int, reader: Actor) -> Sequence[Evidence]:
    """The files that the reader attached to a case: where they enter a paper form, its scans (3.3.1)."""
    mine = (Evidence.review_id == review_id, Evidence.uploaded_by_id == (reader.user_id or 0))
    return session.scalars(select(Evidence).where(*mine).order_by(Evidence.id)).all()


def questions_asked(review: Review) -> list[str]:
    """The codes of the criteria that the form asks for."""
    return [row.code for row in self_assessed_criteria(card_of(review.cycle))]


def _written(review: Review, saved: SelfAssessment | None) -> SelfAssessmentInput:
    return SelfAssessmentInput(
        answers=saved.answers if saved else {},
        summary=saved.summary if saved else "",
        # The application stands on the case, since the guards ask for it there; only the answers are the form's own.
        target_grade=review.target_grade.code if review.target_grade else None,
        ground=review.applied_ground,
    )


def _sections(
    session: Session,
    review: Review,
    rules: Rules,
    answers: Mapping[str, Mapping[str, Any]],
    records: Iterable[EmployeeRecord] | None = None,
) -> tuple[Section, ...]:
    figures, card = figures_beside(session, review, rules, records), card_of(review.cycle)
    found: dict[str, list[Question]] = {}
    for row in self_assessed_criteria(card):
        # Weighed with the colleagues' share: to the employee it is one criterion (3.2-b).
        asked = Question(row, own_weight(row, card.criteria), _answer(answers, row.code), figures.get(row.code))
        found.setdefault(row.dimension, []).append(asked)
    return tuple(Section(name, tuple(rows)) for name, rows in found.items())


def _answer(answers: Mapping[str, Mapping[str, Any]], code: str) -> Mapping[str, Any]:
    return answers.get(code) or {"value": None, "text": ""}


def _targets(session: Session, review: Review, rules: Rules) -> tuple[Grade, ...]:
    """The grades that may be applied for: those above the present one within the allowed steps (4.1.2)."""
    if review.present_grade is None:
        return ()
    above = list(rules.ladder.above(review.present_grade.code))[: int(rules.parameters["promotion_max_steps"])]
    rows = grades_by_code(session)
    return tuple(rows[code] for code in above)


def _target(review: Review, file: EligibilityFacts, rules: Rules, code: str) -> Target:
    # The address carries what somebody typed; what is on no ladder asks for nothing.
    asked = bool(code) and review.present_grade is not None and code in rules.ladder
    refusal = check_application(file, code, rules.parameters, rules.ladder) if asked else None
    return Target(code, promotion_grounds_on(file, review, rules), refusal, rules.thresholds.get(code))


def background(
    session: Session, review: Review, file: EligibilityFacts, records: Sequence[EmployeeRecord]
) -> Background:
    """The evidence column of the form, beside the figures themselves; of the person's records the latest approved ones."""
    latest = [row for row in reversed(records) if row.stage == RecordStage.APPROVED][:MOST_RECORDS]
    last_month, source = _last_figures(session, review)
    ratings = tuple(sorted(file.ratings.items(), reverse=True)[:MOST_RATINGS])
    return Background(ratings, latest, last_month, source)


def _last_figures(session: Session, review: Review) -> tuple[date | None, Import | None]:
    """Up to which month there are figures, and the file that the last of them came from."""
    mine = (
        Metric.employee_id == review.employee_id,
        Metric.month.between(review.cycle.period_from, review.cycle.period_to),
    )
    last = select(func.max(Metric.month).label("month"), func.max(Metric.import_id).label("source")).where(*mine)
    found = last.subquery()
    query = select(found.c.month, Import).select_from(found).outerjoin(Import, Import.id == found.c.source)
    # Past the scope, which lets nobody but HR see imports: the figures are the case's own, and the reader's with it.
    month, source = session.execute(query.execution_options(unscoped=True)).one()
    return month, source
