"""Who asks is one statement of a request, and what that statement says counts at the next request."""

from __future__ import annotations

from sqlalchemy import update

from admin.models import SignIn, db
from admin.models.accounts import Role, User, assoc_user_role
from admin.queries.system import kept
from tests import factories as make
from tests.web.counting import statements


def test_a_page_that_shows_nothing_of_the_database_sends_one_statement(app, signed_in):
    client = signed_in("auditor")
    with statements(app) as sent:
        assert client.get("/no-such-page").status_code == 404
    assert len(sent) == 1 and "sign_ins" in sent[0] and "committee_members" in sent[0], "\n\n".join(sent)


def test_a_program_s_request_asks_who_it_is_as_often(app, client, bearer):
    headers = bearer("hr")
    with statements(app) as sent:
        client.get("/api/v1/employees/", headers=headers)
    assert sum("FROM ab_user" in each for each in sent) == 1, "\n\n".join(sent)


def test_a_role_that_is_taken_counts_at_the_next_request(app, signed_in):
    client = signed_in("hr")
    assert client.get("/reviews/list/").status_code == 200
    with (
        app.app_context(),
        db.engine.begin() as connection,
    ):  # as another process would, past everything that is kept here
        hr, me = (
            connection.execute(Role.__table__.select().where(Role.name == "hr")).one().id,
            connection.execute(User.__table__.select().where(User.username == "hr")).one().id,
        )
        connection.execute(
            assoc_user_role.delete().where(assoc_user_role.c.role_id == hr, assoc_user_role.c.user_id == me)
        )
    assert client.get("/reviews/list/").status_code == 404


def test_a_sign_in_that_ended_elsewhere_is_over_at_the_next_request(app, signed_in):
    client = signed_in("hr")
    assert client.get("/").status_code == 200
    with app.app_context(), db.engine.begin() as connection:
        connection.execute(update(SignIn.__table__).values(epoch=SignIn.__table__.c.epoch - 1))
    assert client.get("/").status_code == 302


def test_what_is_kept_is_found_anew_in_the_request_after_an_event(app, session):
    found = []

    def ask() -> int:
        return kept.kept(db.session(), "asked here", lambda: found.append(1) or len(found))

    assert [ask(), ask()] == [1, 1]
    with make.fixture():
        make.employee()
    assert ask() == 2
