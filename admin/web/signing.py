"""Signing again in the portal and the API, and the second factor that comes before everything else.

An act that asks for it is refused before anything is done; the page that says so carries the form on, so that what was
typed is sent again together with the password.
"""

from __future__ import annotations

from flask import Flask, jsonify, make_response, redirect, render_template, request, session, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from admin.domain.refusals import N_, Invalid, Refusal, Refused
from admin.operations.accounts.accounts import prove_password
from admin.operations.accounts.second_factor import prove_second_factor
from admin.operations.accounts.throttle import Locked
from admin.operations.once import asking
from admin.operations.signing import FRESH, SignAgain
from admin.web.acting import PROVED_AT, actor, current_actor, has_second_factor, is_api, must_enrol, signed_now
from admin.web.clock import now
from admin.web.devices import origin
from admin.web.errors import wants_json
from admin.web.sign_in import hash_method, too_many
from admin.web.texts import field_messages

PASSWORD, CODE = "password_again", "code_again"
SIGNATURE = (PASSWORD, CODE)
READING = ("GET", "HEAD", "OPTIONS")
BEFORE_ENROLMENT = ("SecondFactorView.", "SignInView.", "LocaleView.", "static", "appbuilder.static")


def register(app: Flask) -> None:
    """Ask for the signature, take it, and lead whoever needs a second factor to its set-up."""
    app.register_error_handler(SignAgain, ask)
    app.before_request(_enrol_first)
    app.before_request(_take_signature)


def _enrol_first() -> ResponseReturnValue | None:
    asked = current_actor()
    if asked is None or is_api() or not must_enrol(asked, second_factor=has_second_factor()):
        return None
    if (request.endpoint or "").startswith(BEFORE_ENROLMENT):
        return None
    if request.method in READING:
        return redirect(url_for("SecondFactorView.index"))
    reason = N_("Your office requires a second factor. Set it up under My account, then send this again.")
    raise Refused(Refusal("6.3-b", reason))


def _take_signature() -> ResponseReturnValue | None:
    """Look at the password that a form carries along; the act that it belongs to goes on by itself."""
    if request.method != "POST" or is_api() or current_actor() is None or PASSWORD not in request.form:
        return None
    try:
        # The key of the form stands for the act, which is still to come.
        with asking("", ""):
            _prove()
    except Invalid as wrong:
        return _page(field_messages(wrong), 401)
    except Locked as locked:
        return _page({"password": too_many(locked.until)[1]}, 429)
    session[PROVED_AT] = now().timestamp()
    signed_now(now())
    return None


def _prove() -> None:
    prove_password(request.form[PASSWORD], method=hash_method(), actor=actor(), now=now(), origin=origin())
    if has_second_factor():
        prove_second_factor(request.form.get(CODE, ""), actor=actor(), now=now(), origin=origin())


def ask(_error: SignAgain) -> ResponseReturnValue:
    """Nothing was done: the way to sign, with everything that was sent."""
    if wants_json():
        how = _(
            "This asks for a fresh signature: sign in again (POST /api/v1/security/login) and send it with the new token within "
            "%(minutes)s minutes.",
            minutes=int(FRESH.total_seconds() // 60),
        )
        return jsonify({"message": how, "sign_again": True}), 403
    return _page({}, 401)


def _page(errors: dict[str, str], status: int) -> ResponseReturnValue:
    carried = [pair for pair in request.form.items(multi=True) if pair[0] not in (*SIGNATURE, "csrf_token")]
    page = render_template(
        "errors/sign_again.html",
        address=request.full_path.rstrip("?"),
        carried=carried,
        errors=errors,
        has_code=has_second_factor(),
        minutes=int(FRESH.total_seconds() // 60),
    )
    return make_response(page, status)
