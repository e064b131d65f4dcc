"""The tree over the audit events: its head, its proofs, what has no leaf yet, and whether all of it holds (6.3.3).

A row here is an event's columns with the `sequence` and `nodes` of its seal, from the database or from a file.
"""

from __future__ import annotations

import hashlib
import hmac
import json
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import partial
from typing import Any

from sqlalchemy import CursorResult, Integer, Select, Text, bindparam, cast, func, select
from sqlalchemy.orm import Session

from admin.domain.merkle import (
    Frontier,
    Node,
    consistency_ranges,
    hashes_of,
    inclusion_ranges,
    leaf_hash,
    pieces,
    place_of,
)
from admin.domain.refusals import N_, refuse
from admin.models import AuditEvent, AuditSeal
from admin.models.event_form import (
    FINGERPRINT,
    content_hash,
    content_hash_of_text,
    fingerprint,
    leaf_data,
    plain,
    tag,
)
from admin.queries.system.audit_sign_ins import SignIns

CHAIN_START = "0" * 64
EVENTS, SEALS = AuditEvent.__table__, AuditSeal.__table__
LONGEST_TRANSACTION = timedelta(days=1)  # an event can be committed this long after it was written
SEAL_GONE = N_(
    "Seal %(place)s of the audit trail is gone or was cut, so nothing can be sealed or published after it. "
    "See `./scripts/manage audit verify`; a backup from before still has it."
)
Row = Mapping[str, Any]


@dataclass(frozen=True)
class Head:
    """The tree at one size: how many leaves, its root, and when the last of them was sealed.

    `linear` heads were published before there was a tree: their hash is that of the last link of one long chain.
    """

    sequence: int
    sha256: str
    at: datetime
    linear: bool = False


@dataclass(frozen=True)
class ChainFault:
    """What does not hold, and where."""

    where: str
    what: str

    def __str__(self) -> str:
        return f"{self.where}: {self.what}"


@dataclass
class ChainVerdict:
    """What a verification saw: numbers of events and seals, the tree, the faults."""

    events: int = 0
    sealed: int = 0
    tree: Frontier = field(default_factory=Frontier)
    chain: str | None = None  # the last link of the linear chain, where a head from its time asks for it
    key: bytes | None = None  # of events; None where nobody can say who wrote them
    tagged: bool = False  # whether an event was met that the portal must have tagged
    sign_ins: SignIns | None = None  # where it can be said who was signed in when
    foreign: Counter[str] = field(default_factory=Counter)  # events by the fingerprint of a key that is not here
    faults: list[ChainFault] = field(default_factory=list)

    @property
    def head(self) -> str:
        """The root of all that was seen."""
        return self.tree.root().hex()


def chain_head(session: Session) -> Head | None:
    """The tree as it stands; None before the first seal."""
    last = newest_seal(session)
    return None if last is None else Head(last[0], root_at(session, last[0]).hex(), last[1])


def newest_seal(session: Session) -> tuple[int, datetime] | None:
    """How many events stand in the tree, and when the last of them was sealed; None before the first."""
    last = (
        session.connection().execute(select(SEALS.c.id, SEALS.c.sealed_at).order_by(SEALS.c.id.desc()).limit(1)).first()
    )
    return None if last is None else (last.id, last.sealed_at)


def root_at(session: Session, size: int) -> bytes:
    """The root that the tree had at a size, from the few nodes that make it up."""
    return hashes_of([(0, size)], partial(kept_nodes, session))[0]


def frontier(session: Session) -> Frontier:
    """What it takes to make the tree grow."""
    return frontier_at(session, session.connection().scalar(select(func.max(SEALS.c.id))) or 0)


def frontier_at(session: Session, size: int) -> Frontier:
    """What it took to make the tree of that size grow; raises `Refused` where a seal of its is gone or cut."""
    parts = pieces((0, size))
    known = kept_nodes(session, set(parts))
    return Frontier(size, [known[each] for each in parts])


def consistency_proof(session: Session, old: int, new: int) -> list[bytes]:
    """That the tree of the new size begins with that of the old one."""
    return hashes_of(consistency_ranges(old, new), partial(kept_nodes, session))


def inclusion_proof(session: Session, place: int, size: int) -> list[bytes]:
    """That the seal at this place (from 1) is in the tree of that size."""
    return hashes_of(inclusion_ranges(place - 1, size), partial(kept_nodes, session))


def kept_nodes(session: Session, nodes: set[Node]) -> dict[Node, bytes]:
    """The hashes of complete subtrees; raises `Refused` (6.3.3) where a seal that holds one is gone or was cut."""
    places = {place_of(node)[0] for node in nodes}
    rows = session.connection().execute(select(SEALS.c.id, SEALS.c.nodes).where(SEALS.c.id.in_(places)))
    found = {row.id: split(row.nodes) for row in rows}
    hashes = {}
    for node in nodes:
        place, level = place_of(node)
        if level >= len(found.get(place, ())):
            refuse("6.3.3", SEAL_GONE, place=place)
        hashes[node] = found[place][level]
    return hashes


