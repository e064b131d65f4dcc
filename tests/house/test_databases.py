"""The ground that tests stand on: each begins with the database as set up, and none reaches another machine."""

from __future__ import annotations

import socket
from typing import Any

import pytest
from sqlalchemy import text

from tests.conftest import ON_POSTGRESQL
from tests.sent import enough, shape

PLANTED = "INSERT INTO throttles (key, count, window_ends_at) VALUES ('planted', 1, '2026-11-23 00:00:00')"
COUNT = "SELECT count(*) FROM throttles WHERE key = 'planted'"


@pytest.mark.parametrize("turn", [1, 2])
def test_what_one_test_wrote_the_next_does_not_find(session: Any, turn: int) -> None:
    assert session.execute(text(COUNT)).scalar() == 0
    session.execute(text(PLANTED))
    session.commit()
    assert session.execute(text(COUNT)).scalar() == 1


def test_tests_run_on_the_database_that_was_asked_for(session: Any) -> None:
    assert session.get_bind().dialect.name == ("postgresql" if ON_POSTGRESQL else "sqlite")


def test_foreign_keys_are_enforced_on_both_databases(session: Any) -> None:
    with pytest.raises(Exception, match=r"(?i)foreign key"):
        session.execute(text("INSERT INTO account_states (user_id, epoch, wants_mail) VALUES (424242, 1, true)"))


def test_another_machine_is_out_of_reach() -> None:
    with socket.socket() as outgoing, pytest.raises(AssertionError, match=r"192\.0\.2\.1"):
        outgoing.connect(("192.0.2.1", 80))


def test_this_machine_is_within_reach() -> None:
    with socket.socket() as listening, socket.socket() as outgoing:
        listening.bind(("127.0.0.1", 0))
        listening.listen()
        outgoing.connect(listening.getsockname())


def test_the_second_database_is_sent_all_that_the_first_was_sent_by_as_few_tests_as_do() -> None:
    noted = {"all": [1, 2, 3], "two": [1, 2], "own": [4], "race": [5], "race again": [5], "pure": []}
    assert enough(noted, lambda _test: False) == {"all", "own", "race"}
    assert enough(noted, lambda test: "race" in test) == {"all", "own", "race", "race again"}
    assert enough({}, lambda _test: True) == set()


def test_a_statement_is_the_same_whatever_its_values_and_another_where_it_is_refused() -> None:
    one, more = "SELECT 1 WHERE x IN (?)", "SELECT 1 WHERE x IN (?, ?, ?)"
    rows = "INSERT INTO t (a, b) VALUES (?, ?)", "INSERT INTO t (a, b) VALUES (?, ?), (?, ?)"
    assert shape(one) == shape(more) != shape(one, refused=True)
    assert shape(rows[0]) == shape(rows[1]) != shape(one)
