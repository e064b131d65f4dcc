"""The bulk way out of open work: everything that hangs on somebody goes to another person at once (1.2-g, 3.3-f)."""

from __future__ import annotations

from collections.abc import Callable, Collection
from datetime import datetime
from typing import Any

from admin.access.actor import Actor
from admin.domain.refusals import N_, Invalid, Refusal, Refused
from admin.models import Employee
from admin.operations.acts import REASON, act
from admin.operations.cases.review_steps import reasoned
from admin.operations.cases.reviews import reassign
from admin.operations.fields import Field, anyone_of
from admin.operations.people.departments import name_head
from admin.operations.people.here import require_hr
from admin.operations.people.moving import move
from admin.operations.transaction import Operation, operation
from admin.queries.people.open_work import Item, open_work

Given = Callable[[int], object]
CHANGED = N_("The list has changed meanwhile: look at it again. Nothing was handed over.")


def _hanging(name: str, label: str, kind: str, into: str) -> Field:
    """A field that names things of a kind, by their numbers, out of what hangs on the employee."""

    def look(op: Operation, employee: Any, keys: list[int]) -> list[int]:
        there = open_work(op.session, employee.id, op.today).get(kind, [])
        if not set(keys) <= {item.key for item in there}:
            raise Invalid({name: CHANGED})
        return keys

    return Field(name, label, "numbers", required=False, into=into, look=look)


@act(
    "employee",
    "hand_over_as_superior",
    anyone_of("superior", N_("The new superior"), Employee),
    _hanging("reviews", N_("Open cases as superior"), "cases_as_superior", "review_ids"),
    _hanging("people", N_("People under them"), "people", "employee_ids"),
    REASON,
)
def hand_over_as_superior(
    employee_id: int,
    superior_id: int,
    reason: str,
    *,
    review_ids: Collection[int] = (),
    employee_ids: Collection[int] = (),
    actor: Actor,
    now: datetime,
) -> int:
    """Give the chosen open cases and people of a superior to another superior; returns how many.

    All or none. Raises `Refused` as `reassign` and `move` do, with whose it is; `Invalid` without a reason, where
    nothing is chosen, what is chosen does not hang on the employee, or the other person has left.
    """
    with operation("hand_over_as_superior", actor=actor, now=now, clause="1.2-g") as op:
        text = _asked(op, reason, (*review_ids, *employee_ids))

        def case(key: int) -> object:
            return reassign(key, superior_id=superior_id, reason=text, actor=actor, now=now)

        def person(key: int) -> object:
            return move(key, {"superior_id": superior_id}, reason=text, actor=actor, now=now)

        there = open_work(op.session, employee_id, op.today)
        _give(review_ids, there.get("cases_as_superior", []), case)
        _give(employee_ids, there.get("people", []), person)
    return len(review_ids) + len(employee_ids)


@act(
    "employee",
    "hand_over_as_head",
    anyone_of("head", N_("The new head or reviewer"), Employee),
    _hanging("reviews", N_("Open cases as head or reviewer"), "cases_as_head", "review_ids"),
    _hanging("departments", N_("Departments headed"), "departments", "department_ids"),
    REASON,
)
def hand_over_as_head(
    employee_id: int,
    head_id: int,
    reason: str,
    *,
    review_ids: Collection[int] = (),
    department_ids: Collection[int] = (),
    actor: Actor,
    now: datetime,
) -> int:
    """Give the chosen open cases and departments of a head or reviewer to another one; as `hand_over_as_superior`."""
    with operation("hand_over_as_head", actor=actor, now=now, clause="1.2-g") as op:
        text = _asked(op, reason, (*review_ids, *department_ids))

        def case(key: int) -> object:
            return reassign(key, head_id=head_id, reason=text, actor=actor, now=now)

        def department(key: int) -> object:
            return name_head(key, head_id, actor=actor, now=now)

        there = open_work(op.session, employee_id, op.today)
        _give(review_ids, there.get("cases_as_head", []), case)
        _give(department_ids, there.get("departments", []), department)
    return len(review_ids) + len(department_ids)


def _asked(op: Operation, reason: str, chosen: Collection[Any]) -> str:
    require_hr(op)
    if not chosen:
        raise Invalid({"chosen": N_("Tick what is to be handed over.")})
    return reasoned(reason)


def _give(keys: Collection[int], hanging: Collection[Item], give: Given) -> None:
    """Hand each over; whoever cannot take one of them learns which, so that it can be left out here."""
    there = {item.key: item for item in hanging}
    if not set(keys) <= set(there):
        raise Invalid({"chosen": CHANGED})
    for key in sorted(keys):
        try:
            give(key)
        except Refused as error:
            facts = {"number": there[key].number, "name": there[key].name}
            text = N_(
                "%(number)s %(name)s cannot go to this person by the rule named here. "
                "Leave it out and name somebody else for it. Nothing was handed over."
            )
            raise Refused(Refusal(error.refusal.clause, text, facts)) from error
