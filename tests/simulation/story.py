"""A life told in words that HR can read: who did what on which day, and what came of it."""

from __future__ import annotations

from typing import Any

from tests.simulation.centre import Centre
from tests.simulation.doors import Outcome, Step
from tests.simulation.errands import ERRANDS
from tests.simulation.run import Told

ENDS = {
    "done": "",
    "refused": " – refused",
    "invalid": " – input refused",
    "hidden": " – not found",
    "gone": " – nothing there",
    "broke": " – AND HERE IT BREAKS",
}
THINGS = {"cycle": "cycle", "meeting": "meeting", "complaint": "complaint", "policy_version": "policy version"}


def story(told: Told, centre: Centre) -> str:
    """Each step on a line, quiet days left out, and the law that did not hold."""
    lines = [
        line(step, outcome, centre) for step, outcome in told.steps if step.verb != "tick" or outcome.end == "broke"
    ]
    if told.broken is not None:
        lines += [f"The law: {told.broken.law}.", f"It does not hold: {told.broken.words}"]
    return "\n".join(lines)


def line(step: Step, outcome: Outcome, centre: Centre) -> str:
    """One step in words."""
    why = f" ({outcome.clause} {outcome.words})".replace("( ", "(") if outcome.end in ("refused", "invalid") else ""
    wrong = " with something wrong in it" if step.wrong and "." in step.verb else ""
    door = (
        " by the API"
        if step.api
        else {"killed": ", killed in the middle and begun again", "at once": ", from two windows at once"}.get(
            step.how, ""
        )
    )
    return f"{step.at:%Y-%m-%d %H:%M} {who(step.who, centre)}: {what(step)}{wrong}{door}{ENDS[outcome.end]}{why}"


def who(number: str, centre: Centre) -> str:
    """Somebody with the office that they hold."""
    if not number:
        return "timed work"
    office = next((name for name, holder in centre.offices.items() if holder == number and not name[-1].isdigit()), "")
    place = next((name for name, holder in centre.heads.items() if holder == number), "")
    title = office.replace("_", " ") or (
        f"head of {place}" if place else centre.people[number].post if number in centre.people else ""
    )
    return f"{number} {title}".strip()


def what(step: Step) -> str:
    """The verb and what it is about."""
    if "." not in step.verb:
        sentence = (
            (ERRANDS[step.verb].__doc__ or step.verb).strip().rstrip(".")
            if step.verb in ERRANDS
            else "the day's timed work"
        )
        return f"{sentence}{_about(step.target)}"
    process, action = step.verb.split(".")
    number, place = step.target
    thing = f"case {place + 1} of {number}" if number else f"{THINGS.get(process, process)} {place + 1}"
    return f"{action.replace('_', ' ')}, {thing}"


def _about(target: tuple[Any, ...]) -> str:
    return f" ({', '.join(str(each) for each in target)})" if target else ""
