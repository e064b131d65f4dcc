"""Nothing stands outside the trail but what the short list names with its reason (6.3.3)."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy import select, text

from admin.models import HistoryStep, Model, db
from admin.models.accounts import User
from admin.models.audit import OUTSIDE, OUTSIDE_COLUMNS
from admin.models.history import BUNDLE
from admin.operations.transaction import Operation
from admin.queries.system.audit_relations import association_tables
from admin.queries.system.audit_rows import audited_tables, departures
from tests import factories as make
from tests.operations.system.test_audit_chain import edit


@pytest.fixture
def watch() -> None:
    """Here rows are changed behind the portal's back on purpose."""


def written(op: Operation, count: int = 1, *, key: int = 1, reason: str = "Because.", process: str = "review") -> None:
    op.remember_opened(process, [(key + n, "rating", "3.2.3", reason) for n in range(count)], relation="hr")


def found(*tables: str) -> list[str]:
    db.session.rollback()
    faults = [str(fault) for fault in departures(db.session(), set(tables) or None)]
    db.session.rollback()
    return faults


def test_every_table_and_column_is_in_the_trail_or_in_the_short_list_with_its_reason() -> None:
    held = {str(mapper.local_table) for mapper in audited_tables()} | {*association_tables(), "history"}
    assert held.isdisjoint(OUTSIDE)
    assert held | set(OUTSIDE) == set(Model.metadata.tables)
    assert set(OUTSIDE_COLUMNS) <= {column.name for name in held for column in Model.metadata.tables[name].c}
    assert all(len(why) > 10 for why in (*OUTSIDE.values(), *OUTSIDE_COLUMNS.values()))


def test_steps_are_told_of_in_bundles_that_say_nothing_of_what_was_done(session: Any) -> None:
    with make.fixture() as op:
        written(op, BUNDLE + 1)
    rows = db.session.connection().execute(text("SELECT * FROM audit_events WHERE act = 'step'")).mappings().all()
    assert [row["record_type"] for row in rows] == ["review_steps"] * 2
    assert not any(word in str(row["changes"]) for row in rows for word in ("Because", "rating", "open"))
    assert len({row.bundle for row in db.session.scalars(select(HistoryStep))}) == 2
    assert found() == []


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE history SET actor_name = 'Another' WHERE id = 1",
        "UPDATE history SET to_stage = 'issued' WHERE id = 1",
        "UPDATE history SET happened_at = '2020-01-01 00:00:00' WHERE id = 1",
        "UPDATE history SET reason = 'For another reason.' WHERE id = 1",
        "UPDATE history SET reason = '' WHERE id = 1",
        "UPDATE history SET record_id = 3 - record_id",
        "UPDATE history SET bundle = 'another' WHERE id = 1",
        "DELETE FROM history WHERE id = 1",
        "INSERT INTO history (process, record_id, action, from_stage, to_stage, actor_name, relation, clause, reason, happened_at)"
        " VALUES ('review', 1, 'publish', 'a', 'b', 'HR', 'hr', '1', '', '2026-01-01 00:00:00')",
        "INSERT INTO history (process, record_id, action, from_stage, to_stage, actor_name, relation, clause, reason, happened_at, bundle)"
        " SELECT process, record_id, 'publish', 'a', 'b', 'HR', 'hr', '1', '', happened_at, bundle FROM history WHERE id = 1",
    ],
)  # fmt: skip
def test_a_step_that_was_edited_planted_taken_out_or_swapped_is_named(session: Any, statement: str) -> None:
    with make.fixture() as op:
        written(op, 2)
    assert found() == []
    edit(statement)
    assert any(fault.startswith("history ") for fault in found("history")), statement


def test_the_reasons_of_an_erased_complaint_go_with_their_salts_and_the_steps_are_held_all_the_same(
    session: Any,
) -> None:
    with make.fixture() as op:
        written(op, key=7, process="complaint")
    edit("UPDATE history SET reason = '', reason_salt = NULL")
    assert found("history") == ["history 1 (complaint 7): its reason was taken out, and no event says so"]
    with make.fixture() as op:
        op.note("erase", "complaint_steps", 7, {})
    assert found("history") == []
    edit("UPDATE history SET action = 'another'")
    assert len(found("history")) == 2


OF_HR = "(SELECT id FROM ab_role WHERE name = 'hr')"


@pytest.mark.parametrize(
    ("statement", "said"),
    [
        ("DELETE FROM ab_user_role", "no event takes employee"),
        (f"INSERT INTO ab_user_role (user_id, role_id) VALUES ({{user}}, {OF_HR})", "no event gives hr"),
        (f"UPDATE ab_user_role SET role_id = {OF_HR} WHERE user_id = {{user}}", "gives hr; no event takes employee"),
        ("DELETE FROM ab_permission_view_role", "no event takes"),
        ("INSERT INTO ab_user_group (user_id, group_id) SELECT {user}, id FROM ab_group", "no event gives Planted"),
        (f"INSERT INTO ab_group_role (group_id, role_id) SELECT id, {OF_HR} FROM ab_group", "no event gives hr"),
        ("UPDATE ab_permission SET name = 'can_do_all' WHERE id = (SELECT min(id) FROM ab_permission)", "can do all"),
    ],
)  # fmt: skip
def test_a_role_that_was_given_or_taken_by_sql_is_named(session: Any, statement: str, said: str) -> None:
    with make.fixture():
        make.employee("HR", roles=("employee", "hr"))
        user = make.employee("Somebody").user_id
    edit("INSERT INTO ab_group (id, name) VALUES (1, 'Planted')")
    before = found()
    edit(statement.format(user=user))
    assert any(said in fault for fault in set(found()) - set(before)), found()


def test_roles_that_are_given_taken_and_renamed_by_the_portal_hold(session: Any) -> None:
    from admin.models.accounts import Role

    with make.fixture() as op:
        user = make.employee("Somebody", roles=("employee", "hr")).user_id
        role = op.add(Role(name="Readers"))
        kept = op.get(User, user)
        kept.roles = [*kept.roles, role]
    with make.fixture() as op:
        op.session.scalars(select(Role).where(Role.name == "Readers")).one().name = "Those who read"
        kept = op.get(User, user)
        kept.roles = [each for each in kept.roles if each.name != "hr"]
    assert found() == []


def test_an_account_s_state_that_was_set_back_is_named(session: Any) -> None:
    from admin.operations.accounts.roles import end_sessions_of

    with make.fixture() as op:
        user = make.employee("Somebody").user_id
        end_sessions_of(op, [user])
    assert found() == []
    edit("UPDATE account_states SET epoch = 1")
    assert any("epoch is 1" in fault for fault in found())
