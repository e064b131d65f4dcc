"""Making the keys that rows hang on, and marking in the database which ones they are (6.3.1)."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import select

from admin.access.actor import Actor
from admin.domain.refusals import N_, Invalid, Refusal, Refused
from admin.models import AuditEvent, Complaint, KeyMark, SecondFactor, db
from admin.models.event_form import EVENT_KEY
from admin.models.event_form import fingerprint as key_of_tags
from admin.models.factor_sealing import opens_factor
from admin.models.keys import BOUND, COMPLAINTS, FACTORS, IDENTITIES, OK, fingerprint, secret_if_kept, states
from admin.models.sealing import opens
from admin.operations.transaction import Operation, operation
from config import current, kept_secret

KEY_LOCK = 20260108


def mark_keys(*, actor: Actor, now: datetime) -> dict[str, str]:
    """Mark each key that the database does not know yet, made here where nothing hangs on one; safe to run twice.

    A key beside rows that it does not open is neither made nor marked. Returns how each of them stands, by name.
    """
    if any(state != OK for state in states(db.session()).values()):
        with operation("mark_keys", actor=actor, now=now, clause="6.3.1") as op:
            op.alone(KEY_LOCK)
            known = set(op.session.scalars(select(KeyMark.name)))
            for name in BOUND:
                if name not in known and _may_be_marked(op, name):
                    _mark(op, name)
    return states(db.session())


def give_up_key(name: str, reason: str, *, actor: Actor, now: datetime) -> None:
    """The key is lost for good: another takes its place, and what was sealed with the lost one stays shut. Recorded.

    Raises `Invalid` without a reason, `Refused` (6.3.1) while the right key is here.
    """
    if name not in BOUND:
        raise Invalid({"lost": N_("There is no such key; there are %(keys)s.")}, {"keys": ", ".join(BOUND)})
    if not reason.strip():
        raise Invalid({"reason": N_("Give the reason.")})
    with operation("give_up_key", actor=actor, now=now, clause="6.3.1") as op:
        op.alone(KEY_LOCK)
        if states(op.session)[name] == OK:
            why = N_("The key %(key)s is here and is the right one: what it sealed must stay open.")
            raise Refused(Refusal("6.3.1", why, {"key": name}))
        for mark in op.session.scalars(select(KeyMark).where(KeyMark.name == name)):
            op.note("update", "key_marks", mark.id, {"reason": [None, reason.strip()]})
            op.session.delete(mark)
        op.session.flush()
        _mark(op, name)


def _mark(op: Operation, name: str) -> None:
    # The file first: a mark without its key would shut the form, a key without its mark is marked by the next setup.
    secret = kept_secret(current().var_dir / "keys", name)
    op.add(KeyMark(name=name, fingerprint=fingerprint(name, secret), since=op.now))


def _may_be_marked(op: Operation, name: str) -> bool:
    """Whether nothing hangs on a key of that name yet, or the one that is here is the one of the oldest of what hangs on it."""
    here = secret_if_kept(current().var_dir / "keys", name)
    if name == EVENT_KEY:
        tag = op.session.scalar(
            select(AuditEvent.tag).where(AuditEvent.tag.is_not(None)).order_by(AuditEvent.id).limit(1)
        )
        return tag is None or (here is not None and tag.startswith(key_of_tags(here.encode())))
    if name == FACTORS:
        kept = select(SecondFactor).where(SecondFactor.sealed_secret.is_not(None)).order_by(SecondFactor.id)
        factor = op.session.scalars(kept.limit(1)).first()
        return factor is None or (here is not None and opens_factor(here, factor.sealed_secret or b"", factor.user_id))
    sealed = select(Complaint).where(Complaint.sealed_key.is_not(None)).order_by(Complaint.received_at, Complaint.id)
    if name == IDENTITIES:
        sealed = sealed.where(Complaint.sealed_identity.is_not(None))
    oldest = op.session.scalars(sealed.limit(1)).first()
    return oldest is None or (here is not None and _opens(name, here, oldest))


def _opens(name: str, secret: str, oldest: Complaint) -> bool:
    if name == COMPLAINTS:
        return opens(secret, oldest.sealed_key or b"", oldest.bound_to)
    # A receipt's key opens nothing: the one that stands beside the right key of complaints is taken for the right one.
    return name != IDENTITIES or opens(secret, oldest.sealed_identity or b"", oldest.bound_to, IDENTITIES)
