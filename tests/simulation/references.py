"""Records as a story names them: the third case of somebody, the second meeting; right also when steps are left out."""

from __future__ import annotations

from typing import Any

from tests.simulation.doors import World

TABLES = {
    "review": "reviews", "cycle": "cycles", "meeting": "meetings", "appeal": "appeals", "complaint": "complaints",
    "policy_version": "policy_versions", "grade_change": "grade_changes", "takeover_correction": "grade_changes",
    "confirmation": "confirmations", "document_withdrawal": "document_withdrawals",
}  # fmt: skip
OWNER = {
    "review": "t.employee_id",
    "grade_change": "t.employee_id",
    "takeover_correction": "t.employee_id",
    "appeal": "(SELECT employee_id FROM reviews WHERE id = t.review_id)",
}


def reference(world: World, process: str, key: int) -> tuple[Any, ...]:
    """A record as a story names it: the third case of somebody, the second meeting; it stays right when steps are left out."""
    table, owner = TABLES[process], OWNER.get(process)
    if owner is None:
        return ("", world.ground.one(f"SELECT count(*) FROM {table} WHERE id < ?", key))
    person = world.ground.one(f"SELECT {owner} FROM {table} t WHERE t.id = ?", key)
    place = world.ground.one(f"SELECT count(*) FROM {table} t WHERE {owner} = ? AND t.id < ?", person, key)
    return (world.number_of(person), place)


def referred(world: World, process: str, target: tuple[Any, ...]) -> int | None:
    """The record that a reference names; None where it is not there."""
    table, owner = TABLES[process], OWNER.get(process)
    number, place = target
    if owner is None:
        return world.ground.one(f"SELECT id FROM {table} ORDER BY id LIMIT 1 OFFSET ?", place)
    return world.ground.one(
        f"SELECT t.id FROM {table} t WHERE {owner} = ? ORDER BY t.id LIMIT 1 OFFSET ?", world.id_of(number), place
    )
