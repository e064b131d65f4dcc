"""The access list itself, shipped roles and those that administrators make (6.3-b)."""

from __future__ import annotations

import re

import pytest

from admin.access.actor import ACCOUNT_ROLES, FACT_ROLES, ROLES, Actor
from admin.access.permissions import ACCESS, combinable, may, pairs_of
from admin.domain.refusals import NotFound
from admin.operations.accounts.accounts import renew, save_account
from admin.operations.accounts.roles import delete_role, save_role
from tests.factories import NOW


def test_the_list_is_alphabetical_and_names_each_view_once():
    names = [row.view for row in ACCESS]
    assert names == sorted(set(names))


def test_whoever_writes_can_read():
    for row in ACCESS:
        if row.read and "signed_in" not in row.read:
            assert row.write <= row.read, row.view


@pytest.mark.parametrize("permission", ["can_read", "can_write", "can_confirm"])
def test_what_is_not_listed_is_refused_to_everybody(permission):
    assert not may(ROLES, permission, "NoSuchView")


def test_a_permission_is_held_by_its_whole_name_only():
    assert may({"hr"}, "can_confirm", "CalendarYearView")
    assert not may({"hr"}, "can_confirm_override", "CalendarYearView")
    assert not may({"hr"}, "can_confirm", "CalendarYearViewMore")


def test_auditors_write_nothing_of_their_own():
    for row in ACCESS:
        assert "auditor" not in row.write, row.view


def test_pay_amounts_are_for_hr_alone():
    assert {role for role in ROLES if may({role}, "can_read", "PayBandView")} == {"hr"}


def test_only_reference_data_may_be_combined():
    assert combinable("can_read", "DepartmentView") and not combinable("can_write", "DepartmentView")
    for view in ("AccountView", "RoleView", "PayBandView", "AuditEventView", "ActView", "NoSuchView"):
        assert not combinable("can_read", view)
    assert not combinable("can_confirm", "CalendarYearView")


@pytest.mark.parametrize("role", FACT_ROLES)
def test_a_fact_role_holds_only_what_names_it(role):
    for permission, view in pairs_of(role):
        row = next(row for row in ACCESS if row.view == view)
        assert role in row.permissions()[permission]


def test_shipped_roles_stand_in_the_database_with_the_lists_permissions(app):
    from flask_appbuilder.security.sqla.models import Role

    from admin.models import db

    with app.app_context():
        found = {
            role.name: {(row.permission.name, row.view_menu.name) for row in role.permissions}
            for role in db.session.query(Role)
        }
    assert set(ROLES) <= set(found)
    for name in ROLES:
        assert found[name] == pairs_of(name)


def test_setting_up_twice_changes_nothing(app):
    from sqlalchemy import func, select

    from admin.cli.setup import setup
    from admin.models import AuditEvent, db

    def count() -> int:
        return db.session.scalar(select(func.count()).select_from(AuditEvent.__table__))

    with app.app_context():
        before = count()
        setup(app)
        assert count() == before


def role_key(app, name):
    from flask_appbuilder.security.sqla.models import Role

    from admin.models import db

    with app.app_context():
        return db.session.query(Role).filter_by(name=name).one().id


@pytest.mark.parametrize("act", ["edit", "delete"])
def test_a_shipped_role_is_read_only(signed_in, app, act):
    client, key = signed_in("admin"), role_key(app, "auditor")
    answer = client.post(f"/roles/{act}/{key}", data={"name": "auditor", "seen": "x"})
    assert answer.status_code == 409 and "6.3-b" in answer.text


def permission_key(app, permission, view):
    from flask_appbuilder.security.sqla.models import Permission, PermissionView, ViewMenu

    from admin.models import db

    with app.app_context():
        query = db.session.query(PermissionView).join(Permission).join(ViewMenu)
        return query.filter(Permission.name == permission, ViewMenu.name == view).one().id


