"""Colleagues who rate are drawn by chance, each about equally often, from a secret (3.2-b)."""

from __future__ import annotations

import hmac
from collections.abc import Callable, Iterable, Mapping
from heapq import heapify, heappop, heappush

Entry = tuple[int, int, int]  # how often drawn, chance, person
EVERY = 8  # bytes of one number


class Chance:
    """Numbers of 64 bits that follow from a secret alone: whoever has it can draw again, nobody else can foresee them.

    Python's own generator would tell its state to whoever has seen enough of what it drew.
    """

    def __init__(self, secret: bytes) -> None:
        self._secret, self._blocks, self._left = secret, 0, b""

    def number(self) -> int:
        """The next number."""
        if not self._left:
            self._left = hmac.digest(self._secret, self._blocks.to_bytes(EVERY, "big"), "sha256")
            self._blocks += 1
        drawn, self._left = self._left[:EVERY], self._left[EVERY:]
        return int.from_bytes(drawn, "big")

    def shuffled(self, people: Iterable[int]) -> list[int]:
        """These people in an order by chance; the same for the same people, however they are given."""
        return [person for _, person in sorted((self.number(), person) for person in sorted(people))]


class Draw:
    """One draw for many: whoever was drawn less often comes first, among equals chance decides."""

    def __init__(self, secret: bytes, drawn: Mapping[int, int]) -> None:
        """`drawn`: how often each was drawn before, in the same cycle."""
        self.chance = Chance(secret)
        self._drawn = dict(drawn)

    def pool(self, people: Iterable[int]) -> list[Entry]:
        """These people, to be taken from; the same person may be in several pools."""
        entries = [self._entry(person) for person in sorted(people)]
        heapify(entries)
        return entries

    def take(self, pool: list[Entry], count: int, allowed: Callable[[int], bool]) -> list[int]:
        """At most `count` of a pool who are allowed, those drawn least often so far."""
        found: list[int] = []
        passed: list[int] = []
        while pool and len(found) < count:
            often, _, person = heappop(pool)
            if often != self._drawn.get(person, 0):
                heappush(pool, self._entry(person))  # drawn from another pool meanwhile
                continue
            passed.append(person)
            if allowed(person):
                found.append(person)
                self._drawn[person] = often + 1
        for person in passed:
            heappush(pool, self._entry(person))
        return found

    def _entry(self, person: int) -> Entry:
        return (self._drawn.get(person, 0), self.chance.number(), person)
