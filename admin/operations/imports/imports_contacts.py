"""Contact logs: names in the log become employees by a dated table, contacts become monthly counts (policy 3.2.1).

An unmapped name is listed and never guessed: HR maps it, or says that its contacts do not count (`leave_out`).
"""

from __future__ import annotations

from calendar import monthrange
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime
from itertools import chain
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from admin.domain.refusals import N_
from admin.files.contacts import ContactCounts, add_up
from admin.files.faults import Fault, FileNote
from admin.models import ContactLogin, Import, Metric
from admin.operations.imports.difference import LOGINS, ChangeLine
from admin.operations.imports.imports_figures import Key, figures_plan, undo_figures, write_figures
from admin.operations.imports.imports_plan import Basis, Plan, by_rows
from admin.operations.imports.log_days import as_report, days_of, joined
from admin.operations.people.people import map_login
from admin.operations.progress import Progress
from admin.operations.transaction import Operation
from admin.queries.imports.imports import employee_ids, logins_by_name, metrics_of

CODES = (
    "offered", "answered", "resolved", "csat_sum", "csat_n", "csat_top2", "wait_seconds_sum", "wait_n",
    "talk_seconds_sum", "talk_n", "complaints",
)  # fmt: skip


def plan_contacts(session: Session, basis: Basis, now: datetime) -> Plan:
    """Counts per employee, month and queue against those on file, the table per name, and the names not mapped."""
    rows: list[ContactCounts] = basis.parsed.rows
    logins = sorted({row.login for row in rows})
    left_out = {str(name) for name in basis.mapping.options.get("leave_out", ())}
    given, faults = _given(session, basis, logins)
    owners = logins_by_name(session, logins)
    mine: dict[tuple[int, date, str], list[ContactCounts]] = defaultdict(list)
    people: dict[str, str] = {}
    unmapped: set[str] = set()
    for row in rows:
        found = (given[row.login], "") if row.login in given else _owner(owners.get(row.login, ()), row.day)
        if found is not None:
            people.setdefault(row.login, found[1] or str(basis.mapping.options["logins"][row.login]))
            if row.login not in left_out:
                mine[(found[0], row.month, (row.queue or "")[:60])].append(row)
        elif row.login not in left_out:
            unmapped.add(row.login)
    wanted = _counts(mine)
    log = days_of(session, rows, basis.today)
    present = metrics_of(session, {key[1] for key in wanted}, CODES)
    whose = {key: several[0].login for key, several in mine.items()}
    wanted = joined(session, basis, log, wanted, present)
    plan = figures_plan(session, basis, wanted, {}, now, parts=log.parts, whose=whose)
    plan.notes += log.notes()
    plan.work.logins = _new_logins(given, owners, rows)
    told = {login: (people.get(login) or "").partition(" ") for login, *_ in plan.work.logins}
    figures = plan.difference.lines
    plan.difference.lines = lambda: chain(
        (
            ChangeLine(LOGINS, told[login][0], told[login][2], "login", since.isoformat(), "", login)
            for login, _, since in plan.work.logins
        ),
        figures(),
    )
    plan.difference.groups[LOGINS] += len(plan.work.logins)
    plan.counts |= {
        "logins_new": len(plan.work.logins),
        "unmapped": len(unmapped),
        "contacts": sum(row.offered for row in rows),
    }
    plan.faults = by_rows([*plan.faults, *faults, *log.faults.values(), *_unmapped_faults(basis, sorted(unmapped))])
    plan.examples["months"] = sorted({row.month.strftime("%Y-%m") for row in rows})
    plan.extra = {
        "agents": agents_table(rows, people, left_out), "unmapped": sorted(unmapped), "covers": as_report(log.covers),
    }  # fmt: skip
    if left_out & set(logins):
        names = ", ".join(sorted(left_out & set(logins)))
        plan.notes.append(FileNote(N_("The contacts of these names do not count: %(names)s"), {"names": names}))
    return plan


def _given(session: Session, basis: Basis, logins: Sequence[str]) -> tuple[dict[str, int], list[Fault]]:
    """The table that came with the mapping: log name → employee number."""
    told = {
        str(login): str(number)
        for login, number in basis.mapping.options.get("logins", {}).items()
        if login in set(logins)
    }
    ids = employee_ids(session, set(told.values()))
    message = N_("The mapping gives this name to employee %(number)s, who is not in the portal")
    faults = [
        basis.fault(None, "login", login, message, number=number) for login, number in told.items() if number not in ids
    ]
    return {login: ids[number] for login, number in told.items() if number in ids}, faults


