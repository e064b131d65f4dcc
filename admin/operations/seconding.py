"""What changes the basis of a result is put down with its difference, and done by a second person's confirming (6.1-a).

A verb that `by_two` marks is tried at once, whatever door it comes by: it refuses what it would refuse, and is rolled back.
What it would have changed stands on the proposal; confirmed, the same verb is done again in the proposer's name, and asks
all of it again.
"""

from __future__ import annotations

import hashlib
import inspect
import json
from collections.abc import Callable, Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager, nullcontext
from contextvars import ContextVar
from dataclasses import dataclass, replace
from datetime import date, datetime
from functools import wraps
from typing import Any, TypeVar

from sqlalchemy import select
from sqlalchemy.orm import Session

from admin.access.actor import Actor, acting_as, system_actor
from admin.domain.basis import CLAUSE
from admin.domain.codes import BasisAct, ConfirmationKind, ConfirmationStage
from admin.domain.refusals import N_, Refusal, Refused
from admin.models import Confirmation, db
from admin.models.accounts import User
from admin.models.audit import HEARD
from admin.models.base import is_writing
from admin.operations.kept_input import kept, restored
from admin.operations.once import keep_result
from admin.operations.transaction import Operation, operation
from admin.operations.tried import TriedOnly
from admin.queries.accounts.actors import actor_for
from admin.queries.accounts.differences import Touched, touched
from admin.queries.accounts.seconds import is_second, seconds_of
from admin.queries.imports.imports import cases_run
from admin.queries.system.calendar import company_day

PROCESS = "confirmation"
NOTHING_DONE = N_("Nothing has changed yet: it waits for a second person of HR, who confirms it.")
IN_WHOSE_NAME = N_(
    "A case is based on what this changes: say with --as who imports it, and a second person of HR confirms it."
)
ANOTHER_BY_NOW = N_(
    "What it starts from has changed since: it would no longer do what is shown here. Reject it and have "
    "it proposed again."
)
Verb = TypeVar("Verb", bound=Callable[..., Any])
When = Callable[[Mapping[str, Any], Actor], bool]
Shows = Callable[[Session, list[dict[str, Any]]], tuple[list[dict[str, Any]], set[int]]]
Begun = Callable[[Operation], None]
# What a verb reads of files before the transaction in which it is confirmed, by its record, `actor` and `now`; what it yields
# is called where that has begun, before anything is written.
Ahead = Callable[..., AbstractContextManager[Begun]]


class Proposed(Exception):
    """It was put down and waits for a second person; nothing is changed yet."""

    def __init__(self, confirmation_id: int, record_id: int) -> None:
        super().__init__(f"waits as confirmation {confirmation_id}")
        self.confirmation_id, self.record_id = confirmation_id, record_id

    @property
    def state(self) -> dict[str, Any]:
        """What programs are told."""
        return {"id": self.record_id, "proposed": self.confirmation_id, "clause": CLAUSE}


@dataclass(frozen=True)
class Seconded:
    """A verb that is done by two: the process of the record that its first parameter names ("" where it makes one)."""

    act: BasisAct
    verb: Callable[..., Any]
    process: str
    own: bool  # whether somebody may propose it for themselves
    ahead: Ahead | None = None
    shows: Shows | None = None  # what it changes of people beside what a result rests on

    def found(self, session: Session, events: list[dict[str, Any]], now: datetime) -> Touched:
        """What trying or doing it has changed, as a second person is shown it."""
        found = touched(session, events, now)
        if self.shows is None:
            return found
        lines, people = self.shows(session, events)
        return replace(found, lines=[*found.lines, *lines], people=sorted({*found.people, *people}), subject=None)


VERBS: dict[BasisAct, Seconded] = {}
_done_by_two: ContextVar[bool] = ContextVar("done_by_two", default=False)


@contextmanager
def done_by_two() -> Iterator[None]:
    """What is called inside is done, and not put down: a second person has confirmed it, or it is only tried."""
    token = _done_by_two.set(True)
    try:
        yield
    finally:
        _done_by_two.reset(token)


