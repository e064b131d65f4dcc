"""What is done for and in the committee and the panel outside the registry: versions, seats, ballots each by name."""

from __future__ import annotations

from datetime import timedelta
from random import Random
from typing import Any

from admin.access.actor import Actor
from admin.operations.accounts.confirmations import propose_role
from admin.operations.committee import ballots, seats
from admin.operations.policy import policy
from admin.rulebook.loader import from_dict, shipped
from tests.simulation.doors import World
from tests.simulation.errands import errand, number_id
from tests.simulation.inputs import WHY, grades

# -- policy and seats --------------------------------------------------------------------------------------------------


@errand
def draft_version(world: World, actor: Actor, target: tuple[Any, ...], dice: Random) -> Any:
    """A new version with another value in it."""
    value = dice.choice(
        [
            {"notice_days": dice.choice((3, 5, 7, 10))},
            {"peer_minimum": dice.choice((2, 3, 4))},
            {"promotion_years_in_grade": dice.choice((1, 2, 3))},
        ]
    )
    day = world.today + timedelta(days=dice.choice((0, 10, 90)))
    return policy.draft_with(value, effective_from=day, note=WHY, actor=actor, now=world.ground.now)


@errand
def draft_ladder(world: World, actor: Actor, target: tuple[Any, ...], dice: Random) -> Any:
    """A new version with other thresholds and weights, and now and then a grade more on its ladder."""
    day = world.today + timedelta(days=dice.choice((1, 40, 120)))
    content = shipped().to_dict() | {"effective_from": day.isoformat(), "cases": []}
    values = {"weight_performance": 55, "weight_seniority": 5} if dice.random() < 0.5 else {"notice_days": 7}
    for entry in content["parameters"]:
        if entry["id"] in values:
            entry["values"] = [*entry["values"], {"from": day.isoformat(), "value": values[entry["id"]]}]
    if "weight_performance" in values:
        for criterion in (each for dimension in content["dimensions"] for each in dimension["criteria"]):
            criterion["weight"] = WEIGHTS.get(criterion["id"], criterion["weight"])
    for entry in content["grades"]:
        if "threshold" in entry:
            entry["threshold"] += dice.choice((-1, 1, 2))
    if dice.random() < 0.5:
        content["levels"].append(MASTER)
        content["grades"].append(TOP)
    return policy.draft_from(from_dict(content), note=WHY, actor=actor, now=world.ground.now)


WEIGHTS = {"satisfaction": 20, "years_of_work": 2, "years_in_centre": 3}
MASTER = {
    "id": "master", "name": {"zh_hant": "大師級", "zh_hans": "大师级", "en": "Master"},
    "duties": {"zh_hant": "帶領各技能組。", "zh_hans": "带领各技能组。", "en": "Leads the queues."},
}  # fmt: skip
TOP = {
    "id": "X1", "level": "master", "step": 1, "zh_hant": "大師級客服一級", "zh_hans": "大师级客服一级", "en": "Master agent 1",
    "threshold": 96,
}  # fmt: skip


@errand
def give_office(world: World, actor: Actor, target: tuple[Any, ...], dice: Random) -> Any:
    """Somebody proposes that another is given an office."""
    number, office = target
    user = world.ground.one("SELECT user_id FROM employees WHERE number = ?", number)
    return propose_role(user, office, give=True, reason="One more is needed.", actor=actor, now=world.ground.now)


@errand
def appoint_member(world: World, actor: Actor, target: tuple[Any, ...], dice: Random) -> Any:
    """A new seat on the committee or the panel."""
    number, panel = target
    return seats.appoint_member(
        number_id(world, number), dice.choice(("hr", "centre_management", "related_departments")),
        dice.choice(("member", "alternate", "chair")),
        term_from=world.today, on_panel=panel, actor=actor, now=world.ground.now,
    )  # fmt: skip


@errand
def seat(world: World, actor: Actor, target: tuple[Any, ...], dice: Random) -> Any:
    """A seat for somebody, where the committee or the panel is short."""
    number, constituency, panel, *named = target
    office = named[0] if named else "member" if panel else "alternate"
    return seats.appoint_member(
        number_id(world, number),
        constituency,
        office,
        term_from=world.today,
        on_panel=panel,
        actor=actor,
        now=world.ground.now,
    )


@errand
def end_term(world: World, actor: Actor, target: tuple[Any, ...], dice: Random) -> Any:
    """A seat's term ends."""
    return seats.end_term(target[0], world.today, actor=actor, now=world.ground.now)


# -- a meeting's ballots, each by name ---------------------------------------------------------------------------------


@errand
def vote(world: World, actor: Actor, target: tuple[Any, ...], dice: Random) -> Any:
    """A ballot on one case."""
    meeting, item, in_favour = target
    return ballots.cast_ballot(meeting, in_favour=in_favour, item_id=item, actor=actor, now=world.ground.now)


@errand
def vote_by_consent(world: World, actor: Actor, target: tuple[Any, ...], dice: Random) -> Any:
    """One ballot for the whole consent agenda."""
    return ballots.cast_ballot(
        target[0], in_favour=dice.random() < 0.97, consent=True, actor=actor, now=world.ground.now
    )


@errand
def close_consent(world: World, actor: Actor, target: tuple[Any, ...], dice: Random) -> Any:
    """The chair closes the consent agenda."""
    return ballots.close_ballot(target[0], consent=True, actor=actor, now=world.ground.now)


@errand
def close_item(world: World, actor: Actor, target: tuple[Any, ...], dice: Random) -> Any:
    """The chair closes the ballot on one case."""
    return ballots.close_ballot(target[0], item_id=target[1], reason=WHY, actor=actor, now=world.ground.now)


@errand
def move(world: World, actor: Actor, target: tuple[Any, ...], dice: Random) -> Any:
    """Another grade is moved."""
    grade = dice.choice(list(grades(world).values()))
    return ballots.move_grade(target[0], target[1], grade, WHY, actor=actor, now=world.ground.now)
