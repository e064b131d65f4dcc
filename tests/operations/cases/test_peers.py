"""Who is drawn as a colleague who rates: five of the queue, else sibling teams, never superior or subordinate (3.2-b)."""

from __future__ import annotations

from collections import Counter
from random import Random
from types import SimpleNamespace
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

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


def proposed(*people: Prospect, secret: bytes = b"one", **given: Any) -> dict[int, list[int]]:
    return peers_for(people, DEPARTMENTS, 5, 3, secret=secret, **given)


def how_often(found: dict[int, list[int]]) -> Counter[int]:
    return Counter(rater for chosen in found.values() for rater in chosen)


@given(st.integers(6, 60), st.binary(min_size=1, max_size=8), st.randoms(use_true_random=False))
def test_five_of_the_same_queue_are_drawn_so_that_the_work_is_even(size: int, secret: bytes, chance: Random) -> None:
    people = [person(key) for key in range(1, size + 1)]
    found = proposed(*people, secret=secret)
    assert all(len(set(chosen)) == 5 and key not in chosen for key, chosen in found.items())
    often = how_often(found)
    assert max(often.values()) - min(often[each.employee_id] for each in people) <= 2
    chance.shuffle(people)
    assert proposed(*people, secret=secret) == found, "the order of the list says nothing"


def test_without_the_secret_nobody_can_tell_who_rates_whom() -> None:
    """Of twenty colleagues each is as likely as any other, whatever the numbers: over many secrets, and from case to case."""
    people = [person(key) for key in range(1, 22)]
    draws = [proposed(*people, secret=str(turn).encode()) for turn in range(400)]
    raters_of_one = Counter(rater for found in draws for rater in found[1])
    # 400 draws of 5 among 20: 100 each, and five standard deviations round it.
    assert set(raters_of_one) == set(range(2, 22)) and all(57 < often < 143 for often in raters_of_one.values())
    both = sum(len(set(found[1]) & set(found[2])) for found in draws) / len(draws)
    assert 0.8 < both < 1.5, "nothing of who rates the next: 19 x 5/20 x 5/20, a little less for the sake of balance"


def test_whoever_was_asked_less_often_is_drawn_first() -> None:
    often, seldom = range(2, 12), (3, 5, 7, 9, 11)
    boss = [person(key, superior_id=99) for key in often]
    found = proposed(person(1), *boss, asked=dict.fromkeys(often, 9) | dict.fromkeys(seldom, 0))
    counts = how_often(found)
    assert min(counts[key] for key in seldom) > max(counts[key] for key in often if key not in seldom)


def test_too_few_in_the_queue_are_joined_by_sibling_teams_and_by_nobody_from_further_away() -> None:
    chat = [person(1, 1, "chat"), person(2, 1, "chat")]
    siblings = [person(key, 2) for key in range(3, 7)]
    far = [person(key, 3, "mail") for key in range(7, 12)]
    found = proposed(*chat, *siblings, *far)
    assert 2 in found[1] and set(found[1]) <= {2, 3, 4, 5, 6} and len(found[1]) == 5
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
