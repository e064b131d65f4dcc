"""Codes of all who hold an office and have never signed in: asked for by one act, confirmed and printed by another person's one (6.1-a)."""

from __future__ import annotations

from collections.abc import Callable, Collection
from dataclasses import dataclass, field
from datetime import datetime
from functools import partial
from typing import TypeVar

from admin.access.actor import Actor
from admin.domain.codes import ConfirmationStage
from admin.domain.power import CLAUSE
from admin.domain.refusals import N_, Invalid, NotFound, Refusal, Refused
from admin.models import Confirmation
from admin.operations.accounts.accounts import CODE_VALID
from admin.operations.accounts.codes import PRINTED_WITHIN, ask_for_code, print_code
from admin.operations.accounts.confirmations import check_reason, confirm
from admin.operations.imports.imports_accounts import Slip
from admin.operations.transaction import Operation, operation
from admin.queries.accounts.codes_of_offices import to_ask_for, to_print

Made = TypeVar("Made")


@dataclass
class AskedForCodes:
    """How many codes go by mail, how many wait for a second person who prints them, and whose were refused."""

    mailed: int = 0
    waiting: int = 0
    refused: dict[str, Refusal] = field(default_factory=dict)


@dataclass
class Printed:
    """The slips, and whose were refused."""

    slips: list[Slip] = field(default_factory=list)
    refused: dict[str, Refusal] = field(default_factory=dict)


def ask_for_codes(*, reason: str, actor: Actor, now: datetime) -> AskedForCodes:
    """Ask for a code for everyone with an office who can neither sign in nor has a code in hand; each as if asked for alone.

    Raises `NotFound` for anyone but administrators, `Invalid` without a reason or where nobody waits for a code.
    """
    with operation("ask_for_codes", actor=actor, now=now, clause=CLAUSE) as op:
        if not (actor.is_system or actor.has("admin")):
            raise NotFound("asked for by administrators")
        check_reason(reason)
        people = op.session.execute(to_ask_for(now, now - PRINTED_WITHIN)).all()
        if not people:
            raise Invalid({"reason": N_("No one who holds an office is waiting for a code.")})
        asked = AskedForCodes()
        for row in people:
            made = _one(op, _named(row), asked.refused, partial(_ask, row.id, reason, actor, now))
            asked.waiting += made == "waits"
            asked.mailed += made == "mailed"
        op.note("issue", "confirmations", None, {"count": [None, asked.waiting + asked.mailed]})
    return asked


def _named(row: object) -> str:
    return f"{getattr(row, 'number', '')} {getattr(row, 'name', '')}".strip()


def _ask(user_id: int, reason: str, actor: Actor, now: datetime) -> str:
    return "mailed" if ask_for_code(user_id, reason=reason, actor=actor, now=now) is None else "waits"


def print_codes(keys: Collection[int], *, actor: Actor, now: datetime) -> Printed:
    """Confirm these codes as the second person and make their slips, shown once; what may not be confirmed is named and waits.

    They come by department and number: whoever prints seals each and hands it to its owner. Raises `NotFound` for whoever prints
    none, `Invalid` where none of them waits for the actor.
    """
    with operation("print_codes", actor=actor, now=now, clause=CLAUSE) as op:
        if not actor.has("hr", "management"):
            raise NotFound("printed by HR and management")
        rows = [row for row in to_print(op.session, actor, now, now - PRINTED_WITHIN) if row.id in set(keys)]
        if not rows:
            raise Invalid({"key": N_("Tick at least one code that waits for you.")})
        printed = Printed()
        for row in rows:
            slip = _one(op, _whose(row), printed.refused, partial(_print, row, actor, now))
            printed.slips += [slip] if slip is not None else []
    printed.slips.sort(key=lambda slip: (slip.department, slip.number))
    return printed


def _whose(row: Confirmation) -> str:
    return str(row.employee or (row.user and row.user.username))


def _print(row: Confirmation, actor: Actor, now: datetime) -> Slip:
    if row.stage == ConfirmationStage.PROPOSED:
        confirm(row.id, actor=actor, now=now)
    made, person = print_code(row.id, actor=actor, now=now), row.employee
    number, name = (person.number, person.name) if person else ("", made.username)
    department = person.department.name if person else ""
    return Slip(number, name, department, "", made.username, made.code, now + CODE_VALID)


def _one(op: Operation, whose: str, refused: dict[str, Refusal], do: Callable[[], Made]) -> Made | None:
    """One of many: refused, it is named and keeps no other from it."""
    try:
        with op.attempt():
            return do()
    except Refused as error:
        refused[whose] = error.refusal
    return None
