"""The grade ladder (policy 2.1): which grade stands above which, and by how many steps."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property

from admin.domain.refusals import N_, Invalid

FIRST_LOWEST = "first_lowest"
FIRST_HIGHEST = "first_highest"
STEP_ORDERS = (FIRST_LOWEST, FIRST_HIGHEST)


@dataclass(frozen=True)
class Grade:
    """One grade: its stable code, its level's code and its step (一級 is 1) within the level."""

    code: str
    level: str
    step: int


@dataclass(frozen=True)
class Ladder:
    """The grades in order, lowest first."""

    grades: tuple[Grade, ...]

    @cached_property
    def codes(self) -> tuple[str, ...]:
        """Grade codes, lowest first."""
        return tuple(grade.code for grade in self.grades)

    @property
    def levels(self) -> tuple[str, ...]:
        """Level codes, lowest first."""
        # A dictionary keeps the order in which levels first come and drops repetitions; a set would not.
        return tuple(dict.fromkeys(grade.level for grade in self.grades))

    def __contains__(self, code: object) -> bool:
        return code in self.codes

    def index(self, code: str) -> int:
        """Place on the ladder, 0 is the lowest; raises Invalid for a code that is not on it (2.1)."""
        if code not in self.codes:
            raise Invalid({"grade": N_("There is no grade %(grade)s on the ladder.")}, {"grade": code})
        return self.codes.index(code)

    def level_of(self, code: str) -> str:
        """The level's code of a grade."""
        return self.grades[self.index(code)].level

    def steps(self, start: str, end: str) -> int:
        """Steps from `start` to `end`: positive is up, negative is down."""
        return self.index(end) - self.index(start)

    def is_above(self, grade: str, other: str) -> bool:
        """Whether `grade` is higher than `other`."""
        return self.steps(other, grade) > 0

    def is_below(self, grade: str, other: str) -> bool:
        """Whether `grade` is lower than `other`."""
        return self.steps(other, grade) < 0

    def movement(self, before: str | None, after: str) -> str:
        """Which way a result leads: initial, promotion, demotion or unchanged."""
        # Whoever holds no grade is neither raised nor lowered by the first one.
        if before is None:
            return "initial"
        steps = self.steps(before, after)
        return "promotion" if steps > 0 else "demotion" if steps < 0 else "unchanged"

    def is_demotion(self, present: str | None, *others: str | None, ground: object = None) -> bool:
        """Whether a case is about a demotion (4.2): a ground was put, or a grade proposed, moved or fixed lies below.

        The one answer to the question: who is heard before the ballot, how it is served, what the document calls it.
        """
        movements = (self.movement(present, other) for other in others if other is not None)
        return ground is not None or "demotion" in movements

    def above(self, code: str) -> tuple[str, ...]:
        """All grades above, nearest first."""
        return self.codes[self.index(code) + 1 :]

    def below(self, code: str) -> tuple[str, ...]:
        """All grades below, nearest first."""
        return self.codes[: self.index(code)][::-1]

    def next_above(self, code: str) -> str | None:
        """The next higher grade, None at the top."""
        return next(iter(self.above(code)), None)

    def next_below(self, code: str) -> str | None:
        """The next lower grade, None at the bottom."""
        return next(iter(self.below(code)), None)


def make_ladder(grades: Iterable[Grade], step_order: str = FIRST_LOWEST) -> Ladder:
    """Order the grades: levels as first named (lowest first), steps by the parameter `step_order` (2.1).

    Raises Invalid for an unknown order, no grades, a repeated code or a step given twice in a level.
    """
    listed = tuple(grades)
    _check_ladder(listed, step_order)
    # Levels have no number of their own: the rulebook's order is what ranks them.
    levels = list(dict.fromkeys(grade.level for grade in listed))
    # The policy leaves open whether step one is the lowest or the highest of a level: the company fills it in (2.1).
    sign = 1 if step_order == FIRST_LOWEST else -1
    return Ladder(tuple(sorted(listed, key=lambda grade: (levels.index(grade.level), sign * grade.step))))


def _check_ladder(grades: tuple[Grade, ...], step_order: str) -> None:
    if step_order not in STEP_ORDERS:
        raise Invalid({"step_order": N_("The step order must be first_lowest or first_highest.")})
    if not grades:
        raise Invalid({"grades": N_("A ladder needs at least one grade.")})
    if len({grade.code for grade in grades}) < len(grades):
        raise Invalid({"grades": N_("A grade code appears twice on the ladder.")})
    if len({(grade.level, grade.step) for grade in grades}) < len(grades):
        raise Invalid({"grades": N_("A step appears twice in a level.")})