def by_two(
    act: BasisAct,
    process: str,
    *,
    when: When | None = None,
    own: bool = True,
    on_file: bool = False,
    shows: Shows | None = None,
) -> Callable[[Verb], Verb]:
    """Mark a verb whose first parameter names a record of `process`: a person's act of it waits for a second person.

    `when` says of the arguments and the actor whether it changes a basis at all; with `on_file` it waits only where a case
    with locked figures, or one that somebody's leaving ends, rests on what it turns out to change. `own=False` refuses to
    propose it where it concerns oneself. `shows` adds what it changes of people to what a second person is shown. The
    system's own acts are not a person's. The marked verb raises `Proposed` where it was put down.
    """

    def declare(verb: Verb) -> Verb:
        signature = inspect.signature(verb)

        @wraps(verb)
        def asked(*args: Any, actor: Actor, now: datetime, **named: Any) -> Any:
            bound = signature.bind(*args, actor=actor, now=now, **named).arguments
            given = {name: value for name, value in bound.items() if name not in ("actor", "now")}
            if actor.is_system or _done_by_two.get() or (when is not None and not when(given, actor)):
                return verb(*args, actor=actor, now=now, **named)
            with (
                operation(verb.__name__, actor=actor, now=now, clause=CLAUSE) as op,
                tried_first(op, act, given, on_file=on_file),
            ):
                return verb(*args, actor=actor, now=now, **named)

        VERBS[act] = Seconded(act, asked, process, own, shows=shows)
        return asked  # type: ignore[return-value]

    return declare


@contextmanager
def tried_first(op: Operation, act: BasisAct, given: Mapping[str, Any], *, on_file: bool = False) -> Iterator[None]:
    """What is done inside is only tried, and put down as `act` with `given`, where it changes what it takes two for.

    What changes nothing waits for nobody; with `on_file` nor does that on which no case rests (`on_file.touched_on_file`).
    """
    if op.actor.is_system or _done_by_two.get():
        yield
        return
    with _heard(op.session) as events, done_by_two():
        yield
        op.session.flush()
        found = VERBS[act].found(op.session, events, op.now)
    if found.on_file if on_file else events:
        raise _Tried(VERBS[act], given, found, op.actor, op.now)


@contextmanager
def by_nobody(op: Operation) -> Iterator[None]:
    """What the command line does in nobody's name is refused where a case rests on what it changes (6.1-a)."""
    alone = op.actor.is_system and op.actor.via == "cli" and not _done_by_two.get()
    if not alone or not cases_run(op.session):
        yield
        return
    with _heard(op.session) as events:
        yield
        op.session.flush()
        found = touched(op.session, events, op.now)
    if found.on_file:
        raise Refused(Refusal(CLAUSE, IN_WHOSE_NAME))


def carries_out(act: BasisAct, process: str, *, ahead: Ahead | None = None) -> Callable[[Verb], Verb]:
    """Name the verb that does what its `tried_first` puts down; its first parameter names a record of `process`."""

    def declare(verb: Verb) -> Verb:
        VERBS[act] = Seconded(act, verb, process, own=True, ahead=ahead)
        return verb

    return declare


@contextmanager
def _heard(session: Session) -> Iterator[list[dict[str, Any]]]:
    session.info[HEARD] = []
    try:
        yield session.info[HEARD]
    finally:
        del session.info[HEARD]


class _Tried(TriedOnly):
    """A verb that could be done now: in its place it is proposed."""

    def __init__(
        self, seconded: Seconded, given: Mapping[str, Any], found: Touched, actor: Actor, now: datetime
    ) -> None:
        super().__init__(seconded.act)
        self.seconded, self.given, self.found, self.actor, self.now = seconded, given, found, actor, now

    def instead(self) -> None:
        """Put the proposal down and tell whoever may confirm it. Raises `Proposed`, or `Refused` (6.1-a)."""
        with operation("propose_change", actor=self.actor, now=self.now, clause=CLAUSE) as op:
            row = self._row()
            if refusal := _why_not(op, row, self.seconded):
                raise Refused(refusal)
            op.add(row)
            op.remember_opened(
                PROCESS, [(row.id, row.stage, CLAUSE, row.reason)], relation="recorder", action="propose"
            )
            op.tell(seconds_of(op.session, row, op.today), PROCESS, "propose", row.id)
            waits = Proposed(row.id, row.record_id)
            keep_result(op.session, op.claimed, waits.state)
        raise waits

    def _row(self) -> Confirmation:
        asked = {name: kept(value) for name, value in self.given.items()}
        key = next(iter(self.given.values())) if self.seconded.process else 0
        return Confirmation(
            kind=ConfirmationKind.BASIS, act=self.seconded.act, process=self.seconded.process,
            record_id=key if isinstance(key, int) else 0, asked=asked,
            asked_hash=hashlib.sha256(json.dumps(asked, sort_keys=True).encode()).hexdigest(),
            difference=self.found.lines, cases=self.found.cases, concerned=self.found.people,
            employee_id=self.found.subject,
            reason=str(self.given.get("reason") or "").strip(), recorded_by_id=self.actor.user_id, recorded_at=self.now,
        )  # fmt: skip


