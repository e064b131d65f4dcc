"""A version through the doors: loaded by command, submitted on a page, promulgated by a program, law on its day (6.1-c)."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest
from flask import Flask

from admin.cli.dispatch import main
from admin.operations.cycles.cycles import STAGE_DAYS
from admin.operations.policy import policy
from admin.rulebook.loader import dump, load
from tests import factories as make
from tests.policy_two import BEGINS, second_book

EVE = BEGINS - timedelta(days=1)
ENGLISH = {"Accept-Language": "en"}


@pytest.fixture
def on(app: Flask) -> Iterator[Callable[[date], None]]:
    """Sets the portal's clock to the morning of a day."""
    kept = app.config["PORTAL"]

    def set_to(day: date) -> None:
        app.config["PORTAL"] = replace(kept, portal_now=datetime(day.year, day.month, day.day, 2, 0, tzinfo=UTC))

    yield set_to
    app.config["PORTAL"] = kept


@pytest.fixture
def promulgated(app, signed_in, bearer, on, tmp_path, monkeypatch) -> None:
    """Version 2, promulgated on 10 December 2026 by management after HR submitted it."""
    monkeypatch.setattr("admin.app.create_app", lambda: app)
    file = tmp_path / "two.yaml"
    file.write_text(dump(second_book()), encoding="utf-8")
    on(date(2026, 12, 10))
    assert main(["rulebook", "load", str(file)]) == 0
    assert signed_in("hr").post("/act/policy_version/2/submit").status_code == 302
    answer = app.test_client().post("/api/v1/policy_versions/2/actions/promulgate", headers=bearer("management"))
    assert (answer.status_code, answer.json["stage"]) == (200, "promulgated")


@pytest.mark.usefixtures("promulgated", "no_tokens")
def test_a_version_is_shown_as_coming_and_on_its_day_as_the_law_at_every_door(app, signed_in, bearer, on, tmp_path):
    shown = []
    for day in (EVE, BEGINS):
        on(day)
        clauses = signed_in("emp1").get("/policy/clauses", headers=ENGLISH).text
        rows = signed_in("hr").get("/policy/versions", headers=ENGLISH).text
        values = signed_in("hr").get("/policy/parameters", headers=ENGLISH).text
        out = tmp_path / "out.yaml"
        assert main(["rulebook", "export", "--out", str(out)]) == 0
        listed = app.test_client().get("/api/v1/policy_versions/", headers=bearer("hr")).json["result"]
        shown.append(
            ("Version 2 is promulgated" in clauses, "Version 1, in force" in clauses, ">10 working days<" in clauses,
             "Coming" in rows, "Superseded" in rows, "Version 2 is promulgated" in values, len(load(out).levels),
             sorted((each["number"], each["standing"]) for each in listed))
        )  # fmt: skip
    assert shown == [
        (True, True, False, True, False, True, 4, [(1, "in_force"), (2, "coming")]),
        (False, False, True, False, True, False, 5, [(1, "superseded"), (2, "in_force")]),
    ]


@pytest.mark.usefixtures("promulgated", "no_tokens")
def test_a_day_before_a_promulgated_version_is_refused_on_the_page_and_what_was_typed_stays(signed_in):
    typed = {"votes_minimum": "4", "draft": "1", "effective_from": EVE.isoformat(), "note": "Four voters."}
    answer = signed_in("hr").post("/policy/parameters", data=typed, headers=ENGLISH)
    assert answer.status_code == 409
    assert "begins on 2027-02-01" in answer.text and "Four voters." in answer.text


@pytest.mark.parametrize(
    "path", ["/criteria/edit/1", "/criteria/add", "/grade_thresholds/edit/1", "/scorecard_versions/edit/1"]
)
def test_no_form_offers_to_change_what_belongs_to_a_version(signed_in, path):
    assert signed_in("hr").get(path).status_code == 404


@pytest.mark.usefixtures("promulgated", "no_tokens")
def test_a_scorecard_says_whose_version_it_is(signed_in):
    page = signed_in("hr").get("/scorecard_versions/list/", headers=ENGLISH).text
    assert "standard-1" in page and "standard-2" in page


def test_the_numbers_that_a_page_names_are_those_of_the_version_in_force(app, signed_in, session):
    hr, other = (make.actor_of(make.employee(name, roles=("employee", "hr"))) for name in ("HR", "HR2"))
    make.seat(make.employee("Chair"), "hr", "chair")
    client = signed_in("hr")
    assert "At least 3 members" in client.get("/bodies/", headers=ENGLISH).text
    values = {"panel_minimum": 5, "votes_minimum": 4}
    draft = policy.draft_with(values, effective_from=make.NOW.date(), note="", actor=hr, now=make.NOW)
    policy.submit(draft.id, actor=hr, now=make.NOW)
    policy.promulgate(draft.id, actor=other, now=make.NOW)
    assert "At least 5 members" in client.get("/bodies/", headers=ENGLISH).text
    assert f"{STAGE_DAYS['rating_due']} working days" in client.get("/cycles/plan", headers=ENGLISH).text
