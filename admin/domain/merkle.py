"""The tree over sealed events, hashed as RFC 9162 says (section 2): roots, inclusion proofs, consistency proofs (6.3.3).

Leaves are counted from 0, sizes are numbers of leaves, hashes are 32 bytes. Complete subtrees never change once they
are full: they have a level (0 is a leaf) and an index from the left, and every root or proof is put together from a
few of them, so that neither costs more than the logarithm of the size.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field

EMPTY = hashlib.sha256().digest()  # the root of a tree without leaves
Node = tuple[int, int]  # level and index of a complete subtree
Range = tuple[int, int]  # leaves from the first up to but without the last


def leaf_hash(data: bytes) -> bytes:
    """The hash of one leaf."""
    return hashlib.sha256(b"\0" + data).digest()


def node_hash(left: bytes, right: bytes) -> bytes:
    """The hash over two subtrees; its prefix keeps a node from being passed off as a leaf."""
    return hashlib.sha256(b"\1" + left + right).digest()


@dataclass
class Frontier:
    """The complete subtrees that a tree of `size` leaves falls into, from left to right: all that growing it takes."""

    size: int = 0
    hashes: list[bytes] = field(default_factory=list)

    def add(self, leaf: bytes) -> list[bytes]:
        """Append a leaf; returns it and the subtrees that it fills, from the lowest to the highest."""
        filled, level = [leaf], self.size
        while level & 1:
            filled.append(node_hash(self.hashes.pop(), filled[-1]))
            level >>= 1
        self.hashes.append(filled[-1])
        self.size += 1
        return filled

    def root(self) -> bytes:
        """The root of the tree as it stands."""
        return folded(self.hashes)


def folded(hashes: Sequence[bytes]) -> bytes:
    """The one hash over neighbouring complete subtrees that become smaller from left to right."""
    if not hashes:
        return EMPTY
    *rest, found = hashes
    for left in reversed(rest):
        found = node_hash(left, found)
    return found


def pieces(leaves: Range) -> list[Node]:
    """The complete subtrees that make up a range of leaves as RFC 9162 divides it, from left to right."""
    start, end = leaves
    found = []
    for level in range((end - start).bit_length() - 1, -1, -1):
        if (end - start) >> level & 1:
            found.append((level, start >> level))
            start += 1 << level
    return found


def place_of(node: Node) -> tuple[int, int]:
    """Where a complete subtree is kept: with the leaf that filled it (counted from 1), at its level."""
    level, index = node
    return (index + 1) << level, level


def _split(size: int) -> int:
    """The largest power of two below a size."""
    return 1 << (size - 1).bit_length() - 1


def inclusion_ranges(leaf: int, size: int) -> list[Range]:
    """The ranges whose hashes prove that a leaf is in the tree of that size, from the lowest up (2.1.3.1)."""
    start, end, found = 0, size, []
    while end - start > 1:
        middle = start + _split(end - start)
        kept, beside = ((start, middle), (middle, end)) if leaf < middle else ((middle, end), (start, middle))
        found.append(beside)
        start, end = kept
    return found[::-1]


def consistency_ranges(old: int, new: int) -> list[Range]:
    """The ranges whose hashes prove that the tree of the new size begins with that of the old one (2.1.4.1)."""
    start, end, found = 0, new, []
    while old < end:
        middle = start + _split(end - start)
        kept, beside = ((start, middle), (middle, end)) if old <= middle else ((middle, end), (start, middle))
        found.append(beside)
        start, end = kept
    # The old tree itself is known to whoever checks, unless it is only a part of what is left.
    return ([] if start == 0 else [(start, end)]) + found[::-1]


def hashes_of(ranges: Iterable[Range], kept: Callable[[set[Node]], dict[Node, bytes]]) -> list[bytes]:
    """The hash of each range; `kept` gives complete subtrees' hashes and is asked once."""
    parts = [pieces(each) for each in ranges]
    known = kept({node for some in parts for node in some})
    return [folded([known[node] for node in some]) for some in parts]


def root_by_inclusion(leaf: bytes, index: int, size: int, proof: Sequence[bytes]) -> bytes | None:
    """The root that a proof leads to from a leaf (2.1.3.2); None where it cannot be a proof for that place."""
    if not 0 <= index < size:
        return None
    at, last, found = index, size - 1, leaf
    for beside in proof:
        if last == 0:
            return None
        if at & 1 or at == last:
            found = node_hash(beside, found)
            while at and not at & 1:
                at, last = at >> 1, last >> 1
        else:
            found = node_hash(found, beside)
        at, last = at >> 1, last >> 1
    return found if last == 0 else None


def extends(old: int, old_root: bytes, new: int, new_root: bytes, proof: Sequence[bytes]) -> bool:
    """Whether a proof shows that the tree of the new size and root begins with that of the old ones (2.1.4.2)."""
    if old == new or old == 0:
        return not proof and old <= new and (old_root == new_root if old == new else old_root == EMPTY)
    if old > new or not proof:
        return False
    path = list(proof) if old & (old - 1) else [old_root, *proof]
    at, last = old - 1, new - 1
    while at & 1:
        at, last = at >> 1, last >> 1
    before = after = path[0]
    for beside in path[1:]:
        if last == 0:
            return False
        if at & 1 or at == last:
            before, after = node_hash(beside, before), node_hash(beside, after)
            while at and not at & 1:
                at, last = at >> 1, last >> 1
        else:
            after = node_hash(after, beside)
        at, last = at >> 1, last >> 1
    return last == 0 and before == old_root and after == new_root
