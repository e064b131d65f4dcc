"""The tree over sealed events against RFC 9162's own definition, read off naively."""

from __future__ import annotations

import hashlib

from hypothesis import given
from hypothesis import strategies as st

from admin.domain import merkle
from admin.domain.merkle import EMPTY, Frontier, Node, leaf_hash, node_hash

LEAVES = [leaf_hash(str(n).encode()) for n in range(70)]


def naive(leaves: list[bytes]) -> bytes:
    """MTH of section 2.1.1, word by word."""
    if not leaves:
        return hashlib.sha256(b"").digest()
    if len(leaves) == 1:
        return leaves[0]
    k = 1
    while k * 2 < len(leaves):
        k *= 2
    return node_hash(naive(leaves[:k]), naive(leaves[k:]))


def naive_path(m: int, leaves: list[bytes]) -> list[bytes]:
    """PATH of section 2.1.3.1."""
    if len(leaves) == 1:
        return []
    k = 1
    while k * 2 < len(leaves):
        k *= 2
    if m < k:
        return [*naive_path(m, leaves[:k]), naive(leaves[k:])]
    return [*naive_path(m - k, leaves[k:]), naive(leaves[:k])]


def naive_subproof(m: int, leaves: list[bytes], whole: bool = True) -> list[bytes]:
    """SUBPROOF of section 2.1.4.1."""
    if m == len(leaves):
        return [] if whole else [naive(leaves)]
    k = 1
    while k * 2 < len(leaves):
        k *= 2
    if m <= k:
        return [*naive_subproof(m, leaves[:k], whole), naive(leaves[k:])]
    return [*naive_subproof(m - k, leaves[k:], False), naive(leaves[:k])]


KEPT: dict[Node, bytes] = {}
_growing = Frontier()
ROOTS = [_growing.root()]
for _n, _leaf in enumerate(LEAVES):
    for _level, _hash in enumerate(_growing.add(_leaf)):
        KEPT[(_level, _n >> _level)] = _hash
    ROOTS.append(_growing.root())


def kept(nodes: set[Node]) -> dict[Node, bytes]:
    return {node: KEPT[node] for node in nodes}


def inclusion(leaf: int, size: int) -> list[bytes]:
    return merkle.hashes_of(merkle.inclusion_ranges(leaf, size), kept)


def consistency(old: int, new: int) -> list[bytes]:
    return merkle.hashes_of(merkle.consistency_ranges(old, new), kept)


def test_every_root_is_the_naive_one_and_so_it_is_put_together_from_kept_subtrees():
    assert [naive(LEAVES[:size]) for size in range(71)] == ROOTS
    assert ROOTS[1:] == [merkle.hashes_of([(0, size)], kept)[0] for size in range(1, 71)]
    assert ROOTS[0] == EMPTY


def test_a_subtree_is_kept_with_the_leaf_that_filled_it():
    for level, index in KEPT:
        place, at = merkle.place_of((level, index))
        assert at == level and place == (index + 1) * 2**level


def test_every_inclusion_proof_is_the_naive_one_and_leads_to_the_root():
    for size in range(1, 71):
        for leaf in range(size):
            proof = inclusion(leaf, size)
            assert proof == naive_path(leaf, LEAVES[:size])
            assert merkle.root_by_inclusion(LEAVES[leaf], leaf, size, proof) == ROOTS[size]


def test_every_consistency_proof_is_the_naive_one_and_holds():
    for new in range(1, 71):
        for old in range(1, new + 1):
            proof = consistency(old, new)
            assert proof == naive_subproof(old, LEAVES[:new])
            assert merkle.extends(old, ROOTS[old], new, ROOTS[new], proof)


@given(st.data())
def test_no_proof_holds_for_another_leaf_place_size_or_root(data):
    size = data.draw(st.integers(2, 70))
    leaf = data.draw(st.integers(0, size - 1))
    other = data.draw(st.integers(0, size - 1).filter(lambda n: n != leaf))
    proof = inclusion(leaf, size)
    assert merkle.root_by_inclusion(LEAVES[other], leaf, size, proof) != ROOTS[size]
    assert merkle.root_by_inclusion(LEAVES[leaf], other, size, proof) != ROOTS[size]
    assert merkle.root_by_inclusion(LEAVES[leaf], leaf, size, proof[:-1]) != ROOTS[size]
    assert merkle.root_by_inclusion(LEAVES[leaf], leaf, size, [*proof, LEAVES[0]]) is None
    assert merkle.root_by_inclusion(LEAVES[leaf], size, size, proof) is None


@given(st.data())
def test_no_tree_that_was_made_anew_extends_the_old_one(data):
    new = data.draw(st.integers(2, 70))
    old = data.draw(st.integers(1, new - 1))
    proof, other = consistency(old, new), leaf_hash(b"another")
    assert not merkle.extends(old, other, new, ROOTS[new], proof)
    assert not merkle.extends(old, ROOTS[old], new, other, proof)
    assert not merkle.extends(new, ROOTS[new], old, ROOTS[old], proof)
    assert not merkle.extends(old, ROOTS[old], new, ROOTS[new], [*proof[:-1], other])
    assert not merkle.extends(old, ROOTS[old], new, ROOTS[new], [])
    assert not merkle.extends(new, ROOTS[new], new, other, [])


def test_every_tree_extends_the_empty_one():
    assert merkle.extends(0, EMPTY, 5, ROOTS[5], []) and not merkle.extends(0, ROOTS[1], 5, ROOTS[5], [])


def test_growing_by_one_leaf_takes_two_hashes_at_most_on_average(monkeypatch):
    made = []
    real = merkle.node_hash
    monkeypatch.setattr(merkle, "node_hash", lambda *given: (made.append(1), real(*given))[1])
    tree = Frontier()
    for leaf in LEAVES[:64]:
        tree.add(leaf)
    assert len(made) == 63 and len(tree.hashes) == 1