def test_a_made_role_opens_reference_data_and_closes_when_it_is_deleted(signed_in, app, centre):
    from admin.access.actor import system_actor
    from tests.conftest import NOW

    admin = signed_in("admin")
    given = permission_key(app, "can_read", "ContactLoginView")
    assert admin.post("/roles/add", data={"name": "log keeper", "permissions": [given]}).status_code == 302
    assert signed_in("emp1").get("/contact_logins/list/").status_code == 404
    roles = [role_key(app, "employee"), role_key(app, "log keeper")]
    with app.app_context():
        from flask_appbuilder.security.sqla.models import User

        from admin.models import db

        key = db.session.query(User).filter_by(username="emp1").one().id
        save_account(key, username="emp1", role_ids=roles, actor=system_actor(), now=NOW)
    client = signed_in("emp1")
    assert client.get("/contact_logins/list/").status_code == 200
    assert client.get("/contact_logins/add").status_code == 404
    assert admin.post(f"/roles/delete/{role_key(app, 'log keeper')}").status_code == 409
    with app.app_context():
        save_account(key, username="emp1", role_ids=roles[:1], actor=system_actor(), now=NOW)
    assert signed_in("emp1").get("/contact_logins/list/").status_code == 404
    assert admin.post(f"/roles/delete/{role_key(app, 'log keeper')}").status_code == 302


@pytest.mark.parametrize(
    ("permission", "view"), [("can_read", "PayBandView"), ("can_write", "AccountView"), ("can_write", "ActView")]
)
def test_a_made_role_cannot_reach_beyond_reference_data(signed_in, app, permission, view):
    answer = signed_in("admin").post(
        "/roles/add", data={"name": "too much", "permissions": [permission_key(app, permission, view)]}
    )
    assert answer.status_code in (409, 422)


@pytest.mark.parametrize("name", ["hr", "system", "signed_in", "chair"])
def test_a_made_role_cannot_take_the_name_of_one_that_ships(signed_in, name):
    assert signed_in("admin").post("/roles/add", data={"name": name}).status_code == 422


@pytest.mark.parametrize("role", ["head", "chair", "superior", "officer"])
def test_a_role_that_follows_from_facts_cannot_be_given(signed_in, app, role):
    answer = signed_in("admin").post(
        "/accounts/add", data={"username": "x", "first_name": "x", "active": "y", "roles": [role_key(app, role)]}
    )
    assert answer.status_code in (409, 422)


def test_a_role_in_the_database_that_follows_from_facts_gives_nothing(app, centre):
    from flask_appbuilder.security.sqla.models import Role, User

    from admin.access.actor import system_actor
    from admin.models import db
    from admin.operations.transaction import operation
    from admin.queries.accounts.actors import actor_for
    from tests.conftest import NOW

    with app.app_context():
        with operation("tamper", actor=system_actor(), now=NOW) as op:
            user = op.session.query(User).filter_by(username="outsider").one()
            user.roles = [*user.roles, op.session.query(Role).filter_by(name="chair").one()]
        user = db.session.query(User).filter_by(username="outsider").one()
        assert "chair" not in actor_for(db.session(), user, today=NOW.date(), via="web").roles


def test_administrators_do_not_give_themselves_roles(signed_in, app, centre):
    client, key = signed_in("admin"), centre.accounts["admin"]
    data = {
        "username": "admin",
        "first_name": "admin",
        "active": "y",
        "roles": [role_key(app, "admin"), role_key(app, "employee")],
    }
    seen = re.search(r'name="seen"[^>]*value="([^"]*)"', client.get(f"/accounts/edit/{key}").text)[1]
    assert client.post(f"/accounts/edit/{key}", data={**data, "seen": seen}).status_code == 409


def test_every_account_role_may_open_its_own_account():
    for role in ACCOUNT_ROLES:
        assert may({role}, "can_read", "MyAccountView")


def test_accounts_and_roles_are_written_by_an_administrator_alone_whatever_the_door(app):
    nobody = Actor(name="HR", user_id=1, roles=frozenset({"hr", "management", "auditor"}))
    with app.app_context():
        for write in (
            lambda: save_account(None, username="mine", role_ids=[], actor=nobody, now=NOW),
            lambda: renew(1, actor=nobody, now=NOW),
            lambda: save_role(None, "mine", [], actor=nobody, now=NOW),
            lambda: delete_role(1, actor=nobody, now=NOW),
        ):
            with pytest.raises(NotFound):
                write()