def split(nodes: bytes) -> list[bytes]:
    """The hashes of a seal, from the leaf up."""
    return [nodes[at : at + 32] for at in range(0, len(nodes), 32)]


def unsealed(session: Session, most: int, after: int | None = None) -> list[tuple[int, str]]:
    """(number, content hash) of events that have no link, oldest first; `after`: of those with a higher number alone."""
    if after is not None:
        # Behind the highest that has a link none is passed over: no event is looked at twice by one sealing.
        return [
            (row.id, row.content_hash) for row in session.connection().execute(AFTER, {"most": most, "after": after})
        ]
    # Without it each sealing would look through a million linked events for the few that are new.
    since = _newest_sealed(session)
    query, given = (UNSEALED, {}) if since is None else (UNSEALED_SINCE, {"since": since - LONGEST_TRANSACTION})
    return [(row.id, row.content_hash) for row in session.connection().execute(query, {"most": most, **given})]


def _newest_sealed(session: Session) -> datetime | None:
    moment: datetime | None = session.connection().scalar(NEWEST_SEALED)
    return moment


def _unsealed(*where: Any) -> Select[Any]:
    linked = select(SEALS.c.event_id).where(SEALS.c.event_id == EVENTS.c.id).exists()
    query = select(EVENTS.c.id, EVENTS.c.content_hash).where(~linked, *where)
    return query.order_by(EVENTS.c.id).limit(bindparam("most", type_=Integer))


# Made once: asked every few seconds for as long as the portal runs.
UNSEALED = _unsealed()
AFTER = _unsealed(EVENTS.c.id > bindparam("after"))
UNSEALED_SINCE = _unsealed(EVENTS.c.recorded_at >= bindparam("since"))
NEWEST_SEALED = (
    select(EVENTS.c.recorded_at)
    .join(SEALS, SEALS.c.event_id == EVENTS.c.id)
    .where(SEALS.c.id == select(func.max(SEALS.c.id)).scalar_subquery())
)


def chained_events(session: Session, after: int = 0) -> Iterator[Row]:
    """Every event with its link, in the order of the chain, then those without a link. `changes` is the stored text.

    `after`: of those that have a link, the ones behind that link alone.
    """
    # As stored: read into objects and written again, an edit that keeps the meaning would pass unseen.
    columns = [cast(column, Text).label("changes") if column.name == "changes" else column for column in EVENTS.c]
    link = [SEALS.c.id.label("sequence"), SEALS.c.event_id.label("sealed_event"), SEALS.c.nodes]
    joined = SEALS.outerjoin(EVENTS, EVENTS.c.id == SEALS.c.event_id)
    connection = session.connection()
    linked = select(*link, *columns).select_from(joined).where(SEALS.c.id > after).order_by(SEALS.c.id)
    yield from _rows(connection.execute(linked))
    without = EVENTS.outerjoin(SEALS, EVENTS.c.id == SEALS.c.event_id)
    rest = select(*link, *columns).select_from(without).where(SEALS.c.id.is_(None)).order_by(EVENTS.c.id)
    yield from _rows(connection.execute(rest))


def _rows(found: CursorResult[Any]) -> Iterator[Row]:
    names = tuple(found.keys())
    for values in found:
        yield dict(zip(names, values, strict=True))


def exported(row: Row) -> str:
    """A row as one line of the export, which `verify` reads again."""
    values = {name: plain(value) for name, value in row.items()} | {"changes": json.loads(row["changes"])}
    values["nodes"] = row["nodes"].hex() if row["nodes"] is not None else None
    return json.dumps(values, ensure_ascii=False, sort_keys=True)


def verify(
    rows: Iterable[Row],
    published: Iterable[Head] = (),
    key: bytes | None = None,
    sign_ins: SignIns | None = None,
    verified: Frontier | None = None,
) -> ChainVerdict:
    """Recompute every event's hash and every node, and hold the tree against the heads that were published.

    With the portal's key of events it also names those that something else than the portal wrote, and with the sign-ins
    those of somebody who was not signed in. `verified`: the tree that the rows go on from, where they are the later ones alone.
    """
    heads: dict[int, list[Head]] = {}
    for head in published:
        heads.setdefault(head.sequence, []).append(head)
    verdict = ChainVerdict(
        key=key,
        sign_ins=sign_ins,
        chain=CHAIN_START if any(head.linear for some in heads.values() for head in some) else None,
    )
    if verified is not None:
        verdict.tree, verdict.sealed = Frontier(verified.size, [*verified.hashes]), verified.size
        verdict.tagged = True  # whoever verified so far was a portal that tags what it writes
    newest: Any = None
    for row in rows:
        if row["sequence"] is None:
            _check_unlinked(row, newest, verdict)
        else:
            # A deleted event has left its seal alone, which says nothing about time.
            newest = row["recorded_at"] or newest
            _check_link(row, verdict)
            for head in heads.pop(row["sequence"], ()):
                _check_head(head, verdict)
    # What was published and is not in the tree any more: only this shows a tail that was cut off.
    for sequence in heads:
        verdict.faults.append(
            ChainFault(
                f"published head {sequence}",
                f"the chain has {verdict.sealed} links and no link {sequence}: "
                "its tail was deleted, or this is an older backup",
            )
        )
    for mark, count in verdict.foreign.items():
        what = f"{count} events were written under it, and it is not in VAR_DIR/keys: another portal's, or planted"
        verdict.faults.append(ChainFault(f"key of events {mark}", what))
    return verdict


