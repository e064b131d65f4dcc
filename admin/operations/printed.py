"""The site follows what it prints: whoever changes a row of these tables has asked for the site to be published anew.

Asked by the transaction itself, not by each operation, so that none can forget it (interfaces: Public snapshot).
"""

from __future__ import annotations

from collections.abc import Set
from datetime import datetime

from sqlalchemy import exists, select
from sqlalchemy.orm import Session

from admin.domain.codes import JobState
from admin.models import Job, Publication

SITE_JOB = "publish_site"
# A test holds this list equal to what the snapshot reads.
PRINTED = frozenset(
    {
        "calendar_days", "calendar_years", "criteria", "cycles", "grade_thresholds", "grades", "honours",
        "issued_documents",
        "notice_rows", "notices", "parameter_confirmations", "policy_versions", "scorecards",
    }
)  # fmt: skip


def follow(session: Session, changed: Set[str], now: datetime) -> bool:
    """Ask for a publication where something printed has changed and nobody has asked yet; says whether it did.

    Before its first notice a site that was never published has nothing to follow.
    """
    if not changed & PRINTED:
        return False
    # Setting a new portal up changes printed tables for days before there is anything to print.
    if "notices" not in changed and not session.scalar(select(exists().select_from(Publication))):
        return False
    # One publication that is still to come prints this change as well.
    if session.scalar(select(exists().where(Job.kind == SITE_JOB, Job.state == JobState.DUE, Job.due_at <= now))):
        return False
    session.add(Job(kind=SITE_JOB, payload={}, due_at=now, created_at=now))
    session.flush()
    return True
