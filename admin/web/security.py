"""Flask-AppBuilder's security manager, deciding from the typed access list and asking the database nothing."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from flask import current_app, g, jsonify, request, session
from flask.typing import ResponseReturnValue
from flask_appbuilder.security.sqla.manager import SecurityManager
from flask_babel import gettext as _
from flask_jwt_extended import JWTManager
from flask_login import LoginManager, current_user
from sqlalchemy import select
from sqlalchemy.orm import joinedload

from admin.access.actor import system_actor
from admin.access.permissions import combinable, may
from admin.access.viewed import shown_to_viewer
from admin.domain.refusals import Invalid
from admin.models import db
from admin.models.accounts import PermissionView, Role, User
from admin.operations.accounts import accounts
from admin.operations.accounts import roles as role_operations
from admin.operations.accounts.passwords import check_password
from admin.queries.accounts.actors import signed_on
from admin.queries.accounts.own_words import own_words, words_of
from admin.web.acting import PROVED_AT, SIGN_IN, Account, current_actor, is_api, must_enrol, sign_off, sign_on
from admin.web.clock import now, today
from admin.web.sign_in import PortalSecurityApi, SignInView, hash_method
from admin.web.viewing import seen_as


class PortalSecurity(SecurityManager):
    """Accounts stand in FAB's tables; who may do what stands in admin.access.permissions."""

    authdbview = SignInView
    security_api = PortalSecurityApi
    userstatschartview = None
    user_view: Any = None

    def register_views(self) -> None:
        """Only the sign-in and the token; account and role screens are views of ours."""
        self.appbuilder.add_api(self.security_api)
        self.auth_view = self.authdbview()
        self.appbuilder.add_view_no_menu(self.auth_view)

    def create_login_manager(self, app: Any) -> LoginManager:
        manager = super().create_login_manager(app)
        manager.session_protection = (
            None  # it binds to address and browser, which change on phones; the row of the sign-in ends
        )
        return manager

    def create_jwt_manager(self, app: Any) -> JWTManager:
        manager = super().create_jwt_manager(app)
        for refused in (manager.unauthorized_loader, manager.invalid_token_loader):
            refused(lambda _why: not_signed_in())
        for ended in (manager.expired_token_loader, manager.user_lookup_error_loader):
            ended(lambda _header, _claims: not_signed_in())
        return manager

    @staticmethod
    def before_request() -> None:
        """Find out who asks; the API is asked by bearer token only, later."""
        g.user = current_user
        if request.endpoint is not None and not request.endpoint.endswith("static") and not is_api():
            current_user._get_current_object()  # loads the account, and with it the actor

    def load_user(self, pk: int) -> Account | None:
        """The account of a browser session, unless its sign-in has ended."""
        if is_api():
            return None
        return self._signed_on(int(pk), session)

    def load_user_jwt(self, _jwt_header: Any, jwt_data: Any) -> Account | None:
        """The account of a bearer token, unless its sign-in has ended."""
        user = self._signed_on(int(jwt_data["sub"]), jwt_data)
        if user is not None:
            g.user = user
        return user

    def _signed_on(self, user_id: int, carried: Mapping[str, Any]) -> Account | None:
        """The account, by what a session or token carries: its sign-in, its second factor, when it was proved."""
        sign_in = carried.get(SIGN_IN)
        if not isinstance(sign_in, int):
            return None
        found = signed_on(db.session(), user_id, sign_in, today=today(), via="api" if is_api() else "web")
        if found is None or (found.set_up and not carried.get("second_factor")):
            return None
        asked = sign_on(found, carried.get(PROVED_AT))
        seen_as(asked)
        if is_api() and must_enrol(asked, second_factor=found.set_up):
            sign_off()
            return None
        account: Account = g.account
        return account

    def has_access(self, permission_name: str, view_name: str) -> bool:
        """Whether the one who asks holds the permission: by the typed list, or by a role an administrator made."""
        actor = current_actor()
        if actor is None:
            return False
        if actor.viewed_by is not None:
            return shown_to_viewer(permission_name, view_name)
        return may(actor.roles, permission_name, view_name) or (
            combinable(permission_name, view_name) and (permission_name, view_name) in self._made_permissions()
        )

    def _made_permissions(self) -> frozenset[tuple[str, str]]:
        if "made_permissions" not in g:
            g.made_permissions = permissions_of_roles(g.account.made_roles)
        return g.made_permissions

    def is_item_public(self, permission_name: str, view_name: str) -> bool:
        """Nothing of the views is public; sign-in pages do not ask."""
        return False

    def get_user_menu_access(self, menu_names: list[str] | None = None) -> set[str]:
        """Our own menu asks for each view's permission instead."""
        return set()

    def create_db(self) -> None:
        """`manage setup` does this; a boot asks the database nothing."""

    def add_permissions_view(self, base_permissions: Iterable[str], view_menu: str) -> None:
        """Used by `flask fab create-permissions`: the rows that the role screens show."""
        role_operations.ensure_permissions(
            {(name, view_menu) for name in base_permissions}, actor=system_actor("cli"), now=now()
        )

    def add_user(
        self, username: str, first_name: str, last_name: str, email: str, role: Any, password: str = "", **_more: Any
    ) -> User:
        """Used by `flask fab create-admin` and `create-user`: an account by our own, audited operation."""
        _refuse_weak(password, words_of(username, first_name, last_name))
        given = [each.id for each in (role if isinstance(role, list) else [role])]
        user = accounts.save_account(
            None, username=username, name=first_name, role_ids=given, actor=system_actor("cli"), now=now()
        )
        accounts.set_password(user.id, password, method=hash_method(), now=now())
        return user

    def reset_password(self, userid: int, password: str) -> None:
        """Used by `flask fab reset-password`; ends the account's sessions."""
        _refuse_weak(password, own_words(db.session(), userid))
        accounts.set_password(userid, password, method=hash_method(), now=now())

    def add_permissions_menu(self, view_menu_name: str) -> None:
        """Menus follow from the views' own permissions."""


def _refuse_weak(password: str, about: list[str]) -> None:
    """The framework's commands show no fault of ours in words: they end with them."""
    try:
        check_password(password, password, about)
    except Invalid as wrong:
        raise SystemExit(str(wrong)) from wrong


def not_signed_in() -> ResponseReturnValue:
    """No token, one that is none, and one that has ended: all told alike (3.3-g)."""
    text = _("Sign in first: POST /api/v1/security/login with username and password gives a bearer token.")
    return jsonify({"message": text}), 401


def permissions_of_roles(role_ids: Iterable[int]) -> frozenset[tuple[str, str]]:
    """(permission, view) pairs that roles of the database hold."""
    ids = list(role_ids)
    if not ids:
        return frozenset()
    rows = db.session.scalars(
        select(PermissionView)
        .where(PermissionView.role.any(Role.id.in_(ids)))
        .options(joinedload(PermissionView.permission), joinedload(PermissionView.view_menu))
    )
    return frozenset((row.permission.name, row.view_menu.name) for row in rows)


def security() -> PortalSecurity:
    """The security manager of this portal."""
    return current_app.appbuilder.sm  # type: ignore[attr-defined]
