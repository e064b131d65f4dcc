"""How far a long piece of work is, told to whoever carries it out while it goes on."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar

Progress = Callable[[str, int, int], None]  # the stage, how much of it is done, of how much


def no_progress(_stage: str, _done: int, _total: int) -> None:
    """For those who do not watch."""


_watched: ContextVar[Progress] = ContextVar("who watches", default=no_progress)


@contextmanager
def watching(progress: Progress) -> Iterator[None]:
    """What is done inside tells `progress` how far it is; it may raise, so that what nobody wants any more ends there."""
    token = _watched.set(progress)
    try:
        yield
    finally:
        _watched.reset(token)


def watched() -> Progress:
    """Whom a piece of work tells how far it is."""
    return _watched.get()
