"""What is only tried: an operation that is rolled back at its end, with something else done in its place."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager


class TriedOnly(Exception):
    """Raised at the end of what was tried: nothing of it is kept, and `instead` is done once it is rolled back."""

    def instead(self) -> None:
        """What is done in its place, in a transaction of its own; it may raise."""
        raise NotImplementedError


@contextmanager
def instead_of_what_was_tried() -> Iterator[None]:
    """Around a transaction: where it was only tried, what is done in its place follows its rolling back."""
    try:
        yield
    except TriedOnly as tried:
        tried.instead()
        raise
