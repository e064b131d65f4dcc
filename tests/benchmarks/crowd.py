"""A centre made many times as large: what hangs on people is copied in the database, with everything that hangs on it.

What a reader looks at grows with it: copies are in the same department, of the same superior, on the same agenda and
notice, before the same panel. The copies of whoever holds an office hold none. The trail over copies does not verify.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from sqlalchemy import (
    Column,
    Connection,
    String,
    Table,
    UniqueConstraint,
    case,
    cast,
    func,
    insert,
    literal,
    select,
    true,
)

from admin.models import Model
from admin.models.grade_guards import create_guards, drop_guards
from admin.operations.acts import processes

METADATA = Model.metadata
GROWS = (
    "ab_user", "account_states", "activation_codes", "employees", "annual_ratings", "coming_moves", "confirmations", "contact_logins",
    "employee_changes", "employee_records", "leaves", "metrics", "second_factor_resets", "notifications", "reviewer_appointments",
    "complaints", "complaint_messages", "complaint_files", "complaint_parties", "complaint_cases", "complaint_ballots",
    "reviews", "review_scores", "evidence", "demotion_waivers", "hearings", "predecessor_statements", "proposal_drafts", "proposals",
    "ratings", "reassessments", "recusals", "self_assessments", "agenda_items", "motions", "premarks", "ballots", "notice_rows",
    "appeals", "panel_ballots", "determinations", "grade_changes", "grade_intervals", "result_statements",
    "history", "audit_events", "audit_salts", "audit_seals",
)  # fmt: skip
# Whose own these are; every other column that names a person goes on naming the same one.
OWN = {
    "employees": {"user_id"}, "account_states": {"user_id"}, "activation_codes": {"user_id"}, "second_factor_resets": {"user_id"},
    "confirmations": {"user_id", "employee_id"}, "complaint_cases": {"employee_id"},
} | {
    name: {"employee_id"}
    for name in ("annual_ratings", "coming_moves", "contact_logins", "employee_changes", "employee_records", "leaves", "metrics",
                 "reviewer_appointments", "reviews", "grade_changes", "grade_intervals")
}  # fmt: skip
PEOPLE = ("ab_user", "employees")
NOBODYS = 10_000_000  # the trail of a record that is not copied is another one's in each copy


def grow(connection: Connection, copies: int) -> int:
    """Add so many copies of what hangs on people; answers how many employees there are then.

    Runs in the caller's transaction. A row's copies have its key and so many times the same step, in every column that names it.
    """
    tables = [table for table in Model.metadata.sorted_tables if table.name in GROWS]
    steps = {table.name: _newest(connection, table) + 1 for table in tables}
    numbers = select(literal(1).label("k")).cte("numbers", recursive=True)
    numbers = numbers.union_all(select(numbers.c.k + 1).where(numbers.c.k < copies))
    drop_guards(connection)  # each copy's file is as whole as the first one's
    for table in tables:
        columns = dict(_columns(table, steps, numbers.c.k))
        rows = select(*columns.values()).select_from(table.join(numbers, true())).where(table.c.id < steps[table.name])
        connection.execute(insert(table).from_select(list(columns), rows))
    _employees_all(connection, steps["ab_user"])
    create_guards(connection)
    _number_on(connection, tables)
    return connection.scalar(select(func.count()).select_from(METADATA.tables["employees"])) or 0


def _newest(connection: Connection, table: Table) -> int:
    return connection.scalar(select(func.coalesce(func.max(table.c.id), 0))) or 0


def _columns(table: Table, steps: dict[str, int], k: Any) -> Iterator[tuple[str, Any]]:
    moved = {column.name: _step(column, steps) for column in table.columns}
    alone = [names for names in _alone(table) if not any(moved[name] is not None for name in names)]
    apart = {next(name for name in names if isinstance(table.c[name].type, String)) for names in alone}
    for column in table.columns:
        step = moved[column.name]
        if step is not None:
            yield column.name, column + k * step
        else:
            yield column.name, column + "-" + cast(k, String) if column.name in apart else column


def _step(column: Column[Any], steps: dict[str, int]) -> Any:
    """By how much a copy's value is more; None where it is the same."""
    if column.name == "record_id":
        name = "process" if "process" in column.table.c else "record_type"
        return case(_by_process(steps) if name == "process" else steps, value=column.table.c[name], else_=NOBODYS)
    if column.primary_key:
        return steps[column.table.name]
    if not column.foreign_keys:
        return None
    to = next(iter(column.foreign_keys)).column.table.name
    if to not in steps or (to in PEOPLE and column.name not in OWN.get(column.table.name, ())):
        return None
    return steps[to]


def _by_process(steps: dict[str, int]) -> dict[str, int]:
    tables = {name: process.record.__tablename__ for name, process in processes().items()}
    return {name: steps[table] for name, table in tables.items() if table in steps}


def _alone(table: Table) -> Iterator[list[str]]:
    """The groups of columns of which no two rows have the same."""
    for constraint in table.constraints:
        if isinstance(constraint, UniqueConstraint):
            yield [column.name for column in constraint.columns]
    for index in table.indexes:
        if index.unique:
            yield [column.name for column in index.columns]


def _employees_all(connection: Connection, step: int) -> None:
    """Each copied account has the role of an employee, and no other."""
    held, roles, users = (METADATA.tables[name] for name in ("ab_user_role", "ab_role", "ab_user"))
    first = _newest(connection, held) - step
    role = select(roles.c.id).where(roles.c.name == "employee").scalar_subquery()
    rows = select(users.c.id + first, users.c.id, role).where(users.c.id >= step)
    connection.execute(insert(held).from_select(["id", "user_id", "role_id"], rows))


def _number_on(connection: Connection, tables: list[Table]) -> None:
    """PostgreSQL numbers new rows from behind the copies; SQLite does so by itself."""
    if connection.dialect.name != "postgresql":
        return
    for table in [*tables, METADATA.tables["ab_user_role"]]:
        sequence = connection.scalar(select(func.pg_get_serial_sequence(table.name, "id")))
        if sequence:
            connection.execute(select(func.setval(sequence, _newest(connection, table) + 1)))
