"""/health: whether database, migrations, worker and notice site are well, for monitors; it names no version of any library."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from datetime import timedelta
from functools import wraps
from pathlib import Path
from typing import Any, ParamSpec

from flask import Flask, jsonify
from sqlalchemy import exists, func, inspect, or_, select
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import aliased

from admin import __version__
from admin.domain.codes import JobState
from admin.domain.refusals import Refused
from admin.domain.witness import standing
from admin.files import heads
from admin.jobs.publishing import site_fault
from admin.models import Heartbeat, Job, Publication, db
from admin.models.jobs import STARTED, WORKER
from admin.models.keys import faults
from admin.models.migrations import newest
from admin.operations.many import LONG_WORK_JOB
from admin.queries.outcome.site import PATIENCE, owed
from admin.queries.system.altered import still_altered
from admin.queries.system.mails import oldest_unsent
from admin.queries.system.witness import unextended
from admin.web.clock import now, settings

P = ParamSpec("P")
SILENCE = timedelta(minutes=5)  # the worker comes round each minute; a publication of a large site takes one
PARTS = ("database", "migrations", "worker", "site", "mail", "keys", "disk", "heads", "files")
STARTING = "starting"  # what waited while nobody was there is done by the first tick
LEAST_ROOM = 256 * 1024**2  # bytes


def register(app: Flask) -> None:
    """Answer /health with 200 where all is well, else 503."""

    @app.get("/health")
    def health() -> Any:
        found = state()
        well = found["migrations"] in ("ok", "none") and all(
            found[part] in ("ok", STARTING) for part in ("database", "worker", "site", "keys", "disk", "heads", "files")
        )
        return jsonify(found), 200 if well else 503


def state() -> dict[str, Any]:
    """Each part in a word: "ok", or what is wrong with it."""
    found: dict[str, Any] = {
        "version": __version__,
        "database": "ok",
        "migrations": "unknown",
        "worker": "unknown",
        "site": "unknown",
        "last_publication": None,
        "mail": "off",
        "keys": "unknown",
        "disk": disk(),
        "heads": "unknown",
        "files": "unknown",
    }
    try:
        found |= {
            "migrations": migrations(),
            "worker": worker(),
            "site": site(),
            "last_publication": _publication(),
            "mail": _mail(),
            "keys": keys(),
            "heads": published_heads(settings().var_dir),
            "files": files(),
        }
    except SQLAlchemyError:
        db.session.rollback()
        found["database"] = "unreachable"
    return found


def migrations() -> str:
    """Says "ok" at the newest one, "pending" where some are to do, "none" where the tables were made without."""
    present = set(inspect(db.engine).get_table_names())
    if "reviews" not in present:
        return "pending"
    if "alembic_version" not in present:
        return "none"
    return "ok" if revision() == newest() else "pending"


def revision() -> str | None:
    """The migration that the database is at."""
    return db.session.connection().exec_driver_sql("SELECT version_num FROM alembic_version").scalar()


def worker() -> str:
    """Says "ok" unless work has been due for long and nobody does it, fails, or nobody has come round to look for some."""
    given_up = (
        select(func.count()).select_from(Job).where(Job.state == JobState.FAILED).execution_options(unscoped=True)
    )
    if db.session.scalar(given_up):
        return "failing"
    beats = db.session.execute(select(Heartbeat.name, Heartbeat.beat_at, Heartbeat.fault)).all()
    if faulty := sorted(name for name, _at, fault in beats if fault):
        return f"failing: {', '.join(faulty)}"
    # Both ways: a clock that was put back leaves a sign of life to come, and a worker that lives has long renewed it.
    if not any(name == WORKER and abs(now() - at) <= SILENCE for name, at, _fault in beats):
        return "silent"
    # An act on many that waits for another one is not late: one thread carries them out, one after the other.
    other = aliased(Job)
    after_another = exists().where(other.kind == LONG_WORK_JOB, other.state == JobState.RUNNING)
    waits = (Job.state == JobState.DUE, or_(Job.kind != LONG_WORK_JOB, ~after_another))
    oldest = db.session.scalar(select(func.min(Job.due_at)).where(*waits).execution_options(unscoped=True))
    return _late() if oldest is not None and oldest < now() - PATIENCE else "ok"


def _late() -> str:
    """Work that waits is behind; right after a start it has waited for the first tick, which has not come to its end yet."""
    started = db.session.scalar(select(Heartbeat.beat_at).where(Heartbeat.name == STARTED))
    return STARTING if started is not None and abs(now() - started) <= SILENCE else "behind"


def disk() -> str:
    """Says "ok", or how little room is left under VAR_DIR: nothing can be published, rendered or uploaded without.

    A database in a file may lie on another disk, which is looked at too; that its file is gone, `database` says.
    """
    try:
        free = shutil.disk_usage(settings().var_dir).free
    except OSError:
        return "VAR_DIR is gone"
    if settings().sqlite and (file := settings().sqlite_file).exists():
        free = min(free, shutil.disk_usage(file).free)
    return "ok" if free >= LEAST_ROOM else f"full but for {free // 1024**2} MB"


def of_files(part: Callable[P, str]) -> Callable[P, str]:
    """A part whose files cannot be read is said to be so: it takes neither the other parts along nor the page that shows them."""

    @wraps(part)
    def asked(*args: P.args, **given: P.kwargs) -> str:
        try:
            return part(*args, **given)
        except (OSError, ValueError, KeyError, TypeError) as fault:
            return f"cannot be read ({type(fault).__name__})"

    return asked


@of_files
def keys() -> str:
    """Says "ok", or each key that is not the one the database was sealed with, such as "complaint_key missing"."""
    return ", ".join(faults(db.session())) or "ok"


def _publication() -> str | None:
    at = db.session.scalar(select(func.max(Publication.published_at)).execution_options(unscoped=True))
    return at.isoformat() if at else None


@of_files
def site() -> str:
    """Says "ok", or what is overdue or wrong: "take-down overdue" where names should be gone, "publication overdue", "gone",
    "not the one that the database knows"."""
    found = owed(db.session(), now())
    if found is None:
        return site_fault(db.session(), now()) or "ok"
    # Names that should be gone are named whoever has just started: they are still there to be read.
    publication_waits = found.what == "publication" and _late() == STARTING
    return STARTING if publication_waits else f"{found.what.replace('_', '-')} overdue"


@of_files
def published_heads(var_dir: Path) -> str:
    """Says "ok" where the audit trail extends what was published and the next head can be signed, else what does not hold."""
    try:
        here = standing(heads.read(var_dir))
    except Refused as damaged:
        return f"line {damaged.refusal.facts['line']} is damaged"
    if here.key and not heads.fits(var_dir, here.key):
        return "key gone"
    return "not extended" if unextended(db.session(), here) else "ok"


def files() -> str:
    """Says "ok", or how many stored files were found altered when somebody asked for them and are not put back yet."""
    found = still_altered(db.session(), settings().var_dir)
    return f"{len(found)} altered" if found else "ok"


def _mail() -> str:
    """Says "behind" where mails have been due for long; a mail server that is down does not make the portal unwell."""
    if not settings().smtp_url:
        return "off"
    oldest = oldest_unsent(db.session(), now())
    return "behind" if oldest is not None and oldest < now() - PATIENCE else "ok"
