"""Who is proposed to review in the head's place (3.3-f), and who for the seats of a first committee and panel (3.3.4-a)."""

from __future__ import annotations

from admin.domain.codes import Constituency
from admin.domain.forming import PlaceIn, filled
from admin.domain.other_reviewers import order_of_heads, other_reviewer
from admin.domain.voting import Member, check_committee, check_panel

# A centre (1) of three teams; 10, 20, 30, 40 head them.
PARENTS = {1: None, 2: 1, 3: 1, 4: 1}
HEADS = {1: 10, 2: 20, 3: 30, 4: 40}
CENTRE = [1, 2, 3, 4]


def nobody_below(_head: int, _subject: int) -> bool:
    return False


def test_the_head_above_comes_first_and_then_those_beside_from_the_next_one_on():
    assert order_of_heads(3, PARENTS, HEADS, CENTRE) == [10, 40, 20, 30]
    assert order_of_heads(4, PARENTS, HEADS, CENTRE)[:2] == [10, 20]


def test_a_circle_of_departments_hangs_nothing():
    assert order_of_heads(2, {2: 3, 3: 2}, {2: 20, 3: 30}, [2, 3]) == [30, 20]


def test_neither_superior_nor_member_nor_subordinate_is_proposed():
    heads = order_of_heads(3, PARENTS, HEADS, CENTRE)
    assert other_reviewer(5, 30, heads, seated=(), is_below=nobody_below) == 10
    assert other_reviewer(5, 30, heads, seated={10}, is_below=nobody_below) == 40
    assert other_reviewer(5, 30, heads, seated={10}, is_below=lambda head, _: head == 40) == 20
    assert other_reviewer(5, 30, heads, seated={10, 20, 40}, is_below=nobody_below) is None


def test_the_standard_seats_are_a_lawful_bench_and_nobody_has_two():
    people = {
        Constituency.HR: ["h1", "h2"],
        Constituency.CENTRE: ["c1", "c2", "c3", "c4"],
        Constituency.DEPARTMENTS: ["d1", "d2", "d3"],
    }
    found = filled(people)
    named = [person for _slot, person in found]
    assert None not in named and len(set(named)) == len(named)
    first = [
        Member(person, slot.constituency, slot.place is PlaceIn.ALTERNATE)
        for slot, person in found
        if not slot.place.on_panel and slot.place is not PlaceIn.SECRETARY
    ]
    panel = {person: slot.constituency for slot, person in found if slot.place.on_panel}
    chairs = {slot.place: person for slot, person in found}
    assert check_committee(first, chairs[PlaceIn.CHAIR]) is None
    assert check_panel(panel, chairs[PlaceIn.PANEL_CHAIR], [each.id for each in first], minimum=3) is None


def test_seats_for_whom_nobody_is_there_are_left_open():
    assert [person for _slot, person in filled({Constituency.HR: ["h1"]})].count(None) == 8
