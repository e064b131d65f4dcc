"""Which part of a list a page shows: the one that is asked for, or the nearest there is."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Part:
    """The part `number` (from 1) of `pages`, of a list of `count`: its entries from `start` up to, not including, `end`."""

    count: int
    number: int
    pages: int
    start: int
    end: int


def part_of(count: int, wanted: int, size: int) -> Part:
    """Part `wanted` of a list; an empty list has one, and beyond the ends stands the first or the last."""
    pages = max(1, -(-count // size))
    # The number stands in an address that anybody may type, and lists grow shorter while they are read.
    number = min(max(1, wanted), pages)
    return Part(count, number, pages, (number - 1) * size, number * size)
