"""What waits for a public notice, and whether it may be published (3.3.5; 1.2-d, 1.2-f, 3.3.5-c)."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Select, select
from sqlalchemy.orm import Session

import config
from admin.domain.calendar import notice_end
from admin.domain.codes import CaseStage, CycleKind, NoticeStage
from admin.domain.refusals import N_, Refusal, Refused
from admin.models import Cycle, Notice, NoticeRow, Review
from admin.queries.outcome.file_fit import off_the_file
from admin.queries.policy.rules import rules_of
from admin.queries.system.calendar import working_calendar
from admin.queries.system.chunks import in_turn


def waiting_for_notice(cycle_id: int) -> Select[Review]:
    """The checked cases of a cycle that no list is being published with: what a notice would hold (3.3.5)."""
    printing = select(NoticeRow.review_id).join(Notice).where(Notice.stage == NoticeStage.PUBLISHING)
    return select(Review).where(
        Review.cycle_id == cycle_id, Review.stage == CaseStage.CHECKED, Review.id.not_in(printing)
    )


def why_not_published(session: Session, cycle: Cycle) -> Refusal | None:
    """Why nothing that waits for a notice can be published: a rehearsal, or no case that fits the grade file (1.2-d, 1.2-f)."""
    if cycle.kind == CycleKind.REHEARSAL:
        return Refusal("1.2-d", N_("Nothing of a rehearsal is published: it does not count as the year's."))
    first: Refusal | None = None
    # Those that fit are published without the others; only where none fits is there nothing to publish (1.2-f).
    for cases in in_turn(session, waiting_for_notice(cycle.id), Review.id):
        off = off_the_file(session, cases)
        if len(off) < len(cases):
            return None
        first = first or next(iter(off.values()))
    return first


def why_not_counted(session: Session, cycle: Cycle, now: datetime) -> Refusal | None:
    """Why the period of a list that was published now cannot be counted: a calendar year that nobody confirmed (3.3.5-c)."""
    try:
        # Reckoned as if it were published now: the period begins when the site has the list.
        ends_at(session, now, int(rules_of(session, cycle).parameters["notice_days"]))
    except Refused as refused:
        return refused.refusal
    return None


def ends_at(session: Session, published_at: datetime, days: int) -> datetime:
    """When a notice ends; raises `Refused` (3.3.5-c) where it would run into a calendar year that nobody confirmed."""
    return notice_end(published_at, days, config.current().portal_tz, working_calendar(session))
