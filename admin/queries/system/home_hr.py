"""What waits for HR: counted once for all and kept until something is written (interfaces: /)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from admin.access.actor import Actor
from admin.domain.codes import (
    AppealStage,
    CaseStage,
    ChangeKind,
    ChangeStage,
    CycleStage,
    EmployeeStatus,
    ImportState,
    VersionStage,
)
from admin.models import (
    Appeal,
    ComingMove,
    Cycle,
    Employee,
    EmployeeRecord,
    GradeChange,
    Import,
    PolicyVersion,
    Review,
    ServiceQuestion,
)
from admin.queries.cases.judging import barred_in_line
from admin.queries.committee.bodies import deferred_cases
from admin.queries.cycles.opening import blocked_count
from admin.queries.cycles.rehearsed import REHEARSED
from admin.queries.outcome.documents import issuable_cases
from admin.queries.outcome.file_fit import count_off_the_file
from admin.queries.outcome.site import owed
from admin.queries.people.approvers import UNDECIDED, records_waiting
from admin.queries.people.deputies import alone
from admin.queries.people.open_work import leaver_cases, leavers_counted
from admin.queries.policy.policy import provisional_of, rulebook_of
from admin.queries.policy.questions import questions_open
from admin.queries.policy.rules import ByDay, Rules, rules_on
from admin.queries.system.calendar import years_unconfirmed
from admin.queries.system.home_bodies import Task, bodies_short, for_an_agenda
from admin.queries.system.home_counts import counts, how_many, to_promulgate
from admin.queries.system.home_decisions import templates_to_use
from admin.queries.system.home_demotions import demotion_tasks, demotions_counted
from admin.queries.system.kept import kept


@dataclass(frozen=True)
class _Known:
    """What rests on the trail alone: counts by kind, what stands in the way of a planned cycle, and what is missing."""

    counted: Mapping[str, int]
    missing: Sequence[Task]


def hr_tasks(session: Session, actor: Actor, now: datetime, today: date, cycle: Cycle | None) -> Iterator[Task]:
    """What HR is asked for, each kind with how many there are."""
    planned = cycle if cycle is not None and cycle.stage == CycleStage.PLANNED else None
    asked = ("hr", actor, planned.id if planned is not None else None, today)
    known = kept(session, asked, lambda: _known(session, actor, today, planned))
    found = dict(known.counted)
    if (first := found.pop("first_barred")) is not None:
        yield Task("barred_judges", found.pop("barred_judges"), key=first)
    cases = found.pop("leaver_cases")
    if leaving := found.pop("leavers"):
        yield Task("leavers", leaving, facts={"cases": cases})
    if (asked_about := found.pop("first_asked_about")) is not None:
        yield Task("letter_questions", found.pop("letter_questions"), key=asked_about)
    if (first_question := found.pop("first_policy_question")) is not None:
        yield Task("policy_questions", found.pop("policy_questions"), key=first_question)
    yield from demotion_tasks(session, actor, today, found)
    # Whose a record is to approve is looked at only where one waits.
    if found.pop("records") and (records := records_waiting(session, actor, today)):
        yield Task("records", records)
    if late := owed(session, now):
        yield Task("site_owed", due=late.since, facts={"what": late.what, "since": late.since, "cause": late.cause})
    found |= _by_the_clock(session, now)
    yield from _before_the_panel(session, actor)
    yield from (Task(kind, number, key=cycle.id if cycle else None) for kind, number in found.items() if number)
    yield from known.missing


def _known(session: Session, actor: Actor, today: date, planned: Cycle | None) -> _Known:
    found = dict(_counted(session, actor, today))
    return _Known(found, list(_missing(session, today, found.pop("deferred"), planned)))


def _missing(session: Session, today: date, deferred: int, planned: Cycle | None) -> Iterator[Task]:
    rules = rules_on(session, today, ByDay.BODY)
    yield from bodies_short(session, today, rules, deferred)
    if years := years_unconfirmed(session, today):
        yield Task("calendar", facts={"year": years[0]})
    yield from _provisional(session, rules, today)
    if planned is not None and (blocked := blocked_count(session, planned, today)):
        yield Task("blocked", blocked, key=planned.id)


def _counted(session: Session, actor: Actor, today: date) -> Mapping[str, int]:
    # Found once for both figures: it goes through all acts of judging on the cases that wait.
    barred = Review.id.in_(select(barred_in_line().cte("barred")))
    return counts(
        session,
        results=how_many(Review, Review.stage == CaseStage.DETERMINED, Review.cycle_id.not_in(REHEARSED)),
        unpublished=how_many(Review, Review.stage == CaseStage.CHECKED, Review.cycle_id.not_in(REHEARSED)),
        approved=how_many(
            GradeChange, GradeChange.kind == ChangeKind.ADJUSTMENT, GradeChange.stage == ChangeStage.APPROVED
        ),
        versions=to_promulgate(actor),
        template=templates_to_use(actor),
        drafts=how_many(PolicyVersion, PolicyVersion.stage == VersionStage.DRAFT),
        faulty=how_many(Import, Import.state == ImportState.FAULTY),
        checked=how_many(Import, Import.state == ImportState.CHECKED),
        leavers=leavers_counted(today),
        leaver_cases=leaver_cases(),
        away_alone=how_many(Employee, Employee.status == EmployeeStatus.ON_LEAVE, alone(today)),
        off_file=count_off_the_file(),
        moves_owed=how_many(
            ComingMove,
            ComingMove.moves_on <= today,
            ComingMove.employee_id.in_(select(Employee.id).where(Employee.status != EmployeeStatus.LEFT)),
        ),
        for_an_agenda=how_many(Review, *for_an_agenda(actor)),
        deferred=how_many(Review, *deferred_cases()),
        **demotions_counted(actor),
        **questions_open(),
        records=how_many(EmployeeRecord, UNDECIDED),
        barred_judges=how_many(Review, barred),
        letter_questions=how_many(ServiceQuestion, ServiceQuestion.answered_at.is_(None)),
        first_asked_about=select(func.min(ServiceQuestion.document_id))
        .where(ServiceQuestion.answered_at.is_(None))
        .scalar_subquery(),
        first_barred=select(func.min(Review.id)).where(barred).scalar_subquery(),
    )


def _by_the_clock(session: Session, now: datetime) -> dict[str, int]:
    """What becomes due by the hour, whether anything is written or not."""
    late = how_many(Appeal, Appeal.stage == AppealStage.WITH_SUPERIOR, Appeal.superior_due < now)
    ready = select(func.count()).select_from(issuable_cases(None, now).subquery()).scalar_subquery()
    return counts(session, late_answers=late, issuable=ready)


def _before_the_panel(session: Session, actor: Actor) -> Iterator[Task]:
    """Appeals that wait for the panel's decision: how many, and by when the first is to be answered; one's own is another's (3.3-d)."""
    query = (
        select(func.count(), func.min(Appeal.answer_due), func.min(Appeal.id))
        .join(Review, Review.id == Appeal.review_id)
        .where(Appeal.stage == AppealStage.WITH_PANEL, Review.employee_id != (actor.employee_id or 0))
        .where(Review.cycle_id.not_in(REHEARSED))
    )
    count, due, first = session.execute(query.execution_options(unscoped=True)).one()
    if count:
        yield Task("with_panel", count, due, first if count == 1 else None)


def _provisional(session: Session, rules: Rules, today: date) -> Iterator[Task]:
    """Blanks of the policy that HR has not confirmed, and how many values of ours."""
    version = rules.version
    left = provisional_of(session, version, today)
    open_ = [each for each in rulebook_of(version).parameters if each.id in left]
    if open_:
        yield Task("provisional", len(open_), facts={"names": [each.name for each in open_[:3]]})
