"""Accounts and roles for administrators; one's own account; activation by one-time code."""

from __future__ import annotations

from typing import Any

from flask import current_app, flash, redirect, request, url_for
from flask_appbuilder.actions import action
from flask_appbuilder.api import ModelRestApi
from flask_appbuilder.baseviews import BaseView, expose
from flask_appbuilder.forms import DynamicForm
from flask_babel import gettext as _
from flask_babel import lazy_gettext as lazy
from werkzeug.wrappers import Response
from wtforms import PasswordField, StringField
from wtforms.validators import InputRequired, Length

from admin.access.actor import ACCOUNT_ROLES, ROLES
from admin.access.permissions import READ, combinable
from admin.domain.power import GRANTED
from admin.domain.refusals import N_, Invalid, Refusal
from admin.models import db
from admin.models.accounts import PermissionView, Role, User
from admin.operations.accounts import accounts, roles
from admin.operations.accounts.throttle import Locked
from admin.operations.system.notifications import choose_mail
from admin.queries.accounts.account_page import account_page
from admin.queries.accounts.offices import is_somebodys
from admin.queries.accounts.roles import permissions_listed, roles_listed
from admin.views import VIEWS
from admin.views.system.audit import table_label
from admin.web.acting import actor, current_actor
from admin.web.clock import now, settings, today
from admin.web.devices import origin
from admin.web.fields import put_errors
from admin.web.model_view import PortalModelView
from admin.web.page import Page, route
from admin.web.records import Records
from admin.web.role_names import ROLE_NAMES
from admin.web.sign_in import go_on_signed_in, hash_method, too_many
from admin.web.texts import field_messages

# What the API shows and the trail does not.
UNAUDITED = {"jobs": N_("Background job"), "long_works": N_("Bulk acts")}


def role_name(role: Any) -> str:
    """A role's name in the reader's language; one that an administrator made keeps the name it was given."""
    name = getattr(role, "name", str(role))
    return _(ROLE_NAMES[name]) if name in ROLE_NAMES else name


def role_names(found: list[Role]) -> str:
    """Several roles' names."""
    return _(", ").join(role_name(role) for role in found) or "—"


def roles_to_give() -> list[tuple[int, str]]:
    """The roles an administrator alone gives: those that need no second person, and those made here (6.1-a, 6.3-b)."""
    alone = set(ACCOUNT_ROLES) - set(GRANTED)
    rows = roles_listed(db.session())
    return [(role.id, role_name(role)) for role in rows if role.name in alone or role.name not in (*ROLES, "Public")]


def permissions_to_give() -> list[tuple[int, str]]:
    """The permissions a role may combine: reference data only (6.3-b)."""
    rows = permissions_listed(db.session())
    return sorted(
        ((row.id, permission_name(row)) for row in rows if combinable(row.permission.name, row.view_menu.name)),
        key=lambda each: each[1],
    )


def permission_name(row: PermissionView) -> str:
    """A permission in words: the screen, and whether one reads or changes it."""
    return f"{screen_name(row.view_menu.name) or row.view_menu.name}{_(': ')}{act_name(row)}"


def act_name(row: PermissionView) -> str:
    """What a permission lets one do on its screen."""
    acts = {READ: _("read"), "can_write": _("change")}
    return acts.get(row.permission.name, _("further acts"))


def screen_name(view: str) -> str:
    """What a view is called: in the menu, above its list, or in the API's address; empty for a page below another."""
    baseviews = current_app.extensions["appbuilder"].baseviews
    found = next((each for each in baseviews if type(each).__name__ == view), None)
    if isinstance(found, ModelRestApi):
        table = found.datamodel.obj.__tablename__
        return f"API · {_(UNAUDITED[table]) if table in UNAUDITED else table_label(table)}"
    menu = next((entry.label for entry in VIEWS if entry.name == view), "")
    return str(menu or getattr(found, "list_title", ""))


def permission_names(found: list[PermissionView]) -> str:
    """Several permissions in words, a line for each screen; pages below another screen go with it."""
    screens: dict[str, set[str]] = {}
    for row in found:
        if name := screen_name(row.view_menu.name):
            screens.setdefault(name, set()).add(act_name(row))
    lines = (f"{name}{_(': ')}{_(', ').join(sorted(acts))}" for name, acts in sorted(screens.items()))
    return "\n".join(lines) or "—"


