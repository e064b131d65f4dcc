"""The hearing before a demotion: whether somebody was heard, and what of it is still open (4.2-a)."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

from sqlalchemy import and_, or_, select
from sqlalchemy.orm import Session

from admin.domain.codes import HearingForm
from admin.models import Hearing
from admin.queries.system.chunks import chunks

# Recorded; an interview also once it is signed, or its time is over. Of an offer without a last day, which is from before there
# was one, what was recorded is enough.
HEARD = and_(
    Hearing.recorded_at.is_not(None),
    or_(
        Hearing.form != HearingForm.INTERVIEW, Hearing.until.is_(None), Hearing.signed_at.is_not(None),
        Hearing.lapsed_at.is_not(None),
    ),
)  # fmt: skip
_READ = ("review_id", "form", "recorded_at", "until", "signed_at")


def heard_in(session: Session, keys: Sequence[int]) -> set[int]:
    """The cases whose employee was heard, or the offer was recorded as not taken up (4.2-a)."""
    found: set[int] = set()
    for some in chunks(keys):
        query = select(Hearing.review_id).where(Hearing.review_id.in_(some), HEARD)
        found |= set(session.scalars(query.execution_options(unscoped=True)))
    return found


def hearing_facts(session: Session, keys: Sequence[int], today: date) -> dict[int, dict[str, Any]]:
    """Of each case whether the employee was heard, whether that is written down, and what of the last offer is open."""
    rows: dict[int, list[Any]] = {}
    for some in chunks(keys):
        query = select(*(getattr(Hearing, name) for name in _READ), HEARD.label("heard"))
        query = query.where(Hearing.review_id.in_(some)).order_by(Hearing.id)
        for row in session.execute(query.execution_options(unscoped=True)):
            rows.setdefault(row.review_id, []).append(row)
    return {key: _facts(rows.get(key, []), today) for key in keys}


def _facts(rows: Sequence[Any], today: date) -> dict[str, Any]:
    # A ground that was put anew begins another hearing: its offer is the last one.
    last = rows[-1] if rows else None
    return {
        "heard": any(row.heard for row in rows),
        "hearing_recorded": any(row.recorded_at is not None for row in rows),
        "interview_unsigned": last is not None
        and last.recorded_at is not None
        and last.form == HearingForm.INTERVIEW
        and last.signed_at is None,
        "statement_ended": last.until.isoformat() if last is not None and last.until and today > last.until else None,
    }
