"""The whole work of a person goes to others at once: seen beforehand, in one transaction, with its reason (1.2-g, 3.3-f).

Each thing is given away by the verb that gives it anywhere else; what a rule keeps from whoever is named goes to the one named
after them, or stays and is named with its clause.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import joinedload

from admin.access.actor import Actor, system_actor
from admin.domain.codes import BasisAct
from admin.domain.refusals import N_, Invalid, NotFound, Refusal, Refused
from admin.models import Employee, Review
from admin.operations.acts import REASON, act
from admin.operations.cases.review_steps import reasoned
from admin.operations.cases.reviews import NewLine, reassign_each
from admin.operations.fields import Field, anyone_of
from admin.operations.many import refusal_of
from admin.operations.people.here import require_hr, still_here
from admin.operations.people.moving import lead_each
from admin.operations.people.passing_on import GIVE_ONE, Passing, replace_rater
from admin.operations.seconding import by_two, carries_out, done_by_two
from admin.operations.transaction import Operation, operation
from admin.operations.tried import TriedOnly
from admin.queries.cases.predecessors import owed_by
from admin.queries.cycles.rehearsed import REHEARSED
from admin.queries.people.handing_over import Going, HandingPlan
from admin.queries.people.open_work import Item, open_ratings, open_work
from admin.queries.system.chunks import chunks
from admin.queries.system.recipients import accounts_of

CHANGED = N_("The list has changed meanwhile: look at it again. Nothing was handed over.")
ONESELF = N_("Nothing is handed over to the person whose work it is: name someone else.")
CASES = ("cases_as_superior", "cases_as_head")
# Which of the people that are named takes each kind: whoever is named first, then the one for what may not go to them.
TAKERS: Mapping[str, tuple[str, ...]] = {
    "cases_as_superior": ("superior_id", "other_superior_id"),
    "people": ("superior_id", "other_superior_id"),
    "moves": ("superior_id", "other_superior_id"),
    "cases_as_head": ("head_id", "other_head_id"),
    "departments": ("head_id", "other_head_id"),
    "appointments": ("head_id", "other_head_id"),
    "seats": ("member_id",),
    "deputies": ("deputy_id",),
}
# What a result comes of; people and departments are given by HR alone, before a case is opened (6.1-a).
BY_TWO = (*CASES, "appointments", "seats", "deputies")
OFFICES = ("seats", "deputies")  # they may end without a successor, and nobody gives them to themselves


@dataclass(frozen=True)
class Handing:
    """Who takes what: the things of each kind by their numbers, the people in whose hands they go, and whether ratings are
    asked of others. Without a successor a seat ends and an appointment as deputy ends."""

    superior_id: int | None = None
    other_superior_id: int | None = None
    head_id: int | None = None
    other_head_id: int | None = None
    member_id: int | None = None
    deputy_id: int | None = None
    cases_as_superior: Sequence[int] = field(default=())
    people: Sequence[int] = field(default=())
    moves: Sequence[int] = field(default=())
    cases_as_head: Sequence[int] = field(default=())
    departments: Sequence[int] = field(default=())
    appointments: Sequence[int] = field(default=())
    seats: Sequence[int] = field(default=())
    deputies: Sequence[int] = field(default=())
    ratings: bool = False

    def chosen(self) -> dict[str, list[int]]:
        """The numbers of what goes, by kind."""
        return {kind: sorted(set(keys)) for kind in TAKERS if (keys := getattr(self, kind) or ())}


def _employee(name: str, label: str) -> Field:
    return anyone_of(name, label, Employee, required=False)


def _numbers(name: str, label: str) -> Field:
    return Field(name, label, "numbers", required=False)


def _on_results(given: Mapping[str, Any], _actor: Actor) -> bool:
    return any(getattr(given["given"], kind) for kind in BY_TWO)


@act(
    "employee",
    "hand_over",
    _employee("superior", N_("The new superior")),
    _employee("other_superior", N_("Another superior, for what may not go to the first")),
    _employee("head", N_("The new head or reviewer")),
    _employee("other_head", N_("Another head or reviewer, for what may not go to the first")),
    _employee("member", N_("Who takes the seats")),
    _employee("deputy", N_("Who is deputy instead")),
    _numbers("cases_as_superior", N_("Open cases as superior")),
    _numbers("people", N_("People under them")),
    _numbers("moves", N_("People who will come under them")),
    _numbers("cases_as_head", N_("Open cases as head or reviewer")),
    _numbers("departments", N_("Departments headed")),
    _numbers("appointments", N_("Appointments as reviewer in a planned cycle")),
    _numbers("seats", N_("Seats on the committee or the appeal panel")),
    _numbers("deputies", N_("Appointments as deputy")),
    Field("ratings", N_("Draw other colleagues for their open ratings"), "boolean", required=False),
    REASON,
    Field("seen", N_("Which preview was seen"), required=False),
)
@by_two(BasisAct.HAND_OVER, "employee", when=_on_results)
def hand_over(
    employee_id: int, given: Handing, reason: str, seen: str = "", *, actor: Actor, now: datetime
) -> HandingPlan:
    """Give the chosen work of a person to those named; what a rule keeps from them stays, and the plan names it (1.2-g, 3.3-f).

    `seen` is the fingerprint of the plan that was looked at. Raises `Invalid` without a reason, where nothing is chosen, what
    is chosen no longer hangs on the person, the plan is another than the one seen, or somebody named is missing, has left or
    is the person; `Refused` with the first clause where nothing of it may go.
    """
    with operation("hand_over", actor=actor, now=now, clause="1.2-g") as op:
        require_hr(op)
        person, text = op.find(Employee, employee_id), reasoned(reason)
        plan = _planned(op, person, given, text)
        if seen and seen != plan.fingerprint:
            raise Invalid({"chosen": CHANGED})
        if not plan.count and (why := plan.first_refusal) is not None:
            raise Refused(why)
        _tell(op, person, plan)
    return plan


class _Foretold(TriedOnly):
    """The plan is what was wanted of it: all of it is taken back."""

    def __init__(self, plan: HandingPlan) -> None:
        super().__init__("foretold")
        self.plan = plan

    def instead(self) -> None:
        """Nothing is done."""


def foretell(employee_id: int, given: Handing, *, actor: Actor, now: datetime) -> HandingPlan:
    """What handing over would do now, by doing it and taking it back; raises as `hand_over`."""
    try:
        with operation("hand_over", actor=actor, now=now, clause="1.2-g") as op, done_by_two():
            require_hr(op)
            raise _Foretold(_planned(op, op.find(Employee, employee_id), given, "foretold"))
    except _Foretold as tried:
        return tried.plan


def _planned(op: Operation, person: Employee, given: Handing, reason: str) -> HandingPlan:
    """Give everything away, kind by kind, and say what became of each thing."""
    chosen, there = given.chosen(), open_work(op.session, person.id, op.today)
    if not chosen and not given.ratings:
        raise Invalid({"chosen": N_("Tick what is to be handed over.")})
    plan = HandingPlan()
    for kind, keys in chosen.items():
        hanging = {item.own: item for item in there.get(kind, ())}
        if not set(keys) <= set(hanging):
            raise Invalid({"chosen": CHANGED})
        passing = Passing(op, person, reason, _takers(op, person, kind, given))
        plan.add(kind, _given(passing, kind, [hanging[key] for key in keys]))
    plan.ratings = _rated_by_others(op, person, reason) if given.ratings else 0
    plan.statements = _to_be_stated(op, person, plan)
    return plan


def _takers(op: Operation, person: Employee, kind: str, given: Handing) -> list[Employee]:
    takers: list[Employee] = []
    for name in TAKERS[kind]:
        if (key := getattr(given, name)) and key not in {each.id for each in takers}:
            field = name.removesuffix("_id")
            if key == person.id:
                raise Invalid({field: ONESELF})
            if kind in OFFICES and key == op.actor.employee_id:
                raise Refused(Refusal("6.1-a", N_("No one may propose or confirm what concerns themselves.")))
            takers.append(still_here(op, key, field))
    if not takers and kind not in OFFICES:
        raise Invalid({TAKERS[kind][0].removesuffix("_id"): N_("Say who takes this over.")})
    return takers


def _given(passing: Passing, kind: str, items: Sequence[Item]) -> list[Going]:
    """Each thing to the first of the takers who may have it; of what nobody may have, why not the last of them."""
    give, left, found = OF_KIND[kind], list(items), dict[int, Going]()
    takers: Sequence[Employee | None] = passing.takers or [None]
    for taker in takers:
        named = f"{taker.number} {taker.name}" if taker else ""
        refused = _attempted(passing, give, left, taker)
        key = taker.id if taker else None
        found |= {item.own: Going(item, named, key, refused.get(item.own)) for item in left}
        left = [item for item in left if item.own in refused]
        if not left:
            break
    return [found[item.own] for item in items]


Give = Callable[[Passing, Sequence[Item], Any], dict[int, Refusal]]


def _attempted(passing: Passing, give: Give, items: Sequence[Item], taker: Employee | None) -> dict[int, Refusal]:
    """Who may take nothing of a kind at all takes nothing of it, and the other one is asked."""
    try:
        with passing.op.attempt():
            return give(passing, items, taker)
    except Refused as error:
        return {item.own: error.refusal for item in items}


def _cases(name: str) -> Give:
    def give(passing: Passing, items: Sequence[Item], taker: Employee) -> dict[int, Refusal]:
        op, keys = passing.op, [item.key for item in items]
        query = select(Review).options(joinedload(Review.cycle)).order_by(Review.id)
        reviews = [row for some in chunks(keys) for row in op.locked(query.where(Review.id.in_(some)))]
        return reassign_each(op, reviews, NewLine(**{f"{name}_id": taker.id}), passing.reason)

    return give


def _people(passing: Passing, items: Sequence[Item], taker: Employee) -> dict[int, Refusal]:
    op, query = passing.op, select(Employee).order_by(Employee.id)
    keys = [item.key for item in items]
    rows = [row for some in chunks(keys) for row in op.locked(query.where(Employee.id.in_(some)))]
    return lead_each(op, rows, taker.id, passing.reason)


def _one_by_one(kind: str) -> Give:
    def give(passing: Passing, items: Sequence[Item], taker: Employee | None) -> dict[int, Refusal]:
        refused = {}
        for item in items:
            try:
                with passing.op.attempt():
                    GIVE_ONE[kind](passing, item, taker)
            except (Refused, Invalid, NotFound) as error:
                refused[item.own] = refusal_of(error)
        return refused

    return give


OF_KIND: Mapping[str, Give] = {
    "cases_as_superior": _cases("superior"),
    "cases_as_head": _cases("head"),
    "people": _people,
    **{kind: _one_by_one(kind) for kind in GIVE_ONE},
}


def _rated_by_others(op: Operation, person: Employee, reason: str) -> int:
    """Other colleagues are drawn for what this one has still to rate; how many, and for nobody to see for whom (6.3-d).

    The system's act: that HR may not do it on their own case would say that this colleague was asked about them.
    """
    rows = op.session.execute(open_ratings(person.id, op.today)).all()
    for review_id, rating_id in rows:
        replace_rater(review_id, rating_id, reason, actor=system_actor(op.actor.via), now=op.now)
    return len(rows)


def _to_be_stated(op: Operation, person: Employee, plan: HandingPlan) -> list[Item]:
    """The cases that went to a superior who is new to the employee: this person's statement is asked for (3.3-f)."""
    keys = [row.item.key for kind, row in plan.going() if kind == "cases_as_superior"]
    query = select(Review).options(joinedload(Review.employee), joinedload(Review.cycle))
    rows = [row for some in chunks(keys) for row in op.session.scalars(query.where(Review.id.in_(some)))]
    owed = owed_by(op.session, rows, person.id, op.now)
    return [Item(review.id, review.employee.number, review.employee.name, review.id) for review in owed]


