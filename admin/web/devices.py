"""Devices that have signed in before: a signed cookie that names, for each account, the device to count its tries by.

It opens nothing and proves nobody: with it a wrong password counts against this device alone, and without it against all
devices that nobody knows together, so that whoever tries passwords from elsewhere locks out strangers and not the owner.
"""

from __future__ import annotations

import ipaddress
import secrets
from datetime import timedelta

from flask import Response, current_app, request
from itsdangerous import BadData, URLSafeTimedSerializer

from admin.operations.accounts.throttle import Origin
from admin.web.signed import signer

COOKIE = "device"
KEPT = timedelta(days=180)
MOST_ACCOUNTS = 12  # a seat of a call centre is shared by shifts; more would swell every request


def origin() -> Origin:
    """Where the running request comes from."""
    return Origin(_source(request.remote_addr or ""), _known())


def _source(address: str) -> str:
    """An address as tries are counted by it: of IPv6 the network, because whoever has one address there has a whole network."""
    try:
        found = ipaddress.ip_address(address)
    except ValueError:
        return address
    return str(ipaddress.ip_network((found, 64), strict=False)) if found.version == 6 else address


def remember_device(response: Response, user_id: int) -> None:
    """Let this device count by itself from now on, under a new number at each sign-in."""
    kept = [(key, device) for key, device in _known().items() if key != user_id][-MOST_ACCOUNTS + 1 :]
    response.set_cookie(
        COOKIE,
        _serializer().dumps([*kept, (user_id, secrets.token_urlsafe(12))]),
        max_age=KEPT,
        secure=current_app.config["SESSION_COOKIE_SECURE"],
        httponly=True,
        samesite="Lax",
    )


def _known() -> dict[int, str]:
    """The accounts that have signed in on this device, the latest last; none where the cookie is not one of ours."""
    try:
        held = _serializer().loads(request.cookies.get(COOKIE, ""), max_age=int(KEPT.total_seconds()))
    except BadData:
        return {}
    return {int(user_id): str(device) for user_id, device in held}


def _serializer() -> URLSafeTimedSerializer:
    return signer(current_app.config["SECRET_KEY"], "device")
