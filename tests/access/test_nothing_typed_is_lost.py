"""Every long form against every way to lose its text: a second window, the way back, a session that ended, another person.

The forms are those of the pages below, as those people are shown them; that no long form can be without what is tried here
is held by tests/house/test_long_forms.py. The application form and the ratings keep their drafts in their records
(tests/views/cases); the complaint form keeps nothing anywhere (tests/report).
"""

from __future__ import annotations

from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import text
from sqlalchemy.exc import OperationalError
from werkzeug.datastructures import MultiDict
from werkzeug.test import TestResponse

from admin.models import db
from admin.web.keeping import UNKEPT
from tests.access.forms_found import Form, client_of, read
from tests.access.test_sent_back import refuse_all
from tests.access.world import World
from tests.web.conftest import TOKEN

pytestmark = pytest.mark.sqlite_enough
PAGES = (
    ("/notices/show/{notice}", "hr"),
    ("/appeals/add", "hr"),
    ("/cycles/plan", "hr"),
    ("/cycles/{cycle}", "hr"),
    ("/cycles/{planned}/preview", "hr"),
    ("/reviews/add", "hr"),
    ("/reviews/{case_rating}", "hr"),
    ("/reviews/{case_result}", "hr"),
    ("/self_assessment/{case_start}/proxy", "hr"),
    ("/act/review/{case}/close_as_left", "hr"),
    ("/meetings/{meeting}", "hr"),
    ("/results/{cycle}", "hr"),
    ("/people/{superior}/open-work", "hr"),
    ("/files/{number_employee}", "hr"),
    ("/imports/{import}/mapping", "hr"),
    ("/adjustments/new", "hr"),
    ("/takeover-corrections/new", "hr"),
    ("/appeal/?notice={number_notice}&row={row}", "chair"),
    ("/complaints/show/{complaint}", "chair"),
    ("/complaints/show/{complaint}", "officer"),
    ("/meetings/{meeting}/cases/{item}", "chair"),
    ("/takeovers/", "management"),
    ("/appeals/{objection}", "panel"),
    ("/appeals/{objection}", "peer"),
    ("/appeals/{appeal}", "superior"),
    ("/reviews/{case_rating}", "superior"),
    ("/ratings/{case_rating}", "peer"),
)


def long_forms(world: World) -> list[Form]:
    """The forms of these pages that have a text area and keep nothing in their records."""
    found = []
    for place, person in PAGES:
        page = world.address(place)
        html = client_of(world, person).get(page).text
        opened = [
            each.partition(">")[0] for each in html.split("<form ")[1:] if 'method="post"' in each.partition(">")[0]
        ]
        forms = zip(read(html, page, person), opened, strict=True)
        found += [form for form, tag in forms if is_long(form) and "data-autosave-url" not in tag]
    return found


def is_long(form: Form) -> bool:
    return any(kind == "textarea" for _name, kind, _value in form.fields)


def kept_as(form: Form, typed: str, window: str = "one") -> MultiDict[str, str]:
    """The form as the script saves it, with one text in all its text areas."""
    sent, _typed = form.filled()
    for name, kind, _value in form.fields:
        if kind == "textarea":
            sent[name] = typed
    about = [name for name, kind, _value in form.fields if kind == "hidden" and name not in UNKEPT and name in sent]
    told = MultiDict([*sent.items(multi=True), *(("unsent_about", name) for name in dict.fromkeys(about))])
    told["once"] = window
    told["stands_on"] = form.page
    return told


def saved(client: FlaskClient, form: Form, typed: str, window: str = "one") -> TestResponse:
    given = kept_as(form, typed, window)
    return client.post("/unsent/", data=given | {"unsent_place": form.action, "unsent_window": window})


def sent(client: FlaskClient, form: Form, typed: str, window: str = "one", **more: str) -> TestResponse:
    given = kept_as(form, typed, window)
    given.poplist("unsent_about")
    return client.post(form.action, data=given | more)