class AccountView(PortalModelView):
    """Who may sign in, and with which account roles. Accounts are switched off, not deleted: acts keep their name."""

    datamodel = Records(User)
    route_base = "/accounts"
    list_title, show_title = lazy("Accounts"), lazy("Account")
    add_title, edit_title = lazy("Add an account"), lazy("Change an account")
    label_columns = {
        "username": lazy("Sign-in name"),
        "first_name": lazy("Name shown"),
        "active": lazy("May sign in"),
        "roles": lazy("Roles"),
        "last_login": lazy("Last sign-in"),
        "login_count": lazy("Number of sign-ins"),
    }
    list_columns = ["username", "first_name", "active", "roles", "last_login"]
    show_columns = ["username", "first_name", "active", "roles", "last_login", "login_count"]
    search_columns = ["username", "first_name", "active"]
    order_columns = ["username", "first_name", "active", "last_login"]
    add_columns = edit_columns = ["username", "first_name", "active", "roles"]
    many_choices = {"roles": roles_to_give}
    formatters_columns = {"roles": role_names}
    trail_words = {"roles": ROLE_NAMES}
    can_delete = False
    base_order = ("username", "asc")
    add_row_message = lazy("Added. Its owner sets a password with an activation code: open the account to make one.")

    method_permission_name = {"issue_code": "write"}

    @action("issue_code", lazy("New activation code"), lazy("The old password stops working."), multiple=False)
    def issue_code(self, item: User) -> str | Response:
        """Show a new one-time code of nobody's account, this once; of anybody's it is asked for, and not shown here."""
        if is_somebodys(db.session(), item, today()):
            return redirect(url_for("ConfirmationView.code", user_id=item.id))
        code = accounts.renew(item.id, actor=actor(), now=now())
        return self.render_template(
            "system/records/code.html",
            title=_("New activation code"),
            username=item.username,
            code=code,
            where=f"{settings().portal_url}/activate/",
        )

    def prefill_form(self, form: Any, pk: Any) -> None:
        """Tick the roles the account holds."""
        form.roles.data = [role.id for role in self.row(pk).roles]

    def add_operation(self, data: dict[str, Any], **who_and_when: Any) -> Any:
        """Make the account; its owner sets the password by activation code."""
        return self._save(None, data, **who_and_when)

    def edit_operation(self, key: int, data: dict[str, Any], *, seen: str | None, **who_and_when: Any) -> Any:
        """Change the account; a change of roles or switching it off ends its sessions."""
        return self._save(key, data, seen=seen, **who_and_when)

    def _save(self, key: int | None, data: dict[str, Any], **who_and_when: Any) -> Any:
        return accounts.save_account(
            key,
            username=data["username"],
            name=data["first_name"],
            active=data["active"],
            role_ids=data["roles"],
            **who_and_when,
        )


class RoleView(PortalModelView):
    """Roles: those that ship are read-only, others combine permissions on reference data (6.3-b)."""

    datamodel = Records(Role)
    route_base = "/roles"
    list_title, show_title = lazy("Roles"), lazy("Role")
    add_title, edit_title = lazy("Add a role"), lazy("Change a role")
    label_columns = {"name": lazy("Role name"), "permissions": lazy("What the role may do")}
    list_columns = ["name"]
    show_columns = ["name", "permissions"]
    search_columns = ["name"]
    order_columns = ["name"]
    add_columns = edit_columns = ["name", "permissions"]
    many_choices = {"permissions": permissions_to_give}
    formatters_columns = {"permissions": permission_names, "name": role_name}
    trail_words = {"name": ROLE_NAMES}
    base_order = ("name", "asc")

    def why_fixed(self, item: Any) -> Refusal | None:
        """Roles that ship are read-only (6.3-b)."""
        return roles.shipped_refusal(item)

    def named(self, item: Any) -> str:
        """A role by the name that people read."""
        return role_name(item.name)

    def prefill_form(self, form: Any, pk: Any) -> None:
        """Tick what the role holds."""
        form.permissions.data = [row.id for row in self.row(pk).permissions]

    def add_operation(self, data: dict[str, Any], **who_and_when: Any) -> Any:
        """Make a role."""
        return roles.save_role(None, data["name"], data["permissions"], **who_and_when)

    def edit_operation(self, key: int, data: dict[str, Any], *, seen: str | None, **who_and_when: Any) -> Any:
        """Change a role of one's own; shipped ones refuse."""
        return roles.save_role(key, data["name"], data["permissions"], seen=seen, **who_and_when)

    def delete_operation(self, key: int, **who_and_when: Any) -> None:
        """Delete a role that nobody holds."""
        roles.delete_role(key, **who_and_when)


