"""Each file of ../shared/cases gives the same right answer at the page, on the command line and as a background import."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date
from pathlib import Path

import pytest
from flask.testing import FlaskClient

from admin.models import Employee, db
from admin.operations.people.people import map_login
from tests.operations.importing import HR, NOW, bring, rows
from tests.operations.imports.test_cases import CASES, FIRST_DAY, NEW_STATE, Case, calls, content, people
from tests.states import kept
from tests.views.imports.doors import Answer, Coming, Doors
from tests.web.conftest import centre, no_tokens, signed_in  # noqa: F401  fixtures


@pytest.fixture
def doors(signed_in: Callable[[str], FlaskClient], monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Doors:  # noqa: F811
    return Doors(signed_in("hr"), monkeypatch, tmp_path)


@kept
def base(data: bytes) -> None:
    """The people whom the files are about."""
    assert not bring("employees", data)[0].faults
    db.session.remove()


def wrong_of(doors: Doors, folder: str, cases: dict[str, Case]) -> Iterator[str]:
    """Where the doors do not say the same, or not what is right."""
    files = [Coming(case.kind, name, content(f"{folder}/{name}"), case.chosen) for name, case in cases.items()]
    for (name, case), answers in zip(cases.items(), doors.all(files), strict=True):
        page, line, background = answers
        yield from (f"{name}: command line: {each}" for each in page.differs(line))
        yield from (f"{name}: background: {each}" for each in page.differs(background))
        yield from (f"{name}: {each}" for each in not_as_it_should_be(case, line))


def not_as_it_should_be(case: Case, answer: Answer) -> Iterator[str]:
    """What is not as the case's right answer says."""
    if case.refused not in answer.refused or (not case.refused and answer.refused):
        yield f"refused {answer.refused!r}"
    faults, notes = " ".join(fault[3] for fault in answer.faults), " ".join(answer.notes)
    yield from (f"no fault says {each!r}" for each in case.faults if each not in faults)
    yield from (f"no note says {each!r}" for each in case.notes if each not in notes)


@pytest.mark.parametrize("kind", ["employees", "grades", "metrics", "contacts", "ratings"])
def test_every_small_file_is_answered_alike_and_rightly_at_all_doors(doors: Doors, kind: str) -> None:
    with doors.hr.application.app_context():
        base(content("import/00-base.csv"))
    cases = {name: case for name, case in {**CASES, **NEW_STATE}.items() if case.kind == kind}
    assert "\n".join(wrong_of(doors, "import", cases)) == ""


def test_the_files_of_a_first_day_are_answered_alike_at_all_doors(doors: Doors) -> None:
    with doors.hr.application.app_context():
        base(content("first-day/名冊.xlsx"))
    assert "\n".join(wrong_of(doors, "first-day", FIRST_DAY)) == ""


# Rosters of later months beside the first one: what they change, and what is asked before it is done.
LATER = {
    "名冊_第二次.xlsx": people(notes=["9 employees in service are not in the file"]),
    "名冊_第二次_有錯.xlsx": people(
        None, "There is no such date", "Neither the file nor the portal has", "already in row 53", "2 employees have this name",
        "must not be blank", notes=["10 employees in service are not in the file", "Accounts that end: 1"],
    ),
    "名冊_第三次.xlsx": people(notes=["9 employees in service are not in the file", "Accounts that end: 2"]),
}  # fmt: skip
COUNTED = {"名冊_第二次.xlsx": (1, 7, 0), "名冊_第二次_有錯.xlsx": (0, 9, 5), "名冊_第三次.xlsx": (1, 10, 0)}


def test_the_rosters_of_later_months_are_answered_alike_at_all_doors(doors: Doors) -> None:
    with doors.hr.application.app_context():
        base(content("first-day/名冊.xlsx"))
    assert "\n".join(wrong_of(doors, "first-day", LATER)) == ""
    found = {
        name: doors.command_line(Coming("employees", name, content(f"first-day/{name}"), {})).found for name in LATER
    }
    assert {name: (each["new"], each["changed"], each["faults"]) for name, each in found.items()} == COUNTED


def test_what_rests_on_what_the_portal_holds_is_answered_alike_at_all_doors(doors: Doors) -> None:
    """A department that is written otherwise, a second log of a month, leavers whose numbers the portal knows."""
    leavers = content("import/87-leavers-undone.csv")
    with doors.hr.application.app_context():
        base(content("import/00-base.csv"))
        for key, number in rows(Employee, "id", "number"):
            map_login(number, key, date(2025, 1, 1), actor=HR, now=NOW)
        bring("contacts", content("import/76-log-week1.csv"))
        head, *lines = leavers.decode("utf-8-sig").strip().splitlines()
        bring("employees", "\n".join([head, *(line.replace("2026-11-20,離職", ",在職") for line in lines)]))
        db.session.remove()
    cases = {
        "72-department-typo.csv": people(),
        "77-log-week2.csv": calls(notes=["The log has the days 8–9 of 2025-10"]),
        "87-leavers-undone.csv": people(notes=["Accounts that end: 3"]),
    }
    assert "\n".join(wrong_of(doors, "import", cases)) == ""
    found = {
        name: doors.command_line(Coming(case.kind, name, content(f"import/{name}"), {})).found
        for name, case in cases.items()
    }
    assert (found["72-department-typo.csv"]["departments_new"], found["87-leavers-undone.csv"]["leavers"]) == (2, 3)
    assert (found["77-log-week2.csv"]["new"], found["77-log-week2.csv"]["changed"]) == (0, 4)
