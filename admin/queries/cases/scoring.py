"""The figures that scores are made of, loaded in bulk for many cases at once (3.2, 3.2-a..d)."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import FromClause, func, select
from sqlalchemy.orm import Session

from admin.access.actor import acting_as, system_actor
from admin.domain.codes import Measure, RaterKind, RatingState, RecordStage, Source
from admin.domain.metrics import CRITERIA, Ingredients
from admin.domain.ratings import average
from admin.domain.scorecard import Scorecard
from admin.domain.scoring import Reading
from admin.domain.service import years_between
from admin.models import Cycle, Employee, EmployeeRecord, Metric, QueueTotal, Rating, Review
from admin.queries.cases.process import deadline_day

Figures = Mapping[str, tuple[Decimal, int]]  # a figure's sum over the period, and of how many months
DAYS_PER_MONTH = Decimal(21)
MOST_DAYS = Decimal(366)
RATER = {Source.SUPERIOR: RaterKind.SUPERIOR, Source.PEERS: RaterKind.PEER}


class QueueMeans:
    """The figures of whole queues in a cycle's period: what rates are drawn towards.

    From the lock on they are those that it wrote down, the same for every case of the cycle (3.2-a2).
    """

    def __init__(self, session: Session, cycle: Cycle) -> None:
        self._session, self._start, self._end = session, cycle.period_from, frozen_on(cycle)
        frozen = cycle.frozen_queues
        self._frozen = frozen is not None
        self._found: dict[str, dict[str, Decimal]] = {
            queue: {code: Decimal(value) for code, value in sums.items()} for queue, sums in (frozen or {}).items()
        }

    def of(self, queue: str) -> Mapping[str, Decimal]:
        """The sums of a queue; none for one that had no figures when they were locked."""
        return self._found.get(queue, {})

    def load(self, queues: Iterable[str]) -> None:
        """Read those of these queues that were not read before, in one statement; what is locked is read no more."""
        new = set(queues) - set(self._found)
        if new and not self._frozen:
            self._found |= kept_sums(self._session, self._start, self._end, new)


def queue_sums(session: Session, start: date, end: date) -> dict[str, dict[str, Decimal]]:
    """Queue → figure → sum over everybody's months from `start` to `end`, of the figures that criteria are made of."""
    return _sums(session, Metric.__table__, start, end)


def kept_sums(session: Session, start: date, end: date, queues: Collection[str]) -> dict[str, dict[str, Decimal]]:
    """The same of some queues, from the sums that are kept month by month: while figures still come in it is asked for each form."""
    totals = QueueTotal.__table__
    return _sums(session, totals, start, end, totals.c.queue.in_(queues))


def _sums(session: Session, table: FromClause, start: date, end: date, *where: Any) -> dict[str, dict[str, Decimal]]:
    wanted = {code for made_of in CRITERIA.values() for code in (made_of.amount, made_of.sample)}
    query = (
        select(table.c.queue, table.c.code, func.sum(table.c.value))
        .where(table.c.code.in_(wanted), table.c.month >= start, table.c.month <= end, *where)
        .group_by(table.c.queue, table.c.code)
        .order_by(table.c.queue, table.c.code)
    )
    found: dict[str, dict[str, Decimal]] = defaultdict(dict)
    for queue, code, value in session.execute(query):
        # By way of text: SQLite sums to a float and PostgreSQL to a decimal, and the two must print the same digits.
        found[queue][code] = Decimal(str(value))
    return dict(found)