def _why_not(op: Operation, row: Confirmation, seconded: Seconded) -> Refusal | None:
    """Why it is not put down: one concerns oneself, or the same waits already."""
    if not seconded.own and op.actor.employee_id in row.concerned:
        return Refusal(CLAUSE, N_("No one may propose or confirm what concerns themselves."))
    same = (Confirmation.act == row.act, Confirmation.asked_hash == row.asked_hash)
    query = select(Confirmation.id).where(*same, Confirmation.stage == ConfirmationStage.PROPOSED)
    if op.session.scalar(query.execution_options(unscoped=True)):
        return Refusal(CLAUSE, N_("The same is proposed already and waits for a second person."))
    return None


def why_not_done(op: Operation, row: Confirmation) -> Refusal | None:
    """Why what was proposed can be confirmed by nobody: whoever proposed it no longer acts."""
    if op.get(User, row.recorded_by_id).active:
        return None
    return Refusal(CLAUSE, N_("The person who proposed it no longer acts here: reject it and propose it again."))


_begun: ContextVar[Begun | None] = ContextVar("what was read ahead", default=None)


@contextmanager
def read_ahead(confirmation_id: int, *, actor: Actor, now: datetime) -> Iterator[None]:
    """Around the transaction that confirms a proposal: what it needs of files is read by then, and no transaction waits for it.

    Of what the actor does not confirm nothing is read. Raises `Refused` where a file cannot be used.
    """
    if is_writing():
        yield
        return
    with _ahead(confirmation_id, actor, now) as begun:
        token = _begun.set(begun)
        try:
            yield
        finally:
            _begun.reset(token)


def _ahead(confirmation_id: int, actor: Actor, now: datetime) -> AbstractContextManager[Begun | None]:
    with acting_as(actor):
        session = db.session()
        row = session.scalars(select(Confirmation).where(Confirmation.id == confirmation_id)).first()
        if row is None or row.act is None or row.stage != ConfirmationStage.PROPOSED:
            return nullcontext()
        ahead, record_id = VERBS[BasisAct(str(row.act))].ahead, row.record_id
        with acting_as(system_actor(actor.via)):
            if ahead is None or not is_second(session, row, actor, company_day(now)):
                return nullcontext()
    return ahead(record_id, actor=actor, now=now)


def hold_to_what_was_read(op: Operation) -> None:
    """First in the transaction: see whether what was read before it still holds."""
    if begun := _begun.get():
        begun(op)


def carry_out(op: Operation, row: Confirmation) -> None:
    """Do what was proposed, in the proposer's name; what is received by it was received when it was proposed (3.3.5-c).

    Raises as the verb does: everything is asked again.
    """
    seconded = VERBS[BasisAct(str(row.act))]
    given = restored(seconded.verb, row.asked or {})
    if "received_at" in inspect.signature(seconded.verb).parameters:
        given["received_at"] = row.recorded_at
    proposer = actor_for(op.session, op.get(User, row.recorded_by_id), today=op.today, via=op.actor.via)
    # The trail names where it is done, not where it was proposed.
    proposer = replace(proposer, sign_in=op.actor.sign_in)
    with _heard(op.session) as events, done_by_two():
        seconded.verb(**given, actor=proposer, now=op.now)
        op.session.flush()
        found = seconded.found(op.session, events, op.now)
    if _unlike(row, found, op.today):
        raise Refused(Refusal(CLAUSE, ANOTHER_BY_NOW))


def _unlike(row: Confirmation, found: Touched, today: date) -> bool:
    """Whether confirming would do something other than the page has shown, because what it starts from has changed."""
    proposed_on = company_day(row.recorded_at).isoformat()
    shown, now = ([{**each, "to": _by_day(each, day)} for each in lines] for lines, day in
                  ((row.difference, proposed_on), (found.lines, today.isoformat())))  # fmt: skip
    return shown != now or row.cases != found.cases or row.concerned != found.people


def _by_day(line: Mapping[str, Any], day: str) -> Any:
    # What begins or ends with the act is of the day on which it is done.
    return "today" if line.get("to") == day else line.get("to")