class PasswordForm(DynamicForm):
    """Changing one's own password."""

    present = PasswordField(lazy("Present password"), [InputRequired(), Length(max=200)])
    password = PasswordField(lazy("New password"), [InputRequired(), Length(max=200)])
    repeated = PasswordField(lazy("New password once more"), [InputRequired(), Length(max=200)])


class ActivationForm(DynamicForm):
    """Setting the first password with a one-time code."""

    username = StringField(lazy("Sign-in name"), [InputRequired(), Length(max=128)])
    code = StringField(lazy("Activation code"), [InputRequired(), Length(max=60)])
    password = PasswordField(lazy("New password"), [InputRequired(), Length(max=200)])
    repeated = PasswordField(lazy("New password once more"), [InputRequired(), Length(max=200)])


class MyAccountView(Page):
    """One's own account: name, roles, password."""

    route_base = "/account"
    default_view = "userinfo"

    @route("/", access="read")
    def userinfo(self) -> str:
        """The account and the form for a new password."""
        return self._page(PasswordForm())

    @route("/password", access="write", post=True, get=False)
    def password(self) -> Response | tuple[str, int]:
        """Change the password; every other session ends, this one goes on."""
        form = PasswordForm()
        if form.validate():
            try:
                typed = (form.present.data, form.password.data, form.repeated.data)
                epoch = accounts.change_password(
                    *typed, method=hash_method(), actor=actor(), now=now(), origin=origin()
                )
                go_on_signed_in(epoch)
                flash(_("Your password is changed. Other devices have to sign in again."), "success")
                return redirect(url_for(".userinfo"))
            except Invalid as error:
                put_errors(form, field_messages(error))
            except Locked as locked:
                flash(too_many(locked.until)[1], "danger")
                return self._page(form), 429
        return self._page(form), 422

    @route("/mail", access="write", post=True, get=False)
    def mail(self) -> Response:
        """Choose whether messages also come by mail, and in which language."""
        choose_mail("wanted" in request.form, request.form.get("language", ""), actor=actor(), now=now())
        flash(_("Your choice is saved."), "success")
        return redirect(url_for(".userinfo"), 303)

    def _page(self, form: PasswordForm) -> str:
        page = account_page(db.session(), actor())
        held = _(", ").join(_(ROLE_NAMES[name]) for name in page.roles)
        return self.show_page("system/records/account.html", page, title=_("My account"), form=form, held=held)


class ActivationView(BaseView):
    """/activate/: for those who hold a slip with a one-time code; no sign-in needed."""

    route_base = "/activate"
    default_view = "activate"

    @expose("/", methods=["GET", "POST"])
    def activate(self) -> Response | tuple[str, int] | str:
        """Set the first password."""
        if current_actor() is not None:
            return redirect(url_for("HomeView.index"))
        form, status = ActivationForm(), 200
        if request.method == "POST":
            status = 422
            if form.validate():
                try:
                    accounts.activate(
                        form.username.data,
                        form.code.data,
                        form.password.data,
                        form.repeated.data,
                        method=hash_method(),
                        now=now(),
                        origin=origin(),
                    )
                    flash(_("Your account is active. Sign in with your new password."), "success")
                    return redirect(url_for("SignInView.login"))
                except Invalid as error:
                    put_errors(form, field_messages(error))
                except Locked as locked:
                    flash(too_many(locked.until)[1], "danger")
                    status = 429
        return self.render_template("system/records/activate.html", title=_("Activate my account"), form=form), status