def _owner(owners: Sequence[Any], day: date) -> tuple[int, str] | None:
    """Whose the login was on a day, by the dated table: (employee id, number and name).

    By the month at both ends, because a name is often noted some days late: of a month in which it has one owner, that
    one's; where it passes on within the month, each has their own days.
    """
    first, last = day.replace(day=1), day.replace(day=monthrange(day.year, day.month)[1])
    then = [o for o in owners if o.valid_from <= last and (o.valid_to is None or o.valid_to >= first)]
    begun = [o for o in then if o.valid_from <= day]
    found = begun[-1] if begun else next(iter(then), None)
    return None if found is None else (found.employee_id, f"{found.number} {found.name}")


def _unmapped_faults(basis: Basis, unmapped: Sequence[str]) -> list[Fault]:
    message = N_("This name in the log is not mapped to an employee; map it, or leave it out by name")
    return [basis.fault(None, "login", login, message) for login in unmapped]


def _new_logins(
    given: Mapping[str, int], owners: Mapping[str, Sequence[Any]], rows: Sequence[ContactCounts]
) -> list[tuple[str, int, date]]:
    """Names given with the mapping that the dated table does not have yet, from the log's first month on."""
    starts: dict[str, date] = {}
    for row in rows:
        starts[row.login] = min(row.day, starts.get(row.login, row.day))
    new = []
    for login, employee in given.items():
        then = _owner(owners.get(login, ()), starts[login])
        if then is None or then[0] != employee:
            new.append((login, employee, starts[login].replace(day=1)))
    return new


def _counts(mine: Mapping[tuple[int, date, str], Sequence[ContactCounts]]) -> dict[Key, float]:
    wanted: dict[Key, float] = {}
    for (employee, month, queue), several in mine.items():
        total = add_up(several, login="", month=month, queue=queue)
        for code in CODES:
            value = getattr(total, code)
            if value is not None:
                wanted[(employee, month, queue, code)] = float(value)
    return wanted


def agents_table(
    rows: Sequence[ContactCounts], people: Mapping[str, str] | None = None, left_out: Iterable[str] = ()
) -> list[dict[str, Any]]:
    """A row per name in the log over the whole file: counts beside the rates made of them."""
    by_login: dict[str, list[ContactCounts]] = defaultdict(list)
    for row in rows:
        by_login[row.login].append(row)
    return [_agent(login, several, people or {}, set(left_out)) for login, several in sorted(by_login.items())]


def _agent(
    login: str, several: Sequence[ContactCounts], people: Mapping[str, str], left_out: set[str]
) -> dict[str, Any]:
    total = add_up(several, login=login, month=several[0].month)
    return {
        "login": login, "employee": people.get(login), "left_out": login in left_out, "offered": total.offered,
        "answered": total.answered, "resolved": total.resolved, "csat_mean": total.csat_mean,
        "csat_top2": total.csat_top_share, "asa": total.average_speed_of_answer, "talk": total.average_talk_seconds,
        "csat_n": total.csat_n,
        "resolved_of_answered": total.resolved_of_answered, "resolved_of_offered": total.resolved_of_offered,
        "complaints": total.complaints,
    }  # fmt: skip


def write_contacts(op: Operation, plan: Plan, row: Import, progress: Progress) -> dict[str, Any]:
    """Write the names given with the mapping into the dated table, then the counts."""
    before = _login_rows(op, [login for login, *_ in plan.work.logins])
    for login, employee, since in plan.work.logins:
        map_login(login, employee, since, actor=op.actor, now=op.now)
    known = {row[0] for row in before}
    made = [row[0] for row in _login_rows(op, [login for login, *_ in plan.work.logins]) if row[0] not in known]
    return {**write_figures(op, plan, row, progress), "logins": made, "logins_before": before}


def _login_rows(op: Operation, logins: Sequence[str]) -> list[list[Any]]:
    """Entries of the dated table for these names, as JSON: id, first and last day."""
    op.session.flush()
    rows = op.session.scalars(select(ContactLogin).where(ContactLogin.login.in_(list(logins))))
    return [[row.id, row.valid_from.isoformat(), row.valid_to and row.valid_to.isoformat()] for row in rows]


def undo_contacts(op: Operation, undo: Mapping[str, Any], row: Import) -> None:
    """Put earlier counts back, and the dated table as it was."""
    undo_figures(op, Metric, "value", undo, row)
    for key in undo["logins"]:
        if (login := op.session.get(ContactLogin, key)) is not None:
            op.session.delete(login)
    op.session.flush()
    for key, first, last in undo["logins_before"]:
        if (login := op.session.get(ContactLogin, key)) is not None:
            login.valid_from, login.valid_to = date.fromisoformat(first), date.fromisoformat(last) if last else None
