"""One operation = one transaction = change + history + audit + outbox and jobs (house.md).

`operation` opens it, or joins the one that is already open; only here is anything committed.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from typing import Any, TypeVar

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session
from sqlalchemy.orm.exc import StaleDataError

import config
from admin.access.actor import Actor, acting_as, system_actor
from admin.access.scope import visible
from admin.domain.calendar import local_day
from admin.domain.refusals import N_, NotFound, Refusal, Refused
from admin.domain.workflow import Facts, Transition, decide
from admin.domain.workflow.engine import target
from admin.models import HistoryStep, Job, Notification, db
from admin.models.audit import (
    UNAUDITED_COLUMNS,
    ChangeContext,
    changing,
    event_row,
    event_rows,
    recorded,
    write_events,
)
from admin.models.base import writing

T = TypeVar("T")
WAKERS: list[Callable[[], None]] = []


@dataclass
class Operation:
    """What an operation works with: who, when, and the means to leave its traces."""

    name: str
    actor: Actor
    now: datetime
    session: Session
    clause: str = ""
    after_commit: list[Any] = field(default_factory=list)

    @property
    def today(self) -> date:
        """The day in company time."""
        return local_day(self.now, config.current().portal_tz)

    def find(self, table: type[T], key: int, *, lock: bool = True) -> T:
        """The row that the actor names, locked; raises `NotFound` where it is not there or not theirs to see."""
        query = select(table).where(table.__table__.c.id == key, visible(self.actor, table))  # type: ignore[attr-defined]
        if lock:
            query = query.with_for_update(of=table)
        row = self.session.scalars(query.execution_options(populate_existing=True)).first()
        if row is None:
            raise NotFound(f"{table.__name__} {key}")
        return row

    def get(self, table: type[T], key: int | None) -> T:
        """A row that the operation itself needs, beyond what the actor sees; raises `NotFound`."""
        row = self.session.get(table, key) if key is not None else None
        if row is None:
            raise NotFound(f"{table.__name__} {key}")
        return row

    def add(self, row: T) -> T:
        """Add a row and give it its number."""
        self.session.add(row)
        self.session.flush()
        return row

    def step(self, record: Any, facts: Facts, action: str, *, reason: str = "", as_system: bool = False) -> Transition:
        """Carry one action of the workflow table out on a record: check, move the stage, write history, tell people.

        With `as_system` the actor is the system acting on the effect of another act. Raises `Refused`.
        """
        transition = self._move(record, facts, action, reason, as_system)
        self.session.flush()
        return transition

    def step_many(
        self, records: Iterable[tuple[Any, Facts]], action: str, *, reason: str = "", as_system: bool = False
    ) -> None:
        """The same step on many records, written together. Raises `Refused` for the first that may not take it."""
        for record, facts in records:
            self._move(record, facts, action, reason, as_system)
        self.session.flush()

    def _move(self, record: Any, facts: Facts, action: str, reason: str, as_system: bool) -> Transition:
        if as_system:
            facts = replace(facts, relations=frozenset({"system"}))
        transition = decide(facts, action)
        leads_to = target(transition, facts.stage)
        if leads_to != record.stage:
            record.stage = leads_to
            if hasattr(record, "stage_since"):
                record.stage_since = self.now
        self._remember(record, facts, transition, leads_to, reason)
        return transition

    def _remember(self, record: Any, facts: Facts, transition: Transition, leads_to: str, reason: str) -> None:
        relation = next(iter(sorted(facts.relations & set(transition.who))), "")
        self.session.add(
            HistoryStep(
                process=facts.process, record_id=record.id, action=transition.action, from_stage=facts.stage, to_stage=leads_to,
                actor_id=self.actor.user_id, actor_name=self.actor.name, relation=relation, clause=transition.clause,
                reason=reason, happened_at=self.now,
            )
        )  # fmt: skip

    def tell(self, users: Iterable[int | None], process: str, action: str, record_id: int, **facts: Any) -> None:
        """Put a message into the outbox of each account; unknown accounts are left out."""
        for user_id in sorted({user for user in users if user is not None and user != self.actor.user_id}):
            self.session.add(
                Notification(
                    user_id=user_id,
                    process=process,
                    action=action,
                    record_id=record_id,
                    facts=facts,
                    created_at=self.now,
                )
            )

    def job(self, kind: str, payload: Mapping[str, Any], *, due_at: datetime | None = None) -> Job:
        """Ask for work to be done after the commit; whoever carries work out is woken then."""
        self.after_commit.extend(wake for wake in WAKERS if wake not in self.after_commit)
        return self.add(Job(kind=kind, payload=dict(payload), due_at=due_at or self.now, created_at=self.now))

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
        columns = [column for column in place.c if column.name not in UNAUDITED_COLUMNS and column.name != "id"]
        names = [column.name for column in columns]
        rows = self.session.connection().execute(select(place.c.id, *columns).where(*where).order_by(place.c.id))
        self.note_many(
            ("insert", place.name, key, _held(place.name, zip(names, values, strict=True)) | beside)
            for key, *values in rows
        )

    def _context(self) -> ChangeContext:
        return ChangeContext(self.name, self.actor.user_id, self.actor.name, self.actor.via, self.now, self.clause)


def _held(table: str, values: Iterable[tuple[str, Any]]) -> dict[str, Any]:
    """What an event says of a new row: each value that is there, as the trail holds it."""
    return {name: [None, recorded(table, name, value)] for name, value in values if value is not None}


_current: ContextVar[Operation | None] = ContextVar("operation", default=None)


def current_operation() -> Operation | None:
    """The operation that is running, or None."""
    return _current.get()


@contextmanager
def operation(name: str, *, actor: Actor, now: datetime, clause: str = "") -> Iterator[Operation]:
    """Open a transaction in the actor's name, or join the running one.

    Inside, rows are read without scope (rules need the whole case); what the actor names goes through `find`.
    Commits at the end of the outermost operation; any exception rolls everything back.
    Raises `Refused` where somebody else saved first or a constraint of the database refuses.
    """
    outer = _current.get()
    opened = Operation(name, actor, now, db.session(), clause)
    if outer is not None:
        opened.after_commit = outer.after_commit
        with _entered(opened):
            yield opened
            opened.session.flush()
        return
    if opened.session.in_transaction():
        opened.session.rollback()
    with writing(), _translated(opened.session):
        with _entered(opened):
            yield opened
            opened.session.flush()
        opened.session.commit()
    for call in opened.after_commit:
        call()


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
            Refusal("1.3.1", N_("Somebody else saved this record first. Load it again and repeat your change."))
        ) from error
    except IntegrityError as error:
        session.rollback()
        raise Refused(
            Refusal(
                "1.3.1",
                N_("The database refuses this: a record like it exists already, or a value contradicts another."),
            )
        ) from error
    except BaseException:
        session.rollback()
        raise
