"""One operation = one transaction = change + history + audit + outbox and jobs.

`operation` opens it, or joins the one that is already open; only here is anything committed.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from typing import Any, TypeVar

from sqlalchemy import ScalarResult, Select, insert, select, text, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session
from sqlalchemy.orm.attributes import set_committed_value
from sqlalchemy.orm.exc import StaleDataError

import config
from admin.access.actor import Actor, acting_as, system_actor
from admin.domain.calendar import local_day
from admin.domain.refusals import N_, NotFound, Refusal, Refused
from admin.domain.workflow import Facts, Transition, is_end
from admin.domain.workflow.facts import SYSTEM
from admin.models import HistoryStep, Job, Notification, db
from admin.models.audit import (
    CHANGED,
    UNAUDITED_COLUMNS,
    ChangeContext,
    change,
    changing,
    event_row,
    event_rows,
    write_events,
)
from admin.models.base import writing
from admin.models.history import bundled
from admin.notifications.messages import ASKS_FOR_WORK
from admin.operations.locking import FOUND, found_again, keep_found, named, under_lock
from admin.operations.once import claim
from admin.operations.printed import follow
from admin.operations.sending import erase_about, erase_sent
from admin.operations.signing import refuse_viewer, require_signature_for
from admin.operations.steps import Marked, Taken, Telling, by_tells, decided, grouped, held, in_place_of
from admin.operations.telling import joined, messages_of
from admin.operations.tried import instead_of_what_was_tried
from admin.queries.cases.own_case import with_own_case
from admin.queries.system.calendar import morning
from admin.queries.system.chunks import chunks
from admin.queries.system.recipients import rehearsed

T = TypeVar("T")


WAKERS: list[Callable[[], None]] = []
NOTHING: Mapping[str, Any] = {}


@dataclass
class Operation:
    """What an operation works with: who, when, and the means to leave its traces."""

    name: str
    actor: Actor
    now: datetime
    session: Session
    clause: str = ""
    after_commit: list[Any] = field(default_factory=list)
    claimed: int | None = None
    since: datetime | None = None  # of a batch: when the act on many was asked for
    _tellings: list[Telling] = field(default_factory=list)

    @property
    def today(self) -> date:
        """The day in company time."""
        return local_day(self.now, config.current().portal_tz)

    def find(self, table: type[T], key: int, *, lock: bool = True) -> T:
        """The row that the actor names, locked; raises `NotFound` where it is not there or not theirs to see."""
        row: T | None = found_again(self.session, table, key, self.actor, lock)
        if row is not None:
            return row
        row = self.session.scalars(named(table, self.actor, lock), {"named": key}).first()  # type: ignore[arg-type]
        if row is None:
            raise NotFound(f"{table.__name__} {key}")
        keep_found(self.session, table, key, self.actor, lock, row)
        return row

    def get(self, table: type[T], key: int | None) -> T:
        """A row that the operation itself needs, beyond what the actor sees; raises `NotFound`."""
        row = self.session.get(table, key) if key is not None else None
        if row is None:
            raise NotFound(f"{table.__name__} {key}")
        return row

    def locked(self, query: Select[T], *, skip_locked: bool = False) -> ScalarResult[T]:
        """Rows that the operation itself needs in order to change them, locked to its end and as they are under the lock.

        In one order everywhere, that of their numbers unless the query has another: two operations that lock many would else
        wait for each other. With `skip_locked` without those that somebody else holds.
        """
        return self.session.scalars(under_lock(query, skip_locked))

    def add(self, row: T) -> T:
        """Add a row and give it its number."""
        self.session.add(row)
        self.session.flush()
        return row

    @contextmanager
    def attempt(self) -> Iterator[None]:
        """What is done inside stands or falls by itself, within the transaction; raises what is raised inside."""
        told, point = len(self._tellings), self.session.begin_nested()
        try:
            yield
            self.session.flush()
        except BaseException:
            point.rollback()
            self.session.expire_all()  # set-based statements have put values on rows, which the session takes for read
            del self._tellings[told:]
            raise
        point.commit()

    def step(
        self,
        record: Any,
        facts: Facts,
        action: str,
        *,
        reason: str = "",
        as_system: bool = False,
        message: Mapping[str, Any] = NOTHING,
    ) -> Transition:
        """Carry one action of the workflow table out on a record, as `step_many` does on many; returns the table's row."""
        return self.step_many([(record, facts)], action, reason=reason, as_system=as_system, message=message)[0]

    def step_many(
        self,
        records: Iterable[tuple[Any, Facts]],
        action: str,
        *,
        reason: str | Mapping[int, str] = "",
        as_system: bool = False,
        message: Mapping[str, Any] = NOTHING,
    ) -> list[Transition]:
        """Carry one action of the workflow table out on many records, in a few statements however many there are.

        Each is checked against its row (stage, who, guards), moved, written into history and audit trail; those whom the
        row tells find a message when the operation ends, which also says what `message` holds (a notice's number, a day).
        `reason`: one for all, or each record's own by its number.
        With `as_system` the actor is the system acting on the effect of another act. Raises `Refused` for the first record
        that may not take the step, or that somebody else has moved meanwhile; then none is moved.
        """
        taken, all_of_them = [], list(records)
        for record, facts in all_of_them:
            # The mover asks it of every step: facts that were put together for one act would forget it.
            own = replace(facts, relations=SYSTEM) if as_system else with_own_case(facts, record, self.actor)
            # All are decided before any is moved, so that one refusal leaves nothing half done.
            taken.append(Taken(record, own, decided(record, own, action, among_many=len(all_of_them) > 1)))
        if not as_system:
            require_signature_for({(each.facts.process, action) for each in taken}, self.actor, self.now)
        # What the operation has changed so far is written first, else its version check would meet our own bare UPDATE.
        self.session.flush()
        for (leads_from, leads_to), group in grouped(taken).items():
            self._move(group, leads_from, leads_to)
            self._forget_typed(group, leads_to)
        reasons = reason if isinstance(reason, Mapping) else dict.fromkeys((each.record.id for each in taken), reason)
        self._remember([self._step_of(each, reasons.get(each.record.id, "")) for each in taken])
        for tells, group in by_tells(taken).items():
            self._tellings.append(Telling(action, tells, group, dict(message), not as_system))
        return [each.row for each in taken]

    def _move(self, group: Sequence[Taken], leads_from: str, leads_to: str) -> None:
        """Compare and set: only what still stands where the facts saw it is moved."""
        place = type(group[0].record).__table__
        values = {name: value for name, value in (("stage", leads_to), ("stage_since", self.now)) if name in place.c}
        written = values | ({"version": place.c.version + 1} if "version" in place.c else {})
        for some in chunks([each.record.id for each in group]):
            moving = update(place).where(place.c.id.in_(some), place.c.stage == leads_from).values(written)
            # Fewer rows than asked for: somebody moved one between our reading and now.
            if self.session.connection().execute(moving).rowcount != len(some):
                raise StaleDataError
        self.note_many(
            ("update", place.name, each.record.id, _changes(place.name, each.record, values)) for each in group
        )
        for each in group:
            for name, value in values.items():
                # The database has it already: as an ordinary change the session would write it, and its version, a
                # second time.
                set_committed_value(each.record, name, value)
            if "version" in place.c:
                set_committed_value(each.record, "version", each.record.version + 1)

    def _forget_typed(self, group: Sequence[Taken], stage: str) -> None:
        """What is over is written about no more."""
        process = group[0].facts.process
        if is_end(process, stage):
            erase_about(self.session, process, [each.record.id for each in group])

    def remember(self, process: str, record: Any, action: str, *, relation: str, reason: str = "") -> None:
        """An act in a record's history that moves no stage and stands in no row of the table, under the operation's clause."""
        self.remember_each(process, [record], action, relation=relation, reason=reason)

    def remember_each(
        self, process: str, records: Iterable[Any], action: str, *, relation: str, reason: str = ""
    ) -> None:
        """As `remember`, of many records."""
        self._remember(
            Marked(process, each.id, action, (each.stage, each.stage), relation, self.clause, reason, in_place_of(each, relation))
            for each in records
        )  # fmt: skip

    def remember_opened(
        self, process: str, opened: Iterable[tuple[int, str, str, str]], *, relation: str, action: str = "open"
    ) -> None:
        """The beginning of records in their history: (key, first stage, clause, reason) of each."""
        self._remember(
            Marked(process, key, action, ("", stage), relation, clause, why) for key, stage, clause, why in opened
        )

    def _step_of(self, each: Taken, reason: str) -> Marked:
        # Somebody may be two things at once; history names the first in the row's own order.
        relation = next(name for name in each.row.who if name in each.facts.relations)
        stages, place = (each.facts.stage, each.leads_to), in_place_of(each.record, relation)
        key, row = each.record.id, each.row
        return Marked(each.facts.process, key, row.action, stages, relation, row.clause, reason, place)

    def _remember(self, steps: Iterable[Marked]) -> None:
        rows, told = bundled(each.row(self.actor, self.now) for each in steps)
        if rows:
            self.session.connection().execute(insert(HistoryStep.__table__), rows)
            self.note_many(told)

    def tell(self, users: Iterable[int | None], process: str, action: str, record_id: int, **facts: Any) -> None:
        """Put a message into the outbox of each account; unknown accounts are left out."""
        told = sorted({user for user in users if user is not None and user != self.actor.user_id})
        self.post(
            {"user_id": user, "process": process, "action": action, "record_id": record_id, "facts": facts}
            for user in told
        )

    def post(self, messages: Iterable[Mapping[str, Any]]) -> None:
        """Write messages into the outbox: the one place where any is written.

        Of a rehearsal only those that ask for work, marked as its: nobody is told that anything of theirs was decided
        (1.2-e).
        """
        by_day = {"complaint": morning(self.now)}  # the day alone, which is what its reader may know (6.3-d)
        given = [dict(each) | {"created_at": by_day.get(each["process"], self.now)} for each in messages]
        # One question for the batch: the closing of a ballot writes thousands.
        tried = rehearsed(self.session, {(each["process"], each["record_id"]) for each in given})
        rows = []
        for each in given:
            if (each["process"], each["record_id"]) in tried:
                if (each["process"], each["action"]) not in ASKS_FOR_WORK:
                    continue
                each["facts"] = {**each["facts"], "rehearsal": True}
            rows.append(each)
        if self.since is not None:
            rows = joined(self.session, rows, self.since)
        if rows:
            self.session.execute(insert(Notification), rows)

    def job(self, kind: str, payload: Mapping[str, Any], *, due_at: datetime | None = None) -> Job:
        """Ask for work to be done after the commit; whoever carries work out is woken then."""
        self.wake()
        return self.add(Job(kind=kind, payload=dict(payload), due_at=due_at or self.now, created_at=self.now))

    def alone(self, lock: int) -> None:
        """Until the commit nobody else holds the lock of that number; SQLite has one writer, and needs none."""
        if self.session.get_bind().dialect.name == "postgresql":
            self.session.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": lock})

    def wake(self) -> None:
        """Wake whoever carries work out, after the commit."""
        # After the commit: a worker that is woken earlier would not find the job yet.
        self.after_commit.extend(wake for wake in WAKERS if wake not in self.after_commit)

    def note(self, act: str, record_type: str, record_id: int | None, changes: Mapping[str, Any]) -> None:
        """Write an audit event by hand: for set-based statements, sensitive reads and exports."""
        write_events(self.session, [event_row(self._context(), act, record_type, record_id, dict(changes))])

    def note_many(self, events: Iterable[tuple[str, str, int | None, Mapping[str, Any]]]) -> None:
        """Write many audit events (act, record type, record id, changes) in one statement."""
        write_events(self.session, event_rows(self._context(), events))

    def note_inserted(self, table: type[Any], *where: Any, **beside: Any) -> None:
        """Write the event of each row that a set-based statement has just inserted, with all that the row holds.

        `beside` are changes that every one of the rows shares and no column holds.
        """
        place = table.__table__
        # A bare INSERT goes past the listener, and an audit that holds rows against events needs all that the row
        # holds.
        columns = [column for column in place.c if column.name not in UNAUDITED_COLUMNS and column.name != "id"]
        names = [column.name for column in columns]
        rows = self.session.connection().execute(select(place.c.id, *columns).where(*where).order_by(place.c.id))
        self.note_many(
            ("insert", place.name, key, held(place.name, zip(names, values, strict=True)) | beside)
            for key, *values in rows
        )

    def finish(self) -> None:
        """Write what is still to be written, then tell of the steps; called where the operation ends."""
        self.session.flush()
        # Now that all is written by which people are found: one message an account and step.
        tellings, self._tellings = self._tellings, []
        self.post(messages_of(self.session, tellings, self.actor, self.today))

    def _context(self) -> ChangeContext:
        who = self.actor
        return ChangeContext(self.name, who.user_id, who.name, who.via, self.now, self.clause, who.sign_in)


