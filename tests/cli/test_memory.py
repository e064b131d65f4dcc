"""What a serving process gathers: given back, and where that does not help the process makes room for another."""

from __future__ import annotations

import mmap
import sys

import pytest

from admin.cli import memory
from admin.cli.memory import LEAST_ANSWERS, LOOK_EVERY, MIB, MOST, SLACK, Gathered, holds_much


@pytest.fixture
def held(monkeypatch: pytest.MonkeyPatch) -> dict[str, int]:
    """What the process is said to hold, and how often it gave back."""
    found = {"own": 0, "given_back": 0}
    monkeypatch.setattr(memory, "own", lambda: found["own"])
    monkeypatch.setattr(memory, "give_back", lambda: found.update(given_back=found["given_back"] + 1))
    return found


def test_a_process_that_holds_too_much_goes_but_not_before_it_was_worth_its_beginning(held: dict[str, int]) -> None:
    held["own"], gathered = MOST + MIB, Gathered()
    assert [gathered.too_much() for _ in range(LEAST_ANSWERS)].index(True) == LEAST_ANSWERS - 1


def test_a_process_that_holds_little_stays(held: dict[str, int]) -> None:
    held["own"], gathered = MOST - MIB, Gathered()
    assert not any(gathered.too_much() for _ in range(3 * LEAST_ANSWERS))


def test_what_a_large_answer_left_behind_is_given_back_once(held: dict[str, int]) -> None:
    held["own"], gathered = 2 * SLACK, Gathered()
    for _ in range(4 * LOOK_EVERY):
        gathered.too_much()
    assert held["given_back"] == 1


def test_what_can_be_given_back_is_before_a_process_counts_as_too_large(
    held: dict[str, int], monkeypatch: pytest.MonkeyPatch
) -> None:
    held["own"] = MOST + MIB
    assert holds_much()
    monkeypatch.setattr(memory, "give_back", lambda: held.update(own=MOST - MIB))
    assert not holds_much()


@pytest.mark.skipif(sys.platform != "linux", reason="the system says it on Linux alone")
def test_the_system_says_what_a_process_has_written_for_itself() -> None:
    before = memory.own()
    with mmap.mmap(-1, 32 * MIB) as written:  # pages of its own, and none that the process had left over
        written.write(b"x" * (32 * MIB))
        assert memory.own() - before > 16 * MIB
