"""A record's trail as its reader may see it: a peer stays "a colleague", personal texts stay hashes (3.2-b, 6.3-b)."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time
from typing import Any

from sqlalchemy import ColumnElement, exists, select
from sqlalchemy.orm import Session

from admin.access.actor import Actor
from admin.access.amounts import sees_amounts
from admin.domain.codes import CaseStage
from admin.domain.refusals import N_
from admin.models import (
    AgendaItem,
    Appeal,
    AuditEvent,
    Ballot,
    Complaint,
    ComplaintBallot,
    HistoryStep,
    Meeting,
    Motion,
    PanelBallot,
    Premark,
    Review,
)
from admin.models.amounts import amount_columns
from admin.queries.system.calendar import company_day
from config import current

COLLEAGUE = N_("a colleague")
SYSTEM = "system"
HIDDEN_FROM_ALL_BUT_AUDITORS = ("ballots", "premarks", "panel_ballots", "ratings")
PEER_ACTIONS = ("rate_as_peer", "decline_rating")


@dataclass(frozen=True)
class TrailEntry:
    """One thing that was done: when, by whom as the reader may know, what, under which clause, why."""

    happened_at: datetime | date
    actor_name: str
    action: str
    to_stage: str
    clause: str
    reason: str
    changes: dict[str, Any]
    process: str = ""
    in_place_of: str | None = None


def history_of(session: Session, process: str, record_id: int, reader: Actor) -> list[TrailEntry]:
    """The steps of a record's procedure, newest first, redacted for the reader."""
    rows = session.scalars(
        select(HistoryStep)
        .where(HistoryStep.process == process, HistoryStep.record_id == record_id)
        .order_by(HistoryStep.id.desc())
    )
    told = _reader_of(session, process, record_id, reader)
    return [_step(row, told) for row in rows if not _is_left_out(row, told)]


def _reader_of(session: Session, process: str, record_id: int, reader: Actor) -> Actor:
    """The reader as they stand to the record: on their own case an auditor is its subject and no more (6.3-d)."""
    if process != "review" or not reader.has("auditor") or reader.employee_id is None:
        return reader
    query = select(Review.employee_id).where(Review.id == record_id).execution_options(unscoped=True)
    own = session.scalar(query) == reader.employee_id
    return replace(reader, roles=reader.roles - {"auditor"}) if own else reader


def _is_left_out(row: HistoryStep, reader: Actor) -> bool:
    """A colleague's rating is no line of the time line: its moment and place would tell whose it was (6.3-d)."""
    peer = row.action in PEER_ACTIONS or row.relation == "peer"
    return peer and not reader.has("auditor") and row.actor_id != reader.user_id


def _step(row: HistoryStep, reader: Actor) -> TrailEntry:
    hidden = _is_hidden(row, reader)
    # What follows from the last rating happened with it.
    by_day = row.process == "complaint" or (row.from_stage == CaseStage.RATING and _is_effect(row, reader))
    return TrailEntry(
        company_day(row.happened_at) if by_day else row.happened_at,
        COLLEAGUE if hidden else SYSTEM if _is_effect(row, reader) else row.actor_name,
        row.action,
        row.to_stage if row.to_stage != row.from_stage else "",
        row.clause,
        "" if hidden else row.reason,
        {},
        row.process,
        None if hidden else row.in_place_of,
    )


def _is_hidden(row: HistoryStep, reader: Actor) -> bool:
    """Peers are named to the auditor only, the filer of an objection to panel and HR only (3.2-b, 3.3.5-b)."""
    # One's own acts are never hidden from oneself: one knows them.
    if reader.has("auditor") or row.actor_id == reader.user_id:
        return False
    if row.action in PEER_ACTIONS or row.relation == "peer":
        return True
    filer = row.process == "appeal" and row.relation == "filer"
    return filer and not reader.has("hr", "panel_member", "panel_chair")


def _is_effect(row: HistoryStep, reader: Actor) -> bool:
    """A step that followed from another act: whose act it was can be a colleague's rating or an objection."""
    return row.relation == SYSTEM and not reader.has("auditor") and row.actor_id != reader.user_id


def changes_of(
    session: Session, record_type: str, record_id: int, reader: Actor, *, limit: int = 100
) -> list[TrailEntry]:
    """The audited changes of one row, newest first. Who may open the row's page may read them, redacted."""
    if record_type in HIDDEN_FROM_ALL_BUT_AUDITORS and not reader.has("auditor"):
        return []
    rows = session.scalars(
        select(AuditEvent)
        .where(AuditEvent.record_type == record_type, AuditEvent.record_id == record_id)
        .order_by(AuditEvent.id.desc())
        .limit(limit)
        .execution_options(unscoped=True)
    )
    told = _reader_of(session, "review", record_id, reader) if record_type == "reviews" else reader
    return [
        TrailEntry(_when(row, told), _by(row, told), row.act, "", row.clause, "", seen_changes(session, row, told))
        for row in rows
    ]


