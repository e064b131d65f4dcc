"""The list of published heads: lines that are only ever added, each naming the one before and signed (6.3.3).

Kinds of line: "key" (the key that signs from here on), "head" (the tree over the audit trail at a size, with the proof
that it begins with the head before), "line" (an older state was brought back, why, and from which head it goes on).
Heads since the last "line" belong to one line of the trail; each extends the one before it.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from admin.domain.merkle import extends
from admin.domain.refusals import N_, Refusal, Refused

CLAUSE = "6.3.3"
Record = Mapping[str, Any]
NO_LINE = (ValueError, KeyError, TypeError, RecursionError)  # what reading raises where something else stands there
DAMAGED = N_(
    "Line %(line)s of the list of published heads is invalid: it was edited, or the disk has damaged it. "
    "Restore the list from a backup or a copy; see `./scripts/manage audit verify`."
)
Signed = Callable[[str, str, str], bool]  # public key (hex), what was signed, signature (hex)
SHORT = 16  # characters of a head as paper shows it


@dataclass(frozen=True)
class Published:
    """A head as the list says it."""

    sequence: int
    sha256: str
    at: str

    def short(self) -> str:
        """As paper shows it: the size, and the beginning of the root in groups of four."""
        return short_form(self.sequence, self.sha256)


def short_form(sequence: int, sha256: str) -> str:
    """A head's size and the beginning of its root, to be read aloud and compared."""
    return f"{sequence} · " + " ".join(sha256[at : at + 4] for at in range(0, SHORT, 4))


@dataclass
class HeadsList:
    """How a list stands after its last line: what the next one must follow."""

    count: int = 0
    before: str = ""  # SHA-256 of the last line
    line: int = 1
    key: str = ""  # the public key in force, in hex
    at: str = ""  # the latest time that a line says
    heads: list[Published] = field(
        default_factory=list
    )  # of the running line; the first may be the one it goes on from
    last: Published | None = None  # the last head of all lines

    @property
    def base(self) -> Published | None:
        """What the next head must extend."""
        return self.heads[-1] if self.heads else None

    def follow(self, text: str, record: Record) -> None:
        """Take a line in; raises one of `NO_LINE` where it is none, and stays as it was."""
        before, at = line_hash(text), max(self.at, _time(record["at"]))
        if record["kind"] == "key":
            self.key = record["public"]
        elif record["kind"] == "line":
            self.heads, self.line = [_head(record["from"])] if record["from"] else [], record["line"]
        else:
            self.last = _head(record)
            self.heads.append(self.last)
        self.count, self.before, self.at = self.count + 1, before, at


def _head(record: Record) -> Published:
    """Raises one of `NO_LINE` where it says no size, root or time."""
    sequence, root, at = record["sequence"], record["sha256"], record["at"]
    if not isinstance(sequence, int) or len(bytes.fromhex(root)) != hashlib.sha256().digest_size:
        raise ValueError("no head")
    return Published(sequence, root, _time(at))


def _time(at: str) -> str:
    """Raises one of `NO_LINE` where it is no time."""
    datetime.fromisoformat(at)
    return at


def standing(lines: Iterable[str]) -> HeadsList:
    """How a list stands; what its lines claim is taken as it is (`faults_of` looks whether it holds).

    Raises `Refused` (6.3.3) naming the first line that is none.
    """
    found, damaged = _read(lines)
    if damaged is not None:
        raise Refused(Refusal(CLAUSE, DAMAGED, {"line": damaged}))
    return found


def standing_so_far(lines: Iterable[str]) -> HeadsList:
    """The same up to the first line that is none, for whoever names the fault beside it."""
    return _read(lines)[0]


def _read(lines: Iterable[str]) -> tuple[HeadsList, int | None]:
    """The list up to the first line that is none, and that line's number."""
    found = HeadsList()
    for number, text in enumerate(lines, start=1):
        try:
            found.follow(text, json.loads(text))
        except NO_LINE:
            return found, number
    return found, None


def line_hash(text: str) -> str:
    """What the next line says of this one."""
    return hashlib.sha256(text.encode()).hexdigest()


def to_sign(record: Record) -> str:
    """The words that a record's signature is over."""
    return canonical({name: value for name, value in record.items() if name != "signature"})


def canonical(record: Record) -> str:
    """A record as the one line that stands in the list."""
    return json.dumps(record, ensure_ascii=False, sort_keys=True, separators=(",", ":"))


def next_record(here: HeadsList, kind: str, at: str, **facts: Any) -> dict[str, Any]:
    """The next line of a list, not signed yet; never dated before the one it follows, whatever a clock says that was put back."""
    return {
        "n": here.count + 1,
        "kind": kind,
        "at": max(at, here.at),
        "before": here.before,
        "line": here.line,
        **facts,
    }


def fork(here: HeadsList, size: int) -> Published | None:
    """The last head of the running line that a state of this size can still contain."""
    return next((head for head in reversed(here.heads) if head.sequence <= size), None)


def extension_refusal(base: Published | None, size: int, root: Callable[[int], str | None]) -> Refusal | None:
    """Why the trail, of this size, may not be published after this head; `root` says what its root was at a size."""
    if base is None:
        return None
    facts = {"head": base.short(), "at": base.at, "size": size}
    if size < base.sequence:
        reason = N_(
            "The audit trail ends at %(size)s, before the published head %(head)s of %(at)s: its tail was deleted, or an older "
            "backup was restored. A restored state is named with `./scripts/manage audit new-line --reason …`."
        )
        return Refusal(CLAUSE, reason, facts)
    if root(base.sequence) != base.sha256:
        reason = N_(
            "The audit trail was rebuilt: it does not contain the published head %(head)s of %(at)s. Nothing is "
            "published until the trail is restored from a backup that contains it; see `./scripts/manage audit "
            "verify`."
        )
        return Refusal(CLAUSE, reason, facts)
    return None


def faults_of(lines: Sequence[str], signed: Signed) -> Iterator[tuple[int, str]]:
    """What does not hold in a list, line by line."""
    here = HeadsList()
    for number, text in enumerate(lines, start=1):
        try:
            record = json.loads(text)
            yield from ((number, what) for what in _faults(here, record, signed))
            here.follow(text, record)
        except NO_LINE:
            yield number, "is no line of a list of heads"
            return


def _faults(here: HeadsList, record: Record, signed: Signed) -> Iterator[str]:
    if record["n"] != here.count + 1 or record["before"] != here.before:
        yield "does not follow from the line before it"
    # The first key vouches for itself, and so does one that takes the place of a lost one; `lost` says so to the reader.
    key = record["public"] if record["kind"] == "key" and (not here.key or record["lost"]) else here.key
    if not signed(key, to_sign(record), record["signature"]):
        yield "was not signed by the key in force"
    if record["kind"] == "line" and record["from"] and _head(record["from"]) not in here.heads:
        yield "goes on from a head that was not published before it"
    if record["kind"] == "head" and here.base is not None and not _follows(here.base, record):
        yield f"does not extend the head {here.base.short()}"


def _follows(base: Published, record: Record) -> bool:
    proof = [bytes.fromhex(each) for each in record["proof"]]
    old, new = bytes.fromhex(base.sha256), bytes.fromhex(record["sha256"])
    return extends(base.sequence, old, record["sequence"], new, proof)
