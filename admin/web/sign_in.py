"""Signing in and out, on the pages and for the API; both go through the same lockout."""

from __future__ import annotations

from dataclasses import astuple, dataclass, fields
from datetime import datetime, timedelta

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
from admin.operations.accounts.second_factor import prove_second_factor
from admin.operations.accounts.sign_ins import begin_sign_in
from admin.operations.accounts.throttle import Locked
from admin.queries.accounts.actors import owner_of
from admin.web.acting import PROVED_AT, SIGN_IN, actor, current_actor, enrols_first
from admin.web.clock import now
from admin.web.devices import origin, remember_device
from admin.web.payload import json_object
from admin.web.texts import field_messages

HALF_WAY = "half_way"
CODE_WITHIN = timedelta(minutes=5)
ENROL_FIRST = N_(
    "Your office requires a second factor. Set it up in the portal under My account, then send the code of its app as code."
)


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


def begin_session(user_id: int, epoch: int, *, second_factor: bool) -> None:
    """Start a fresh session for the account: nothing of an older one survives but the language."""
    number = begin_sign_in(epoch, actor=owner_of(db.session(), user_id), now=now())
    _empty_session()
    session[SIGN_IN], session["second_factor"], session.permanent = number, second_factor, True
    session[PROVED_AT] = now().timestamp()
    login_user(db.session.get(User, user_id), remember=False)


def go_on_signed_in(epoch: int) -> None:
    """One's own act has raised the epoch, which ends all sessions: this one goes on in a sign-in of the new one."""
    session[SIGN_IN] = begin_sign_in(epoch, actor=actor(), now=now())


def _empty_session() -> None:
    kept = session.get("locale")
    session.clear()
    if kept:
        session["locale"] = kept


@dataclass(frozen=True)
class HalfWay:
    """Whose password was right and whose code is still to come; kept in the signed cookie, for a few minutes."""

    user_id: int
    epoch: int
    since: float
    next: str

    @staticmethod
    def here() -> HalfWay | None:
        """Of this browser; None where there is none, or where it is too old."""
        found = session.get(HALF_WAY)
        half = HalfWay(*found) if found and len(found) == len(fields(HalfWay)) else None  # an older version's has more
        return half if half and 0 <= now().timestamp() - half.since <= CODE_WITHIN.total_seconds() else None


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
        form.username.label.text = _("Sign-in name (employee number)")
        if form.validate_on_submit():
            try:
                found = accounts.sign_in(
                    form.username.data, form.password.data, method=hash_method(), now=now(), origin=origin()
                )
                return self._go_on(found)
            except NotFound:
                flash(_("Sign-in name (employee number) or password is wrong, or the account is not active."), "danger")
                status = 401
            except Locked as locked:
                seconds, text = signing_in_locked(locked.until)
                flash(text, "danger")
                status, headers = 429, {"Retry-After": str(seconds)}
        page = self.render_template("appbuilder/general/security/login_db.html", title=_("Sign in"), form=form)
        return make_response(page, status, headers)

    def _go_on(self, found: accounts.SignedIn) -> ResponseReturnValue:
        """The password was right: in, or on to the code."""
        target = local_target(request.args.get("next"))
        if not found.second_factor:
            return _entered(found, target, second_factor=False)
        _empty_session()
        session[HALF_WAY] = astuple(HalfWay(found.user_id, found.epoch, now().timestamp(), target))
        return redirect(url_for(".code"))

    @expose("/login/code", methods=["GET", "POST"])
    def code(self) -> ResponseReturnValue:
        """The code of the app, for those who have one."""
        half = HalfWay.here()
        if current_actor() is not None or half is None:
            return redirect(url_for(".login"))
        error, status, headers = "", 200, {}
        if request.method == "POST":
            try:
                owner = owner_of(db.session(), half.user_id)
                prove_second_factor(request.form.get("code", ""), actor=owner, now=now(), origin=origin())
                return _entered(half, half.next, second_factor=True)
            except Invalid as wrong:
                error, status = field_messages(wrong)["code"], 401
            except Locked as locked:
                seconds, error = too_many(locked.until)
                status, headers = 429, {"Retry-After": str(seconds)}
        page = self.render_template("appbuilder/general/security/login_code.html", title=_("Second step"), error=error)
        return make_response(page, status, headers)

    @expose("/logout/", methods=["POST"])
    def logout(self) -> ResponseReturnValue:
        """End this session, and with it every copy of its cookie."""
        actor = current_actor()
        if actor is not None and actor.user_id is not None:
            accounts.sign_out(actor.user_id, actor=actor, now=now())
        logout_user()
        _empty_session()
        return redirect(url_for("SignInView.login"))


def _entered(found: accounts.SignedIn | HalfWay, target: str, *, second_factor: bool) -> ResponseReturnValue:
    try:
        begin_session(found.user_id, found.epoch, second_factor=second_factor)
    except NotFound:  # the password was changed elsewhere in this very moment
        return redirect(url_for("SignInView.login"))
    response = make_response(redirect(target))
    remember_device(response, found.user_id)
    return response


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
                    code:
                      type: string
                      description: The code of the account's second factor, where it has one
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
        name, password, code = _credentials()
        try:
            found = accounts.sign_in(name, password, method=hash_method(), now=now(), origin=origin(), via="api")
            _prove_code(found, code)
            number = begin_sign_in(found.epoch, actor=owner_of(db.session(), found.user_id, "api"), now=now())
        except NotFound:
            return make_response(jsonify({"message": "Not authorized"}), 401)
        except Invalid as wrong:
            return make_response(jsonify({"message": field_messages(wrong)["code"]}), 401)
        except Locked as locked:
            seconds, text = signing_in_locked(locked.until)
            return make_response(jsonify({"message": text}), 429, {"Retry-After": str(seconds)})
        claims = {"second_factor": found.second_factor, PROVED_AT: now().timestamp(), SIGN_IN: number}
        token = create_access_token(identity=str(found.user_id), fresh=True, additional_claims=claims)
        response = make_response(jsonify({"access_token": token}), 200)
        # A program that keeps cookies is no more locked out by strangers than a browser is.
        remember_device(response, found.user_id)
        return response


def _prove_code(found: accounts.SignedIn, code: str) -> None:
    """Look at the code of an account that has a second factor; raises `Invalid` where it has none and needs one."""
    if not found.second_factor:
        if enrols_first(found.user_id):
            raise Invalid({"code": ENROL_FIRST})
        return
    if not code:
        raise Invalid({"code": N_("This account has a second factor: send the code of its app as code.")})
    prove_second_factor(code, actor=owner_of(db.session(), found.user_id, "api"), now=now(), origin=origin())


def _credentials() -> tuple[str, str, str]:
    payload = json_object()
    name, password, code = (payload.get(field, "") for field in ("username", "password", "code"))
    if not (isinstance(name, str) and isinstance(password, str) and isinstance(code, str) and name):
        raise Invalid({"username": N_("Enter your sign-in name (employee number) and password.")})
    return name, password, code