def _check_link(row: Row, verdict: ChainVerdict) -> None:
    sequence = row["sequence"]
    if sequence != verdict.sealed + 1:
        verdict.faults.append(ChainFault(f"links {verdict.sealed + 1} to {sequence - 1}", "missing"))
        # Every subtree after a gap is another one: the tree goes on from what is stored.
        verdict.tree = Frontier(sequence - 1, [b""] * len(pieces((0, sequence - 1))))
    verdict.sealed = sequence
    stored = split(bytes.fromhex(row["nodes"]) if isinstance(row["nodes"], str) else row["nodes"])
    if row["id"] is None:
        verdict.faults.append(ChainFault(f"event {row['sealed_event']}", f"deleted; link {sequence} is left of it"))
        verdict.tree.add(stored[0])
    else:
        verdict.events += 1
        intact = _check_content(row, verdict)
        made = verdict.tree.add(leaf_hash(leaf_data(row["sealed_event"], row["content_hash"])))
        if intact and made != stored:
            verdict.faults.append(ChainFault(_place(row), f"link {sequence} does not follow from the one before it"))
    # Go on from what is stored, not from what it should be: one fault must not make every later link one.
    verdict.tree.hashes[-1] = stored[-1] if stored else b""
    if verdict.chain is not None:
        verdict.chain = linear_hash(verdict.chain, row["sealed_event"], row["content_hash"] or "")


def _check_content(row: Row, verdict: ChainVerdict) -> bool:
    intact = _is_intact(row, row["changes"])
    if not intact:
        verdict.faults.append(ChainFault(_place(row), "what it says was changed afterwards"))
    elif verdict.key is not None:
        _check_writer(row, verdict, verdict.key)
    return intact


def _is_intact(row: Row, changes: Any) -> bool:
    """Whether an event says what its hash stands over. Read is only what was stored in another form than it was hashed."""
    if isinstance(changes, str) and content_hash_of_text(row, changes) == row["content_hash"]:
        return True
    try:
        read = json.loads(changes) if isinstance(changes, str) else changes
        return content_hash(row, read) == row["content_hash"]
    except ValueError:
        return False


def _check_writer(row: Row, verdict: ChainVerdict, key: bytes) -> None:
    """Whether this portal wrote the event: whoever plants one by SQL has the hash right, and no key."""
    verdict.tagged = verdict.tagged or row["nonce"] is not None
    given = row["tag"] or ""
    if not verdict.tagged or hmac.compare_digest(given, tag(row["content_hash"], key)):
        if verdict.sign_ins is not None and (what := verdict.sign_ins.fault(row)):
            verdict.faults.append(ChainFault(_place(row), what))
        return
    if given and not given.startswith(fingerprint(key)):
        verdict.foreign[given[:FINGERPRINT]] += 1
    else:
        verdict.faults.append(ChainFault(_place(row), "was not written by this portal: planted by hand"))


def _check_unlinked(row: Row, newest: Any, verdict: ChainVerdict) -> None:
    verdict.events += 1
    _check_content(row, verdict)
    if newest is not None and _moment(row["recorded_at"]) < _moment(newest) - LONGEST_TRANSACTION:
        verdict.faults.append(
            ChainFault(_place(row), "has no link although later events have theirs: added afterwards")
        )


def _check_head(head: Head, verdict: ChainVerdict) -> None:
    if head.sha256 != (verdict.chain if head.linear else verdict.head):
        verdict.faults.append(
            ChainFault(f"published head {head.sequence}", "the chain up to here was rebuilt after it was published")
        )


def linear_hash(previous: str, event_id: int, content: str) -> str:
    """A link of the chain from before the tree, by which heads of that time are known."""
    return hashlib.sha256(f"{previous} {event_id} {content}".encode()).hexdigest()


def _moment(value: Any) -> datetime:
    return datetime.fromisoformat(value) if isinstance(value, str) else value


def _place(row: Row) -> str:
    record = f"{row['record_type']} {row['record_id'] or ''}".rstrip()
    return f"event {row['id']} ({row['act']} of {record}, {plain(row['recorded_at'])})"
