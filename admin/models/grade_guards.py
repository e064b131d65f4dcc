"""What the database itself refuses in the grade file: a gap, an overlap, a grade that no change ordered (3.3.6, 1.2-f).

Triggers, because the rule lies between rows. Migrations run without them and put them back: SQLite drops the triggers
of a table that a migration builds anew, and refuses to rename one that a trigger names.
"""

from __future__ import annotations

from sqlalchemy import Connection, inspect, text

TABLE = "grade_intervals"
OVERLAPS = """EXISTS (SELECT 1 FROM grade_intervals held WHERE held.employee_id = NEW.employee_id
    AND (held.valid_to IS NULL OR held.valid_to > NEW.valid_from))"""
# The change is this employee's, orders this grade, and moves from the grade whose entry ended on this day;
# the first entry of a file moves from none, or is a takeover that was put right.
UNORDERED = """NOT EXISTS (SELECT 1 FROM grade_changes ordered WHERE ordered.id = NEW.started_by_id
    AND ordered.employee_id = NEW.employee_id AND ordered.to_grade_id = NEW.grade_id AND (
        EXISTS (SELECT 1 FROM grade_intervals held WHERE held.employee_id = NEW.employee_id
            AND held.valid_to = NEW.valid_from AND held.grade_id = ordered.from_grade_id)
        OR ((ordered.from_grade_id IS NULL OR ordered.kind = 'takeover_correction')
            AND NOT EXISTS (SELECT 1 FROM grade_intervals held WHERE held.employee_id = NEW.employee_id))))"""
# What is written stays: an entry is only ended, once, or put right by a takeover correction, or, from its own day on, by the
# document that takes the one back which began it.
REWRITTEN = """NEW.employee_id <> OLD.employee_id OR OLD.valid_to IS NOT NULL AND (NEW.valid_to IS NULL
    OR NEW.valid_to <> OLD.valid_to) OR (NEW.grade_id <> OLD.grade_id OR NEW.valid_from <> OLD.valid_from
    OR NEW.started_by_id <> OLD.started_by_id) AND NOT EXISTS (SELECT 1 FROM grade_changes ordered
        WHERE ordered.id = NEW.started_by_id AND (ordered.kind = 'takeover_correction'
            OR ordered.kind IN ('withdrawal', 'correction') AND NEW.valid_from = OLD.valid_from
            AND ordered.effective_on = OLD.valid_from)
        AND ordered.employee_id = NEW.employee_id AND ordered.to_grade_id = NEW.grade_id
        AND ordered.from_grade_id = OLD.grade_id)"""
GUARDS = {
    "grade_file_no_overlap": ("INSERT", OVERLAPS),
    "grade_file_ordered": ("INSERT", UNORDERED),
    "grade_file_kept": ("UPDATE", REWRITTEN),
    "grade_file_not_deleted": ("DELETE", "1 = 1"),
}


def drop_guards(connection: Connection) -> None:
    """Take the guards away while tables are built anew."""
    if not inspect(connection).has_table(TABLE):
        return
    for name in GUARDS:
        where = f" ON {TABLE}" if connection.dialect.name == "postgresql" else ""
        connection.execute(text(f"DROP TRIGGER IF EXISTS {name}{where}"))


def guards_stand(connection: Connection) -> bool:
    """Whether every guard is on the table; asking takes no lock. Another text of a guard comes with a migration."""
    catalogue = {"postgresql": "SELECT tgname FROM pg_trigger", "sqlite": "SELECT name FROM sqlite_master"}
    return set(GUARDS) <= set(connection.execute(text(catalogue[connection.dialect.name])).scalars())


def create_guards(connection: Connection) -> None:
    """Put the guards on the table, where it is there."""
    if not inspect(connection).has_table(TABLE):
        return
    for name, (event, condition) in GUARDS.items():
        make = _postgresql if connection.dialect.name == "postgresql" else _sqlite
        for statement in make(name, event, condition):
            connection.execute(text(statement))


def _sqlite(name: str, event: str, condition: str) -> list[str]:
    # The guard's name is the message: the program tells from it which rule was broken.
    refuse = f"SELECT RAISE(ABORT, '{name}') WHERE {condition};"
    return [f"CREATE TRIGGER IF NOT EXISTS {name} BEFORE {event} ON {TABLE} BEGIN {refuse} END"]


def _postgresql(name: str, event: str, condition: str) -> list[str]:
    answer = "OLD" if event == "DELETE" else "NEW"
    body = (
        # That code, so that the driver raises the same IntegrityError as SQLite's abort does.
        f"BEGIN IF {condition} THEN RAISE EXCEPTION '{name}' USING ERRCODE = 'integrity_constraint_violation';"
        f" END IF; RETURN {answer}; END"
    )
    return [
        f"CREATE OR REPLACE FUNCTION {name}() RETURNS trigger LANGUAGE plpgsql AS $$ {body} $$",
        f"DROP TRIGGER IF EXISTS {name} ON {TABLE}",
        f"CREATE TRIGGER {name} BEFORE {event} ON {TABLE} FOR EACH ROW EXECUTE FUNCTION {name}()",
    ]
