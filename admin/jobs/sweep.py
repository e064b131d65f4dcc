"""Carrying out what operations wrote: job rows and timed work that is due and not done."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable
from datetime import datetime
from functools import partial
from typing import Any

from sqlalchemy import ColumnElement, text
from sqlalchemy.exc import InterfaceError, OperationalError

from admin.access.actor import Actor, acting_as
from admin.files.faults import FileFault
from admin.jobs.mailing import send_code, send_mails
from admin.jobs.publishing import keep_the_site, publish_site, take_down_ended
from admin.jobs.rendering import print_document, print_letters, render_document, render_meeting_minutes
from admin.models import Job, db
from admin.models.outages import DATABASE
from admin.operations.accounts import throttle
from admin.operations.accounts.codes import MAIL_JOB
from admin.operations.appeals.appeals import refer_overdue
from admin.operations.appeals.members import renew_panels
from admin.operations.appeals.served import end_served
from admin.operations.cases.demotions import lapse_hearings
from admin.operations.cases.ratings import complete_overdue
from admin.operations.cases.reassessments import renew_orders
from admin.operations.committee.meetings import MINUTES_JOB
from admin.operations.complaints.complaint_findings import renew_voters
from admin.operations.complaints.complaint_parties import keep_out
from admin.operations.complaints.complaint_retention import erase_expired
from admin.operations.cycles.freezing import freeze_due
from admin.operations.development.follow_ups import ask_follow_ups, remind_follow_ups, report_follow_ups
from admin.operations.many import LONG_WORK_JOB
from admin.operations.outcome.documents import RENDER_JOB
from admin.operations.outcome.letter_reminders import remind_unread
from admin.operations.outcome.letters import LETTERS_JOB
from admin.operations.outcome.notices import ask_for_the_days_site
from admin.operations.people.deputies import follow_deputies
from admin.operations.people.moving import follow_moves
from admin.operations.people.people import follow_dates
from admin.operations.policy.readings import remind_readings
from admin.operations.policy.tables import follow_versions
from admin.operations.printed import SITE_JOB
from admin.operations.system import jobs
from admin.operations.system.audit import seal
from admin.operations.system.heartbeats import note_faults
from admin.operations.system.held_files import check_held, forget_held
from admin.operations.system.long_work import carry_to_the_end
from admin.operations.system.rechecks import recheck_files
from admin.operations.system.unsent_forms import erase_old

log = logging.getLogger(__name__)
UNREACHABLE = (OperationalError, InterfaceError)
Clock = Callable[[], datetime]
GIVE_WAY_SECONDS = 0.05


def _publish(payload: dict[str, Any], actor: Actor, clock: Clock) -> None:
    publish_site(actor=actor, clock=clock)


def _render(payload: dict[str, Any], actor: Actor, clock: Clock) -> None:
    render_document(int(payload["document_id"]), actor=actor, now=clock())
    try:
        print_document(int(payload["document_id"]), actor=actor, now=clock())
    except (
        FileFault
    ):  # no work of the worker's mends a name: whoever asks for the PDF on the document's page is told of it
        log.warning("document %s has no PDF: a sign without a glyph", payload["document_id"])


def _print_letters(payload: dict[str, Any], actor: Actor, clock: Clock) -> None:
    print_letters(int(payload["document_id"]), actor=actor, now=clock())


def _render_minutes(payload: dict[str, Any], actor: Actor, clock: Clock) -> None:
    render_meeting_minutes(int(payload["meeting_id"]), actor=actor, now=clock())


def _mail_code(payload: dict[str, Any], actor: Actor, clock: Clock) -> None:
    send_code(int(payload["user_id"]), actor=actor, clock=clock)


def _long_work(payload: dict[str, Any], actor: Actor, clock: Clock) -> None:
    carry_to_the_end(int(payload["work_id"]), clock=clock)


def _long_work_by_turns(payload: dict[str, Any], actor: Actor, clock: Clock) -> None:
    carry_to_the_end(int(payload["work_id"]), clock=clock, pause=give_way)


def give_way() -> None:
    """Between two batches whoever waits for the database comes to it: SQLite keeps no queue of those who wait."""
    time.sleep(GIVE_WAY_SECONDS)


WORK: dict[str, Callable[[dict[str, Any], Actor, Clock], None]] = {
    SITE_JOB: _publish,
    RENDER_JOB: _render,
    LETTERS_JOB: _print_letters,
    MINUTES_JOB: _render_minutes,
    MAIL_JOB: _mail_code,
    LONG_WORK_JOB: _long_work,
}
# What takes minutes has a thread of its own in the worker, so that nothing else is late meanwhile: a take-down is law.
LONG, SHORT = Job.kind == LONG_WORK_JOB, Job.kind != LONG_WORK_JOB
TIMED: list[Callable[..., int]] = [
    # In this order: what is law, then whose names come down, then who is here; figures are locked before ratings are
    # scored on them.
    follow_versions,
    take_down_ended,
    follow_dates,
    follow_moves,
    follow_deputies,
    lapse_hearings,
    freeze_due,
    complete_overdue,
    refer_overdue,
    end_served,
    keep_out,
    renew_voters,
    renew_panels,
    renew_orders,
    erase_expired,
    remind_unread,
    ask_follow_ups,
    remind_follow_ups,
    report_follow_ups,
    remind_readings,
    jobs.try_failed_again,
    jobs.forget_keys,
    throttle.forget_tries,
    erase_old,
    forget_held,
    recheck_files,
    seal,
    ask_for_the_days_site,
    keep_the_site,
    send_mails,
]


class Done(dict[str, int]):
    """How much was done, by operation; `failed` says what was not, and with what."""

    def __init__(self) -> None:
        super().__init__()
        self.failed: dict[str, str] = {}


def sweep(
    *,
    actor: Actor,
    clock: Clock,
    done: Done | None = None,
    which: ColumnElement[bool] = jobs.ANY,
    by_turns: bool = False,
) -> int:
    """Do every piece of work that is due; a fault gives the piece back for a later try. Returns how many were done.

    `which`: of these alone; `by_turns`: long work gives way to others after each batch.
    """
    done = done if done is not None else Done()
    count = 0 if by_turns else _timed(check_held, actor, clock, done)  # somebody waits for it before a page
    while (job := jobs.take(which, actor=actor, now=clock())) is not None:
        with acting_as(actor):
            # Kept as plain values: the row belongs to a transaction that is over by the time the work is done.
            key, kind, payload = job.id, job.kind, dict(job.payload)
        work = partial(_do, kind, payload, actor, clock, by_turns)
        count += _carry_out(key, kind, work, actor, clock, done)
    return count


def _do(kind: str, payload: dict[str, Any], actor: Actor, clock: Clock, by_turns: bool) -> None:
    """Raises `LookupError` for what another version put down: it is named as failed, and keeps no other work waiting."""
    if kind not in WORK:
        raise LookupError(f"this version has no work of the kind {kind}")
    (_long_work_by_turns if by_turns and kind == LONG_WORK_JOB else WORK[kind])(payload, actor, clock)


def _carry_out(key: int, kind: str, work: Callable[[], None], actor: Actor, clock: Clock, done: Done) -> int:
    try:
        work()
    except Exception as fault:  # whatever it was, the row must not stay leased: it is tried again or named as failed
        log.exception("job %s (%s) failed", key, kind)
        db.session.rollback()
        done.failed[f"job {kind}"] = named(fault)
        with jobs.said(key):
            jobs.give_back(key, named(fault), actor=actor, now=clock())
        return 0
    with jobs.said(key):
        jobs.finish(key, actor=actor, now=clock())
    return 1


def _timed(work: Callable[..., int], actor: Actor, clock: Clock, done: Done) -> int:
    """One piece of timed work; its fault or refusal is logged and must not keep the rest from being done."""
    try:
        return work(actor=actor, now=clock())
    except Exception as fault:
        db.session.rollback()
        # One piece that was given up by a lock or a deadlock is that piece's fault; a database that is away is everybody's.
        if isinstance(fault, UNREACHABLE) and not _answers():
            raise
        log.exception(
            "timed work %s failed", work.__name__, extra={"outage": f"{work.__name__} {type(fault).__name__}"}
        )
        done.failed[work.__name__] = named(fault)
        return 0


def _answers() -> bool:
    try:
        db.session.execute(text("SELECT 1"))
    except UNREACHABLE:
        return False
    finally:
        db.session.rollback()
    return True


def named(fault: Exception) -> str:
    """A fault in a line: what kind, and what it says."""
    return f"{type(fault).__name__}: {fault}"


def sealed(*, actor: Actor, clock: Clock) -> int:
    """The audit trail alone, between two ticks; returns how many events were sealed."""
    try:
        return _timed(seal, actor, clock, Done())
    except UNREACHABLE as fault:
        log.error("database unavailable: %s", type(fault).__name__, extra=DATABASE)
        return 0


def tick(
    *,
    actor: Actor,
    clock: Clock,
    begin: Callable[[], object] = lambda: None,
    which: ColumnElement[bool] = jobs.ANY,
) -> Done:
    """All timed work that is due and not done, then the jobs that follow from it; names what was done, by operation.

    Without a database nothing can be done, and that is one line in the log.
    """
    done = Done()
    try:
        begin()
        for work in TIMED:
            done[work.__name__] = _timed(work, actor, clock, done)
        timed = dict(done.failed)
        # Last: what timed work has asked for is done in the same minute.
        done["jobs"] = sweep(actor=actor, clock=clock, done=done, which=which)
        note_faults(timed, actor=actor, now=clock())
    except UNREACHABLE as fault:
        db.session.rollback()
        log.error("database unavailable: %s", type(fault).__name__, extra=DATABASE)
        done.failed["database"] = type(fault).__name__
    return done