def _changes(table: str, record: Any, values: Mapping[str, Any]) -> dict[str, Any]:
    return {name: change(table, name, getattr(record, name), value) for name, value in values.items()}


_current: ContextVar[Operation | None] = ContextVar("operation", default=None)


@contextmanager
def operation(name: str, *, actor: Actor, now: datetime, clause: str = "") -> Iterator[Operation]:
    """Open a transaction in the actor's name, or join the running one.

    Inside, rows are read without scope (rules need the whole case); what the actor names goes through `find`.
    Commits at the end of the outermost operation; any exception rolls everything back. Where the request carries a key
    the outermost operation writes it, and raises `Repeated` where it was carried out already (admin.operations.once).
    Raises `Refused` where somebody else saved first or a constraint of the database refuses.
    """
    refuse_viewer(actor)
    outer = _current.get()
    opened = Operation(name, actor, now, db.session(), clause)
    # An inner operation has its own name and clause in the trail, but one transaction and one waking with the outer.
    if outer is not None:
        opened.after_commit, opened.since = outer.after_commit, outer.since
        with _entered(opened):
            yield opened
            opened.finish()
        return
    # What was read before the operation may be old, and BEGIN IMMEDIATE must be the first statement.
    if opened.session.in_transaction():
        opened.session.rollback()
    # Left by an operation that failed: it must not ask for a publication now.
    opened.session.info.pop(CHANGED, None)
    opened.session.info.pop(FOUND, None)
    with instead_of_what_was_tried(), writing(), _translated(opened.session):
        with _entered(opened):
            # First: a repeated request must not even meet the refusals of a state that it has itself brought about.
            opened.claimed = claim(opened.session, actor, name, now)
            yield opened
            opened.finish()
            erase_sent(opened.session, now)
            _follow(opened)
        opened.session.commit()
    # Outside the transaction: what fails here has nothing left to undo.
    for call in opened.after_commit:
        call()


def _follow(op: Operation) -> None:
    """The site follows what this transaction has changed."""
    if follow(op.session, op.session.info.get(CHANGED, frozenset()), op.now):
        op.wake()


@contextmanager
def _entered(opened: Operation) -> Iterator[None]:
    token = _current.set(opened)
    try:
        with acting_as(system_actor(opened.actor.via)), changing(opened._context()):
            yield
    finally:
        _current.reset(token)


@contextmanager
def _translated(session: Session) -> Iterator[None]:
    try:
        yield
    except StaleDataError as error:
        session.rollback()
        raise Refused(
            Refusal("1.3.1", N_("Someone else saved this record first. Load it again and repeat your change."))
        ) from error
    except IntegrityError as error:
        session.rollback()
        raise Refused(
            Refusal(
                "1.3.1",
                N_("The database refuses this: a record like it exists already, or a value contradicts another."),
            )
        ) from error
    # Also where the process is told to end: a lock that stays would stop everybody else.
    except BaseException:
        session.rollback()
        raise
