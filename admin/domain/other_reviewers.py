"""Who reviews in the head's place, where the head may not: proposed by rule, in an order that stays the same (3.3-f)."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence


def order_of_heads(
    department: int, parents: Mapping[int, int | None], heads: Mapping[int, int | None], centre: Sequence[int]
) -> list[int]:
    """The heads who could review for a department: of those above it, the nearest first, then round the departments beside
    it from the next one on, then round the rest of the centre (`centre`: in their order). Each head stands there once."""
    above, node = list[int](), parents.get(department)
    while node is not None and node not in above:
        above.append(node)
        node = parents.get(node)
    # From the next one on: each head then reviews for one other department, and nobody for all of them.
    turned = _from_the_next(department, centre)
    beside = [key for key in turned if parents.get(key) == parents.get(department)]
    found = (heads.get(key) for key in (*above, *beside, *turned))
    return list(dict.fromkeys(head for head in found if head is not None))


def _from_the_next(department: int, centre: Sequence[int]) -> list[int]:
    place = centre.index(department) + 1 if department in centre else 0
    return [*centre[place:], *centre[:place]]


def other_reviewer(
    subject: int,
    superior: int | None,
    heads: Sequence[int],
    *,
    seated: Collection[int],
    is_below: Callable[[int, int], bool],
) -> int | None:
    """The first of these heads who may review somebody; None where none may.

    Neither the subject nor their superior, nobody below them (`is_below(head, subject)`), and nobody with a seat: who has
    reviewed a case is out of its ballot (3.3-d).
    """
    out = {subject, superior, *seated}
    return next((head for head in heads if head not in out and not is_below(head, subject)), None)
