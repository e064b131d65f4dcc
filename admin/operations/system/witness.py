"""Publishing the head of the audit trail: no head goes out that does not extend the last one (6.3.3)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import insert

from admin.access.actor import Actor
from admin.domain.refusals import N_, refuse
from admin.domain.witness import HeadsList, Published, canonical, fork, next_record, standing, to_sign
from admin.files import heads
from admin.files.seal_mark import forget_mark
from admin.models import PublishedHead
from admin.operations.system.marks import mark_fault
from admin.operations.transaction import Operation, operation
from admin.queries.accounts.actors import acting_in
from admin.queries.system.audit_chain import Head, chain_head, consistency_proof, frontier, root_at
from admin.queries.system.calendar import company_day
from admin.queries.system.witness import remembered, size_of, unextended
from config import current

HEADS_LOCK = 20260103
KEY_GONE = N_(
    "The key that signs the heads of the audit trail is gone, or is another one. Put VAR_DIR/keys/head_key back from where "
    "it is kept safe; if it is lost for good: `./scripts/manage audit rotate-key --lost --reason …`."
)
LISTS_DIFFER = N_(
    "The list of published heads beside the notice site and the one in the database are not the same from line %(line)s on: "
    "one of them was edited. See `./scripts/manage audit verify`."
)


def publish_head(*, actor: Actor, now: datetime) -> Head | None:
    """Put the head on the list where the trail has grown, signed, with the proof that it extends the head before.

    The auditors are told the first of each day. Raises `Refused` (6.3.3) where the trail does not contain the last
    head, the two copies of the list differ, or the key is not the one in force; then nothing is published.
    """
    with operation("publish_head", actor=actor, now=now, clause="6.3.3") as op:
        head, here = chain_head(op.session), _list(op)
        if refusal := unextended(op.session, here):
            refuse(refusal.clause, refusal.reason, **refusal.facts)
        if head is None or (here.base is not None and here.base.sequence == head.sequence):
            return head
        base, last = here.base, here.last
        lines = _first_key(op, here)
        proof = consistency_proof(op.session, base.sequence, head.sequence) if base is not None else []
        facts: dict[str, Any] = {**_told(head), "proof": [each.hex() for each in proof]}
        lines.append(_signed(op, here, "head", **facts))
        _add(op, lines)
        if last is None or company_day(datetime.fromisoformat(last.at)) < op.today:
            op.tell(acting_in(op.session, "auditor", op.today), "audit", "publish_head", here.count, **_told(head))
    return head


def _told(head: Head) -> dict[str, Any]:
    return {"sequence": head.sequence, "sha256": head.sha256}


def open_line(reason: str, *, actor: Actor, now: datetime, backup: Mapping[str, Any] | None = None) -> Published | None:
    """An older state was brought back, on purpose: from here on heads extend the last one that this state contains.

    Recorded in the trail and, with its reason, beside the heads. Returns the head it goes on from; None where nothing
    had been published by then. Raises `Refused` where no head is missing, or the state does not contain that head.
    """
    with operation("open_line", actor=actor, now=now, clause="6.3.3") as op:
        here = _list(op)
        base, size = here.base, size_of(op.session)
        cut = mark_fault(op.session, current().var_dir, frontier(op.session)) is not None
        if base is None or (size >= base.sequence and not cut):
            refuse("6.3.3", N_("The audit trail is as long as what was published: no state from before was restored."))
        goes_on = fork(here, size)
        if goes_on is not None and root_at(op.session, goes_on.sequence).hex() != goes_on.sha256:
            refuse("6.3.3", N_("This state never was: it does not contain the head %(head)s."), head=goes_on.short())
        here.line += 1
        facts: dict[str, Any] = {
            "reason": reason,
            "from": _head(goes_on),
            "lost": _head(base),
            "backup": dict(backup or {}),
        }
        _add(op, [_signed(op, here, "line", **facts)])
        op.note("update", "audit_events", None, {name: [None, value] for name, value in facts.items()})
        op.after_commit.append(lambda: forget_mark(current().var_dir))
    return goes_on


def follow_restored(facts: Mapping[str, Any], *, actor: Actor, now: datetime) -> None:
    """After `restore`: where heads were published since that backup, they go on from the state that came back."""
    with operation("follow_restored", actor=actor, now=now, clause="6.3.3") as op:
        here = _list(op)
        if here.base is not None and size_of(op.session) < here.base.sequence:
            open_line(str(facts.get("reason", "")), actor=actor, now=now, backup=facts)


def rotate_key(reason: str, *, lost: bool, actor: Actor, now: datetime) -> str:
    """A new key signs the heads from here on, vouched for by the old one; a `lost` one cannot, and the list says so.

    Returns its public half. Raises `Refused` where the old key is not there and not said to be lost.
    """
    var_dir = current().var_dir
    with operation("rotate_key", actor=actor, now=now, clause="6.3.3") as op:
        here = _list(op, keyless=lost)
        public = heads.make_next_key(var_dir)
        facts: dict[str, Any] = {"public": public, "reason": reason, "lost": lost}
        _add(op, [_signed(op, here, "key", by_next=lost, **facts)])
        op.note("update", "audit_events", None, {name: [None, value] for name, value in facts.items()})
        op.after_commit.append(lambda: heads.take_next_key(var_dir))
    return public


def _list(op: Operation, *, keyless: bool = False) -> HeadsList:
    """How the list stands, one publisher at a time; what one of its two copies lacks is put there."""
    op.alone(HEADS_LOCK)
    var_dir = current().var_dir
    kept, there = remembered(op.session), heads.read(var_dir)
    same = next((n for n, pair in enumerate(zip(kept, there, strict=False)) if pair[0] != pair[1]), None)
    if same is not None:
        refuse("6.3.3", LISTS_DIFFER, line=same + 1)
    _remember(op, there[len(kept) :], len(kept))  # a state from before was restored
    heads.add(var_dir, kept[len(there) :], len(there))  # killed before it was written, or the folder is a new one
    here = standing(kept if len(kept) > len(there) else there)
    if here.key and not keyless and not heads.fits(var_dir, here.key):
        refuse("6.3.3", KEY_GONE)
    return here


def _first_key(op: Operation, here: HeadsList) -> list[str]:
    """The line that names the key, where the list begins."""
    if here.key:
        return []
    public = heads.make_key(current().var_dir)
    return [_signed(op, here, "key", public=public, reason="", lost=False)]


def _signed(op: Operation, here: HeadsList, kind: str, *, by_next: bool = False, **facts: Any) -> str:
    at = op.now.astimezone(UTC).isoformat(timespec="seconds").replace("+00:00", "Z")
    record = next_record(here, kind, at, **facts)
    signature = heads.sign(current().var_dir, to_sign(record), by_next=by_next)
    line = canonical({**record, "signature": signature})
    here.follow(line, record)
    return line


def _add(op: Operation, lines: Sequence[str]) -> None:
    """Into the database now, beside the site after the commit."""
    var_dir, before = current().var_dir, len(remembered(op.session))
    _remember(op, lines, before)
    op.after_commit.append(lambda: heads.add(var_dir, lines, before))


def _remember(op: Operation, lines: Sequence[str], before: int) -> None:
    rows = [{"id": n, "content": line} for n, line in enumerate(lines, start=before + 1)]
    if rows:
        op.session.execute(insert(PublishedHead), rows)


def _head(head: Published | None) -> dict[str, Any] | None:
    return None if head is None else {"sequence": head.sequence, "sha256": head.sha256, "at": head.at}
