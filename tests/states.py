"""States that many tests begin with: made once by the operations, kept beside the template, put back for the next test.

A function marked `@kept` puts a state down and answers with what a test needs of it. Where nothing was written since the
last state was put back, its second call with the same arguments copies the database instead of doing the work again.
"""

from __future__ import annotations

import hashlib
import io
import pickle
from collections.abc import Callable
from dataclasses import dataclass
from functools import wraps
from typing import Any, ParamSpec, TypeVar

from flask import has_app_context
from sqlalchemy import func, inspect, select

import config
from tests.databases import Database

P = ParamSpec("P")
T = TypeVar("T")


@dataclass
class Standing:
    """The database of this process, the state that was put down last ("" is the template), and its newest event."""

    database: Database | None = None
    state: str = ""
    newest: int = -1


NOW_STANDS = Standing()
MADE: dict[str, bytes] = {}


def begin(database: Database, newest: int) -> None:
    """The template was put back, whose newest event has this number."""
    NOW_STANDS.database, NOW_STANDS.state, NOW_STANDS.newest = database, "", newest


def make_anew() -> None:
    """In this test each state is made, as where it is the making that is looked at."""
    NOW_STANDS.newest = -1


def newest_event() -> int:
    """The number of the newest event of the audit trail; nothing is written without one."""
    from admin.models import AuditEvent, db

    db.session.rollback()
    found = db.session.connection().execute(select(func.coalesce(func.max(AuditEvent.__table__.c.id), 0)))
    return int(found.scalar_one())


def kept(make: Callable[P, T]) -> Callable[P, T]:
    """Mark a function that puts a state down; what it changes in its arguments is put back with the rest."""

    @wraps(make)
    def made_or_put_back(*given: P.args, **named: P.kwargs) -> T:
        if (state := _state_after(make, given, named)) is None:
            return make(*given, **named)
        if state not in MADE:
            found = make(*given, **named)
            if (written := _written((found, given, named))) is None:
                NOW_STANDS.state, NOW_STANDS.newest = "unknown", -1
                return found
            _let_go()
            assert NOW_STANDS.database is not None
            NOW_STANDS.database.keep(state)
            MADE[state] = written
        else:
            _let_go()
            assert NOW_STANDS.database is not None
            NOW_STANDS.database.restore(state)
        NOW_STANDS.state, NOW_STANDS.newest = state, newest_event()
        return _read(MADE[state], given, named)

    return made_or_put_back


def _state_after(make: Callable[..., object], given: tuple[Any, ...], named: dict[str, Any]) -> str | None:
    """The name of the state that a call leads to; None where it cannot be told: something was written in between."""
    if NOW_STANDS.database is None or not has_app_context() or _pending():
        return None
    if newest_event() != NOW_STANDS.newest or (arguments := _written((given, named))) is None:
        return None
    settings = config.current()
    parts = (NOW_STANDS.state, make.__module__, make.__qualname__, settings.portal_now, settings.portal_tz, _watched())
    return "s" + hashlib.sha256(repr(parts).encode() + arguments).hexdigest()[:24]


def _pending() -> bool:
    from admin.models import db

    session = db.session()
    return bool(session.new or session.dirty or session.deleted)


def _watched() -> bool:
    from admin.models import db

    return inspect(db.session.connection()).has_table("seen")


def _let_go() -> None:
    from admin.models import db

    db.session.remove()
    db.engine.dispose()


class _Writer(pickle.Pickler):
    """Rows are written as their class and key."""

    def persistent_id(self, given: Any) -> Any:
        state = inspect(given, raiseerr=False)
        return ("row", type(given), state.identity) if getattr(state, "identity", None) else None


class _Reader(pickle.Unpickler):
    """Rows are read from the database as it stands."""

    def persistent_load(self, key: Any) -> Any:
        from admin.access.actor import acting_as, system_actor
        from admin.models import db

        with acting_as(system_actor()):
            return db.session.get_one(key[1], key[2])


def _written(value: object) -> bytes | None:
    file = io.BytesIO()
    try:
        _Writer(file).dump(value)
    except (pickle.PicklingError, AttributeError, TypeError):
        return None
    return file.getvalue()


def _read(written: bytes, given: tuple[Any, ...], named: dict[str, Any]) -> Any:
    found, then_given, then_named = _Reader(io.BytesIO(written)).load()
    pairs = [*zip(given, then_given, strict=True), *((named[name], then_named[name]) for name in named)]
    for mine, then in pairs:
        if type(mine).__module__ in ("types", "builtins") or hasattr(mine, "__dataclass_fields__"):
            if getattr(mine, "__dict__", None):
                vars(mine).clear()
                vars(mine).update(vars(then))
            if found is then:
                found = mine
    return found