def _when(row: AuditEvent, reader: Actor) -> datetime | date:
    shown = reader.has("auditor") or row.actor_id == reader.user_id or row.operation not in PEER_ACTIONS
    return row.recorded_at if shown else company_day(row.recorded_at)


def is_of_complaint(row: AuditEvent) -> bool:
    """Whether an event tells when somebody wrote, read or decided on a complaint: its time is a day (6.3-d)."""
    return row.record_type.startswith("complaint") or row.operation in OF_COMPLAINTS


def days_alone(session: Session, events: Sequence[AuditEvent]) -> None:
    """Take the time of the day from the events of complaints, which are let go of so that it is never saved."""
    for row in filter(is_of_complaint, events):
        session.expunge(row)
        row.recorded_at, row.business_at = _first_moment(row.recorded_at), _first_moment(row.business_at)


def _first_moment(when: datetime) -> datetime:
    return datetime.combine(company_day(when), time.min, current().portal_tz).astimezone(UTC)


def _by(row: AuditEvent, reader: Actor) -> str:
    """Who changed the row; what a colleague's rating brought about names no colleague but to the auditor (3.2-b)."""
    own = row.actor_id == reader.user_id
    # A rating changes the case too: by the case's own trail a peer would be named after all.
    return COLLEAGUE if row.operation in PEER_ACTIONS and not own and not reader.has("auditor") else row.actor_name


def seen_changes(session: Session, row: AuditEvent, reader: Actor) -> dict[str, Any]:
    """Old and new values as the reader may see them; an empty pair says only that the column changed.

    HR and auditors see values, auditors no pay amounts (6.3-b), and nobody a vote before its ballot is closed (3.3.4-b).
    """
    # That something changed may be known by whoever opens the page; what it said is HR's and the auditors'.
    if not reader.has("hr", "auditor"):
        return {name: [] for name in row.changes}
    hidden = _hidden_columns(session, row, reader)
    return {name: [] if name in hidden else pair for name, pair in row.changes.items()}


def _hidden_columns(session: Session, row: AuditEvent, reader: Actor) -> frozenset[str]:
    if amounts := amount_columns(row.record_type):
        # The trail holds commitments in their place; events from before hold the amounts themselves.
        return frozenset() if sees_amounts(reader) else amounts
    open_ballot = OPEN_BALLOTS.get(row.record_type)
    if open_ballot is None:
        return frozenset()
    # Past the scope: whether a ballot is open must not depend on what the reader sees of it.
    waits = session.connection().scalar(select(1).where(open_ballot(row.record_id)))
    return VOTES if waits else frozenset()


def _motion_open(key: int | None) -> ColumnElement[bool]:
    votes, motions = Ballot.__table__, Motion.__table__
    return exists().where(votes.c.id == key, motions.c.id == votes.c.motion_id, motions.c.closed_at.is_(None))


def _meeting_ahead(key: int | None) -> ColumnElement[bool]:
    marks, items, meetings = Premark.__table__, AgendaItem.__table__, Meeting.__table__
    of_mark = (marks.c.id == key, items.c.id == marks.c.item_id, meetings.c.id == items.c.meeting_id)
    return exists().where(*of_mark, meetings.c.opened_at.is_(None))


def _panel_votes(key: int | None) -> ColumnElement[bool]:
    votes, appeals = PanelBallot.__table__, Appeal.__table__
    running = (appeals.c.round == votes.c.round, appeals.c.decided_at.is_(None))
    return exists().where(votes.c.id == key, appeals.c.id == votes.c.appeal_id, *running)


def _finding_open(key: int | None) -> ColumnElement[bool]:
    votes, complaints = ComplaintBallot.__table__, Complaint.__table__
    running = (complaints.c.round == votes.c.round, complaints.c.closed_at.is_(None))
    return exists().where(votes.c.id == key, complaints.c.id == votes.c.complaint_id, *running)


OF_COMPLAINTS = frozenset(
    {"file_complaint", "reply_as_complainant", "count_guess", "read_complaint", "download_complaint_file"}
)
VOTES = frozenset({"in_favour", "agrees", "result", "grade_id", "reason"})
OPEN_BALLOTS: dict[str, Callable[[int | None], ColumnElement[bool]]] = {
    "ballots": _motion_open,
    "premarks": _meeting_ahead,
    "panel_ballots": _panel_votes,
    "complaint_ballots": _finding_open,
}