def readings_for(
    session: Session,
    cycle: Cycle,
    scorecard: Scorecard,
    reviews: Sequence[Review],
    means: QueueMeans | None = None,
    records: Iterable[EmployeeRecord] | None = None,
) -> dict[int, dict[str, list[Reading]]]:
    """For each review's id the readings by criterion code; absent figures are absent, never zero.

    Whoever reads many batches of one cycle hands the same `means` in, and who has read all records of these people them.
    """
    employees = [review.employee_id for review in reviews]
    sums = _metric_sums(session, employees, cycle.period_from, frozen_on(cycle))
    # The mean of a queue is everybody's in it, also of people outside the cycle, so it is read without their cases.
    means = means or QueueMeans(session, cycle)
    means.load({queue for mine in sums.values() for queue in mine})
    # What no criterion is made of is not read: a form shows figures alone.
    asked = {criterion.source for criterion in scorecard.criteria}
    ratings = _ratings(session, [review.id for review in reviews]) if asked & RATER.keys() else {}
    tested = tuple(source.value for source in (Source.EXAM, Source.PROJECT) if source in asked)
    exams = _records(session, employees, tested, cycle.period_from, cycle.period_to, records) if tested else {}
    people = _service(session, employees) if Source.COMPUTED in asked else {}
    found = {}
    criteria = [(each.code, each.source, each.measure) for each in scorecard.criteria]
    for review in reviews:
        key, employee = review.id, review.employee_id  # asked of the row once, not for each criterion
        rated = {source: ratings.get((key, kind), {}) for source, kind in RATER.items()}
        mine: dict[str, list[Reading]] = {}
        for code, source, measure in criteria:
            if source in rated:
                readings = _rating_readings(rated[source].get(code, ()))
            elif source in (Source.METRIC, Source.IMPORTED):
                readings = _metric_readings(code, measure, employee, sums, means)
            elif source in (Source.EXAM, Source.PROJECT):
                readings = [Reading(Decimal(str(points))) for points in exams.get((employee, source.value), ())]
            else:
                person = people[employee]
                # Counted to the end of the period for everybody, as time in grade is.
                readings = [Reading(_years(code, person.hired_on, person.joined_centre_on, cycle.period_to))]
            if readings:
                mine[code] = readings
        found[key] = mine
    return found


def frozen_on(cycle: Cycle) -> date:
    """The last day whose figures count: that of the lock, or of the self-assessment deadline at which it comes (3.2-a)."""
    # A cycle that is reviewed after its year must not count months that belong to the next one.
    return min(cycle.period_to, deadline_day(cycle.metrics_frozen_at or cycle.self_assessment_due))


def figures_locked(cycle: Cycle, now: datetime) -> bool:
    """Whether the figures of a cycle stand still: locked by an act, or by its self-assessment deadline (3.2-a2)."""
    return cycle.metrics_frozen_at is not None or now >= cycle.self_assessment_due


def _service(session: Session, employees: Sequence[int]) -> dict[int, Any]:
    """Since when these people have worked here, and in the centre."""
    query = select(Employee.id, Employee.hired_on, Employee.joined_centre_on).where(Employee.id.in_(employees))
    return {row.id: row for row in session.execute(query)}


def _years(code: str, hired: date, joined: date | None, until: date) -> Decimal:
    return years_between((joined or hired) if code == "years_in_centre" else hired, until)


def _metric_sums(
    session: Session, employees: Iterable[int], start: date, end: date
) -> dict[int, dict[str, dict[str, tuple[Decimal, int]]]]:
    """Employee → queue → figure → sum over the period, and the number of months that have it."""
    rows = session.execute(
        select(Metric.employee_id, Metric.queue, Metric.code, func.sum(Metric.value), func.count())
        .where(Metric.month >= start, Metric.month <= end, Metric.employee_id.in_(list(employees)))
        .group_by(Metric.employee_id, Metric.queue, Metric.code)
    )
    sums: dict[int, dict[str, dict[str, tuple[Decimal, int]]]] = defaultdict(lambda: defaultdict(dict))
    for employee, queue, code, value, months in rows:
        sums[employee][queue][code] = Decimal(str(value)), months
    return sums


