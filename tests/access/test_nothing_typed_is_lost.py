"""Every long form against every way to lose its text: a second window, the way back, a session that ended, another person.

Which forms there are stands in tests/access/long_forms.py, and cannot fall behind the pages or the templates. The complaint
form keeps nothing anywhere (tests/report); what the script does with the answers is looked at in a browser (tests/journeys).
"""

from __future__ import annotations

from collections.abc import Callable
from errno import ENOSPC
from typing import Any

import pytest
from flask import request
from sqlalchemy.exc import OperationalError
from werkzeug.exceptions import Forbidden
from werkzeug.test import TestResponse

from admin.domain.refusals import NotFound, Refusal, Refused
from admin.operations import transaction
from tests.access import long_forms
from tests.access.conftest import put_back
from tests.access.forms_found import client_of
from tests.access.long_forms import LongForm
from tests.access.world import World
from tests.databases import Database
from tests.web.conftest import TOKEN

pytestmark = pytest.mark.sqlite_enough
Way = Callable[[World, LongForm], str]


def version_of(answer: TestResponse) -> str:
    return str(answer.json["version"])


def second_window(world: World, form: LongForm) -> str:
    client = client_of(world, form.person)
    form.saved(client, "the first window", "one")
    late, over = form.saved(client, "the second window", "two"), form.sent(client, "the second window", "two")
    told = late.status_code == 409 and "the first window" in [words for _name, words in late.json["values"]]
    both = over.status_code == 409 and '<td class="pre" data-label=' in over.text
    shown = both and over.text.count("the first window") >= 1 and over.text.count("the second window") >= 2
    return (
        "" if told and shown and form.stands(client, "the first window") else f"{late.status_code} {over.status_code}"
    )


def put_back_over_a_newer_one(world: World, form: LongForm) -> str:
    client = client_of(world, form.person)
    first = version_of(form.saved(client, "the first window", "one"))
    told = version_of(form.saved(client, "the second window", "two"))
    newer = version_of(form.saved(client, "the second window", "two", **{form.version: told}))
    again = form.saved(client, "the first window", "three", **{form.version: first})
    held = again.status_code == 409 and "the second window" in [words for _name, words in again.json["values"]]
    chosen = form.saved(client, "the first window", "three", **{form.version: newer})
    return "" if held and version_of(again) == newer and chosen.status_code == 200 else f"{again.status_code}"


def back_to_the_page(world: World, form: LongForm) -> str:
    client = client_of(world, form.person)
    before = version_of(form.saved(client, "before the way back"))
    again = form.saved(client, "and gone on with", **{form.version: before})
    return "" if again.status_code == 200 and form.stands(client, "and gone on with") else f"{again.status_code}"


def ended_session(world: World, form: LongForm) -> str:
    answer = form.sent(world.app.test_client(), "after the session ended")
    there = form.stands(client_of(world, form.person), "after the session ended")
    led = "kept=1" in answer.text.replace("%3D", "=")
    return "" if answer.status_code == 401 and led and there else f"{answer.status_code} {led} {there}"


def somebody_else(world: World, form: LongForm) -> str:
    other = client_of(world, "employee" if form.person != "employee" else "hr")
    answers = [form.sent(other, "of the one before"), form.saved(other, "of the one before")]
    quiet = all(each.status_code == 403 and "of the one before" not in each.text for each in answers)
    return "" if quiet and form.stands(client_of(world, form.person), "of the one before") else "told or lost"


def refused_by_a_rule(world: World, form: LongForm) -> str:
    client = client_of(world, form.person)
    form.saved(client, "refused")
    answer = answered_by(Refused(Refusal("9.9", "Not today, says the test.")), world, form, "refused")
    there = answer.status_code in (409, 422) and "refused</textarea>" in answer.text
    return "" if there else f"{answer.status_code}"


def old_token(world: World, form: LongForm) -> str:
    with pytest.MonkeyPatch.context() as patch:
        patch.setitem(world.app.config, TOKEN, True)
        answer = form.sent(client_of(world, form.person), "too old", csrf_token="old")
    return "" if answer.status_code == 400 and "too old</textarea>" in answer.text else f"{answer.status_code}"


def answered_by(error: Exception, world: World, form: LongForm, words: str) -> TestResponse:
    """What is answered where the operation that the form asks for ends with this error."""
    claim = transaction.claim

    def raises(*given: Any) -> Any:
        if request.method == "POST":
            raise error
        return claim(*given)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(transaction, "claim", raises)
        patch.setitem(world.app.config, "PROPAGATE_EXCEPTIONS", False)
        return form.sent(client_of(world, form.person), words)


def fails(status: int, error: type[Exception], *told: Any) -> Way:
    """A way in which the words are answered with this status, and stand in the answer; or 422, before anything failed."""

    def way(world: World, form: LongForm) -> str:
        answer = answered_by(error(*told), world, form, "typed with care")
        there = answer.status_code in (status, 422) and "typed with care</textarea>" in answer.text
        return "" if there else f"{answer.status_code}"

    way.__name__ = f"{status} {error.__name__}"
    return way


WAYS: tuple[Way, ...] = (
    second_window, put_back_over_a_newer_one, back_to_the_page, ended_session, somebody_else, refused_by_a_rule, old_token,
    fails(404, Forbidden), fails(404, NotFound, "Review 1"), fails(500, RuntimeError, "a fault of ours"),
    fails(503, OperationalError, "select", {}, Exception("gone")), fails(503, OSError, ENOSPC, "No space left on device"),
)  # fmt: skip


def afresh(world: World, database: Database, form: LongForm) -> None:
    """Nothing is kept of this form yet."""
    if form.own:
        put_back(world, database)
    else:
        long_forms.changed_by(world, "DELETE FROM unsent_forms")


@pytest.mark.slow
def test_no_long_form_loses_its_text_in_any_way(standing: World, database: Database, without_tokens: None) -> None:
    wrong, tried = list[str](), set[str]()
    with long_forms.templates_used(standing) as used:
        for made_of_it, pages in {(): long_forms.SHOWN, **long_forms.OTHERWISE_SHOWN}.items():
            put_back(standing, database)
            long_forms.changed_by(standing, *made_of_it)
            for form in long_forms.opened(standing, pages):
                tried.add(form.kind)
                for way in WAYS:
                    afresh(standing, database, form)
                    why = way(standing, form)
                    wrong += [f"{form.kind} ({form.person}), {way.__name__}: {why}"] if why else []
    put_back(standing, database)
    assert wrong == [], "\n".join(wrong)
    assert sorted(long_forms.templates_with_long_forms(standing) - used - set(long_forms.UNTYPED)) == []
    assert tried == long_forms.KNOWN
    assert (len(tried), len(WAYS)) >= (50, 12)
