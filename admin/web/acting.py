"""Who asks: the signed-in account's actor, once a request, and the scope that every query is read in."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

from flask import Flask, g, has_request_context, request
from flask_login import UserMixin

from admin.access.actor import Actor, set_acting
from admin.access.second_factor import is_required
from admin.domain.refusals import NotFound
from admin.models import db
from admin.models.accounts import User
from admin.queries.accounts.actors import SignedOn, actor_for
from admin.web.clock import today

PROVED_AT = "proved_at"  # in the session and in the token
SIGN_IN = "sign_in"  # its number, in both


def is_api() -> bool:
    """Whether the request goes to the API, which knows bearer tokens only."""
    return request.path == "/api" or request.path.startswith("/api/")


class Account(UserMixin):
    """The account that asks, as Flask-Login and Flask-AppBuilder want one."""

    def __init__(self, found: SignedOn) -> None:
        self.id, self.username, self.made_roles = found.id, found.username, found.made_roles
        self.first_name, self.last_name = found.first_name, found.last_name

    def get_full_name(self) -> str:
        """What it is called where its employee has no name."""
        return f"{self.first_name} {self.last_name}"


def sign_on(found: SignedOn, proved_at: float | None) -> Actor:
    """Read everything that follows in this account's name; `proved_at` is when it last signed, in seconds of its clock."""
    g.account, g.second_factor = Account(found), found.set_up
    g.actor = replace(found.actor, proved_at=datetime.fromtimestamp(proved_at or 0, UTC))
    set_acting(g.actor)
    return g.actor


def has_second_factor() -> bool:
    """Whether the account that asks has a second factor, which it then has signed in with."""
    return bool(g.get("second_factor"))


def sign_off() -> None:
    """Nobody asks after all."""
    g.actor = None
    set_acting(None)


def signed_now(moment: datetime) -> None:
    """The actor of this request has just proved who they are."""
    g.actor = replace(actor(), proved_at=moment)
    set_acting(g.actor)


def must_enrol(asked: Actor, *, second_factor: bool) -> bool:
    """Whether an account has to set its second factor up before anything else."""
    return not second_factor and is_required(asked)


def enrols_first(user_id: int) -> bool:
    """The same of an account without a second factor that is about to sign in."""
    user = db.session.get(User, user_id)
    return user is not None and must_enrol(actor_for(db.session(), user, today=today(), via="api"), second_factor=False)


def current_actor() -> Actor | None:
    """The actor of this request; None where nobody is signed in."""
    return g.get("actor") if has_request_context() else None


def actor() -> Actor:
    """The actor of this request; raises `NotFound` where nobody is signed in."""
    found = current_actor()
    if found is None:
        raise NotFound("nobody is signed in")
    return found


def register(app: Flask) -> None:
    """Start each request without an actor, so that nothing of the one before is ever seen, and end it so."""

    @app.before_request
    def _nobody() -> None:
        set_acting(None)

    @app.teardown_request
    def _forget(_error: BaseException | None) -> None:
        set_acting(None)
