"""Each file of ../shared/cases gives the same right answer at the page, on the command line and as a background import."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from flask.testing import FlaskClient

from admin.models import db
from tests.operations.importing import bring
from tests.operations.imports.test_cases import CASES, FIRST_DAY, NEW_STATE, Case, content
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
    short = {
        name: case for name, case in FIRST_DAY.items() if name != "績效_每月長表.xlsx"
    }  # 21,910 figures, as its wide form
    assert "\n".join(wrong_of(doors, "first-day", short)) == ""