def _metric_readings(
    code: str, measure: Measure, employee: int, sums: Mapping[int, Mapping[str, Figures]], means: QueueMeans
) -> list[Reading]:
    made_of = CRITERIA.get(code)
    if made_of is None:
        return []
    readings = (
        _metric_reading(made_of, measure, figures, means.of(queue))
        # In a fixed order: sums of rounded values depend on it, and a replay has to come out the same.
        for queue, figures in sorted(sums.get(employee, {}).items())
    )
    return [reading for reading in readings if reading is not None]


def _metric_reading(
    made_of: Ingredients, measure: Measure, figures: Figures, queue: Mapping[str, Decimal]
) -> Reading | None:
    """One queue's reading; a value that comes every month, such as a ready-made score, is the mean of its months."""
    # Half a figure is none: an amount without its sample would be a rate of nothing (3.2-c).
    if made_of.amount not in figures or made_of.sample not in figures:
        return None
    (amount, months), (sample, _) = figures[made_of.amount], figures[made_of.sample]
    # Without days on file a month counts as its usual working days, so that queues can still be weighed.
    days = min(MOST_DAYS, figures.get("days_worked", (Decimal(0), 0))[0] or DAYS_PER_MONTH * months)
    if measure is Measure.VALUE:
        return Reading(amount / months, days=days)
    value = amount / sample if measure is Measure.MEAN and sample else amount
    return Reading(value, int(sample), _ratio(queue, made_of), days)


def _ratio(queue: Mapping[str, Decimal], made_of: Ingredients) -> Decimal | None:
    amount, sample = queue.get(made_of.amount), queue.get(made_of.sample)
    return amount / sample if amount is not None and sample else None


def _ratings(session: Session, reviews: Iterable[int]) -> dict[tuple[int, str], dict[str, list[int]]]:
    """Case and kind of rater → criterion → the values that were signed for it."""
    # Columns and one pass: as objects, asked for each criterion, they took longer than all else that is read.
    signed = select(Rating.review_id, Rating.kind, Rating.values).where(Rating.state == RatingState.SUBMITTED)
    found: dict[tuple[int, str], dict[str, list[int]]] = defaultdict(lambda: defaultdict(list))
    for review, kind, values in session.execute(signed.where(Rating.review_id.in_(list(reviews)))):
        mine = found[review, kind]
        for code, given in values.items():
            if value := given.get("value"):
                mine[code].append(int(value))
    return found


def _rating_readings(values: Sequence[int]) -> list[Reading]:
    mean = average(values)
    if mean is None:
        return []
    return [Reading(mean, len(values))]


def _records(
    session: Session,
    employees: Iterable[int],
    kinds: tuple[str, ...],
    start: date,
    end: date,
    known: Iterable[EmployeeRecord] | None,
) -> dict[tuple[int, str], list[float]]:
    if known is None:
        known = session.scalars(
            select(EmployeeRecord).where(
                EmployeeRecord.employee_id.in_(list(employees)),
                EmployeeRecord.kind.in_(kinds),
                EmployeeRecord.stage == RecordStage.APPROVED,
                EmployeeRecord.happened_on >= start,
                EmployeeRecord.happened_on <= end,
                EmployeeRecord.points.is_not(None),
            )
        )
    rows = (
        row
        for row in known
        if row.kind in kinds
        and row.stage == RecordStage.APPROVED
        and start <= row.happened_on <= end
        and row.points is not None
    )
    found: dict[tuple[int, str], list[float]] = defaultdict(list)
    for row in rows:
        found[(row.employee_id, row.kind)].append(float(row.points or 0))
    return found


def readings_shown(
    session: Session, review: Review, scorecard: Scorecard, records: Iterable[EmployeeRecord] | None = None
) -> dict[str, list[Reading]]:
    """The readings of a case that somebody has been shown; the queue's mean in them is made of everybody's figures."""
    with acting_as(system_actor()):
        return readings_for(session, review.cycle, scorecard, [review], records=records)[review.id]
