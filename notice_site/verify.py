"""Checks the proof of a result against the published heads of the audit trail: python3 verify.py PROOF [heads.jsonl]

One file, Python's standard library, no network. PROOF is the text of the result card in a file ("-" reads it from the
input). With the list of heads (heads.jsonl beside the notice site) it also checks the list itself: that every line
follows the one before it, is signed, and that each head extends the one before (RFC 9162). Exit code 0: all holds.
"""

from __future__ import annotations

import base64
import hashlib
import json
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

NOT_READ = (ValueError, KeyError, TypeError, IndexError, RecursionError)  # of what is not what it says it is


def sha256(data: bytes) -> bytes:
    return hashlib.sha256(data).digest()


def hashed(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()


def node(left: bytes, right: bytes) -> bytes:
    return sha256(b"\1" + left + right)


def root_of(leaf: bytes, place: int, size: int, path: Sequence[bytes]) -> bytes:
    """RFC 9162, 2.1.3.2; nothing where the path is not one for this place."""
    at, last, found = place - 1, size - 1, leaf
    if not 0 <= at <= last:
        return b""
    for beside in path:
        if last == 0:
            return b""
        if at & 1 or at == last:
            found = node(beside, found)
            while at and not at & 1:
                at, last = at >> 1, last >> 1
        else:
            found = node(found, beside)
        at, last = at >> 1, last >> 1
    return found if last == 0 else b""


def extends(old: int, old_root: bytes, new: int, new_root: bytes, proof: Sequence[bytes]) -> bool:
    """RFC 9162, 2.1.4.2."""
    if old == new:
        return not proof and old_root == new_root
    if not 0 < old < new or not proof:
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
            before, after = node(beside, before), node(beside, after)
            while at and not at & 1:
                at, last = at >> 1, last >> 1
        else:
            after = node(after, beside)
        at, last = at >> 1, last >> 1
    return last == 0 and (before, after) == (old_root, new_root)


# Ed25519, RFC 8032, 5.1.7
P = 2**255 - 19
ORDER = 2**252 + 27742317777372353535851937790883648493
D = -121665 * pow(121666, P - 2, P) % P
Point = tuple[int, int, int, int]


def _x(y: int, odd: int) -> int | None:
    square = (y * y - 1) * pow(D * y * y + 1, P - 2, P) % P
    root = pow(square, (P + 3) // 8, P)
    if (root * root - square) % P:
        root = root * pow(2, (P - 1) // 4, P) % P
    if (root * root - square) % P or (root == 0 and odd):
        return None
    return P - root if root & 1 != odd else root


def _point(data: bytes) -> Point | None:
    y = int.from_bytes(data, "little")
    odd, y = y >> 255, y & (2**255 - 1)
    x = _x(y, odd) if y < P else None
    return None if x is None else (x, y, 1, x * y % P)


def _sum(one: Point, other: Point) -> Point:
    a, b = (one[1] - one[0]) * (other[1] - other[0]) % P, (one[1] + one[0]) * (other[1] + other[0]) % P
    c, d = 2 * one[3] * other[3] * D % P, 2 * one[2] * other[2] % P
    e, f, g, h = b - a, d - c, d + c, b + a
    return e * f % P, g * h % P, f * g % P, e * h % P


def _times(number: int, point: Point) -> Point:
    found: Point = (0, 1, 1, 0)
    while number:
        if number & 1:
            found = _sum(found, point)
        point, number = _sum(point, point), number >> 1
    return found


def signed(public: str, text: str, signature: str) -> bool:
    """Whether a signature is that of the key with this public half."""
    key, given = bytes.fromhex(public), bytes.fromhex(signature)
    point, start, base_x = _point(key), _point(given[:32]), _x(4 * pow(5, P - 2, P) % P, 0)
    scalar = int.from_bytes(given[32:], "little")
    if point is None or start is None or base_x is None or len(given) != 64 or scalar >= ORDER:
        return False
    base_y = 4 * pow(5, P - 2, P) % P
    total = int.from_bytes(hashlib.sha512(given[:32] + key + text.encode()).digest(), "little") % ORDER
    left, right = _times(scalar, (base_x, base_y, 1, base_x * base_y % P)), _sum(start, _times(total, point))
    return not ((left[0] * right[2] - right[0] * left[2]) % P or (left[1] * right[2] - right[1] * left[2]) % P)


def proof_fault(proof: dict[str, Any]) -> str:
    """Why a proof does not hold in itself, or ""."""
    commitment = "salted:" + hashed(f"{proof['salt']} {json.dumps(proof['text'], ensure_ascii=False)}")
    if json.loads(proof["changes"])["text"][1] != commitment:
        return "the words are not those that were recorded"
    content = hashed(f"{proof['header']} {hashed(proof['changes'])}")
    leaf = sha256(b"\0" + f"{proof['event']} {content}".encode())
    path = [base64.urlsafe_b64decode(each + "=" * (-len(each) % 4)) for each in proof["path"]]
    found = root_of(leaf, proof["place"], proof["size"], path)
    return "" if found.hex() == proof["root"] else "it does not lead to the head that it names"


def list_faults(lines: Sequence[str]) -> Iterator[str]:
    """What does not hold in a list of published heads."""
    before, key, heads = "", "", []
    for number, line in enumerate(lines, start=1):
        try:
            record = json.loads(line)
            if (record["n"], record["before"]) != (number, before):
                yield f"line {number} does not follow from the line before it"
            words = {name: value for name, value in record.items() if name != "signature"}
            text = json.dumps(words, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
            by = record["public"] if record["kind"] == "key" and (not key or record["lost"]) else key
            if not signed(by, text, record["signature"]):
                yield f"line {number} was not signed by the key in force"
            if record["kind"] == "key":
                key = record["public"]
            elif record["kind"] == "line":
                came_from = record["from"]
                if came_from and (came_from["sequence"], came_from["sha256"]) not in heads:
                    yield f"line {number} goes on from a head that was not published"
                heads = [_head(came_from)] if came_from else []
            else:
                head = _head(record)
                if heads and not _extends(heads[-1], record):
                    yield f"line {number} does not extend the head before it"
                heads.append(head)
            before = hashed(line)
        except NOT_READ:
            yield f"line {number} is no line of a list of heads"
            return


def _head(record: dict[str, Any]) -> tuple[int, str]:
    """Size and root, where they are such."""
    size, root = record["sequence"], record["sha256"]
    if not isinstance(size, int) or len(bytes.fromhex(root)) != 32:
        raise ValueError("no head")
    return size, root


def published(lines: Sequence[str]) -> Iterator[tuple[int, str]]:
    """The heads of a list, size and root; what is no line says none."""
    for line in lines:
        try:
            record = json.loads(line)
            if record["kind"] == "head":
                yield _head(record)
        except NOT_READ:
            continue


def _extends(last: tuple[int, str], record: dict[str, Any]) -> bool:
    proof = [bytes.fromhex(each) for each in record["proof"]]
    return extends(last[0], bytes.fromhex(last[1]), record["sequence"], bytes.fromhex(record["sha256"]), proof)


def main(words: Sequence[str]) -> int:
    """Say what holds and what does not; 0 where all does."""
    if not 1 <= len(words) <= 2:
        print(__doc__)
        return 2
    given = sys.stdin.read() if words[0] == "-" else Path(words[0]).read_text(encoding="utf-8", errors="replace")
    try:
        proof = json.loads(given)
        claimed, text = (proof["size"], proof["root"]), proof["text"]
        faults = [fault for fault in [proof_fault(proof)] if fault]
    except NOT_READ:
        print("DOES NOT HOLD: this is no proof of a result")
        return 1
    if len(words) == 2:
        # By line feeds alone, as the list is written; a byte that is no letter makes its line another one.
        lines = Path(words[1]).read_text(encoding="utf-8", errors="replace").rstrip("\n").split("\n")
        faults += list_faults(lines)
        if claimed not in published(lines):
            faults.append("the head that the proof names was never published")
    print(text)
    print(f"head {claimed[0]} {claimed[1]}")
    for fault in faults:
        print(f"DOES NOT HOLD: {fault}")
    if not faults:
        print(
            "holds"
            if len(words) == 2
            else "holds, if this head was published: compare it with heads.jsonl or a printed one"
        )
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