def stands(client: FlaskClient, form: Form, typed: str) -> bool:
    """Whether the text is in its form on the page."""
    page = client.get(form.page).text
    forms = [each.partition("</form>")[0] for each in page.split("<form ")]
    return any(
        (f"\n{typed}</textarea>" in each and f'action="{form.action}"' in each) or f"\n{typed}<" in each
        for each in forms
    )


def second_window(world: World, form: Form) -> str:
    client = client_of(world, form.person)
    saved(client, form, "the first window", "one")
    late, over = saved(client, form, "the second window", "two"), sent(client, form, "the second window", "two")
    told = late.status_code == 409 and "the first window" in [text for _name, text in late.json["values"]]
    both = over.status_code == 409 and '<td class="pre" data-label=' in over.text
    shown_both = both and over.text.count("the first window") >= 1 and over.text.count("the second window") >= 2
    return (
        ""
        if told and shown_both and stands(client, form, "the first window")
        else f"{late.status_code} {over.status_code}"
    )


def back_to_the_page(world: World, form: Form) -> str:
    client = client_of(world, form.person)
    saved(client, form, "before the way back")
    again = saved(client, form, "and gone on with")
    return "" if again.status_code == 200 and stands(client, form, "and gone on with") else "not there"


def ended_session(world: World, form: Form) -> str:
    answer = sent(world.app.test_client(), form, "after the session ended")
    there = stands(client_of(world, form.person), form, "after the session ended")
    return (
        ""
        if answer.status_code == 401 and "kept=1" in answer.text.replace("%3D", "=") and there
        else f"{answer.status_code}"
    )


def somebody_else(world: World, form: Form) -> str:
    other = client_of(world, "employee" if form.person != "employee" else "hr")
    answers = [sent(other, form, "of the one before"), saved(other, form, "of the one before")]
    quiet = all(each.status_code == 403 and "of the one before" not in each.text for each in answers)
    return "" if quiet and stands(client_of(world, form.person), form, "of the one before") else "told or lost"


def refused_by_a_rule(world: World, form: Form) -> str:
    client = client_of(world, form.person)
    saved(client, form, "refused")
    with pytest.MonkeyPatch.context() as patch:
        refuse_all(patch)
        answer = sent(client, form, "refused")
    there = answer.status_code in (409, 422) and "refused</textarea>" in answer.text
    return "" if there else f"{answer.status_code}"


def old_token(world: World, form: Form) -> str:
    with pytest.MonkeyPatch.context() as patch:
        patch.setitem(world.app.config, TOKEN, True)
        answer = sent(client_of(world, form.person), form, "too old", csrf_token="old")
    return "" if answer.status_code == 400 and "too old</textarea>" in answer.text else f"{answer.status_code}"


def database_gone(world: World, form: Form) -> str:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("admin.web.unsent_forms.unsent_forms", fails(OperationalError("select", {}, Exception("gone"))))
        answer = sent(client_of(world, form.person), form, "while it was gone")
    return (
        "" if answer.status_code == 503 and "while it was gone</textarea>" in answer.text else f"{answer.status_code}"
    )


WAYS = (
    second_window, back_to_the_page, ended_session, somebody_else, refused_by_a_rule, old_token, database_gone,
)  # fmt: skip


def fails(error: Exception) -> Any:
    """What raises this error, whatever it is asked."""

    def raises(*_given: Any, **_more: Any) -> Any:
        raise error

    return raises


def forget_all(world: World) -> None:
    with world.app.app_context():
        db.session.execute(text("DELETE FROM unsent_forms"))
        db.session.commit()


@pytest.mark.slow
def test_no_long_form_loses_its_text_in_any_way(standing: World, without_tokens: None) -> None:
    forms = long_forms(standing)
    wrong = []
    for form in forms:
        for way in WAYS:
            forget_all(standing)
            why = way(standing, form)
            wrong += [f"{form.action} ({form.person}), {way.__name__}: {why}"] if why else []
    forget_all(standing)
    assert wrong == [], "\n".join(wrong)
    assert (len(forms), len(WAYS)) >= (30, 7)
