"""Every address × every person: the answer stands in tests/access/matrix*.py, and nothing is left out of it."""

from __future__ import annotations

import importlib
import re
from contextlib import nullcontext
from pathlib import Path
from typing import Any

import pytest
from werkzeug.exceptions import MethodNotAllowed, NotFound

from tests.access.asking import AT_THE_DOOR, Answer, Row, ask, read
from tests.access.conftest import put_back
from tests.access.traces import nothing_written
from tests.access.world import PEOPLE, World
from tests.access.world_pay import OTHERS_PAY, OWN_PAY, stands_in, written
from tests.conftest import ON_POSTGRESQL
from tests.databases import Database

TABLES = sorted(path.stem for path in Path(__file__).parent.glob("matrix*.py"))
ROWS = [row for name in TABLES for row in read(importlib.import_module(f"tests.access.{name}").ROWS)]

# Words that stand in records, and who may come upon them, on whatever page, list, export or look-up.
SECRETS = {
    "N-stranger": {"hr", "admin", "auditor", "management"},  # whose line is nobody's here; management has a takeover
    "N-outsider": {"outsider", "hr", "admin", "auditor", "panel", "panel_chair"},  # who objects: panel and HR only
    "N-employee": {
        "employee", "peer", "superior", "head", "hr", "admin", "auditor", "management", "member", "chair", "secretary",
    },  # and not recused, who is out of the case
    "N-complaint": {"officer", "complaint_officer", "auditor", "chair", "secretary"},  # and never recused, who is accused
    # Amounts of pay, as pages, files and programs write them: of the grade one holds oneself, and of others (5.1, 6.3-b).
    **{word: {"hr", "employee", "peer"} for amount in OWN_PAY for word in written(amount)},
    **{word: {"hr"} for amount in OTHERS_PAY for word in written(amount)},
}  # fmt: skip


PRINTED = "/appeal/?"  # shows a row as everybody reads it on the notice site


def reads(row: Row) -> bool:
    """Whether an address only shows something."""
    return row.method == "GET" or row.path.endswith("/export")


def on_each_database(rows: list[Row]) -> list[Any]:
    """What is read is found by SQL and asked on both databases; what is sent is refused or done by the same code."""
    sent = pytest.mark.sqlite_enough
    return [pytest.param(row, id=str(row), marks=() if reads(row) else sent) for row in rows]


def pattern(row: Row) -> tuple[str, str]:
    """A row's method and address, whatever its record."""
    return row.method, re.sub(r"\{\w+\}", "#", row.path.partition("?")[0])


SHOWN: dict[tuple[str, str], set[str]] = {}  # by pattern: who is shown at least one such record
LET_IN: dict[tuple[str, str], set[str]] = {}  # by pattern: who comes past the door with at least one such record
for each in ROWS:
    SHOWN.setdefault(pattern(each), set()).update(name for name, answer in each.answers.items() if answer == "200")
    LET_IN.setdefault(pattern(each), set()).update(
        name for name, answer in each.answers.items() if answer not in AT_THE_DOOR
    )


def asked(row: Row) -> list[str]:
    """Who is asked; on the second database those for whom SQL looks for the record: the others are turned away before.

    Of a record that is not there whoever comes past the door is asked, and two of those who do not: all of them are asked
    for one that is there, and the door does not know which it is.
    """
    if ON_POSTGRESQL:
        return [name for name in PEOPLE if name in SHOWN[pattern(row)]]
    if "{absent}" not in row.path:
        return list(PEOPLE)
    outside = [name for name in PEOPLE if name not in LET_IN[pattern(row)]]
    return [name for name in PEOPLE if name not in outside[2:]]


@pytest.mark.parametrize("row", on_each_database(ROWS))
def test_everybody_gets_the_answer_that_stands_in_the_table(
    standing: World, database: Database, without_tokens: None, row: Row
) -> None:
    with nothing_written(standing) if reads(row) else nullcontext():
        got = _answers(standing, database, row)
    assert {person: answer.status for person, answer in got.items()} == {name: row.answers[name] for name in got}
    if not row.path.startswith(PRINTED):
        assert [(person, word) for person, answer in got.items() for word in _let_out(person, answer)] == []


def _answers(world: World, database: Database, row: Row) -> dict[str, Answer]:
    got = {}
    for person in asked(row):
        got[person] = ask(world, row.method, row.path, person)
        if not reads(row) and got[person].status not in AT_THE_DOOR:
            put_back(world, database)  # the next person finds what this one found
    return got


def _let_out(person: str, answer: Answer) -> list[str]:
    """The words in an answer that the person must not read anywhere."""
    if answer.status in AT_THE_DOOR:
        return []
    return [word for word, readers in SECRETS.items() if person not in readers and stands_in(word, answer.text)]


def absent(rows: list[Row]) -> list[Row]:
    """The same addresses with numbers that no record has: not there for anybody, whatever their role (3.3-g)."""
    listed = {row.path for row in rows}
    found: dict[tuple[str, str], Row] = {}
    for row in rows:
        path = re.sub(r"\{\w+\}", "{absent}", row.path.partition("?")[0])
        if "{" in path and path not in listed:
            found[row.method, path] = read(f"{row.method} {path}")[0]
    return list(found.values())


@pytest.mark.sqlite_enough
@pytest.mark.parametrize("row", absent(ROWS), ids=str)
def test_a_record_that_is_not_there_is_not_found_by_anybody(standing: World, without_tokens: None, row: Row) -> None:
    got = {person: ask(standing, row.method, row.path, person).status for person in asked(row)}
    assert got == {person: row.answers[person] for person in got}


def rule_of(world: World, row: Row) -> str | None:
    """The rule by which the portal finds a row's address; None where it has none."""
    addresses = world.app.url_map.bind("localhost")
    try:
        rule, _values = addresses.match(world.address(row.path).partition("?")[0], row.method, return_rule=True)
    except (NotFound, MethodNotAllowed):
        return None
    return str(rule)


def test_every_address_stands_in_the_table(built: World) -> None:
    listed = {(row.method, rule_of(built, row)) for row in ROWS}
    there = {
        (method, str(rule))
        for rule in built.app.url_map.iter_rules()
        for method in (rule.methods or set()) - {"HEAD", "OPTIONS"}
    }
    assert sorted(there - listed) == [], "addresses that nobody listed in tests/access/matrix*.py"


def test_the_table_lists_nothing_that_is_not_there(built: World) -> None:
    assert [str(row) for row in ROWS if rule_of(built, row) is None] == []


def test_no_row_stands_twice() -> None:
    named = [str(row) for row in ROWS]
    assert sorted(named) == sorted(set(named))
