"""Who is proposed as a colleague who rates: five of the queue, else sibling teams, never superior or subordinate (3.2-b)."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

from admin.domain.codes import CaseKind
from admin.domain.service import Place, Standing
from admin.queries.cycles.cycles import Prospect, peers_for

# two teams side by side under one parent, a third elsewhere
DEPARTMENTS: Any = {
    1: SimpleNamespace(parent_id=10),
    2: SimpleNamespace(parent_id=10),
    3: SimpleNamespace(parent_id=20),
}
GRADED = Place(CaseKind.ANNUAL, Standing.GRADED, "1.2")
HEAD, SUPERIOR = 900, 901


def person(key: int, department: int = 1, queue: str | None = "phone", **changes: Any) -> Prospect:
    line = {"superior_id": SUPERIOR, "head_id": HEAD, "place": GRADED} | changes
    return Prospect(key, f"E{key}", "", department, "", queue, grade_id=None, **line)


def proposed(*people: Prospect) -> dict[int, list[int]]:
    return peers_for(people, DEPARTMENTS, 5, 3)


def test_five_of_the_same_queue_are_proposed_in_a_ring_so_that_the_work_is_even() -> None:
    found = proposed(*(person(key) for key in range(1, 9)))
    assert found[1] == [2, 3, 4, 5, 6] and found[8] == [1, 2, 3, 4, 5]
    asked = [rater for chosen in found.values() for rater in chosen]
    assert {asked.count(key) for key in range(1, 9)} == {5}


def test_too_few_in_the_queue_are_joined_by_sibling_teams_and_by_nobody_from_further_away() -> None:
    chat = [person(1, 1, "chat"), person(2, 1, "chat")]
    siblings = [person(key, 2) for key in range(3, 7)]
    far = [person(key, 3, "mail") for key in range(7, 12)]
    found = proposed(*chat, *siblings, *far)
    assert found[1][0] == 2 and set(found[1]) <= {2, 3, 4, 5, 6} and len(found[1]) == 5
    assert 1 not in found[7] and set(found[7]) == {8, 9, 10, 11}


def test_enough_in_the_queue_are_not_joined_by_others() -> None:
    people = [person(key, 1, "chat") for key in range(1, 5)] + [person(key, 2) for key in range(5, 9)]
    assert sorted(proposed(*people)[1]) == [2, 3, 4]


def test_where_there_is_nobody_fewer_are_proposed_and_the_criterion_will_be_insufficient() -> None:
    assert proposed(person(1, 3), person(2, 3)) == {1: [2], 2: [1]}


def test_superior_head_and_subordinates_are_no_colleagues() -> None:
    boss = person(1)
    team = [person(key, superior_id=1) for key in (2, 3)]
    others = [person(key) for key in (4, 5, 6)]
    found = proposed(boss, *team, *others)
    assert set(found[1]) == {4, 5, 6}
    assert 1 not in found[2] and 1 not in found[3]


def test_whoever_is_not_graded_this_year_is_not_asked() -> None:
    away = person(9, place=Place(CaseKind.ANNUAL, Standing.UNCHANGED, "1.2-b"))
    found = proposed(away, *(person(key) for key in range(1, 5)))
    assert 9 not in found and all(9 not in chosen for chosen in found.values())