def _tell(op: Operation, person: Employee, plan: HandingPlan) -> None:
    """Whoever gets something hears it once, with how much; of a rehearsal's cases nobody hears (1.2-e)."""
    rehearsed = _rehearsed(op, plan)
    told = [row for kind, row in plan.going() if not (kind in CASES and row.item.key in rehearsed)]
    counts = Counter(row.taker_id for row in told if row.taker_id is not None)
    for key, user in accounts_of(op.session, set(counts)).items():
        op.tell([user], "handing_over", "receive", person.id, name=person.name, count=counts[key])
    if asked := sum(item.key not in rehearsed for item in plan.statements):
        op.tell([person.user_id], "handing_over", "ask_statement", person.id, count=asked)


def _rehearsed(op: Operation, plan: HandingPlan) -> set[int]:
    """The cases among these that are a rehearsal's."""
    keys = [row.item.key for kind, row in plan.going() if kind in CASES]
    query = select(Review.id).where(Review.cycle_id.in_(REHEARSED))
    return {key for some in chunks(keys) for key in op.session.scalars(query.where(Review.id.in_(some)))}


# -- proposed before the whole work went at once, and confirmed now ---------------------------------------------------


@carries_out(BasisAct.HAND_OVER_AS_SUPERIOR, "employee")
def hand_over_as_superior(
    employee_id: int, superior_id: int, reason: str, *, review_ids: Sequence[int] = (), employee_ids: Sequence[int] = (),
    actor: Actor, now: datetime,
) -> HandingPlan:  # fmt: skip
    """The cases and people of a superior, to another one; as `hand_over`."""
    given = Handing(superior_id=superior_id, cases_as_superior=review_ids, people=employee_ids)
    return hand_over(employee_id, given, reason, actor=actor, now=now)


@carries_out(BasisAct.HAND_OVER_AS_HEAD, "employee")
def hand_over_as_head(
    employee_id: int, head_id: int, reason: str, *, review_ids: Sequence[int] = (), department_ids: Sequence[int] = (),
    actor: Actor, now: datetime,
) -> HandingPlan:  # fmt: skip
    """The cases and departments of a head, to another one; as `hand_over`."""
    given = Handing(head_id=head_id, cases_as_head=review_ids, departments=department_ids)
    return hand_over(employee_id, given, reason, actor=actor, now=now)
