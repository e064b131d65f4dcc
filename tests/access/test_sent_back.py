"""Every form of every hand-made page, refused: it comes back on its page with all that was typed, and the clause beside it.

The forms are found where people find them, on the pages of the matrix; the routes say which there must be, so that a form
of a new page cannot be left out.
"""

from __future__ import annotations

from typing import Any
from urllib.parse import parse_qsl

import pytest
from flask import request

from admin.domain.refusals import Refusal, Refused
from admin.operations import transaction
from tests.access.forms_found import Form, client_of, endpoint_of, forms_of, hand_made, pages, read, shown, shown_by
from tests.access.long_forms import KNOWN, is_long, kind_of
from tests.access.test_matrix import ROWS
from tests.access.world import PEOPLE, World

pytestmark = pytest.mark.sqlite_enough
OTHERWISE: dict[str, str] = {
    "UnsentFormView.discard": "a button: what was typed is to go",
    "ConfirmationView.slip": "a button: nothing is typed",
    "AdjustmentView.file_form": "a download: nothing is typed",
    "AdjustmentView.rejected": "a download, on the page of a batch of which something was rejected",
    "AppealPageView.scan": "a download: nothing is typed",
    "ReorganisationView.file_form": "a download: nothing is typed",
    "ServedView.scan": "a download: nothing is typed",
    "PayListFileView.make": "a button: nothing is typed",
    "TrainingPlanView.export": "a download: nothing is typed",
    "FollowUpReportView.export": "a download: nothing is typed",
    "PolicyReadingView.export": "a download: nothing is typed",
    "PolicyReadingView.ask": "a button: nothing is typed",
    "PolicyQuestionView.read": "a button: nothing is typed",
    "PolicyQuestionView.take_down": "a button: nothing is typed",
    "TrainingView.attendance_list": "a download: nothing is typed",
    "TrainingView.attendance_file": "a file alone: nothing is typed",
    "WorkByGradeView.export": "a download: nothing is typed",
    "WorkByGradeView.check": "a file alone: nothing is typed",
    "TrainingView.attendance": "choices, on the page of a date that has begun: tests/views/development",
    "ComplaintFileView.download": "a download: nothing is typed",
    "MeetingRoomView.minutes": "a download: nothing is typed",
    "ImportAfterView.accounts": "a button, on the page of an import that was applied",
    "ImportAfterView.codes": "a download, on the page of an import that was applied",
    "ImportAfterView.logins": "choices, on the page of a log that waits",
    "ImportView.apply": "a button; a file that cannot be read any more is told on the import's page",
    "ImportView.check": "a button; a file that cannot be read any more is told on the import's page",
    "SetUpView.apply": "a button; a file that cannot be read any more is told on the stop's page",
    "SetUpView.check_file": "a button; a file that cannot be read any more is told on the stop's page",
    "ViewAsView.end": "a button of the banner, which nobody sees in this world: tests/attacks/test_viewing.py presses it",
    "DepartmentTableView.send": "sends what the rows hold already: each row that is refused says why in its place",
}
LEADS_OUT = ("SignInView.logout",)
WORDS = "Not today, says the test."


@pytest.fixture
def refusing(monkeypatch: pytest.MonkeyPatch) -> None:
    """Every operation that a form asks for is refused."""
    refuse_all(monkeypatch)


def refuse_all(monkeypatch: pytest.MonkeyPatch) -> None:
    """Every operation that a form asks for from now on is refused."""
    claim = transaction.claim

    def refuses(*args: Any) -> Any:
        if request.method == "POST":
            raise Refused(Refusal("9.9", WORDS))
        return claim(*args)

    monkeypatch.setattr(transaction, "claim", refuses)


def fault(world: World, form: Form) -> str:
    """What is missing in the answer to a form that is refused; empty where nothing is."""
    sent, typed = form.filled()
    with client_of(world, form.person).post(form.action, data=sent) as answer:
        text, status = answer.text, answer.status_code
    if status not in (409, 422):
        return f"answered {status}"
    again = read(text, form.page, form.person)
    if not again or again[0].heading != form.heading:
        return f"{status} on another page"
    alert = text.partition('role="alert"')[2].partition("<form")[0]
    if status == 409 and "#c-" not in alert:
        return "409 without words and clause"
    gone = [each for each in typed if each.replace("<", "&lt;").replace(">", "&gt;") not in text]
    return f"{status}, lost {gone}" if gone else ""


def unfound(world: World, endpoint: str) -> Form | None:
    """A form that this world's records show to nobody now, as the matrix sends it from a page of the same view."""
    for row in (each for each in ROWS if each.method == "POST"):
        path, _, given = world.address(row.path).partition("?")
        if endpoint_of(world, path) != endpoint:
            continue
        for page, person in pages(world):
            same = shown_by(world, page).startswith(endpoint.partition(".")[0] + ".")
            if same and row.answers[person] not in ("404", "in"):
                carried = [(name, "hidden", value) for name, value in parse_qsl(given)]
                typed = [(name, "textarea", "") for name in ("reason", "note", "text")]
                return Form(page, person, path, fields=[*carried, *typed])
    return None


def lost(world: World, form: Form) -> str:
    """What a form that its page shows no more loses when it is refused; empty where words, clause and texts are told."""
    sent, typed = form.filled()
    with client_of(world, form.person).post(form.action, data=sent | {"stands_on": form.page}) as answer:
        text = answer.text
        if answer.status_code not in (409, 422):
            return f"answered {answer.status_code}"
        escaped = [each.replace("<", "&lt;").replace(">", "&gt;") for each in typed]
        return "" if 'role="alert"' in text and all(each in text for each in escaped) else f"{answer.status_code} lost"


@pytest.mark.slow
def test_every_form_that_is_refused_comes_back_with_what_was_typed(
    standing: World, without_tokens: None, refusing: None
) -> None:
    found, wrong = forms_of(standing), dict[str, str]()
    for endpoint in sorted(hand_made(standing) - set(OTHERWISE)):
        if endpoint in found:
            wrong[endpoint] = fault(standing, found[endpoint])
        else:
            form = unfound(standing, endpoint)
            wrong[endpoint] = lost(standing, form) if form else "nobody sends it"
    told = [f"{endpoint}: {why}" for endpoint, why in wrong.items() if why]
    assert told == [], "\n".join(told)
    assert len(found) > 45


@pytest.mark.slow
@pytest.mark.parametrize("person", PEOPLE[1:])
def test_a_form_that_somebody_is_shown_is_theirs_to_send(
    standing: World, without_tokens: None, refusing: None, person: str
) -> None:
    seen, wrong, unknown = set[str](), [], set[str]()
    for page, shown_to in pages(standing):
        if shown_to != person:
            continue
        for form in read(shown(standing, page, person), page, person):
            endpoint = endpoint_of(standing, form.action)
            unknown |= {kind_of(standing, form)} - KNOWN if is_long(form) else set()
            if endpoint in seen or endpoint in LEADS_OUT or not form.sends:
                continue
            seen.add(endpoint)
            sent, _typed = form.filled()
            with client_of(standing, person).post(form.action, data=sent) as answer:
                wrong += [f"{form.action} on {page}"] if answer.status_code == 404 else []
    assert wrong == [], "\n".join(wrong)
    assert unknown == set(), "long forms that tests/access/long_forms.py does not know"


def test_the_exceptions_are_routes_that_are_there(standing: World) -> None:
    assert set(OTHERWISE) <= hand_made(standing)
