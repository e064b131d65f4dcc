"""Monthly metrics and annual ratings of a file against those of the portal (policy 3.2.1, 4.1.1).

A figure's key is employee, month, queue and code: a file replaces exactly the figures it has, so that a second run
changes nothing. After the self-assessment deadline the figures of an open cycle are frozen (3.2-a).
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from operator import itemgetter
from typing import Any

from sqlalchemy import bindparam, delete, select, update
from sqlalchemy.orm import Session

from admin.domain.metrics import COUNTS, contradictions
from admin.domain.refusals import N_
from admin.files.faults import Fault, FileNote
from admin.files.metrics import MetricRow
from admin.models import AnnualRating, Import, Metric
from admin.models.audit import plain
from admin.operations.cases.queue_totals import follow_figures
from admin.operations.imports.difference import RATINGS, FileDifference, of_figures
from admin.operations.imports.imports_employees_writing import BATCH, insert_returning
from admin.operations.imports.imports_periods import twice_counted
from admin.operations.imports.imports_plan import Basis, Plan, by_rows
from admin.operations.progress import Progress
from admin.operations.transaction import Operation
from admin.queries.imports.follows import cases_under, cases_with_figures, people_named
from admin.queries.imports.imports import employee_ids, frozen_periods, metrics_of, ratings_of
from admin.queries.system.chunks import chunks

Key = tuple[Any, ...]
METRIC_KEY = ("employee_id", "month", "queue", "code")
FIGURED = N_("Open cases whose figures change: %(count)s")
RATED = N_("Open cases of people whose ratings change: %(count)s")
NOBODY: Mapping[Key, str] = {}
RATING_KEY = ("employee_id", "year")


@dataclass
class FigureWork:
    """Rows to write by their key; `value` is the column that holds the figure."""

    table: type[Any]
    key: tuple[str, ...]
    value: str
    new: list[tuple[Key, Any]] = field(default_factory=list)
    changed: list[tuple[int, Any, Any]] = field(default_factory=list)
    logins: list[tuple[str, int, date]] = field(default_factory=list)


def plan_metrics(session: Session, basis: Basis, now: datetime) -> Plan:
    """The difference for a file of metrics: counts, as the criteria are made of them."""
    rows: list[MetricRow] = basis.parsed.rows
    ids = employee_ids(session, {row.number for row in rows})
    keyed = [((ids[row.number], row.month, row.queue or "", row.metric), row) for row in rows]
    places = {key: row.row for key, row in keyed}
    plan = figures_plan(session, basis, {key: float(row.value) for key, row in keyed}, places, now)
    plan.faults += twice_counted(session, basis, places)
    return plan


def figures_plan(
    session: Session, basis: Basis, wanted: Mapping[Key, float], places: Mapping[Key, int], now: datetime,
    parts: Collection[date] = (), whose: Mapping[Key, str] = NOBODY,
) -> Plan:  # fmt: skip
    """Compare figures with those on file; what the file does not hold stays as it is.

    `parts` are months of which the file holds a part: what is counted over them cannot be held against whole months yet.
    `whose`: by employee, month and queue the name that the file has for them, where no row of it is one figure's.
    """
    codes = {key[3] for key in wanted}
    portal = metrics_of(session, {key[1] for key in wanted}, COUNTS)
    present = {key: row for key, row in portal.items() if key[3] in codes}
    work = FigureWork(Metric, METRIC_KEY, "value")
    unchanged = _compare(work, wanted, present)
    groups = {key[:3] for key in wanted}
    faulty = set(employee_ids(session, basis.parsed.faulty).values())
    missing = {key[:3] for key in present if key[0] not in faulty} - groups
    plan = _plan(basis, work, unchanged, len(missing))
    plan.faults += _beside_the_portal(
        basis, work, {key: value for key, value in wanted.items() if key[1] not in parts}, portal, places, whose
    )
    plan.faults += _frozen_faults(session, basis, work, places, now)
    plan.examples["months"] = sorted({key[1].strftime("%Y-%m") for key in wanted})
    _tell(session, plan, itemgetter(3), FIGURED, lambda keys: cases_with_figures(session, {key[:2] for key in keys}))
    return plan


def _beside_the_portal(
    basis: Basis,
    work: FigureWork,
    wanted: Mapping[Key, float],
    portal: Mapping[Key, Any],
    places: Mapping[Key, int],
    whose: Mapping[Key, str],
) -> list[Fault]:
    """Figures of the file that cannot be true beside those that the portal keeps of the same month and queue (3.2.1)."""
    touched = {key[:3] for key, _ in work.new} | {(row.employee_id, row.month, row.queue) for _, row, _ in work.changed}
    touched &= {key[:3] for key in wanted}
    if places:
        # What the file says against itself has been said where it was read.
        touched &= {key[:3] for key in portal if key not in wanted}
    together: dict[Key, dict[str, Decimal]] = defaultdict(dict)
    for key, row in portal.items():
        if key[:3] in touched:
            together[key[:3]][key[3]] = Decimal(str(row.value))
    for key, value in wanted.items():
        if key[:3] in touched:
            together[key[:3]][key[3]] = Decimal(str(value))
    found = []
    for group, figures in together.items():
        for wrong in contradictions(figures):
            mine = [code for code in sorted(wrong.codes) if (*group, code) in wanted]
            # What the file says against itself has been said already; what stood there before it is not its fault.
            if mine and (not places or len(mine) < len(wrong.codes)):
                code = wrong.code if wrong.code in mine else mine[0]
                key = (*group, code)
                column = basis.mapping.options.get("wide", {}).get(code) or basis.column("value")
                if key in places:
                    found.append(Fault(places[key], column, f"{wanted[key]:g}", wrong.message, wrong.facts))
                else:
                    found.append(
                        Fault(None, None, f"{whose.get(group, '')} {group[1]:%Y-%m}", wrong.message, wrong.facts)
                    )
    return found


def plan_ratings(session: Session, basis: Basis) -> Plan:
    """The difference for a file of annual ratings."""
    rows = basis.parsed.rows
    ids = employee_ids(session, {row.number for row in rows})
    wanted = {(ids[row.number], row.year): row.rating for row in rows}
    present = ratings_of(session, {row.year for row in rows})
    work = FigureWork(AnnualRating, RATING_KEY, "rating")
    unchanged = _compare(work, wanted, present)
    faulty = set(employee_ids(session, basis.parsed.faulty).values())
    plan = _plan(basis, work, unchanged, sum(key not in wanted and key[0] not in faulty for key in present))
    _tell(session, plan, lambda _key: RATINGS, RATED, lambda keys: cases_under(session, {key[0] for key in keys}))
    return plan


def _tell(
    session: Session, plan: Plan, code_of: Callable[[Key], str], follows: str, cases: Callable[[list[Key]], int]
) -> None:
    """Put old and new on the plan, and on how many open cases they bear."""
    work: FigureWork = plan.work
    changed = [
        (tuple(getattr(row, n) for n in work.key), getattr(row, work.value), new) for _, row, new in work.changed
    ]
    keys = [key for key, _ in work.new] + [key for key, *_ in changed]
    plan.difference = FileDifference(
        lambda: of_figures(code_of, work.new, changed, lambda: people_named(session, {key[0] for key in keys})),
        Counter(code_of(key) for key in keys),
    )
    if count := cases(keys):
        plan.follows.append(FileNote(follows, {"count": count}))


def _compare(work: FigureWork, wanted: Mapping[Key, Any], present: Mapping[Key, Any]) -> int:
    unchanged = 0
    for key, value in wanted.items():
        row = present.get(key)
        if row is None:
            work.new.append((key, value))
        elif getattr(row, work.value) != value:
            work.changed.append((row.id, row, value))
        else:
            unchanged += 1
    return unchanged


def _plan(basis: Basis, work: FigureWork, unchanged: int, missing: int) -> Plan:
    plan = Plan(
        counts={
            "rows": len(basis.parsed.rows), "new": len(work.new), "changed": len(work.changed), "unchanged": unchanged,
            "missing": missing,
        },
        faults=by_rows(basis.parsed.faults), notes=list(basis.parsed.notes), work=work,
    )  # fmt: skip
    return plan


def _frozen_faults(
    session: Session, basis: Basis, work: FigureWork, places: Mapping[Key, int], now: datetime
) -> list[Fault]:
    """Figures of people with a case in an open cycle stand still from the self-assessment deadline on (3.2-a)."""
    touched: list[Key] = [key for key, _ in work.new]
    touched += [tuple(getattr(row, name) for name in METRIC_KEY) for _, row, _ in work.changed]
    found: dict[int | None, Fault] = {}
    for cycle, people in frozen_periods(session, now) if touched else ():
        for key in touched:
            if key[0] in people and cycle.period_from <= key[1] <= cycle.period_to:
                message = N_(
                    "The figures of %(year)s have been locked since the self-assessment deadline of the cycle (3.2-a)"
                )
                row = places.get(key)
                found.setdefault(
                    row, basis.fault(row, "month", key[1].strftime("%Y-%m"), message, year=cycle.year, clause="3.2-a")
                )
    return list(found.values())


def write_figures(op: Operation, plan: Plan, row: Import, progress: Progress) -> dict[str, Any]:
    """Write new figures and changed ones, each with its audit event; returns what undoing needs."""
    work: FigureWork = plan.work
    table = work.table.__table__
    new = [dict(zip(work.key, key, strict=True)) | {work.value: value, "import_id": row.id} for key, value in work.new]
    keys: list[int] = []
    for start in range(0, len(new), BATCH):
        keys += insert_returning(op, work.table, new[start : start + BATCH])
        progress("write", len(keys), len(new))
    changed = [{"key": key, "figure": value, "source": row.id} for key, _, value in work.changed]
    if changed:
        statement = update(table).where(table.c.id == bindparam("key"))
        statement = statement.values({work.value: bindparam("figure"), "import_id": bindparam("source")})
        op.session.connection().execute(statement, changed)
    old = [
        [key, plain(getattr(present, work.value)), present.import_id, plain(value)]
        for key, present, value in work.changed
    ]
    if work.table is Metric:
        touched = {present.month for _key, present, _value in work.changed}
        follow_figures(op, {key[1] for key, _value in work.new} | touched)
    op.note_many(_events(work, keys, new, old, row.id))
    return {"new": keys, "changed": old}


def _events(
    work: FigureWork, keys: Sequence[int], new: Sequence[Mapping[str, Any]], old: Sequence[Any], source: int
) -> Iterable[Any]:
    name = work.table.__tablename__
    for key, values in zip(keys, new, strict=True):
        yield "insert", name, key, {column: [None, plain(value)] for column, value in values.items()}
    for key, before, earlier, after in old:
        yield "update", name, key, {work.value: [before, after], "import_id": [earlier, source]}


def _delete(op: Operation, table: type[Any], keys: Sequence[int]) -> None:
    place = table.__table__
    # What went is told with what it held: of a row that is no more nothing else says whose it was (6.1-a).
    told = [
        (
            "delete",
            place.name,
            row.id,
            {column.name: [plain(getattr(row, column.name)), None] for column in place.c if column.name != "id"},
        )
        for some in chunks(keys)
        for row in op.session.execute(select(place).where(place.c.id.in_(some)))
    ]
    if keys:
        op.session.connection().execute(
            delete(place).where(place.c.id == bindparam("key")), [{"key": key} for key in keys]
        )
        op.note_many(told)


def undo_figures(op: Operation, table: type[Any], value: str, undo: Mapping[str, Any], row: Import) -> None:
    """Put earlier figures back."""
    place = table.__table__
    months = _months(op, undo) if table is Metric else set()
    _delete(op, table, undo["new"])
    for key, before, source, new in undo["changed"]:
        op.session.execute(update(place).where(place.c.id == key).values({value: before, "import_id": source}))
        op.note("update", place.name, key, {value: [new, before], "import_id": [row.id, source]})
    rows = [{name: _back(name, item) for name, item in removed.items()} for removed in undo.get("removed", ())]
    keys = insert_returning(op, table, rows)
    follow_figures(op, months)
    op.note_many(
        ("insert", place.name, key, {n: [None, plain(v)] for n, v in r.items()})
        for key, r in zip(keys, rows, strict=True)
    )


def _months(op: Operation, undo: Mapping[str, Any]) -> set[date]:
    """The months that taking an import back touches."""
    found = {date.fromisoformat(removed["month"]) for removed in undo.get("removed", ())}
    for some in chunks([*undo["new"], *(key for key, *_rest in undo["changed"])]):
        found |= set(op.session.scalars(select(Metric.month).where(Metric.id.in_(some)).distinct()))
    return found


def _back(name: str, value: Any) -> Any:
    return date.fromisoformat(value) if name == "month" else value
