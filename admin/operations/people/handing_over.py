"""The bulk way out of open work: everything that hangs on somebody goes to another person at once (1.2-g, 3.3-f)."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from datetime import datetime
from typing import Any

from admin.access.actor import Actor
from admin.domain.codes import BasisAct
from admin.domain.refusals import N_, Invalid, Refusal, Refused
from admin.models import Employee
from admin.operations.acts import REASON, act
from admin.operations.cases.review_steps import reasoned
from admin.operations.cases.reviews import reassign
from admin.operations.fields import Field, anyone_of
from admin.operations.people.departments import name_head
from admin.operations.people.here import require_hr
from admin.operations.people.moving import move
from admin.operations.seconding import by_two
from admin.operations.transaction import Operation, operation
from admin.queries.people.open_work import Item, open_work

Given = Callable[[int, str], object]  # gives one thing away: its number, and the reason
CHANGED = N_("The list has changed meanwhile: look at it again. Nothing was handed over.")


def _hanging(name: str, label: str, kind: str, into: str) -> Field:
    """A field that names things of a kind, by their numbers, out of what hangs on the employee."""

    def look(op: Operation, employee: Any, keys: list[int]) -> list[int]:
        there = open_work(op.session, employee.id, op.today).get(kind, [])
        if not set(keys) <= {item.key for item in there}:
            raise Invalid({name: CHANGED})
        return keys

    return Field(name, label, "numbers", required=False, into=into, look=look)


def _of_cases(given: Mapping[str, Any], _actor: Actor) -> bool:
    """Open cases are what a result comes of; people and departments are given by HR alone, before a case is opened."""
    return bool(given.get("review_ids"))


@act(
    "employee",
    "hand_over_as_superior",
    anyone_of("superior", N_("The new superior"), Employee),
    _hanging("reviews", N_("Open cases as superior"), "cases_as_superior", "review_ids"),
    _hanging("people", N_("People under them"), "people", "employee_ids"),
    REASON,
)
@by_two(BasisAct.HAND_OVER_AS_SUPERIOR, "employee", when=_of_cases)
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

    def case(key: int, text: str) -> object:
        return reassign(key, superior_id=superior_id, reason=text, actor=actor, now=now)

    def person(key: int, text: str) -> object:
        return move(key, {"superior_id": superior_id}, reason=text, actor=actor, now=now)

    with operation("hand_over_as_superior", actor=actor, now=now, clause="1.2-g") as op:
        return _hand_over(
            op, employee_id, reason, {"cases_as_superior": (review_ids, case), "people": (employee_ids, person)}
        )


@act(
    "employee",
    "hand_over_as_head",
    anyone_of("head", N_("The new head or reviewer"), Employee),
    _hanging("reviews", N_("Open cases as head or reviewer"), "cases_as_head", "review_ids"),
    _hanging("departments", N_("Departments headed"), "departments", "department_ids"),
    REASON,
)
@by_two(BasisAct.HAND_OVER_AS_HEAD, "employee", when=_of_cases)
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

    def case(key: int, text: str) -> object:
        return reassign(key, head_id=head_id, reason=text, actor=actor, now=now)

    def department(key: int, _text: str) -> object:
        return name_head(key, head_id, actor=actor, now=now)

    with operation("hand_over_as_head", actor=actor, now=now, clause="1.2-g") as op:
        return _hand_over(
            op, employee_id, reason, {"cases_as_head": (review_ids, case), "departments": (department_ids, department)}
        )


def _hand_over(
    op: Operation, employee_id: int, reason: str, chosen: Mapping[str, tuple[Collection[int], Given]]
) -> int:
    """Give what was chosen of each kind away, by the verb that gives it; returns how many things that were."""
    require_hr(op)
    count = sum(len(keys) for keys, _give_one in chosen.values())
    if not count:
        raise Invalid({"chosen": N_("Tick what is to be handed over.")})
    text = reasoned(reason)
    # Read once, before anything is given away: each thing that goes is gone from the list.
    there = open_work(op.session, employee_id, op.today)
    for kind, (keys, give) in chosen.items():
        _give(keys, there.get(kind, []), give, text)
    return count


def _give(keys: Collection[int], hanging: Collection[Item], give: Given, text: str) -> None:
    """Hand each over; whoever cannot take one of them learns which, so that it can be left out here."""
    there = {item.key: item for item in hanging}
    if not set(keys) <= set(there):
        raise Invalid({"chosen": CHANGED})
    for key in sorted(keys):
        try:
            give(key, text)
        except Refused as error:
            facts = {"number": there[key].number, "name": there[key].name}
            text = N_(
                "%(number)s %(name)s cannot go to this person under the rule named here. Leave it out and name "
                "someone else for it. Nothing was handed over."
            )
            raise Refused(Refusal(error.refusal.clause, text, facts)) from error
