"""Signing in and out, on the pages and for the API; both go through the same lockout."""

from __future__ import annotations

from datetime import datetime

from flask import current_app, flash, jsonify, make_response, redirect, request, session, url_for
from flask.typing import ResponseReturnValue
from flask_appbuilder.baseviews import BaseView, expose
from flask_appbuilder.security.api import SecurityApi
from flask_appbuilder.security.forms import LoginForm_db
from flask_babel import gettext as _
from flask_jwt_extended import create_access_token
from flask_login import login_user, logout_user

from admin.domain.refusals import N_, Invalid, NotFound
from admin.models import db
from admin.models.accounts import User
from admin.operations.accounts import accounts
from admin.operations.accounts.throttle import Locked
from admin.web.acting import current_actor
from admin.web.clock import now
from admin.web.devices import origin, remember_device
from admin.web.payload import json_object


def hash_method() -> str:
    """How passwords are hashed here."""
    return current_app.config["FAB_PASSWORD_HASH_METHOD"]


def local_target(target: str | None) -> str:
    """A path of this portal, or the home page: `next=` leads nowhere else."""
    home = url_for("HomeView.index")
    if (
        not target
        or not target.startswith("/")
        or target.startswith(("//", "/\\"))
        or any(ord(letter) < 33 or letter == "\\" for letter in target)
    ):
        return home
    return target


def too_many(until: datetime) -> tuple[int, str]:
    """Seconds to wait, and the sentence that says so; it is the same whether or not there is such an account."""
    seconds = max(1, int((until - now()).total_seconds()) + 1)
    if seconds < 100:
        wait = _("Too many wrong tries. Wait %(seconds)s seconds, then try again.", seconds=seconds)
    else:
        wait = _("Too many wrong tries. Wait %(minutes)s minutes, then try again.", minutes=-(-seconds // 60))
    return seconds, wait


def signing_in_locked(until: datetime) -> tuple[int, str]:
    """The same for signing in, with the way that stays open."""
    seconds, wait = too_many(until)
    known = _("Devices on which you have signed in before are not affected by tries made elsewhere.")
    return seconds, f"{wait} {known}"


def begin_session(user_id: int, epoch: int) -> None:
    """Start a fresh session for the account: nothing of an older one survives but the language."""
    kept = session.get("locale")
    session.clear()
    if kept:
        session["locale"] = kept
    session["epoch"], session.permanent = epoch, True
    login_user(db.session.get(User, user_id), remember=False)


class SignInView(BaseView):
    """/login/ and /logout/."""

    route_base = ""
    default_view = "login"

    @expose("/login/", methods=["GET", "POST"])
    def login(self) -> ResponseReturnValue:
        """The sign-in page; a wrong name, password or an inactive account read the same."""
        if current_actor() is not None:
            return redirect(local_target(request.args.get("next")))
        form, status, headers = LoginForm_db(), 200, {}
        if form.validate_on_submit():
            try:
                user_id, epoch = accounts.sign_in(
                    form.username.data, form.password.data, method=hash_method(), now=now(), origin=origin()
                )
                begin_session(user_id, epoch)
                response = make_response(redirect(local_target(request.args.get("next"))))
                remember_device(response, user_id)
                return response
            except NotFound:
                flash(_("Name or password is wrong, or the account is not active."), "danger")
                status = 401
            except Locked as locked:
                seconds, text = signing_in_locked(locked.until)
                flash(text, "danger")
                status, headers = 429, {"Retry-After": str(seconds)}
        page = self.render_template("appbuilder/general/security/login_db.html", title=_("Sign in"), form=form)
        return make_response(page, status, headers)

    @expose("/logout/", methods=["POST"])
    def logout(self) -> ResponseReturnValue:
        """End this session, and with it every copy of its cookie."""
        actor = current_actor()
        if actor is not None and actor.user_id is not None:
            accounts.sign_out(actor.user_id, actor=actor, now=now())
        logout_user()
        kept = session.get("locale")
        session.clear()
        if kept:
            session["locale"] = kept
        return redirect(url_for("SignInView.login"))


class PortalSecurityApi(SecurityApi):
    """/api/v1/security/login: the bearer token, under the same lockout."""

    exclude_route_methods = {"refresh"}

    @expose("/login", methods=["POST"])
    def login(self) -> ResponseReturnValue:
        """Login endpoint for the API returns a bearer token
        ---
        post:
          description: >-
            Authenticate and get a bearer token
          requestBody:
            required: true
            content:
              application/json:
                schema:
                  type: object
                  required: [username, password]
                  properties:
                    username:
                      type: string
                      example: hr
                    password:
                      type: string
          responses:
            200:
              description: Authentication Successful
              content:
                application/json:
                  schema:
                    type: object
                    properties:
                      access_token:
                        type: string
            400:
              $ref: '#/components/responses/400'
            401:
              $ref: '#/components/responses/401'
            422:
              $ref: '#/components/responses/422'
            429:
              description: Too many tries; the header Retry-After names the seconds to wait
        """
        name, password = _credentials()
        try:
            user_id, _epoch = accounts.sign_in(
                name, password, method=hash_method(), now=now(), origin=origin(), via="api"
            )
        except NotFound:
            return make_response(jsonify({"message": "Not authorized"}), 401)
        except Locked as locked:
            seconds, text = signing_in_locked(locked.until)
            return make_response(jsonify({"message": text}), 429, {"Retry-After": str(seconds)})
        response = make_response(jsonify({"access_token": create_access_token(identity=str(user_id), fresh=True)}), 200)
        # A program that keeps cookies is no more locked out by strangers than a browser is.
        remember_device(response, user_id)
        return response


def _credentials() -> tuple[str, str]:
    payload = json_object()
    name, password = payload.get("username"), payload.get("password")
    if not isinstance(name, str) or not isinstance(password, str) or not name:
        raise Invalid({"username": N_("A name and a password are needed.")})
    return name, password
