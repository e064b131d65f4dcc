"""Departments: who heads one is named by an act of its own, whatever the door; the rest is edited as it stands (3.3.3)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from admin.access.actor import Actor
from admin.domain.refusals import N_, Invalid, NotFound
from admin.domain.workflow import Facts
from admin.models import Department, Employee
from admin.operations.accounts.apart import refuse_apart
from admin.operations.acts import act, declare_process
from admin.operations.fields import anyone_of
from admin.operations.people.here import require_hr, still_here
from admin.operations.people.people import mark_in_centre
from admin.operations.system.reference import add_record, edit_record, refuse_stale
from admin.operations.transaction import Operation, operation
from admin.operations.writing import write_many
from admin.queries.people.heads import of_posts

NAMES = ("hr",)  # a head proposes grades: no administrator alone makes one (6.1-a)


def _facts(op: Operation, department: Department, _reason: str | None) -> Facts:
    return Facts("department", "", frozenset(NAMES) & op.actor.roles)


def _state(department: Department) -> dict[str, Any]:
    return {"id": department.id, "name": department.name, "head_id": department.head_id}


declare_process("department", Department, _facts, state=_state)


@act("department", "name_head", anyone_of("head", N_("Head of department"), Employee, required=False))
def name_head(department_id: int, head_id: int | None, *, actor: Actor, now: datetime) -> Department:
    """Name the head of a department, or nobody; open cases keep their snapshot (3.3-f).

    Raises `NotFound` for anyone but HR, `Invalid` for somebody who has left,
    `Refused` (6.1-a) for an auditor.
    """
    with operation("name_head", actor=actor, now=now, clause="3.3.3") as op:
        if not actor.has(*NAMES) and not actor.is_system:
            raise NotFound("Department")
        department = op.find(Department, department_id)
        if head_id is not None:
            refuse_apart(op, still_here(op, head_id, "head").id, "head")
        department.head_id = head_id
        op.session.flush()
        op.session.refresh(department)
    return department


def add_department(data: Mapping[str, Any], *, actor: Actor, now: datetime) -> Department:
    """What the ordinary form and API do: the department is added as it stands, and its head named by `name_head`."""
    with operation("add_departments", actor=actor, now=now, clause="1.2") as op:
        rest = {name: value for name, value in data.items() if name != "head_id"}
        department: Department = add_record(Department, rest, actor=actor, now=now)
        if data.get("head_id") is not None:
            name_head(op.add(department).id, data["head_id"], actor=actor, now=now)
    return department


def change_department(
    department_id: int, data: Mapping[str, Any], *, seen: str | None = None, actor: Actor, now: datetime
) -> Department:
    """What the ordinary form and API do: another head is named by `name_head`, the rest is edited as it stands.

    `seen` is the fingerprint that the form was opened on. Raises as `name_head` and `edit_record`.
    """
    with operation("change_department", actor=actor, now=now, clause="1.2") as op:
        department = op.find(Department, department_id)
        refuse_stale(department, seen)
        if "head_id" in data and data["head_id"] != department.head_id:
            name_head(department_id, data["head_id"], actor=actor, now=now)
        rest = {name: value for name, value in data.items() if name != "head_id"}
        edit_record(Department, department_id, rest, actor=actor, now=now)
    return department


@dataclass(frozen=True)
class Settled:
    """What HR says of a department: of the centre or not (None: as the one above it), and who heads it."""

    head_id: int | None
    in_centre: bool | None = None


def settle_centre(
    departments: Mapping[int, Settled], posts: Mapping[str, bool], *, actor: Actor, now: datetime
) -> tuple[int, int]:
    """Say of many departments who heads them and which are of the centre, and of posts whether they manage (1.2-b).

    All or none; returns how many departments changed, and of how many people in service the post's place changed. Raises as
    `name_head`, at the department's own field.
    """
    with operation("settle_centre", actor=actor, now=now, clause="3.3.3") as op:
        require_hr(op)
        changed = set()
        # Those above first: what is said of one holds for all below it, unless something is said of them too.
        for key, said in departments.items():
            row = op.find(Department, key)
            if said.in_centre is not None and said.in_centre != row.in_centre:
                mark_in_centre(key, said.in_centre, actor=actor, now=now)
                changed.add(key)
            if said.head_id != row.head_id:
                _head_named(key, said.head_id, actor, now)
                changed.add(key)
        return len(changed), _mark_posts(op, posts)


def _head_named(key: int, head_id: int | None, actor: Actor, now: datetime) -> None:
    try:
        name_head(key, head_id, actor=actor, now=now)
    except Invalid as wrong:
        raise Invalid({f"head-{key}": wrong.fields["head"]}, wrong.facts) from wrong


def _mark_posts(op: Operation, posts: Mapping[str, bool]) -> int:
    changed = 0
    for query in of_posts(list(posts), op.today):
        rows = op.session.scalars(query).all()
        changed += len(write_many(op, {row: {"is_management": posts[row.post]} for row in rows}))
    return changed
