"""Who asks: the signed-in account's actor, once a request, and the scope that every query is read in."""

from __future__ import annotations

from flask import Flask, g, has_request_context, request

from admin.access.actor import Actor, set_acting
from admin.domain.refusals import NotFound
from admin.models import db
from admin.models.accounts import User
from admin.queries.accounts.actors import actor_for
from admin.web.clock import today


def is_api() -> bool:
    """Whether the request goes to the API, which knows bearer tokens only."""
    return request.path == "/api" or request.path.startswith("/api/")


def sign_on(user: User) -> Actor:
    """Read everything that follows in this account's name."""
    g.account = user
    g.actor = actor_for(db.session(), user, today=today(), via="api" if is_api() else "web")
    set_acting(g.actor)
    return g.actor


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
